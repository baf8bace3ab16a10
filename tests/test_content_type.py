"""A file is what its bytes say, and header and address must not say otherwise."""

import io
import time
import zipfile

import pytest

from ingest.content_type import checked_suffix, ends_as_it_should
from rag.errors import CorpusError

HTML = "<!DOCTYPE html>\n<html><body>示例</body></html>".encode()
PDF = b"%PDF-1.4\n%%EOF\n"
COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(512)
DOC = COMPOUND + "WordDocument".encode("utf-16-le")
XLS = COMPOUND + "Workbook".encode("utf-16-le")
MIME_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def archive(name: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr(name, "示例")
    return buffer.getvalue()


DOCX, XLSX, OFD = archive("word/document.xml"), archive("xl/workbook.xml"), archive("OFD.xml")


@pytest.mark.parametrize(
    ("content", "content_type", "path", "suffix"),
    [
        (HTML, "text/html;charset=UTF-8", "/a.shtml", ".html"),
        (b"\xef\xbb\xbf\n<!-- x --><html>", "text/html", "/", ".html"),
        (b'<?xml version="1.0"?><!DOCTYPE html>', "application/xhtml+xml", "/a.jsp", ".html"),
        (b'<div class="wrap">', "text/html", "/a", ".html"),
        (PDF, "application/pdf", "/a.PDF", ".pdf"),
        (PDF, "application/octet-stream", "/download.do", ".pdf"),
        (DOCX, MIME_DOCX, "/a.docx", ".docx"),
        (DOCX, "application/msword", "/a.doc", ".docx"),
        (DOC, "application/msword", "/a.doc", ".doc"),
        (DOC, "", "/a.wps", ".doc"),
        (XLS, "application/vnd.ms-excel", "/a.xls", ".xls"),
        (XLSX, "application/zip", "/a.xlsx", ".xlsx"),
        (OFD, "application/octet-stream", "/a.ofd", ".ofd"),
        ("示例".encode(), "text/plain", "/a.txt", ".txt"),
        ("示例".encode("gb18030"), "text/plain", "/a.txt", ".txt"),
    ],
)
def test_the_bytes_name_the_suffix(content: bytes, content_type: str, path: str, suffix: str) -> None:
    assert checked_suffix(content, content_type, path) == suffix


@pytest.mark.parametrize(
    ("content", "content_type", "path", "message"),
    [
        (HTML, "text/html", "/a.pdf", "以 .pdf 结尾，收到的却是网页"),
        (HTML, "application/pdf", "/a", "说是 application/pdf，收到的却是网页"),
        (HTML, "application/msword", "/a.doc", "收到的却是网页"),
        (PDF, "text/html", "/a", "收到的却是PDF"),
        (DOCX, "application/octet-stream", "/a.pdf", "收到的却是DOCX"),
        (HTML, "image/png", "/a", "说是 image/png"),
        (archive("x"), "application/zip", "/a.zip", "不是能读取的格式"),
        (DOCX[:-30], MIME_DOCX, "/a.docx", "不是能读取的格式"),
        (COMPOUND, "application/msword", "/a.doc", "不是能读取的格式"),
        (b"\x89PNG\r\n\x1a\n", "image/png", "/a.png", "image/png）不是能读取的格式"),
        (b'{"a": 1}', "application/json", "/a", "不是能读取的格式"),
        ("示例".encode(), "text/html", "/a.html", "不是能读取的格式"),
        (b"a\x00b", "text/plain", "/a.txt", "不是能读取的格式"),
        (b"\xff\xff", "text/plain", "/a.txt", "不是能读取的格式"),
        (b"<aside-x", "", "/", "未注明类型）不是能读取的格式"),
    ],
)
def test_what_lies_is_refused(content: bytes, content_type: str, path: str, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        checked_suffix(content, content_type, path)


@pytest.mark.parametrize(
    ("content", "suffix", "whole"),
    [
        (HTML, ".html", True),
        (HTML[:-3], ".html", False),
        (b"<html><p></p>", ".html", False),
        (b"<div><p></p></div>\n", ".html", True),
        (b"<div><p>", ".html", False),
        (PDF, ".pdf", True),
        (PDF[:-4], ".pdf", False),
        (DOCX, ".docx", True),
        (DOC, ".doc", False),
        (b"x", ".txt", False),
    ],
)
def test_a_file_cut_short_lacks_its_end(content: bytes, suffix: str, whole: bool) -> None:
    assert ends_as_it_should(content, suffix) is whole


def test_a_file_of_comments_is_told_quickly() -> None:
    started = time.monotonic()
    with pytest.raises(CorpusError, match="不是能读取的格式"):
        checked_suffix(b"<!---->" * 500_000, "text/html", "/")
    assert time.monotonic() - started < 10
