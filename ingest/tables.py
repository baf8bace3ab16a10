"""Tables in a text: blocks of `| cell | cell |` lines, the first of them the header row.

Readers of every format write tables this way (ingest.formats), and Markdown does too.
"""

import re
from dataclasses import dataclass

from rag.rows import ROW, RULE

_UNIT = re.compile(r"[（(]?(?:计量)?单位\s*[：:]")
_LONGEST_CAPTION = 60
"""Characters; a longer line before a table is a paragraph."""


@dataclass(frozen=True)
class Table:
    """A table within a text; spans are half-open, in characters of that text."""

    captions: tuple[str, ...]
    """Its title and its unit (示例表, 单位：万元); empty when no line before the table gives them."""
    header: str
    """The cells of the header row, joined by spaces; empty for a table of one row."""
    rows: tuple[tuple[int, int], ...]
    """The rows below the header; the only row of a table that has but one."""


def table_blocks(text: str) -> list[tuple[int, int]]:
    """The tables of `text` in reading order: half-open spans from the first bar to the last one."""
    blocks: list[tuple[int, int]] = []
    for match in ROW.finditer(text):
        if blocks and text[blocks[-1][1] : match.start()] == "\n":
            blocks[-1] = (blocks[-1][0], match.end())
        else:
            blocks.append(match.span())
    return blocks


def read_table(text: str, start: int, end: int) -> Table:
    """The table at [start, end), a span of `table_blocks`.

    A first row that fills but one of several cells is a title over the table, one of its captions.
    """
    rows = [match.span() for match in ROW.finditer(text, start, end) if not RULE.fullmatch(match[0])]
    captions = _captions_before(text, start)
    filled = [[cell for cell in cells_of(text[left:right]) if cell] for left, right in rows]
    if len(rows) > 2 and len(filled[0]) == 1 < len(filled[1]):
        captions = (*captions, filled[0][0])
        rows, filled = rows[1:], filled[1:]
    if len(rows) < 2:
        return Table(captions, "", tuple(rows))
    return Table(captions, " ".join(dict.fromkeys(filled[0])), tuple(rows[1:]))


def cells_of(row: str) -> list[str]:
    """The cells of a row without the bars; an empty cell is an empty string."""
    return [cell.strip() for cell in row.strip()[1:-1].split("|")]


def _captions_before(text: str, start: int) -> tuple[str, ...]:
    """The line before a table, unless it is a sentence; a line that gives the unit stands under the caption."""
    lines = [line.strip(" \t\u3000#*") for line in text[max(0, start - 400) : start].split("\n")]
    lines = [line for line in lines if line][-2:]
    if lines and not _UNIT.match(lines[-1]):
        lines = lines[-1:]
    return tuple(line for line in lines if _is_caption(line))


def _is_caption(line: str) -> bool:
    return (
        len(line) <= _LONGEST_CAPTION and not line.startswith("|") and not line.endswith(("。", "；", "："))
    )
