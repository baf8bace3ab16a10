"""One file -> text and front matter. Encodings and hostile bytes are decided here only."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from rag.errors import CorpusError

SUFFIXES = (".txt", ".md")
SIZE_LIMIT = 20_000_000
"""Bytes; the longest of 3,498 laws has 0.3 MB."""
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n((?:.*\n)*?)---[ \t]*(?:\n|\Z)")
_UNCLOSED = re.compile(r"\A---[ \t]*\n[A-Za-z_]+:")
_LINE_END = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")


@dataclass(frozen=True)
class LoadedFile:
    """The readable content of one source file; `sha256` is of its bytes."""

    path: Path
    text: str
    sha256: str
    metadata: dict[str, Any] = field(default_factory=dict)


def load_file(path: Path) -> LoadedFile:
    """Read a .txt or .md file as UTF-8, front matter apart, control characters removed.

    Raises:
        CorpusError: the file is missing, too large, empty, not UTF-8 or of another format.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise CorpusError(
            f"{path.name}：还不能读取 {path.suffix or '无扩展名'} 文件，请另存为 UTF-8 的 {' 或 '.join(SUFFIXES)}。"
        )
    try:
        size = path.stat().st_size
        if size > SIZE_LIMIT:
            raise CorpusError(
                f"{path.name}：文件有 {size / 1e6:.0f} MB，超过 {SIZE_LIMIT // 10**6} MB 上限，请拆开再入库。"
            )
        raw = path.read_bytes()
    except OSError as problem:
        raise CorpusError(f"{path.name}：打不开（{problem.strerror}），请检查路径和权限。") from problem
    text = _readable(raw, path)
    metadata, body = _front_matter(text, path)
    if not body.strip():
        raise CorpusError(f"{path.name}：没有正文，请检查文件内容。")
    return LoadedFile(path, body, hashlib.sha256(raw).hexdigest(), metadata)


def _readable(raw: bytes, path: Path) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise CorpusError(
            f"{path.name}：不是 UTF-8 编码（第 {problem.start} 字节处），请用文本编辑器另存为 UTF-8。"
        ) from problem
    text = _LINE_END.sub("\n", text)
    return "".join(
        character
        for character in text
        if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}
    )


def _front_matter(text: str, path: Path) -> tuple[dict[str, Any], str]:
    match = _FRONT_MATTER.match(text)
    if not match:
        if _UNCLOSED.match(text):
            raise CorpusError(
                f"{path.name}：文件头从第 1 行的 --- 开始，却没有结束，请在它之后另起一行写 ---。"
            )
        return {}, text
    try:
        # As safe as safe_load, but dates stay as they are written: every value is read as a string.
        metadata = yaml.load(match[1], Loader=yaml.BaseLoader) or {}
    except (yaml.YAMLError, RecursionError) as problem:
        mark = getattr(problem, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        raise CorpusError(f"{path.name}：文件头第 {line} 行不是有效的 YAML，请写成“名称: 值”。") from problem
    if not isinstance(metadata, dict):
        raise CorpusError(f"{path.name}：文件头第 2 行不是有效的 YAML，请写成“名称: 值”。")
    return metadata, text[match.end() :]
