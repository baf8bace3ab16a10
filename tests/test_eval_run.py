"""Every question is in the denominators, whatever became of it, and every system meets the same scorer."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from eval.__main__ import app
from eval.metrics import Score
from eval.run import OURS, Result, by, failing_in, run, run_one, summary, write
from eval.statistics import Share
from rag.assistant import Assistant
from rag.errors import InputError, ModelError
from rag.settings import Settings
from rag.types import Answer
from tests.eval_sample import CASE
from tests.sample import NOTICE, assistant_for

REFUSED = replace(
    CASE, id="示例-2", question="红烧肉怎么做", category="unanswerable", style="lay", expect="refuse",
    facts=(), gold_clauses=(), evidence=(),
)  # fmt: skip
GOOD = Score(
    id="示例-1", category="figure", style="staff", expect="answer", strict=True, facts=True, first_clause=True,
    all_clauses=True, items=None, answered=True, declined=False, failed=False, cited=1, cited_gold=1, slots=1,
    slots_cited=1, unsupported=0, false_quotes=0, length=20, elapsed_ms=10.0,
)  # fmt: skip


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return assistant_for(tmp_path_factory.mktemp("run"), 示例=NOTICE)


@pytest.fixture(scope="module")
def results(sample: Assistant) -> dict[str, Result]:
    return {result.system: result for result in run(sample, [CASE, REFUSED])}


def test_six_systems_answer_the_same_questions(results: dict[str, Result]) -> None:
    assert len(results) == 6
    assert all(len(result.scores) == len(result.answers) == 2 for result in results.values())
    assert all(result.problems == {} for result in results.values())
    assert summary(results[OURS].scores)["strict"] == Share(2, 2)
    assert summary(results["一律拒答"].scores)["strict"] == Share(1, 2)
    assert summary(results["普通 LangChain 流程"].scores)["declined_unanswerable"] == Share(0, 1)


def test_an_exception_is_wrong_counted_timed_and_named(sample: Assistant) -> None:
    def failing(question: str) -> Answer:
        if question == CASE.question:
            raise KeyError(question)
        return Answer(question, "refused", "未找到。")

    result = run_one("示例系统", failing, [CASE, REFUSED], sample.library.current())
    measures = summary(result.scores)

    assert (measures["strict"], measures["exceptions"]) == (Share(1, 2), 1)
    assert (measures["facts"], measures["citation_recall"]) == (Share(0, 1), 0.0)
    assert (result.answers["示例-1"], result.problems) == (None, {"示例-1": repr(KeyError(CASE.question))})
    assert result.scores[0].elapsed_ms > 0


def test_an_answer_without_a_citation_has_precision_zero_and_is_not_left_out() -> None:
    bare = replace(GOOD, cited=0, cited_gold=0, slots_cited=0)
    half = replace(GOOD, cited=2, cited_gold=1)

    measures = summary([GOOD, bare, half, half])
    assert (measures["citation_precision"], measures["citation_recall"]) == (0.5, 0.75)


def test_a_declined_question_lowers_recall_and_not_precision() -> None:
    declined = replace(GOOD, answered=False, declined=True, cited=0, cited_gold=0, slots_cited=0)

    measures = summary([GOOD, declined])
    assert (measures["citation_precision"], measures["citation_recall"]) == (1.0, 0.5)
    assert (measures["declined_answerable"], measures["declined_unanswerable"]) == (Share(1, 2), Share(0, 0))


def test_corrected_premises_count_among_the_unanswerable_and_items_where_gold_names_them() -> None:
    premise = replace(GOOD, expect="correct_premise", answered=False, declined=True)
    item, wrong = replace(GOOD, items=True), replace(GOOD, items=False)

    measures = summary([GOOD, premise, item, wrong])
    assert (measures["declined_unanswerable"], measures["items"]) == (Share(1, 1), Share(1, 2))


def test_groups_have_their_own_denominators() -> None:
    scores = [GOOD, replace(GOOD, strict=False), replace(GOOD, category="list", style="lay")]

    assert by(scores, "category") == {"figure": Share(1, 2), "list": Share(1, 1)}
    assert by(scores, "style") == {"staff": Share(1, 2), "lay": Share(1, 1)}


def test_nothing_to_measure_is_not_zero() -> None:
    measures = summary([])

    assert (measures["citation_precision"], measures["median_ms"], str(measures["strict"])) == (
        None,
        None,
        "–",
    )


def test_without_an_embedding_model_there_is_no_comparison_but_there_are_scores(sample: Assistant) -> None:
    keyword_only = Assistant(sample.library, None)

    with pytest.raises(ModelError, match="CHUANCE_EMBEDDING_MODEL"):
        run(keyword_only, [CASE])
    assert [result.system for result in run(keyword_only, [CASE], baselines=False)] == [OURS]


def test_answers_and_scores_are_stored_apart_and_failures_can_be_asked_again(
    results: dict[str, Result], tmp_path: Path
) -> None:
    write([results["一律拒答"]], tmp_path / "out")
    answers, scores = (read(tmp_path / "out" / f"{name}-0.jsonl") for name in ("answers", "scores"))

    assert [(row["id"], row["status"], row["problem"]) for row in answers] == [
        ("示例-1", "refused", None),
        ("示例-2", "refused", None),
    ]
    assert [(row["system"], row["id"], row["strict"]) for row in scores] == [
        ("一律拒答", "示例-1", False),
        ("一律拒答", "示例-2", True),
    ]
    assert failing_in(tmp_path / "out" / "scores-0.jsonl") == {"示例-1"}


@pytest.mark.parametrize("text", ['{"id": "示例-1"}', "没有", "[1]"])
def test_what_is_no_scores_file_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "scores-0.jsonl").write_text(text, encoding="utf8")

    with pytest.raises(InputError, match="不是以前评测写下的得分文件"):
        failing_in(tmp_path / "scores-0.jsonl")


@pytest.fixture
def home(built_index: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUANCE_HOME", str(built_index.home))


def test_the_command_prints_json_and_asks_failures_again(home: None, tmp_path: Path) -> None:
    chosen = ["run", "--no-baselines", "--category", "where", "--json", "--out", str(tmp_path)]
    first = CliRunner().invoke(app, chosen)
    measures = json.loads(first.stdout)

    assert (first.exit_code, measures["split"]) == (0, "dev")
    assert measures[OURS]["strict"]["total"] == measures[OURS]["category"]["where"]["total"] == 14
    again = CliRunner().invoke(app, [*chosen, "--only-failing", str(tmp_path / "scores-0.jsonl")])
    failing = measures[OURS]["strict"]["total"] - measures[OURS]["strict"]["hits"]
    assert (
        (again.exit_code == 2)
        if not failing
        else json.loads(again.stdout)[OURS]["strict"]["total"] == failing
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--category", "riddle"], "没有 'riddle' 这个类别"),
        (["--split", "train"], "找不到金标文件 train.jsonl"),
        (["--split", "test", "--show-failing"], "留出集只看总分"),
        (["--only-failing", "没有这个文件"], "不是以前评测写下的得分文件"),
    ],
)
def test_what_cannot_be_evaluated_says_why_and_exits_2(
    home: None, arguments: list[str], message: str
) -> None:
    finished = CliRunner().invoke(app, ["run", *arguments])

    assert (finished.exit_code, message in finished.stderr) == (2, True)


def test_lint_passes_the_shipped_gold_and_counts_it(home: None) -> None:
    finished = CliRunner().invoke(app, ["lint"])

    assert (finished.exit_code, "747 题，0 处问题。" in finished.stdout) == (0, True)


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf8").splitlines()]
