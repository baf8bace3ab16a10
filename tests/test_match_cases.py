"""Hand-made cases of one condition and one enterprise (tests/match_cases.yaml): the verdict policy wording asks for."""

from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from rag.conditions import MET, OPEN, UNMET, Finding, check
from rag.profile_input import read_profile
from rag.supports import QUANTITIES, Condition, Field, Quote

FILE = Path(__file__).with_name("match_cases.yaml")
CASES: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf8"))
KEYS = {"field", "test", "values", "given", "expect", "distance", "why", "day", "problem"}
TESTS = {"at_least", "more_than", "at_most", "less_than"}
DAY = "2026-11-27"
SUPPORT = "示例/支持"


def named(case: dict[str, Any]) -> str:
    """The name of a case: what is asked and what was given."""
    given = "、".join(f"{name}={value!r}" for name, value in case["given"].items()) or "没有说"
    return f"{case['field']}-{case['test']}-{'、'.join(case['values'])}-{given}"


def judged(case: dict[str, Any]) -> tuple[Finding, list[str]]:
    """The finding of a case, and the fields that could not be used."""
    day = date.fromisoformat(case.get("day", DAY))
    read = read_profile(case["given"], day)
    quote = Quote("示例#一", "示例", 0, 2)
    condition = Condition("1", case["field"], case["test"], tuple(case["values"]), "示例条件", quote)
    return check(condition, read.profile, day, SUPPORT), [one.field for one in read.problems]


@pytest.mark.parametrize("case", [pytest.param(case, id=named(case)) for case in CASES])
def test_a_condition_is_judged_as_policy_wording_says(case: dict[str, Any]) -> None:
    finding, problems = judged(case)

    assert finding.result == case["expect"], case.get("why")
    assert problems == ([case["problem"]] if "problem" in case else [])
    if "distance" in case:
        assert finding.distance == case["distance"]


def test_every_case_is_written_in_full_and_once() -> None:
    assert all(
        set(case) <= KEYS and {"field", "test", "values", "given", "expect"} <= set(case) for case in CASES
    )
    names = [(named(case), case.get("day")) for case in CASES]
    assert len(set(names)) == len(names)


def test_the_cases_cover_every_field_test_and_result() -> None:
    results, tests = defaultdict(set), defaultdict(set)
    for case in CASES:
        results[case["field"]].add(case["expect"])
        tests[case["field"]].add(case["test"])

    assert len(CASES) >= 260
    assert set(results) == set(get_args(Field))
    assert all(found == {MET, UNMET, OPEN} for found in results.values())
    assert all(tests[name] == TESTS for name in QUANTITIES)


def test_only_an_unmet_quantity_has_a_distance() -> None:
    for case in CASES:
        finding, _ = judged(case)
        if finding.result != UNMET or case["field"] not in QUANTITIES:
            assert finding.distance == "", named(case)
