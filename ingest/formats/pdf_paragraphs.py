"""Lines in columns -> paragraphs and tables, also those that run over a page."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import quantiles

from ingest.formats.pdf_layout import Column, Page, Table, columns_of
from ingest.formats.pdf_lines import ENDED, Piece, common_size, joined, unit_width
from ingest.formats.pdf_tables import continued
from ingest.formats.tables import table_lines

_CLOSED = re.compile(r"[，。、；：！？”’》〉）〕】」』]$")
_NARROW = re.compile(r"[!-~]")
_CONTENTS = re.compile(r"(?:[.．…·・]\s?){3,}\s*[\divxlc]+$")
_NUMBERED = re.compile(r"[（(][一二三四五六七八九十]+[）)]|[一二三四五六七八九十]+、")
_ITEM = re.compile(r"第[零〇一二三四五六七八九十百]+[章节条]|[（(]?\d{1,3}(?:[）)、]|[.．](?!\d))|[①-⑳●•·—]")
_MARKER = re.compile(r"(?:[（(]?[\d一二三四五六七八九十]{1,3}[）)、.．]|[①-⑳●•·○■◆※*—-]+)\s?")


@dataclass(frozen=True)
class _Body:
    """How the running text is set: size and line pitch in points; first lines indented; full lines of one width."""

    size: float
    pitch: float
    indents: bool
    justified: bool


def read_layout(pages: Sequence[Page]) -> tuple[str, list[str]]:
    """The text of `pages` by the conventions of `Extracted`, and the running heads left out of it."""
    columns, removed = columns_of(pages)
    size = common_size(line for column in columns for line in column.lines())
    columns = _framed(columns, size)
    text = "\n".join(_composed(columns, _body(columns, size)))
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n"), removed


def _sized(column: Column, size: float) -> list[Piece]:
    lines = column.lines()
    return [line for line in lines if abs(line.size - size) <= 0.1 * size] or lines


def _framed(columns: Sequence[Column], size: float) -> list[Column]:
    """The columns with their margins: their own where enough lines show them, else those of their kind."""
    pooled: defaultdict[tuple[int, ...], list[Piece]] = defaultdict(list)
    for column in columns:
        pooled[column.kind] += _sized(column, size)
    framed = []
    for column in columns:
        lines = _sized(column, size)
        if not lines:
            framed.append(column)
            continue
        left, right = _margins(lines, column.kind)
        full = sum(right - line.size < line.right <= right + line.size for line in lines)
        flush = sum(abs(line.left - left) < 0.5 * line.size for line in lines)
        if full < 4 or flush < 2:
            left, right = _margins(pooled[column.kind], column.kind)
        framed.append(replace(column, left=left, right=right))
    return framed


def _margins(lines: Sequence[Piece], kind: tuple[int, ...]) -> tuple[float, float]:
    """The left edge that two lines share within 0.5 em, and the right one where most of the full lines end.

    Without such an end it is the outermost that two lines share within 1 em, as in ragged setting,
    or that of a single full line where both margins are then as wide. Punctuation at the end of a
    line may hang over the margin, so such lines tell only where there are no others.
    """
    lefts = sorted(line.left for line in lines)
    rights = sorted((line.right for line in lines if not _CLOSED.search(line.text)), reverse=True)
    if len(rights) < 2:
        rights = sorted((line.right for line in lines), reverse=True)
    size = lines[0].size
    left = next((a for a, b in pairwise(lefts) if b - a < 0.5 * size), lefts[0])
    right = next((a for a, b in pairwise(rights) if a - b < size), rights[0])
    width, _, place = kind
    if place == 0 and abs(width - left - rights[0]) < 2 * size:
        right = rights[0]
    common, count = Counter(round(edge / (0.2 * size)) for edge in rights).most_common(1)[0]
    common_edge = common * 0.2 * size
    if count >= max(3, 0.3 * len(rights)) and right - common_edge < 2 * size:
        right = common_edge
    # Short lines of one length are a list, not a narrow column.
    return left, width - left if place == 0 and right < 0.6 * width else right


def _body(columns: Sequence[Column], size: float) -> _Body:
    pitches, indented, count = [2.0 * size], 0, 0
    ends: list[float] = []
    for column in columns:
        lines = _sized(column, size)
        pitches += [b.base - a.base for a, b in pairwise(lines) if size < b.base - a.base < 4 * size]
        indented += sum(1.5 * size < line.left - column.left < 2.6 * size for line in lines)
        # Lines that look continued, the next one being near and not indented; characters of
        # full width alone fill any measure evenly, so only lines with others tell.
        ends += [
            abs(column.right - a.right)
            for a, b in pairwise(lines)
            if column.right - a.right < 3 * size
            and b.base - a.base < 2 * size
            and b.left < column.left + size
            if _NARROW.search(a.text) and not _CLOSED.search(a.text)
        ]
        count += len(lines)
    # The lower quarter: wider ones hold the space between paragraphs.
    pitch = quantiles(pitches, n=4)[0] if len(pitches) > 1 else pitches[0]
    level = sum(end < 0.3 * size for end in ends)
    return _Body(size, pitch, indented >= max(2, 0.05 * count), len(ends) > 2 and level > 0.9 * len(ends))


def _composed(columns: Sequence[Column], body: _Body) -> list[str]:
    """Paragraphs and table rows. Notes at the foot of a column come behind the paragraph that runs over it."""
    blocks: list[str | Table] = []
    waiting: list[str] = []
    last: tuple[Piece, Column] | None = None
    for column in columns:
        main, notes = _without_notes(column, body)
        for block in main:
            whole = continued(blocks[-1], block) if blocks and block is main[0] else None
            if whole:
                blocks[-1] = whole
            elif isinstance(block, Piece) and last and _continues(last, (block, column), body):
                blocks[-1] = joined(str(blocks[-1]), block.text)
            else:
                blocks += [*waiting, block if isinstance(block, Table) else block.text]
                waiting = []
            last = (block, column) if isinstance(block, Piece) else None
        if notes:
            waiting += _composed([replace(column, blocks=list(notes))], replace(body, size=notes[0].size))
    return [
        line
        for block in [*blocks, *waiting]
        for line in (table_lines(block.rows) if isinstance(block, Table) else [block])
    ]


def _without_notes(column: Column, body: _Body) -> tuple[list[Piece | Table], list[Piece]]:
    """The blocks of a column without, and then only, the smaller lines at its foot."""
    end = len(column.blocks)
    notes: list[Piece] = []
    while end > 0:
        block = column.blocks[end - 1]
        if isinstance(block, Table) or block.size > 0.92 * body.size:
            break
        notes.insert(0, block)
        end -= 1
    return (column.blocks[:end], notes) if end else (column.blocks, [])


def _continues(last: tuple[Piece, Column], this: tuple[Piece, Column], body: _Body) -> bool:
    """Whether a line goes on with the paragraph of the line before it."""
    (before, column), (line, own) = last, this
    em = before.size
    if abs(line.size - em) > 0.1 * em or _CONTENTS.search(before.text):
        return False
    inset = min(line.left - own.left, own.right - line.right) > 0.5 * em
    title = em > 1.15 * body.size and inset and _centred(before, column) and _centred(line, own)
    pitch = body.pitch * max(1.0, em / body.size) * (1.5 if title else 1.3)
    if column is own and line.base - before.base > pitch:
        return False
    if title:
        return not re.match(r"[\d（(]", line.text)
    room = unit_width(line) if not body.justified else 0.4 * em
    if before.right + room < column.right - 0.3 * em:
        return False  # there was room for more, so the break was meant
    ended = bool(ENDED.search(before.text))
    starts = bool(_NUMBERED.match(line.text) or _ITEM.match(line.text))
    indent, earlier = line.left - own.left, before.left - column.left
    if indent <= 0.5 * em:
        return body.indents or not (_NUMBERED.match(line.text) or (ended and starts))
    if indent - earlier > 0.5 * em:
        return not ended and _hangs(before, line)
    # As far in as the line before: a block with a margin of its own, or two paragraphs of one line.
    if body.indents and 1.5 * em < indent < 2.6 * em and before.right < column.right - 0.5 * em:
        return False
    return indent - earlier < -0.5 * em or not (ended or starts)


def _centred(line: Piece, column: Column) -> bool:
    middle = (column.left + column.right) / 2
    return abs((line.left + line.right) / 2 - middle) < line.size


def _hangs(before: Piece, line: Piece) -> bool:
    """Whether `line` begins below the words behind the number or sign that begins `before`."""
    marker = _MARKER.match(before.text)
    if not marker:
        return False
    width = sum(0.5 if character.isascii() else 1.0 for character in marker[0])
    return abs(line.left - before.left - width * before.size) < 0.8 * before.size
