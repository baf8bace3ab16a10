"""The command line keeps its contract: JSON, batches, exit codes, one-line errors in Chinese."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from rag.__main__ import app
from rag.settings import Settings


@pytest.fixture
def invoke(built_index: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHUANCE_HOME", str(built_index.home))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, arguments)

    return run


def test_an_answer_as_json(invoke) -> None:
    result = invoke("ask", "数字经济的目标是什么", "--json")
    answer = json.loads(result.stdout)

    assert (result.exit_code, answer["status"], answer["citations"][0]["clause"]) == (0, "answered", "（三）")
    assert "45%" in answer["answer"]


def test_a_refusal_exits_with_one(invoke) -> None:
    result = invoke("ask", "技改补贴最高多少万元")

    assert (result.exit_code, "未找到" in result.stdout) == (1, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask", ""),
        ("ask",),
        ("ask", "数字经济", "--policy", "没有"),
        ("ask", "--batch", "没有.jsonl", "--out", "x"),
    ],
)
def test_bad_input_exits_with_two(invoke, arguments: tuple[str, ...]) -> None:
    assert invoke(*arguments).exit_code == 2


def test_a_batch_answers_every_line_and_names_the_bad_one(invoke, tmp_path: Path) -> None:
    questions, answers = tmp_path / "q.jsonl", tmp_path / "a.jsonl"
    questions.write_text(
        '{"id": 7, "question": "第三条讲什么"}\n不是 JSON\n\n{"id": "b", "question": ""}\n', encoding="utf8"
    )
    result = invoke("ask", "--batch", str(questions), "--out", str(answers))
    rows = [json.loads(line) for line in answers.read_text(encoding="utf8").splitlines()]

    assert result.exit_code == 0
    assert [(row["id"], row["status"]) for row in rows] == [(7, "answered"), (None, "error"), ("b", "error")]
    assert "第 2 行" in rows[1]["answer"]


def test_search_lists_clauses(invoke) -> None:
    rows = json.loads(invoke("search", "氢能", "--json").stdout)

    assert {row["clause"] for row in rows} >= {"（四）", "（七）"}
    assert all(row["quote"] for row in rows)


@pytest.mark.parametrize("name", ["（三）", "第三条", "3条", "sc-2023-decision#（三）"])
def test_show_prints_a_clause_however_it_is_named(invoke, name: str) -> None:
    result = invoke("show", "sc-2023-decision", name if name != "3条" else "第3条", "--json")

    assert json.loads(result.stdout)["heading"] == "发展目标"


def test_showing_a_clause_with_items_prints_them(invoke) -> None:
    assert "医药健康产业" in invoke("show", "sc-2023-decision", "（四）").stdout


def test_a_clause_that_does_not_exist_is_answered_with_the_range(invoke) -> None:
    result = invoke("show", "sc-2023-decision", "（九十）")

    assert result.exit_code == 2
    assert "（一） 至 （十八）" in result.stderr


def test_without_an_index_the_message_says_what_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHUANCE_HOME", str(tmp_path))
    result = CliRunner().invoke(app, ["ask", "数字经济"])

    assert result.exit_code == 1
    assert "python -m ingest" in result.stderr
    assert "Traceback" not in result.stderr


def test_an_unknown_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUANCE_MODLE", "x")

    assert CliRunner().invoke(app, ["ask", "数字经济"]).exit_code == 2
