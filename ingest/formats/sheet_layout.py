"""What a worksheet's part says beside its values: hidden rows and columns, merged cells, formulas.

openpyxl reads values row by row in little memory, but only without these.
"""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from io import BytesIO

from ingest.formats.wordxml import whole

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LAST_ROW = 1_048_576
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")


@dataclass(frozen=True)
class Merge:
    """A merged area: first and last row and column, counted from 1, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class SheetLayout:
    """`filled_rows` counts the rows with a value or formula, `uncomputed` the formulas without a result."""

    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    filled_rows: int = 0
    uncomputed: int = 0

    def hides_column(self, column: int) -> bool:
        return any(first <= column <= last for first, last in self.hidden_columns)


def read_layout(content: bytes) -> SheetLayout:
    """Read the XML of a worksheet.

    Raises:
        ElementTree.ParseError, ValueError: the part is damaged.
    """
    layout = SheetLayout()
    number = 0
    for _, element in ElementTree.iterparse(BytesIO(content)):
        if element.tag == f"{_S}row":
            number = whole(element.get("r", str(number + 1)), 0)
            if not 1 <= number <= _LAST_ROW:
                raise ValueError(f"there is no row {element.get('r')!r}")
            _read_row(element, number, layout)
            element.clear()
        elif element.tag == f"{_S}col":
            if _is_set(element, "hidden") or _has_no_width(element):
                first = whole(element.get("min"), 1)
                layout.hidden_columns.append((first, whole(element.get("max"), first)))
        elif element.tag == f"{_S}mergeCell" and (match := _RANGE.fullmatch(element.get("ref", ""))):
            left, top, right, bottom = match.groups()
            layout.merges.append(
                Merge(int(top), _column(left), int(bottom or top), _column(right or left)),
            )
    return layout


def _read_row(row: ElementTree.Element, number: int, layout: SheetLayout) -> None:
    filled = False
    for cell in row.iter(f"{_S}c"):
        formula, result = cell.find(f"{_S}f"), cell.find(f"{_S}v")
        computed = result is not None and bool(result.text)
        # A formula may well give an empty text: then it says so.
        if formula is not None and not computed and cell.get("t") != "str":
            layout.uncomputed += 1
        filled = filled or computed or formula is not None or cell.find(f"{_S}is") is not None
    layout.filled_rows += filled
    if _is_set(row, "hidden"):
        layout.hidden_rows.add(number)


def _is_set(element: ElementTree.Element, name: str) -> bool:
    return element.get(name, "0") in {"1", "true"}


def _has_no_width(column: ElementTree.Element) -> bool:
    return re.fullmatch(r"0+(?:\.0+)?", column.get("width", "")) is not None


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
