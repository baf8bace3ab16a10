"""Older office files are read by way of LibreOffice, or refused with what to save them as."""

import http.server
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import docx
import openpyxl
import pytest

from ingest.formats import office
from ingest.formats.docx import read_docx
from ingest.formats.office import read_office
from rag.errors import CorpusError
from tests.pdf_files import PARAGRAPHS, squeezed

needs_libreoffice = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
OLE2 = bytes.fromhex("D0CF11E0A1B11AE1")
LINKED = """<?xml version="1.0"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" office:version="1.2"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
 office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text><text:p>示例
<draw:frame text:anchor-type="as-char" svg:width="3cm" svg:height="3cm">
<draw:image xlink:href="ADDRESS" xlink:type="simple"/></draw:frame></text:p></office:text></office:body></office:document>"""


def converted(source: Path, suffix: str) -> bytes:
    """`source` saved by LibreOffice in an older format."""
    folder = source.parent
    subprocess.run(
        ["soffice", f"-env:UserInstallation={folder.as_uri()}/profile", "--headless",
         "--convert-to", suffix, "--outdir", str(folder), str(source)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return source.with_suffix(f".{suffix}").read_bytes()


@pytest.fixture(scope="module")
def decision(tmp_path_factory: pytest.TempPathFactory) -> Path:
    document = docx.Document()
    for text in PARAGRAPHS:
        document.add_paragraph(text)
    path = tmp_path_factory.mktemp("decision") / "示例.docx"
    document.save(str(path))
    return path


@needs_libreoffice
@pytest.mark.parametrize(("kind", "suffix"), [("doc", ".doc"), ("doc", ".WPS"), ("rtf", ".doc")])
def test_the_decision_comes_back_from_an_older_word_file(decision: Path, kind: str, suffix: str) -> None:
    found = read_office(converted(decision, kind), suffix)

    assert squeezed(found.text) == squeezed("\n".join(PARAGRAPHS))


@needs_libreoffice
@pytest.mark.parametrize("suffix", [".xls", ".et"])
def test_a_table_comes_back_from_an_older_spreadsheet(tmp_path: Path, suffix: str) -> None:
    book = openpyxl.Workbook()
    for row in (["指标", "数值"], ["示例", 12]):
        book.active.append(row)
    book.save(tmp_path / "示例.xlsx")

    found = read_office(converted(tmp_path / "示例.xlsx", "xls"), suffix)

    assert found.text.split("\n") == ["| 指标 | 数值 |", "| 示例 | 12 |"]


def test_a_newer_file_under_an_older_name_needs_no_conversion(
    decision: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")

    assert read_office(decision.read_bytes(), ".doc") == read_docx(decision.read_bytes())


@pytest.mark.parametrize(
    ("raw", "suffix", "message"),
    [
        (OLE2, ".doc", "另存为 DOCX 或 PDF 再入库"),
        (OLE2, ".et", "另存为 XLSX 或 PDF 再入库"),
        (b"<html></html>", ".xls", r"不是完好的 \.xls 文件"),
        (b"PK\x03\x04", ".ofd", "另存为 PDF"),
    ],
    ids=["no-libreoffice-doc", "no-libreoffice-et", "not-office", "ofd"],
)
def test_what_cannot_be_converted_is_refused_with_a_way_out(
    raw: bytes, suffix: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(CorpusError, match=message):
        read_office(raw, suffix)


@needs_libreoffice
def test_a_damaged_file_is_refused() -> None:
    with pytest.raises(CorpusError, match="没能转换"):
        read_office(OLE2 + bytes(5_000), ".doc")


def test_a_hanging_conversion_is_stopped_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\nsleep 300 & echo $! > {tmp_path}/child\nwait\n", encoding="utf8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(office, "SECONDS", 1)

    with pytest.raises(CorpusError, match="超过 1 秒"):
        read_office(OLE2, ".doc")

    assert not runs(int((tmp_path / "child").read_text(encoding="utf8")))


def runs(process: int) -> bool:
    """Whether a process is still at work a second later; one that only waits to be counted is not."""
    time.sleep(1)
    status = Path(f"/proc/{process}/stat")
    return status.exists() and status.read_text(encoding="utf8").rpartition(")")[2].split()[0] != "Z"


@pytest.fixture
def visits() -> Iterator[tuple[str, list[str]]]:
    """The address of a server on this machine, and what was asked of it."""
    asked: list[str] = []

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Tests have no log."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/picture.png", asked
        server.shutdown()


@needs_libreoffice
def test_a_linked_picture_is_not_fetched(tmp_path: Path, visits: tuple[str, list[str]]) -> None:
    address, asked = visits
    (tmp_path / "示例.fodt").write_text(LINKED.replace("ADDRESS", address), encoding="utf8")
    raw = converted(tmp_path / "示例.fodt", "doc")
    assert asked  # what makes the file does fetch it
    asked.clear()

    assert read_office(raw, ".doc").text.strip() == "示例"
    assert asked == []
