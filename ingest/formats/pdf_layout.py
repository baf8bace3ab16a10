"""Pages -> lines and tables in columns, in reading order; running heads left out."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median

from ingest.formats.pdf_lines import Piece, base_of, fragments_of, lines_of, rows_of

_HEADING = re.compile(r"附件|附表|附图|[表图]\s*[\d一二三四五六七八九十]|第.{1,5}[章节条]")
# Bare figures are page numbers only where they count the pages.
_PAGE_NUMBER = re.compile(
    r"[-—–－―·•~\s]+\d{1,4}[-—–－―·•~\s]+|第\s*[\d一二三四五六七八九十百]+\s*页.{0,3}(?:共\s*\S+\s*页)?.?"
    r"|page\s*\d+(?:\s*of\s*\d+)?|\d{1,4}\s*[/／]\s*\d{1,4}",
    re.IGNORECASE,
)
_ROMAN = re.compile(r"^[ivxlc]{1,6}$", re.IGNORECASE)


@dataclass(frozen=True)
class Table:
    """A ruled table: cells by row, how many rows the cell at each place spans, its edges and rules in points.

    `rules` are the vertical ones from left to right.
    """

    rows: list[list[str]]
    spans: list[list[int]]
    top: float
    rules: tuple[float, ...]


@dataclass(frozen=True)
class Page:
    """What stands on one page; the pieces, characters or longer, are those outside its tables."""

    width: float
    height: float
    pieces: Sequence[Piece]
    tables: Sequence[Table] = ()


@dataclass(frozen=True)
class Column:
    """Lines and tables from top to bottom; columns of the same `kind` are likely to have the same margins."""

    kind: tuple[int, ...]
    blocks: list[Piece | Table]
    left: float = 0.0
    right: float = 0.0

    def lines(self) -> list[Piece]:
        return [block for block in self.blocks if isinstance(block, Piece)]


def columns_of(pages: Sequence[Page]) -> tuple[list[Column], list[str]]:
    """The columns of `pages` in reading order, margins not yet known, and the running heads left out."""
    parts = [fragments_of(page.pieces) for page in pages]
    running = _running(pages, parts)
    kept = [[part for part in page if part not in gone] for page, gone in zip(parts, running, strict=True)]
    gutters = [_gutter(page) for page in kept]
    usual = sorted(gutter for gutter in gutters if gutter is not None)
    if usual and len(usual) * 2 >= len(pages):
        # The last page may have too few lines to show its columns by itself.
        gutters = [
            gutter or _gutter_at(usual[len(usual) // 2], page)
            for gutter, page in zip(gutters, kept, strict=True)
        ]
    columns = [
        column
        for number, (page, fragments, gutter) in enumerate(zip(pages, kept, gutters, strict=True))
        for column in _columns(page, fragments, gutter, number % 2)
    ]
    return columns, list(dict.fromkeys(part.text for gone in running for part in sorted(gone, key=base_of)))


def _running(pages: Sequence[Page], parts: Sequence[Sequence[Piece]]) -> list[set[Piece]]:
    """For each page its page number and what recurs at the same place on at least two pages in five.

    Two in five, because left and right pages may have heads of their own. Only the three
    outermost rows in the upper and lower 15 % of a page are considered.
    """
    found: defaultdict[tuple[bool, str], list[tuple[int, float, Piece]]] = defaultdict(list)
    gone: list[set[Piece]] = [set() for _ in pages]
    for number, (page, fragments) in enumerate(zip(pages, parts, strict=True)):
        rows = rows_of(fragments)
        for row in {id(row): row for row in (*rows[:3], *rows[-3:])}.values():
            upper = row[0].base < 0.15 * page.height
            if not upper and row[0].base < 0.85 * page.height:
                continue
            for part in row:
                place = part.base if upper else page.height - part.base
                for key in {part.text, re.sub(r"\d+", "#", _ROMAN.sub("i", part.text))}:
                    found[upper, key].append((number, place, part))
                if row is (rows[0] if upper else rows[-1]) and _PAGE_NUMBER.fullmatch(part.text):
                    gone[number].add(part)
    for group in found.values():
        middle = median(place for _, place, _ in group)
        same = [(number, part) for number, place, part in group if abs(place - middle) <= 6]
        if len({number for number, _ in same}) >= max(2, 0.4 * len(pages)) and _recurs(same):
            for number, part in same:
                gone[number].add(part)
    return gone


def _recurs(group: Sequence[tuple[int, Piece]]) -> bool:
    """Whether texts that differ only in numbers are one running head: their numbers stay or count the pages."""
    figures = [[int(figure) for figure in re.findall(r"\d+", part.text)] for _, part in group]
    pages = [number for number, _ in group]
    return not _HEADING.match(group[0][1].text) and all(
        len(set(column)) == 1 or _counts(pages, column) for column in zip(*figures, strict=True)
    )


def _counts(pages: Sequence[int], figures: Sequence[int]) -> bool:
    """Whether the figures grow as the pages do, but for a new start in up to three steps of ten."""
    steps = [b - a == d - c for (a, b), (c, d) in zip(pairwise(pages), pairwise(figures), strict=True)]
    return sum(steps) >= 0.7 * len(steps)


def _columns(page: Page, parts: Sequence[Piece], gutter: float | None, side: int) -> list[Column]:
    """One column, or two beside each other with what spans them in columns of its own."""
    kind = (round(page.width), side)
    if gutter is None:
        return [_column((*kind, 0), [*parts, *page.tables])]
    columns: list[Column] = []
    blocks: list[Piece | Table] = sorted([*parts, *page.tables], key=_top)
    for spanning, group in groupby(blocks, key=lambda block: _left(block) < gutter < _right(block)):
        band = list(group)
        if spanning:
            columns.append(_column((*kind, 0), band))
            continue
        columns.append(_column((*kind, 1), [block for block in band if _left(block) < gutter]))
        columns.append(_column((*kind, 2), [block for block in band if _left(block) >= gutter]))
    return columns


def _gutter(parts: Sequence[Piece]) -> float | None:
    """Where the space between two columns of running text runs, in points from the left, if there are two.

    At least six fragments on either side, of which half fill 60 % of their column, and at most a fifth
    of all that cross it: tabbed lists and signatures have short fragments.
    """
    left, right = (
        min((part.left for part in parts), default=0.0),
        max((part.right for part in parts), default=0.0),
    )
    places = [left + (right - left) * percent / 100 for percent in range(35, 66)]
    crossed = [sum(part.left < place < part.right for part in parts) for place in places]
    fewest = [place for place, count in zip(places, crossed, strict=True) if count == min(crossed)]
    gutter = fewest[len(fewest) // 2]
    before = [part.right - part.left for part in parts if part.right <= gutter]
    after = [part.right - part.left for part in parts if part.left >= gutter]
    if min(len(before), len(after)) < 6 or min(crossed) > 0.2 * len(parts):
        return None
    filled = median(before) >= 0.6 * (gutter - left) and median(after) >= 0.6 * (right - gutter)
    return gutter if filled else None


def _gutter_at(place: float, parts: Sequence[Piece]) -> float | None:
    """`place` if there are fragments on both sides of it and none across."""
    before, after = any(part.right <= place for part in parts), any(part.left >= place for part in parts)
    return place if before and after and not any(part.left < place < part.right for part in parts) else None


def _column(kind: tuple[int, ...], blocks: Sequence[Piece | Table]) -> Column:
    lines = lines_of(block for block in blocks if isinstance(block, Piece))
    tables = [block for block in blocks if isinstance(block, Table)]
    return Column(kind, sorted([*lines, *tables], key=_top))


def _top(block: Piece | Table) -> float:
    return block.top if isinstance(block, Table) else block.base - 0.9 * block.size


def _left(block: Piece | Table) -> float:
    return block.rules[0] if isinstance(block, Table) else block.left


def _right(block: Piece | Table) -> float:
    return block.rules[-1] if isinstance(block, Table) else block.right
