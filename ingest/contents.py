"""Tables of contents: lines that look like headings and are none."""

import re
from collections.abc import Iterable, Iterator

from ingest.numbering import COUNT, NUMERAL, SPACE

_CONTENTS = re.compile(rf"^[ \t\u3000#*]*目{SPACE}[录次][ \t\u3000*]*$", re.MULTILINE)
_ENTRY_NUMBER = re.compile(
    rf"第{SPACE}{NUMERAL}{SPACE}(?:分编|编|篇|章|节|部分|条)|{COUNT}{{1,4}}、|[（(]{COUNT}{{1,4}}[）)]|\d{{1,2}}(?:[.．]\d{{1,2}})*"
)
_LEADER = re.compile(r"[.．…·\-—\s]*[（(]?\d{1,3}[）)]?$")
"""The dots and the page number at the end of an entry."""
_DOTTED = re.compile(r"(?:[.．·\-—]{3,}|…+|\t)[.．…·\-—\s]*[（(]?\d{1,3}[）)]?$")
"""Dots or a tab before a page number: such a line stands in no text."""
_LONGEST_ENTRY = 90
_NOT_A_BREAK = re.compile(r"[^\n]")


def without_contents(text: str) -> str:
    """`text` with every table of contents blanked out: same length, same lines.

    A table of contents ends where its first entry, or its first numbered one, stands again:
    there the text itself begins. Where neither does, it ends with its last entry that names a
    page, or, where none does, its last entry is taken for a heading.
    """
    return blanked(text, _spans_of_contents(text))


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """`text` with spaces for all characters but line breaks in `spans`, which come in order."""
    pieces: list[str] = []
    done = 0
    for start, end in spans:
        pieces += (text[done:start], _NOT_A_BREAK.sub(" ", text[start:end]))
        done = end
    return "".join([*pieces, text[done:]])


def _spans_of_contents(text: str) -> Iterator[tuple[int, int]]:
    end = 0
    for match in _CONTENTS.finditer(text):
        if match.start() >= end:
            end = _end_of_contents(text, match.end())
            yield match.start(), end


def _end_of_contents(text: str, position: int) -> int:
    """Where the text behind the contents begins; `position` when what follows is no list of entries."""
    first_keys: set[str] = set()
    numbered: list[int] = []
    dotted = 0
    for start, line in _lines(text, position):
        key, number = _key(line), _ENTRY_NUMBER.match(line)
        if key in first_keys or (number and _squeezed(number[0]) in first_keys):
            return start
        # Another table of contents ends the search, so that many of them are read in linear time.
        if len(line) > _LONGEST_ENTRY or line.endswith(("。", "；", "，", "：")) or key in {"目录", "目次"}:
            break
        if not first_keys:
            first_keys.add(key)
        if number:
            if not numbered:
                first_keys.add(_squeezed(number[0]))
            numbered.append(start)
        if _DOTTED.search(line):
            dotted = text.find("\n", start)
    if dotted:
        return dotted if dotted > 0 else len(text)
    return numbered[-1] if len(numbered) > 2 else position


def _lines(text: str, position: int) -> Iterator[tuple[int, str]]:
    """Start and words of every line behind `position` that is not blank."""
    while position < len(text):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        if line := text[position:end].strip(" \t\u3000#*"):
            yield position, line
        position = end + 1


def _key(line: str) -> str:
    return _squeezed(_LEADER.sub("", line) or line)


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)
