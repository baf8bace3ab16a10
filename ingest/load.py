"""One file -> text and front matter. Encodings and hostile bytes are decided here only.

Plain text is read here; every other format has a reader of its own (ingest.formats) that
runs in a process of its own (ingest.isolate). The content must be what the file name says.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from ingest.formats import Extracted
from ingest.formats.text import decode
from ingest.isolate import read_isolated
from rag.errors import CorpusError
from rag.injection import cleared, is_instruction

TEXT: Final = (".txt", ".md")
READERS: Final[dict[str, tuple[str, str]]] = {
    **dict.fromkeys((".html", ".htm"), ("html", "read_html")),
    ".docx": ("docx", "read_docx"),
    ".xlsx": ("xlsx", "read_xlsx"),
    ".pdf": ("pdf", "read_pdf"),
    **dict.fromkeys((".doc", ".wps", ".xls", ".et", ".ofd"), ("office", "read_office")),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp"), ("ocr", "read_image")),
}
"""Module and function of `ingest.formats` that reads each format."""
SUFFIXES: Final = (*TEXT, *READERS)
SIZE_LIMIT: Final = 20_000_000
"""Bytes; the longest of 3,498 laws has 0.3 MB."""
_SIGNATURES: Final = (
    (b"%PDF-", "PDF", (".pdf",)),
    (b"PK\x03\x04", "DOCX、XLSX 或 OFD", (".docx", ".xlsx", ".ofd", ".wps", ".et", ".doc", ".xls")),
    (b"\xd0\xcf\x11\xe0", "旧版 Office 文件", (".doc", ".xls", ".wps", ".et", ".docx", ".xlsx")),
    (b"\x89PNG", "图片", (".png",)),
    (b"\xff\xd8\xff", "图片", (".jpg", ".jpeg")),
)
"""First bytes, what they are, and the names that such a file may have."""
_BLANK: Final = frozenset("\u034f\u115f\u1160\u3164\uffa0" + "".join(map(chr, range(0xFE00, 0xFE10))))
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n((?:.*\n)*?)---[ \t]*(?:\n|\Z)")
_UNCLOSED = re.compile(r"\A---[ \t]*\n[A-Za-z_]+:")
_LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")


INSTRUCTION: Final = "有一句写给程序看的话没有收录：{}"


@dataclass(frozen=True)
class LoadedFile:
    """The readable content of one source file; `sha256` is of its bytes, `warnings` are for who ingests."""

    path: Path
    text: str
    sha256: str
    metadata: dict[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def load_file(path: Path) -> LoadedFile:
    """Read one file: its text without control characters, its front matter apart.

    Raises:
        CorpusError: it is missing, too large, empty, damaged, or not what its name says; the message begins with the name.
    """
    try:
        raw = _bytes_of(path)
        suffix = path.suffix.lower()
        if suffix in TEXT:
            metadata, text = _front_matter(readable(decode(raw)))
            warnings: tuple[str, ...] = ()
        else:
            found = _read(suffix, raw)
            metadata, text, warnings = dict(found.metadata), readable(found.text), found.warnings
        text, told = cleared(text)
        warnings = (*warnings, *(INSTRUCTION.format(_shortened(one)) for one in told))
        if is_instruction(metadata.get("title", "")):
            metadata["title"] = path.stem
        if not text.strip():
            raise CorpusError("没有正文，请检查文件内容。")
    except CorpusError as problem:
        raise CorpusError(f"{path.name}：{problem}") from problem
    return LoadedFile(path, text, hashlib.sha256(raw).hexdigest(), metadata, warnings)


def _shortened(sentence: str) -> str:
    return sentence if len(sentence) <= 40 else f"{sentence[:40]}……"


def readable(text: str) -> str:
    """`text` with plain line ends and without control, invisible and private characters."""
    return "".join(
        character
        for character in _LINE_END.sub("\n", text)
        if character in "\n\t"
        or (unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"} and not _is_blank(character))
    )


def _is_blank(character: str) -> bool:
    """Letters and marks that show nothing: fillers, joiners, variation selectors, in which text can hide."""
    return character in _BLANK or 0xE0100 <= ord(character) <= 0xE01EF


def _bytes_of(path: Path) -> bytes:
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise CorpusError(
            f"还不能读取 {path.suffix or '无扩展名'} 文件，请另存为 DOCX、PDF、HTML 或 UTF-8 的 TXT 再入库。"
        )
    try:
        size = path.stat().st_size
        if size > SIZE_LIMIT:
            raise CorpusError(
                f"文件有 {size / 1e6:.0f} MB，超过 {SIZE_LIMIT // 10**6} MB 上限，请拆开再入库。"
            )
        raw = path.read_bytes()
    except OSError as problem:
        raise CorpusError(f"打不开（{problem.strerror}），请检查路径和权限。") from problem
    for start, kind, suffixes in _SIGNATURES:
        if raw.startswith(start) and suffix not in suffixes:
            raise CorpusError(f"文件名是 {suffix}，内容却是{kind}，请改成对应的扩展名再入库。")
    return raw


def _read(suffix: str, raw: bytes) -> Extracted:
    module, function = READERS[suffix]
    return read_isolated(module, function, (suffix,) if module == "office" else (), raw)


def _front_matter(text: str) -> tuple[dict[str, Any], str]:
    match = _FRONT_MATTER.match(text)
    if not match:
        if _UNCLOSED.match(text):
            raise CorpusError("文件头从第 1 行的 --- 开始，却没有结束，请在它之后另起一行写 ---。")
        return {}, text
    try:
        # As safe as safe_load, but dates stay as they are written: every value is read as a string.
        metadata = yaml.load(match[1], Loader=yaml.BaseLoader) or {}
    except (yaml.YAMLError, RecursionError) as problem:
        mark = getattr(problem, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        raise CorpusError(f"文件头第 {line} 行不是有效的 YAML，请写成“名称: 值”。") from problem
    if not isinstance(metadata, dict):
        raise CorpusError("文件头第 2 行不是有效的 YAML，请写成“名称: 值”。")
    return metadata, text[match.end() :]
