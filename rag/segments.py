"""Stretches of a clause smaller than a sentence, with offsets that survive every cut."""

import itertools
import re
from dataclasses import dataclass
from functools import lru_cache

_TARGET_DATE = re.compile(
    r"(?<![\d—–~-])(?:\d{4}\s*年?\s*(?:—+|–|~|-|至|到)\s*|(?:到|至|截至|力争到|力争)?\s*)"
    r"\d{4}\s*年(?:底|末|初)?(?=\s*[，,])"
)


LEAD = 40
"""Characters that may stand in front of a date that opens a sentence: a number, a heading."""


@dataclass(frozen=True)
class Stretch:
    """`text` stands at [start, end) of the document."""

    text: str
    start: int
    end: int


def trimmed(text: str, start: int, end: int) -> Stretch:
    """The stretch without punctuation and white space at its edges."""
    words = text[start:end]
    head = re.match(r"[\s，；：。、,;:—]*", words)
    tail = re.search(r"[\s，；：。、,;:！？!?]*$", words)
    begin = start + (head.end() if head else 0)
    finish = start + (tail.start() if tail else len(words))
    if finish <= begin:
        return Stretch("", start, start)
    return Stretch(text[begin:finish], begin, finish)


@lru_cache(maxsize=20_000)
def parts_between_commas(text: str, start: int, end: int) -> tuple[Stretch, ...]:
    """The comma-separated parts of a sentence; commas inside “” 《》（） do not cut."""
    edges = [start]
    depth = 0
    for position in range(start, end):
        character = text[position]
        depth += (character in "“《（(") - (character in "”》）)")
        if depth <= 0 and character in "，；：,;:" and not _inside_number(text, position):
            edges.append(position + 1)
    edges.append(end)
    parts = [trimmed(text, left, right) for left, right in itertools.pairwise(edges)]
    return tuple(part for part in parts if part.text)


def members(text: str, start: int, end: int) -> list[Stretch]:
    """The members of an enumeration written with 、 (the last one may follow 和, 与 or 及)."""
    edges = [start]
    depth = 0
    for position in range(start, end):
        character = text[position]
        depth += (character in "“《（(") - (character in "”》）)")
        if depth <= 0 and character == "、":
            edges.append(position + 1)
    edges.append(end)
    return [trimmed(text, left, right) for left, right in itertools.pairwise(edges)]


def target_date(text: str, paragraph_start: int, before: int) -> Stretch | None:
    """The last date (到 2027 年，) that opens a sentence of the paragraph up to `before`, and so governs what follows."""
    found = None
    for match in _TARGET_DATE.finditer(text, paragraph_start, before + 1):
        opening = re.split("[。；]", text[paragraph_start : match.start()])[-1]
        if not any(mark in opening for mark in "，,") and len(opening) <= LEAD:
            found = match
    return Stretch(found[0].strip(), *_stripped(text, found.start(), found.end())) if found else None


def paragraph_start(text: str, position: int) -> int:
    """Offset of the first character of the line that holds `position`."""
    return text.rfind("\n", 0, position) + 1


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _inside_number(text: str, position: int) -> bool:
    return (
        text[position] in ",:"
        and 0 < position < len(text) - 1
        and text[position - 1].isdigit()
        and text[position + 1].isdigit()
    )
