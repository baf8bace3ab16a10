"""Advice -> an Excel or Word file, made in memory. Every text is a text: nothing in a cell is ever a formula."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import docx
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.styles.style import ParagraphStyle
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from rag.advice import Advice
from rag.builds import Build
from rag.conditions import Finding
from rag.match import FAILS, Verdict
from rag.match_form import READ
from rag.present import DIGEST
from rag.present_advice import ORDER, sorted_into
from rag.present_match import NO_AMOUNT, grouped_by_need, money, summary, told
from rag.present_support import official_source, short_place, window
from rag.present_words import NOTICE
from rag.printable import printable
from rag.profile import FIELDS
from rag.tree import is_retold

FULL_TEXT: Final = "官方原文"
_COLUMNS: Final = {
    "结果": 24, "需求": 12, "支持内容": 28, "类型": 10, "金额": 26, "计算": 30, "条件": 46, "限制": 24, "部门": 18,
    "申报时间": 16, "文件": 34, "文号": 18, "条款": 20, "引文": 50, "效力": 10, "文字来源": 18, "官方网页": 30,
}  # fmt: skip
"""Column -> its width in characters."""
_LONGEST_CELL: Final = 32_000
"""Excel takes 32,767 characters in a cell."""
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Export:
    """One kind of file: how it is made, its media type."""

    write: Callable[[Advice, Build], bytes]
    media_type: str


def match_xlsx(advice: Advice, build: Build) -> bytes:
    """A workbook: what was told, then the supports that name the enterprise, those for everybody, those not met."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    first.title = "说明"
    for number, row in enumerate(_explanation(advice), start=1):
        _write_row(first, number, row)
    for column, width in (("A", 18), ("B", 90)):
        first.column_dimensions[column].width = width
    for title, verdicts in _sheets(advice).items():
        if verdicts:
            _fill_sheet(book.create_sheet(title), _rows(verdicts, advice, build))
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def match_docx(advice: Advice, build: Build) -> bytes:
    """A document: what was told, then the supports that name the enterprise by need; those for everybody when none does."""
    document = docx.Document()
    _use_chinese_fonts(document)
    document.core_properties.author = document.core_properties.comments = ""
    document.core_properties.title = "政策匹配结果"
    section = document.sections[0]
    section.footer.paragraphs[0].text = NOTICE
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2)
    document.add_heading("政策匹配结果", 0)
    _add_table(document, _explanation(advice)[1:])
    sheets = _sheets(advice)
    title, verdicts = next(((title, own) for title, own in sheets.items() if own), ("", []))
    for need, own in grouped_by_need(verdicts, advice.matching.profile):
        document.add_heading(f"{need}（{len(own)} 项）", 1)
        for row in _rows(own, advice, build):
            _add_support(document, row)
    others = "，".join(f"{name} {len(own)} 项" for name, own in sheets.items() if name != title and own)
    if others:
        document.add_paragraph(f"另有{others}，见导出的 Excel 或网页。")
    target = BytesIO()
    document.save(target)
    return target.getvalue()


EXPORTS: Final[Mapping[str, Export]] = {
    "xlsx": Export(match_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "docx": Export(match_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}
"""File name extension -> how the file is made."""


def _sheets(advice: Advice) -> dict[str, list[Verdict]]:
    sections = {
        name: sorted_into(name, advice.matching.verdicts) for name in ("fits", "may", "general", "fails")
    }
    return {
        "点到本企业": [*sections["fits"], *sections["may"]],
        "面向所有企业": sections["general"],
        FAILS: sections["fails"],
    }


def _explanation(advice: Advice) -> list[tuple[str, str]]:
    """Notice, date, fields and counts, as rows of two cells."""
    matching = advice.matching
    counts = "，".join(f"{title} {len(own)} 项" for title, own in _sheets(advice).items())
    left = "，".join(f"{name} {count} 项" for name, count in matching.left_out.items())
    fields = [
        (FIELDS[name], f"{text}（{READ}）" if name in advice.understood else text)
        for name, text in told(matching.profile, matching.day)
    ]
    described = (
        [(FIELDS["description"], matching.profile.description)] if matching.profile.description else []
    )
    problems = [("没能读懂", one.message) for one in advice.problems]
    return [
        ("政策匹配结果", ""), ("说明", NOTICE), ("匹配日期", matching.day.isoformat()), *fields, *described, *problems,
        ("条目", counts), ("未列入", left or "无"), ("顺序", ORDER),
    ]  # fmt: skip


def _rows(verdicts: Iterable[Verdict], advice: Advice, build: Build) -> list[dict[str, str]]:
    """Column -> text for each support, need by need."""
    groups = grouped_by_need(verdicts, advice.matching.profile)
    return [_row(one, need, advice, build) for need, own in groups for one in own]


def _row(verdict: Verdict, need: str, advice: Advice, build: Build) -> dict[str, str]:
    support, clause = verdict.support, build.clause_by_id[verdict.support.quote.clause_id]
    document = build.documents[support.document_id]
    cells = {
        "结果": summary(verdict, build),
        "需求": need,
        "支持内容": support.title,
        "类型": support.kind,
        "金额": verdict.worth.text if verdict.worth else money(verdict),
        "计算": verdict.worth.formula if verdict.worth else "",
        "条件": "\n".join(_condition(one, build) for one in verdict.findings),
        "限制": "；".join(one.wording for one in support.exclusions),
        "部门": support.department,
        "申报时间": window(support),
        "文件": document.title,
        "文号": document.number or "",
        "条款": f"{clause.label}{clause.heading}" + (f"·{clause.item}" if clause.item else ""),
        "引文": support.quote.text,
        "效力": build.validity_of(document.id, advice.matching.day),
        "文字来源": DIGEST if is_retold(document) else FULL_TEXT,
        "官方网页": official_source(document),
    }
    return {name: printable(cells[name])[:_LONGEST_CELL] for name in _COLUMNS}


def _condition(finding: Finding, build: Build) -> str:
    condition = finding.condition
    distance = f"，{finding.distance}" if finding.distance else ""
    return f"{finding.result}：{condition.wording}{distance}（{short_place(condition.quote, build)}：“{condition.quote.text}”）"


def _fill_sheet(sheet: Worksheet, rows: Sequence[Mapping[str, str]]) -> None:
    _write_row(sheet, 1, list(_COLUMNS))
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E6EEF7")
    for number, row in enumerate(rows, start=2):
        _write_row(sheet, number, list(row.values()))
    for number, width in enumerate(_COLUMNS.values(), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "D2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _write_row(sheet: Worksheet, number: int, texts: Sequence[str]) -> None:
    """A row of strings: told to be strings, and quoted where a copy pasted elsewhere would be read as a formula."""
    for column, text in enumerate(texts, start=1):
        cell = sheet.cell(number, column)
        cell.value = printable(text)
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(_FORMULA_STARTS)
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _add_table(document: WordDocument, rows: Sequence[tuple[str, str]]) -> None:
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    widths = (Cm(3), Cm(14))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for texts in rows:
        for cell, text, width in zip(table.add_row().cells, texts, widths, strict=True):
            cell.text, cell.width = printable(text), width


def _add_support(document: WordDocument, row: Mapping[str, str]) -> None:
    document.add_heading(row["支持内容"], 2)
    amount = row["金额"] if row["金额"] == NO_AMOUNT else f"金额：{row['金额']}"
    document.add_paragraph(f"{row['结果']}。{amount}" + (f"（{row['计算']}）" if row["计算"] else ""))
    for line in filter(None, row["条件"].split("\n")):
        document.add_paragraph(line, style="List Bullet")
    number = f"（{row['文号']}）" if row["文号"] else ""
    source = f"《{row['文件']}》{number}{row['条款']}｜效力：{row['效力']}｜{row['文字来源']}"
    document.add_paragraph(f"{source}：“{row['引文']}”")
    more = [f"{name}：{row[name]}" for name in ("限制", "部门", "申报时间", "官方网页") if row[name]]
    if more:
        document.add_paragraph("　".join(more))


def _use_chinese_fonts(document: WordDocument) -> None:
    for name, font in (("Normal", "宋体"), ("Title", "黑体"), ("Heading 1", "黑体"), ("Heading 2", "黑体")):
        style = document.styles[name]
        assert isinstance(style, ParagraphStyle)
        style.font.name = font
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    normal = document.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)
    normal.font.size = Pt(10.5)
    normal.paragraph_format.space_after = Pt(2)
