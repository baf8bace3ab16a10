"""The text layer of a PDF page -> characters placed as they are seen, without those that nobody sees."""

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from ingest.formats.pdf_lines import Piece

# CJK Radicals Supplement from U+2E81 (U+2E9A is not assigned) -> unified ideographs, after
# EquivalentUnifiedIdeograph.txt of Unicode 14. Kangxi radicals have compatibility decompositions.
_UNIFIED = (
    "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵 旡日月歺母民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋"
    "耂肀聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟"
)
_RADICALS = {0x2E81 + place: plain for place, plain in enumerate(_UNIFIED) if plain != " "} | {
    code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)
}
_UNSEEN_MODES = {pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP}
_SMALLEST = 1.5
"""Points; smaller type is there to be found by programs, not to be read."""
_SYMBOLS = range(0xF000, 0xF100)
"""Where the signs of symbol fonts such as Wingdings stand: bullets and ticks without a character of their own."""

Point = tuple[float, float]


class _Style(NamedTuple):
    """What one text object says of its characters; `turns` are quarters clockwise, None when aslant."""

    size: float
    turns: int | None
    unseen: bool
    white: bool


class _Character(NamedTuple):
    """Corners and origin are in the page's own coordinates, upwards from its lower left."""

    code: int
    style: _Style
    corners: tuple[Point, Point]
    origin: Point


@dataclass
class PageText:
    """The characters of a page of `width` by `height` points, and how many were left out for which reason."""

    width: float
    height: float
    pieces: list[Piece] = field(default_factory=list)
    hidden: int = 0
    slanted: int = 0
    unreadable: int = 0


def read_characters(page: pypdfium2.PdfPage) -> PageText:
    """The visible characters of `page`, which is turned so that most of them stand upright."""
    characters = _characters(page.get_textpage())
    turns = Counter(style.turns for _, style, _, _ in characters if style.turns is not None)
    if turns:
        page.set_rotation(90 * turns.most_common(1)[0][0])
    upright = page.get_rotation() // 90
    read = PageText(*page.get_size())
    place = _placing(page.get_bbox(), upright)
    white: list[Piece] = []
    for code, style, corners, origin in characters:
        (left, _), (right, _) = sorted(place(corner) for corner in corners)
        _, base = place(origin)
        piece = Piece(_RADICALS.get(code, chr(code)), left, right, base, style.size)
        outside = not (0 < (left + right) / 2 < read.width and 0 < base < read.height + style.size)
        if style.turns != upright:
            read.slanted += not piece.text.isspace()
        elif style.unseen or outside:
            read.hidden += not piece.text.isspace()
        elif _is_unreadable(piece.text):
            read.unreadable += code not in _SYMBOLS
        else:
            (white if style.white else read.pieces).append(piece)
    seen = _on_background(page, white)
    read.hidden += sum(not piece.text.isspace() for piece in white) - sum(
        not piece.text.isspace() for piece in seen
    )
    read.pieces += seen
    return read


def _placing(box: tuple[float, float, float, float], turns: int) -> Callable[[Point], Point]:
    """From a page's own coordinates to points from the upper left of `box` turned `turns` quarters clockwise."""
    left, bottom, right, top = box
    return {
        0: lambda point: (point[0] - left, top - point[1]),
        1: lambda point: (point[1] - bottom, point[0] - left),
        2: lambda point: (right - point[0], point[1] - bottom),
        3: lambda point: (top - point[1], right - point[0]),
    }[turns]


def _characters(text: pypdfium2.PdfTextPage) -> list[_Character]:
    """The characters of the text layer but for the spaces and line ends that PDFium itself puts in."""
    styles: dict[int | None, _Style] = {}
    characters = []
    box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    for index in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if pdfium.FPDFText_IsHyphen(text, index) == 1:
            code = ord("-")  # PDFium gives U+0002 for a hyphen at the end of a line
        elif pdfium.FPDFText_IsGenerated(text, index) == 1:
            continue
        made_by = ctypes.cast(pdfium.FPDFText_GetTextObject(text, index), ctypes.c_void_p).value
        if made_by not in styles:
            styles[made_by] = _style(text, index)
        pdfium.FPDFText_GetLooseCharBox(text, index, box)
        pdfium.FPDFText_GetCharOrigin(text, index, x, y)
        corners = (box.left, box.bottom), (box.right, box.top)
        characters.append(_Character(code, styles[made_by], corners, (x.value, y.value)))
    return [part for _, same in groupby(characters, key=_place) for part in _beside(list(same))]


def _place(character: _Character) -> tuple[object, ...]:
    return character.corners, id(character.style)


def _beside(same: list[_Character]) -> list[_Character]:
    """Characters that one sign of a font stands for, such as a long dash for two: each gets its part of the place."""
    (left, bottom), (right, top) = same[0].corners
    width, height = (right - left) / len(same), (top - bottom) / len(same)
    if len(same) == 1 or max(width, height) < 0.1:
        return same
    # Only the direction of the line matters later, so both are divided; it may run towards smaller numbers.
    order = same if same[0].style.turns in (0, 1) else same[::-1]
    return [
        character._replace(
            corners=(
                (left + part * width, bottom + part * height),
                (left + (part + 1) * width, bottom + (part + 1) * height),
            )
        )
        for part, character in enumerate(order)
    ]


def _style(text: pypdfium2.PdfTextPage, index: int) -> _Style:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text, index, matrix)
    size = pdfium.FPDFText_GetFontSize(text, index) * math.hypot(matrix.c, matrix.d)
    quarters = math.atan2(matrix.b, matrix.a) / (math.pi / 2)
    aslant = abs(quarters - round(quarters)) > 0.05
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    pdfium.FPDFText_GetFillColor(text, index, red, green, blue, alpha)
    mode = pdfium.FPDFTextObj_GetTextRenderMode(pdfium.FPDFText_GetTextObject(text, index))
    return _Style(
        size,
        None if aslant else round(quarters) % 4,
        mode in _UNSEEN_MODES or alpha.value == 0 or size < _SMALLEST,
        # Type drawn as an outline has a colour of its own for the line.
        min(red.value, green.value, blue.value) > 245 and mode == pdfium.FPDF_TEXTRENDERMODE_FILL,
    )


def _is_unreadable(text: str) -> bool:
    return text == "\ufffd" or (
        unicodedata.category(text[0]) in {"Cc", "Co", "Cn", "Cs"} and not text.isspace()
    )


def _on_background(page: pypdfium2.PdfPage, white: list[Piece]) -> list[Piece]:
    """Those of the white characters whose place on the drawn page is for at least a third not white."""
    if not white:
        return []
    scale = min(1.0, 2000 / max(page.get_size()))
    drawn = page.render(scale=scale, grayscale=True).to_numpy().squeeze()
    seen = []
    for piece in white:
        upper, lower = max(0.0, piece.base - 0.8 * piece.size), piece.base + 0.1 * piece.size
        part = drawn[
            int(upper * scale) : math.ceil(lower * scale),
            int(piece.left * scale) : math.ceil(piece.right * scale),
        ]
        if part.size and (part < 245).mean() >= 1 / 3:
            seen.append(piece)
    return seen
