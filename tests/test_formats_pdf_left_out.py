"""What a PDF holds beside its text is left out and said, and what cannot be read is refused."""

import pytest
from PIL import Image
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from ingest.formats import pdf
from ingest.formats.pdf import PAGE_LIMIT, read_pdf
from rag.errors import CorpusError
from tests.pdf_files import FONT, Draw, drawn, written


def unseen(canvas: Canvas) -> None:
    """Five texts that nobody sees, and white ones on blue that everybody does."""
    canvas.drawString(72, 700, "看得见的字。")
    canvas.drawString(72, -30, "页外")
    canvas.saveState()
    hidden = canvas.beginText(72, 650)
    hidden.setTextRenderMode(3)
    hidden.textOut("隐形")
    canvas.drawText(hidden)
    canvas.restoreState()
    canvas.setFillColor(colors.navy)
    canvas.rect(72, 590, 200, 24, fill=1)
    canvas.setFillColor(colors.white)
    canvas.drawString(72, 630, "白色")
    canvas.drawString(76, 596, "蓝底白字。")
    canvas.setFillColor(colors.black)
    canvas.setFont(FONT, 1)
    canvas.drawString(72, 560, "极小")
    canvas.setFont(FONT, 16)
    canvas.setFillAlpha(0)
    canvas.drawString(72, 500, "透明")


def watermark(canvas: Canvas) -> None:
    canvas.drawString(72, 700, "看得见的字。")
    canvas.translate(200, 300)
    canvas.rotate(45)
    canvas.drawString(0, 0, "水印")


@pytest.mark.parametrize(
    ("draw", "text", "warning"),
    [
        (unseen, "看得见的字。\n蓝底白字。", "有 10 个看不见的字没有读入"),
        (watermark, "看得见的字。", "有 2 个斜排"),
    ],
)
def test_what_is_not_read_as_text_is_left_out_and_counted(draw: Draw, text: str, warning: str) -> None:
    found = read_pdf(drawn(draw))

    assert found.text == text
    assert found.warnings[0].startswith(warning)


def mapped(text: str) -> bytes:
    """A PDF whose font says that its signs A, B, C, ... stand for the characters of `text`."""
    pairs = "".join(f"<{0x41 + place:02X}> <{ord(sign):04X}>\n" for place, sign in enumerate(text))
    meaning = f"begincmap 1 begincodespacerange <00> <FF> endcodespacerange {len(text)} beginbfchar {pairs}endbfchar endcmap"
    signs = "".join(chr(0x41 + place) for place in range(len(text)))
    words = f"BT /F 16 Tf 72 700 Td ({signs}) Tj ET"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        f"<</Length {len(words)}>>stream\n{words}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>",
        f"<</Length {len(meaning)}>>stream\n{meaning}\nendstream",
    ]  # fmt: skip
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    entries = "".join(f"{place:010} 00000 n \n" for place in places)
    count = len(objects) + 1
    table = f"xref\n0 {count}\n0000000000 65535 f \n{entries}trailer\n<</Size {count}/Root 1 0 R>>\n"
    return f"{body}{table}startxref\n{len(body)}\n%%EOF".encode()


def test_radicals_become_characters_and_nothing_else_changes() -> None:
    assert read_pdf(mapped("⼀⻓⺠⽂（％㎡①")).text == "一长民文（％㎡①"


def test_signs_without_a_character_are_counted() -> None:
    found = read_pdf(mapped("示例文字\ue123字"))

    assert (found.text, found.warnings[0][:7]) == ("示例文字字", "有 1 个字的")


def picture(canvas: Canvas) -> None:
    canvas.drawInlineImage(Image.new("L", (300, 400), 200), 0, 0, *A4)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"%PDF-1.7\n", "不是完好的 PDF"),
        (
            drawn(written((72, 700, "示例。")), encrypt=StandardEncryption("key", "owner")),
            "有密码，请去掉密码",
        ),
        (drawn(*[written()] * (PAGE_LIMIT + 1)), "有 1001 页"),
        (drawn(written()), "没有读到文字"),
        (drawn(picture), "requirements-ocr.txt"),
    ],
    ids=["damaged", "password", "pages", "blank", "scanned"],
)
def test_what_cannot_be_read_is_refused(raw: bytes, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "ocr_installed", lambda: False)

    with pytest.raises(CorpusError, match=message):
        read_pdf(raw)


def test_a_file_without_a_password_to_open_is_read_though_copying_is_forbidden() -> None:
    locked = drawn(written((72, 700, "示例。")), encrypt=StandardEncryption("", "owner", canCopy=0))

    assert read_pdf(locked).text == "示例。"


def test_a_scanned_page_among_others_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "ocr_installed", lambda: False)

    found = read_pdf(drawn(written((72, 700, "示例。")), picture))

    assert found.text == "示例。"
    assert found.warnings[0].startswith("第 2 页是图片")
