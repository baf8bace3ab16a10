"""Placed characters -> runs and lines of text, and what may stand where a line ends.

Places are points from the upper left corner of a page as it is seen; 1 em is the size of the
type. Nothing here knows where a piece comes from: the text layer of a PDF and the lines
recognised in an image go the same way.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

_LATIN = re.compile(r"[!-~]")
# A space ended the line; between figures, or a figure and its unit, the line may have been cut anywhere.
_SPACED = re.compile(r"[A-Za-z,.;:!?)\]]\n[0-9A-Za-z(\[]|[0-9]\n[(\[]")
# What a line break may not part: opening marks, one character or Latin word, closing marks.
_UNIT = re.compile(
    r"[“‘《〈（〔【「『(\[]*(?:[0-9A-Za-z.,%+/\-]+|—+|…+|.)[，。、；：！？…”’》〉）〕】」』,.;:!?)\]%％℃]*"
)
ENDED = re.compile(r"[。！？；：.!?;:][”’」』）)\]】]*$")
"""The end of a sentence or clause at the end of a line."""


class Piece(NamedTuple):
    """A character, a run or a line: its text, edges, base line and size of type, in points."""

    text: str
    left: float
    right: float
    base: float
    size: float


def base_of(piece: Piece) -> float:
    return piece.base


def common_size(pieces: Iterable[Piece]) -> float:
    """The size, in points, in which most characters are set."""
    weight: Counter[float] = Counter()
    for piece in pieces:
        weight[round(piece.size, 1)] += len(piece.text)
    return weight.most_common(1)[0][0] if weight else 10.0


def lines_of(pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces of one column as whole lines from top to bottom."""
    return [_run(row) for row in rows_of(fragments_of(pieces))]


def fragments_of(pieces: Iterable[Piece]) -> list[Piece]:
    """Rows of pieces, cut where a gap is wider than 0.8 em: it may be the space between two columns."""
    fragments = []
    for row in rows_of(pieces):
        runs: list[list[Piece]] = []
        for piece in row:
            last = runs[-1][-1] if runs else None
            if last is None or piece.left - last.right > 0.8 * piece.size:
                runs.append([piece])
            # The same character again at the same place is a shadow or a print made bold by doubling.
            elif piece.text != last.text or piece.left - last.left > 0.1 * piece.size:
                runs[-1].append(piece)
        fragments += [_run(run) for run in runs]
    return [fragment for fragment in fragments if fragment.text]


def rows_of(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Pieces that share a base line, from left to right."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=base_of):
        # 0.4 em holds a raised footnote mark and parts the tightest setting of lines, 1 em.
        if rows and piece.base - rows[-1][0].base <= 0.4 * max(piece.size, rows[-1][0].size):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.left) for row in rows]


def _run(pieces: Sequence[Piece]) -> Piece:
    """Pieces of one row as one; a space where Latin words or, 0.8 em apart, Chinese ones are parted."""
    text, right = "", pieces[0].left
    for piece in pieces:
        latin = text and _LATIN.match(text[-1]) and _LATIN.match(piece.text)
        wide = piece.left - right > (0.15 if latin else 0.8) * piece.size
        text += " " * bool(text and wide) + piece.text
        right = max(right, piece.right)
    inked = [piece for piece in pieces if piece.text.strip()] or pieces
    size = common_size(inked)
    base = median(piece.base for piece in inked if abs(piece.size - size) < 0.1)
    return Piece(" ".join(text.split()), inked[0].left, max(piece.right for piece in inked), base, size)


def flowed(pieces: Iterable[Piece], right: float) -> str:
    """The text of a table cell whose edge is at `right`: its lines joined, its paragraphs parted by a space."""
    text, last = "", None
    for line in lines_of(pieces):
        # 1.5 em: the cell's own margin is inside its edge.
        if last and last.right + unit_width(line) < right - 1.5 * line.size:
            text += " "
        text, last = joined(text, line.text), line
    return text


def joined(before: str, after: str) -> str:
    """Two lines of one paragraph as one string; only Latin words need a space between them."""
    return before + " " * bool(_SPACED.fullmatch(f"{before[-1:]}\n{after[:1]}")) + after


def unit_width(line: Piece) -> float:
    """The width, in points, that the first unit of `line` needed at the end of the line before it."""
    unit = _UNIT.match(line.text)
    return line.size * sum(0.5 if character.isascii() else 1.0 for character in (unit[0] if unit else ""))
