"""Profile -> every support in force with a verdict, best first, and the clause behind each condition.

| verdict  | when                                              |
|----------|---------------------------------------------------|
| 符合     | every condition is met                            |
| 可能符合 | none is unmet, some are unknown                   |
| 不符合   | one is unmet                                      |

Order (`ordered`): 不符合 last, by how many conditions are unmet. Before them the supports whose clause
names the enterprise – its industry, qualification, kind of region, or a need it stated –
and then those that concern everybody. Among each, by directness (rag.directness): the best
support of every clause first, so that one clause with many supports crowds out no other;
a support whose every condition is met goes before an equal one that has some to confirm,
then the stronger (`strength`). No chance of passing is ever given.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from rag.amounts import Worth, worth
from rag.builds import Build
from rag.conditions import OPEN, UNMET, Finding, check
from rag.directness import directed
from rag.profile import Profile
from rag.supports import Support
from rag.validity import ANSWERING

FITS: Final = "符合"
MAY_FIT: Final = "可能符合"
FAILS: Final = "不符合"
VERDICTS: Final = (FITS, MAY_FIT, FAILS)
_MONEY: Final = frozenset({"资金奖补", "贷款贴息", "税收"})
_DIRECTION: Final = "方向鼓励"
ALL_MET: Final = 0.5
"""Added to the directness of a support whose every condition is met."""
REPEATED: Final = 2.0
"""Taken off for each better support of the same clause."""


@dataclass(frozen=True)
class Verdict:
    """One support for one enterprise."""

    support: Support
    verdict: str
    findings: tuple[Finding, ...]
    """One for each condition, in the order of the support."""
    worth: Worth | None = None
    directness: float = 0.0
    """How directly its clause names the enterprise (rag.directness)."""
    names: tuple[str, ...] = ()
    """By what it names it, in Chinese: 行业, 资质, 地区, 需求; empty when it concerns everybody."""

    @property
    def missing(self) -> tuple[str, ...]:
        """The wording of what is still to be confirmed."""
        return tuple(one.condition.wording for one in self.findings if one.result == OPEN)


@dataclass(frozen=True)
class Matching:
    """All verdicts for one enterprise, best first."""

    profile: Profile
    verdicts: tuple[Verdict, ...]
    left_out: Mapping[str, int]
    """Supports of policies that are not in force on the day, counted by validity."""
    day: date
    build_id: str


def match(profile: Profile, build: Build, day: date) -> Matching:
    """Judge every support of the build that is in force on `day`."""
    left_out: Counter[str] = Counter()
    verdicts = []
    validity = {name: build.validity_of(name, day) for name in build.documents}
    for support in build.supports:
        if (standing := validity[support.document_id]) not in ANSWERING:
            left_out[standing] += 1
        elif support.closes and support.closes < day.isoformat():
            left_out["申报期已过"] += 1
        else:
            verdicts.append(judge(support, profile, day))
    return Matching(profile, ordered(directed(verdicts, profile, build)), left_out, day, build.id)


def judge(support: Support, profile: Profile, day: date) -> Verdict:
    """The verdict of one support."""
    findings = tuple(check(condition, profile, day, support.id) for condition in support.conditions)
    results = {finding.result for finding in findings}
    verdict = FAILS if UNMET in results else MAY_FIT if OPEN in results else FITS
    amount = worth(support.amount, profile) if support.amount and verdict != FAILS else None
    return Verdict(support, verdict, findings, amount)


def ordered(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """Best first, by the rule of the module."""

    def key(verdict: Verdict, demotion: float = 0.0) -> tuple[float | str, ...]:
        unmet = sum(one.result == UNMET for one in verdict.findings)
        own = verdict.directness + (ALL_MET if verdict.verdict == FITS else 0.0)
        return (unmet, not verdict.names, demotion - own, -strength(verdict.support), verdict.support.id)

    seen: Counter[str] = Counter()
    ranked = []
    for verdict in sorted(verdicts, key=key):
        clause = verdict.support.quote.clause_id
        ranked.append((key(verdict, REPEATED * seen[clause]), verdict))
        seen[clause] += 1
    return tuple(verdict for _, verdict in sorted(ranked, key=lambda pair: pair[0]))


def strength(support: Support) -> int:
    """3 a stated sum, 2 money or tax without one, 1 another service, 0 a direction."""
    if support.amount is not None:
        return 3
    return 2 if support.kind in _MONEY else 0 if support.kind == _DIRECTION else 1
