"""大型, 中型, 小型 or 微型 by headcount and revenue: 《中小企业划型标准规定》 (工信部联企业〔2011〕300号).

corpus/lexicon/sizes.yaml holds its table. 大型, 中型 and 小型 need both measures at or over
their lower limit and drop a class otherwise; whatever is under either limit of 小型 is 微型.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import yaml

from rag.lexicon import FOLDER
from rag.supports import SIZES

if TYPE_CHECKING:
    from rag.profile import Interval

FILE: Final = FOLDER / "sizes.yaml"
_CLASSES: Final = (("large", "大型"), ("medium", "中型"), ("small", "小型"))
_UNIT: Final = {"headcount": Decimal(1), "revenue": Decimal(10_000), "assets": Decimal(10_000)}


@dataclass(frozen=True)
class SizeRule:
    """The lower limits of one trade, class by class, in people and yuan."""

    name: str
    industries: frozenset[str]
    limits: Mapping[str, Mapping[str, Decimal]]
    """Class (large, medium, small) -> measure -> lower limit, which belongs to the class."""


def size_of(
    names: tuple[str, ...], headcount: "Interval | None", revenue: "Interval | None"
) -> tuple[str, ...]:
    """The sizes that an enterprise of the industries `names` may have, largest first; all when nothing is known.

    Of several trades the main one is not known: what each allows stays possible.
    Assets are not asked for: where the rule turns on them, what they would exclude stays possible.
    """
    rules = [rule for rule in size_rules() if rule.industries & set(names)]
    if not rules or (headcount is None and revenue is None):
        return SIZES
    known = {"headcount": headcount, "revenue": revenue}
    possible = {size for rule in rules for size in _possible(rule, known)}
    return tuple(size for size in SIZES if size in possible)


def size_limits(names: tuple[str, ...], measure: str) -> set[Decimal]:
    """The limits of `measure` (headcount, revenue) that part the sizes of these industries; of 工业 when none is known."""
    own = set(names) if any(rule.industries & set(names) for rule in size_rules()) else {"工业"}
    rules = [rule for rule in size_rules() if rule.industries & own]
    return {limits[measure] for rule in rules for limits in rule.limits.values() if measure in limits}


def _possible(rule: SizeRule, known: "Mapping[str, Interval | None]") -> tuple[str, ...]:
    possible: list[str] = []
    for key, size in _CLASSES:
        reached = [_reached(known.get(measure), limit) for measure, limit in rule.limits[key].items()]
        if all(answer is True for answer in reached):
            return (*possible, size)
        if False not in reached:
            possible.append(size)
    return (*possible, SIZES[-1])


def _reached(known: "Interval | None", limit: Decimal) -> bool | None:
    """None when it may or may not be."""
    if known is None:
        return None
    return True if known.low >= limit else False if known.high < limit else None


@lru_cache(maxsize=1)
def size_rules() -> tuple[SizeRule, ...]:
    """The rules as written, the more special trades as they stand in the file."""
    rows = yaml.load(FILE.read_text(encoding="utf8"), Loader=yaml.CSafeLoader)
    return tuple(
        SizeRule(
            row["name"],
            frozenset(row["industries"]),
            {
                key: {measure: Decimal(value) * _UNIT[measure] for measure, value in row[key].items()}
                for key, _ in _CLASSES
            },
        )
        for row in rows
    )
