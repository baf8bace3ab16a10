"""Spreadsheets (.xlsx): every visible sheet as tables, values as a reader of the sheet sees them."""

import warnings
import xml.etree.ElementTree as ElementTree
import zipfile
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from io import BytesIO

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from ingest.formats import Extracted
from ingest.formats.archive import Archive, open_archive
from ingest.formats.number_format import display
from ingest.formats.sheet_layout import Merge, SheetLayout, read_layout
from ingest.formats.tables import cell_text, table_lines
from rag.errors import CorpusError

ROW_LIMIT = 20_000
"""Filled rows in the visible sheets of one file."""
CELL_LIMIT = 2_000_000
"""Filled rows of one sheet times its widest: one cell far to the right must not blow it up."""
_DAMAGED = "表格文件损坏，请用 Excel 或 WPS 打开后另存为 .xlsx，再入库。"
_LEFT_OUT = {
    "sheets": "有 {} 个隐藏的工作表没有读入。",
    "rows": "有 {} 行隐藏的内容没有读入。",
    "columns": "有 {} 列隐藏的内容没有读入。",
    "uncomputed": "有 {} 个公式没有算出的结果，请用 Excel 或 WPS 打开、保存后再入库。",
    "errors": "有 {} 个单元格是错误值（如 #REF!），请核对原表。",
    "drawings": "有 {} 处图形、图表或图片没有读入，其中的文字检索不到。",
}

_PROBLEMS = (
    *(AttributeError, ArithmeticError, IndexError, KeyError, TypeError, ValueError),
    *(SyntaxError, RecursionError, OSError, zipfile.BadZipFile),
    InvalidFileException,
)
"""What openpyxl 3.1 raises on damaged parts; XML errors are SyntaxError."""

Row = dict[int, str]
"""Column, counted from 1 -> text; empty cells are not there."""


def read_xlsx(raw: bytes) -> Extracted:
    """The tables of a .xlsx (or .xlsm), each behind its title rows, sheet after sheet.

    A title row has one filled cell, merged over several columns or standing above a wider
    table. A blank row followed by one begins another table.

    Raises:
        CorpusError: encrypted, damaged, unsafe, no spreadsheet, without text, or too large.
    """
    archive = open_archive(raw)
    left_out: Counter[str] = Counter()
    try:
        sheets = _read_sheets(archive, left_out)
    except _PROBLEMS as problem:
        raise CorpusError(_DAMAGED) from problem
    lines: list[str] = []
    for title, content in sheets:
        lines += [cell_text(title), *content] if len(sheets) > 1 else content
    text = "\n".join(line for index, line in enumerate(lines) if line or (index and lines[index - 1]))
    if not text.strip():
        raise CorpusError("可见的工作表里没有内容，请检查文件。")
    left_out["drawings"] = sum(name.startswith("xl/drawings/drawing") for name in archive.names)
    found = tuple(sentence.format(left_out[key]) for key, sentence in _LEFT_OUT.items() if left_out[key])
    return Extracted(text=text.strip("\n"), warnings=(*archive.warnings, *found))


def _read_sheets(archive: Archive, left_out: Counter[str]) -> list[tuple[str, list[str]]]:
    """(name, lines) of each visible sheet that has content."""
    layouts = _layouts(archive)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on parts of a workbook that hold no text
        workbook = openpyxl.load_workbook(
            BytesIO(archive.packed()), read_only=True, data_only=True, keep_links=False
        )
    visible = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
    left_out["sheets"] = len(workbook.worksheets) - len(visible)
    pairs = [(sheet, layouts.get(sheet.title, SheetLayout())) for sheet in visible]
    rows = sum(layout.filled_rows for _, layout in pairs)
    if rows > ROW_LIMIT:
        raise CorpusError(f"表格有 {rows:,} 行，超过 {ROW_LIMIT:,} 行，请拆成几个文件再入库。")
    found: list[tuple[str, list[str]]] = []
    for sheet, layout in pairs:
        left_out["uncomputed"] += layout.uncomputed
        values = _values(sheet, left_out)
        _fill_merges(values, layout)
        if lines := _lines(_visible(values, layout, left_out), layout.merges):
            found.append((sheet.title, lines))
    return found


def _layouts(archive: Archive) -> dict[str, SheetLayout]:
    """Sheet name -> layout, over the workbook's own list of sheets."""
    main = archive.main_part()
    targets = {link.id: link.target for link in archive.relationships(main)}
    layouts: dict[str, SheetLayout] = {}
    for element in ElementTree.fromstring(archive.parts[main]).iter():
        if not element.tag.endswith("}sheet"):
            continue
        link = next((value for name, value in element.items() if name.endswith("}id")), "")
        content = archive.parts.get(targets.get(link, ""))
        if content is not None:
            layouts[element.get("name", "")] = read_layout(content)
    return layouts


def _values(sheet: ReadOnlyWorksheet, left_out: Counter[str]) -> dict[int, Row]:
    """Row number -> its filled cells as shown."""
    sheet.reset_dimensions()  # what the file says of its size may be wrong
    rows: dict[int, Row] = {}
    widest = 1
    for number, cells in enumerate(sheet.rows, start=1):
        row: Row = {}
        for column, cell in enumerate(cells, start=1):
            if cell.value is None:
                continue
            left_out["errors"] += cell.data_type == "e"
            if text := cell_text(display(cell.value, cell.number_format)):
                row[column] = text
        if row:
            rows[number] = row
            widest = max(widest, *row)
        if len(rows) * widest > CELL_LIMIT:
            raise CorpusError(
                f"工作表“{sheet.title}”有 {widest:,} 列，太宽，请删去右边用不到的列或拆成几个文件再入库。"
            )
    return rows


def _fill_merges(rows: dict[int, Row], layout: SheetLayout) -> None:
    """Write a merged cell's text in each row that it spans, in the first column to be seen."""
    numbers = sorted(rows)
    for merge in layout.merges:
        text = rows.get(merge.top, {}).get(merge.left, "")
        columns = (column for column in range(merge.left, merge.right + 1) if not layout.hides_column(column))
        column = next(columns, merge.left)
        spanned = numbers[bisect_left(numbers, merge.top) : bisect_right(numbers, merge.bottom)]
        if text:
            del rows[merge.top][merge.left]
            for number in spanned:
                rows[number][column] = text


def _visible(rows: dict[int, Row], layout: SheetLayout, left_out: Counter[str]) -> dict[int, Row]:
    left_out["rows"] += sum(number in layout.hidden_rows for number in rows)
    shown = {number: row for number, row in rows.items() if number not in layout.hidden_rows}
    hidden = {column for row in shown.values() for column in row if layout.hides_column(column)}
    left_out["columns"] += len(hidden)
    kept = {
        number: {column: text for column, text in row.items() if column not in hidden}
        for number, row in shown.items()
    }
    return {number: row for number, row in kept.items() if row}


def _lines(rows: dict[int, Row], merges: Sequence[Merge]) -> list[str]:
    """Title lines and tables; titles over or under a table stand as lines of their own."""
    wide = {(merge.top, merge.left) for merge in merges if merge.right > merge.left}
    titles = {
        number
        for number, row in rows.items()
        if len(row) == 1 and any((number, column) in wide for column in row)
    }
    groups: list[list[int]] = []
    for number in sorted(rows):
        if not groups or (number in titles and number > groups[-1][-1] + 1):
            groups.append([])
        groups[-1].append(number)
    lines: list[str] = []
    for group in groups:
        several = any(len(rows[number]) > 1 for number in group)
        first, last = 0, len(group)
        while first < last and (group[first] in titles or (several and len(rows[group[first]]) == 1)):
            first += 1
        while last > first and group[last - 1] in titles:
            last -= 1
        lines += [*_texts(rows, group[:first]), *_table(rows, group[first:last]), *_texts(rows, group[last:])]
    return lines


def _texts(rows: dict[int, Row], numbers: Sequence[int]) -> list[str]:
    return [text for number in numbers for text in rows[number].values()]


def _table(rows: dict[int, Row], numbers: Sequence[int]) -> list[str]:
    columns = [column for number in numbers for column in rows[number]]
    if not columns:
        return []
    first, last = min(columns), max(columns)
    return table_lines(
        [[rows[number].get(column, "") for column in range(first, last + 1)] for number in numbers]
    )
