"""Pictures of text -> text, where the packages of requirements-ocr.txt are installed.

The models of PP-OCRv6 (Apache-2.0) lie inside the rapidocr package, so nothing is fetched.
"""

import importlib
import importlib.util
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from PIL import Image, ImageOps, UnidentifiedImageError

from ingest.formats import Extracted
from ingest.formats.pdf_layout import Page
from ingest.formats.pdf_lines import Piece
from ingest.formats.pdf_paragraphs import read_layout
from rag.errors import CorpusError

PIXEL_LIMIT = 50_000_000
"""Pixels of one picture; A3 at 400 dots per inch has 31 million."""
FRAME_LIMIT = 200
"""Pages of one TIFF file."""
OCR_WARNING = "文字由 OCR 识别，可能有误，请对照原件核对。"
OCR_MISSING = "识别图片里的文字需要安装 requirements-ocr.txt（pip install -r requirements-ocr.txt），或换用有文字的版本。"
_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP")
_OPENING = tuple("“‘《〈（〔【「『")
_CLOSING = tuple("，。、；：！？”’》〉）〕】」』")
_PACKAGES = ("rapidocr", "onnxruntime")


def ocr_installed() -> bool:
    """Whether `ocr_pages` can work."""
    return all(importlib.util.find_spec(package) for package in _PACKAGES)


def read_image(raw: bytes) -> Extracted:
    """The text of a PNG, JPEG, TIFF (each page), BMP or WebP picture of at most 50 megapixels.

    Raises:
        CorpusError: not such a picture, too large, no text in it, or the packages are missing.
    """
    if not ocr_installed():
        raise CorpusError(OCR_MISSING)
    sizes: list[tuple[int, int]] = []
    pages = ocr_pages(_frames(raw, sizes))
    text, _ = read_layout([Page(*size, pieces) for size, pieces in zip(sizes, pages, strict=True)])
    if not text:
        raise CorpusError("图片里没有识别出文字，请换一张更清晰的图片，或换用有文字的版本。")
    return Extracted(text, {}, (OCR_WARNING,))


def ocr_pages(images: Iterable[Image.Image]) -> list[list[Piece]]:
    """The lines of text in each image, placed in pixels.

    Raises:
        CorpusError: the packages are missing.
    """
    if not ocr_installed():
        raise CorpusError(OCR_MISSING)
    # One line at a time: lines of unlike length recognised together are all as slow as the longest.
    settings = {"Global.log_level": "error", "Rec.rec_batch_num": 1}
    engine = importlib.import_module("rapidocr").RapidOCR(params=settings)
    return [_recognised(engine(image.convert("RGB"))) for image in images]


def _frames(raw: bytes, sizes: list[tuple[int, int]]) -> Iterator[Image.Image]:
    """The pages of a picture file, upright; the size of each in pixels is added to `sizes`."""
    try:
        with Image.open(io.BytesIO(raw), formats=_FORMATS) as picture:
            # The further pictures in a photograph are smaller copies of it.
            count = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
            if count > FRAME_LIMIT:
                raise CorpusError(f"图片有 {count} 页，超过 {FRAME_LIMIT} 页上限，请拆开再入库。")
            for number in range(count):
                picture.seek(number)
                pixels = picture.width * picture.height
                if pixels > PIXEL_LIMIT:
                    raise CorpusError(
                        f"图片有 {pixels / 1e6:.0f} 百万像素，超过 {PIXEL_LIMIT // 10**6} 百万上限，请缩小再入库。"
                    )
                upright = ImageOps.exif_transpose(picture)
                sizes.append(upright.size)
                yield upright
    except Image.DecompressionBombError as problem:
        raise CorpusError("图片像素过多，请缩小再入库。") from problem
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as problem:
        raise CorpusError(f"不是完好的图片（可用 {'、'.join(_FORMATS)}），请重新保存再入库。") from problem


class _Found(Protocol):
    """What rapidocr gives for one image; `boxes` (lines, 4 corners clockwise from the upper left, 2) in pixels."""

    boxes: Sequence[Sequence[Sequence[float]]] | None
    txts: Sequence[str]


def _recognised(found: _Found) -> list[Piece]:
    if found.boxes is None:
        return []
    return [
        _piece(text, [(float(x), float(y)) for x, y in box])
        for text, box in zip(found.txts, found.boxes, strict=True)
        if text.strip()
    ]


def _piece(text: str, corners: list[tuple[float, float]]) -> Piece:
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    upper, lower = (corners[0][1] + corners[1][1]) / 2, (corners[2][1] + corners[3][1]) / 2
    # A box ends at the ink, and the ink of these marks fills half of their place only.
    before, after = 0.5 * text.startswith(_OPENING), 0.5 * text.endswith(_CLOSING)
    ems = sum(0.5 if character.isascii() else 1.0 for character in text) - before - after
    # The width of a longer line tells the size of its type better than the height of its box.
    size = (right - left) / ems if ems >= 3 else 0.8 * (lower - upper)
    # Steps of 5 %: type of one size is then of one size in spite of the jitter of the boxes.
    size = 1.05 ** round(math.log(max(size, 1.0), 1.05))
    return Piece(text, left - before * size, right + after * size, lower - 0.15 * (lower - upper), size)
