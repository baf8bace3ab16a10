"""PDF files give back the text they were printed from: paragraphs, tables, nothing lost, nothing invented."""

import io
import os
import shutil
import subprocess
from pathlib import Path

import pypdfium2
import pytest
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, A5
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table, TableStyle

from ingest.formats.pdf import read_pdf
from tests.pdf_files import (
    FONT,
    HAS_CHINESE_FONT,
    PARAGRAPHS,
    drawn,
    head_and_number,
    paragraph,
    ruled,
    squeezed,
    typeset,
    written,
)

CHROMIUM = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium")
needs_font = pytest.mark.skipif(not HAS_CHINESE_FONT, reason="no Chinese font is installed")


@pytest.mark.parametrize(
    ("size", "style", "pagesize", "number"),
    [
        (16, {"leading": 28}, A4, "— {} —"),
        (12, {}, A4, "第{}页 共9页"),
        (10.5, {"leading": 16}, A5, "-{}-"),
        (12, {"firstLineIndent": 0, "spaceAfter": 10}, A4, "{}"),
    ],
    ids=["official", "report", "booklet", "unindented"],
)
def test_the_decision_comes_back_paragraph_by_paragraph(
    size: float, style: dict[str, float], pagesize: tuple[float, float], number: str
) -> None:
    title = paragraph(PARAGRAPHS[0], 1.4 * size, alignment=1, firstLineIndent=0, spaceAfter=20)
    story = [title, *(paragraph(text, size, **style) for text in PARAGRAPHS[1:])]

    found = read_pdf(typeset(story, pagesize, head_and_number(number.format)))

    assert squeezed(found.text) == squeezed("\n".join(PARAGRAPHS))
    assert "示例页眉" in " ".join(found.warnings)


INDENTED = "body{font:16pt/28pt serif} p{text-indent:2em;margin:0;text-align:justify} h1{text-align:center}"
SPACED = "body{font:12pt/1.6 sans-serif} h1{font-size:20pt}"
COLUMNS = "body{font:10.5pt/1.6 serif} div{column-count:2} p{text-indent:2em;margin:0} h1{text-align:center}"


def page_of(style: str) -> str:
    body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS[1:])
    return f"<meta charset=utf8><style>{style}</style><h1>{PARAGRAPHS[0]}</h1><div>{body}</div>"


@needs_font
@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
@pytest.mark.parametrize("style", [INDENTED, SPACED, COLUMNS], ids=["indented", "spaced", "columns"])
def test_the_decision_comes_back_from_a_browser_s_print(style: str, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(page_of(style), encoding="utf8")
    subprocess.run(
        [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/profile",
         f"--print-to-pdf={tmp_path}/page.pdf", (tmp_path / "page.html").as_uri()],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip

    found = read_pdf((tmp_path / "page.pdf").read_bytes()).text

    kept = [line for line in squeezed(found) if "page.html" not in line]
    assert kept == squeezed("\n".join(PARAGRAPHS))


@needs_font
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_the_decision_comes_back_from_libreoffice(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(page_of(INDENTED), encoding="utf8")
    subprocess.run(
        ["soffice", f"-env:UserInstallation={tmp_path.as_uri()}/profile", "--headless",
         "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "page.html")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip

    assert squeezed(read_pdf((tmp_path / "page.pdf").read_bytes()).text) == squeezed("\n".join(PARAGRAPHS))


def test_a_table_over_pages_is_one_and_its_merged_cells_are_repeated() -> None:
    rows = [[f"类别{row // 4}" if row % 4 == 0 else "", f"项目{row}", "示例说明，" * 12] for row in range(24)]
    merged = [("SPAN", (0, 1 + row), (0, 4 + row)) for row in range(0, 24, 4)]
    table = ruled(
        [["类别", "项目", "说明"], *rows, ["合计|", "", "共24项"]],
        ("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("SPAN", (0, 25), (1, 25)), *merged,
    )  # fmt: skip

    found = read_pdf(typeset([paragraph("附表 1"), table, paragraph("表后文字。")])).text

    expected = [f"| 类别{row // 4} | 项目{row} | {'示例说明，' * 12} |" for row in range(24)]
    assert found.split("\n") == [
        "附表 1", "", "| 类别 | 项目 | 说明 |", *expected, "| 合计｜ |  | 共24项 |", "", "表后文字。",
    ]  # fmt: skip


def test_a_row_cut_by_the_page_is_one_row() -> None:
    long = "".join(f"第{number}句示例。" for number in range(150))
    table = Table(
        [[paragraph(cell, 12, firstLineIndent=0) for cell in row] for row in (["1", "甲", "短"], ["2", "乙", long])],
        colWidths=(40, 60, 100), splitInRow=1, style=TableStyle([("GRID", (0, 0), (-1, -1), 1, colors.black)]),
    )  # fmt: skip

    assert read_pdf(typeset([table])).text.split("\n") == ["| 1 | 甲 | 短 |", f"| 2 | 乙 | {long} |"]


def test_a_table_without_rules_at_its_sides_is_a_table() -> None:
    inside = (("INNERGRID", (0, 0), (-1, -1), 0.5, colors.black), ("LINEABOVE", (0, 0), (-1, 0), 1, colors.black),
              ("LINEBELOW", (0, -1), (-1, -1), 1, colors.black))  # fmt: skip

    found = read_pdf(typeset([ruled([["指标", "甲", "乙"], ["示例", "1", "2"]], *inside)])).text

    assert found.split("\n") == ["| 指标 | 甲 | 乙 |", "| 示例 | 1 | 2 |"]


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        # Heads of left and right pages, numbers in the outer corners.
        ([[(72 if page % 2 else 400, 800, f"示例{page % 2}"), (72 + page, 40, f"· {page} ·"), (72, 600, f"第{page}段。")] for page in range(1, 7)],
         [f"第{page}段。" for page in range(1, 7)]),
        ([[(72, 800, "附件1"), (72, 600, "甲。")], [(72, 800, "附件2"), (72, 600, "乙。")], [(72, 800, "附件3"), (72, 600, "丙。")]],
         ["附件1", "甲。", "附件2", "乙。", "附件3", "丙。"]),
        ([[(72, 800, "示例办法"), (72, 600, "甲。")], [(72, 700, "示例办法"), (72, 600, "乙。")]],
         ["示例办法", "甲。", "示例办法", "乙。"]),
        ([[(72, 600, "甲。"), (280, 40, "第1页 共1页")]], ["甲。"]),
        ([[(72, 600, "甲。"), (280, 40, "3")], [(72, 600, "乙。"), (280, 40, "4")]], ["甲。", "乙。"]),
        ([[(72, 600, "甲。"), (280, 40, "3")], [(72, 600, "乙。"), (280, 40, "9")]], ["甲。", "3", "乙。", "9"]),
        ([[(72, 600, "示例。"), (280, 40, str(page % 5 + 1))] for page in range(10)], ["示例。"] * 10),
    ],
    ids=["left-and-right-pages", "attachments-stay", "another-place-stays", "one-page", "figures-that-count", "other-figures-stay", "a-new-start"],
)  # fmt: skip
def test_only_running_heads_and_page_numbers_are_left_out(
    lines: list[list[tuple[float, float, str]]], text: list[str]
) -> None:
    assert read_pdf(drawn(*(written(*page) for page in lines))).text.split("\n") == text


def test_notes_at_the_foot_come_behind_the_paragraph_that_runs_over_the_page() -> None:
    def first(canvas: Canvas) -> None:
        canvas.drawString(104, 700, "示例文字" * 6)
        canvas.drawString(72, 672, "示例文字" * 6 + "甲乙")
        canvas.setFont(FONT, 9)
        canvas.drawString(72, 80, "注：示例说明。")

    second = written((72, 750, "示例文字" * 6 + "甲乙"), (72, 722, "完。"), (104, 694, "另一段。"))
    run = "示例文字" * 12 + "甲乙" + "示例文字" * 6 + "甲乙完。"

    assert read_pdf(drawn(first, second)).text.split("\n") == [run, "注：示例说明。", "另一段。"]


def test_a_page_lying_on_its_side_is_read_upright() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(A4[0], 0)
        canvas.rotate(90)
        canvas.drawString(60, 500, "横放的一页——示例")
        canvas.grid((60, 160, 260), (300, 330, 360))
        for column, row in ((0, 0), (1, 0), (0, 1), (1, 1)):
            canvas.drawString(70 + 100 * column, 338 - 30 * row, f"格{row}{column}")

    expected = ["横放的一页——示例", "", "| 格00 | 格01 |", "| 格10 | 格11 |"]
    assert read_pdf(drawn(draw)).text.split("\n") == expected


@pytest.mark.parametrize("media", [(0, 0, 595, 842), (-20, 30, 600, 850)])
def test_a_cropped_page_keeps_its_table(media: tuple[int, int, int, int]) -> None:
    printed = typeset(
        [paragraph("示例文字。"), ruled([["甲", "乙", "丙"], ["1", "2", "3"]]), paragraph("完。")]
    )
    file = io.BytesIO()
    with pypdfium2.PdfDocument(printed) as document:
        document[0].set_mediabox(*media)
        document[0].set_cropbox(40, 60, 560, 800)
        document.save(file)

    expected = ["示例文字。", "", "| 甲 | 乙 | 丙 |", "| 1 | 2 | 3 |", "", "完。"]
    assert read_pdf(file.getvalue()).text.split("\n") == expected


def test_a_title_printed_twice_to_look_bold_is_read_once() -> None:
    lines = [(72, 700, "示例标题一一"), (72, 600, "正文。"), (72.6, 700, "示例标题一一")]

    assert read_pdf(drawn(written(*lines))).text.split("\n") == ["示例标题一一", "正文。"]
