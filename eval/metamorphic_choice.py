"""Which gold cases can be tested how: the figure to change, the facts that must be gone."""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from eval.cases import Case
from eval.metamorphic_ask import Reply
from eval.metamorphic_corpus import Edit, SourceText
from eval.metamorphic_figures import Figure, figures_in, other_figure
from eval.metrics import has_fact
from rag.figures import canonical_figures
from rag.types import Citation, Clause

One = TypeVar("One")


@dataclass(frozen=True)
class Change:
    """A figure of an answer changed where it stands: `edit` in the document, `old` and `new` as written."""

    case: Case
    document: str
    edit: Edit
    old: str
    new: str


@dataclass(frozen=True)
class Deletion:
    """The clauses of a case taken away, and the facts that then stand nowhere."""

    case: Case
    clauses: frozenset[str]
    facts: tuple[tuple[str, ...], ...]


def clauses_of(case: Case, known: Mapping[str, Clause]) -> frozenset[str]:
    """Gold clauses and items of the case, as it names them; empty when one of them is not in the corpus."""
    names = frozenset(name for slot in case.gold_clauses for name in slot)
    return names if names <= known.keys() else frozenset()


def whole(name: str, known: Mapping[str, Clause]) -> str:
    """The clause of an item."""
    clause = known[name]
    return name.removesuffix(f"/{clause.item}") if clause.item else name


def is_right(case: Case, reply: Reply, known: Mapping[str, Clause]) -> bool:
    """Whether the question is answered from a gold clause first, with all facts."""
    gold = {whole(name, known) for name in clauses_of(case, known)}
    return (
        reply.answered
        and reply.first in gold
        and all(has_fact(reply.answer.answer, fact) for fact in case.facts)
    )


def changes(
    found: Iterable[tuple[Case, Reply]],
    corpus: Mapping[str, SourceText],
    known: Mapping[str, Clause],
    seed: int,
) -> list[Change]:
    """One change a clause; questions answered with the same figure of it share the change, others are left out."""
    chosen: dict[str, Change] = {}
    taken: list[Change] = []
    for case, reply in found:
        if not is_right(case, reply, known):
            continue
        gold = clauses_of(case, known)
        possible = [
            (clause.id, citation, figure)
            for citation in reply.answer.citations
            if (clause := _clause_at(citation, corpus)) and {clause.id, whole(clause.id, known)} & gold
            for figure in _asked_figures(case, citation, reply)
        ]
        for clause_id, citation, figure in possible:
            edit = Edit(citation.start + figure.start, citation.start + figure.end, "")
            before = chosen.get(clause_id)
            if before is not None and before.edit[:2] == edit[:2]:
                taken.append(Change(case, before.document, before.edit, before.old, before.new))
                break
            figures = canonical_figures(known[clause_id].text) | canonical_figures(case.question)
            new = other_figure(figure, figures | canonical_figures(reply.answer.answer), f"{seed}/{case.id}")
            if before is None and new is not None:
                change = Change(case, citation.policy_id, edit._replace(text=new), figure.text, new)
                chosen[clause_id] = change
                taken.append(change)
                break
    return taken


def _asked_figures(case: Case, citation: Citation, reply: Reply) -> list[Figure]:
    """Figures of the quote that the answer gives once, that the question does not say, and that are facts where gold has facts."""
    given = [figure.canonical for figure in figures_in(reply.answer.answer)]
    asked = canonical_figures(case.question)
    facts = frozenset().union(*(canonical_figures(one) for fact in case.facts for one in fact))
    quoted = figures_in(citation.quote)
    return [
        figure
        for figure in quoted
        if not figure.ranged
        and given.count(figure.canonical) == 1
        and sum(other.canonical == figure.canonical for other in quoted) == 1
        and figure.canonical not in asked
        and (not case.facts or figure.canonical in facts)
    ]


def _clause_at(citation: Citation, corpus: Mapping[str, SourceText]) -> Clause | None:
    source = corpus.get(citation.policy_id)
    return (
        next((one for one in source.clauses if one.start <= citation.start < one.end), None)
        if source
        else None
    )


def deletions(found: Iterable[tuple[Case, Reply]], known: Mapping[str, Clause], count: int) -> list[Deletion]:
    """Up to `count` cases answered rightly, no two with the same clauses, whose facts stand in no other clause."""
    chosen: dict[frozenset[str], Deletion] = {}
    for case, reply in found:
        if len(chosen) == count:
            break
        gold = clauses_of(case, known)
        facts = case.facts or _figures_given(case, reply)
        if (
            facts
            and gold not in chosen
            and is_right(case, reply, known)
            and not _elsewhere(facts, gold, known)
        ):
            chosen[gold] = Deletion(case, gold, facts)
    return list(chosen.values())


def _figures_given(case: Case, reply: Reply) -> tuple[tuple[str, ...], ...]:
    """What a question without noted facts is answered with: the figures of the first quote that it does not say itself."""
    asked, given = canonical_figures(case.question), canonical_figures(reply.answer.answer)
    quoted = figures_in(reply.answer.citations[0].quote) if reply.answer.citations else ()
    return tuple((one.text,) for one in quoted if one.canonical in given - asked)


def _elsewhere(facts: Sequence[tuple[str, ...]], gold: frozenset[str], known: Mapping[str, Clause]) -> bool:
    """Whether one clause outside `gold` has all the facts."""
    others = (one for name, one in known.items() if not {name, whole(name, known)} & gold)
    return any(all(has_fact(one.text, fact) for fact in facts) for one in others)


def sampled(found: Sequence[One], count: int, seed: int) -> list[One]:
    """At most `count` of what was found, the same for the same seed."""
    return random.Random(seed).sample(list(found), min(count, len(found)))


def numeric(cases: Sequence[Case], known: Mapping[str, Clause]) -> list[Case]:
    """The cases that can be asked for a figure: a gold clause has one, and so have the facts where they are noted."""
    return [
        case
        for case in cases
        if case.expect == "answer"
        and any(figures_in(known[name].text) for name in clauses_of(case, known))
        and (not case.facts or any(figures_in(one) for fact in case.facts for one in fact))
    ]
