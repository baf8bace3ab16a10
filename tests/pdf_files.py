"""PDF files for tests, drawn or typeset with reportlab's built-in Chinese font."""

import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Table, TableStyle

DECISION = Path(__file__).resolve().parents[1] / "corpus" / "policies" / "sc-2023-decision.md"
PARAGRAPHS = [line for line in DECISION.read_text(encoding="utf8").split("---\n", 2)[2].split("\n") if line]
FONT = "STSong-Light"
HAS_CHINESE_FONT = shutil.which("fc-list") is not None and bool(
    subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False).stdout
)
"""Programs that draw pages need one of the system's own."""
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
Draw = Callable[[Canvas], None]


def squeezed(text: str) -> list[str]:
    """Lines without white space, which a page does not show exactly."""
    return ["".join(line.split()) for line in text.split("\n") if line.strip()]


def drawn(*pages: Draw, **options: object) -> bytes:
    """A PDF with a page for each function."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, **options)
    for draw in pages:
        canvas.setFont(FONT, 16)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def written(*lines: tuple[float, float, str]) -> Draw:
    """Lines of text at their places in points from the lower left."""

    def draw(canvas: Canvas) -> None:
        for x, y, line in lines:
            canvas.drawString(x, y, line)

    return draw


def typeset(story: list[Flowable], pagesize: tuple[float, float] = A4, head: Draw | None = None) -> bytes:
    file = io.BytesIO()
    SimpleDocTemplate(file, pagesize=pagesize).build(
        story, **dict.fromkeys(("onFirstPage", "onLaterPages"), lambda canvas, _: head and head(canvas))
    )
    return file.getvalue()


def paragraph(text: str, size: float = 12, **style: float) -> Paragraph:
    options = {"leading": 1.7 * size, "firstLineIndent": 2 * size, "wordWrap": "CJK", **style}
    return Paragraph(text, ParagraphStyle("示例", fontName=FONT, fontSize=size, **options))


def ruled(
    rows: list[list[str]], *style: tuple[object, ...], widths: tuple[float, ...] = (90, 90, 250)
) -> Table:
    cells = [[paragraph(cell, 10.5, firstLineIndent=0) for cell in row] for row in rows]
    grid = style or (("GRID", (0, 0), (-1, -1), 0.5, colors.black),)
    return Table(cells, colWidths=widths, repeatRows=1, style=TableStyle(grid))


def head_and_number(number: Callable[[int], str]) -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.setFont(FONT, 9)
        canvas.drawCentredString(canvas._pagesize[0] / 2, canvas._pagesize[1] - 40, "示例页眉")
        canvas.drawCentredString(canvas._pagesize[0] / 2, 30, number(canvas.getPageNumber()))

    return draw
