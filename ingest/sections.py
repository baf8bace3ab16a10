"""Sections counted in Arabic numerals: 1. 2. 3., or 1 1.1 1.2.1 as in 应急预案 and standards.

Read only where a text has no 第X条, 一、 or （一）: under those, 1. is an item.
"""

import re

from ingest.numbering import SPACE, Heading

_SECTION = re.compile(
    rf"^[ \t\u3000#*]*(?P<path>\d{{1,3}}(?:[.．]\d{{1,2}}){{0,3}})"
    rf"(?:(?P<stop>[.．、])(?!\d)|(?={SPACE}\n)|(?P<space>[^\S\n]+)|(?=[\u4e00-\u9fff]))",
    re.MULTILINE,
)
_NOTES = re.compile(
    r"^[ \t\u3000*]*(?:注|备注|说明|填[表写]说明|注意事项)[:：]?[ \t\u3000*]*\n\s*\Z", re.MULTILINE
)
"""A line over numbered notes to a table or form."""
_UNIT = re.compile(
    r"(?!所[有在属需]|项目|人[员口才民]|处[置理罚分]|条件|级别|时[间限效]|日常|[年月]度|个[人体]|名[称录单]|次[生要]|台账)"
    r"[个家户项名人次件吨亩万亿千百％%倍元年月日号时级座所条处台套]"
)
"""What follows a figure at the start of a wrapped line (3.5亿元), or a reference (1.2所列); no longer word."""


def find_sections(text: str, start: int, end: int) -> list[Heading]:
    """Headings whose number is the next one at its depth or opens the next depth.

    A number that stands alone (1 总则) counts only where others have parts (1.1). A list whose
    entries end in semicolons is one sentence, and notes (注：1.) belong to what they are notes to.
    """
    marks = list(_SECTION.finditer(text, start, end))
    nested = any(_path(mark) == (1, 1) and _is_heading(mark, text, nested=True) for mark in marks)
    found: list[Heading] = []
    before: tuple[int, ...] = ()
    listed = 0
    for mark in marks:
        path = _path(mark)
        if not _is_heading(mark, text, nested=nested):
            continue
        if nested and len(path) == 1 and mark["stop"] and path[0] in {1, listed + 1} and before > (1,):
            listed = path[0]
            continue
        if not _follows(path, before):
            continue
        label = ".".join(map(str, path)) + ("." if mark["stop"] else "")
        found.append(Heading("section", path[-1], label, mark.start(), mark.end()))
        before, listed = path, 0
    if len(found) < 2 or (not nested and (_is_list(found, text) or _are_notes(found, text))):
        return []
    return found


def depth_of_section(label: str) -> int:
    """How deep a section stands: 1. and 1 are 1 deep, 1.2.1 three."""
    return label.rstrip(".").count(".") + 1


def _path(mark: re.Match[str]) -> tuple[int, ...]:
    return tuple(int(number) for number in re.split(r"[.．]", mark["path"]))


def _is_heading(mark: re.Match[str], text: str, *, nested: bool) -> bool:
    if mark["stop"]:
        return True
    bare = len(_path(mark)) == 1
    return not _UNIT.match(text, mark.end()) and (not bare or (nested and mark["space"] is not None))


def _follows(path: tuple[int, ...], before: tuple[int, ...]) -> bool:
    """Whether `path` is the first below `before`, the next beside it or one above it, or opens the next section."""
    if path == (*before, 1) or (not before and path == (1, 1)):
        return True
    depth = len(path)
    if depth <= len(before) and path == (*before[: depth - 1], before[depth - 1] + 1):
        return True
    # The heading of a section may be lost in the source: 1.4 and then 2.1.
    return bool(before) and path[0] == before[0] + 1 and set(path[1:]) == {1}


def _is_list(found: list[Heading], text: str) -> bool:
    """Whether an entry but the last ends in a semicolon."""
    ends = (text.find("\n", heading.end) for heading in found[:-1])
    return any("；" in text[max(0, end - 2) : end] for end in ends)


def _are_notes(found: list[Heading], text: str) -> bool:
    first = found[0].start
    return bool(_NOTES.search(text[max(0, first - 40) : first]))
