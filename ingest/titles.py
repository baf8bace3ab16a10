"""Titles that stand alone on their lines, over a document that another one carries."""

import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest

from ingest.attachments import DATE_LINE, FURNITURE, Mark, lines_of
from ingest.numbering import COUNT, LINE_START, NUMERAL, SPACE

_QUOTED = re.compile(r"《([^《》\n]{2,80})》")
_KINDS = (
    "办法|规定|细则|条例|方案|意见|规则|措施|计划|规划|纲要|预案|决定|制度|章程|标准|指南|规范|要点|政策|准则|规程"
    "|导则|指引|报告|请示|法"
)
_ENDS_IN_KIND = re.compile(rf"(?:{_KINDS})$")
_NO_TITLE = re.compile(
    rf"[。；：，！？|]|^第{SPACE}{NUMERAL}{SPACE}[编篇章节条]|^{COUNT}{{1,4}}、|^[（(]|^\d|^附[件表录图]"
)
_OPENING = re.compile(
    rf"{LINE_START}(?:第{SPACE}[一1１]{SPACE}(?:[编篇章条]|部分)|一、|[（(]一[）)]|1(?:[.．、]|[ \t\u3000]))",
    re.MULTILINE,
)
_FIRST_RULE = re.compile(rf"{LINE_START}第{SPACE}[一1１]{SPACE}[编章条]", re.MULTILINE)
_BRACKET = re.compile(r"[（(][^（()）]*[）)]$")
_LONGEST = 50
_MOST_LINES = 3
_WINDOW = 600
"""Characters between a title and the first number of its document, or between a date and a title."""


@dataclass(frozen=True)
class Title:
    """The title of a carried document at [start, end); `name` is short, `words` is the whole of it."""

    name: str
    words: str
    start: int
    end: int


def titles_quoted(text: str) -> set[str]:
    """The names of all documents that `text` names as 《…》."""
    return {short_name(match[1]) for match in _QUOTED.finditer(text)}


def short_name(title: str) -> str:
    """A title as locators name it: without white space, 中华人民共和国 and a closing （试行）."""
    plain = re.sub(r"[\s《》#*]", "", title)
    return _BRACKET.sub("", plain).removeprefix("中华人民共和国") or plain


def title_at(text: str, start: int, end: int, known: set[str]) -> Title | None:
    """The title that begins on the first line of [start, end) and runs over up to three lines."""
    lines: list[tuple[int, int, str]] = []
    for line in lines_of(text, start, end):
        if len(lines) == _MOST_LINES or not _may_be_title(line[2]):
            break
        lines.append(line)
    joined = ["".join(line[2] for line in lines[: count + 1]) for count in range(len(lines))]
    named = (count for count, words in enumerate(joined) if short_name(words) in known)
    ending = (count for count, words in enumerate(joined) if _ENDS_IN_KIND.search(short_name(words)))
    count = next(named, next(ending, None))
    if count is None:
        return None
    return Title(short_name(joined[count]), joined[count], lines[0][0], lines[count][1])


def carried_titles(text: str, over: Sequence[Mark], lists: Iterable[tuple[int, int]]) -> list[Title]:
    """The titles of the documents that the main text carries, in reading order.

    `over` are the marks of attachments, whose own titles are none; within an attachment only a
    title that is named elsewhere as 《…》 counts.
    """
    first_sentence = text.find("。")
    if first_sentence < 0:
        return []
    known = titles_quoted(text)
    opening = [line for _, _, line in islice(lines_of(text, 0, first_sentence), _MOST_LINES)]
    own = {short_name("".join(opening[: count + 1])) for count in range(len(opening))}
    list_starts = {line for start, end in lists for line, _, _ in lines_of(text, start, end)}
    candidates = [
        *_behind_dates(text, first_sentence, known, list_starts),
        *_before_rules(text, known),
        *_named_before(text, first_sentence, over[0].start if over else len(text), known),
    ]
    openings = [next(lines_of(text, mark.line_end, len(text)), (len(text),))[0] for mark in over]
    found: list[Title] = []
    for title in sorted(candidates, key=lambda one: (one.start, -one.end)):
        attachment = bisect(over, title.start, key=_start_of) - 1
        misplaced = attachment >= 0 and (title.name not in known or title.start <= openings[attachment])
        overlaps = found and title.start < found[-1].end
        if title.start > first_sentence and title.name not in own and not misplaced and not overlaps:
            found.append(title)
    return found


def _start_of(mark: Mark) -> int:
    return mark.start


def _behind_dates(text: str, start: int, known: set[str], list_starts: set[int]) -> Iterator[Title]:
    """Titles that stand behind the date of a notice and over a text that counts from one."""
    dates = list(DATE_LINE.finditer(text, start))
    for date, following in zip_longest(dates, dates[1:]):
        stop = following.start() if following else len(text)
        for line_start, _, line in lines_of(text, date.end(), min(stop, date.end() + _WINDOW)):
            if FURNITURE.match(line) or line_start in list_starts:
                continue
            title = title_at(text, line_start, min(stop, line_start + _WINDOW), known)
            if title and _OPENING.search(text, title.end, stop):
                yield title
            break


def _named_before(text: str, start: int, end: int, known: set[str]) -> Iterator[Title]:
    """Titles named as 《…》 elsewhere that stand over a text that counts from one."""
    for line_start, line_end, line in lines_of(text, start, end):
        if not known or not _may_be_title(line):
            continue
        title = title_at(text, line_start, line_end + _WINDOW, known)
        if title and title.name in known and _OPENING.search(text, title.end, min(end, title.end + _WINDOW)):
            yield title


def _before_rules(text: str, known: set[str]) -> Iterator[Title]:
    """Titles that stand over 第一章 or 第一条, with only lines in brackets and dates between."""
    for match in _FIRST_RULE.finditer(text):
        above: list[tuple[int, int, str]] = []
        for start, end, line in _lines_above(text, match.start()):
            if not above and (FURNITURE.match(line) or DATE_LINE.match(line)):
                continue
            if len(above) == _MOST_LINES or not _may_be_title(line):
                break
            above.insert(0, (start, end, line))
        for count in range(len(above)):
            title = title_at(text, above[count][0], above[-1][1], known)
            last = count == len(above) - 1
            if title and title.end == above[-1][1] and (last or title.name in known):
                yield title
                break


def _lines_above(text: str, position: int) -> Iterator[tuple[int, int, str]]:
    """Start, end and words of the lines before `position` that are not blank, the nearest first."""
    while position > 0:
        start = text.rfind("\n", 0, position - 1) + 1
        if line := text[start:position].strip(" \t\u3000\n#*"):
            yield start, position - 1, line
        position = start


def _may_be_title(line: str) -> bool:
    return len(line) <= _LONGEST and not _NO_TITLE.search(line) and not DATE_LINE.match(line)
