"""The judge on a run: every fact and citation in the denominator, told in the report, and never asked twice."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from eval import judge_calibration, judge_store
from eval.__main__ import app
from eval.judge import ERROR, NO, UNSURE, YES, Judge
from eval.judge_calibration import FILE
from eval.judge_items import cited_sentences, fact_claim, items_of
from eval.judge_store import judge_file
from eval.judge_summary import write_judge_json
from eval.report import report
from eval.report_html import report_html
from eval.runs import OURS, Run
from rag.assistant import Assistant
from rag.errors import InputError
from rag.settings import Settings
from rag.types import Answer
from tests.eval_sample import write_rows
from tests.judge_sample import Parts, label_rows, says, truthful
from tests.report_sample import sample_assistant, sample_run
from tests.scripted_model import Script, scripted
from tests.test_eval_facts import CITED


@pytest.fixture(autouse=True)
def labels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Ten labels on 示例 texts in place of the real ones."""
    rows = label_rows()
    write_rows(tmp_path / FILE, rows)
    monkeypatch.setattr(judge_calibration, "GOLD", tmp_path)
    return rows


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Path, Assistant]:
    folder = tmp_path_factory.mktemp("judge")
    assistant = sample_assistant(folder)
    return sample_run(assistant, folder / "run"), folder / "run", assistant


@pytest.fixture
def run_folder(stored: tuple[Run, Path, Assistant], tmp_path: Path) -> Path:
    """A copy of the finished run."""
    folder = tmp_path / "run"
    folder.mkdir()
    for path in stored[1].iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs the command with the model of a server, or with none."""

    def invoke(server: Script | None, *arguments: object) -> Result:
        given = {"CHUANCE_HOME": str(tmp_path / "home")}
        if server:
            given |= {
                "CHUANCE_LLM_BASE_URL": server.address,
                "CHUANCE_LLM_MODEL": "示例模型",
                "CHUANCE_LLM_STREAM": "0",
            }
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(app, ["judge", *map(str, arguments)])

    return invoke


def test_every_fact_and_every_cited_sentence_is_judged_and_a_crash_states_nothing(
    stored: tuple[Run, Path, Assistant], run_folder: Path, command: Callable[..., Result]
) -> None:
    run = stored[0]
    items = items_of(run, OURS)
    silent = [one for one in items if not one.text]
    with scripted(says(lambda parts: YES)) as server:
        told = json.loads(command(server, run_folder, "--json").stdout)

    facts = sum(len(case.facts) for case in run.cases)
    assert silent
    assert told["fact"]["yes"]["total"] == facts == sum(told["fact"]["counts"].values())
    assert told["fact"]["counts"][NO] == sum(one.kind == "fact" for one in silent)
    assert len(server.requests) == 3 * len({one.key for one in items if one.text})
    assert told["calibration"] is None


def test_errors_of_a_run_are_counted_and_shown(
    stored: tuple[Run, Path, Assistant], run_folder: Path, command: Callable[..., Result]
) -> None:
    with scripted("不是 JSON") as server:
        told = json.loads(command(server, run_folder, "--json").stdout)
    found = json.loads((run_folder / "judge.json").read_text(encoding="utf8"))
    made = report(stored[0], stored[2].library.current(), extras={"judge": found})

    silent = sum(not one.text for one in items_of(stored[0], OURS) if one.kind == "fact")
    assert told["fact"]["counts"] == {
        YES: 0,
        NO: silent,
        UNSURE: 0,
        ERROR: told["fact"]["yes"]["total"] - silent,
    }
    page = report_html(made)
    assert "模型评卷" in page
    assert "没有校准过" in page
    assert "judge_error" in page


def test_verdicts_of_two_judges_do_not_mix(
    run_folder: Path, command: Callable[..., Result], tmp_path: Path
) -> None:
    with scripted(says(lambda parts: YES)) as server:
        assert command(server, run_folder).exit_code == 0
        path = judge_file(run_folder, OURS)
        path.write_text(path.read_text(encoding="utf8").replace("示例模型", "另一个模型"), encoding="utf8")
        told = command(server, run_folder)
        assert (told.exit_code, "另一个模型或另一版提示词" in told.stderr) == (2, True)
        path.write_text("{}\n", encoding="utf8")
        told = command(server, run_folder)
    assert (told.exit_code, "已损坏" in told.stderr) == (2, True)


def test_the_calibration_of_the_same_judge_stands_beside_its_verdicts(
    stored: tuple[Run, Path, Assistant],
    run_folder: Path,
    command: Callable[..., Result],
    labels: list[dict[str, Any]],
) -> None:
    known = truthful(labels)

    def verdict(parts: Parts) -> str:
        try:
            return known(parts)
        except StopIteration:
            return NO

    with scripted(says(verdict)) as server:
        told = command(server, "--calibrate")
        assert told.exit_code == 0, told.output
        assert "特异度" in told.stdout
        assert "与读者不同的 0 条" in told.stdout
        asked = len(server.requests)
        assert json.loads(command(server, "--calibrate", "--json").stdout)["disagreements"] == []
        assert len(server.requests) == asked
        assert command(server, run_folder).exit_code == 0
    found = json.loads((run_folder / "judge.json").read_text(encoding="utf8"))

    assert found["calibration"]["specificity"]["hits"] == 5
    made = report(stored[0], stored[2].library.current(), extras={"judge": found})
    assert "与 10 条逐条读过的标注相比" in report_html(made)
    assert found["judged"][0]["disagreements"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("run",), "CHUANCE_LLM_BASE_URL"), (("--calibrate",), "CHUANCE_LLM_BASE_URL"), ((), "--calibrate")],
)
def test_without_a_model_it_says_what_to_set(
    arguments: tuple[str, ...], said: str, command: Callable[..., Result]
) -> None:
    told = command(None, *arguments)

    assert told.exit_code == 2
    assert said in told.stderr


def test_a_model_that_is_down_ends_the_command_with_how_to_go_on(
    run_folder: Path, command: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judge_store, "STOP_AFTER", 2)
    with scripted(fault="401") as server:
        told = command(server, run_folder)

    assert told.exit_code == 2
    assert "密钥" in told.stderr
    assert "接着评" in told.stderr


def test_of_the_held_out_split_only_totals_are_told(run_folder: Path, command: Callable[..., Result]) -> None:
    with scripted(says(lambda parts: NO)) as server:
        shown = json.loads(command(server, run_folder, "--json").stdout)
        header = run_folder / "run.json"
        header.write_text(header.read_text(encoding="utf8").replace('"dev"', '"test"'), encoding="utf8")
        hidden = json.loads(command(server, run_folder, "--json").stdout)

    assert shown["disagreements"]
    assert not hidden["disagreements"]
    assert hidden["fact"] == shown["fact"]


def test_a_sample_takes_whole_questions_and_a_system_must_be_there(
    stored: tuple[Run, Path, Assistant],
) -> None:
    run = stored[0]
    items = items_of(run, OURS, sample=2)

    assert {one.case for one in items} <= {case.id for case in run.cases}
    assert len({one.case for one in items}) <= 2
    assert items == items_of(run, OURS, sample=2)
    with pytest.raises(InputError, match="没有第 99 个系统"):
        items_of(run, 99)


def test_a_sentence_is_judged_against_all_that_it_cites() -> None:
    twice = Answer("示例", "answered", "到 2026 年，占比达到 35%[1][2]。没有引用的一句。另一句[9]。")
    first, second = (
        replace(CITED, marker=marker, quote=quote)
        for marker, quote in ((1, "占比达到 35%"), (2, "到 2026 年"))
    )
    found = list(cited_sentences(replace(twice, citations=(first, second))))

    assert [sentence for sentence, _ in found] == ["到 2026 年，占比达到 35%。", "另一句。"]
    assert found[0][1].count("\n") == 1
    assert "占比达到 35%" in found[0][1]
    assert "到 2026 年" in found[0][1]
    assert found[1][1] == ""
    assert fact_claim("多少", ("35%", "三成半")) == "问题：多少\n应答出：35%（或：三成半，有一个就算）"


def test_a_damaged_file_of_verdicts_is_told(stored: tuple[Run, Path, Assistant]) -> None:
    with pytest.raises(InputError, match=r"judge\.json"):
        report(stored[0], stored[2].library.current(), extras={"judge": {"model": "示例"}})


def test_systems_of_one_judge_stand_side_by_side(tmp_path: Path) -> None:
    judge = Judge(Settings(llm_base_url="http://127.0.0.1:1/v1", llm_model="示例模型"))
    other = Judge(Settings(llm_base_url="http://127.0.0.1:1/v1", llm_model="另例模型"))

    def systems() -> list[int]:
        return [
            one["system"]
            for one in json.loads((tmp_path / "judge.json").read_text(encoding="utf8"))["judged"]
        ]

    for number in (1, 0, 1):
        write_judge_json(tmp_path, judge, {"system": number}, None)
    assert systems() == [0, 1]
    write_judge_json(tmp_path, other, {"system": 2}, None)
    assert systems() == [2]
