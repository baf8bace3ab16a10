"""Short faithful outlines: a clause by the openings of its sentences, a part by its headings.

Every phrase is cut from the clause as it stands; figures are never dropped from a
phrase that is kept.
"""

import re
from collections.abc import Sequence

from rag.builds import Build
from rag.figures import canonical_figures
from rag.locate import Location, part_clauses
from rag.segments import Stretch, parts_between_commas
from rag.types import Clause, Draft, Passage, Span, Statement

_OPENING = re.compile("[^，。；：]+")
BUDGET = 500
"""Characters of an outline: an answer stays readable and under 600 with its locators."""
_DETAIL = ((3, 70), (2, 70), (2, 40), (1, 70), (1, 50), (1, 36), (1, 26), (1, 20), (1, 14))
"""Parts kept of a sentence and characters kept of an enumeration, from the fullest outline to the barest."""


def outline(location: Location, build: Build) -> Draft:
    """The clause or part that a question names, in short."""
    if location.reference.kind in {"part", "last_part"}:
        statements = outline_part(location, build)
    else:
        statements = outline_clause(location.clauses, build)
    return Draft(statements, confidence=1.0)


def outline_clause(clauses: Sequence[Clause], build: Build) -> tuple[Statement, ...]:
    """One statement for a clause; where it has items, a second one names them."""
    main = clauses[0]
    phrases = _fitting(build.passages_of(main.id), build)
    items = [clause for clause in clauses[1:] if clause.item and clause.level == 2]
    statements = [Statement("；".join(phrases), (_whole(main),), with_locator=True)]
    if items:
        statements.append(item_names(items, build))
    return tuple(statements)


def item_names(items: Sequence[Clause], build: Build) -> Statement:
    """The names of a clause's items, each cited where it stands; a numbered item is named by its opening words."""
    spans = tuple(_name_span(item, build) for item in items)
    names = "、".join(build.documents[items[0].document_id].text[span.start : span.end] for span in spans)
    return Statement(f"包括{names}", spans)


def _name_span(item: Clause, build: Build) -> Span:
    name = item.item or ""
    position = item.text.find(name)
    if any(character.isalpha() for character in name) and position >= 0:
        return Span(item.id, item.start + position, item.start + position + len(name))
    first = next(iter(build.passages_of(item.id)), None)
    if first is None:
        return _whole(item)
    opening = _OPENING.match(first.text)
    return Span(item.id, first.start, first.start + len(opening[0] if opening else first.text))


def outline_part(location: Location, build: Build) -> tuple[Statement, ...]:
    """The headings of the clauses that stand in a part."""
    head = location.clauses[0]
    clauses = part_clauses(head.label if head.level == 0 else head.part, location.document_id, build)
    return tuple(Statement("", (_heading(clause),), with_locator=True) for clause in clauses)


def _fitting(passages: Sequence[Passage], build: Build) -> list[str]:
    """As much of every sentence as fits: its first three parts, two or one, then shorter enumerations."""
    for parts, limit in _DETAIL:
        texts = [
            "，".join(_cut(part.text, limit) for part in group) for group in _openings(passages, parts, build)
        ]
        if sum(map(len, texts)) + len(texts) <= BUDGET:
            return texts
    kept: list[str] = []
    for text in texts:
        if sum(map(len, kept)) + len(text) + len(kept) > BUDGET:
            break
        kept.append(text)
    return kept


def _openings(passages: Sequence[Passage], count: int, build: Build) -> list[list[Stretch]]:
    """The first `count` parts of every sentence and each later one that holds a figure."""
    groups = []
    for passage in passages:
        text = build.documents[passage.document_id].text
        parts = parts_between_commas(text, passage.start, passage.end)
        opening = count if not parts or len(parts[0].text) >= 7 else count + 1
        groups.append(
            [part for index, part in enumerate(parts) if index < opening or canonical_figures(part.text)]
        )
    return groups


def _cut(phrase: str, limit: int) -> str:
    """Cut an enumeration at a member's end; a phrase without one stays whole."""
    if len(phrase) <= limit:
        return phrase
    position = phrase.rfind("、", 8, limit)
    return phrase[:position] + "等" if position > 0 and not canonical_figures(phrase[position:]) else phrase


def _whole(clause: Clause) -> Span:
    start = clause.start + len(clause.text) - len(clause.text.lstrip())
    return Span(clause.id, start, clause.start + len(clause.text.rstrip()))


def _heading(clause: Clause) -> Span:
    """The number and heading of a clause as they stand in the text."""
    position = clause.text.find(clause.heading) if clause.heading else -1
    start = clause.start + len(clause.text) - len(clause.text.lstrip())
    if position < 0:
        first_line = clause.text.strip().split("。", 1)[0].split("\n", 1)[0]
        return Span(clause.id, start, start + len(first_line))
    return Span(clause.id, start, clause.start + position + len(clause.heading))
