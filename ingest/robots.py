"""What a site lets programs read: its robots.txt (RFC 9309), once a run for each site."""

from urllib.robotparser import RobotFileParser

import httpx

from ingest.download import Downloader
from ingest.transfer import BY_HAND, USER_AGENT
from rag.errors import CorpusError


class Robots:
    """The rules of every site asked so far; a site whose rules could not be read is not asked again."""

    def __init__(self, downloader: Downloader) -> None:
        self._downloader = downloader
        self._rules: dict[str, RobotFileParser | CorpusError] = {}

    def check(self, url: httpx.URL) -> None:
        """Return if `url` may be read.

        Raises:
            CorpusError: the site does not want it, or does not say for now.
        """
        site = f"{url.scheme}://{url.netloc.decode('ascii')}"
        if site not in self._rules:
            try:
                self._rules[site] = self._read(httpx.URL(f"{site}/robots.txt"))
            except CorpusError as problem:
                self._rules[site] = problem
        rules = self._rules[site]
        if isinstance(rules, CorpusError):
            raise CorpusError(str(rules))
        if not rules.can_fetch(USER_AGENT, str(url)):
            raise CorpusError(
                f"网站 {url.host} 的 robots.txt 不许程序读取这个网址，请用浏览器打开、另存后入库。"
            )

    def _read(self, url: httpx.URL) -> RobotFileParser:
        try:
            response = self._downloader.get(url, hosts={url.host})
        except CorpusError as problem:
            raise CorpusError(f"读不到网站的 robots.txt：{problem}") from problem
        rules = RobotFileParser()
        if response.status == 200:
            rules.parse(response.content.decode("utf-8-sig", errors="replace").splitlines())
        elif response.status in {401, 403}:
            rules.parse(["User-agent: *", "Disallow: /"])
        elif response.status == 429 or not 400 <= response.status < 500:
            raise CorpusError(f"网站 {url.host} 的 robots.txt 现在读不到（{response.status}），{BY_HAND}。")
        else:
            rules.parse([])
        self._keep_pace(url.host, rules)
        return rules

    def _keep_pace(self, host: str, rules: RobotFileParser) -> None:
        delay = float(rules.crawl_delay(USER_AGENT) or 0)
        if delay > self._downloader.limits.longest_wait_seconds:
            raise CorpusError(f"网站 {host} 要求每 {delay:g} 秒才读一次，太久，{BY_HAND}。")
        self._downloader.slow_down(host, delay)
