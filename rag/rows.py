"""A row of a table as it is read out: 列名：值；列名：值, with its header row cited beside it.

A table stands in a document's text as lines `| cell | cell |`. Which of them is the header row is
told from the lines around a row, by the rules that ingest.tables indexes tables with.
"""

import itertools
import re
from typing import Final, NamedTuple

from rag.segments import Stretch, paragraph_start
from rag.types import Passage

ROW: Final = re.compile(r"^[ \t\u3000]*\|[^\n]*\|[ \t\u3000]*$", re.MULTILINE)
"""One line of a table."""
RULE: Final = re.compile(r"\s*\|(?:\s*:?-{3,}:?\s*\|)+\s*")
"""The line of dashes under the header of a Markdown table."""
_AMOUNT = re.compile(r"(?!(?:19|20)\d\d$)\d[\d,，.]*(?:[%％]|[十百千万亿]*元)?")
"""A cell that is an amount and no column's name; 2027 may well be one."""
_STOPS: Final = "。；;，, "
_LONGEST_NAME: Final = 40
"""Characters of a first cell that names its row; a longer one says something itself."""


class Reading(NamedTuple):
    """A stretch of a document as it is read out, and where its words stand."""

    text: str
    quoted: Stretch
    """The row word for word; the stretch itself in a long row and outside of tables."""
    beside: tuple[Stretch, ...] = ()
    """What else the words are taken from: the cell that names a long row, the header row."""


def read_out(part: Stretch, passage: Passage, text: str) -> Reading:
    """`part` of `passage`, a stretch of the document's `text`, as it is read out; unchanged outside of tables.

    Of a row that is a passage the whole is read; of one that was cut into sentences the part,
    under the row's first cell. A cell goes by the name of its column; without one, by itself.
    """
    row = _row_around(part, text)
    if row is None:
        return Reading(part.text, part)
    quoted = row if passage.start <= row.start and row.end <= passage.end else part
    cells, header = _cells(row), _header_of(row, text)
    words = [_words_in(cell, quoted) for cell in cells]
    if not any(words):
        return Reading(part.text, part)
    beside = []
    first = next(place for place, cell in enumerate(cells) if cell.text)
    if not words[first] and len(cells[first].text) <= _LONGEST_NAME:
        words[first] = cells[first].text
        beside.append(cells[first])
    pairs = [pair for pair in zip(_names(header, len(cells)), words, strict=True) if pair[1]]
    has_names = any(name for name, _ in pairs)
    if header and has_names:
        beside.append(header)
    read = [f"{name}：{value}" if name else value for name, value in pairs]
    return Reading(("；" if has_names else "、").join(read), quoted, tuple(beside))


def _row_around(part: Stretch, text: str) -> Stretch | None:
    """The row that `part` stands in, from its first bar to its last."""
    match = ROW.match(text, paragraph_start(text, part.start))
    return _stripped(text, *match.span()) if match and part.end <= match.end() else None


def _header_of(row: Stretch, text: str) -> Stretch | None:
    """The header row of the table that `row` stands in; None when there is none above `row`.

    A first row that fills but one of several cells is a title over the table. One that holds an
    amount is no header, unless a line of dashes says that it is.
    """
    rows, ruled = _first_rows(_table_start(text, row.start), text)
    filled = [sum(bool(cell.text) for cell in _cells(one)) for one in rows]
    header = rows[1] if len(rows) > 2 and filled[0] == 1 < filled[1] else rows[0]
    if header.start >= row.start:
        return None
    has_amount = any(_AMOUNT.fullmatch(cell.text) for cell in _cells(header))
    return None if has_amount and not ruled else header


def _table_start(text: str, position: int) -> int:
    """Offset of the first line of the table that holds `position`."""
    start = paragraph_start(text, position)
    while start > 0 and ROW.match(text, above := paragraph_start(text, start - 1)):
        start = above
    return start


def _first_rows(start: int, text: str) -> tuple[list[Stretch], bool]:
    """The first rows, at most three, of the table that begins at `start`, and whether dashes stand among them."""
    rows: list[Stretch] = []
    ruled = False
    while len(rows) < 3 and (match := ROW.match(text, start)):
        if RULE.fullmatch(match[0]):
            ruled = True
        else:
            rows.append(_stripped(text, *match.span()))
        start = match.end() + 1
    return rows, ruled


def _cells(row: Stretch) -> list[Stretch]:
    """The cells of a row without bars and white space; an empty cell is an empty stretch."""
    bars = [match.start() for match in re.finditer(r"\|", row.text)]
    cells = (_stripped(row.text, left + 1, right) for left, right in itertools.pairwise(bars))
    return [Stretch(cell.text, row.start + cell.start, row.start + cell.end) for cell in cells]


def _stripped(text: str, start: int, end: int) -> Stretch:
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    words = words.strip()
    return Stretch(words, start, start + len(words))


def _words_in(cell: Stretch, quoted: Stretch) -> str:
    """The words of a cell that are quoted, without the stop at their end."""
    left, right = max(quoted.start - cell.start, 0), max(quoted.end - cell.start, 0)
    return cell.text[left:right].strip().rstrip(_STOPS)


def _names(header: Stretch | None, width: int) -> list[str]:
    """The names of `width` columns; none where the header has another number of cells, lest a value get a wrong one."""
    names = [cell.text.rstrip("：: ") for cell in _cells(header)] if header else []
    return names if len(names) == width else [""] * width
