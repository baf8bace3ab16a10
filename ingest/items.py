"""Items inside a clause: ——甲类 lines, the lists 1. （1） 1） ①, and paragraphs after the last ——item."""

import re
import unicodedata
from bisect import bisect
from collections.abc import Iterable, Sequence

from ingest.numbering import SPACE, Heading, is_cut_off

_DASHED = re.compile(
    rf"^[ \t\u3000]*(?:(?:——|--){SPACE}([^。：\n—]{{2,24}}(?=[。：]|$)|[^。：，；\n—]{{2,24}})"
    rf"|—{SPACE}([^。：\n—]{{2,24}})[。：])",
    re.MULTILINE,
)
_LISTS = tuple(
    re.compile(rf"^[ \t\u3000]*({mark})", re.MULTILINE)
    for mark in (
        # 1.7月整理台账 is an entry that begins with a date, 1.5 is none.
        r"\d{1,3}[.．、](?!\d(?!\d{0,3}[年月日]))|[⒈-⒛]",
        r"[（(]\d{1,2}[）)]|[⑴-⒇]",
        r"\d{1,2}[）)]",
        r"[①-⑳]",
    )
)
_LINE = re.compile(r"^(?![ \t\u3000]*\|)[^\n]*\S[^\n]*$", re.MULTILINE)


def find_running(text: str, above: Sequence[Heading], end: int) -> list[Heading]:
    """The numbers 1. 2. 3. that run on under the headings `above` (一、1. 2. 二、3. 4.): they alone are cited.

    None where they begin again anywhere, or stand under one heading only: there they are items.
    """
    starts = [heading.start for heading in above]
    found: list[Heading] = []
    for match in _LISTS[0].finditer(text, above[0].end, end):
        number = _number_of(match)
        if is_cut_off(text, match.start()):
            continue
        if number == 1 and found:
            return []
        if number == len(found) + 1:
            found.append(Heading("running", number, f"{number}.", match.start(), match.end()))
    return found if len({bisect(starts, heading.start) for heading in found}) > 1 else []


def find_items(text: str, start: int, end: int, *, after: int = 0) -> list[Heading]:
    """The items of the clause at [start, end), in reading order.

    Of several kinds of list the one that begins first is the outer one: it is read,
    the others stay within its entries. A list 1. 2. may also go on from the number `after`,
    the last one under the clause before.
    """
    dashed = [
        Heading("item", None, (match[1] or match[2]).strip(), match.start(), match.end())
        for match in _DASHED.finditer(text, start, end)
    ]
    lists = (
        _counted(pattern.finditer(text, start, end), after if pattern is _LISTS[0] else 0)
        for pattern in _LISTS
    )
    outer = min((found for found in lists if found), key=lambda found: found[0].start, default=[])
    marked = {heading.start for heading in outer}
    paragraphs = _paragraphs_after(text, dashed[-1].end, end) if dashed else []
    paragraphs = [heading for heading in paragraphs if heading.start not in marked]
    return sorted(dashed + outer + paragraphs, key=lambda heading: heading.start)


def _number_of(mark: re.Match[str]) -> int:
    return int("".join(filter(str.isdecimal, unicodedata.normalize("NFKC", mark[1]))))


def _counted(marks: Iterable[re.Match[str]], after: int) -> list[Heading]:
    """The entries that count up from one, or on from `after`; a single one is no list."""
    found: list[Heading] = []
    for match in marks:
        number = _number_of(match)
        if number == (found[-1].number or 0) + 1 if found else number in {1, after + 1}:
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
