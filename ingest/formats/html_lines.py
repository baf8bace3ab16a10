"""Element tree -> lines: one a block, inline elements joined, tables as blocks of lines.

Nothing is chosen here: every visible line of the page comes out, with what later tells body from page.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from lxml.etree import _Element

from ingest.formats.html_furniture import Furniture, Line, kind_of, text_of, words_of
from ingest.formats.html_lists import OrderedList, marked
from ingest.formats.html_style import Look, declarations, look_of
from ingest.formats.html_tables import Cell, arranged, number_of, read_record, row_elements

_BLOCKS: Final = words_of(
    "html body address article aside blockquote caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr li main menu ol p pre section summary "
    "table tbody td tfoot th thead tr ul ucapcontent ucaptitle"
)
_WIDE: Final = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’—…]"
_SOURCE_BREAK: Final = re.compile(rf"(?<={_WIDE})[ \t\r\f]*\n[ \t\r\n\f]*(?={_WIDE})")
_BLANKS: Final = re.compile(r"[ \t\r\n\f\xa0]+")
_INDENTED: Final = re.compile(r" ?\u3000[ \u3000]*")
_DOCUMENT_FILE: Final = re.compile(
    r"(?i)\.(?:docx?|wps|xlsx?|et|pptx?|pdf|ofd|ceb|rtf|zip|rar|7z)(?:$|[?#&])"
)
_LINKED_TABLE: Final = 0.8
"""Share of characters: a table with more of them in links is a menu."""
_ICON: Final = 48
"""Pixels: a smaller picture shows no text."""


@dataclass(frozen=True)
class Unread:
    """What a reader of the page does not see (hidden, white) or sees as a picture (image)."""

    position: int
    """How many lines stood before it."""
    element: _Element
    reason: str
    text: str = ""


class PageLines:
    """The lines of a page, and what was met on the way.

    Args:
        root: the tree; it is not changed.
        holds_body: whether an element is a known container of documents; what such a one holds
            is not taken for a frame of the page, and a table around one is layout.
    """

    def __init__(self, root: _Element, holds_body: Callable[[_Element], bool]) -> None:
        self.lines: list[Line] = []
        self.unread: list[Unread] = []
        self.record: dict[str, str] = {}
        """Label -> value of the record table (索引号, 发文字号, …)."""
        self._holds_body = holds_body
        self._pieces: list[tuple[str, bool]] = []
        self._begun: _Element | None = None
        self._mark = ""
        self._file = self._linked = self._literal = False
        self._bodies = 0
        self._lists: list[OrderedList | None] = []
        self._cell_starts: int | None = None
        self._element(root, Look())
        self._end_line(root)

    def _element(self, element: _Element, inherited: Look) -> None:
        kind = kind_of(element)
        if kind is Furniture.NEVER:
            return
        look = look_of(element, inherited)
        if look is None:
            self._unseen("hidden", element, "".join(_texts(element)))
        elif element.tag == "br":
            self._end_line(element)
        elif element.tag == "img":
            self._picture(element)
        elif kind is None or (self._bodies and kind is Furniture.FRAME):
            self._shown(element, look)
        else:
            self._doubtful(element, look)

    def _doubtful(self, element: _Element, look: Look) -> None:
        """Read what looks like furniture; drop it unless it holds sentences or a known container."""
        self._end_line(element)
        before, bodies_within = len(self.lines), any(map(self._holds_body, element.iter("*")))
        self._shown(element, look)
        self._end_line(element)
        if not bodies_within and not any(line.is_sentence for line in self.lines[before:]):
            del self.lines[before:]

    def _shown(self, element: _Element, look: Look) -> None:
        display = declarations(element).get("display", "")
        is_block = element.tag == "table" or (
            display != "inline" if element.tag in _BLOCKS else display == "block"
        )
        if is_block:
            self._end_line(element)
        if element.tag == "table" and self._table(element, look):
            return
        saved = self._enter(element)
        # The loop stands here, not in a method: what nests deeply must not nest calls more than it has to.
        self._text(element.text, element, look)
        for child in element:
            self._element(child, look)
            self._text(child.tail, element, look)
        if is_block:
            self._end_line(element)
        self._leave(element, saved)

    def _enter(self, element: _Element) -> tuple[bool, bool]:
        saved = self._linked, self._literal
        if element.tag == "a" and element.get("href") is not None:
            self._linked = True
            self._file = self._file or is_document_file(element)
        elif element.tag == "pre":
            self._literal = True
        elif element.tag in {"ol", "ul"}:
            self._lists.append(OrderedList(element) if element.tag == "ol" else None)
        elif element.tag == "li" and self._lists and (counted := self._lists[-1]):
            self._mark = counted.mark(element)
        self._bodies += self._holds_body(element)
        return saved

    def _leave(self, element: _Element, saved: tuple[bool, bool]) -> None:
        if element.tag in {"ol", "ul"}:
            self._lists.pop()
        elif element.tag == "li":
            self._mark = ""
        self._bodies -= self._holds_body(element)
        self._linked, self._literal = saved

    def _text(self, text: str | None, element: _Element, look: Look) -> None:
        if not text:
            return
        if look.reason:
            self._unseen(look.reason, element, text)
            return
        parts = text.split("\n") if self._literal else [text]
        for index, part in enumerate(parts):
            if index:
                self._end_line(element)
            if self._begun is None and part.strip():
                self._begun = element
            self._pieces.append((part, self._linked))

    def _end_line(self, element: _Element) -> None:
        if not self._pieces:
            return
        raw = _SOURCE_BREAK.sub("", "".join(piece for piece, _ in self._pieces))
        text = _INDENTED.sub("\u3000", _BLANKS.sub(" ", raw)).strip(" \u3000\ufeff")
        if text:
            linked = sum(len("".join(piece.split())) for piece, is_linked in self._pieces if is_linked)
            begun = element if self._begun is None else self._begun
            self.lines.append(Line(marked(self._mark, text), begun, linked, self._file))
            self._mark, self._file = "", False
        self._pieces, self._begun = [], None

    def _table(self, table: _Element, look: Look) -> bool:
        """Read a table of data; False for one that only arranges the page."""
        if table.get("role") == "presentation" or any(
            element is not table and (element.tag == "table" or self._holds_body(element))
            for element in table.iter("*")
        ):
            return False
        before = len(self.lines)
        for part in table.iter("table", "thead", "tbody", "tfoot", "tr"):
            for loose in (part.text, *(child.tail for child in part)):
                self._text(loose, part, look)
            self._end_line(part)
        rows = [
            [self._cell(cell, cell_look) for cell, cell_look in cells]
            for cells in row_elements(table, look, self._stray)
        ]
        if record := read_record(rows):
            self.record = record | self.record
            del self.lines[before:]
            return True
        above, grid, below = arranged(rows)
        held = [line for row in rows for cell in row for line in cell.lines]
        linked = sum(line.linked for line in held) >= _LINKED_TABLE * sum(len(line.text) for line in held)
        file = any(line.file for line in held)
        self.lines += above
        self.lines += [Line(row, table, len(row) * linked, file, table=True) for row in grid]
        self.lines += below
        return True

    def _cell(self, cell: _Element, look: Look) -> Cell:
        outer, self.lines = self.lines, []
        starts = self._cell_starts
        self._cell_starts = len(outer) if starts is None else starts
        self._shown(cell, look)
        lines, self.lines, self._cell_starts = self.lines, outer, starts
        return Cell(tuple(lines), number_of(cell, "rowspan"), number_of(cell, "colspan"))

    def _stray(self, element: _Element, look: Look) -> None:
        """What stands in a table but in no cell: its caption, or what a browser moves above it."""
        self._element(element, look)
        self._end_line(element)

    def _unseen(self, reason: str, element: _Element, text: str) -> None:
        if text.strip():
            self.unread.append(Unread(self._position(), element, reason, "".join(text.split())))

    def _picture(self, element: _Element) -> None:
        sizes = [number_of(element, name, otherwise=_ICON) for name in ("width", "height")]
        if min(sizes) >= _ICON and element.get("src"):
            self.unread.append(Unread(self._position(), element, "image"))

    def _position(self) -> int:
        return len(self.lines) if self._cell_starts is None else self._cell_starts


def is_document_file(link: _Element) -> bool:
    """Whether `link` leads to a file of an office or archive format."""
    named = text_of(link).strip()
    return bool(_DOCUMENT_FILE.search(link.get("href", "")) or _DOCUMENT_FILE.search(named))


def _texts(element: _Element) -> Iterator[str]:
    for part in element.iter():
        if part.text and kind_of(part) is not Furniture.NEVER:
            yield part.text
        if part.tail and part is not element:
            yield part.tail
