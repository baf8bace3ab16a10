"""What a downloaded file is, by its bytes; what the site and the address say must agree with it."""

import io
import re
import zipfile
from pathlib import PurePosixPath

from rag.errors import CorpusError

_NAMES = {
    ".html": "网页",
    ".pdf": "PDF",
    ".docx": "DOCX",
    ".doc": "DOC",
    ".xlsx": "XLSX",
    ".xls": "XLS",
    ".ofd": "OFD",
    ".txt": "纯文本",
}
_DECLARED = {
    "text/html": {".html"},
    "application/xhtml+xml": {".html"},
    "text/plain": {".txt"},
    "application/pdf": {".pdf"},
    "application/msword": {".doc", ".docx"},
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": {".docx"},
    "application/vnd.ms-excel": {".xls", ".xlsx"},
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {".xlsx"},
    "application/ofd": {".ofd"},
    "application/zip": {".docx", ".xlsx", ".ofd"},
}
_SAYS_NOTHING = {
    "",
    "application/octet-stream",
    "binary/octet-stream",
    "application/x-download",
    "application/force-download",
}
"""Types of a server that does not know or wants the browser to save; the bytes alone decide."""
_ENDINGS = {
    ".html": {".html"},
    ".htm": {".html"},
    ".shtml": {".html"},
    ".txt": {".txt"},
    ".pdf": {".pdf"},
    ".doc": {".doc", ".docx"},
    ".wps": {".doc", ".docx"},
    ".docx": {".docx"},
    ".xls": {".xls", ".xlsx"},
    ".et": {".xls", ".xlsx"},
    ".xlsx": {".xlsx"},
    ".ofd": {".ofd"},
}
_IN_ARCHIVE = {"word/document.xml": ".docx", "xl/workbook.xml": ".xlsx", "OFD.xml": ".ofd"}
_IN_COMPOUND_FILE = {"WordDocument": ".doc", "Workbook": ".xls"}
_COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
# The tags by which browsers know HTML (mimesniff.spec.whatwg.org, 7.1), behind comments and an XML declaration;
# pages are also published as a fragment that begins with its outermost element.
_HTML = re.compile(
    # Atomic, so that a file of comments cannot make the search try every way to group them.
    rb"(?:\xef\xbb\xbf)?\s*(?>(?:<\?xml[^>]{0,200}>\s*|<!--.{0,2000}?-->\s*){0,5})<(?:!doctype\s+html|html|head|body|title"
    rb"|meta|link|script|style|div|section|article|main|table|h1|p|br|font|a|b)[\s/>]",
    re.IGNORECASE | re.DOTALL,
)
_HTML_BEGINS = re.compile(rb"<html[\s>]", re.IGNORECASE)
_HTML_ENDS = re.compile(rb"</html\s*>", re.IGNORECASE)
_CLOSING_TAG = re.compile(rb"</[a-z0-9]{1,20}\s*>(?:\s|<!--[^>]{0,200}-->)*\Z", re.IGNORECASE)


def checked_suffix(content: bytes, content_type: str, path: str) -> str:
    """The suffix under which `content` is kept, such as ".pdf".

    Args:
        content: the whole file.
        content_type: the Content-Type header, empty when there is none.
        path: the path of the address the file came from.

    Raises:
        CorpusError: nothing that can be read, or not what the header or the address says.
    """
    declared = content_type.partition(";")[0].strip().lower()
    suffix = _by_content(content) or (".txt" if declared == "text/plain" and _is_text(content) else None)
    if suffix is None:
        raise CorpusError(
            f"收到的内容（{declared or '未注明类型'}）不是能读取的格式（{'、'.join(_NAMES.values())}），请换正文页或附件的网址。"
        )
    if declared not in _SAYS_NOTHING and suffix not in _DECLARED.get(declared, set()):
        raise CorpusError(f"网站说是 {declared}，收到的却是{_NAMES[suffix]}，没有保存，请用浏览器核对网址。")
    ending = PurePosixPath(path).suffix.lower()
    if suffix not in _ENDINGS.get(ending, {suffix}):
        raise CorpusError(f"网址以 {ending} 结尾，收到的却是{_NAMES[suffix]}，没有保存，请用浏览器核对网址。")
    return suffix


def ends_as_it_should(content: bytes, suffix: str) -> bool:
    """Whether the file's own end is there; False also where its format has no mark of the end."""
    if suffix == ".html":
        return bool((_HTML_ENDS if _HTML_BEGINS.search(content) else _CLOSING_TAG).search(content))
    if suffix == ".pdf":
        return b"%%EOF" in content[-1024:]
    # The directory of an archive stands at its end and was read to know the suffix.
    return suffix in _IN_ARCHIVE.values()


def _by_content(content: bytes) -> str | None:
    if content.lstrip()[:5] == b"%PDF-":
        return ".pdf"
    if content.startswith(b"PK\x03\x04"):
        return _in_archive(content)
    if content.startswith(_COMPOUND_FILE):
        # Names of streams are UTF-16 in the compound file's directory (MS-CFB 2.6.1).
        found = (suffix for name, suffix in _IN_COMPOUND_FILE.items() if name.encode("utf-16-le") in content)
        return next(found, None)
    return ".html" if _HTML.match(content) else None


def _in_archive(content: bytes) -> str | None:
    try:
        names = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None
    return next((suffix for name, suffix in _IN_ARCHIVE.items() if name in names), None)


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            return False
    return bool(text.strip()) and not re.search("[\x00-\x08\x0e-\x1f\x7f]", text)
