"""Pictures of text are read where the packages for it are installed, and refused with what to do where not."""

import io
import socket
from collections.abc import Callable

import pypdfium2
import pytest
from PIL import Image

from ingest.formats import ocr
from ingest.formats.ocr import FRAME_LIMIT, OCR_WARNING, PIXEL_LIMIT, ocr_installed, read_image
from ingest.formats.pdf import read_pdf
from rag.errors import CorpusError
from tests.pdf_files import HAS_CHINESE_FONT, PARAGRAPHS, drawn, head_and_number, paragraph, squeezed, typeset

needs_ocr = pytest.mark.skipif(
    not (ocr_installed() and HAS_CHINESE_FONT),
    reason="requirements-ocr.txt or a Chinese font is not installed",
)
TEXT = PARAGRAPHS[1:4]


def pictures(raw: bytes) -> list[Image.Image]:
    """The pages of a PDF as a scanner at 200 dots per inch sees them."""
    with pypdfium2.PdfDocument(raw) as document:
        return [page.render(scale=200 / 72).to_pil().convert("L") for page in document]


def saved(*images: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    images[0].save(
        file, kind, **({"save_all": True, "append_images": images[1:]} if images[1:] else {}), **options
    )
    return file.getvalue()


def scanned(*images: Image.Image) -> bytes:
    return drawn(
        *(lambda canvas, image=image: canvas.drawInlineImage(image, 0, 0, 595, 842) for image in images)
    )


@pytest.fixture(scope="module")
def pages() -> list[Image.Image]:
    """Three paragraphs, one of which runs over the end of the first of two pages, with a head and page numbers."""
    lines = [paragraph(text, 16, leading=28) for text in ("示例文字。" * 120, *TEXT)]
    return pictures(typeset(lines, head=head_and_number("— {} —".format)))


@needs_ocr
def test_a_picture_of_text_is_read_without_a_network(
    pages: list[Image.Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was made")

    monkeypatch.setattr(socket.socket, "connect", refuse)

    found = read_image(saved(pages[0].crop((0, 150, pages[0].width, 1200)), kind="JPEG"))

    assert "示例文字。示例文字。" in found.text
    assert found.warnings == (OCR_WARNING,)


@needs_ocr
def test_a_scanned_pdf_gives_whole_paragraphs(pages: list[Image.Image]) -> None:
    found = read_pdf(scanned(*pages))

    assert set(squeezed("\n".join(TEXT))) <= set(squeezed(found.text))
    assert "示例页眉" not in found.text
    assert found.warnings[0] == f"第 1、2 页是图片。{OCR_WARNING}"


@needs_ocr
def test_every_page_of_a_tiff_is_read(pages: list[Image.Image]) -> None:
    small = [page.crop((0, top, page.width, top + 300)) for page, top in ((pages[0], 200), (pages[1], 200))]

    found = read_image(saved(*small, kind="TIFF")).text

    assert "示例文字" in found
    assert "新型工业化" in found


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (lambda: b"\x89PNG\r\n\x1a\n", "不是完好的图片"),
        (lambda: saved(Image.new("L", (10, 10)), kind="GIF"), "不是完好的图片"),
        (lambda: saved(Image.new("1", (10_000, PIXEL_LIMIT // 10_000 + 1))), "百万像素，超过 50 百万"),
        (lambda: saved(Image.new("1", (20_000, 20_000))), "像素过多"),
        (lambda: saved(*[Image.new("1", (8, 8))] * (FRAME_LIMIT + 1), kind="TIFF"), "有 201 页"),
        (lambda: saved(Image.new("L", (300, 300), 255)), "没有识别出文字"),
    ],
    ids=["damaged", "gif", "large", "bomb", "frames", "empty"],
)
@needs_ocr
def test_a_picture_that_cannot_be_read_is_refused(picture: Callable[[], bytes], message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        read_image(picture())


def test_without_the_packages_the_message_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "_PACKAGES", ("a_package_that_is_not_there",))

    with pytest.raises(CorpusError, match=r"需要安装 requirements-ocr\.txt"):
        read_image(saved(Image.new("L", (300, 300), 255)))
