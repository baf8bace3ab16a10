"""Polite downloads: each host asked at its pace, tried again, redirects followed by hand within one office.

The address is looked up and judged before every request, and the connection goes to that very
address: a name cannot be judged by one answer of the name server and used with the next.
"""

import time
from collections.abc import Callable, Mapping, Set
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from ingest.addresses import public_addresses, redirect_target
from ingest.transfer import BY_HAND, Limits, Response, TransientError, exchange
from rag.errors import CorpusError

_REDIRECTS = {301, 302, 303, 307, 308}


class Downloader:
    """The GET requests of one run; remembers when each host was last asked."""

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        progress: Callable[[str], None] = lambda message: None,
        addresses: Callable[[str, int], list[str]] = public_addresses,
    ) -> None:
        self.limits = limits or Limits()
        self._progress = progress
        self._addresses = addresses
        self._intervals: dict[str, float] = {}
        self._asked_at: dict[str, float] = {}
        # The usual roots, or those of SSL_CERT_FILE; the host's name is always checked.
        self._tls = httpx.create_ssl_context()

    def slow_down(self, host: str, seconds: float) -> None:
        """Ask `host` at most once in `seconds`, if that is slower than the usual pace."""
        self._intervals[host] = max(seconds, self.limits.interval_seconds)

    def get(
        self,
        url: httpx.URL,
        *,
        hosts: Set[str],
        headers: Mapping[str, str] | None = None,
        check: Callable[[httpx.URL], None] = lambda url: None,
    ) -> Response:
        """The answer to `url` or to where it redirects; `check` may refuse an address before it is asked.

        Raises:
            TransientError: not reached in several tries.
            CorpusError: a limit, a redirect elsewhere, an unsafe connection, or what `check` raised.
        """
        for _ in range(self.limits.redirects + 1):
            check(url)
            response = self._tried(url, headers or {})
            if response.status not in _REDIRECTS:
                return response
            url = redirect_target(url, response.headers.get("location", ""), hosts)
        raise CorpusError(
            f"网址转了 {self.limits.redirects} 次还没有到，请在浏览器中找到最后的网址，写进目录。"
        )

    def _tried(self, url: httpx.URL, headers: Mapping[str, str]) -> Response:
        """The first answer that stands, else the last one or TransientError."""
        limits = self.limits
        attempt = 0
        while True:
            attempt += 1
            wait = limits.backoff_seconds * 2 ** (attempt - 1)
            try:
                response = self._ask(url, headers, attempt)
            except TransientError as problem:
                if attempt >= limits.tries:
                    raise TransientError(f"{problem}（试了 {attempt} 次），{BY_HAND}。") from problem
                reason = str(problem)
            else:
                asked = retry_after(response.headers.get("retry-after", ""))
                busy = response.status == 429 or response.status >= 500
                if not busy or attempt >= limits.tries or asked > limits.longest_wait_seconds:
                    return response
                wait, reason = max(wait, asked), f"网站 {url.host} 回答 {response.status}"
            self._progress(f"{reason}，{wait:.0f} 秒后再试。")
            time.sleep(wait)

    def _ask(self, url: httpx.URL, headers: Mapping[str, str], attempt: int) -> Response:
        addresses = self._addresses(url.host, url.port or (443 if url.scheme == "https" else 80))
        if url.host in self._asked_at:
            interval = self._intervals.get(url.host, self.limits.interval_seconds)
            time.sleep(max(0.0, self._asked_at[url.host] + interval - time.monotonic()))
        self._asked_at[url.host] = time.monotonic()
        return exchange(url, addresses[(attempt - 1) % len(addresses)], headers, self.limits, self._tls)


def retry_after(value: str) -> float:
    """Seconds a Retry-After header asks to wait: a number or a date (RFC 9110, 10.2.3); 0 if it is neither."""
    if value.strip().isascii() and value.strip().isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
