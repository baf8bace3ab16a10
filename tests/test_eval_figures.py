"""The table of figures says what was measured, beside baseline and target, and whether it was met."""

import pytest

from eval.cases import read_cases
from eval.figures import Row, decision_rows, document_rows
from eval.statistics import Share
from rag.assistant import Assistant

FOUND = {
    "first": Share(85, 100), "within_5": Share(90, 100), "bm25_first": Share(70, 100), "bm25_within_5": Share(88, 100),
    "p": 0.001, "first_cited": Share(80, 100), "near_misses_declined": Share(46, 50),
    "answerable_declined": Share(5, 100), "exceptions": 0.0,
}  # fmt: skip


def test_targets_are_met_from_below_or_above() -> None:
    rows = {row.what.split("：")[1]: row for row in document_rows(FOUND)}

    assert rows["正确条款第一"] == Row(
        "没有问法的文件：正确条款第一", str(Share(85, 100)), str(Share(70, 100)), "0.001", "≥ 68 %", True
    )
    assert (rows["前五"].met, rows["近似但未写的已拒"].met) == (False, True)
    assert (rows["能答的被拒"].target, rows["能答的被拒"].met) == ("≤ 4 %", False)
    assert rows["回答首引正确"].met is None


def test_the_decision_is_measured_against_keywords_on_the_same_questions(decision: Assistant) -> None:
    cases = [case for case in read_cases("dev") if case.category in {"figure", "unanswerable"}][:24]
    rows = {row.what: row for row in decision_rows(decision, cases)}
    answerable = sum(case.expect == "answer" for case in cases)

    assert rows["《决定》正确条款第一"].value.endswith("]")
    assert 0 < float(rows["《决定》正确条款第一"].p) <= 1
    assert {row.target for row in rows.values()} >= {"≥ 95 %", "≥ 88 %", "≥ 75 %", "≤ 4 %"}
    assert 0 < answerable < len(cases)


@pytest.mark.parametrize("name", ["first", "within_5"])
def test_a_share_shows_its_interval(name: str) -> None:
    assert str(FOUND[name]).count(",") == 1
