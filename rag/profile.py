"""What is known of an enterprise. Every field may be unknown, and an unknown one never excludes anything."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

import yaml

from rag.industries import industries
from rag.lexicon import FOLDER
from rag.regions import Region
from rag.sizes import size_of
from rag.supports import QUALIFICATIONS

FIELDS: Final = {
    "region": "所在地",
    "industry": "行业",
    "headcount": "从业人数",
    "revenue": "年营业收入",
    "founded": "成立时间",
    "qualifications": "资质",
    "ownership": "所有制",
    "rd_share": "研发投入占比",
    "investment": "计划总投资",
    "equipment_investment": "其中设备投资",
    "needs": "需求",
    "description": "企业情况",
    "size": "企业规模",
    "above_scale": "规模以上",
    "organisation": "主体类型",
    "loan": "贷款金额",
    "revenue_growth": "营收增长率",
    "other_qualifications": "其他资质",
    "confirmed": "已确认的条件",
}
"""Every field of a profile with its Chinese name; the first twelve are the form's."""
FORM: Final = tuple(FIELDS)[:12]
ABOVE_SCALE: Final = Decimal(20_000_000)
"""Yearly revenue in yuan from which an industrial enterprise is 规模以上 (国家统计局, since 2011)."""


@dataclass(frozen=True)
class Interval:
    """A quantity as exact as it was told: 三十几人 is 30 to 39. Both ends belong to it."""

    low: Decimal
    high: Decimal

    @classmethod
    def exactly(cls, value: Decimal) -> "Interval":
        """One value."""
        return cls(value, value)


@dataclass(frozen=True)
class Profile:
    """One enterprise. Empty or None is unknown."""

    region: Region | None = None
    industries: tuple[str, ...] = ()
    """Names of `rag.industries`."""
    size: str = ""
    """大型, 中型, 小型 or 微型, as given; `known_size` also works it out."""
    above_scale: bool | None = None
    founded: tuple[date, date] | None = None
    """First and last day on which it may have been founded."""
    qualifications: tuple[str, ...] = ()
    no_others: bool = False
    """It has no qualification besides those of `qualifications`."""
    ownership: str = ""
    organisation: str = ""
    quantities: Mapping[str, Interval] = field(default_factory=dict)
    """Of `rag.supports.QUANTITIES` but the age, in their units."""
    needs: tuple[str, ...] = ()
    description: str = ""
    confirmed: Mapping[str, bool] = field(default_factory=dict)
    """Statement conditions that were answered: `support id#condition id` -> whether it holds."""

    @property
    def held(self) -> frozenset[str]:
        """The qualifications with those they imply: a 小巨人 is a 专精特新中小企业."""
        found = set(self.qualifications)
        if "外贸" in self.industries:
            found.add("外贸企业")
        while more := {one for name in found for one in implied_by().get(name, ())} - found:
            found |= more
        return frozenset(found)

    @property
    def possible_sizes(self) -> tuple[str, ...]:
        """The sizes it may have: the given one, else by headcount and revenue (rag.sizes); all when unknown."""
        if self.size:
            return (self.size,)
        return size_of(self.industries, self.quantities.get("headcount"), self.quantities.get("revenue"))

    @property
    def is_above_scale(self) -> bool | None:
        """Whether it is 规模以上: as given, else of an industrial enterprise by its revenue; None when unknown."""
        if self.above_scale is not None:
            return self.above_scale
        revenue = self.quantities.get("revenue")
        if revenue is None or not _is_industrial(self.industries):
            return None
        if revenue.low >= ABOVE_SCALE:
            return True
        return False if revenue.high < ABOVE_SCALE else None

    def age_on(self, day: date) -> Interval | None:
        """Full years and their fraction since the founding, in years."""
        if self.founded is None:
            return None
        first, last = self.founded
        return Interval(years_between(min(last, day), day), years_between(first, day))

    def quantity(self, name: str, day: date) -> Interval | None:
        """A quantity by the name of its field; the age on `day`."""
        return self.age_on(day) if name == "age" else self.quantities.get(name)


def years_between(start: date, end: date) -> Decimal:
    """Full months from `start` to `end`, plus the days since as a fraction; a missing day is the month's last (《民法典》第二百零二条)."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if _months_after(start, months) > end:
        months -= 1
    return Decimal(months) / 12 + Decimal((end - _months_after(start, months)).days) / Decimal(12 * 31)


def _months_after(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def _is_industrial(names: tuple[str, ...]) -> bool:
    return bool(names) and all(industries().membership((name,), ("工业",)) == "inside" for name in names)


@lru_cache(maxsize=1)
def implied_by() -> Mapping[str, tuple[str, ...]]:
    """Qualifications -> what having them implies (corpus/lexicon/qualification_words.yaml)."""
    rows = vocabulary()["qualifications"]
    return {name: tuple(rows[name].get("implies", ())) for name in QUALIFICATIONS if name in rows}


@lru_cache(maxsize=1)
def vocabulary() -> Mapping[str, Mapping[str, Mapping[str, list[str]]]]:
    """How people call qualifications, needs, kinds of ownership and organisation."""
    loaded: Mapping[str, Mapping[str, Mapping[str, list[str]]]] = yaml.load(
        (FOLDER / "qualification_words.yaml").read_text(encoding="utf8"), Loader=yaml.CSafeLoader
    )
    return loaded
