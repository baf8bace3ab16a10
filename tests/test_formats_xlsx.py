"""A spreadsheet is read as its sheets show it: titles, tables, values in their formats."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from xml.etree.ElementTree import canonicalize

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from ingest.formats import xlsx
from ingest.formats.archive import open_archive
from ingest.formats.xlsx import read_xlsx
from rag.errors import CorpusError
from tests.office_files import zipped


def saved(*sheets: Callable[[Worksheet], None]) -> bytes:
    """A workbook with a sheet for each function, which fills it; named 示例1, 示例2 ..."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for number, fill in enumerate(sheets, start=1):
        fill(workbook.create_sheet(f"示例{number}"))
    buffer = BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def rows(*values: tuple[object, ...]) -> Callable[[Worksheet], None]:
    def fill(sheet: Worksheet) -> None:
        for row in values:
            sheet.append(list(row))

    return fill


def edited(raw: bytes, old: str, new: str) -> bytes:
    """The workbook with its first sheet's XML changed."""
    parts: dict[str, str | bytes] = dict(open_archive(raw).parts)
    name = "xl/worksheets/sheet1.xml"
    content = canonicalize(open_archive(raw).parts[name].decode())
    assert old in content
    return zipped({**parts, name: content.replace(old, new)})


def test_titles_stand_before_the_table_and_notes_behind_it() -> None:
    def fill(sheet: Worksheet) -> None:
        rows(
            ("示例汇总表",),
            ("单位：示例",),
            ("类别", "指标", "数值"),
            ("甲", "a|b", 1),
            ("乙", "c\nd", 2),
            ("注：示例",),
        )(sheet)
        sheet.merge_cells("A1:C1")
        sheet.merge_cells("A6:C6")

    assert read_xlsx(saved(fill)).text == (
        "示例汇总表\n单位：示例\n\n| 类别 | 指标 | 数值 |\n| 甲 | a｜b | 1 |\n| 乙 | c d | 2 |\n\n注：示例"
    )


def test_a_cell_merged_over_rows_is_repeated_and_one_over_columns_is_not() -> None:
    def fill(sheet: Worksheet) -> None:
        rows(("类别", "数值", None), ("甲", 1, 2), (None, 3, 4), ("乙", 5, 6))(sheet)
        sheet.merge_cells("B1:C1")
        sheet.merge_cells("A2:A3")

    assert read_xlsx(saved(fill)).text == "| 类别 | 数值 |  |\n| 甲 | 1 | 2 |\n| 甲 | 3 | 4 |\n| 乙 | 5 | 6 |"


def test_a_title_behind_a_blank_row_begins_another_table_and_a_blank_row_alone_does_not() -> None:
    def fill(sheet: Worksheet) -> None:
        rows(("表一",), ("甲", "乙"), (1, 2), (), (3, 4), (), ("表二",), ("丙", "丁"), (5, 6))(sheet)
        sheet.merge_cells("A1:B1")
        sheet.merge_cells("A7:B7")

    assert read_xlsx(saved(fill)).text == (
        "表一\n\n| 甲 | 乙 |\n| 1 | 2 |\n| 3 | 4 |\n\n表二\n\n| 丙 | 丁 |\n| 5 | 6 |"
    )


def test_a_heading_within_a_table_stays_a_row_and_a_hidden_first_column_does_not_hide_a_title() -> None:
    def fill(sheet: Worksheet) -> None:
        rows(("题", None, None), (None, "甲", "乙"), (None, "一组", None), (None, 1, 2))(sheet)
        sheet.merge_cells("A1:C1")
        sheet.merge_cells("B3:C3")
        sheet.column_dimensions["A"].hidden = True

    extracted = read_xlsx(saved(fill))

    assert (extracted.text, extracted.warnings) == ("题\n\n| 甲 | 乙 |\n| 一组 |  |\n| 1 | 2 |", ())


def test_sheets_are_named_when_several_have_content() -> None:
    one, other = rows(("甲", "乙")), rows(("丙", "丁"))

    assert read_xlsx(saved(one, rows(), other)).text == "示例1\n\n| 甲 | 乙 |\n\n示例3\n\n| 丙 | 丁 |"
    assert read_xlsx(saved(one, rows())).text == "| 甲 | 乙 |"


def test_hidden_rows_columns_and_sheets_are_left_out_and_named() -> None:
    def fill(sheet: Worksheet) -> None:
        rows(("题", None, None), ("甲", "乙", "丙"), (1, 2, 3), (4, 5, 6))(sheet)
        sheet.merge_cells("A1:C1")
        sheet.column_dimensions["A"].hidden = True
        sheet.row_dimensions[3].hidden = True

    def hide(sheet: Worksheet) -> None:
        rows(("密", "藏"))(sheet)
        sheet.sheet_state = "veryHidden"

    extracted = read_xlsx(saved(fill, hide))

    assert extracted.text == "题\n\n| 乙 | 丙 |\n| 5 | 6 |"
    assert extracted.warnings == (
        "有 1 个隐藏的工作表没有读入。",
        "有 1 行隐藏的内容没有读入。",
        "有 1 列隐藏的内容没有读入。",
    )


def test_a_column_without_width_is_hidden() -> None:
    def fill(sheet: Worksheet) -> None:
        rows(("甲", "乙"))(sheet)
        sheet.column_dimensions["A"].width = 9

    assert read_xlsx(edited(saved(fill), 'width="9"', 'width="0"')).text == "| 乙 |"


def test_formulas_give_their_stored_result_and_one_without_is_named() -> None:
    raw = saved(rows(("甲", "乙"), ("=1+1", "=2+2", "=3+3")))

    computed = edited(raw, "<f>1+1</f><v></v>", "<f>1+1</f><v>2</v>")
    extracted = read_xlsx(edited(computed, '<c r="C2">', '<c r="C2" t="str">'))

    assert extracted.text == "| 甲 | 乙 |\n| 2 |  |"
    assert extracted.warnings == ("有 1 个公式没有算出的结果，请用 Excel 或 WPS 打开、保存后再入库。",)


def test_an_error_value_is_read_and_named_and_a_comment_is_not_read() -> None:
    def fill(sheet: Worksheet) -> None:
        rows(("甲", "#REF!"))(sheet)
        sheet["A1"].comment = Comment("示例批注", "示例")

    extracted = read_xlsx(saved(fill))

    assert extracted.text == "| 甲 | #REF! |"
    assert extracted.warnings == ("有 1 个单元格是错误值（如 #REF!），请核对原表。",)


def test_charts_and_pictures_are_named() -> None:
    def fill(sheet: Worksheet) -> None:
        rows(("甲", 1), ("乙", 2))(sheet)
        chart = BarChart()
        chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=2))
        sheet.add_chart(chart, "D1")

    assert read_xlsx(saved(fill)).warnings == ("有 1 处图形、图表或图片没有读入，其中的文字检索不到。",)


def test_a_wrong_declared_size_and_a_gap_do_not_move_cells() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["C4"], sheet["D4"], sheet["D9"] = "甲", "乙", 1

    raw = saved(fill)

    assert read_xlsx(edited(raw, 'ref="C4:D9"', 'ref="C4:C4"')).text == "| 甲 | 乙 |\n|  | 1 |"


def test_values_are_read_as_their_format_shows_them() -> None:
    def fill(sheet: Worksheet) -> None:
        rows(("比例", "金额", "日期"), (0.256, 1234567.8, datetime(2023, 6, 19)))(sheet)
        for cell, code in (("A2", "0.0%"), ("B2", "#,##0.00"), ("C2", "yyyy/m/d")):
            sheet[cell].number_format = code

    assert read_xlsx(saved(fill)).text == ("| 比例 | 金额 | 日期 |\n| 25.6% | 1,234,567.80 | 2023年6月19日 |")


def test_too_many_rows_are_refused_with_what_to_do() -> None:
    raw = saved(rows(*((number,) for number in range(xlsx.ROW_LIMIT + 1))))

    with pytest.raises(CorpusError, match=r"20,001 行.*拆成几个文件"):
        read_xlsx(raw)


def test_as_many_rows_as_allowed_are_read() -> None:
    raw = saved(rows(*((number, "示例") for number in range(xlsx.ROW_LIMIT))))

    assert read_xlsx(raw).text.count("\n") == xlsx.ROW_LIMIT - 1


def test_a_cell_far_to_the_right_does_not_blow_the_table_up() -> None:
    def fill(sheet: Worksheet) -> None:
        for number in range(1, 200):
            sheet.cell(number, 1, "示例")
        sheet["XFD1"] = "远"

    with pytest.raises(CorpusError, match="太宽"):
        read_xlsx(saved(fill))


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (saved(rows()), "没有内容"),
        (b"PK\x05\x06" + bytes(18), "不是完好的"),
        (edited(saved(rows(("甲",))), "</sheetData>", ""), "损坏"),
        (edited(saved(rows(("甲",))), '<row r="1"', '<row r="999999999"'), "损坏"),
        (edited(saved(rows(("甲",))), '<row r="1"', '<row r="99999999999999"'), "损坏"),
        (edited(saved(rows((7,))), 't="n"', 't="s"'), "损坏"),
    ],
    ids=["empty", "no-zip", "cut", "row-number", "long-row-number", "text-number"],
)
def test_a_workbook_that_cannot_be_read_is_refused(raw: bytes, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        read_xlsx(raw)
