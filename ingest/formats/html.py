"""HTML pages as government sites publish them: the document without the page around it.

Parsing is lxml's (libxml2), without network, entities of the document or huge trees: a page
nested deeper than 256 elements is refused, not cut. Links are not followed; scripts do not run.
"""

import codecs
import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from lxml import etree
from lxml.etree import _Element

from ingest.formats import Extracted
from ingest.formats.html_body import Body, choose_body, find_containers, is_certain
from ingest.formats.html_furniture import Line, text_of
from ingest.formats.html_lines import PageLines
from ingest.formats.text import REPLACED, decode, replaced_warning
from rag.errors import CorpusError
from rag.numerals import number_or_none

_HEAD: Final = 8192
"""Bytes in which a page says its encoding; the HTML standard asks for 1024, sites put comments before."""
_DECLARED: Final = re.compile(
    rb"""(?i)<\?xml[^>]{0,200}?\bencoding\s*=\s*["']?([\w.:-]+)|<meta\b[^>]{0,500}?\bcharset\s*=\s*["']?\s*([\w.:-]+)"""
)
_ENCODINGS: Final = dict.fromkeys(("gb2312", "gb_2312-80", "gbk", "x-gbk", "cp936", "gb18030"), "gb18030")
"""Pages that say gb2312 are written in what grew out of it; browsers read them so too."""
_SOME_LOST: Final = 0.001
"""Share of characters: with more lost, the encoding is another than the page says."""
_HANZI: Final = re.compile("[\u4e00-\u9fff]")
_PAGE_END: Final = re.compile(r"(?i)</(?:html|body)\s*>")
_TOO_DEEP: Final = "网页的标签嵌套太深（超过 256 层）或单段过长，读不全。请用浏览器打开，另存为 PDF 再入库。"
_NO_TEXT: Final = "网页里找不到正文（可能要靠脚本显示）。请用浏览器打开，另存为 PDF 或复制成文本再入库。"
_DATE: Final = re.compile(r"([\d〇○零一二三四五六七八九]{4})\s*[年./-]\s*([\d一二三四五六七八九十]{1,3})\s*[月./-]\s*([\d一二三四五六七八九十]{1,3})\s*日?")  # fmt: skip
_NUMBER: Final = re.compile(r"\S{1,20}第?\s*\d{1,5}\s*号")
_MARKUP: Final = re.compile(r"<[^<>]{0,200}>")
_SHORTEST_TITLE: Final = 6


def read_html(raw: bytes) -> Extracted:
    """The document of a page: its text, and title, number, issuer and issued where the page says them.

    Raises:
        CorpusError: the encoding cannot be told, the page is nested too deeply, or holds no text.
    """
    page = _decode(raw)
    root = _parse(page)
    containers = find_containers(root)
    certain = {element for name, found in containers.items() if is_certain(name) for element in found}
    read = PageLines(root, certain.__contains__)
    body = choose_body(read.lines, containers)
    text = _written(body.lines)
    if not any(character.isalnum() for character in text):
        raise CorpusError(_NO_TEXT)
    metadata = _metadata(root, read.record, text)
    return Extracted(text, metadata, (*replaced_warning(text), *_warnings(read, body)))


def _decode(raw: bytes) -> str:
    """By the byte order mark, as UTF-8 where the bytes are UTF-8 with hanzi, as the page says, or by evidence.

    Valid UTF-8 with hanzi goes before what the page says: saved and copied pages keep an old declaration.
    """
    match = _DECLARED.search(raw, 0, _HEAD)
    name = (match[1] or match[2]).decode("ascii", "replace").lower() if match else ""
    marked = raw.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        encoding = codecs.lookup(_ENCODINGS.get(name, name)).name if name else ""
    except LookupError:
        encoding = ""
    # A declaration readable in ASCII is not in UTF-16, whatever it says.
    if marked or not encoding or encoding.startswith("utf-16") or _is_utf8(raw):
        return decode(raw)
    text = raw.decode(encoding, "replace")
    return text if text.count(REPLACED) <= max(1, _SOME_LOST * len(text)) else decode(raw)


def _is_utf8(raw: bytes) -> bool:
    try:
        return bool(_HANZI.search(raw.decode("utf-8")))
    except UnicodeDecodeError:
        return False


def _parse(page: str) -> _Element:
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    # What follows an early end of the page would be lost; a zero byte is no character.
    content = _PAGE_END.sub("", page).replace("\0", "").encode("utf-8", "replace")
    try:
        root = etree.fromstring(content, parser) if content.strip() else None
    except etree.XMLSyntaxError as problem:
        raise CorpusError(_NO_TEXT) from problem
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        raise CorpusError(_TOO_DEEP)
    if root is None:
        raise CorpusError(_NO_TEXT)
    return root


def _written(lines: Iterable[Line]) -> str:
    """One line each, an empty one before and after each table."""
    written: list[str] = []
    before: Line | None = None
    for line in lines:
        if before and (line.table or before.table) and line.element is not before.element:
            written.append("")
        written.append(line.text)
        before = line
    return "\n".join(written)


def _metadata(root: _Element, record: dict[str, str], text: str) -> dict[str, str]:
    number = "".join(next((record[label] for label in ("发文字号", "文号") if record.get(label)), "").split())
    issuer = next(
        (record[label] for label in ("发文机关", "发文机构", "制发机关", "发文单位") if record.get(label)), ""
    )
    found = {
        "title": " ".join(record.get("标题", "").split()) or _title(root, text),
        "number": number if _NUMBER.fullmatch(number) else "",
        "issuer": " ".join(issuer.split()),
        "issued": _iso(record.get("成文日期") or record.get("成文时间") or ""),
    }
    return {name: value for name, value in found.items() if value}


def _title(root: _Element, text: str) -> str:
    """What the page names as the title of its document, where it names one: ArticleTitle, og:title, h1.

    og:title and h1 also name sites and sections, so they count where the text or the window's title has them.
    """
    metas = {"articletitle": set[str](), "og:title": set[str]()}
    for meta in root.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").lower()
        if name in metas and (content := " ".join(_MARKUP.sub("", meta.get("content", "")).split())):
            metas[name].add(content)
    if len(metas["articletitle"]) == 1:
        return metas["articletitle"].pop()
    windows = "".join(text_of(window) for window in root.iter("title"))
    known = "".join((windows + text).split())
    headings = {" ".join(text_of(heading).split()) for heading in root.iter("h1")} - {""}
    for titles in (metas["og:title"], headings):
        title = next(iter(titles)) if len(titles) == 1 else ""
        if len(title) >= _SHORTEST_TITLE and "".join(title.split()) in known:
            return title
    return ""


def _iso(text: str) -> str:
    """YYYY-MM-DD of a date in Arabic or Chinese numerals, or nothing."""
    match = _DATE.fullmatch(text.strip())
    parts = [number_or_none(part) for part in match.groups()] if match else []
    try:
        year, month, day = (part or 0 for part in parts)
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def _warnings(read: PageLines, body: Body) -> list[str]:
    unread = [found for found in read.unread if body.holds(found.element, found.position)]
    hidden = sum(len(found.text) for found in unread if found.reason == "hidden")
    white = "".join(found.text for found in unread if found.reason == "white")
    pictures = sum(found.reason == "image" for found in unread)
    files = [line.text for line in (*body.lines, *read.lines) if line.file]
    names = "、".join(list(dict.fromkeys(files))[:5])
    held = sum(len(line.text) for line in body.lines)
    told = []
    if hidden:
        told.append(f"正文里有 {hidden} 个字设为隐藏，没有读入。")
    if white:
        told.append(f"正文里有 {len(white)} 个字是白底白字（“{white[:20]}”），没有读入，请对照原网页核对。")
    if pictures:
        told.append(f"正文里有 {pictures} 张图片，图中的文字没有读入。")
    if files:
        told.append(f"网页附有文件（{names}），文件里的文字没有读入，需要时请下载后另行入库。")
    if body.outside > max(100, 0.05 * held):
        told.append(f"网页在正文之外还有约 {body.outside} 字像是正文，没有读入，请对照原网页核对。")
    return told
