"""Marks of attachments: 附件1, 附件：, 附：, 附表 over an attachment, apart from the list that names them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from ingest.numbering import COUNT, SPACE
from rag.numerals import number_or_none

DATE_LINE = re.compile(
    r"^[ \t\u3000]*(?:\d{4}|[零〇○一二三四五六七八九]{4})\s?年\s?[\d一二三四五六七八九十]{1,3}\s?月"
    r"\s?[\d一二三四五六七八九十]{1,3}\s?日(?:印发|发布)?[ \t\u3000]*$",
    re.MULTILINE,
)
FURNITURE = re.compile(r"[（(][^（()）]*[）)]$|抄送|联系(?:人|电话|方式)|信息公开")
"""Lines under a signature that say nothing of the matter: （此件公开发布）."""

_MARK = re.compile(
    rf"^[ \t\u3000#*]*(?P<mark>附{SPACE}[件表录图](?:{SPACE}(?P<number>\d{{1,3}}(?:[-－—]\d{{1,2}})?|{COUNT}{{1,3}}|[A-Z](?![A-Za-z])))?"
    rf"|附(?=[:：]))(?P<stop>{SPACE}[:：.．、]+|(?=[ \t\u3000*]|$))(?P<rest>[^\n]*)$",
    re.MULTILINE,
)
_ENTRY = re.compile(r"(\d{1,2})[.．、](?!\d)")
_REFERENCE = re.compile(r"所|中|的|规定|[和与及至或]|以外|之外|第|附[件表录图]")
_OFFICE = re.compile(r"(?:厅|局|委|委员会|办|办公室|政府|部|处|院|中心|会)$")
_FIRST_NUMBER = re.compile(
    rf"^[ \t\u3000#*]*(?:第{SPACE}([零〇一二三四五六七八九十百千\d]{{1,7}}){SPACE}[章条]|({COUNT}{{1,4}})、|[（(]({COUNT}{{1,4}})[）)])",
    re.MULTILINE,
)
_LONGEST_TITLE = 80
_LONGEST_SIGNATURE = 30
_MOST_SIGNATURES = 4


@dataclass(frozen=True)
class Mark:
    """The mark of an attachment at [start, end); what stands behind it on its line is its title."""

    label: str
    title: str
    start: int
    end: int
    line_end: int
    colon: bool
    number: int | None


def find_attachments(text: str) -> tuple[list[Mark], list[tuple[int, int]]]:
    """The marks that stand over an attachment, and the spans of the lists that only name attachments."""
    candidates = [_read(match) for match in _MARK.finditer(text) if _is_mark(match["rest"])]
    over: list[Mark] = []
    lists: list[tuple[int, int]] = []
    listed_until: int | None = None
    for mark, stop in _with_stops(candidates, text):
        behind_a_list = listed_until is not None and not text[listed_until : mark.start].strip()
        may_be_listed = mark.title or behind_a_list or (mark.colon and mark.number is None and not lists)
        end = _end_of_list(text, mark, stop) if may_be_listed else None
        if end is None and text[mark.line_end : stop].strip():
            over.append(mark)
            listed_until = None
        else:
            listed_until = mark.line_end if end is None else end
            lists.append((mark.start, listed_until))
    return [mark for mark, stop in _with_stops(over, text) if not _is_caption(text, mark, stop)], lists


def _with_stops(marks: list[Mark], text: str) -> Iterator[tuple[Mark, int]]:
    """Every mark with the start of the next one, or the end of `text`."""
    for mark, following in zip_longest(marks, marks[1:]):
        yield mark, following.start if following else len(text)


def lines_of(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Start, end and words of every line in [start, end) that is not blank."""
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        if line := text[start:stop].strip(" \t\u3000#*"):
            yield start, stop, line
        start = stop + 1


def _is_mark(rest: str) -> bool:
    words = rest.strip(" \t\u3000*")
    return len(words) <= _LONGEST_TITLE and not re.search("[。；，]", words) and not _REFERENCE.match(words)


def _read(match: re.Match[str]) -> Mark:
    label = re.sub(r"\s", "", match["mark"])
    number = number_or_none(match["number"]) if match["number"] else None
    return Mark(
        label="附件" if label == "附" else label,
        title=match["rest"].strip(" \t\u3000*"),
        start=match.start(),
        end=match.end("stop"),
        line_end=match.end(),
        colon=bool(match["stop"].strip(" \t\u3000.．、")),
        number=number,
    )


def _end_of_list(text: str, mark: Mark, stop: int) -> int | None:
    """Where a list of titles ends, if nothing but it, a signature and a date stand between the mark and `stop`."""
    listed = _ENTRY.match(mark.title) if mark.number is None else None
    count = int(listed[1]) if listed else mark.number if mark.title else 0
    end = mark.line_end
    pending: list[str] = []
    for _, line_end, line in lines_of(text, mark.line_end, stop):
        entry = _ENTRY.match(line)
        counted = entry is not None and count is not None and int(entry[1]) == count + 1
        if counted and len(line) <= _LONGEST_TITLE and not (count == 0 and pending):
            count, pending, end = (count or 0) + 1, [], line_end
        elif DATE_LINE.match(line):
            return end
        elif not FURNITURE.match(line):
            pending.append(line)
            if not _may_be_signature(line) or len(pending) > _MOST_SIGNATURES:
                return end if listed else None
    return end if listed or all(_OFFICE.search(line) for line in pending) else None


def _may_be_signature(line: str) -> bool:
    return len(line) <= _LONGEST_SIGNATURE and not re.search(r"[。；：]|^\|", line)


def _is_caption(text: str, mark: Mark, end: int) -> bool:
    """Whether the count of the text around goes on behind a 附表: it then stands within that text."""
    if mark.label.startswith("附件"):
        return False
    first = _FIRST_NUMBER.search(text, mark.line_end, end)
    return first is not None and number_or_none(first[1] or first[2] or first[3]) != 1
