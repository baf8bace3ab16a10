"""The parts of a report: the verdict's words, quotes found in clauses, drawings, faults."""

from dataclasses import replace

import pytest
from lxml import html

from eval.report import report
from eval.report_charts import risk_curve, waterfall_bars
from eval.report_files import markdown
from eval.report_measures import grid
from eval.report_questions import faults_of, find_quote
from eval.report_stages import share_json
from eval.report_words import FAIR, GOOD, POOR, UNSURE, verdict
from eval.runs import OURS, Run
from eval.statistics import Share
from rag.assistant import Assistant
from tests.report_sample import sample_assistant, sample_run


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return sample_assistant(tmp_path_factory.mktemp("parts"))


@pytest.fixture(scope="module")
def run(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return sample_run(assistant, tmp_path_factory.mktemp("runs") / "run")


@pytest.mark.parametrize(
    ("hits", "total", "unsupported", "level"),
    [(97, 100, 0, GOOD), (190, 200, 0, GOOD), (170, 200, 0, FAIR), (120, 200, 0, POOR), (200, 200, 1, POOR), (8, 10, 0, UNSURE)],
)  # fmt: skip
def test_the_verdict_rests_on_bounds_and_on_what_must_not_happen(
    hits: int, total: int, unsupported: int, level: str
) -> None:
    sound = {"unsupported": unsupported, "false_quotes": 0, "exceptions": 0}
    wrong = share_json(Share(total - hits, total))
    found = verdict(share_json(Share(hits, total)), sound, wrong)

    assert found["level"] == level
    assert any("只能看个大概" in one for one in found["sentences"]) == (total < 100)


def test_a_quote_is_found_whatever_white_space_stands_in_it() -> None:
    assert find_quote("达到 35%", "占比达\n到35 %。") == [2, 9]
    assert find_quote("达到 36%", "占比达到 35%。") is None
    assert find_quote(" ", "占比") is None


def test_the_curve_and_the_bars_stay_within_their_drawing() -> None:
    for curve in (((0.1, 0.2), (0.7, 0.13)), ((1.0, 0.0),), ((0.5, 1.0), (1.0, 1.0))):
        line = html.fromstring(risk_curve(curve)).xpath("//polyline/@points")[0]
        places = [tuple(map(float, one.split(","))) for one in line.split()]
        assert all(0 <= across <= 640 and 0 <= down <= 320 for across, down in places)
    steps = [
        {"label": "甲", "count": 3, "kind": "total"}, {"label": "乙", "count": 1, "kind": "loss"}, {"label": "丙", "count": 2, "kind": "rest"},
    ]  # fmt: skip
    assert html.fromstring(waterfall_bars(steps)).xpath("//i/@style") == [
        "left:0.00%;width:100.00%", "left:66.67%;width:33.33%", "left:0.00%;width:66.67%",
    ]  # fmt: skip


def test_a_question_that_passed_has_no_fault_and_one_that_failed_has_one(run: Run) -> None:
    for number, _ in enumerate(run.header.systems):
        for case in run.cases:
            score = run.scores[number][case.id]
            faults = faults_of(case, run.answers[number][case.id].answer, score)
            assert bool(faults) != (score.strict and score.grounded), (number, case.id, faults)


def test_the_markdown_keeps_its_tables_whatever_a_question_holds(run: Run, assistant: Assistant) -> None:
    made = report(run, assistant.library.current())
    broken = {**made, "questions": [{**one, "question": "甲|乙\n丙"} for one in made["questions"]]}
    lines = [line for line in markdown(broken).splitlines() if line.startswith("|")]

    assert any("甲\\|乙 丙" in line for line in lines)
    assert "<script" not in markdown(made)
    assert "未测" in markdown(made)


def test_right_or_wrong_and_founded_or_not_are_told_apart(run: Run) -> None:
    good = run.scores[OURS]["示例-1"]
    refusal = replace(good, expect="refuse", slots=0, slots_cited=0, all_clauses=False, cited=0)
    scores = [
        good,
        replace(good, grounded=False),
        replace(good, accurate=False, grounded=False),
        replace(good, accurate=False, grounded=False, unsupported=1),
        replace(good, accurate=False, grounded=False, failed=True),
        replace(refusal, accurate=False, grounded=False, cited=1),
    ]

    assert good.grounded
    assert grid(scores) == {
        "right_founded": 1,
        "right_unfounded": 1,
        "wrong_founded": 1,
        "wrong_unfounded": 3,
    }
