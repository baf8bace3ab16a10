"""One paragraph of Word -> its text: runs, fields, formulas; text boxes and notes are kept apart."""

import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from dataclasses import dataclass, field

from ingest.formats.styles import Properties, Styles
from ingest.formats.wordxml import W, get, has_text, visible_children

_V = "{urn:schemas-microsoft-com:vml}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_CHARACTERS = {
    f"{W}{name}": character
    for name, character in {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}.items()
}
_SYMBOLS = {
    ("wingdings", 0xA8): "□",
    ("wingdings", 0x6F): "□",
    ("wingdings", 0xFC): "√",
    ("wingdings", 0xFD): "☒",
    ("wingdings", 0xFE): "☑",
    ("wingdings 2", 0xA3): "□",
    ("wingdings 2", 0x50): "√",
    ("wingdings 2", 0x51): "☒",
    ("wingdings 2", 0x52): "☑",
}
"""The boxes that forms are ticked in; other characters of a symbol font have no text."""
_PICTURES = tuple(f"}}{name}" for name in ("blip", "imagedata", "chart", "relIds", "OLEObject"))
_NOTES = {f"{W}footnoteReference": "footnotes", f"{W}endnoteReference": "endnotes"}
_SELF_NUMBERED = re.compile(r"\s*(?:LISTNUM|AUTONUM)", re.IGNORECASE)
_OPERAND = re.compile(r"\w*")


@dataclass
class Inline:
    """The text of a paragraph, lines parted by a line feed, and what hangs on it in reading order."""

    text: str = ""
    boxes: list[ElementTree.Element] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    """("footnotes" or "endnotes", id) of each note referred to."""


class InlineReader:
    """Reads paragraph after paragraph; a field may run over several of them."""

    def __init__(self, styles: Styles, left_out: Counter[str]) -> None:
        self._styles = styles
        self._left_out = left_out
        self._code: list[bool] = []
        """A field within a field ..., outermost first: whether its code is being read, or its result."""

    def read(self, paragraph: ElementTree.Element, *, shaded: bool) -> Inline:
        """`shaded`: what the paragraph stands on may be dark, so that white text is to be seen."""
        found = Inline()
        self._walk(paragraph, paragraph.find(f"{W}pPr"), found, shaded=shaded)
        # Nobody writes a code over two paragraphs: one left open must not swallow the document.
        self._code = [False] * len(self._code)
        return found

    def _walk(
        self, parent: ElementTree.Element, properties: Properties, found: Inline, *, shaded: bool
    ) -> None:
        for child in visible_children(parent, self._left_out):
            if child.tag == f"{W}r":
                visible = self._is_visible(child, properties, shaded=shaded)
                for piece in visible_children(child, self._left_out):
                    if piece.tag == f"{W}fldChar":
                        self._step_field(get(piece, "fldCharType"))
                    elif piece.tag == f"{W}ruby" and (base := piece.find(f"{W}rubyBase")) is not None:
                        self._walk(base, properties, found, shaded=shaded)
                    elif visible and not any(self._code):
                        self._add(piece, found)
                    elif piece.tag == f"{W}instrText" and _SELF_NUMBERED.match(piece.text or ""):
                        self._left_out["autonumber"] += 1
            elif child.tag in {f"{_M}oMath", f"{_M}oMathPara"}:
                self._left_out["formula"] += 1
                found.text += _formula(child)

    def _step_field(self, step: str) -> None:
        if step == "begin":
            self._code.append(True)
        elif step == "separate" and self._code:
            self._code[-1] = False
        elif step == "end" and self._code:
            self._code.pop()

    def _is_visible(self, run: ElementTree.Element, paragraph: Properties, *, shaded: bool) -> bool:
        properties = run.find(f"{W}rPr")
        if self._styles.is_hidden(properties, paragraph):
            self._left_out["hidden"] += has_text(run)
            return False
        # A drawing in a white run has colours of its own.
        written = any((text.text or "").strip() for text in run.findall(f"{W}t"))
        if written and not shaded and self._styles.is_white(properties, paragraph):
            self._left_out["white"] += 1
            return False
        return True

    def _add(self, piece: ElementTree.Element, found: Inline) -> None:
        if piece.tag == f"{W}t":
            found.text += re.sub(r"[\t\r\n]+", " ", piece.text or "")
        elif piece.tag in _CHARACTERS:
            found.text += _CHARACTERS[piece.tag]
        elif piece.tag == f"{W}sym":
            found.text += self._symbol(piece)
        elif piece.tag in _NOTES:
            found.notes.append((_NOTES[piece.tag], get(piece, "id")))
        elif piece.tag == f"{W}commentReference":
            self._left_out["comment"] += 1
        elif piece.tag in {f"{W}drawing", f"{W}pict", f"{W}object"}:
            self._left_out["picture"] += any(one.tag.endswith(_PICTURES) for one in piece.iter())
            found.boxes += self._boxes(piece)

    def _symbol(self, piece: ElementTree.Element) -> str:
        code = get(piece, "char")
        number = int(code, 16) if re.fullmatch("[0-9A-Fa-f]{1,4}", code) else 0
        # Symbol fonts put their 256 characters at F000 in the area for private use.
        character = _SYMBOLS.get(
            (get(piece, "font").lower(), number & 0xFF if number >> 8 == 0xF0 else number)
        )
        if character is None and 0x20 <= number < 0xD800:
            character = chr(number)
        if character is None:
            self._left_out["symbol"] += 1
        return character or ""

    def _boxes(self, drawing: ElementTree.Element) -> list[ElementTree.Element]:
        """The outermost text boxes within a drawing; lettering drawn along a path becomes one."""
        found: list[ElementTree.Element] = []
        for child in visible_children(drawing, self._left_out):
            if child.tag == f"{W}txbxContent":
                found.append(child)
            elif child.tag == f"{_V}textpath" and child.get("string", "").strip():
                found.append(_box(child.get("string", "")))
            else:
                found += self._boxes(child)
        return found


def _box(text: str) -> ElementTree.Element:
    box = ElementTree.Element(f"{W}txbxContent")
    run = ElementTree.SubElement(ElementTree.SubElement(box, f"{W}p"), f"{W}r")
    ElementTree.SubElement(run, f"{W}t").text = text
    return box


def _formula(element: ElementTree.Element) -> str:
    """A formula on one line: a/b, x^2, x_i, √(a+b); what it says, not how it looks."""
    kind = element.tag.removeprefix(_M)
    if kind == "t":
        return element.text or ""
    parts = [(child.tag.removeprefix(_M), _formula(child)) for child in element]
    pieces = dict(parts)
    if kind == "f":
        return f"{_operand(pieces.get('num', ''))}/{_operand(pieces.get('den', ''))}"
    if kind in {"sSup", "sSub", "sSubSup"}:
        below = f"_{_operand(pieces['sub'])}" if pieces.get("sub") else ""
        above = f"^{_operand(pieces['sup'])}" if pieces.get("sup") else ""
        return f"{_operand(pieces.get('e', ''))}{below}{above}"
    if kind == "rad":
        return f"{pieces.get('deg', '')}√{_operand(pieces.get('e', ''))}"
    return "".join(text for _, text in parts)


def _operand(text: str) -> str:
    return text if _OPERAND.fullmatch(text) else f"({text})"
