"""Zip packages (.docx, .xlsx): checked whole before any library sees a byte of them.

What is handed on are the XML parts alone. Pictures, macros and embedded files are
counted against the limits and left behind, so no later step can trip over them.
"""

import posixpath
import re
import struct
import xml.etree.ElementTree as ElementTree
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import unquote
from xml.parsers import expat

from rag.errors import CorpusError

ENTRY_LIMIT = 2_000
"""Files in one package; a document of 500 pictures has about 600."""
ENTRY_BYTES = 50_000_000
TOTAL_BYTES = 200_000_000
RATIO_LIMIT = 200
"""Times that a file of over RATIO_FROM bytes may grow; the XML of real tables grows 10 to 40 times."""
RATIO_FROM = 1_000_000

_CHUNK = 65_536
_OLE2 = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_ENCODINGS = {"utf-8", "utf-16", "us-ascii", "ascii"}
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
_NOT_A_PACKAGE = "不是完好的 .docx 或 .xlsx 文件，请用 Word、Excel 或 WPS 打开后另存，再入库。"
_TOO_LARGE = f"文件解压后超过 {TOTAL_BYTES // 10**6} MB，请拆成几个文件再入库。"


@dataclass(frozen=True)
class Relationship:
    """One link of a part: `kind` is the last word of its type, `target` a part's name or an address."""

    id: str
    kind: str
    target: str
    external: bool


@dataclass(frozen=True)
class Archive:
    """The XML parts of a package by name (without a leading slash), all without a document type."""

    parts: dict[str, bytes]
    names: frozenset[str]
    warnings: tuple[str, ...] = ()

    def relationships(self, part: str = "") -> list[Relationship]:
        """The links of `part`, those of the package itself for an empty name; none when they are damaged."""
        folder, name = posixpath.split(part)
        content = self.parts.get(posixpath.join(folder, "_rels", f"{name}.rels"))
        return _relationships(content, folder) if content else []

    def related(self, part: str, kind: str) -> bytes | None:
        """The first part that `part` links to as `kind` and that is there."""
        for link in self.relationships(part):
            if link.kind == kind and not link.external and link.target in self.parts:
                return self.parts[link.target]
        return None

    def main_part(self) -> str:
        """The name of the document or workbook.

        Raises:
            CorpusError: the package names none.
        """
        for link in self.relationships():
            if link.kind == "officeDocument" and link.target in self.parts:
                return link.target
        raise CorpusError(_NOT_A_PACKAGE)

    def packed(self) -> bytes:
        """The checked parts as a package of their own, for a library that wants one."""
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w") as package:
            for name, content in self.parts.items():
                package.writestr(name, content)
        return buffer.getvalue()


def open_archive(raw: bytes) -> Archive:
    """Read every file of a package, counting real bytes: declared sizes can be forged.

    Raises:
        CorpusError: encrypted, an older format, damaged, beyond a limit, or not safe to read.
    """
    if raw.startswith(_OLE2):
        if _ENCRYPTED_STREAM in raw:
            raise CorpusError("文件有密码保护，请去掉打开密码、另存后再入库。")
        raise CorpusError("是旧版 Office 格式（.doc、.xls 等），请另存为 .docx 或 .xlsx 再入库。")
    if not raw.startswith(b"PK\x03\x04"):
        raise CorpusError(_NOT_A_PACKAGE)
    try:
        with zipfile.ZipFile(BytesIO(raw)) as package:
            entries = _checked_entries(package)
            parts = _read_parts(package, entries)
    except _UNREADABLE as problem:
        raise CorpusError(_NOT_A_PACKAGE) from problem
    return Archive(parts, frozenset(entries), _warnings(parts, entries))


def _checked_entries(package: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The files by their plain names; names that two readers could take differently are refused."""
    listed = [entry for entry in package.infolist() if not entry.is_dir()]
    if len(listed) > ENTRY_LIMIT:
        raise CorpusError(
            f"压缩包里有 {len(listed):,} 个文件，超过 {ENTRY_LIMIT:,} 个，请拆成几个文件再入库。"
        )
    entries: dict[str, zipfile.ZipInfo] = {}
    known: set[str] = set()
    for entry in listed:
        name = entry.orig_filename.replace("\\", "/")
        if "\0" in name or re.match("/|[A-Za-z]:", name) or ".." in name.split("/"):
            raise CorpusError("压缩包里有不安全的路径，文件可能被改动过，请从原处重新取得。")
        if entry.flag_bits & 0x1:
            raise CorpusError("文件有密码保护，请去掉打开密码、另存后再入库。")
        if name.lower() in known:
            raise CorpusError("压缩包里有重名的文件，文件可能被改动过，请从原处重新取得。")
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise CorpusError(_NOT_A_PACKAGE)
        known.add(name.lower())
        entries[name] = entry
    return entries


def _read_parts(package: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    left = TOTAL_BYTES
    for name, entry in entries.items():
        wanted = name.lower().endswith((".xml", ".rels"))
        kept, size = _read_entry(package, entry, left, keep=wanted)
        left -= size
        if wanted and _is_readable_xml(kept):
            parts[name] = kept
    return parts


def _read_entry(
    package: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int, *, keep: bool
) -> tuple[bytes, int]:
    """The bytes (none unless `keep`) and the size of one file, read no further than the limits."""
    pieces: list[bytes] = []
    size = 0
    with package.open(entry) as stream:
        while piece := stream.read(_CHUNK):
            size += len(piece)
            if size > ENTRY_BYTES or size > left:
                raise CorpusError(_TOO_LARGE)
            if size > RATIO_FROM and size > RATIO_LIMIT * entry.compress_size:
                raise CorpusError("压缩比异常，可能是压缩炸弹，没有读取；请从原处重新取得文件。")
            if keep:
                pieces.append(piece)
    return b"".join(pieces), size


def _is_readable_xml(content: bytes) -> bool:
    """Whether XML begins here; an Office part never has a document type, so one is an attack.

    Expat looks only at what stands before the first element, where a document type must be.
    """
    started: list[str] = []
    parser = expat.ParserCreate()

    def refuse_document_type(*_: object) -> None:
        raise CorpusError("文件的 XML 里有 DOCTYPE 声明，不安全，没有读取；请用 Word 或 WPS 另存后再入库。")

    def check_encoding(_version: str, encoding: str | None, _standalone: int) -> None:
        # Readers may disagree on a rare encoding, and so on where a document type begins.
        if encoding and encoding.lower() not in _ENCODINGS:
            raise CorpusError(_NOT_A_PACKAGE)

    parser.StartDoctypeDeclHandler = refuse_document_type
    parser.XmlDeclHandler = check_encoding
    parser.StartElementHandler = lambda name, _attributes: started.append(name)
    # An error behind the first element is for whoever needs the part; before it, it is no XML.
    with suppress(expat.ExpatError):
        for start in range(0, len(content), _CHUNK):
            parser.Parse(content[start : start + _CHUNK], start + _CHUNK >= len(content))
            if started:
                break
    return bool(started)


def _relationships(content: bytes, folder: str) -> list[Relationship]:
    try:
        root = ElementTree.fromstring(content)
    except ElementTree.ParseError:
        return []
    links: list[Relationship] = []
    for element in root:
        target, external = element.get("Target", ""), element.get("TargetMode") == "External"
        if not external:
            target = posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")
        kind = element.get("Type", "").rpartition("/")[2]
        links.append(Relationship(element.get("Id", ""), kind, target, external))
    return links


def _warnings(parts: dict[str, bytes], entries: dict[str, zipfile.ZipInfo]) -> tuple[str, ...]:
    links = [
        link
        for name, content in parts.items()
        if name.lower().endswith(".rels")
        for link in _relationships(content, "")
    ]
    outside = sum(link.external and link.kind != "hyperlink" for link in links)
    found: list[str] = []
    if outside:
        found.append(f"有 {outside} 处内容在文件之外（外部图片、模板等），没有读取。")
    if any(name.lower().endswith("vbaproject.bin") for name in entries):
        found.append("文件带有宏，没有读取，也没有运行。")
    return tuple(found)
