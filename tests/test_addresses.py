"""Whom a download may reach: redirects, names, addresses and certificates."""

import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ingest.addresses import is_public, redirect_target
from ingest.download import Downloader
from ingest.transfer import Response
from rag.errors import CorpusError
from tests.official_site import FAST, HOST, PAGE, Page, Site, answer, open_site


@pytest.fixture
def site() -> Iterator[Site]:
    with open_site() as opened:
        yield opened


def get(site: Site, page: Page) -> Response:
    site.pages["/"] = page
    return Downloader(FAST).get(httpx.URL(site.url("/")), hosts={HOST})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_on_the_same_host_is_followed(site: Site, status: int) -> None:
    site.pages["/b"] = answer(PAGE)
    response = get(site, answer(b"", status=status, location="/b#part"))

    assert (response.content, str(response.url)) == (PAGE, site.url("/b"))


def test_a_circle_of_redirects_ends(site: Site) -> None:
    with pytest.raises(CorpusError, match="转了 5 次还没有到"):
        get(site, answer(b"", status=302, location="/"))
    assert site.asked == ["/"] * 6


@pytest.mark.parametrize(
    "location", ["http://localhost:{port}/", "//127.0.0.2/", "file:///etc/hosts", "", "http://["]
)
def test_a_redirect_elsewhere_is_not_followed(site: Site, location: str) -> None:
    with pytest.raises(CorpusError, match="网站把网址转到"):
        get(site, answer(b"", status=302, location=location.format(port=site.port)))
    assert site.asked == ["/"]


@pytest.mark.parametrize(
    ("url", "location", "target"),
    [
        ("http://shili.gov.cn/a", "https://shili.gov.cn/b", "https://shili.gov.cn/b"),
        ("http://shili.gov.cn/a", "https://www.shili.gov.cn/", "https://www.shili.gov.cn/"),
        ("http://shili.gov.cn:8080/a", "/b", "http://shili.gov.cn:8080/b"),
        ("http://shili.gov.cn:8080/a", "https://shili.gov.cn/b", "https://shili.gov.cn/b"),
        ("https://shili.gov.cn/a", "http://shili.gov.cn/b", None),
        ("https://shili.gov.cn/a", "https://shili.com/b", None),
        ("https://shili.gov.cn/a", "https://shili.gov.cn.shili.com/b", None),
        ("https://shili.gov.cn/a", "https://shili.gov.cn@shili.com/b", None),
        ("https://shili.gov.cn/a", "https://x@shili.gov.cn/b", None),
        ("https://shili.gov.cn/a", "https://shili.gov.cn:22/b", None),
        ("https://shili.gov.cn/a", "https://127.0.0.1/b", None),
        ("https://shili.gov.cn/a", "ftp://shili.gov.cn/b", None),
        ("https://shili.gov.cn/a", "javascript:x", None),
    ],
)
def test_a_redirect_stays_with_the_office(url: str, location: str, target: str | None) -> None:
    hosts = {"shili.gov.cn", "www.shili.gov.cn"}
    if target is None:
        with pytest.raises(CorpusError, match="没有跟随"):
            redirect_target(httpx.URL(url), location, hosts)
    else:
        assert str(redirect_target(httpx.URL(url), location, hosts)) == target


def test_a_name_that_leads_to_this_computer_is_not_asked(site: Site) -> None:
    with pytest.raises(CorpusError, match="localhost 指向内部地址"):
        Downloader(FAST).get(httpx.URL(f"http://localhost:{site.port}/"), hosts={"localhost"})
    assert site.asked == []


def test_a_name_nobody_knows_is_said() -> None:
    with pytest.raises(CorpusError, match=r"找不到网站 shili\.invalid"):
        Downloader(FAST).get(httpx.URL("http://shili.invalid/"), hosts={"shili.invalid"})


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("1.1.1.1", True),
        ("2400:3200::1", True),
        ("::ffff:1.1.1.1", True),
        ("127.0.0.1", False),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("2002:7f00:1::", False),
        ("ff0e::1", False),
    ],
)
def test_only_public_addresses_count_as_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for shili.gov.cn with its key, signed by itself."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    path = tmp_path / "shili.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-nodes", "-subj", "/CN=shili", "-addext", "subjectAltName=DNS:shili.gov.cn", "-days", "2"),
            *("-keyout", str(path), "-out", f"{path}.crt"),
        ],
        check=True,
        capture_output=True,
    )
    with path.open("ab") as target:
        target.write(Path(f"{path}.crt").read_bytes())
    return path


@pytest.mark.parametrize(
    ("host", "trusted", "message"),
    [
        ("shili.gov.cn", True, None),
        ("shili.gov.cn", False, "加密连接不可信.*self-signed"),
        ("other.gov.cn", True, "加密连接不可信.*mismatch"),
    ],
    ids=["trusted", "own-certificate", "another-name"],
)
def test_an_encrypted_page_needs_a_certificate_for_its_name(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, host: str, trusted: bool, message: str | None
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    with open_site(context) as site:
        site.pages["/"] = answer(PAGE)
        # Names under .gov.cn cannot be given to this computer, so the look-up is replaced.
        downloader = Downloader(FAST, addresses=lambda name, port: [HOST])
        url = httpx.URL(f"https://{host}:{site.port}/")
        if message is None:
            assert downloader.get(url, hosts={host}).content == PAGE
            assert site.headers["host"] == f"{host}:{site.port}"
        else:
            with pytest.raises(CorpusError, match=message):
                downloader.get(url, hosts={host})
            assert site.asked == []
