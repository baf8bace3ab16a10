"""A web site on this computer that behaves well or badly, page by page, and runs of the fetch over it."""

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from ingest.fetch import Fetched, fetch
from ingest.transfer import Limits

HOST = "127.0.0.1"
FAST = Limits(
    connect_seconds=1,
    read_gap_seconds=0.3,
    total_seconds=0.8,
    size_bytes=400_000,
    backoff_seconds=0.01,
    longest_wait_seconds=1,
    interval_seconds=0,
)
PAGE = (
    "<!DOCTYPE html><html><head><title>示例办法</title></head><body><p>这是示例。</p></body></html>".encode()
)
Page = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """`pages` by path; `asked` are the paths asked for, `headers` what came with the last."""

    port: int
    scheme: str = "http"
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    closing: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str) -> str:
        return f"{self.scheme}://{HOST}:{self.port}{path}"


@contextmanager
def open_site(tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append(self.path)
            site.headers = {name.lower(): value for name, value in self.headers.items()}
            self.close_connection = True
            try:
                site.pages.get(self.path, answer(b"", status=404))(self)
            except OSError:
                site.asked.append("the reader hung up")

        def log_message(self, *arguments: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    # A refused handshake is what some tests are about.
    server.handle_error = lambda *arguments: None  # type: ignore[method-assign]
    site = Site(server.server_address[1], "https" if tls else "http")
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield site
    finally:
        site.closing.set()
        server.shutdown()
        server.server_close()


def answer(
    body: bytes, content_type: str = "text/html; charset=utf-8", status: int = 200, **headers: str
) -> Page:
    """A whole answer; a header `content_length` replaces the true one."""
    named = {"content-type": content_type, "content-length": str(len(body))}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}

    def page(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in named.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return page


def raw(*parts: bytes, pause: float = 0, stall: Site | None = None) -> Page:
    """Bytes as they are, `pause` seconds between parts; then, for a site, silence until it closes."""

    def page(handler: BaseHTTPRequestHandler) -> None:
        for part in parts:
            handler.wfile.write(part)
            handler.wfile.flush()
            time.sleep(pause)
        if stall is not None:
            stall.closing.wait(5)

    return page


def in_turn(*pages: Page) -> Page:
    """The first page for the first request and so on; the last one ever after."""
    left = list(pages)
    return lambda handler: (left.pop(0) if len(left) > 1 else left[0])(handler)


class Run:
    """One catalog over `site`, its entries named as its pages, and one folder."""

    def __init__(self, site: Site, home: Path, *names: str) -> None:
        self.catalog, self.folder, self.said = home / "catalog.yaml", home / "raw", list[str]()
        lines = [
            f"- {{id: {name.split('.')[0]}, title: 示例, url: '{site.url('/' + name)}'}}" for name in names
        ]
        self.catalog.write_text("\n".join(lines), encoding="utf8")

    def __call__(self, *ids: str, limits: Limits = FAST) -> list[Fetched]:
        return fetch(
            ids,
            catalog=self.catalog,
            folder=self.folder,
            progress=self.said.append,
            limits=limits,
            allow_host=HOST,
        )

    def record(self, name: str = "a") -> dict[str, object]:
        return json.loads((self.folder / name / "record.json").read_text(encoding="utf8"))

    def files(self) -> list[str]:
        return sorted(
            str(path.relative_to(self.folder)) for path in self.folder.rglob("*.*") if path.is_file()
        )
