"""Figures in running text, and other plausible ones in their place: 2000万元 -> 4000万元, 30% -> 50%.

Only Arabic figures with a unit are touched. Years stay (2027年): what a document says of
itself, and what is asked of a year, would change with them.
"""

import random
import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from rag.figures import canonical_figures

_SCALES: Final = "(?:[十百千]?万亿?|[十百千]?亿|千|百)"
_MEASURES: Final = (
    "个百分点|百分点|个工作日|工作日|个月|平方公里|平方米|立方米|公里|千瓦时|千瓦|千伏|架次|人次|"
    "元|家|人|名|个|项|条|件|户|亩|吨|座|所|辆|台|套|倍|天|年"
)
_FIGURE = re.compile(
    rf"(?<![\d.,A-Za-z第〔])(?P<number>\d+(?:,\d{{3}})*(?:\.\d+)?)(?P<unit>\s?(?:[%％]|{_SCALES}?(?:{_MEASURES})))"
)
_RANGE_BEFORE = re.compile(r"\d[^\d，。；、：]{0,4}?[—–~～\-至到]+\s?$")
_RANGE_AFTER = re.compile(r"\s?[—–~～\-至到]+\s?\d")
_STEPS: Final = (1, 2, 3, 4, -1, -2, -3, -4)
_LARGEST_RATIO: Final = 3
_YEARS: Final = range(1949, 2101)


@dataclass(frozen=True)
class Figure:
    """A figure where it stands: `text` is number and unit, `start` and `end` its place; `canonical` as in rag.figures."""

    number: str
    unit: str
    start: int
    end: int
    canonical: str
    ranged: bool
    """One end of a range (5%—8%), which cannot be changed alone."""

    @property
    def text(self) -> str:
        """Number and unit as written."""
        return self.number + self.unit


def figures_in(text: str) -> list[Figure]:
    """The figures of `text` that can be changed, in order."""
    found = []
    for match in _FIGURE.finditer(text):
        canonical = canonical_figures(match[0])
        if len(canonical) != 1 or _is_year(match):
            continue
        before = text[max(match.start() - 10, 0) : match.start()]
        ranged = _RANGE_BEFORE.search(before) or _RANGE_AFTER.match(text, match.end())
        found.append(
            Figure(
                match["number"],
                match["unit"],
                match.start(),
                match.end(),
                next(iter(canonical)),
                bool(ranged),
            )
        )
    return found


def other_figure(figure: Figure, taken: Collection[str], seed: str) -> str | None:
    """Another figure of the same unit and nearly as round, not among the canonical ones `taken`; None when there is none.

    The same for the same `seed`.
    """
    value = Decimal(figure.number.replace(",", ""))
    place = Decimal(1).scaleb(int(value.normalize().as_tuple().exponent))
    steps = [step * place for step in _STEPS]
    if place > 1:  # 100% has no other share as round as itself
        steps += [step / 10 for step in steps]
    found = [value + step for step in steps if 0 < value + step <= _LARGEST_RATIO * value]
    others = [
        f"{other:f}{figure.unit}" for other in found if not ("%" in figure.unit and value <= 100 < other)
    ]
    free = [other for other in others if not canonical_figures(other) & set(taken)]
    return random.Random(f"{seed}/{figure.canonical}").choice(free) if free else None


def altered(text: str, seed: str) -> str:
    """`text` with every figure that stands alone changed, equal ones alike."""
    pieces, end = [], 0
    for figure in (one for one in figures_in(text) if not one.ranged):
        other = other_figure(figure, {figure.canonical}, seed)
        pieces += [text[end : figure.start], other or figure.text]
        end = figure.end
    return "".join([*pieces, text[end:]])


def _is_year(match: re.Match[str]) -> bool:
    number = match["number"]
    return match["unit"].strip() == "年" and number.isdecimal() and int(number) in _YEARS
