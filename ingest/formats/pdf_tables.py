"""The ruled tables of a PDF page: cells from its rules by pdfplumber, their text from placed characters."""

import io
import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pdfplumber
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from ingest.formats.pdf_layout import Table
from ingest.formats.pdf_lines import ENDED, Piece, flowed, joined

FEWEST_STROKES = 8
"""Path segments that the smallest table takes; fewer are a frame, or a line above the notes."""
MOST_STROKES = 20_000
"""More are a drawing, in which the search for cells would take minutes; 60 rows of 10 framed cells have 12,000."""
_TOUCHING = 3
"""Points within which pdfplumber takes two rules for one, or for joined."""
Edge = dict[str, Any]
"""A straight rule as pdfplumber has it, in points: `x0`, `x1`, `top`, `bottom` and more."""
Box = tuple[float, float, float, float]
"""Left, upper, right and lower edge, in points from the upper left of the page."""

# pdfminer, below pdfplumber, reports every font without a bounding box; its text is not used.
logging.getLogger("pdfminer").setLevel(logging.ERROR)


class TableError(Exception):
    """The drawing on a page cannot be read, so neither can its tables."""


def read_tables(file: io.BytesIO, pieces: Sequence[Piece]) -> tuple[list[Table], list[Piece]]:
    """The ruled tables, of at least two columns, of a PDF of one page, and the pieces that stand outside them.

    Raises:
        TableError: the drawing on the page cannot be read.
    """
    try:
        with pdfplumber.open(file) as opened:
            page = opened.pages[0]
            left, top = page.bbox[:2]
            found = [
                [(x0 - left, y0 - top, x1 - left, y1 - top) for x0, y0, x1, y1 in table.cells]
                for table in page.find_tables(_missing_rules(page))
            ]
    except (PdfminerException, MalformedPDFException, IndexError, TypeError, ValueError) as problem:
        raise TableError from problem
    tables, rest = [], list(pieces)
    for cells in found:
        rules = _distinct(edge for x0, _, x1, _ in cells for edge in (x0, x1))
        if len(rules) < 3:
            continue
        table, rest = _table(cells, rules, rest)
        tables.append(table)
    return tables, rest


def _missing_rules(page: pdfplumber.page.Page) -> dict[str, list[Edge]]:
    """Settings that complete tables: rules at the sides, which yearbooks leave out, and where a page cuts a row."""
    straight = [edge for edge in page.edges if edge["orientation"]]
    edges = pdfplumber.table.merge_edges(straight, _TOUCHING, _TOUCHING, _TOUCHING, _TOUCHING)
    upright = [edge for edge in edges if edge["orientation"] == "v"]
    across = [edge for edge in edges if edge["orientation"] == "h"]
    return {
        "explicit_vertical_lines": _missing_sides(upright, across),
        "explicit_horizontal_lines": _missing_ends(upright, across),
    }


def _missing_sides(upright: Sequence[Edge], across: Sequence[Edge]) -> list[Edge]:
    """Upright rules at the ends of three or more rules across of one length with upright ones between them."""
    stacks: list[list[Edge]] = []
    for edge in sorted(across, key=lambda edge: (round(edge["x0"]), round(edge["x1"]), edge["top"])):
        last = stacks[-1][-1] if stacks else edge
        same = abs(edge["x0"] - last["x0"]) + abs(edge["x1"] - last["x1"]) < _TOUCHING
        if stacks and same and any(_divides(rule, last, edge) for rule in upright):
            stacks[-1].append(edge)
        else:
            stacks.append([edge])
    return [
        _edge(x, stack[0]["top"], x, stack[-1]["top"])
        for stack in stacks
        if len(stack) >= 3
        for x in (stack[0]["x0"], stack[0]["x1"])
        if not any(abs(rule["x0"] - x) < _TOUCHING and _meets(rule, stack[0], stack[-1]) for rule in upright)
    ]


def _missing_ends(upright: Sequence[Edge], across: Sequence[Edge]) -> list[Edge]:
    """Rules across where three or more upright ones begin or end at one height and nothing joins them."""
    missing = []
    for end in ("top", "bottom"):
        for level in _distinct(rule[end] for rule in upright):
            places = [rule["x0"] for rule in upright if abs(rule[end] - level) < _TOUCHING]
            left, right = min(places), max(places)
            joined = any(
                abs(rule["top"] - level) < _TOUCHING and rule["x0"] < right and rule["x1"] > left
                for rule in across
            )
            if len(_distinct(places)) >= 3 and not joined:
                missing.append(_edge(left, level, right, level))
    return missing


def _edge(x0: float, top: float, x1: float, bottom: float) -> Edge:
    """A straight rule in the form of pdfplumber's lines."""
    place = {"x0": x0, "x1": x1, "top": top, "bottom": bottom, "width": x1 - x0, "height": bottom - top}
    return {"object_type": "line", **place}


def _divides(rule: Edge, upper: Edge, lower: Edge) -> bool:
    """Whether an upright rule runs from one rule across to the next, inside of their ends."""
    inside = upper["x0"] + _TOUCHING < rule["x0"] < upper["x1"] - _TOUCHING
    return bool(
        inside and rule["top"] <= upper["top"] + _TOUCHING and rule["bottom"] >= lower["top"] - _TOUCHING
    )


def _meets(rule: Edge, upper: Edge, lower: Edge) -> bool:
    return bool(rule["bottom"] > upper["top"] + _TOUCHING and rule["top"] < lower["top"] - _TOUCHING)


def _table(
    cells: Sequence[Box], rules: Sequence[float], pieces: Sequence[Piece]
) -> tuple[Table, list[Piece]]:
    """A table from its cells, and the pieces outside it.

    A cell that spans rows is repeated in each of them; one that spans columns stands in the first.
    """
    levels = _distinct(edge for _, upper, _, lower in cells for edge in (upper, lower))
    rows = [[""] * (len(rules) - 1) for _ in levels[1:]]
    spans = [[1] * (len(rules) - 1) for _ in levels[1:]]
    rest = list(pieces)
    bare = _open_cells(cells, rules, levels)
    for cell in (*cells, *bare):
        x0, upper, x1, lower = cell
        inside = [
            piece
            for piece in rest
            # 0.35 em above the base line is the middle of a character.
            if x0 < (piece.left + piece.right) / 2 <= x1 and upper < piece.base - 0.35 * piece.size <= lower
        ]
        taken = set(inside)
        rest = [piece for piece in rest if piece not in taken]
        text, column = flowed(inside, x1), _nearest(rules, x0)
        over = range(_nearest(levels, upper), _nearest(levels, lower))
        cut = cell in bare and lower == levels[-1]  # it spans at least one row more, on the next page
        for row in over:
            rows[row][column], spans[row][column] = text, len(over) + cut
    return Table(rows, spans, levels[0], tuple(rules)), rest


def _open_cells(cells: Sequence[Box], rules: Sequence[float], levels: Sequence[float]) -> list[Box]:
    """The places of a table that no cell covers: a merged cell cut by the end of the page has no lower rule."""
    bare: list[Box] = []
    for left, right in pairwise(rules):
        for upper, lower in pairwise(levels):
            x, y = (left + right) / 2, (upper + lower) / 2
            if any(x0 < x < x1 and y0 < y < y1 for x0, y0, x1, y1 in cells):
                continue
            if bare and bare[-1][0] == left and bare[-1][3] == upper:
                bare[-1] = (left, bare[-1][1], right, lower)
            else:
                bare.append((left, upper, right, lower))
    return bare


def _distinct(edges: Iterable[float]) -> list[float]:
    """Edges from low to high; those within 2 points of the one before are the same."""
    distinct: list[float] = []
    for edge in sorted(edges):
        if not distinct or edge - distinct[-1] > 2:
            distinct.append(edge)
    return distinct


def _nearest(edges: Sequence[float], edge: float) -> int:
    return min(range(len(edges)), key=lambda index: abs(edges[index] - edge))


def continued(table: str | Table, block: Piece | Table) -> Table | None:
    """Both tables as one where the second has the same columns: it runs over the page, its header perhaps again."""
    if isinstance(table, str) or isinstance(block, Piece) or len(table.rules) != len(block.rules):
        return None
    shift = block.rules[0] - table.rules[0]
    if any(abs(b - a - shift) > 3 for a, b in zip(table.rules, block.rules, strict=True)):
        return None
    repeated = 0
    while repeated < min(len(table.rows), len(block.rows)) and table.rows[repeated] == block.rows[repeated]:
        repeated += 1
    rows, spans = [row[:] for row in block.rows[repeated:]], block.spans[repeated:]
    if not rows:
        return table
    rest = _is_rest(table, rows, spans[0])
    for column, above in enumerate(table.rows[-1]):
        spanned = max(spans[0][column], table.spans[-1][column]) > 1
        for row in rows[rest : spans[0][column]] if spanned and not rows[0][column] else ():
            row[column] = above
    if not rest:
        return replace(table, rows=[*table.rows, *rows], spans=[*table.spans, *spans])
    whole = [joined(above, below) for above, below in zip(table.rows[-1], rows[0], strict=True)]
    return replace(table, rows=[*table.rows[:-1], whole, *rows[1:]], spans=[*table.spans, *spans[1:]])


def _is_rest(table: Table, rows: list[list[str]], spans: list[int]) -> bool:
    """Whether the first of `rows` holds only the rest of long cells in the last row of `table`, cut by the page.

    Its first cell is then empty as in no other row, and so is another that was short, or no sentence had ended.
    """
    cells = list(zip(table.rows[-1], rows[0], strict=True))
    long = [above for above, below in cells if below]
    return (
        not rows[0][0]
        and all(row[0] for row in (*table.rows, *rows[1:]))
        and max(spans[0], table.spans[-1][0]) == 1
        and all(long)
        and (any(above and not below for above, below in cells[1:]) or not any(map(ENDED.search, long)))
    )
