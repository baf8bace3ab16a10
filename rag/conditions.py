"""Is one condition met by one enterprise? Three-valued: what is unknown stays to be confirmed, and never excludes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from rag.industries import industries
from rag.profile import Interval, Profile
from rag.quantities import read_quantity, written_quantity
from rag.regions import regions
from rag.supports import QUANTITIES, Condition

Result = Literal["满足", "不满足", "待确认"]
MET: Final = "满足"
UNMET: Final = "不满足"
OPEN: Final = "待确认"
_OF_MEMBERSHIP: Final[dict[str, Result]] = {"inside": MET, "perhaps": OPEN, "outside": UNMET}
_HOLDS: Final[dict[str, Callable[[Decimal, Decimal], bool]]] = {
    "at_least": lambda value, limit: value >= limit,
    "more_than": lambda value, limit: value > limit,
    "at_most": lambda value, limit: value <= limit,
    "less_than": lambda value, limit: value < limit,
}


@dataclass(frozen=True)
class Finding:
    """The result for one condition; `distance` says in Chinese how far off an unmet quantity is."""

    condition: Condition
    result: Result
    distance: str = ""


def check(condition: Condition, profile: Profile, day: date, support_id: str = "") -> Finding:
    """Whether `profile` meets `condition` on `day`; `support_id` finds answers to its statements."""
    if condition.field in QUANTITIES:
        return _quantity(condition, profile.quantity(condition.field, day))
    if condition.field == "statement":
        answer = profile.confirmed.get(f"{support_id}#{condition.id}")
        return Finding(condition, OPEN if answer is None else MET if answer else UNMET)
    return Finding(condition, _NAMED[condition.field](condition.values, profile))


def _industry(values: tuple[str, ...], profile: Profile) -> Result:
    if not profile.industries:
        return OPEN
    return _OF_MEMBERSHIP[industries().membership(profile.industries, values)]


def _region(values: tuple[str, ...], profile: Profile) -> Result:
    if profile.region is None:
        return OPEN
    return _OF_MEMBERSHIP[regions().membership(profile.region, values)]


def _size(values: tuple[str, ...], profile: Profile) -> Result:
    possible = set(profile.possible_sizes)
    if possible <= set(values):
        return MET
    return OPEN if possible & set(values) else UNMET


def _above_scale(values: tuple[str, ...], profile: Profile) -> Result:
    del values
    known = profile.is_above_scale
    return OPEN if known is None else MET if known else UNMET


def _qualifications(values: tuple[str, ...], profile: Profile) -> Result:
    if profile.held & set(values):
        return MET
    return UNMET if profile.no_others else OPEN


def _ownership(values: tuple[str, ...], profile: Profile) -> Result:
    if not profile.ownership:
        return OPEN
    own = {profile.ownership} | ({"国有"} if profile.ownership == "央企" else set())
    if own & set(values):
        return MET
    return OPEN if profile.ownership == "国有" and "央企" in values else UNMET


def _organisation(values: tuple[str, ...], profile: Profile) -> Result:
    if not profile.organisation:
        return MET if "企业" in values else OPEN
    own = {profile.organisation} | ({"企业"} if profile.organisation == "金融机构" else set())
    return MET if own & set(values) else UNMET


_NAMED: Final[dict[str, Callable[[tuple[str, ...], Profile], Result]]] = {
    "industry": _industry,
    "region": _region,
    "size": _size,
    "above_scale": _above_scale,
    "qualifications": _qualifications,
    "ownership": _ownership,
    "organisation": _organisation,
}


def _quantity(condition: Condition, known: Interval | None) -> Finding:
    if known is None:
        return Finding(condition, OPEN)
    unit = QUANTITIES[condition.field]
    limit, holds = read_quantity(condition.values[0], unit), _HOLDS[condition.test]
    low, high = holds(known.low, limit), holds(known.high, limit)
    if low and high:
        return Finding(condition, MET)
    if low or high:
        return Finding(condition, OPEN)
    return Finding(condition, UNMET, _distance(condition.test, known, limit, unit))


def _distance(test: str, known: Interval, limit: Decimal, unit: str) -> str:
    """还差 300 万元: how far an exactly known quantity is from the limit."""
    if known.low != known.high or known.low == limit:
        return ""
    apart = abs(known.low - limit)
    if unit == "人" and test == "more_than":
        apart += 1  # 超过 30 人 is 31
    word = "还差" if test in {"at_least", "more_than"} else "超出"
    return f"{word}{written_quantity(apart, unit).replace('%', '个百分点')}"
