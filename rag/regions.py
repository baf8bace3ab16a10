"""The 市州 and counties of Sichuan, and the kinds of region that policies name.

corpus/lexicon/places.tsv has the places, region_kinds.yaml which of them are of a kind.
A list that could not be had whole is marked so: a place that is not on it may be of the kind.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import yaml

from rag.lexicon import FOLDER, short_name

KINDS_FILE: Final = FOLDER / "region_kinds.yaml"
Membership = Literal["inside", "perhaps", "outside"]


@dataclass(frozen=True)
class Region:
    """Where an enterprise is: a 市州 and, if known, the county in it, by their official names."""

    city: str
    county: str = ""

    def __str__(self) -> str:
        return self.city + self.county


@dataclass(frozen=True)
class RegionKind:
    """Which places are of a kind; `complete` when no other is, `partial` when only part of each is."""

    name: str
    members: frozenset[str]
    complete: bool
    partial: bool


@dataclass(frozen=True)
class Regions:
    """Places and kinds."""

    counties: Mapping[str, tuple[str, ...]]
    """Counties of every 市州."""
    kinds: Mapping[str, RegionKind]

    def named_in(self, text: str) -> Region | None:
        """The first place of Sichuan that `text` names, the county with its 市州; None without one.

        A short county name (高县, 东区) counts only with its last character; a name that two
        places have (市中区) only beside its 市州.
        """
        city = next((name for name in self._cities_in(text)), "")
        # 甘孜县 lies in 甘孜藏族自治州: the name of the 州 alone does not mean it.
        county = self._county_in(text.replace(city, "，") if city.endswith("州") else text, city)
        if county and not city:
            city = self._city_of[county][0]
        return Region(city, county) if city else None

    def membership(self, own: Region, asked: Iterable[str]) -> Membership:
        """Whether a place is one of the places or kinds `asked`."""
        answers = {self._membership(own, name) for name in asked}
        return next(one for one in ("inside", "perhaps", "outside") if one in answers or one == "outside")

    def _membership(self, own: Region, name: str) -> Membership:
        if name not in self.kinds:
            if name in (own.city, own.county):
                return "inside"
            return "perhaps" if not own.county and name in self.counties.get(own.city, ()) else "outside"
        kind = self.kinds[name]
        if {own.city, own.county} & kind.members:
            return "perhaps" if kind.partial else "inside"
        if not own.county and kind.members & set(self.counties[own.city]):
            return "perhaps"
        return "outside" if kind.complete else "perhaps"

    def places(self) -> frozenset[str]:
        """Every 市州 and county."""
        return frozenset(self.counties) | {name for names in self.counties.values() for name in names}

    def _cities_in(self, text: str) -> list[str]:
        text = self._without_longer_counties(text)
        found = [(text.find(short), name) for name in self.counties if (short := short_name(name)) in text]
        return [name for _, name in sorted(found)]

    def _without_longer_counties(self, text: str) -> str:
        """峨眉山 holds 眉山 and is not there."""
        for county in self._city_of:
            if any(short_name(city) in county[1:] for city in self.counties):
                text = text.replace(short_name(county), "")
        return text

    def _county_in(self, text: str, city: str) -> str:
        """广安 and 甘孜州 name the 市州; its county of the same name only when written in full."""
        if (whole := text.strip()).endswith("县") and len(self._city_of.get(whole, ())) == 1:
            return whole
        own = [
            name
            for name in self.counties.get(city, ())
            if (name in text or short_name(name) != short_name(city)) and _stands_in(name, text, beside=True)
        ]
        others = [
            name
            for name, cities in self._city_of.items()
            if not city and len(cities) == 1 and _stands_in(name, text, beside=False)
        ]
        return max((*own, *others), key=len, default="")

    @property
    def _city_of(self) -> Mapping[str, tuple[str, ...]]:
        return _cities_of(tuple((city, counties) for city, counties in self.counties.items()))


@lru_cache(maxsize=1)
def regions() -> Regions:
    """Places and kinds as written."""
    lines = (FOLDER / "places.tsv").read_text(encoding="utf8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    rows = yaml.load(KINDS_FILE.read_text(encoding="utf8"), Loader=yaml.CSafeLoader)
    kinds = (
        RegionKind(row["name"], frozenset(row["members"]), bool(row["complete"]), bool(row.get("partial")))
        for row in rows
    )
    return Regions(
        {city: tuple(counties.split("、")) for city, counties in pairs}, {kind.name: kind for kind in kinds}
    )


@lru_cache(maxsize=1)
def _cities_of(pairs: tuple[tuple[str, tuple[str, ...]], ...]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for city, counties in pairs:
        for county in counties:
            found[county] = (*found.get(county, ()), city)
    return found


def _stands_in(name: str, text: str, *, beside: bool) -> bool:
    """Whether `text` names the county; beside its 市州 the short name is enough if it has two characters."""
    short = short_name(name)
    if name in text:
        return len(name) > 2 or beside
    return len(short) >= 2 and short in text and (beside or len(short) > 2 or short not in _COMMON)


_COMMON: Final = frozenset(
    {"高新", "通江", "平安", "安定", "朝天", "东坡", "安居", "石棉", "南部", "九龙", "名山", "前锋", "长宁"}
)
"""Words that are a county's name too; only beside its 市州 do they mean it."""
