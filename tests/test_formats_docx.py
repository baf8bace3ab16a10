"""A Word document is read as it is printed: nothing lost, nothing invented, what is left out is named."""

import re
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml

from ingest.formats.docx import read_docx
from ingest.load import load_file
from rag.errors import CorpusError
from tests.office_files import W, code, field, level, lists, paragraph, run, word, word_parts, zipped

DECISION = Path(__file__).parents[1] / "corpus" / "policies" / "sc-2023-decision.md"
MARKS = (re.compile("[一二三四五六七八九十]+、"), re.compile("（[一二三四五六七八九十]+）"), re.compile("——"))


def text_of(body: str, **parts: str) -> str:
    return read_docx(word(body, **parts)).text


def saved(document: docx.document.Document) -> bytes:
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_the_decision_written_with_automatic_numbers_gives_back_its_text() -> None:
    body = load_file(DECISION).text
    outline = (
        level(0, "chineseCounting", "%1、")
        + level(1, "chineseCounting", "（%2）", '<w:lvlRestart w:val="0"/>')
        + level(2, "bullet", "——")
    )
    document = docx.Document()
    numbering = document.part.numbering_part.element
    numbering.append(
        parse_xml(f'<w:abstractNum xmlns:w="{W}" w:abstractNumId="90">{outline}</w:abstractNum>')
    )
    numbering.append(parse_xml(f'<w:num xmlns:w="{W}" w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    numbered = 0
    for line in filter(str.strip, body.split("\n")):
        index = next((index for index, mark in enumerate(MARKS) if mark.match(line)), None)
        added = document.add_paragraph(line if index is None else MARKS[index].sub("", line, count=1))
        if index is not None:
            properties = added._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_ilvl().val, properties.get_or_add_numId().val = index, 90
            numbered += 1

    extracted = read_docx(saved(document))

    assert numbered == 34
    assert extracted.text == "\n".join(line for line in body.split("\n") if line.strip())
    assert extracted.warnings == ()


def test_runs_breaks_tabs_and_links_make_one_paragraph() -> None:
    link = f'<w:hyperlink r:id="x">{run("链接")}</w:hyperlink>'
    smart = f"<w:smartTag><w:smartTag>{run('标记')}</w:smartTag></w:smartTag>"
    ruby = f"<w:r><w:ruby><w:rt>{run('shì')}</w:rt><w:rubyBase>{run('示')}</w:rubyBase></w:ruby></w:r>"
    body = paragraph(
        *("甲", "<w:r><w:tab/></w:r>", "乙", link, "<w:r><w:br/></w:r>", "\u3000丙", smart, ruby),
        "<w:r><w:noBreakHyphen/><w:softHyphen/></w:r>",
    )

    assert text_of(body) == "甲 乙链接\n丙标记示-"


def test_a_table_stands_between_empty_lines_and_its_merged_cells_are_filled() -> None:
    document = docx.Document()
    document.add_paragraph("示例表")
    table = document.add_table(rows=4, cols=3)
    for row, texts in zip(
        table.rows, (("类别", "指标", ""), ("甲", "a|b", "1"), ("", "c\nd", "2"), ("", "", "")), strict=True
    ):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(1, 0).merge(table.cell(2, 0))
    document.add_paragraph("示例后文")

    assert read_docx(saved(document)).text == (
        "示例表\n\n| 类别 | 指标 |  |\n| 甲 | a｜b | 1 |\n| 甲 | c d | 2 |\n\n示例后文"
    )


def test_a_table_within_a_cell_is_read_in_its_place_and_a_frame_is_opened() -> None:
    def table(*rows: list[str]) -> str:
        cells = ("".join(f"<w:tc>{cell}</w:tc>" for cell in row) for row in rows)
        return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"

    inner = table([paragraph("子甲"), paragraph("子乙")], [paragraph("子丙"), paragraph("")])
    two = table([paragraph("甲") + inner + paragraph("乙"), paragraph("丙")])

    assert text_of(two) == "| 甲 子甲 子乙 子丙 乙 | 丙 |"
    for frame in (
        table([paragraph("甲") + inner + paragraph("乙")]),
        table([paragraph("甲") + inner + paragraph("乙"), paragraph(" ")]),
        table([paragraph("甲")], [inner], [paragraph("乙")]),
    ):
        assert text_of(frame) == "甲\n\n| 子甲 | 子乙 |\n| 子丙 |  |\n\n乙"


def test_cells_that_are_set_in_or_merged_the_old_way_keep_their_columns() -> None:
    def row(*cells: tuple[str, str], properties: str = "") -> str:
        inner = "".join(f"<w:tc><w:tcPr>{more}</w:tcPr>{paragraph(text)}</w:tc>" for text, more in cells)
        return f"<w:tr><w:trPr>{properties}</w:trPr>{inner}</w:tr>"

    body = (
        row(("甲", '<w:hMerge w:val="restart"/>'), ("藏", "<w:hMerge/>"), ("乙", "<w:vMerge/>"))
        + row(("丙", '<w:gridSpan w:val="2"/>'), ("", "<w:vMerge/>"))
        + row(("丁", ""), ("戊", ""), properties='<w:gridBefore w:val="1"/>')
    )

    assert text_of(f"<w:tbl>{body}</w:tbl>") == "| 甲 |  | 乙 |\n| 丙 |  | 乙 |\n|  | 丁 | 戊 |"


def test_text_in_content_controls_is_read_at_every_level() -> None:
    def control(content: str, properties: str = "") -> str:
        return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"

    cell = control(f"<w:tc>{paragraph('格')}</w:tc>")
    row = control(f"<w:tr>{cell}<w:tc>{paragraph('二')}</w:tc></w:tr>")

    assert (
        text_of(control(paragraph("段", control(run("内")))) + f"<w:tbl>{row}</w:tbl>")
        == "段内\n\n| 格 | 二 |"
    )


def test_notes_stand_behind_the_paragraph_that_refers_to_them() -> None:
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    last = '<w:r><w:endnoteReference w:id="2"/></w:r>'
    cells = f"<w:tc>{paragraph('甲', last)}</w:tc><w:tc>{paragraph('乙')}</w:tc>"
    body = paragraph("正文", reference, "继续。") + f"<w:tbl><w:tr>{cells}</w:tr><w:tr>{cells}</w:tr></w:tbl>"
    notes = f'<w:footnote w:id="0">{paragraph("分隔")}</w:footnote><w:footnote w:id="2">{paragraph("脚注")}</w:footnote>'
    ends = f'<w:endnote w:id="2">{paragraph("尾注", last)}</w:endnote>'

    assert text_of(body, footnotes=notes, endnotes=ends) == (
        "正文继续。\n脚注\n\n| 甲 | 乙 |\n| 甲 | 乙 |\n\n尾注"
    )


def test_a_text_box_is_read_once_and_its_white_letters_are_seen() -> None:
    white = '<w:color w:val="FFFFFF"/>'
    box = f"<w:txbxContent>{paragraph(run('框', white))}</w:txbxContent>"
    both = (
        f"<w:r><w:rPr>{white}</w:rPr><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    art = '<w:r><w:pict><v:shape><v:textpath string="艺术字"/></v:shape></w:pict></w:r>'

    extracted = read_docx(word(paragraph("甲", both, "乙", art)))

    assert (extracted.text, extracted.warnings) == ("甲乙\n框\n艺术字", ())


@pytest.mark.parametrize("mark", ["del", "moveFrom"])
def test_a_deleted_paragraph_end_joins_what_it_parted_and_is_not_numbered(mark: str) -> None:
    number = '<w:numPr><w:numId w:val="1"/></w:numPr>'
    body = (
        paragraph("甲", properties=f"{number}<w:rPr><w:{mark}/></w:rPr>")
        + paragraph("乙", properties=number)
        + paragraph(run("藏", "<w:vanish/>"), properties=f"{number}<w:rPr><w:vanish/></w:rPr>")
        + paragraph("丙", properties=number)
    )

    assert text_of(body, numbering=lists(level(0, "decimal", "%1."))) == "1. 甲乙\n2. 丙"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (field("begin") + code("PAGE") + field("separate") + run("7") + field("end"), "甲7乙"),
        (field("begin") + code("TC 示例") + field("end"), "甲乙"),
        (field("begin") + code("PAGE"), "甲"),
        (
            field("begin")
            + code("IF ")
            + field("begin")
            + code("PAGE")
            + field("separate")
            + run("7")
            + field("end")
            + field("separate")
            + run("果")
            + field("end"),
            "甲果乙",
        ),
        (f'<w:fldSimple w:instr="DATE">{run("今")}</w:fldSimple>', "甲今乙"),
    ],
    ids=["result", "no-result", "never-closed", "nested", "simple"],
)
def test_a_field_gives_its_result_and_not_its_code(content: str, expected: str) -> None:
    assert text_of(paragraph("甲", content, "乙") + paragraph("丙")) == f"{expected}\n丙"


def test_a_formula_is_written_on_one_line() -> None:
    def letters(name: str, text: str) -> str:
        return f"<m:{name}><m:r><m:t>{text}</m:t></m:r></m:{name}>"

    fraction = f"<m:f>{letters('num', 'a+b')}{letters('den', '2')}</m:f>"
    power = f"<m:sSup>{letters('e', 'x')}{letters('sup', '2')}</m:sSup>"
    extracted = read_docx(
        word(paragraph("得分=", f"<m:oMath>{fraction}<m:r><m:t>×</m:t></m:r>{power}</m:oMath>"))
    )

    assert (extracted.text, extracted.warnings) == (
        "得分=(a+b)/2×x^2",
        ("有 1 个公式按一行文字读入，请核对原文。",),
    )


def test_headers_and_footers_are_not_read() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "示例页眉"
    document.sections[0].footer.paragraphs[0].text = "示例页脚"
    document.add_paragraph("示例正文。")

    assert read_docx(saved(document)).text == "示例正文。"


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (word(paragraph(" ")), "没有读到文字"),
        (zipped({**word_parts(""), "word/document.xml": "<workbook/>"}), "不是可读的 Word 文档"),
        (zipped({**word_parts(""), "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>'}), "损坏"),
        (word("<w:ins>" * 5_000 + "</w:ins>" * 5_000), "损坏"),
    ],
    ids=["empty", "no-word", "cut", "too-deep"],
)
def test_a_document_that_cannot_be_read_is_refused(raw: bytes, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        read_docx(raw)
