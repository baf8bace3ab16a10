"""Clause -> passages: the sentences that are embedded and ranked, with exact offsets."""

import re

from rag.types import Clause, Passage

LONGEST = 200
"""Characters; a longer sentence is cut at a comma near its middle."""
_CLOSED_BY = dict(zip("“‘《（(〔【「『", "”’》）)〕】」』", strict=True))
_QUOTED_STOP = re.compile("[。！？；][”’」』]")
# Characters: what is open for longer was left open by mistake.
_QUOTATION_LIMIT = 400
_KEPT_HEADING = re.compile("[，；]")
_MARK = re.compile(
    r"[ \t\u3000#*>]*(?:第\s*[零〇○一二两三四五六七八九十百千\d０-９]{1,7}\s*(?:分编|编|章|节|条)(?:之[一二三四五六七八九十]+)?"
    r"|[（(][一二三四五六七八九十百\d０-９]{1,4}[）)]|[㈠-㈩]|[一二三四五六七八九十百]{1,4}、|——|—|\d{1,2}[.．、])?[ \t\u3000*]*"
)


def split_passages(clause: Clause) -> list[Passage]:
    """The sentences of `clause` without its number and heading; a bare heading is one passage.

    A sentence ends at 。！？；, at a quotation mark behind one of them, or at a line's end. Within
    brackets and quotation marks that are closed on the same line none of them ends it. A heading
    with a comma may be a statement, so it is a passage too.
    """
    start = _after_heading(clause)
    spans = [
        span for left, right in _sentences(clause.text, start) for span in _pieces(clause.text, left, right)
    ]
    if not spans and clause.text.strip():
        spans = _trimmed(clause.text, 0, len(clause.text))
    names = [re.sub(r"^[^、 /]{1,8}[、 ]", "", part) for part in clause.part.split(" / ")]
    context = " ".join(dict.fromkeys(name for name in (*names, clause.heading, clause.item or "") if name))
    return [
        Passage(
            id=f"{clause.id}@{clause.start + left}",
            clause_id=clause.id,
            document_id=clause.document_id,
            start=clause.start + left,
            end=clause.start + right,
            text=clause.text[left:right],
            context=context,
        )
        for left, right in spans
    ]


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


def _sentences(text: str, start: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    left, awaited = start, ""
    for position in range(start, len(text)):
        character = text[position]
        if awaited.endswith(character):
            awaited = awaited[:-1]
            ends = not awaited and bool(_QUOTED_STOP.match(text, position - 1))
        else:
            awaited += _closing(text, position)
            ends = character == "\n" or (character in "。！？；" and not awaited)
        if ends:
            spans.append((left, position + 1))
            left = position + 1
        if character == "\n":
            awaited = ""
    spans.append((left, len(text)))
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
    if not commas:
        return [(left, right)]
    cut = min(commas, key=lambda position: (text[position] == "、", abs(position - middle))) + 1
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
