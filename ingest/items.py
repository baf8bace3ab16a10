"""Items inside a clause: ——甲类 lines, the lists 1. （1） 1） ①, and paragraphs after the last ——item."""

import re
import unicodedata
from collections.abc import Iterable

from ingest.numbering import SPACE, Heading

_DASHED = re.compile(
    rf"^[ \t\u3000]*(?:(?:——|--){SPACE}([^。：\n—]{{2,24}}(?=[。：]|$)|[^。：，；\n—]{{2,24}})"
    rf"|—{SPACE}([^。：\n—]{{2,24}})[。：])",
    re.MULTILINE,
)
_LISTS = tuple(
    re.compile(rf"^[ \t\u3000]*({mark})", re.MULTILINE)
    for mark in (
        r"\d{1,3}[.．、](?!\d)|[⒈-⒛]",
        r"[（(]\d{1,2}[）)]|[⑴-⒇]",
        r"\d{1,2}[）)]",
        r"[①-⑳]",
    )
)
_LINE = re.compile(r"^(?![ \t\u3000]*\|)[^\n]*\S[^\n]*$", re.MULTILINE)


def find_items(text: str, start: int, end: int) -> list[Heading]:
    """The items of the clause at [start, end), in reading order.

    Of several kinds of list the one that begins first is the outer one: it is read,
    the others stay within its entries.
    """
    dashed = [
        Heading("item", None, (match[1] or match[2]).strip(), match.start(), match.end())
        for match in _DASHED.finditer(text, start, end)
    ]
    lists = (_counted(pattern.finditer(text, start, end)) for pattern in _LISTS)
    outer = min((found for found in lists if found), key=lambda found: found[0].start, default=[])
    marked = {heading.start for heading in outer}
    paragraphs = _paragraphs_after(text, dashed[-1].end, end) if dashed else []
    paragraphs = [heading for heading in paragraphs if heading.start not in marked]
    return sorted(dashed + outer + paragraphs, key=lambda heading: heading.start)


def _counted(marks: Iterable[re.Match[str]]) -> list[Heading]:
    """The entries that count up from one; a single one is no list."""
    found: list[Heading] = []
    for match in marks:
        number = int("".join(filter(str.isdecimal, unicodedata.normalize("NFKC", match[1]))))
        if number == len(found) + 1:
            label = f"{number}." if match[1][-1] in ".．、" else match[1]
            found.append(Heading("numbered", number, label, match.start(), match.end()))
    return found if len(found) > 1 else []


def _paragraphs_after(text: str, position: int, end: int) -> list[Heading]:
    line_end = text.find("\n", position, end)
    if line_end < 0:
        return []
    return [
        Heading("paragraph", None, "", match.start(), match.start())
        for match in _LINE.finditer(text, line_end + 1, end)
    ]
