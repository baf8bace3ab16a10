"""The report counts every question once, shows what was said beside what should have been, and needs nothing but itself."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from typer.testing import CliRunner, Result

from eval.__main__ import app
from eval.report import report
from eval.report_words import POOR
from eval.runs import OURS, Run
from rag.assistant import Assistant
from tests.browser import SCRIPT
from tests.report_sample import CASES, CRASHED, as_split, rewritten, sample_assistant, sample_run

FILES = {"report.html", "report.md", "report.json", "junit.xml"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("report")


@pytest.fixture(scope="module")
def assistant(folder: Path) -> Assistant:
    return sample_assistant(folder)


@pytest.fixture(scope="module")
def stored(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Path]:
    folder = tmp_path_factory.mktemp("runs") / "run"
    return sample_run(assistant, folder), folder


@pytest.fixture(autouse=True)
def home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUANCE_HOME", str(folder / "home"))


@pytest.fixture(scope="module")
def made(stored: tuple[Run, Path], assistant: Assistant) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(report(stored[0], assistant.library.current())))
    return found


def command(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["report", *map(str, arguments)])


def page_of(folder: Path) -> Any:
    return html.fromstring((folder / "report.html").read_text(encoding="utf8"))


def test_every_question_is_in_every_table_once(made: dict[str, Any]) -> None:
    total = len(CASES)

    assert [one["share"]["total"] for one in made["headlines"]] == [total] * 3
    assert sum(made["grid"].values()) == total
    assert {
        sum(row["strict"]["total"] for row in made["groups"][name])
        for name in ("category", "style", "difficulty")
    } == {total}
    assert sum(row["strict"]["total"] for row in made["groups"]["overlap"]) == sum(
        bool(case.evidence) for case in CASES
    )
    assert [one["strict"]["total"] for one in made["systems"]] == [total] * 9
    steps = {step["name"]: step["count"] for step in made["waterfall"]["steps"]}
    assert steps.pop("answerable") == sum(steps.values()) == 3
    assert steps["failed"] == 1


def test_the_headlines_and_what_must_not_happen_are_those_of_the_scores(
    made: dict[str, Any], stored: tuple[Run, Path]
) -> None:
    scores = stored[0].scores[OURS].values()

    assert [one["share"]["hits"] for one in made["headlines"]] == [
        sum(getattr(one, name) for one in scores) for name in ("accurate", "grounded", "strict")
    ]
    assert made["soundness"] == {
        "unsupported": 2,
        "unsupported_answers": 1,
        "false_quotes": 0,
        "exceptions": 1,
    }
    assert made["verdict"]["level"] == POOR
    assert "2 处没有依据的数字或条号" in "".join(made["verdict"]["sentences"])


def test_a_question_shows_its_facts_its_faults_and_the_marked_words_of_both_sides(
    made: dict[str, Any],
) -> None:
    rows = {one["id"]: one for one in made["questions"]}
    wrong = rows["示例-3"]

    assert [one["passed"] for one in made["questions"]] == sorted(one["passed"] for one in made["questions"])
    assert {"缺事实", "说了不该说的", "条款没有引全", "有无据数字"} <= set(wrong["faults"])
    assert [one["found"] for one in wrong["facts"]] == [False, False]
    assert [one["found"] for one in wrong["forbidden"]] == [True]
    [[first], [second]] = wrong["gold"]
    assert (first["cited"], second["cited"], second["spans"]) == (True, False, [])
    text = made["clauses"][first["clause"]]["text"]
    assert [text[start:end] for start, end in first["spans"]] == ["对重点用水企业给予优惠"]
    cited = wrong["cited"][0]
    assert [made["clauses"][cited["clause"]]["text"][start:end] for start, end in cited["spans"]] == cited[
        "quotes"
    ]
    assert (rows[CRASHED]["faults"], rows[CRASHED]["box"]) == (["程序异常"], "程序异常")


def test_the_file_needs_nothing_else_and_nothing_in_it_runs(stored: tuple[Run, Path], tmp_path: Path) -> None:
    finished = command(stored[1], "--out", tmp_path)
    page = page_of(tmp_path)

    assert (finished.exit_code, {path.name for path in tmp_path.iterdir()}) == (0, FILES)
    assert "还不能依赖" in finished.stdout
    assert page.xpath("//*[@src] | //link | //iframe | //object | //img | //form[@action]") == []
    assert {link[0] for link in page.xpath("//a/@href")} == {"#"}
    assert len(page.xpath("//script")) == 1
    assert page.xpath("//*[@*[starts-with(name(), 'on')]]") == []
    assert "default-src 'none'" in page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert page.text_content().count(SCRIPT) >= 3
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert all(page.xpath(f"//*[@id='{target[1:]}']") for target in page.xpath("//nav//a/@href"))


def test_what_was_not_measured_says_so(stored: tuple[Run, Path], tmp_path: Path) -> None:
    command(stored[1], "--out", tmp_path)
    sections = {one.get("id"): one.text_content() for one in page_of(tmp_path).xpath("//section[@id]")}

    assert {name for name, text in sections.items() if "未测" in text} == {"metamorphic", "judge", "matching"}


def test_without_a_ranking_there_is_no_retrieval_and_no_waterfall(
    stored: tuple[Run, Path], assistant: Assistant
) -> None:
    ours = {name: replace(one, ranked=()) for name, one in stored[0].answers[OURS].items()}
    bare = replace(stored[0], answers=[ours, *stored[0].answers[1:]])
    found = report(bare, assistant.library.current())

    assert (found["retrieval"], found["waterfall"]) == (None, None)


def test_the_held_out_questions_are_in_none_of_the_files(
    stored: tuple[Run, Path], assistant: Assistant, tmp_path: Path
) -> None:
    rewritten(as_split(stored[0], "test"), assistant, tmp_path / "run")
    rewritten(as_split(with_all_crashed(stored[0]), "test"), assistant, tmp_path / "before")
    finished = command(tmp_path / "run", "--against", tmp_path / "before", "--out", tmp_path / "out")
    written = "".join((tmp_path / "out" / name).read_text(encoding="utf8") for name in FILES)

    assert finished.exit_code == 0
    assert not [one for case in CASES for one in (case.id, case.question) if one in written]
    assert "留出集只看总分，不列出题目" in written
    assert (
        json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf8"))["changes"]["fixed_count"]
        > 0
    )


def with_all_crashed(run: Run) -> Run:
    crashed = {
        name: replace(one, answer=None, problem="KeyError()") for name, one in run.answers[OURS].items()
    }
    return replace(run, answers=[crashed, *run.answers[1:]])


def test_against_another_run_the_changes_are_listed_and_linked(
    stored: tuple[Run, Path], assistant: Assistant, tmp_path: Path
) -> None:
    rewritten(with_all_crashed(stored[0]), assistant, tmp_path / "before")
    command(stored[1], "--against", tmp_path / "before", "--out", tmp_path / "better")
    command(tmp_path / "before", "--against", stored[1], "--out", tmp_path / "worse")
    better, worse = (
        page_of(tmp_path / name).xpath("//section[@id='changes']")[0] for name in ("better", "worse")
    )
    right = [name for name, one in stored[0].scores[OURS].items() if one.strict]

    assert better.xpath(".//ul[@class='changed']//a/@href") == [f"#q-{name}" for name in right]
    assert f"修好的（{len(right)} 题）" in better.text_content()
    assert f"弄坏的（{len(right)} 题）" in worse.text_content()
    assert "个同样的题" in page_of(tmp_path / "better").xpath("//header")[0].text_content()


def test_figures_of_other_commands_beside_the_run_are_shown(
    stored: tuple[Run, Path], assistant: Assistant, tmp_path: Path
) -> None:
    rewritten(stored[0], assistant, tmp_path)
    relation = {
        "name": "delete", "label": "删去条款", "expected": "拒答", "hits": 3, "total": 4, "also": {"label": "也", "hits": 2, "total": 4},
        "failures": [{"id": "示例-9", "question": SCRIPT, "expected": "拒答", "got": "答了", "passed": False}, {"id": "示例-8", "question": "", "expected": "", "got": "", "passed": True}],
    }  # fmt: skip
    (tmp_path / "metamorphic.json").write_text(json.dumps({"relations": [relation]}), encoding="utf8")
    (tmp_path / "oracles.json").write_text(
        json.dumps({name: [2, 3] for name in ("as_is", "retrieval", "decision", "both")}), encoding="utf8"
    )
    finished = command(tmp_path)
    text = page_of(tmp_path).text_content()

    assert finished.exit_code == 0
    assert all(words in text for words in ("75.0%", "没有做到的 1 对", "检索只给应引的条款", "2/3，66.7%"))


@pytest.mark.parametrize("name", ["metamorphic", "matching", "oracles", "judge"])
@pytest.mark.parametrize("text", ["{", '{"x": 1}', "[1]"])
def test_a_damaged_file_beside_the_run_is_named(
    stored: tuple[Run, Path], assistant: Assistant, tmp_path: Path, name: str, text: str
) -> None:
    rewritten(stored[0], assistant, tmp_path)
    (tmp_path / f"{name}.json").write_text(text, encoding="utf8")
    finished = command(tmp_path)

    assert (finished.exit_code, f"{name}.json" in finished.stderr) == (2, True)


def test_clauses_are_not_taken_from_other_documents_than_were_asked(
    stored: tuple[Run, Path], assistant: Assistant, tmp_path: Path
) -> None:
    other = replace(stored[0], header=replace(stored[0].header, corpus="0" * 64))
    rewritten(other, assistant, tmp_path)
    finished = command(tmp_path)

    assert (finished.exit_code, "重新入库" in finished.stderr) == (2, True)


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    assert command(tmp_path).exit_code == 2


def test_the_build_server_reads_every_question_as_a_test_case(
    stored: tuple[Run, Path], tmp_path: Path
) -> None:
    command(stored[1], "--out", tmp_path)
    root = ET.parse(tmp_path / "junit.xml").getroot()
    cases, failures = root.findall(".//testcase"), root.findall(".//failure")
    counted = [sum(int(suite.get(name, 0)) for suite in root) for name in ("tests", "failures")]

    assert counted == [len(cases), len(failures)]
    assert len(cases) == len(CASES)
    assert SCRIPT in (root.findtext(f".//testcase[@name='{CRASHED} 蓝色木材怎么发展']/failure") or "")
