"""The 评测 tab shows the newest report that can be read, its failing questions, and how far a sample is."""

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from eval.report import report
from rag.assistant import Assistant
from rag.present_eval import FAILING, LISTED, evaluation_html, sample_html, stored_reports
from rag.present_question import excerpt
from rag.sample_run import Progress
from tests.browser import SCRIPT
from tests.report_sample import as_split, rewritten, sample_assistant, sample_run


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return sample_assistant(tmp_path_factory.mktemp("tab"))


@pytest.fixture(scope="module")
def values(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    run = sample_run(assistant, tmp_path_factory.mktemp("runs") / "run")
    found: dict[str, Any] = json.loads(json.dumps(report(run, assistant.library.current())))
    return found


def store(home: Path, name: str, values: object, age: int = 0) -> Path:
    """Write a report that is `age` seconds old."""
    path = home / "eval" / name / "report.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(values), encoding="utf8")
    os.utime(path, (2_000_000_000 - age, 2_000_000_000 - age))
    return path


def test_without_a_report_the_tab_says_what_to_run(tmp_path: Path) -> None:
    text = html.fromstring(evaluation_html(tmp_path)).text_content()

    assert all(
        words in text for words in ("还没有评测", "跑一个小样", "python -m eval run", "python -m eval report")
    )


def test_the_newest_report_is_shown_with_its_headlines_categories_and_failing_questions(
    tmp_path: Path, values: dict[str, Any]
) -> None:
    store(tmp_path, "old", {**values, "verdict": {**values["verdict"], "words": "旧的"}}, age=60)
    store(tmp_path, "new", values)
    page = html.fromstring(evaluation_html(tmp_path))
    failing = [one for one in values["questions"] if not one["passed"]]

    assert page.xpath(".//*[@class='level']/text()") == [values["verdict"]["words"]]
    assert len(page.xpath(".//li[@class='headline']")) == 3
    assert len(page.xpath(".//tbody/tr")) == len(values["groups"]["category"])
    assert page.xpath(".//details[contains(@class, 'question')]/@id") == [f"q-{one['id']}" for one in failing]
    assert "以前的评测（1）" in page.text_content()
    assert "eval/new/report.html" in page.text_content()


def test_nothing_of_a_question_or_an_answer_becomes_markup(tmp_path: Path, values: dict[str, Any]) -> None:
    store(tmp_path, "a", values)
    page = html.fromstring(evaluation_html(tmp_path))

    assert page.xpath(".//script | .//img") == []
    assert page.text_content().count(SCRIPT) >= 3


def test_a_name_or_a_word_of_the_report_is_escaped_as_well(tmp_path: Path, values: dict[str, Any]) -> None:
    spoiled = json.loads(
        json.dumps(values).replace(json.dumps(values["header"]["version"]), json.dumps(SCRIPT))
    )
    spoiled["verdict"]["words"] = spoiled["headlines"][0]["label"] = SCRIPT
    spoiled["groups"]["category"][0]["label"] = spoiled["questions"][0]["category"] = SCRIPT
    store(tmp_path, "a", spoiled)
    store(tmp_path, "b", spoiled, age=9)
    page = html.fromstring(evaluation_html(tmp_path))

    assert page.xpath(".//script | .//img") == []


def test_the_held_out_split_shows_no_question(tmp_path: Path, assistant: Assistant) -> None:
    run = sample_run(assistant, tmp_path / "run")
    held_out = rewritten(as_split(run, "test"), assistant, tmp_path / "test")
    store(tmp_path, "a", report(held_out, assistant.library.current()))
    text = evaluation_html(tmp_path)

    assert "留出集只看总分" in text
    assert not [case.id for case in run.cases if case.id in text]


def test_many_failing_questions_are_not_all_drawn(tmp_path: Path, values: dict[str, Any]) -> None:
    failing = next(one for one in values["questions"] if not one["passed"])
    store(
        tmp_path,
        "a",
        {**values, "questions": [{**failing, "id": str(number)} for number in range(FAILING + 7)]},
    )
    page = html.fromstring(evaluation_html(tmp_path))

    assert len(page.xpath(".//details[contains(@class, 'question')]")) == FAILING
    assert "其余 7 题" in page.text_content()


@pytest.mark.parametrize("text", ["", "[]", "null", '{"format": 0}', "{", "\xff"])
def test_what_is_no_report_is_passed_over(tmp_path: Path, values: dict[str, Any], text: str) -> None:
    store(tmp_path, "sound", values, age=60)
    store(tmp_path, "damaged", values).write_text(text, encoding="latin1")

    assert [one.name for one in stored_reports(tmp_path)] == ["sound"]


def test_a_report_without_its_parts_is_said_to_be_unreadable(tmp_path: Path) -> None:
    store(tmp_path, "a", {"format": 1, "header": []})

    assert "读不懂" in evaluation_html(tmp_path)


def test_a_sample_that_is_being_written_is_no_report_yet_and_only_the_newest_are_listed(
    tmp_path: Path, values: dict[str, Any]
) -> None:
    store(tmp_path, "sample-1.part", values)
    for number in range(LISTED + 2):
        store(tmp_path, f"run-{number}", values, age=number + 1)

    assert [one.name for one in stored_reports(tmp_path)] == [f"run-{number}" for number in range(LISTED)]


@pytest.mark.parametrize(
    ("progress", "words", "disabled", "bar"),
    [
        (Progress(), "随机抽题", False, None),
        (Progress("running", 0, 40), "正在打开索引", True, ("40", "0")),
        (Progress("running", 12, 40), "已答 12 / 40 题", True, ("40", "12")),
        (Progress("running", 40, 40), "正在打分", True, ("40", "40")),
        (Progress("running", 9, 5), "正在打分", True, ("5", "5")),
        (Progress("done", 40, 40), "小样跑完了", False, None),
        (Progress("failed", message=SCRIPT), "没有跑成", False, None),
    ],
)
def test_the_button_and_the_bar_tell_the_state(
    progress: Progress, words: str, disabled: bool, bar: tuple[str, str] | None
) -> None:
    page = html.fromstring(sample_html(progress))
    bars = page.xpath(".//progress")

    assert words in page.text_content()
    assert bool(page.xpath(".//button[@disabled]")) == disabled
    assert [(one.get("max"), one.get("value")) for one in bars] == ([bar] if bar else [])
    assert page.xpath(".//script | .//img") == []


@pytest.mark.parametrize(
    ("text", "spans", "shown"),
    [
        ("甲乙丙", [(1, 2)], "甲<mark>乙</mark>丙"),
        ("甲乙丙", [], "甲乙丙"),
        ("甲乙丙", [(0, 2), (1, 3)], "<mark>甲乙丙</mark>"),
        ("甲乙丙", [(2, 9), (5, 7)], "甲乙<mark>丙</mark>"),
        ("0123456789", [(5, 6)], "……34<mark>5</mark>67……"),
        ("0123456789", [(2, 3), (4, 5)], "01<mark>2</mark>3<mark>4</mark>56……"),
        ("0123456789", [(0, 1), (8, 9)], "<mark>0</mark>12……\n……67<mark>8</mark>9"),
        ("0123456789", [], "0123……"),
        ("<b>\n\n乙", [], "&lt;b&gt;\n乙"),
    ],
)
def test_of_a_long_clause_what_stands_around_the_quotes_is_shown(
    text: str, spans: list[tuple[int, int]], shown: str
) -> None:
    longest = 4 if text.startswith("0") else 20

    assert re.sub(r' data-markers="\s*"', "", excerpt(text, spans, longest=longest, around=2)) == shown
