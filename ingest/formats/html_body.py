"""Lines of a page -> lines of its document: a known container first, else what stands around sentences."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from lxml.etree import _Element

from ingest.formats.html_furniture import Line, is_around, is_note, is_related, text_of

_CONTAINERS: Final = (
    *("#ucap-content", "ucapcontent", ".ucap-content"),
    *(".trs_editor_view", ".trs_ueditor", ".trs_editor"),
    *("#zoom", "#zoomcon", "#vsb_content", ".v_news_content", ".wp_articlecontent"),
    *(".pages_content", "#pages_content", ".article-content", ".article_content", ".articlecontent"),
    *("#articlecontent", "#article_content", "#artibody", "#contenttext", ".conttext", "#maintext"),
    *(".news_content", ".news-content", ".detail-content", ".detail_content", ".bt_content", ".text_content"),
)
"""In the order of trust: ids, tags and classes (lower case) by which the content systems of Chinese
government sites mark the text of a document: gov.cn and other UCAP sites (#UCAP-CONTENT,
<UCAPCONTENT> on sc.gov.cn), TRS WCM (.TRS_Editor), VSB (#vsb_content), WebPlus (.wp_articlecontent)."""
_LOOSE_CONTAINERS: Final = ("article", "#content", ".content", ".article", "main")
"""Names that sites also give to what surrounds a document."""
_SHARE: Final = 0.3
"""Of the page's sentences: a container with less holds an abstract or nothing."""
_MENU: Final = 3
"""Lines: so many links in a row are a list of other pages."""


@dataclass(frozen=True)
class Body:
    """The lines of a document, and where they stand on the page.

    `outside` counts characters in sentences of the page that are not in the body.
    """

    lines: tuple[Line, ...]
    containers: tuple[_Element, ...]
    first: int
    last: int
    outside: int

    def holds(self, element: _Element, position: int) -> bool:
        """Whether `element`, with so many lines before it, belongs to the document."""
        if self.containers:
            return _is_within(element, self.containers)
        return self.first < position <= self.last


def find_containers(root: _Element) -> dict[str, list[_Element]]:
    """Known container -> its elements, outermost only, in the order of the page."""
    found: dict[str, list[_Element]] = {}
    known = {*_CONTAINERS, *_LOOSE_CONTAINERS}
    for element in root.iter("*"):
        names = {str(element.tag), f"#{element.get('id', '').lower()}"}
        names |= {f".{name.lower()}" for name in element.get("class", "").split()}
        for name in names & known:
            elements = found.setdefault(name, [])
            # The page is read in order, so only the last one found can be around this one.
            if not elements or elements[-1] not in element.iterancestors():
                elements.append(element)
    return found


def is_certain(name: str) -> bool:
    """Whether the container of this name holds nothing but the document."""
    return name in _CONTAINERS


def choose_body(lines: Sequence[Line], containers: dict[str, list[_Element]]) -> Body:
    """The first container that holds a fair share of the sentences, else the lines around all sentences."""
    total = _sentences(lines)
    for name in (*_CONTAINERS, *_LOOSE_CONTAINERS):
        elements = _different(lines, containers.get(name, ()))
        inside = (
            [index for index, line in enumerate(lines) if _is_within(line.element, elements)]
            if elements
            else []
        )
        held = _sentences(lines[index] for index in inside)
        if inside and held >= _SHARE * total:
            chosen = inside if is_certain(name) else _around_sentences(lines, inside)
            return _body(lines, chosen, elements)
    return _body(lines, _around_sentences(lines, range(len(lines))), [])


def _body(lines: Sequence[Line], chosen: Sequence[int], elements: Sequence[_Element]) -> Body:
    kept = _without_notes([lines[index] for index in chosen])
    taken = set(chosen)
    others = [line for index, line in enumerate(lines) if index not in taken]
    if elements:
        kept += [line for line in others if line.file and line.text.startswith(("附件", "附：", "附表"))]
    first, last = (chosen[0], chosen[-1]) if chosen else (0, -1)
    return Body(tuple(kept), tuple(elements), first, last, _sentences(others))


def _around_sentences(lines: Sequence[Line], among: Sequence[int]) -> list[int]:
    """From the first sentence to the last, and on to both sides as far as no link or note of the page stands.

    So a title, a 文号 or a signature, too short to be told from a menu, comes with what it belongs to.
    """
    core = [place for place, index in enumerate(among) if lines[index].is_sentence]
    if not core:
        return [index for index in among if not _is_page(lines[index])]
    start, stop = core[0], core[-1] + 1
    while start and not _is_page(lines[among[start - 1]]):
        start -= 1
    while stop < len(among) and not _is_page(lines[among[stop]]):
        stop += 1
    return _without_menus(lines, [among[place] for place in range(start, stop)])


def _without_menus(lines: Sequence[Line], chosen: Sequence[int]) -> list[int]:
    kept: list[int] = []
    run: list[int] = []
    for index in (*chosen, -1):
        if index >= 0 and lines[index].is_link:
            run.append(index)
            continue
        kept += run if len(run) < _MENU else []
        run = []
        kept += [index] if index >= 0 else []
    return kept


def _without_notes(lines: Sequence[Line]) -> list[Line]:
    """Drop buttons and captions of the page, and links under a heading like 相关链接."""
    kept: list[Line] = []
    under_related = False
    for index, line in enumerate(lines):
        followed = index + 1 < len(lines) and lines[index + 1].is_link
        under_related = (under_related and line.is_link) or (is_related(line.text) and followed)
        if not under_related and (line.table or not is_note(line.text)):
            kept.append(line)
    return kept


def _is_page(line: Line) -> bool:
    return line.is_link or is_note(line.text) or (not line.table and is_around(line.text))


def _is_within(inner: _Element, elements: Iterable[_Element]) -> bool:
    around = {inner, *inner.iterancestors()}
    return any(element in around for element in elements)


def _different(lines: Sequence[Line], elements: Iterable[_Element]) -> list[_Element]:
    """`elements` without those that say what one before said (pages carry a copy for telephones)."""
    seen: set[str] = set()
    kept = []
    for element in elements:
        text = "".join(text_of(element).split())
        if text not in seen:
            kept.append(element)
        seen.add(text)
    return kept


def _sentences(lines: Iterable[Line]) -> int:
    return sum(len(line.text) for line in lines if line.is_sentence)
