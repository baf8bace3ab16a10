"""Does matching put the right clauses before an enterprise? `python -m eval match [--split test]`.

`eval/gold/profiles_<split>.yaml` holds enterprises with the clauses that an adviser would put
before them and clauses that have nothing for them; records without clauses only measure how
descriptions are read. `profiles_<split>_judged.yaml` grades what several rankings put forward
(2 relevant, 1 marginal, 0 not), by a judge who saw neither ranking nor labels.
"""

import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import yaml

from eval.cases import GOLD
from eval.matching_questions import question_figures
from rag.advice import advise
from rag.builds import Build
from rag.describe import described
from rag.industries import industries
from rag.match import FAILS, Verdict
from rag.profile import Profile
from rag.profile_input import read_profile

TOP: Final = 10
RELEVANT: Final = 2
BATCH: Final = 1000
FIELDS: Final = ("region", "industry", "size", "qualifications", "needs")
"""Fields of a description that are compared."""


@dataclass(frozen=True)
class ProfileCase:
    """One enterprise; `relevant` and `irrelevant` are clause ids, `judged` those graded relevant later."""

    id: str
    description: str
    given: Mapping[str, Any]
    relevant: frozenset[str] = frozenset()
    irrelevant: frozenset[str] = frozenset()
    judged: frozenset[str] = frozenset()

    @property
    def pooled(self) -> frozenset[str]:
        """All clauses known to be relevant."""
        return self.relevant | self.judged


def read_profile_cases(split: str) -> list[ProfileCase]:
    """The cases of a split."""
    rows = yaml.safe_load((GOLD / f"profiles_{split}.yaml").read_text(encoding="utf8"))
    judged = yaml.safe_load((GOLD / f"profiles_{split}_judged.yaml").read_text(encoding="utf8"))
    return [
        ProfileCase(
            row["id"], row["description"], row["profile"],
            frozenset(row.get("relevant", ())), frozenset(row.get("irrelevant", ())),
            frozenset(clause for clause, grade in judged.get(row["id"], {}).items() if grade == RELEVANT),
        )
        for row in rows
    ]  # fmt: skip


def ranking_figures(cases: Sequence[ProfileCase], build: Build, day: date) -> dict[str, float]:
    """Relevant clauses among the first `TOP` and among all shown, and clearly irrelevant ones above relevant ones."""
    top, top_pooled, shown, shown_pooled = [], [], [], []
    wrong = pairs = wrong_shown = pairs_shown = 0
    for case in (one for one in cases if one.relevant):
        given = {"description": case.description, **case.given}
        verdicts = [one for one in advise(given, build, day).matching.verdicts if one.verdict != FAILS]
        clauses = list(dict.fromkeys(one.support.quote.clause_id for one in verdicts))
        behind = {quote for one in verdicts for quote in _clauses_behind(one)}
        first, rank = set(clauses[:TOP]), {clause: place for place, clause in enumerate(clauses)}
        top.append(len(first & case.relevant) / len(case.relevant))
        top_pooled.append(len(first & case.pooled) / min(TOP, len(case.pooled)))
        shown.append(len(behind & case.relevant) / len(case.relevant))
        shown_pooled.append(len(behind & case.pooled) / len(case.pooled))
        for good in case.relevant:
            above = sum(rank.get(bad, len(rank)) < rank.get(good, len(rank)) for bad in case.irrelevant)
            wrong, pairs = wrong + above, pairs + len(case.irrelevant)
            if good in rank:
                wrong_shown, pairs_shown = wrong_shown + above, pairs_shown + len(case.irrelevant)
    return {
        "profiles": len(top),
        "top_10_labelled": statistics.mean(top),
        "top_10_pooled": statistics.mean(top_pooled),
        "all_labelled": statistics.mean(shown),
        "all_pooled": statistics.mean(shown_pooled),
        "irrelevant_above_relevant": wrong / pairs,
        "irrelevant_above_relevant_shown": wrong_shown / pairs_shown,
    }


def _clauses_behind(verdict: Verdict) -> list[str]:
    conditions = (one.condition.quote.clause_id for one in verdict.findings)
    exclusions = (one.quote.clause_id for one in verdict.support.exclusions)
    return [verdict.support.quote.clause_id, *conditions, *exclusions]


def description_figures(cases: Sequence[ProfileCase], day: date) -> dict[str, float]:
    """F1 of the fields read from descriptions, by field and over all (micro)."""
    counts = {field: [0, 0, 0] for field in FIELDS}
    for case in cases:
        told, wanted = (
            _fields(described(case.description, day)),
            _fields(read_profile(case.given, day).profile),
        )
        for field in FIELDS:
            got, gold = set(told[field]), set(wanted[field])
            if field == "industry":  # a node under the one written down says the same, closer
                above = industries().above
                got = {next((one for one in gold if one in above[name]), name) for name in got}
            for place, number in enumerate((len(got & gold), len(got - gold), len(gold - got))):
                counts[field][place] += number
    total = [sum(its[place] for its in counts.values()) for place in range(3)]
    return {**{field: _f1(its) for field, its in counts.items()}, "all": _f1(total)}


def _fields(profile: Profile) -> dict[str, tuple[str, ...]]:
    return {
        "region": (str(profile.region),) if profile.region else (),
        "industry": profile.industries,
        "size": (profile.size,) if profile.size else (),
        "qualifications": profile.qualifications,
        "needs": profile.needs,
    }


def _f1(counts: Sequence[int]) -> float:
    right, false, missed = counts
    return 2 * right / max(2 * right + false + missed, 1)


def speed_figures(cases: Sequence[ProfileCase], build: Build, day: date) -> dict[str, float]:
    """Median milliseconds of one profile, and seconds for `BATCH` of them."""
    taken = []
    started = time.perf_counter()
    for number in range(BATCH):
        case = cases[number % len(cases)]
        begun = time.perf_counter()
        advise({"description": case.description, **case.given}, build, day)
        taken.append((time.perf_counter() - begun) * 1000)
    return {"one_ms": statistics.median(taken), "batch_s": time.perf_counter() - started}


TARGETS: Final = (
    ("top_10_pooled", "相关条款进前 10（标注与复评合并）", 0.85, True),
    ("top_10_labelled", "相关条款进前 10（只按标注）", 0.85, True),
    ("all_pooled", "相关条款在全部结果里（合并）", 0.95, True),
    ("all_labelled", "相关条款在全部结果里（只按标注）", 0.95, True),
    ("irrelevant_above_relevant_shown", "明显无关的排在相关的之前（两者都列出）", 0.02, False),
    ("irrelevant_above_relevant", "同上，没有列出的相关条款算排在最后", 0.02, False),
    ("all", "从自述读出字段的 F1", 0.90, True),
    ("one_ms", "一家企业（中位毫秒）", 100.0, False),
    ("batch_s", "1,000 家企业（秒）", 60.0, False),
    ("ratio", "问到九成结论已定的问题数，与按表单顺序问之比", 0.60, False),
)
"""Name, Chinese label, target, and whether more is better."""


def matching_figures(split: str, build: Build, day: date) -> dict[str, float]:
    """All figures of one split."""
    cases = read_profile_cases(split)
    return {
        **ranking_figures(cases, build, day),
        **description_figures(cases, day),
        **speed_figures(cases, build, day),
        **question_figures(build, day),
    }


def is_met(value: float, target: float, *, more: bool) -> bool:
    """Whether a figure reaches its target, which itself counts."""
    return value >= target if more else value <= target
