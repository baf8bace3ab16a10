"""Ranked passages -> draft, without a language model: cut, never reworded.

Which cut depends on what is asked: for a figure the part of the sentence that
holds the indicator and its value, for a list its members, otherwise the sentences
that cover the question. A date that opens a paragraph (到 2027 年，) is put in front
of a later sentence it governs, and cited with it.
"""

import re
from collections.abc import Sequence

from rag.attributes import holds_attribute
from rag.builds import Build
from rag.evidence import Terms, best_overlap, best_parts, governing_date, years_of
from rag.figures import canonical_figures
from rag.numerals import read_number
from rag.outline import item_names
from rag.retrieve import Candidate
from rag.rows import read_out
from rag.segments import Stretch, trimmed
from rag.types import Clause, Draft, Passage, Query, Span, Statement

_COUNTED = re.compile("([二三四五六七八九十]{1,2})(?:大|个|类|项|种)")
_TARGET = re.compile("目标|指标")
ELSEWHERE = 0.6
"""Relative score from which another document may name the same indicator."""
FIGURES_ELSEWHERE = 2
"""Most statements of the same indicator from other documents."""
SENTENCES = 4
"""Most sentences of an answer: a fifth made no answer of the dev split more complete."""
WEAK_SENTENCES = 2
"""Most sentences of an answer on weak evidence, all of one clause."""
SAME_CLAUSE, OTHER_CLAUSE = 0.50, 0.85
"""Share of the best passage's score from which a further sentence is taken."""
SAME_PART = 0.85
"""Share of the best part's overlap from which another part of the sentence counts as the one asked for."""
ITEMS_NAMED = 0.38
"""Overlap of the question with a clause's heading and lead, either way, from which its items are meant."""
NAMED = 0.6
"""Overlap from which a part names what a target is asked for: 数字经济的目标, but not 发展的目标."""
COUNTED_OVERLAP = 0.15
"""The same when the question counts as many as there are: 六大优势产业 and six items."""
EVIDENCE, NEAR = 10, 0.3
"""Most passages that a language model may write from, and the relative score from which."""
LENGTH = 420
"""Characters of the quoted sentences together."""


def extract(
    query: Query, candidates: Sequence[Candidate], terms: Terms, build: Build, *, weak: bool = False
) -> tuple[Statement, ...]:
    """Statements that answer `query`, from candidates in order of relevance; with `weak` evidence of one clause.

    Raises:
        ValueError: there is no candidate; refusing is the caller's business.
    """
    if not candidates:
        raise ValueError("extract needs at least one candidate")
    candidates = _of_the_year(query, candidates, build)
    if query.form == "figure" and (figure := figure_statement(query, candidates, terms, build)):
        return (figure, *_figures_elsewhere(query, candidates, terms, build, figure))
    if _TARGET.search(query.text) and (target := figure_statement(query, candidates, terms, build, NAMED)):
        return (target, *_figures_elsewhere(query, candidates, terms, build, target))
    if query.form == "list" and (listed := _items_asked_for(query, candidates, terms, build)):
        return listed
    best = candidates[0].clause.id
    chosen = (
        _choose([one for one in candidates if one.clause.id == best], terms)[:WEAK_SENTENCES]
        if weak
        else _choose(candidates, terms)
    )
    return tuple(_sentence(candidate.passage, build) for candidate in _reading_order(chosen))


def evidence_of(statements: Sequence[Statement], candidates: Sequence[Candidate]) -> tuple[Span, ...]:
    """What an answer may be written from, whole sentences: those the statements were cut from, then those found beside them."""
    passages = [Span(one.passage.clause_id, one.passage.start, one.passage.end) for one in candidates]
    near = [span for span, one in zip(passages, candidates, strict=True) if one.score >= NEAR][:EVIDENCE]
    return tuple(dict.fromkeys([*(_whole(one.spans[0], passages) for one in statements), *near]))


def _whole(part: Span, passages: Sequence[Span]) -> Span:
    """The passage that a part was cut from; the part itself when it was found otherwise."""
    holding = (one for one in passages if one.start <= part.start and part.end <= one.end)
    return next((one for one in holding if one.clause_id == part.clause_id), part)


def figure_statement(
    query: Query, candidates: Sequence[Candidate], terms: Terms, build: Build, least: float = 0.0
) -> Statement | None:
    """The part of a sentence that names the indicator asked for and its value, if one does.

    `least` is the overlap (0..1) with the question that the part must have.
    """
    asked = next(
        (name for name in query.asks if name in {"amount", "percentage", "date", "count", "support"}),
        "figure",
    )
    near = [candidate for candidate in candidates if candidate.score >= 0.6 * candidates[0].score]
    best = best_overlap(near, build, terms)
    for candidate in near:
        for overlap, part in best_parts(candidate.passage, build, terms):
            if overlap >= max(SAME_PART * best, least) and overlap > 0 and holds_attribute(asked, part.text):
                return dated(part, candidate.passage, build)
    return None


def _figures_elsewhere(
    query: Query, candidates: Sequence[Candidate], terms: Terms, build: Build, first: Statement
) -> list[Statement]:
    """The same indicator with another figure in other documents (targets of 2025 and of 2027), one statement each."""
    near = [one for one in candidates if one.score >= ELSEWHERE]
    least = SAME_PART * best_overlap(near, build, terms)
    found: list[Statement] = []
    for document in dict.fromkeys(one.clause.document_id for one in near):
        its = [one for one in near if one.clause.document_id == document]
        statement = figure_statement(query, its, terms, build, least)
        known = [one for one in (first, *found) if statement and _figures(one) & _figures(statement)]
        if statement and not known and build.clause_by_id[first.spans[0].clause_id].document_id != document:
            found.append(statement)
    return found[:FIGURES_ELSEWHERE]


def _figures(statement: Statement) -> frozenset[str]:
    """The figures of a statement without its years and dates."""
    return frozenset(one for one in canonical_figures(statement.text) if one[-1] not in "年月日")


def _of_the_year(query: Query, candidates: Sequence[Candidate], build: Build) -> Sequence[Candidate]:
    """Without the candidates that speak of other years than the question, if any good one speaks of its own."""
    years = [set(years_of(candidate.passage, build)) for candidate in candidates]
    named = [one for one, its in zip(candidates, years, strict=True) if its & set(query.years)]
    if not named or named[0].score < 0.5 * candidates[0].score:
        return candidates
    return [*named, *(one for one, its in zip(candidates, years, strict=True) if not its)]


def dated(part: Stretch, passage: Passage, build: Build) -> Statement:
    """The part as a statement, with the date that governs it in front; a row of a table as it is read out."""
    text, quoted, beside = read_out(part, passage, build.documents[passage.document_id].text)
    date = governing_date(Stretch(text, quoted.start, quoted.end), passage.document_id, build)
    stretches = (quoted, date, *beside) if date else (quoted, *beside)
    return Statement(
        f"{date.text}，{text}" if date else text,
        tuple(Span(passage.clause_id, one.start, one.end) for one in stretches),
    )


def _sentence(passage: Passage, build: Build) -> Statement:
    text = build.documents[passage.document_id].text
    whole = trimmed(text, passage.start, passage.end)
    return dated(whole, passage, build)


def _choose(candidates: Sequence[Candidate], terms: Terms) -> list[Candidate]:
    """The best passage, then those that stand near it in score or cover words it lacks."""
    best = candidates[0]
    chosen, covered = [best], terms.covered(best.passage.text + best.passage.context)
    for candidate in candidates[1:]:
        if len(chosen) == SENTENCES:
            break
        same = candidate.passage.clause_id == best.passage.clause_id
        threshold = SAME_CLAUSE if same else OTHER_CLAUSE
        gain = terms.covered(candidate.passage.text) - covered
        if gain and not same:
            threshold -= 0.1
        length = sum(len(one.passage.text) for one in chosen) + len(candidate.passage.text)
        if candidate.score >= threshold * best.score and length <= LENGTH:
            chosen.append(candidate)
            covered |= gain
    return chosen


def _reading_order(chosen: Sequence[Candidate]) -> list[Candidate]:
    """The best sentence first, then the others of its clause and of further clauses as they stand in the text."""
    best, order = chosen[0], list(dict.fromkeys(candidate.passage.clause_id for candidate in chosen))
    return sorted(
        chosen,
        key=lambda one: (one is not best, order.index(one.passage.clause_id), one.passage.start),
    )


def _items_asked_for(
    query: Query, candidates: Sequence[Candidate], terms: Terms, build: Build
) -> tuple[Statement, ...]:
    """The items of a clause whose heading or lead the question names (优势产业有哪些)."""
    counts = {read_number(numeral) for numeral in _COUNTED.findall(query.text)}
    found = []
    for candidate in candidates:
        items = _items_of(candidate.clause, build)
        heading = candidate.clause.heading
        words, covered = terms.overlap(f"{heading}。{candidate.passage.text}"), terms.covering(heading)
        counted = len(items) in counts and words >= COUNTED_OVERLAP
        if len(items) >= 2 and (counted or max(words, covered) >= ITEMS_NAMED):
            found.append((counted, words + covered, candidate, items))
    if not found:
        return ()
    *_, lead, items = max(found, key=lambda row: row[:2])
    return (_sentence(lead.passage, build), item_names(items, build))


def _items_of(clause: Clause, build: Build) -> list[Clause]:
    return [
        other
        for other in build.clauses_of(clause.document_id)
        if other.level == 2 and other.item and other.id.startswith(f"{clause.id}/")
    ]


def refusal(reason: str, nearest: Sequence[Candidate], *, confidence: float = 0.0) -> Draft:
    """A draft that refuses, with up to three nearest clauses."""
    spans = {
        candidate.passage.clause_id: Span(
            candidate.passage.clause_id, candidate.passage.start, candidate.passage.end
        )
        for candidate in reversed(nearest[:12])
    }
    ordered = list(reversed(list(spans.values())))[:3]
    return Draft(
        (), lead=reason, status="refused", reason=reason, nearest=tuple(ordered), confidence=confidence
    )
