"""Where the clauses that answer stand in the ranking: recall, nDCG, MRR by ir-measures.

Every slot of gold counts once, whichever of its clauses is found, and a further clause of
a slot already met is neither right nor wrong. Items count for their clause. A question
without a ranking (an exception) counts as one that found nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import ir_measures
from ir_measures import RR, R, nDCG

from eval.cases import Case, clause_of
from eval.citations import document_of
from rag.builds import Build

DEPTH: Final = 10
LABELS: Final = {
    "recall_1": "召回@1", "recall_3": "召回@3", "recall_5": "召回@5", "recall_10": "召回@10", "ndcg_10": "nDCG@10",
    "mrr_10": "MRR@10", "all_gold_10": "应引条款全在前 10", "document_1": "文件第一", "document_10": "文件在前 10",
    "near_miss_above": "相近而不对的条款排在前面",
}  # fmt: skip
"""Measure -> its Chinese name, in the order of a report."""
_MEASURES: Final = {
    "recall_1": R @ 1, "recall_3": R @ 3, "recall_5": R @ 5, "recall_10": R @ 10, "ndcg_10": nDCG @ DEPTH,
    "mrr_10": RR @ DEPTH,
}  # fmt: skip


@dataclass(frozen=True)
class RetrievalScore:
    """How well one question's clauses were ranked; all values 0..1."""

    id: str
    recall_1: float
    recall_3: float
    recall_5: float
    recall_10: float
    ndcg_10: float
    mrr_10: float
    all_gold_10: float
    """1 when every slot is met within the first ten clauses."""
    document_1: float
    document_10: float
    """1 when a document of gold is among the first ten documents."""
    near_miss_above: float | None
    """1 when a clause that only looks right stands above the first right one; None where gold names none."""


def score_rankings(
    cases: Iterable[Case], ranked: Mapping[str, Sequence[str]], build: Build
) -> list[RetrievalScore]:
    """Judge the rankings (question id -> clause ids, best first) of the questions with gold clauses, in their order."""
    asked = [case for case in cases if case.gold_clauses]
    found = {case.id: list(_distinct(ranked.get(case.id, ()), build)) for case in asked}
    slots = {
        case.id: [{clause_of(name, build) for name in slot} for slot in case.gold_clauses] for case in asked
    }
    qrels = [
        ir_measures.Qrel(name, f"slot {place}", 1) for name, its in slots.items() for place in range(len(its))
    ]
    run = [
        ir_measures.ScoredDoc(name, document, -float(rank))
        for name, its in slots.items()
        for rank, document in enumerate(_as_slots(found[name], its))
    ]
    values: dict[str, dict[str, float]] = {case.id: {} for case in asked}
    names = {measure: name for name, measure in _MEASURES.items()}
    for metric in ir_measures.iter_calc(list(names), qrels, run):
        values[metric.query_id][names[metric.measure]] = metric.value
    return [
        RetrievalScore(
            id=case.id,
            **{name: values[case.id].get(name, 0.0) for name in _MEASURES},
            all_gold_10=float(all(slot & set(found[case.id][:DEPTH]) for slot in slots[case.id])),
            document_1=_document_within(1, found[case.id], slots[case.id]),
            document_10=_document_within(DEPTH, found[case.id], slots[case.id]),
            near_miss_above=_near_miss_above(case, found[case.id], slots[case.id], build),
        )
        for case in asked
    ]


def summary(scores: Sequence[RetrievalScore]) -> dict[str, float | None]:
    """The mean of every measure; None where no question has it."""
    found: dict[str, float | None] = {}
    for name in LABELS:
        values = [value for one in scores if (value := getattr(one, name)) is not None]
        found[name] = sum(values) / len(values) if values else None
    return found


def place_of(slot: set[str], ranked: Iterable[str], build: Build) -> int | None:
    """Where the first clause of `slot` stands among the distinct clauses of `ranked`, from 0; None when nowhere."""
    return next((place for place, name in enumerate(_distinct(ranked, build)) if name in slot), None)


def _distinct(ranked: Iterable[str], build: Build) -> Iterator[str]:
    """The clauses of a ranking of clauses and items, each once."""
    return iter(dict.fromkeys(clause_of(name, build) for name in ranked))


def _as_slots(ranked: Iterable[str], slots: Sequence[set[str]]) -> Iterator[str]:
    """The ranking with every clause of gold as the slots it is first to meet."""
    met: set[int] = set()
    for name in ranked:
        its = [place for place, slot in enumerate(slots) if name in slot]
        if not its:
            yield name
        for place in its:
            if place not in met:
                met.add(place)
                yield f"slot {place}"


def _document_within(depth: int, ranked: Iterable[str], slots: Iterable[set[str]]) -> float:
    right = {document_of(name) for slot in slots for name in slot}
    return float(bool(right & set(list(dict.fromkeys(map(document_of, ranked)))[:depth])))


def _near_miss_above(
    case: Case, ranked: Sequence[str], slots: Iterable[set[str]], build: Build
) -> float | None:
    if not case.near_miss_clauses:
        return None
    wrong = {clause_of(name, build) for name in case.near_miss_clauses}
    right = set().union(*slots)
    first = next((name for name in ranked if name in wrong | right), None)
    return float(first in wrong - right)
