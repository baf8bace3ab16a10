"""`python -m eval run` and `score`: what they print, where they put it, and with which code they end."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from eval.__main__ import app
from eval.runs import read_run
from eval.systems import OURS
from rag.settings import Settings


@pytest.fixture(autouse=True)
def home(built_index: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHUANCE_HOME", str(built_index.home))
    return built_index.home


def invoke(*arguments: Any) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def test_a_run_prints_json_and_can_be_asked_again_and_scored_again(tmp_path: Path) -> None:
    chosen = ("run", "--no-baselines", "--category", "where", "--json")
    first = invoke(*chosen, "--out", tmp_path / "first")
    told = json.loads(first.stdout)
    failing = told[OURS]["strict"]["total"] - told[OURS]["strict"]["hits"]
    again = invoke(*chosen, "--only-failing", tmp_path / "first", "--out", tmp_path / "again")
    scored = invoke("score", tmp_path / "first", "--json")

    assert (first.exit_code, told["split"], told["folder"]) == (0, "dev", str(tmp_path / "first"))
    assert told[OURS]["strict"]["total"] == told[OURS]["category"]["where"]["total"] >= 14
    assert again.exit_code == (0 if failing else 2)
    assert not failing or json.loads(again.stdout)[OURS]["strict"]["total"] == failing
    assert (scored.exit_code, json.loads(scored.stdout)) == (0, told)


def test_a_run_that_nobody_names_a_folder_for_lies_in_the_data_folder(home: Path) -> None:
    finished = invoke("run", "--sample", 5, "--seed", 3, "--show-failing")
    folders = sorted((home / "eval").iterdir())

    assert finished.exit_code == 0
    assert "严格准确率" in finished.stdout
    assert str(folders[-1]) in finished.stderr
    assert len(read_run(folders[-1]).cases) == 5


def test_a_run_that_was_stopped_is_finished_by_its_folder_alone(tmp_path: Path) -> None:
    invoke("run", "--no-baselines", "--sample", 4, "--out", tmp_path / "run")
    path = tmp_path / "run" / "answers-0.jsonl"
    path.write_text("".join(path.read_text(encoding="utf8").splitlines(keepends=True)[:2]), encoding="utf8")
    unfinished = invoke("score", tmp_path / "run")
    finished = invoke("run", "--resume", tmp_path / "run", "--json")

    assert (unfinished.exit_code, "--resume" in unfinished.stderr) == (2, True)
    assert (finished.exit_code, json.loads(finished.stdout)["count"]) == (0, 4)
    assert len(read_run(tmp_path / "run").answers[0]) == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--category", "riddle"], "没有 'riddle' 这个类别"),
        (["--split", "train"], "找不到金标文件 train.jsonl"),
        (["--split", "test", "--show-failing"], "留出集只看总分"),
        (["--only-failing", "没有这个文件夹"], "不是评测写下的文件夹"),
        (["--resume", "没有这个文件夹"], "不是评测写下的文件夹"),
        (["--resume", "某次评测", "--category", "where"], "不能再写选题的选项"),
        (["--resume", "某次评测", "--out", "别处"], "不能再写选题的选项"),
    ],
)
def test_what_cannot_be_evaluated_says_why_and_exits_2(arguments: list[str], message: str) -> None:
    finished = invoke("run", *arguments)

    assert (finished.exit_code, message in finished.stderr) == (2, True)


def test_without_an_index_every_command_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHUANCE_HOME", str(tmp_path))

    for arguments in (["run"], ["score", "某次评测"], ["lint"], ["related"], ["match"]):
        finished = invoke(*arguments)
        assert (finished.exit_code, "python -m ingest" in finished.stderr) == (2, True)
