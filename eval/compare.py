"""Two runs side by side, question by question: what changed, and is it more than chance?

Only questions that both runs asked, with the same gold record, are compared; how many
were left out is counted. One measure of each run is a mean over the same questions, so
the difference is that of pairs. Shares also have the exact p of McNemar's test; those
of the categories are adjusted for being many (Holm).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple

from eval.cases import Case
from eval.metrics import Score
from eval.resampling import Resampling
from eval.runs import OURS, Run, RunHeader
from eval.statistics import Interval, Verdict, holm, mcnemar, minimum_detectable_effect, verdict
from rag.errors import InputError


class Measure(NamedTuple):
    """What is compared: a value a question, None where it has none."""

    name: str
    label: str
    value: Callable[[Score], float | None]
    more_is_better: bool = True
    is_share: bool = True


MEASURES = (
    Measure("strict", "严格准确率", lambda one: one.strict),
    Measure("accurate", "答案准确率", lambda one: one.accurate),
    Measure("grounded", "有据准确率", lambda one: one.grounded),
    Measure("first_clause", "首条正确", lambda one: one.first_clause if one.expect == "answer" else None),
    Measure("fact_recall", "事实召回", lambda one: one.fact_recall, is_share=False),
    Measure("clause_recall", "条款召回", lambda one: one.clause_recall, is_share=False),
    Measure("clause_precision", "条款精度", lambda one: one.clause_precision, is_share=False),
    Measure("declined_unanswerable", "该拒已拒", lambda one: None if one.expect == "answer" else one.declined),
    Measure(
        "declined_answerable", "不该拒却拒", lambda one: one.declined if one.expect == "answer" else None,
        more_is_better=False,
    ),
    Measure("unsupported", "有无据数字或条号", lambda one: one.unsupported > 0, more_is_better=False),
    Measure(
        "false_quotes", "有不符或错位的引文", lambda one: one.false_quotes + one.misplaced_quotes > 0, more_is_better=False
    ),
    Measure("failed", "异常", lambda one: one.failed, more_is_better=False),
)  # fmt: skip
STRICT = MEASURES[0]


@dataclass(frozen=True)
class Difference:
    """One measure of both runs, or strict accuracy within one category."""

    name: str
    label: str
    total: int
    """Questions that have a value in either run."""
    first: float | None
    second: float | None
    change: Interval | None
    """Second less first; None when there is nothing to compare."""
    p: float | None
    """Exact p of McNemar's test; None for what is no share."""
    verdict: Verdict
    adjusted: float | None = None
    """For a category: p adjusted for the number of categories, on which the verdict rests."""


@dataclass(frozen=True)
class Comparison:
    """What changed from the first run to the second."""

    first: RunHeader
    second: RunHeader
    asked: int
    only_first: int
    only_second: int
    changed: int
    """Questions that both asked, left out because the gold record differs."""
    measures: tuple[Difference, ...]
    categories: tuple[Difference, ...]
    discordant: int
    """Questions that exactly one run got strictly right."""
    smallest_detectable: float
    """Difference of strict accuracy (0..1) that so many questions would show."""
    fixed: tuple[str, ...]
    broken: tuple[str, ...]

    @property
    def strict(self) -> Difference:
        """The headline."""
        return next(one for one in self.measures if one.name == STRICT.name)

    @property
    def held_out(self) -> bool:
        """Whether single questions must stay unseen."""
        return self.first.split == "test" or self.second.split == "test"

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values; single questions of the held-out split are only counted."""
        hidden = {"fixed": None, "broken": None} if self.held_out else {}
        return {
            **asdict(self),
            "verdict": self.strict.verdict,
            "measures": [_difference_to_json(one) for one in self.measures],
            "categories": [_difference_to_json(one) for one in self.categories],
            "fixed_count": len(self.fixed),
            "broken_count": len(self.broken),
            **hidden,
        }


def compare(first: Run, second: Run, *, anyway: bool = False) -> Comparison:
    """Compare our system in two scored runs.

    Raises:
        InputError: the runs asked other documents (unless `anyway`), or have no question in common.
    """
    if first.header.corpus != second.header.corpus and not anyway:
        raise InputError(
            "两次评测所问的文件不同，差别说明不了程序的好坏。请在同样的文件上重新评测；确要比较请加 --anyway。"
        )
    cases = shared_cases(first, second)
    if not cases:
        raise InputError("两次评测没有相同的题，无法比较。")
    common = {case.id for case in second.cases} & {case.id for case in first.cases}
    before, after = ([run.scores[OURS][case.id] for case in cases] for run in (first, second))
    moved = [(old.strict, new.strict) for old, new in zip(before, after, strict=True)]
    return Comparison(
        first=first.header,
        second=second.header,
        asked=len(cases),
        only_first=len(first.cases) - len(common),
        only_second=len(second.cases) - len(common),
        changed=len(common) - len(cases),
        measures=_measures(cases, before, after),
        categories=_categories(cases, before, after),
        discordant=sum(old != new for old, new in moved),
        smallest_detectable=minimum_detectable_effect(len(cases), sum(old != new for old, new in moved)),
        fixed=tuple(case.id for case, move in zip(cases, moved, strict=True) if move == (False, True)),
        broken=tuple(case.id for case, move in zip(cases, moved, strict=True) if move == (True, False)),
    )


def shared_cases(first: Run, second: Run) -> list[Case]:
    """The cases that both runs asked with the same gold record, in the order of the second."""
    known = {case.id: case for case in first.cases}
    return [case for case in second.cases if known.get(case.id) == case]


def resampling_for(cases: Sequence[Case]) -> Resampling:
    """Draws of the policies of `cases` and, within a large one, of the clauses that gold names first."""
    clauses = [next((name for slot in case.gold_clauses for name in slot), case.id) for case in cases]
    return Resampling.of([case.group for case in cases], clauses)


def _measures(
    cases: Sequence[Case], before: Sequence[Score], after: Sequence[Score]
) -> tuple[Difference, ...]:
    draws = resampling_for(cases)
    return tuple(_difference(measure, before, after, draws) for measure in MEASURES)


def _categories(
    cases: Sequence[Case], before: Sequence[Score], after: Sequence[Score]
) -> tuple[Difference, ...]:
    """Strict accuracy by category, with p adjusted and the verdict resting on that."""
    places: dict[str, list[int]] = {}
    for place, case in enumerate(cases):
        places.setdefault(case.category, []).append(place)
    found = []
    for category, its in places.items():
        draws = resampling_for([cases[place] for place in its])
        old, new = ([run[place] for place in its] for run in (before, after))
        found.append(replace(_difference(STRICT, old, new, draws), name=category, label=category))
    adjusted = holm([one.p if one.p is not None else 1.0 for one in found])
    return tuple(
        replace(one, adjusted=p, verdict=verdict(one.change, p))
        for one, p in zip(found, adjusted, strict=True)
    )


def _difference(
    measure: Measure, before: Sequence[Score], after: Sequence[Score], draws: Resampling
) -> Difference:
    old, new = ([measure.value(one) for one in scores] for scores in (before, after))
    pairs = [
        (left > 0, right > 0)
        for left, right in zip(old, new, strict=True)
        if left is not None and right is not None
    ]
    p = mcnemar(*zip(*pairs, strict=True)) if pairs and measure.is_share else None
    change = draws.difference(old, new)
    return Difference(
        measure.name, measure.label, sum(one != (None, None) for one in zip(old, new, strict=True)),
        _mean(old), _mean(new), change, p, verdict(change, p, more_is_better=measure.more_is_better),
    )  # fmt: skip


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _difference_to_json(one: Difference) -> Mapping[str, Any]:
    return {**asdict(one), "change": one.change and one.change._asdict()}
