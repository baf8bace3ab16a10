"""Clause -> passages: the sentences that are embedded and ranked, with exact offsets."""

import re
from typing import NamedTuple

from ingest.heading_words import heading_of
from ingest.numbering import NUMERAL, SPACE
from ingest.tables import cells_of, read_table, table_blocks
from rag.types import Clause, Passage

LONGEST = 200
"""Characters; a longer sentence is cut at a comma near its middle."""
_LONGEST_UNBROKEN = 4 * LONGEST
"""Characters without a comma; a longer stretch is no sentence and is cut anywhere."""
_CLOSED_BY = dict(zip("“‘《（(〔【「『", "”’》）)〕】」』", strict=True))
_QUOTED_STOP = re.compile("[。！？；][”’」』]")
# Characters: what is open for longer was left open by mistake.
_QUOTATION_LIMIT = 400
_KEPT_HEADING = re.compile("[，；]")
_LONGEST_ROW = 400
"""Characters; a longer row of a table is cut into sentences, under the row's first cell."""
_LONGEST_ROW_NAME = 40
"""Characters of a first cell that names its row; a longer one says something itself."""
_MARK = re.compile(
    rf"[ \t\u3000#*>]*(?:第{SPACE}{NUMERAL}{SPACE}(?:分编|编|篇|章|节|部分|条)(?:{SPACE}之[一二三四五六七八九十]+)?"
    rf"|[（(][一二三四五六七八九十百\d０-９]{{1,4}}[）)]|[㈠-㈩①-⑳⑴-⒛]|[一二三四五六七八九十百]{{1,4}}{SPACE}[、．.]|——|—"
    rf"|\d{{1,2}}(?:[.．]\d{{1,2}}){{1,3}}(?![\d.．])|\d{{1,3}}[.．、）)]"
    rf"|附{SPACE}[件表录图]{SPACE}(?:[\d０-９]{{1,3}}(?:[-－—]\d{{1,2}})?|[一二三四五六七八九十]{{1,3}})?(?:[:：.．、\s]*\n\s*|{SPACE}[:：.．、]+{SPACE})"
    rf")?[ \t\u3000*]*"
)


class _Piece(NamedTuple):
    """A stretch of a clause that becomes a passage, and what surrounds it there: caption and header of a table."""

    start: int
    end: int
    surroundings: tuple[str, ...] = ()


def split_passages(clause: Clause) -> list[Passage]:
    """The sentences of `clause` without its number and heading; a bare heading is one passage.

    A sentence ends at 。！？；, at a quotation mark behind one of them, or at a line's end. Within
    brackets and quotation marks that are closed on the same line none of them ends it. A heading
    with a comma may be a statement, so it is a passage too. A row of a table is one passage.
    """
    text = clause.text
    pieces = _all_pieces(text, _after_heading(clause))
    if not pieces and text.strip():
        pieces = [_Piece(*span) for span in _trimmed(text, 0, len(text))]
    rule = "" if clause.scope.startswith("附") else clause.scope
    names = [rule, *(re.sub(r"^[^、 /]{1,8}[、 ]", "", part) for part in clause.part.split(" / "))]
    known = (*names, clause.heading, clause.item or "", _words_of_item(clause))
    return [
        Passage(
            id=f"{clause.id}@{clause.start + piece.start}",
            clause_id=clause.id,
            document_id=clause.document_id,
            start=clause.start + piece.start,
            end=clause.start + piece.end,
            text=text[piece.start : piece.end],
            context=" ".join(dict.fromkeys(name for name in (*known, *piece.surroundings) if name)),
        )
        for piece in pieces
    ]


def _words_of_item(clause: Clause) -> str:
    """The heading of an item that is named by its number alone (1.建设示例平台。)."""
    mark = _MARK.match(clause.text)
    if mark is None or clause.level != 2 or not clause.item or any(map(str.isalpha, clause.item)):
        return ""
    return heading_of(clause.text[mark.end() :], bracketed_only=False)


def _all_pieces(text: str, start: int) -> list[_Piece]:
    """Sentences and rows of tables from `start` on, in reading order."""
    pieces: list[_Piece] = []
    for left, right in table_blocks(text):
        if left < start:
            continue
        pieces += [_Piece(*span) for span in _sentences_and_parts(text, start, left)]
        pieces += _rows(text, left, right)
        start = right
    return pieces + [_Piece(*span) for span in _sentences_and_parts(text, start, len(text))]


def _sentences_and_parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    return [span for left, right in _sentences(text, start, end) for span in _pieces(text, left, right)]


def _rows(text: str, start: int, end: int) -> list[_Piece]:
    """One piece a row below the header; the sentences of a long one say by its first cell whose they are."""
    table = read_table(text, start, end)
    surroundings = (*table.captions, table.header)
    pieces: list[_Piece] = []
    for left, right in table.rows:
        if right - left <= _LONGEST_ROW:
            pieces += [_Piece(*span, surroundings) for span in _trimmed(text, left, right)]
            continue
        first = next((cell for cell in cells_of(text[left:right]) if cell), "")
        named = (*surroundings, first) if len(first) <= _LONGEST_ROW_NAME else surroundings
        pieces += [_Piece(*span, named) for span in _sentences_and_parts(text, left, right)]
    return pieces


def _after_heading(clause: Clause) -> int:
    """Where the clause's own words begin: after the number and, when more text follows, the heading."""
    if clause.id.split("~")[0].endswith("#序言"):
        return 0
    mark = _MARK.match(clause.text)
    position = mark.end() if mark else 0
    name = clause.item if clause.level == 2 else clause.heading
    if name and not _KEPT_HEADING.search(name) and clause.text.startswith(name, position):
        after = position + len(name)
        while after < len(clause.text) and clause.text[after] in "。：: \n\u3000】）)*":
            after += 1
        if clause.text[after:].strip():
            return after
    return position


def _sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    left = start
    awaited: list[str] = []
    for position in range(start, end):
        character = text[position]
        if awaited and awaited[-1] == character:
            awaited.pop()
            ends = not awaited and bool(_QUOTED_STOP.match(text, position - 1))
        else:
            if closing := _closing(text, position):
                awaited.append(closing)
            ends = character == "\n" or (character in "。！？；" and not awaited)
        if ends:
            spans.append((left, position + 1))
            left = position + 1
        if character == "\n":
            awaited.clear()
    spans.append((left, end))
    return [span for left, right in spans for span in _trimmed(text, left, right)]


def _closing(text: str, position: int) -> str:
    """What closes the bracket or quotation opened at `position`, if it does so on the same line."""
    closing = _CLOSED_BY.get(text[position], "")
    line = text[position : position + _QUOTATION_LIMIT].partition("\n")[0] if closing else ""
    return closing if closing in line else ""


def _pieces(text: str, left: int, right: int) -> list[tuple[int, int]]:
    if right - left <= LONGEST:
        return [(left, right)]
    middle = (left + right) // 2
    commas = [position for position in range(left + 20, right - 20) if text[position] in "，、；"]
    if not commas and right - left <= _LONGEST_UNBROKEN:
        return [(left, right)]
    cut = min(commas, key=lambda position: (text[position] == "、", abs(position - middle)), default=left) + 1
    if cut - left < 20 or right - cut < 20:
        cut = middle
    return [
        span
        for a, b in ((left, cut), (cut, right))
        for part in _trimmed(text, a, b)
        for span in _pieces(text, *part)
    ]


def _trimmed(text: str, left: int, right: int) -> list[tuple[int, int]]:
    while left < right and text[left].isspace():
        left += 1
    while right > left and text[right - 1].isspace():
        right -= 1
    return [(left, right)] if any(character.isalnum() for character in text[left:right]) else []
