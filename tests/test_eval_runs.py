"""A run folder gives back what was written, and is refused when it is damaged, unfinished or of another kind."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from eval.chosen import Options
from eval.run import run
from eval.runs import (
    Run,
    StoredAnswer,
    answer_from_json,
    corpus_fingerprint,
    read_answers,
    read_run,
    scored,
    stored_from_json,
    stored_to_json,
    write_run,
)
from eval.score import score_run
from rag.assistant import Assistant
from rag.errors import InputError
from rag.present import answer_to_json
from tests.eval_sample import CASE, UNANSWERED, put_gold
from tests.sample import NOTICE, assistant_for


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return assistant_for(tmp_path_factory.mktemp("runs"), 示例=NOTICE)


@pytest.fixture(scope="module")
def finished(sample: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("finished")
    return run(sample, [CASE, UNANSWERED], Options(baselines=False), folder)


def test_what_is_written_is_read_back(finished: Run, tmp_path: Path) -> None:
    failed = StoredAnswer(None, "KeyError('示例')", 3.5)
    with_failure = replace(finished, answers=[{**finished.answers[0], "示例-2": failed}])
    write_run(with_failure, tmp_path / "run")

    assert read_run(tmp_path / "run") == with_failure


def test_an_answer_is_stored_as_the_contract_has_it_and_comes_back_whole(finished: Run) -> None:
    for name, stored in finished.answers[0].items():
        assert stored.answer is not None
        row = json.loads(json.dumps(stored_to_json(name, stored)))

        assert stored_from_json(row) == stored
        assert answer_to_json(answer_from_json(row)) == answer_to_json(stored.answer)
        assert (row["id"], row["problem"]) == (name, None)
    assert any(stored.answer and stored.answer.citations for stored in finished.answers[0].values())
    assert any(stored.answer and stored.answer.nearest for stored in finished.answers[0].values())
    assert finished.answers[0]["示例-1"].ranked[0] == "示例#（一）"


def cut_off(folder: Path) -> None:
    path = folder / "answers-0.jsonl"
    path.write_text(path.read_text(encoding="utf8")[:-30], encoding="utf8")


def without(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def garbled(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_text("没有\n", encoding="utf8")


def of_format(number: int) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        fields = json.loads((folder / "run.json").read_text(encoding="utf8"))
        (folder / "run.json").write_text(json.dumps({**fields, "format": number}), encoding="utf8")

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (cut_off, "没有做完"),
        (without("answers-0.jsonl"), "没有做完"),
        (without("scores-0.jsonl"), "没有做完"),
        (without("run.json"), "不是评测写下的文件夹"),
        (garbled("run.json"), "不是评测写下的文件夹"),
        (garbled("cases.jsonl"), "不是评测写下的文件夹"),
        (garbled("answers-0.jsonl"), "不是评测写下的文件夹"),
        (garbled("scores-0.jsonl"), "不是评测写下的文件夹"),
        (of_format(99), "另一个版本"),
    ],
)
def test_a_folder_without_a_whole_run_is_refused(
    finished: Run, tmp_path: Path, change: Callable[[Path], None], message: str
) -> None:
    write_run(finished, tmp_path)
    change(tmp_path)

    with pytest.raises(InputError, match=message):
        read_run(tmp_path)


def test_answers_can_be_read_of_a_run_that_was_stopped(finished: Run, tmp_path: Path) -> None:
    write_run(finished, tmp_path)
    cut_off(tmp_path)
    stopped = read_answers(tmp_path)

    assert (set(stopped.answers[0]), stopped.complete, stopped.scores) == ({"示例-1"}, False, [])


def test_the_fingerprint_is_of_the_texts_and_their_ids_alone(tmp_path: Path) -> None:
    texts = {"甲": NOTICE, "乙": "示例办法\n\n第一条　适用本办法。\n"}
    changed = {**texts, "乙": texts["乙"].replace("适用", "遵守")}
    swapped = {"甲": texts["乙"], "乙": NOTICE}
    prints = [
        corpus_fingerprint(assistant_for(tmp_path / str(number), **its).library.current())
        for number, its in enumerate((texts, dict(reversed(texts.items())), changed, swapped))
    ]

    assert prints[0] == prints[1]
    assert len(set(prints)) == 3


def test_scores_come_from_the_answers_alone(finished: Run, sample: Assistant) -> None:
    build = sample.library.current()
    refused = replace(finished.answers[0]["示例-2"], elapsed_ms=7.0)
    swapped = replace(finished, answers=[{**finished.answers[0], "示例-1": refused}])
    scores = scored(swapped, build).scores[0]

    assert scored(finished, build) == finished
    assert (finished.scores[0]["示例-1"].strict, scores["示例-1"].strict) == (True, False)
    assert scores["示例-1"].elapsed_ms == 7.0


def test_scoring_again_writes_scores_and_asks_nothing(
    finished: Run, sample: Assistant, tmp_path: Path
) -> None:
    write_run(finished, tmp_path)
    (tmp_path / "scores-0.jsonl").write_text("从前的得分\n", encoding="utf8")

    assert score_run(tmp_path, sample.library.current()) == finished
    assert read_run(tmp_path) == finished


def test_scoring_by_the_current_gold_keeps_the_question_and_takes_the_rest(
    finished: Run, sample: Assistant, tmp_path: Path
) -> None:
    gold = tmp_path / "gold"
    gold.mkdir()
    write_run(finished, tmp_path / "run")
    put_gold(gold, [replace(CASE, facts=(("36%",),)), UNANSWERED])
    again = score_run(tmp_path / "run", sample.library.current(), current_gold=True, gold=gold)

    assert (again.scores[0]["示例-1"].facts, again.scores[0]["示例-1"].strict) == (False, False)
    assert read_run(tmp_path / "run").cases[0].facts == (("36%",),)
    put_gold(gold, [replace(CASE, question="另一个问题"), UNANSWERED])
    with pytest.raises(InputError, match="现在的金标里没有 示例-1"):
        score_run(tmp_path / "run", sample.library.current(), current_gold=True, gold=gold)


def test_answers_are_not_scored_against_other_texts(finished: Run, sample: Assistant, tmp_path: Path) -> None:
    other = replace(finished, header=replace(finished.header, corpus="别的文件"))
    write_run(other, tmp_path)

    with pytest.raises(InputError, match="索引里的文件与"):
        score_run(tmp_path, sample.library.current())
    assert score_run(tmp_path, sample.library.current(), anyway=True).scores == finished.scores


def test_an_unfinished_run_is_not_scored(finished: Run, sample: Assistant, tmp_path: Path) -> None:
    write_run(finished, tmp_path)
    cut_off(tmp_path)

    with pytest.raises(InputError, match="--resume"):
        score_run(tmp_path, sample.library.current())
