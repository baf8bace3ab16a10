"""Tables of a page: which cell stands where, what is a caption, and the record table of a document."""

import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lxml.etree import _Element

from ingest.formats.html_furniture import Line, label_of
from ingest.formats.html_style import Look, look_of
from ingest.formats.tables import table_lines
from rag.errors import CorpusError

_SECTIONS: Final = {"thead": 0, "tbody": 1, "tfoot": 2}
_LARGEST: Final = 500_000
"""Cells of a table with its merged ones written out, and characters that merging may repeat times ten."""
_COLUMN: Final = 300
"""Characters: a row alone with a longer cell sets text in columns."""
_TOO_LARGE: Final = "网页里有一个表格过大（合并单元格展开后超过 50 万格），请把表格另存为 XLSX 并拆开再入库。"


@dataclass(frozen=True)
class Cell:
    """A cell's lines, and how many rows and columns it spans; 0 rows is all that follow."""

    lines: tuple[Line, ...]
    rows: int = 1
    columns: int = 1

    @property
    def text(self) -> str:
        """Its lines on one."""
        return " ".join(line.text for line in self.lines)


def number_of(element: _Element, name: str, *, otherwise: int = 1) -> int:
    """A whole-number attribute; `otherwise` where it is missing or no number."""
    match = re.match(r"\s*(\d{1,5})", element.get(name, ""))
    return int(match[1]) if match else otherwise


def row_elements(
    table: _Element, look: Look, stray: Callable[[_Element, Look], None]
) -> list[list[tuple[_Element, Look]]]:
    """The cells of each visible row with their looks, head first and foot last, as a browser shows them.

    `stray` is called with what is hidden or stands in no cell, and the look it inherits.
    """
    rows: list[tuple[int, list[tuple[_Element, Look]]]] = []
    for section, element, inherited in _parts(table, look, 1, stray):
        cells = list(_cells(element, inherited, stray)) if element.tag == "tr" else [(element, inherited)]
        rows.append((section, cells))
    return [cells for _, cells in sorted(rows, key=lambda row: row[0])]


def arranged(rows: Sequence[Sequence[Cell]]) -> tuple[list[Line], list[str], list[Line]]:
    """Lines above (captions), the rows as text, lines below (notes).

    A table whose rows have one filled cell each only arranges text: its lines come out as paragraphs.
    A row that is one cell over the whole width is a caption at the top and a note at the end.
    """
    filled = [row for row in rows if any(cell.lines for cell in row)]
    longest = max((len(cell.text) for row in filled for cell in row), default=0)
    columns_of_text = len(filled) == 1 and longest > _COLUMN
    if columns_of_text or all(sum(bool(cell.lines) for cell in row) <= 1 for row in filled):
        return [line for row in filled for cell in row for line in cell.lines], [], []
    grid = _grid(rows)
    width = max(len(texts) for texts in grid)
    kept = deque((row, texts) for row, texts in zip(rows, grid, strict=True) if any(texts))
    above: list[Line] = []
    while _is_title(*kept[0], width):
        above += kept.popleft()[0][0].lines
    below: list[Line] = []
    while _is_title(*kept[-1], width):
        below = [*kept.pop()[0][0].lines, *below]
    return above, [line for line in table_lines([texts for _, texts in kept]) if line], below


def read_record(rows: Sequence[Sequence[Cell]]) -> dict[str, str]:
    """Label -> value of the table that describes a document (索引号：…, 发文字号：…); empty for another one.

    Labels end with a colon and stand in a cell before their value or in one with it; at least half of
    the filled cells have one.
    """
    found: dict[str, str] = {}
    filled = labels = 0
    for row in rows:
        name = ""
        for cell in row:
            text = cell.text.strip()
            filled += bool(text)
            if labelled := label_of(text):
                labels += 1
                name, value = labelled
                found[name] = value
            elif name:
                found[name], name = text, ""
    return found if labels and labels * 2 >= filled else {}


def _parts(
    parent: _Element, look: Look, section: int, stray: Callable[[_Element, Look], None]
) -> Iterator[tuple[int, _Element, Look]]:
    for child in parent:
        own = look_of(child, look)
        if own is not None and child.tag in _SECTIONS:
            yield from _parts(child, own, _SECTIONS[child.tag], stray)
        elif own is not None and child.tag in {"tr", "td", "th"}:
            yield section, child, own
        else:
            stray(child, look)


def _cells(
    row: _Element, look: Look, stray: Callable[[_Element, Look], None]
) -> Iterator[tuple[_Element, Look]]:
    for child in row:
        own = look_of(child, look)
        if own is not None and child.tag in {"td", "th"}:
            yield child, own
        else:
            stray(child, look)


def _grid(rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    """Every row's texts by column: repeated down merged rows, written once across merged columns.

    Raises:
        CorpusError: merged cells make the table too large to write out.
    """
    grid: list[list[str]] = []
    hanging: dict[int, tuple[int, str]] = {}  # column -> how many rows it still hangs down, its text
    cells = characters = 0
    for index, row in enumerate(rows):
        texts: list[str] = []
        waiting = deque(row)
        furthest = max(hanging, default=-1)
        while waiting or len(texts) <= furthest:
            column = len(texts)
            if column in hanging:
                left, text = hanging.pop(column)
                if left > 1:
                    hanging[column] = (left - 1, text)
                texts.append(text)
                continue
            cell = waiting.popleft() if waiting else Cell(())
            below = min(cell.rows or len(rows), len(rows) - index) - 1
            for offset in range(min(max(cell.columns, 1), 1000)):
                texts.append("" if offset else cell.text)
                if below:
                    hanging[column + offset] = (below, texts[-1])
        grid.append(texts)
        cells += len(texts)
        characters += sum(map(len, texts))
        if cells > _LARGEST or characters > 10 * _LARGEST:
            raise CorpusError(_TOO_LARGE)
    return grid


def _is_title(row: Sequence[Cell], texts: Sequence[str], width: int) -> bool:
    """Whether the row is one cell over the whole width, with nothing hanging into it."""
    alone = len(row) == 1 and bool(row[0].lines) and sum(map(bool, texts)) == 1
    return alone and width > 1 and (row[0].columns >= width or len(texts) == 1)
