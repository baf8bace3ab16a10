"""One HTTP request to one address, limited in time and size; nothing is followed or tried again here."""

import socket
import ssl
import threading
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

import httpx

from ingest.load import SIZE_LIMIT
from rag.errors import CorpusError

USER_AGENT = "chuance/0.5.0 (+policy text reader)"
BY_HAND = "请稍后再试，或用浏览器打开网址、另存后入库"


@dataclass(frozen=True)
class Limits:
    """Seconds, bytes and counts a download keeps to; `total_seconds` is one request, first to last byte."""

    connect_seconds: float = 5
    read_gap_seconds: float = 15
    total_seconds: float = 60
    size_bytes: int = SIZE_LIMIT
    redirects: int = 5
    tries: int = 3
    backoff_seconds: float = 1
    longest_wait_seconds: float = 30
    interval_seconds: float = 1


@dataclass(frozen=True)
class Response:
    """What a site answered; `content` is unpacked, empty unless the status is 200.

    `length_known`: the answer said how long it is, so that a cut would have been seen.
    """

    url: httpx.URL
    status: int
    headers: httpx.Headers
    content: bytes
    length_known: bool


class TransientError(CorpusError):
    """The site could not be reached or broke off; another try may succeed."""


def exchange(
    url: httpx.URL, address: str, headers: Mapping[str, str], limits: Limits, tls: ssl.SSLContext
) -> Response:
    """Ask `address` for `url`; the host of `url` is the name sent and the name the certificate must bear.

    Raises:
        TransientError: not reached, stalled or broken off.
        CorpusError: too large, too slow, packed in an unknown way, or the certificate is not valid.
    """
    sent = {
        "Host": url.netloc.decode("ascii"),
        "User-Agent": USER_AGENT,
        # Others unpack without a bound on the memory they take.
        "Accept-Encoding": "gzip",
        "Connection": "close",
        **headers,
    }
    limit = TimeLimit(limits.total_seconds)
    timeout = httpx.Timeout(limits.read_gap_seconds, connect=limits.connect_seconds)
    extensions = {"sni_hostname": url.host, "trace": limit.watch}
    try:
        # A client a request: a connection must not be shared by two names behind one address. No proxy of
        # the environment: it would look the name up again.
        with (
            limit,
            httpx.Client(verify=tls, trust_env=False, timeout=timeout) as client,
            client.stream("GET", url.copy_with(host=address), headers=sent, extensions=extensions) as answer,
        ):
            content = read_body(answer, limits.size_bytes) if answer.status_code == 200 else b""
    except (httpx.TransportError, TransientError) as problem:
        limit.check()
        raise _explained(problem, url.host, limits) from problem
    limit.check()
    said = any(name in answer.headers for name in ("content-length", "transfer-encoding", "content-encoding"))
    return Response(url, answer.status_code, answer.headers, content, said)


class TimeLimit:
    """Cuts the connection when the time is over; httpx itself limits only the gap between two reads."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._socket: socket.socket | None = None
        self._over = threading.Event()

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._timer.cancel()

    def watch(self, event: str, details: Mapping[str, Any]) -> None:
        """Learn the socket from the trace that httpx gives of one request."""
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            self._socket = details["return_value"].get_extra_info("socket")
            if self._over.is_set():
                self._cut()

    def check(self) -> None:
        """Raise CorpusError if the time was over before the answer was."""
        if self._over.is_set():
            raise CorpusError(f"{self._seconds:g} 秒内没有下载完，已放弃，{BY_HAND}。")

    def _cut(self) -> None:
        self._over.set()
        if self._socket is not None:
            with suppress(OSError):
                # Not SSLSocket's own shutdown, which changes the object under the reading thread.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def read_body(answer: httpx.Response, limit: int) -> bytes:
    """The body, unpacked, never more than `limit` bytes of it and one more in memory.

    Raises:
        TransientError: the packed data breaks off or is damaged.
        CorpusError: larger than `limit` bytes, or packed otherwise than with gzip.
    """
    too_large = CorpusError(f"文件超过 {limit / 1e6:g} MB 上限，没有保存，请用浏览器下载后拆开再入库。")
    if int(answer.headers.get("content-length", "0")) > limit:
        raise too_large
    packing = answer.headers.get("content-encoding", "identity").strip().lower()
    if packing not in {"identity", "gzip", "x-gzip"}:
        raise CorpusError(f"网站用 {packing[:40]!r} 压缩，不能解开，请用浏览器打开网址、另存后入库。")
    unpacker = zlib.decompressobj(wbits=31) if packing != "identity" else None
    body, received = bytearray(), 0
    for chunk in answer.iter_raw():
        received += len(chunk)
        room = limit + 1 - len(body)
        try:
            body += unpacker.decompress(chunk, room) if unpacker else chunk[:room]
        except zlib.error as problem:
            raise TransientError("收到的压缩数据已损坏") from problem
        if len(body) > limit or received > limit:
            raise too_large
    if unpacker and (not unpacker.eof or unpacker.unused_data):
        raise TransientError("收到的压缩数据不完整")
    return bytes(body)


def _explained(problem: Exception, host: str, limits: Limits) -> CorpusError:
    if isinstance(problem, CorpusError):
        return problem
    cause: BaseException | None = problem
    while cause is not None and not isinstance(cause, ssl.SSLError):
        # The connection pool of httpx raises "from None", which leaves only the context.
        cause = cause.__cause__ or cause.__context__
    if isinstance(problem, httpx.ConnectError) and cause is not None:
        reason = getattr(cause, "verify_message", "") or cause.reason or "TLS"
        return CorpusError(
            f"网站 {host} 的加密连接不可信（{reason}），没有下载，请用浏览器核对证书，或另存后入库。"
        )
    if isinstance(problem, httpx.ConnectTimeout):
        return TransientError(f"{limits.connect_seconds:g} 秒内连不上网站 {host}")
    if isinstance(problem, httpx.ConnectError):
        return TransientError(f"连不上网站 {host}")
    if isinstance(problem, httpx.TimeoutException):
        return TransientError(f"网站 {host} 有 {limits.read_gap_seconds:g} 秒没有发来数据")
    return TransientError(f"网站 {host} 的回答中途断开")
