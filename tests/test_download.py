"""Slow, stalled, broken, huge and busy sites, each within its limit."""

import gzip
import os
import socket
import time
import tomllib
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest

from ingest.download import Downloader, retry_after
from ingest.transfer import USER_AGENT, Limits, Response
from rag.errors import CorpusError
from tests.official_site import FAST, HOST, PAGE, Page, Site, answer, in_turn, open_site, raw

ROOT = Path(__file__).resolve().parents[1]
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n"
PACKED = gzip.compress(PAGE)
EMPTY_BLOCK = bytes.fromhex("000000ffff")
"""A stored block of no bytes (RFC 1951, 3.2.4): packed data that never unpacks to anything."""


@pytest.fixture
def site() -> Iterator[Site]:
    with open_site() as opened:
        yield opened


def get(site: Site, page: Page | None = None, limits: Limits = FAST) -> Response:
    if page is not None:
        site.pages["/"] = page
    return Downloader(limits).get(httpx.URL(site.url("/")), hosts={HOST})


def chunked(*parts: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)


@pytest.mark.parametrize(
    "page",
    [
        answer(PAGE),
        answer(PACKED, content_encoding="gzip"),
        raw(HEAD + b"transfer-encoding: chunked\r\n\r\n" + chunked(PAGE[:9], PAGE[9:], b"")),
        in_turn(raw(HEAD + b"content-length: 999\r\n\r\n"), raw(), answer(PAGE)),
        in_turn(answer(b"", status=500), answer(PAGE)),
    ],
    ids=["plain", "gzip", "chunked", "third-try", "after-500"],
)
def test_a_whole_page_arrives_as_it_is(site: Site, page: Page) -> None:
    assert get(site, page).content == PAGE


def test_the_reader_says_who_it_is(site: Site) -> None:
    get(site, answer(PAGE))

    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]["version"]
    assert site.headers["user-agent"] == USER_AGENT == f"chuance/{version} (+policy text reader)"
    assert site.headers["host"] == f"{HOST}:{site.port}"


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (HEAD + b"content-length: 999\r\n\r\n", b"x"),
        (HEAD + b"x: ", b"x"),
        (HEAD + b"\r\n<html>", b"</html>"),
        (HEAD + b"transfer-encoding: chunked\r\n\r\n", chunked(b"x")),
    ],
    ids=["body", "headers", "no-length", "chunks"],
)
def test_a_page_that_drips_ends_with_the_total_time(site: Site, head: bytes, drop: bytes) -> None:
    started = time.monotonic()
    with pytest.raises(CorpusError, match=r"0\.8 秒内没有下载完"):
        get(site, raw(head, *[drop] * 400, pause=0.05))
    assert 0.7 < time.monotonic() - started < 10
    assert site.asked.count("/") == 1


@pytest.mark.parametrize(
    ("page", "message"),
    [
        (raw(), "中途断开"),
        (raw(HEAD), "中途断开"),
        (raw(b"SSH-2.0-x\r\n"), "中途断开"),
        (raw(HEAD + b"content-length: 999\r\n\r\n" + PAGE), "中途断开"),
        (raw(HEAD + b"transfer-encoding: chunked\r\n\r\n" + chunked(PAGE)), "中途断开"),
        (answer(PACKED[:-20], content_encoding="gzip"), "压缩数据不完整"),
        (answer(PACKED + b"x", content_encoding="gzip"), "压缩数据不完整"),
        (answer(PAGE, content_encoding="gzip"), "压缩数据已损坏"),
    ],
    ids=["nothing", "headers", "not-http", "body", "chunks", "gzip", "gzip-and-more", "not-gzip"],
)
def test_a_page_that_breaks_off_is_tried_three_times(site: Site, page: Page, message: str) -> None:
    with pytest.raises(CorpusError, match=f"{message}（试了 3 次）"):
        get(site, page)
    assert site.asked.count("/") == 3


@pytest.mark.parametrize(
    "head", [b"", HEAD + b"content-length: 999\r\n\r\n<html>"], ids=["at-once", "midway"]
)
def test_a_site_that_falls_silent_is_left(site: Site, head: bytes) -> None:
    started = time.monotonic()
    with pytest.raises(CorpusError, match=r"0\.3 秒没有发来数据（试了 2 次）"):
        get(site, raw(head, stall=site), replace(FAST, tries=2))
    assert time.monotonic() - started < 10


def test_a_site_that_does_not_listen_is_tried_again() -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        url, said = httpx.URL(f"http://{HOST}:{taken.getsockname()[1]}/"), list[str]()
        with pytest.raises(CorpusError, match=r"连不上网站 127.0.0.1（试了 3 次）"):
            Downloader(FAST, progress=said.append).get(url, hosts={HOST})
    assert said == ["连不上网站 127.0.0.1，0 秒后再试。"] * 2


@pytest.mark.parametrize(
    ("page", "message"),
    [
        (raw(HEAD + b"content-length: 400001\r\n\r\n"), "超过 0.4 MB"),
        (answer(b"x" * 400_001), "超过 0.4 MB"),
        (raw(HEAD + b"\r\n", *[b"x" * 100_000] * 100), "超过 0.4 MB"),
        (answer(gzip.compress(bytes(100_000_000), 9), content_encoding="gzip"), "超过 0.4 MB"),
        (raw(HEAD + b"content-encoding: gzip\r\n\r\n" + PACKED[:10], EMPTY_BLOCK * 100_000), "超过 0.4 MB"),
        (answer(PAGE, content_encoding="br"), "用 'br' 压缩"),
        (answer(PACKED, content_encoding="gzip, gzip"), "用 'gzip, gzip' 压缩"),
    ],
    ids=["declared", "real", "endless", "gzip-bomb", "gzip-of-nothing", "brotli", "twice"],
)
def test_what_is_too_large_or_packed_otherwise_is_refused_at_once(
    site: Site, page: Page, message: str
) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(CorpusError, match=message):
            get(site, page)
        assert tracemalloc.get_traced_memory()[1] < 10 * FAST.size_bytes
    finally:
        tracemalloc.stop()
    assert site.asked.count("/") == 1


def test_a_file_of_just_the_limit_is_kept(site: Site) -> None:
    packed = gzip.compress(b"x" * FAST.size_bytes)
    for page in (answer(b"x" * FAST.size_bytes), answer(packed, content_encoding="gzip")):
        assert len(get(site, page).content) == FAST.size_bytes


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_site_is_asked_again_when_it_says(site: Site, status: int) -> None:
    started = time.monotonic()
    assert get(site, in_turn(answer(b"", status=status, retry_after="1"), answer(PAGE))).status == 200
    assert 1 <= time.monotonic() - started < 10


def test_a_site_that_wants_a_long_pause_is_left_alone(site: Site) -> None:
    assert get(site, answer(b"", status=503, retry_after="2")).status == 503
    assert site.asked == ["/"]


def test_retry_after_is_seconds_or_a_date() -> None:
    soon = datetime.now(UTC) + timedelta(seconds=20)
    assert [retry_after(value) for value in ("7", " 7 ", "", "-1", "x", "七")] == [7, 7, 0, 0, 0, 0]
    assert 15 < retry_after(format_datetime(soon, usegmt=True)) <= 20
    assert retry_after("Mon, 19 Jun 2023 00:00:00 GMT") == 0


def test_a_host_is_asked_once_in_the_interval_tries_and_redirects_included(site: Site) -> None:
    site.pages["/b"] = in_turn(answer(b"", status=500), answer(PAGE))
    started = time.monotonic()
    get(site, answer(b"", status=302, location="/b"), replace(FAST, interval_seconds=0.2))

    assert site.asked == ["/", "/b", "/b"]
    assert 0.4 <= time.monotonic() - started < 10


def test_the_proxy_of_the_environment_is_not_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "HTTP_PROXY", "http://127.0.0.1:9/")
    assert get(site, answer(PAGE)).content == PAGE
