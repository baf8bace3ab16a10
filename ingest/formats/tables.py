"""A grid of cell texts -> the lines that stand for a table."""

from collections.abc import Sequence


def cell_text(text: str) -> str:
    """`text` on one line, white space collapsed; a bar, which parts cells, becomes full-width."""
    return " ".join(text.split()).replace("|", "｜")


def table_lines(rows: Sequence[Sequence[str]]) -> list[str]:
    """`| cell | cell |` a row between two empty lines; short rows are filled up, empty ones left out.

    Columns that are empty in every row are left out at the right edge only: elsewhere one may
    stand under a merged heading.
    """
    cleaned = [[cell_text(cell) for cell in row] for row in rows]
    width = max((index + 1 for row in cleaned for index, cell in enumerate(row) if cell), default=0)
    lines = [_line([*row[:width], *[""] * (width - len(row))]) for row in cleaned if any(row)]
    return ["", *lines, ""] if lines else []


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
