"""Word documents (.docx): the text as printed, numbers that Word counts included.

Read from the parts directly: python-docx 1.2 gives a paragraph without its content controls,
insertions, text boxes and automatic number, and fails on links to missing parts.
"""

import xml.etree.ElementTree as ElementTree
from collections import Counter

from ingest.formats import Extracted
from ingest.formats.archive import Archive, open_archive
from ingest.formats.inline import Inline, InlineReader
from ingest.formats.numbering import Numbering
from ingest.formats.styles import Styles, is_filled
from ingest.formats.tables import table_lines
from ingest.formats.wordxml import (
    W,
    find,
    get,
    has_text,
    is_on,
    value,
    visible_children,
    warnings_of,
    whole,
)
from rag.errors import CorpusError

_WIDEST = 63
"""Columns: the most that Word allows in a table."""
_DAMAGED = "文件内容损坏，请用 Word 或 WPS 打开后另存为 .docx，再入库。"


def read_docx(raw: bytes) -> Extracted:
    """The text of a .docx (or .docm) in reading order; headers, footers and comments are left out.

    The text of a note stands on a line of its own behind the paragraph that refers to it, and
    that of a text box behind the paragraph it is anchored to. A table of one column,
    or with one filled cell, is a frame: its paragraphs are read as paragraphs.

    Raises:
        CorpusError: the file is encrypted, damaged, unsafe, no Word document or without text.
    """
    archive = open_archive(raw)
    try:
        reader = _DocumentReader(archive)
        text = reader.read()
    except (ElementTree.ParseError, RecursionError) as problem:
        raise CorpusError(_DAMAGED) from problem
    if not text:
        raise CorpusError("没有读到文字，请检查文件内容；如果正文是图片，请先识别成文字再入库。")
    return Extracted(text=text, warnings=(*archive.warnings, *warnings_of(reader.left_out)))


class _DocumentReader:
    """One document while it is read: numbers count on, fields and deleted line ends carry over."""

    def __init__(self, archive: Archive) -> None:
        self.left_out: Counter[str] = Counter()
        main = archive.main_part()
        self._document = ElementTree.fromstring(archive.parts[main])
        if find(self._document, "body") is None:
            raise CorpusError("不是可读的 Word 文档，请用 Word 或 WPS 另存为普通的 .docx，再入库。")
        parts = {
            kind: None
            if (content := archive.related(main, kind)) is None
            else ElementTree.fromstring(content)
            for kind in ("styles", "numbering", "footnotes", "endnotes")
        }
        self._styles = Styles(parts["styles"])
        self._numbering = Numbering(parts["numbering"], self._styles.list_styles())
        self._inline = InlineReader(self._styles, self.left_out)
        self._notes = {
            (kind, get(note, "id")): note
            for kind in ("footnotes", "endnotes")
            if (root := parts[kind]) is not None
            for note in root
        }
        self._depth = 0  # of tables around the paragraph being read
        self._table_notes: list[str] = []

    def read(self) -> str:
        page = find(self._document, "background")
        coloured = page is not None and get(page, "color").lower() not in {"", "auto", "ffffff"}
        lines: list[str] = []
        for body in self._document.findall(f"{W}body"):
            lines += self._blocks(body, shaded=coloured)
        return "\n".join(
            line for index, line in enumerate(lines) if line or (index and lines[index - 1])
        ).strip("\n")

    def _blocks(self, parent: ElementTree.Element, *, shaded: bool) -> list[str]:
        """The lines of a body, cell, note or text box; an empty line stands around a table."""
        lines: list[str] = []
        carried = ""
        for child in visible_children(parent, self.left_out):
            if child.tag == f"{W}p":
                carried = self._paragraph(child, carried, lines, shaded=shaded)
            elif child.tag == f"{W}tbl":
                lines += [*_split(carried), *self._table(child, shaded=shaded)]
                carried = ""
            elif child.tag == f"{W}altChunk":
                self.left_out["embedded"] += 1
        return lines + _split(carried)

    def _paragraph(
        self, paragraph: ElementTree.Element, carried: str, lines: list[str], *, shaded: bool
    ) -> str:
        """Add the lines of a paragraph; returns its text instead where its end was deleted."""
        properties = paragraph.find(f"{W}pPr")
        if self._styles.is_contents(properties):
            self.left_out["contents"] += has_text(paragraph)
            return carried
        inline = self._inline.read(paragraph, shaded=shaded)
        mark = find(properties, "rPr")
        ends = find(mark, "del") is None and find(mark, "moveFrom") is None
        if ends:
            hidden = not inline.text and is_on(find(mark, "vanish"))
            label = "" if hidden else self._label(properties)
            lines += _split(label + carried + inline.text)
        for box in inline.boxes:
            # What fills the shape behind a text box is not read: white text in it is to be seen.
            lines += self._blocks(box, shaded=True)
        self._add_notes(inline, lines)
        return "" if ends else carried + inline.text

    def _label(self, properties: ElementTree.Element | None) -> str:
        numbered = self._styles.numbering(properties)
        if numbered is None:
            return ""
        number_id, level = numbered
        if level is None:
            style = self._styles.of_paragraph(properties)
            level = self._numbering.level_of_style(number_id, self._styles.ancestry(style))
        return self._numbering.label(number_id, level)

    def _add_notes(self, inline: Inline, lines: list[str]) -> None:
        for key in inline.notes:
            note = self._notes.pop(key, None)
            if note is not None:
                # A note referred to from a table would part its rows: it stands behind the table.
                (self._table_notes if self._depth else lines).extend(self._blocks(note, shaded=False))

    def _table(self, table: ElementTree.Element, *, shaded: bool) -> list[str]:
        shaded = shaded or self._styles.shades_cells(table.find(f"{W}tblPr"))
        rows = [row for row in self._children(table, "tr") if self._is_printed(row)]
        cells = [self._children(row, "tc") for row in rows]
        filled = sum(has_text(cell) for row in cells for cell in row)
        if filled == 1 or all(len(row) == 1 for row in cells):
            return [line for row in cells for cell in row for line in self._cell(cell, shaded=shaded)]
        self._depth += 1
        grid = self._grid(rows, cells, shaded=shaded)
        self._depth -= 1
        if self._depth:
            return [" ".join(cell for cell in row if cell) for row in grid]
        notes, self._table_notes = self._table_notes, []
        return [*table_lines(grid), *notes]

    def _cell(self, cell: ElementTree.Element, *, shaded: bool) -> list[str]:
        return self._blocks(cell, shaded=shaded or is_filled(find(cell, "tcPr/shd")))

    def _children(self, parent: ElementTree.Element, name: str) -> list[ElementTree.Element]:
        return [child for child in visible_children(parent, self.left_out) if child.tag == f"{W}{name}"]

    def _is_printed(self, row: ElementTree.Element) -> bool:
        properties = row.find(f"{W}trPr")
        for name, reason in (("del", "deleted"), ("hidden", "hidden")):
            if is_on(find(properties, name)):
                self.left_out[reason] += has_text(row)
                return False
        return True

    def _grid(
        self,
        rows: list[ElementTree.Element],
        cells: list[list[ElementTree.Element]],
        *,
        shaded: bool,
    ) -> list[list[str]]:
        """The cells' texts; one merged over rows in each of them, one merged over columns once."""
        grid: list[list[str]] = []
        above: dict[int, str] = {}
        for row, row_cells in zip(rows, cells, strict=True):
            before = value(row, "trPr/gridBefore")
            texts = [""] * min(max(whole(before, 0), 0), _WIDEST)
            merged: dict[int, str] = {}
            for cell in row_cells:
                column, properties = len(texts), cell.find(f"{W}tcPr")
                merge = find(properties, "vMerge")
                if merge is not None and get(merge, "val") != "restart" and column in above:
                    text = above[column]
                elif value(properties, "hMerge") in {"continue", ""}:
                    text = ""
                else:
                    text = " ".join(self._cell(cell, shaded=shaded))
                if merge is not None:
                    merged[column] = text
                span = min(max(whole(value(properties, "gridSpan"), 1), 1), _WIDEST)
                texts += [text, *[""] * (span - 1)]
            grid.append(texts)
            above = merged
        return grid


def _split(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]
