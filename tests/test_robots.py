"""What robots.txt forbids is not asked for; what a site does not say for now is not asked for either."""

import time
from collections.abc import Iterator

import httpx
import pytest

from ingest.download import Downloader
from ingest.robots import Robots
from rag.errors import CorpusError
from tests.official_site import FAST, HOST, PAGE, Page, Site, answer, open_site, raw


@pytest.fixture
def site() -> Iterator[Site]:
    with open_site() as opened:
        opened.pages["/a/1.html"] = answer(PAGE)
        yield opened


def rules(*lines: str) -> Page:
    return answer("\n".join(lines).encode(), "text/plain")


def read(site: Site, path: str = "/a/1.html") -> bytes:
    downloader = Downloader(FAST)
    return downloader.get(httpx.URL(site.url(path)), hosts={HOST}, check=Robots(downloader).check).content


@pytest.mark.parametrize(
    "page",
    [
        answer(b"", status=404),
        answer(b"", status=410),
        rules(),
        rules("User-agent: *", "Disallow: /b/"),
        rules("User-agent: *", "Disallow: /", "", "User-agent: Chuance", "Allow: /"),
        answer(b"\xef\xbb\xbfUser-agent: *\nDisallow:\n\xff", "text/plain"),
        answer(PAGE),
    ],
    ids=["404", "410", "empty", "elsewhere", "named", "bom", "a-page-instead"],
)
def test_what_is_not_forbidden_is_read(site: Site, page: Page) -> None:
    site.pages["/robots.txt"] = page
    assert read(site) == PAGE


@pytest.mark.parametrize(
    ("page", "message"),
    [
        (rules("User-agent: *", "Disallow: /a/"), "不许程序读取"),
        (rules("User-agent: chuance", "Disallow: /"), "不许程序读取"),
        (answer(b"\xef\xbb\xbfUser-agent: *\nDisallow: /", "text/plain"), "不许程序读取"),
        (answer(b"", status=403), "不许程序读取"),
        (answer(b"", status=500), "现在读不到（500）"),
        (answer(b"", status=429, retry_after="60"), "现在读不到（429）"),
        (raw(), "读不到网站的 robots.txt：.*中途断开"),
        (answer(b"", status=302, location="http://shili.gov.cn/"), "读不到网站的 robots.txt：.*没有跟随"),
        (rules("User-agent: *", "Crawl-delay: 60"), "要求每 60 秒才读一次"),
    ],
    ids=["all", "us", "bom", "403", "500", "429", "broken", "elsewhere", "too-slow"],
)
def test_what_is_forbidden_or_not_said_is_left(site: Site, page: Page, message: str) -> None:
    site.pages["/robots.txt"] = page
    with pytest.raises(CorpusError, match=message):
        read(site)
    assert "/a/1.html" not in site.asked


def test_a_redirect_to_a_forbidden_page_is_not_followed(site: Site) -> None:
    site.pages["/robots.txt"] = rules("User-agent: *", "Disallow: /b/")
    site.pages["/a/2.html"] = answer(b"", status=302, location="/b/1.html")
    with pytest.raises(CorpusError, match="不许程序读取"):
        read(site, "/a/2.html")
    assert site.asked == ["/robots.txt", "/a/2.html"]


def test_a_site_is_asked_for_its_rules_once_also_when_it_fails(site: Site) -> None:
    downloader = Downloader(FAST)
    robots = Robots(downloader)
    site.pages["/robots.txt"] = answer(b"", status=500)
    for _ in range(2):
        with pytest.raises(CorpusError, match="现在读不到"):
            robots.check(httpx.URL(site.url("/a/1.html")))
    assert site.asked == ["/robots.txt"] * FAST.tries


def test_a_site_that_asks_for_a_slower_pace_gets_it(site: Site) -> None:
    site.pages["/robots.txt"] = rules("User-agent: *", "Crawl-delay: 1")
    started = time.monotonic()
    read(site)
    assert 1 <= time.monotonic() - started < 2
