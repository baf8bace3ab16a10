"""Do the measures measure? Right answers made from gold score 100 %, and each planted fault is seen where it should be.

A fault is planted in a seeded share of the questions it can be planted in. Every measure in
its `seen` must get worse, the three headlines by exactly the number planted; every other
measure must stay what it was.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Final

from eval import retrieval
from eval.abstention import refusals, risk_curve
from eval.baselines import oracle
from eval.cases import Case, clause_of
from eval.metrics import Score, score
from eval.planted import FAULTS, HEADLINES, Asked, Fault
from eval.retrieval import RetrievalScore, score_rankings
from rag.builds import Build

SEED: Final = 6
PLANTED: Final = 0.2
"""Share of the questions a fault fits in which it is planted, but in five at least."""
MEANS: Final = (
    "strict", "accurate", "grounded", "fact_recall", "document_precision", "document_recall", "clause_precision",
    "clause_recall", "item_precision", "item_recall",
)  # fmt: skip
COUNTS: Final = ("unsupported", "false_quotes", "misplaced_quotes")
WORSE_WHEN_HIGHER: Final = frozenset(
    {*COUNTS, "exceptions", "over_refusal", "unanswered", "aurc", "near_miss_above"}
)
_LIMITED: Final = frozenset({"recall_1", "recall_3", "recall_5"})
"""Short of 1 for a question with more slots than places, however it is answered."""
_NOTHING: Final = 1e-9


@dataclass(frozen=True)
class Outcome:
    """What became of the measures when a fault was planted."""

    fault: Fault
    planted: int
    """Questions it was planted in."""
    fitting: int
    """Questions it can be planted in."""
    unseen: tuple[str, ...]
    """Measures that should have got worse, or by another amount."""
    disturbed: tuple[str, ...]
    """Measures that should have stayed."""

    @property
    def passed(self) -> bool:
        """Seen where it should be and nowhere else."""
        return bool(self.planted) and not self.unseen and not self.disturbed


@dataclass(frozen=True)
class SelfTest:
    """`imperfect` are the measures in which right answers do not score full marks."""

    questions: int
    imperfect: tuple[str, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def passed(self) -> bool:
        """Whether the measures can be believed."""
        return not self.imperfect and all(one.passed for one in self.outcomes)


def self_test(cases: Sequence[Case], build: Build, faults: Sequence[Fault] = FAULTS) -> SelfTest:
    """Score right answers to `cases`, then every one of `faults` planted in them."""
    right = [_right(case, build) for case in cases]
    judged = {one.case.id: _judged(one, build) for one in right}
    before = measures(judged)
    outcomes = tuple(_tried(fault, right, judged, before, build) for fault in faults)
    return SelfTest(
        len(right), tuple(name for name, value in before.items() if not _perfect(name, value)), outcomes
    )


def measures(judged: Mapping[str, tuple[Score, Sequence[RetrievalScore]]]) -> dict[str, float | None]:
    """Every measure over the judged answers and rankings; None where nothing is to be measured."""
    scores = [one for one, _ in judged.values()]
    declined = refusals(scores)
    return {
        **{name: _mean([getattr(one, name) for one in scores]) for name in MEANS},
        **{name: float(sum(getattr(one, name) for one in scores)) for name in COUNTS},
        "exceptions": float(sum(one.failed for one in scores)),
        "refusal_precision": declined.precision.value, "refusal_recall": declined.recall.value,
        "over_refusal": declined.over_refusal.value, "unanswered": declined.unanswered.value,
        "aurc": risk_curve(scores).aurc,
        **retrieval.summary([one for _, its in judged.values() for one in its]),
    }  # fmt: skip


def _right(case: Case, build: Build) -> Asked:
    """The oracle's answer, without what gold quotes from a second clause of a slot: it cites one."""
    quoted = {clause_of(name, build) for name, _ in case.evidence}
    slots = [[name for name in slot if clause_of(name, build) in quoted] for slot in case.gold_clauses]
    first = {clause_of(names[0], build) for names in slots if names}
    further = {clause_of(name, build) for names in slots for name in names} - first
    told = tuple(one for one in case.evidence if clause_of(one[0], build) not in further)
    answer = oracle(replace(case, evidence=told), build)
    sure = replace(answer, confidence=0.9 if answer.status == "answered" else 0.0)
    return Asked(case, sure, tuple(slot[0] for slot in case.gold_clauses))


def _judged(asked: Asked, build: Build) -> tuple[Score, Sequence[RetrievalScore]]:
    ranked = score_rankings([asked.case], {asked.case.id: asked.ranked}, build)
    return score(asked.case, asked.answer, build), ranked


def _tried(
    fault: Fault, right: Sequence[Asked], judged: Mapping[str, tuple[Score, Sequence[RetrievalScore]]],
    before: Mapping[str, float | None], build: Build,
) -> Outcome:  # fmt: skip
    fitting = [changed for one in right if (changed := fault.plant(one, build))]
    count = min(len(fitting), max(5, round(PLANTED * len(fitting))))
    chosen = random.Random(f"{SEED} {fault.name}").sample(fitting, count)
    after = measures({**judged, **{one.case.id: _judged(one, build) for one in chosen}})
    unseen = [
        name
        for name in sorted(fault.seen)
        if not _is_worse(name, before[name], after[name])
        or (name in HEADLINES and round(((before[name] or 0) - (after[name] or 0)) * len(right)) != count)
    ]
    disturbed = [name for name in before if name not in fault.seen and _differ(before[name], after[name])]
    return Outcome(fault, count, len(fitting), tuple(unseen), tuple(disturbed))


def _is_worse(name: str, before: float | None, after: float | None) -> bool:
    if before is None or after is None:
        return False
    return (after - before if name in WORSE_WHEN_HIGHER else before - after) > _NOTHING


def _differ(before: float | None, after: float | None) -> bool:
    if before is None or after is None:
        return before is not after
    return abs(before - after) > _NOTHING


def _perfect(name: str, value: float | None) -> bool:
    return (
        name in _LIMITED
        or value is None
        or abs(value - (0.0 if name in WORSE_WHEN_HIGHER else 1.0)) < _NOTHING
    )


def _mean(values: Sequence[float | bool | None]) -> float | None:
    known = [float(value) for value in values if value is not None]
    return fmean(known) if known else None
