"""What a reader of the printed page does not see is left out of a Word document, and named."""

import pytest

from ingest.formats.docx import read_docx
from tests.office_files import code, field, paragraph, run, word, word_parts, zipped

WHITE = '<w:color w:val="FFFFFF"/>'
DARK = '<w:shd w:val="clear" w:fill="1F4E79"/>'
STYLES = (
    '<w:style w:type="paragraph" w:styleId="veiled"><w:name w:val="veiled"/><w:rPr><w:vanish/></w:rPr></w:style>'
    f'<w:style w:type="paragraph" w:styleId="band"><w:name w:val="band"/><w:pPr>{DARK}</w:pPr></w:style>'
    '<w:style w:type="table" w:styleId="grid"><w:name w:val="grid"/>'
    f'<w:tblStylePr w:type="firstRow"><w:tcPr>{DARK}</w:tcPr></w:tblStylePr></w:style>'
    '<w:style w:type="character" w:styleId="secret"><w:name w:val="secret"/><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="pale"><w:name w:val="pale"/><w:rPr><w:color w:val="ffffff"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>'
)


def table(properties: str) -> str:
    cells = "".join(f"<w:tc>{paragraph(run(text, WHITE))}</w:tc>" for text in "甲乙")
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tr>{cells}</w:tr></w:tbl>"


@pytest.mark.parametrize(
    ("body", "text", "warning"),
    [
        (paragraph("甲", run("乙", "<w:vanish/>")), "甲", "1 处隐藏文字"),
        (paragraph("甲", run("乙", '<w:vanish w:val="0"/>')), "甲乙", None),
        (paragraph("甲", run("乙", '<w:rStyle w:val="secret"/>')), "甲", "1 处隐藏文字"),
        (paragraph("甲", run("乙", '<w:rStyle w:val="secret"/><w:vanish w:val="0"/>')), "甲乙", None),
        (paragraph("甲", run("乙", WHITE)), "甲", "1 处白底白字"),
        (paragraph("甲", run("乙", WHITE + DARK)), "甲乙", None),
        (paragraph("甲", run("乙", WHITE + '<w:highlight w:val="blue"/>')), "甲乙", None),
        (paragraph("甲", run("乙", WHITE), properties=DARK), "甲乙", None),
        (paragraph("甲") + paragraph("乙", properties='<w:pStyle w:val="pale"/>'), "甲", "1 处白底白字"),
        (
            f"<w:tbl><w:tr><w:tc><w:tcPr>{DARK}</w:tcPr>{paragraph(run('甲', WHITE))}</w:tc>"
            f"<w:tc>{paragraph(run('乙', WHITE))}{paragraph('丙')}</w:tc></w:tr></w:tbl>",
            "| 甲 | 丙 |",
            "1 处白底白字",
        ),
        (paragraph("甲", run("乙", WHITE), properties='<w:pStyle w:val="band"/>'), "甲乙", None),
        (table(DARK), "| 甲 | 乙 |", None),
        (table('<w:tblStyle w:val="grid"/>'), "| 甲 | 乙 |", None),
        (
            paragraph("甲")
            + paragraph(
                "乙", run("丙", '<w:rStyle w:val="secret"/>'), properties='<w:pStyle w:val="veiled"/>'
            ),
            "甲\n丙",
            "1 处隐藏文字",
        ),
        (paragraph("甲") + paragraph("乙 1", properties='<w:pStyle w:val="TOC1"/>'), "甲", "目录没有读入"),
        (
            paragraph("甲") + '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
            f"</w:docPartObj></w:sdtPr><w:sdtContent>{paragraph('乙')}</w:sdtContent></w:sdt>",
            "甲",
            "目录没有读入",
        ),
        (paragraph("甲", '<w:r><w:commentReference w:id="1"/></w:r>'), "甲", "1 条批注"),
        (paragraph("甲", "<w:r><w:drawing><a:blip/></w:drawing></w:r>"), "甲", "1 处图片"),
        (paragraph("甲") + '<w:altChunk r:id="x"/>', "甲", "1 处嵌入"),
        (paragraph("甲", field("begin"), code(" LISTNUM "), field("end")), "甲", "1 处用域编的号"),
        (paragraph("甲", '<w:r><w:sym w:font="Wingdings 2" w:char="F052"/></w:r>'), "甲☑", None),
        (paragraph("甲", '<w:r><w:sym w:font="Wingdings" w:char="F04A"/></w:r>'), "甲", "1 个字体符号"),
    ],
)
def test_what_is_not_to_be_seen_is_left_out_and_named(body: str, text: str, warning: str | None) -> None:
    extracted = read_docx(word(body, styles=STYLES))

    assert extracted.text == text
    assert len(extracted.warnings) == (warning is not None)
    assert not warning or warning in extracted.warnings[0]


def test_insertions_are_kept_and_deletions_counted() -> None:
    body = paragraph(
        "原文",
        f"<w:ins>{run('插入')}</w:ins>",
        "<w:del><w:r><w:delText>删去</w:delText></w:r></w:del>",
        f"<w:moveFrom>{run('移走')}</w:moveFrom><w:moveTo>{run('移来')}</w:moveTo>",
        "<w:del><w:r><w:delText> </w:delText></w:r></w:del>",
    )
    row = f"<w:tr><w:trPr><w:del/></w:trPr><w:tc>{paragraph('行')}</w:tc></w:tr>"

    extracted = read_docx(word(body + f"<w:tbl>{row}</w:tbl>"))

    assert (extracted.text, extracted.warnings) == ("原文插入移来", ("有 3 处修订删除的文字没有读入。",))


@pytest.mark.parametrize(("colour", "text"), [("1F4E79", "甲乙"), ("FFFFFF", "甲")])
def test_white_letters_on_a_coloured_page_are_seen(colour: str, text: str) -> None:
    parts = word_parts(paragraph("甲", run("乙", WHITE)))
    document = str(parts["word/document.xml"])
    page = document.replace("<w:body>", f'<w:background w:color="{colour}"/><w:body>')

    assert read_docx(zipped({**parts, "word/document.xml": page})).text == text
