"""PDF -> text. The words are PDFium's; pages that are pictures are recognised where that is installed."""

import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Literal, NamedTuple

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]
from PIL import Image

from ingest.formats import Extracted
from ingest.formats.ocr import OCR_MISSING, OCR_WARNING, ocr_installed, ocr_pages
from ingest.formats.pdf_characters import PageText, read_characters
from ingest.formats.pdf_layout import Page
from ingest.formats.pdf_lines import Piece
from ingest.formats.pdf_paragraphs import read_layout
from ingest.formats.pdf_tables import FEWEST_STROKES, MOST_STROKES, TableError, read_tables
from rag.errors import CorpusError

PAGE_LIMIT = 1_000
OCR_SCALE = 200 / 72
"""Pixels a point: 200 dots per inch, at which the smallest type of official documents has 20 pixels."""


class _Sheet(NamedTuple):
    """One page: what is to be laid out, what was read, and what else is to be said of it."""

    page: Page
    read: PageText
    kind: Literal["text", "picture", "untabled", "damaged"]


def read_pdf(raw: bytes) -> Extracted:
    """The text of a PDF of at most 1,000 pages by the conventions of `Extracted`.

    Lines are joined to paragraphs, also over a page; running heads and page numbers are left
    out, and text that cannot be seen is not read. Pages without a text layer are recognised
    where the packages for it are installed.

    Raises:
        CorpusError: not a PDF, a password is needed, too many pages, or no readable text.
    """
    with _opened(raw) as document:
        sheets = [_sheet(document, number) for number in range(len(document))]
        pages = [sheet.page for sheet in sheets]
        pictures = [number for number, sheet in enumerate(sheets) if sheet.kind == "picture"]
        if pictures and ocr_installed():
            for number, pieces in zip(pictures, ocr_pages(_drawn(document, pictures)), strict=True):
                pages[number] = _scaled(pieces, pages[number])
        has_form = document.get_formtype() != pdfium.FORMTYPE_NONE
    text, running = read_layout(pages)
    warnings = [*_left_out(sheets), *_not_text(sheets)]
    if has_form:
        warnings.append("文件里有可填写的表单，填在表单里的内容没有读入。")
    if running:
        more = "等" if len(running) > 5 else ""
        warnings.append(f"页眉、页脚和页码没有读入：{'、'.join(running[:5])}{more}。")
    if not text:
        raise CorpusError(
            "".join(["没有读到文字，请提供能选中文字的 PDF，或另存为 DOCX、TXT 再入库。", *warnings])
        )
    return Extracted(text, {}, tuple(warnings))


def _opened(raw: bytes) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as problem:
        if problem.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise CorpusError("有密码，请去掉密码再入库。") from problem
        raise CorpusError("不是完好的 PDF 文件，请重新下载或另存再入库。") from problem
    count = len(document)
    if not 0 < count <= PAGE_LIMIT:
        document.close()
        raise CorpusError(f"有 {count} 页，应在 1 到 {PAGE_LIMIT} 页之间，请拆开再入库。")
    return document


def _sheet(document: pypdfium2.PdfDocument, number: int) -> _Sheet:
    """One page, its ruled tables read as tables."""
    try:
        with closing(document[number]) as page:
            read = read_characters(page)
            strokes, covered = _graphics(page)
    except pypdfium2.PdfiumError:
        return _Sheet(Page(1.0, 1.0, []), PageText(1.0, 1.0), "damaged")
    laid = Page(read.width, read.height, read.pieces)
    visible = sum(not piece.text.isspace() for piece in read.pieces)
    if read.unreadable > visible / 2:
        return _Sheet(replace(laid, pieces=[]), read, "picture")
    # A scan may carry a page number or a stamp as text; letters drawn as outlines are very many strokes.
    if visible < 30 and (covered > 0.5 or (not visible and (covered > 0 or strokes > 1_000))):
        return _Sheet(laid, read, "picture")
    if strokes < FEWEST_STROKES:
        return _Sheet(laid, read, "text")
    if strokes > MOST_STROKES:
        return _Sheet(laid, read, "untabled")
    try:
        tables, pieces = read_tables(_single_page(document, number), read.pieces)
    except (TableError, pypdfium2.PdfiumError):
        return _Sheet(laid, read, "untabled")
    return _Sheet(replace(laid, pieces=pieces, tables=tables), read, "text")


def _graphics(page: pypdfium2.PdfPage) -> tuple[int, float]:
    """How many path segments are drawn on a page, and what part of it its largest image covers."""
    strokes, covered = 0, 0.0
    width, height = page.get_size()
    for item in page.get_objects(max_depth=3):
        if item.type == pdfium.FPDF_PAGEOBJ_PATH:
            strokes += pdfium.FPDFPath_CountSegments(item)
        elif item.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = item.get_bounds()
            covered = max(covered, (right - left) * (top - bottom) / max(width * height, 1.0))
    return strokes, covered


def _drawn(document: pypdfium2.PdfDocument, numbers: Iterable[int]) -> Iterator[Image.Image]:
    """The pages as pictures of at most 4,000 pixels a side."""
    for number in numbers:
        with closing(document[number]) as page:
            yield page.render(scale=_scale(page.get_size())).to_pil()


def _scale(size: tuple[float, float]) -> float:
    return min(OCR_SCALE, 4000 / max(size))


def _scaled(pieces: Iterable[Piece], page: Page) -> Page:
    """Lines placed in pixels, on their page in points."""
    points = 1 / _scale((page.width, page.height))
    placed = [
        Piece(piece.text, piece.left * points, piece.right * points, piece.base * points, piece.size * points)
        for piece in pieces
    ]
    return Page(page.width, page.height, placed)


def _single_page(document: pypdfium2.PdfDocument, number: int) -> io.BytesIO:
    """One page as a PDF of its own, written anew: the second parser sees no damage, no password, no other page."""
    file = io.BytesIO()
    with pypdfium2.PdfDocument.new() as single:
        single.import_pages(document, [number])
        with closing(single[0]) as page:
            # pdfplumber measures from the media box; what is seen, and measured here, is the crop box.
            box = page.get_bbox()
            page.set_mediabox(*box)
            page.set_cropbox(*box)
        single.save(file)
    return file


def _left_out(sheets: Sequence[_Sheet]) -> Iterator[str]:
    """What was left out of the text layers, in sentences."""
    for count, sentence in (
        (
            sum(sheet.read.hidden for sheet in sheets),
            "有 {} 个看不见的字没有读入（隐形、与底色相同、过小或在页面之外）。",
        ),
        (sum(sheet.read.slanted for sheet in sheets), "有 {} 个斜排或与正文方向不同的字（如水印）没有读入。"),
        (
            sum(sheet.read.unreadable for sheet in sheets),
            "有 {} 个字的字体没有说明是什么字，没有读入，请对照原件核对。",
        ),
    ):
        if count:
            yield sentence.format(count)


def _not_text(sheets: Sequence[_Sheet]) -> Iterator[str]:
    """Which pages are not, or not only, text, in sentences."""
    for kind, sentence in (
        ("picture", OCR_WARNING if ocr_installed() else OCR_MISSING),
        ("untabled", "线条过多或读不出，其中的表格没有按表格读，请对照原件核对。"),
        ("damaged", "已损坏，没有读入，请换用完好的文件。"),
    ):
        pages = [str(number) for number, sheet in enumerate(sheets, 1) if sheet.kind == kind]
        if pages:
            name = f"第 {'、'.join(pages[:20])}{' 等' if len(pages) > 20 else ''} 页"
            yield f"{name}是图片。{sentence}" if kind == "picture" else f"{name}：{sentence}"
