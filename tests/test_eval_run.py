"""Every question is asked of every system and in every denominator, and a run that was stopped goes on."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eval.cases import Case
from eval.chosen import Options, chosen_cases, failing_in
from eval.run import ask_all, resume, run
from eval.runs import OURS, Run, corpus_fingerprint, read_run, score_all, write_run
from eval.show import failing_lines, run_json, run_tables
from eval.summary import summary
from eval.systems import ORACLE, Answered, systems
from rag.assistant import Assistant
from rag.errors import InputError, ModelError
from rag.types import Answer
from tests.eval_sample import CASE, UNANSWERED, put_gold
from tests.sample import NOTICE, assistant_for

CASES = [CASE, UNANSWERED, replace(CASE, id="示例-3", question="示例规模占比到2026年是多少")]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return assistant_for(tmp_path_factory.mktemp("run"), 示例=NOTICE)


@pytest.fixture(scope="module")
def folder(sample: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of all systems. Shared: read it, or copy it."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    run(sample, CASES, Options(), folder)
    return folder


@pytest.fixture
def stopped(folder: Path, tmp_path: Path) -> Path:
    """The same run, stopped while the third system wrote its second answer."""
    copy = Path(shutil.copytree(folder, tmp_path / "stopped"))
    for path in [*copy.glob("scores-*"), *(copy / f"answers-{number}.jsonl" for number in range(3, 9))]:
        path.unlink()
    (copy / "progress.json").write_text('{"done": 8, "total": 27, "seconds": 100.0}', encoding="utf8")
    path = copy / "answers-2.jsonl"
    first, second, _ = path.read_text(encoding="utf8").splitlines(keepends=True)
    path.write_text(first + second[: len(second) // 2], encoding="utf8")
    return copy


def test_all_systems_answer_the_same_questions(folder: Path) -> None:
    found = read_run(folder)
    shares = {
        name: str(summary(scores.values())["strict"].hits)
        for name, scores in zip(found.header.systems, found.scores, strict=True)
    }

    assert len(shares) == 9
    assert all(set(one) == {case.id for case in CASES} for one in found.answers)
    assert (shares["川策问答"], shares[ORACLE], shares["一律拒答"], shares["随机一条"]) == (
        "3",
        "3",
        "1",
        "0",
    )


def test_the_header_says_what_the_run_was_made_with(folder: Path, sample: Assistant) -> None:
    header, build = read_run(folder).header, sample.library.current()

    assert (header.corpus, header.build_id) == (corpus_fingerprint(build), build.id)
    assert (header.count, header.split, header.options["baselines"]) == (3, "dev", True)
    assert header.seconds > 0
    assert 50 < header.peak_memory_mb < 20_000
    assert "numpy" in header.libraries
    told = json.loads((folder / "progress.json").read_text(encoding="utf8"))
    assert (told["done"], told["total"]) == (27, 27)


def test_progress_is_told_answer_by_answer(sample: Assistant, tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    run(sample, CASES, Options(baselines=False), tmp_path, lambda *one: told.append(one))

    assert told == [(1, 3, "川策问答"), (2, 3, "川策问答"), (3, 3, "川策问答")]


def test_a_stopped_run_goes_on_and_asks_nothing_again(folder: Path, stopped: Path, sample: Assistant) -> None:
    whole, told = read_run(folder), []
    again = resume(sample, stopped, lambda done, total, system: told.append((done, total)))

    assert told == [(number, 27) for number in range(8, 28)]
    assert again == read_run(stopped)
    assert without_times(again) == without_times(whole)
    kept = [again.answers[0], again.answers[1], {"示例-1": again.answers[2]["示例-1"]}]
    assert kept == [whole.answers[0], whole.answers[1], {"示例-1": whole.answers[2]["示例-1"]}]
    assert 100 <= again.header.seconds < 200


@pytest.mark.parametrize("field", ["corpus", "model"])
def test_a_run_of_other_texts_or_another_model_does_not_go_on(
    stopped: Path, sample: Assistant, field: str
) -> None:
    fields = json.loads((stopped / "run.json").read_text(encoding="utf8"))
    (stopped / "run.json").write_text(json.dumps({**fields, field: "别的"}), encoding="utf8")

    with pytest.raises(InputError, match="不能接着做"):
        resume(sample, stopped)


def test_a_run_does_not_overwrite_another(folder: Path, sample: Assistant) -> None:
    before = (folder / "answers-0.jsonl").read_bytes()

    with pytest.raises(InputError, match="已经有一次评测"):
        run(sample, CASES, Options(), folder)
    assert (folder / "answers-0.jsonl").read_bytes() == before


def test_an_exception_is_wrong_counted_timed_and_named(sample: Assistant) -> None:
    def failing(case: Case) -> Answered:
        if case.id == "示例-1":
            raise KeyError(case.question)
        return Answered(Answer(case.question, "refused", "未找到。"))

    stored = ask_all(failing, CASES[:2])
    scores = score_all(CASES[:2], stored, sample.library.current())
    measures = summary(scores.values())

    assert (stored["示例-1"].answer, stored["示例-1"].problem) == (None, repr(KeyError(CASE.question)))
    assert (str(measures["strict"])[:6], measures["exceptions"]) == ("50.0 %", 1)
    assert scores["示例-1"].elapsed_ms > 0


def test_a_question_is_asked_of_its_day(sample: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    original = Assistant.ask
    monkeypatch.setattr(
        Assistant,
        "ask",
        lambda self, *its, **more: asked.append(more["as_of"]) or original(self, *its, **more),
    )
    with systems(sample, baselines=False) as found:
        ask_all(found["川策问答"], [replace(CASE, as_of=date(2024, 1, 1)), CASE])

    assert asked == [date(2024, 1, 1), None]


def test_without_an_embedding_model_there_is_no_comparison_but_there_are_scores(
    sample: Assistant, tmp_path: Path
) -> None:
    keyword_only = Assistant(sample.library, None)

    with pytest.raises(ModelError, match="CHUANCE_EMBEDDING_MODEL"):
        run(keyword_only, [CASE], Options(), tmp_path / "with")
    assert not (tmp_path / "with").exists()
    alone = run(keyword_only, [CASE], Options(baselines=False), tmp_path / "without")
    assert alone.header.systems == ("川策问答",)


def test_a_sample_is_the_same_for_the_same_seed_and_keeps_the_order() -> None:
    every = [case.id for case in chosen_cases(Options())]
    drawn = [[case.id for case in chosen_cases(Options(sample=20, seed=seed))] for seed in (1, 1, 2)]

    assert drawn[0] == drawn[1] != drawn[2]
    assert drawn[0] == [name for name in every if name in set(drawn[0])]
    assert len(drawn[0]) == 20
    assert len(chosen_cases(Options(sample=100_000))) == len(every)


def test_only_what_failed_is_asked_again(folder: Path, tmp_path: Path) -> None:
    whole = read_run(folder)
    wrong = replace(whole.scores[OURS]["示例-3"], strict=False)
    write_run(
        replace(whole, scores=[{**whole.scores[0], "示例-3": wrong}, *whole.scores[1:]]), tmp_path / "run"
    )
    put_gold(tmp_path, CASES)

    assert failing_in(tmp_path / "run") == {"示例-3"}
    asked = chosen_cases(Options(only_failing=str(tmp_path / "run")), tmp_path)
    assert [case.id for case in asked] == ["示例-3"]


def choice(**fields: Any) -> Callable[[Path], Options]:
    return lambda folder: Options(**fields)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (choice(category="riddle"), "没有 'riddle' 这个类别"),
        (choice(category="where"), "没有符合条件的题"),
        (lambda folder: Options(only_failing=str(folder)), "没有符合条件的题"),
        (choice(only_failing="没有这个文件夹"), "不是评测写下的文件夹"),
    ],
)
def test_a_choice_of_nothing_says_why(
    folder: Path, tmp_path: Path, options: Callable[[Path], Options], message: str
) -> None:
    put_gold(tmp_path, CASES)

    with pytest.raises(InputError, match=message):
        chosen_cases(options(folder), tmp_path)


def test_what_is_shown_names_every_system_and_what_failed(folder: Path) -> None:
    found = read_run(folder)
    wrong = replace(found.scores[OURS]["示例-3"], strict=False, facts=False)
    spoilt = replace(found, scores=[{**found.scores[OURS], "示例-3": wrong}, *found.scores[1:]])

    told = run_json(found)
    assert set(found.header.systems) <= told.keys()
    assert told["川策问答"]["strict"]["total"] == told["川策问答"]["category"]["figure"]["total"] + 1 == 3
    assert all(table.row_count for table in run_tables(found))
    assert failing_lines(found) == []
    assert failing_lines(spoilt)[0].startswith("示例-3 figure 首条对 事实缺：")


def without_times(found: Run) -> Any:
    """What two runs have in common when they answer the same."""
    answers = [
        {
            name: (one.answer and replace(one.answer, elapsed_ms=0), one.problem, one.ranked)
            for name, one in its.items()
        }
        for its in found.answers
    ]
    scores = [{name: replace(one, elapsed_ms=0) for name, one in its.items()} for its in found.scores]
    return found.cases, answers, scores
