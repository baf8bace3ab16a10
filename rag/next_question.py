"""The one unknown field that would decide most: by expected information gain.

A support is decided once every condition is known to be met or one to be unmet. With
conditions taken as independent and met with the probabilities of `_chance`, asking a
field takes from the uncertainty H of each support's verdict

    gain = H(p) - q · H(p / q),

p being the chance that all open conditions are met and q that those on the field are:
when they are not, the verdict is certain. Gains add up over supports. The chances are
shares of the places, industries or names that a condition takes in, a half where there is
no such share; they only order the questions and are never shown.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from rag.conditions import OPEN
from rag.industries import industries
from rag.match import MAY_FIT, Matching, Verdict
from rag.profile import ABOVE_SCALE, FORM, Profile
from rag.quantities import read_quantity, written_quantity
from rag.regions import regions
from rag.sizes import size_limits
from rag.supports import OWNERSHIPS, QUANTITIES, Condition

UNSURE: Final = "不确定"
ASKABLE: Final = tuple(name for name in FORM if name not in {"needs", "description"})
"""Fields whose answers decide conditions."""
_ASKED_BY: Final = {"age": "founded", "above_scale": "revenue"}
_OF_A_QUALIFICATION: Final = 0.2
_UNKNOWN: Final = 0.5
_COMMON_INDUSTRIES: Final = (
    "电子信息", "装备制造", "食品轻纺", "能源化工", "先进材料", "医药健康", "软件与信息服务", "农业", "建筑业", "物流", "商贸零售", "文化旅游", "科技服务",
)  # fmt: skip
_QUESTIONS: Final = {
    "region": "企业在哪个市州？",
    "industry": "企业属于哪个行业，主要产品是什么？",
    "headcount": "从业人员有多少？",
    "revenue": "上年度营业收入是多少？",
    "founded": "哪一年成立的？",
    "qualifications": "企业有哪些资质？",
    "ownership": "企业是什么所有制？",
    "rd_share": "研发投入占营业收入的比例是多少？",
    "investment": "计划总投资是多少？",
    "equipment_investment": "其中设备投资是多少？",
}


@dataclass(frozen=True)
class NextQuestion:
    """What to ask, the answers to choose from (the last is 不确定), and how many supports wait for it."""

    field: str
    text: str
    answers: tuple[str, ...]
    waiting: int
    gain: float
    """Expected information in bits."""


def next_question(matching: Matching, passed_over: Iterable[str] = ()) -> NextQuestion | None:
    """The question to ask now; None when no field would decide anything. `passed_over` was answered 不确定."""
    gains: dict[str, float] = defaultdict(float)
    waiting: dict[str, list[Condition]] = defaultdict(list)
    for verdict in matching.verdicts:
        if verdict.verdict == MAY_FIT:
            for field, gain, conditions in _gains(verdict, matching.profile):
                gains[field] += gain
                waiting[field] += conditions
    known = {field for field in ASKABLE if _is_known(field, matching.profile)}
    candidates = [field for field in ASKABLE if gains[field] > 0 and field not in {*passed_over, *known}]
    if not candidates:
        return None
    best = max(candidates, key=lambda field: (gains[field], -ASKABLE.index(field)))
    return NextQuestion(
        best,
        _QUESTIONS[best],
        (*_answers(best, waiting[best], matching.profile), UNSURE),
        len(waiting[best]),
        round(gains[best], 3),
    )


def _gains(verdict: Verdict, profile: Profile) -> list[tuple[str, float, list[Condition]]]:
    """Field, expected information and the open conditions that wait for it, for one support."""
    by_field: dict[str, list[Condition]] = defaultdict(list)
    for finding in verdict.findings:
        if finding.result == OPEN:
            by_field[_asked_by(finding.condition, profile)].append(finding.condition)
    chance = {field: math.prod(map(_chance, its)) for field, its in by_field.items()}
    whole = math.prod(chance.values())
    before = _uncertainty(whole)
    return [(field, before - q * _uncertainty(whole / q), by_field[field]) for field, q in chance.items()]


def _is_known(field: str, profile: Profile) -> bool:
    """A known trade or place that leaves a condition open is not asked again; of qualifications there may be more."""
    if field in QUANTITIES:
        return field in profile.quantities
    if field == "qualifications":
        return profile.no_others
    return bool(profile.industries if field == "industry" else getattr(profile, field))


def _asked_by(condition: Condition, profile: Profile) -> str:
    if condition.field == "size":
        return "headcount" if "headcount" not in profile.quantities else "revenue"
    return _ASKED_BY.get(condition.field, condition.field)


def _chance(condition: Condition) -> float:
    return _chance_of(condition.field, condition.values)


@lru_cache(maxsize=4096)
def _chance_of(field: str, values: tuple[str, ...]) -> float:
    """How likely an enterprise of which nothing is known meets a condition."""
    if field == "industry":
        known = industries()
        inside = sum(known.membership((name,), values) == "inside" for name in known.by_name)
        return _between(inside / len(known.by_name))
    if field == "region":
        known_regions = regions()
        kinds = (known_regions.kinds[name].members for name in values if name in known_regions.kinds)
        places = {name for name in values if name not in known_regions.kinds}.union(*kinds)
        cities = sum(
            1.0 if city in places else len(places & set(counties)) / len(counties)
            for city, counties in known_regions.counties.items()
        )
        return _between(cities / len(known_regions.counties))
    if field == "qualifications":
        return _between(1 - (1 - _OF_A_QUALIFICATION) ** len(values))
    if field == "ownership":
        return _between(len(values) / len(OWNERSHIPS))
    return _UNKNOWN


def _between(share: float) -> float:
    return min(max(share, 0.01), 0.99)


def _uncertainty(chance: float) -> float:
    """Entropy of a yes or no, in bits."""
    if not 0 < chance < 1:
        return 0.0
    return -chance * math.log2(chance) - (1 - chance) * math.log2(1 - chance)


def _answers(field: str, conditions: Sequence[Condition], profile: Profile) -> tuple[str, ...]:
    if field == "region":
        return tuple(regions().counties)
    if field == "industry":
        return _COMMON_INDUSTRIES
    if field == "ownership":
        return OWNERSHIPS
    if field == "qualifications":
        named = dict.fromkeys(value for condition in conditions for value in condition.values)
        return (*named, "以上都没有")
    return _ranges(field, conditions, profile)


def _ranges(field: str, conditions: Sequence[Condition], profile: Profile) -> tuple[str, ...]:
    """Ranges between the limits that the conditions set."""
    name = "age" if field == "founded" else field
    own = [condition for condition in conditions if condition.field == name]
    unit = QUANTITIES[name]
    asked = {read_quantity(condition.values[0], unit) for condition in own}
    fields = {condition.field for condition in conditions}
    if "size" in fields:
        asked |= size_limits(profile.industries, field)
    if "above_scale" in fields:
        asked.add(ABOVE_SCALE)
    limits = sorted(asked)
    if not limits:
        return ()
    words = [written_quantity(limit, unit) for limit in limits]
    between = [f"{low}—{high}" for low, high in pairwise(words)]
    return (f"不到{words[0]}", *between, f"{words[-1]}以上")
