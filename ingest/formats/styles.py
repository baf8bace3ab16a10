"""Styles of Word: what a paragraph or a run is given by the styles it names."""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator

from ingest.formats.wordxml import find, get, is_on, value, whole

_CONTENTS_STYLE = re.compile(r"toc \d|toc heading|目录 ?\d|wpsoffice手动目录 ?\d")
_WHITE = "ffffff"
_UNFILLED = {"", "auto", _WHITE}

Properties = ElementTree.Element | None


class Styles:
    """The styles of one document by id."""

    def __init__(self, root: ElementTree.Element | None) -> None:
        styles = [] if root is None else [style for style in root if get(style, "styleId")]
        self._styles = {get(style, "styleId"): style for style in styles}
        self._default = next(
            (
                get(style, "styleId")
                for style in styles
                if get(style, "type") == "paragraph" and get(style, "default") in {"1", "true", "on"}
            ),
            "",
        )

    def list_styles(self) -> dict[str, str]:
        """Numbering style -> the w:numId it stands for."""
        found = {name: value(style, "pPr/numPr/numId") for name, style in self._styles.items()}
        return {name: number_id for name, number_id in found.items() if number_id}

    def of_paragraph(self, properties: Properties) -> str:
        """The id of a paragraph's style, given its w:pPr."""
        return value(properties, "pStyle") or self._default

    def is_contents(self, properties: Properties) -> bool:
        """Whether a paragraph is a line of the table of contents."""
        style = self._styles.get(self.of_paragraph(properties))
        name = (value(style, "name") or "").lower()
        return bool(_CONTENTS_STYLE.fullmatch(name))

    def ancestry(self, style_id: str) -> list[str]:
        """The style and those it is based on, nearest first; a ring of styles ends where it closes."""
        found: list[str] = []
        while style_id in self._styles and style_id not in found:
            found.append(style_id)
            style_id = value(self._styles[style_id], "basedOn") or ""
        return found

    def numbering(self, properties: Properties) -> tuple[str, int | None] | None:
        """The list (w:numId) and level of a paragraph; the level is None where only the list says it.

        List and level are inherited apart; list 0 takes a paragraph out of its style's list.
        """
        number_id = value(properties, "numPr/numId")
        level = value(properties, "numPr/ilvl")
        for style in self._chain(self.of_paragraph(properties)):
            number_id = value(style, "pPr/numPr/numId") if number_id is None else number_id
            level = value(style, "pPr/numPr/ilvl") if level is None else level
        if not number_id or number_id == "0":
            return None
        return number_id, None if level is None else whole(level, 0)

    def is_hidden(self, run: Properties, paragraph: Properties) -> bool:
        """Whether a run is hidden (w:vanish), directly or by its styles; twice on is off (17.7.3)."""
        direct = find(run, "vanish")
        if direct is not None:
            return is_on(direct)
        by_run, by_paragraph = (
            next((is_on(found) for style in chain if (found := find(style, "rPr/vanish")) is not None), False)
            for chain in (self._chain(value(run, "rStyle") or ""), self._chain(self.of_paragraph(paragraph)))
        )
        return by_run != by_paragraph

    def is_white(self, run: Properties, paragraph: Properties) -> bool:
        """Whether a run is white on nothing: white by its own colour or a style's, unshaded."""
        styles = [
            *self._chain(value(run, "rStyle") or ""),
            *self._chain(self.of_paragraph(paragraph)),
        ]
        colours = (value(run, "color"), *(value(style, "rPr/color") for style in styles))
        if next((colour.lower() for colour in colours if colour), "") != _WHITE:
            return False
        highlight = value(run, "highlight")
        return not (
            highlight not in {None, "none", "white"}
            or is_filled(find(run, "shd"))
            or is_filled(find(paragraph, "shd"))
            or any(is_filled(find(style, path)) for style in styles for path in ("rPr/shd", "pPr/shd"))
        )

    def shades_cells(self, table: Properties) -> bool:
        """Whether a table (w:tblPr) or any part of its style has a filled background."""
        style = self._styles.get(value(table, "tblStyle") or "")
        shadings = [] if style is None else [one for one in style.iter() if one.tag.endswith("}shd")]
        return is_filled(find(table, "shd")) or any(is_filled(shading) for shading in shadings)

    def _chain(self, style_id: str) -> Iterator[ElementTree.Element]:
        return (self._styles[name] for name in self.ancestry(style_id))


def is_filled(shading: Properties) -> bool:
    """Whether a w:shd gives a background that is not white."""
    if shading is None:
        return False
    patterned = get(shading, "val") not in {"", "clear", "nil"}
    return get(shading, "fill").lower() not in _UNFILLED or patterned
