"""How many questions until most verdicts are decided: asked by information gain, and in the order of the form."""

import random
import statistics
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

from rag.builds import Build
from rag.industries import industries
from rag.match import MAY_FIT, Matching, match
from rag.next_question import ASKABLE, next_question
from rag.profile import Interval, Profile
from rag.regions import Region, regions
from rag.supports import OWNERSHIPS, QUALIFICATIONS

DECIDED: Final = 0.9


def question_figures(build: Build, day: date, enterprises: int = 60, seed: int = 1) -> dict[str, float]:
    """Questions until `DECIDED` of the verdicts that all answers would decide are decided: ours, and in form order.

    Enterprises are drawn at random (`seed`) with every field of the form; each starts unknown.
    """
    chooser = random.Random(seed)
    ours, in_order = [], []
    for _ in range(enterprises):
        whole = _random_profile(chooser)
        in_all = {one.support.id for one in match(whole, build, day).verdicts if one.verdict != MAY_FIT}
        ours.append(_asked(whole, in_all, build, day, _by_gain))
        in_order.append(_asked(whole, in_all, build, day, _in_form_order))
    return {
        "by_gain": statistics.mean(ours),
        "in_form_order": statistics.mean(in_order),
        "ratio": statistics.mean(ours) / statistics.mean(in_order),
    }


def _asked(
    whole: Profile,
    in_all: set[str],
    build: Build,
    day: date,
    choose: Callable[[Matching, set[str]], str | None],
) -> int:
    known: set[str] = set()
    while True:
        matching = match(_restricted(whole, known), build, day)
        decided = {one.support.id for one in matching.verdicts if one.verdict != MAY_FIT}
        if len(decided & in_all) >= DECIDED * len(in_all) or len(known) == len(ASKABLE):
            return len(known)
        field = choose(matching, known)
        if field is None:
            return len(ASKABLE)
        known.add(field)


def _by_gain(matching: Matching, known: set[str]) -> str | None:
    question = next_question(matching, known)
    return question.field if question else None


def _in_form_order(matching: Matching, known: set[str]) -> str | None:
    del matching
    return next((field for field in ASKABLE if field not in known), None)


def _restricted(whole: Profile, known: set[str]) -> Profile:
    """`whole` with only the fields `known`."""
    empty = Profile()
    named = {"industry": "industries", "qualifications": "qualifications"}
    kept = {named.get(name, name) for name in known}
    simple = {
        name: getattr(whole, name) for name in ("region", "industries", "founded", "qualifications", "ownership")
        if name in kept
    }  # fmt: skip
    quantities = {name: value for name, value in whole.quantities.items() if name in known}
    return replace(
        empty, **simple, quantities=quantities, no_others="qualifications" in known, organisation="企业"
    )


def _random_profile(chooser: random.Random) -> Profile:
    city = chooser.choice(list(regions().counties))
    founded = date(chooser.randint(1995, 2025), chooser.randint(1, 12), 1)
    amounts = {
        "headcount": chooser.choice([8, 25, 60, 120, 350, 900, 2500]),
        "revenue": chooser.choice([200, 900, 1900, 5000, 30000, 150000, 800000]) * 10_000,
        "investment": chooser.choice([300, 2000, 8000, 60000, 300000]) * 10_000,
        "equipment_investment": chooser.choice([100, 900, 2500, 12000]) * 10_000,
        "rd_share": chooser.choice([1, 3, 6, 12]),
    }
    return Profile(
        region=Region(city, chooser.choice(regions().counties[city])),
        industries=(chooser.choice([name for name, node in industries().by_name.items() if not node.open]),),
        founded=(founded, founded),
        qualifications=tuple(chooser.sample(QUALIFICATIONS, chooser.choice([0, 0, 1, 1, 2]))),
        no_others=True,
        ownership=chooser.choice(OWNERSHIPS),
        organisation="企业",
        quantities={name: Interval.exactly(value) for name, value in _decimals(amounts).items()},
    )


def _decimals(amounts: Mapping[str, int]) -> dict[str, Decimal]:
    return {name: Decimal(value) for name, value in amounts.items()}
