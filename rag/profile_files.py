"""Profiles from a file: JSON lines, CSV or Excel, one enterprise a row. A row that cannot be read is reported, never skipped silently.

The first row of a table names the fields, by name (revenue) or by label (年营业收入); a
column `id` is carried through. Several values of one cell are parted by 、.
"""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

from rag.errors import InputError

KINDS: Final = (".jsonl", ".csv", ".xlsx")
MOST_ROWS: Final = 100_000
LARGEST: Final = 50 * 2**20
"""Bytes of a file that are read."""
_IDENTIFIERS: Final = ("id", "编号", "序号")


@dataclass(frozen=True)
class Row:
    """One row as given; `problem` says in Chinese why it is no profile."""

    number: int
    id: object
    given: dict[str, Any]
    problem: str = ""


def read_profiles(path: Path) -> Iterator[Row]:
    """The rows of a file, numbered as a person sees them (the header is row 1).

    Raises:
        InputError: the file is missing, too large, of another kind, unreadable, or names no field.
    """
    if path.suffix.lower() not in KINDS:
        raise InputError(f"{path.name} 应是 {'、'.join(KINDS)} 之一。")
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"{path.name} 超过 {LARGEST // 2**20} MB，请分成几个文件。")
        raw = path.read_bytes()
    except OSError as problem:
        raise InputError(f"读不了 {path}（{problem.strerror}），请检查路径。") from problem
    kind = path.suffix.lower()
    rows = _lines(raw, path) if kind == ".jsonl" else _table(_cells(raw, path, kind), path)
    for count, row in enumerate(rows, start=1):
        if count > MOST_ROWS:
            raise InputError(f"{path.name} 超过 {MOST_ROWS} 行，请分成几个文件。")
        yield row


def _lines(raw: bytes, path: Path) -> Iterator[Row]:
    for number, line in enumerate(_text(raw, path).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            given = json.loads(line)
        except ValueError:
            given = None
        if isinstance(given, dict):
            yield Row(number, given.get("id", number), given)
        else:
            yield Row(number, number, {}, f"第 {number} 行不是一个 JSON 对象。")


def _table(cells: Iterator[list[Any]], path: Path) -> Iterator[Row]:
    header = [str(name or "").strip() for name in next(cells, [])]
    if not any(header):
        raise InputError(f"{path.name} 的第一行应是字段名，例如 所在地、行业、年营业收入。")
    for number, values in enumerate(cells, start=2):
        if all(value in (None, "") for value in values):
            continue
        given = {
            name: value
            for name, value in zip(header, values, strict=False)
            if name and value not in (None, "")
        }
        own = next((given.pop(name) for name in _IDENTIFIERS if name in given), number)
        if any(value not in (None, "") for value in values[len(header) :]):
            yield Row(number, own, {}, f"第 {number} 行的格数比表头多，请检查逗号和引号。")
        else:
            yield Row(number, own, given)


def _cells(raw: bytes, path: Path, kind: str) -> Iterator[list[Any]]:
    if kind == ".csv":
        try:
            yield from csv.reader(io.StringIO(_text(raw, path), newline=""))
        except csv.Error as problem:
            raise InputError(f"{path.name} 不是完整的 CSV（{problem}）。") from problem
        return
    from openpyxl import load_workbook  # a tenth of a second that only Excel files need
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        for row in book.worksheets[0].iter_rows(values_only=True):
            yield [_plain(value) for value in row]
    except (InvalidFileException, BadZipFile, KeyError, ValueError, OSError, IndexError) as problem:
        raise InputError(f"{path.name} 不是能打开的 Excel 文件，请另存为 .xlsx 再试。") from problem


def _plain(value: Any) -> Any:  # noqa: ANN401 (a cell)
    if value is None or isinstance(value, bool | int | float | str):
        return int(value) if isinstance(value, float) and value.is_integer() else value
    return value.date().isoformat() if hasattr(value, "date") else str(value)


def _text(raw: bytes, path: Path) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(f"{path.name} 的编码认不出来，请存为 UTF-8。")
