"""The gate lets the program as it is through, sees damage and does not mind what harms nobody."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.testing import CliRunner, Result

from eval.__main__ import app
from eval.baseline import read_baseline, scored_on, write_baseline
from eval.cases import read_split
from eval.chosen import Options
from eval.gate import GateReport, judge, read_must_pass
from eval.lint_files import lint_problems
from eval.run import run
from eval.runs import OURS, Run, write_run
from rag.assistant import Assistant
from rag.builds import Build
from rag.errors import InputError
from rag.settings import Settings
from tests import eval_changes
from tests.eval_changes import Change, changed, sampled, with_answer

SAMPLE = 200
MUST_PASS = read_must_pass()


class Fresh(NamedTuple):
    """The must-pass set and a sample, asked now of the whole corpus on the day of the baseline."""

    run: Run
    build: Build
    settings: Settings
    folder: Path


@pytest.fixture(scope="module")
def baseline() -> Run:
    return read_baseline()


@pytest.fixture(scope="module")
def fresh(whole_index: Settings, tmp_path_factory: pytest.TempPathFactory, baseline: Run) -> Fresh:
    folder = tmp_path_factory.mktemp("gate")
    assistant = Assistant.open(whole_index)
    day = date.fromisoformat(baseline.header.created[:10])
    asked = run(
        assistant, sampled(MUST_PASS, SAMPLE, day), Options(related=True, baselines=False), folder / "run"
    )
    return Fresh(asked, assistant.library.current(), whole_index, folder / "run")


def judged(run: Run, fresh: Fresh, baseline: Run | None) -> GateReport:
    return judge(run, fresh.build, MUST_PASS, [], baseline)


def failing(report: GateReport) -> set[str]:
    return {check.name for check in report.checks if not check.passed}


def test_the_program_as_it_is_passes(fresh: Fresh, baseline: Run) -> None:
    report = judge(fresh.run, fresh.build, MUST_PASS, lint_problems(fresh.build), baseline)

    assert {check.name: check.found for check in report.checks if not check.passed} == {}
    assert report.comparison is not None
    assert report.comparison.asked >= SAMPLE


@pytest.mark.parametrize(
    ("damage", "every", "seen"),
    [
        (eval_changes.figure_altered, 20, {"无据的数字和条号"}),
        (eval_changes.clause_shifted, 20, {"错位的引文"}),
        (eval_changes.refusing, 3, {"不比基准差", "必过题"}),
        (eval_changes.dumping, 10, {"不比基准差"}),
        (eval_changes.crashing, 40, {"异常"}),
    ],
)
def test_damage_is_seen(fresh: Fresh, baseline: Run, damage: Change, every: int, seen: set[str]) -> None:
    report = judged(changed(fresh.run, fresh.build, damage, every), fresh, baseline)

    assert seen <= failing(report)


@pytest.mark.parametrize("refactoring", eval_changes.HARMLESS)
def test_what_harms_nobody_passes(fresh: Fresh, baseline: Run, refactoring: Change) -> None:
    run = changed(fresh.run, fresh.build, refactoring)

    assert run.answers != fresh.run.answers
    assert failing(judged(run, fresh, baseline)) == set()


def test_a_damaged_gold_record_or_a_failed_must_pass_question_stops_it(fresh: Fresh) -> None:
    report = judge(fresh.run, fresh.build, MUST_PASS, ["dev-001：编号重复。"], None)
    assert (failing(report), report.passed) == ({"金标检查"}, False)
    assert report.comparison is None

    only_one = with_answer(
        fresh.run, MUST_PASS[0], lambda stored: replace(stored, answer=None, problem="KeyError()")
    )
    assert failing(judged(only_one, fresh, None)) == {"必过题", "异常"}


def test_a_loss_within_the_margin_passes_and_one_beyond_it_does_not(fresh: Fresh, baseline: Run) -> None:
    def broken(count: int) -> GateReport:
        scores = fresh.run.scores[OURS]
        names = [name for name, its in scores.items() if its.strict and its.expect == "answer"]
        answers = dict(fresh.run.answers[OURS])
        for name in [name for name in names if name not in MUST_PASS][:: len(names) // 12][:count]:
            refused = eval_changes.refusing(answers[name].answer, fresh.build)
            answers[name] = replace(answers[name], answer=refused)
        return judged(replace(fresh.run, answers=[answers]), fresh, baseline)

    assert failing(broken(1)) == set()
    assert failing(broken(10)) == {"不比基准差"}


def test_a_category_that_falls_is_seen_although_the_whole_stays_within_the_margin(
    fresh: Fresh, baseline: Run
) -> None:
    # The baseline knew one category and got eight others wrong that are right now.
    scores = fresh.run.scores[OURS]
    others = [name for name, its in scores.items() if its.category == "unanswerable" and its.strict]
    of_one = [name for name, its in scores.items() if its.category == "related" and its.strict]
    wrong, right = dict(baseline.answers[OURS]), dict(fresh.run.answers[OURS])
    for name in [name for name in others if name not in MUST_PASS][:20]:
        said = replace(wrong[name].answer, status="answered")
        wrong[name] = replace(wrong[name], answer=said)
    for name in [name for name in of_one if name not in MUST_PASS][:20]:
        right[name] = replace(right[name], answer=eval_changes.refusing(right[name].answer, fresh.build))
    report = judged(replace(fresh.run, answers=[right]), fresh, replace(baseline, answers=[wrong]))

    assert "各类别" in failing(report)
    assert next(check.found for check in report.checks if check.name == "各类别").startswith(
        "明显变差：related -"
    )


def test_what_cannot_be_judged_is_not_judged(fresh: Fresh, baseline: Run) -> None:
    other = replace(fresh.run, header=replace(fresh.run.header, corpus="别的指纹"))
    without = replace(
        fresh.run,
        answers=[{name: its for name, its in fresh.run.answers[OURS].items() if name != MUST_PASS[0]}],
    )

    with pytest.raises(InputError, match="不是现在索引里的文件"):
        judged(other, fresh, baseline)
    with pytest.raises(InputError, match=MUST_PASS[0]):
        judged(without, fresh, baseline)
    with pytest.raises(InputError, match="--rebaseline"):
        judged(fresh.run, fresh, replace(baseline, header=other.header))
    with pytest.raises(InputError, match="没有相同的题"):
        judged(fresh.run, fresh, replace(baseline, answers=[{}]))


def test_the_baseline_is_scored_by_the_gold_of_now_and_only_where_the_question_is_the_same(
    fresh: Fresh,
) -> None:
    first, second = fresh.run.cases[:2]
    stricter = replace(first, facts=(*first.facts, ("没有这样的事实",)))
    reworded = replace(second, question=f"{second.question}呢")

    scored = scored_on(replace(fresh.run, cases=()), [stricter, reworded], fresh.build)
    assert list(scored.scores[OURS]) == [first.id]
    assert not scored.scores[OURS][first.id].facts


def test_a_written_baseline_gives_the_same_scores_and_tells_why_it_was_written(
    fresh: Fresh, tmp_path: Path
) -> None:
    folder = tmp_path / "baseline"
    write_baseline(fresh.run, "示例原因一", folder)
    write_baseline(fresh.run, " 示例原因二 ", folder)
    again = scored_on(read_baseline(folder), fresh.run.cases, fresh.build)

    kept = {name: replace(its, elapsed_ms=0.0) for name, its in again.scores[OURS].items()}
    assert kept == {name: replace(its, elapsed_ms=0.0) for name, its in fresh.run.scores[OURS].items()}
    history = again.header.options["rebaselined"]
    assert [one["reason"] for one in history] == ["示例原因一", "示例原因二"]
    assert history[0]["corpus"] == fresh.run.header.corpus
    assert failing(judged(fresh.run, fresh, read_baseline(folder))) == set()
    with pytest.raises(InputError, match="为什么"):
        write_baseline(fresh.run, " ", folder)


@pytest.mark.parametrize(("text", "message"), [(None, "找不到"), ("# 说明\n\n", "是空的")])
def test_a_must_pass_set_without_a_question_is_refused(
    tmp_path: Path, text: str | None, message: str
) -> None:
    if text is not None:
        (tmp_path / "must_pass.txt").write_text(text, encoding="utf8")

    with pytest.raises(InputError, match=message):
        read_must_pass(tmp_path / "must_pass.txt")


def test_the_must_pass_set_has_every_category_of_which_the_baseline_got_one_right(
    fresh: Fresh, baseline: Run
) -> None:
    cases = {case.id: case for case in read_split("dev", related=True)}
    scores = scored_on(baseline, list(cases.values()), fresh.build).scores[OURS]

    assert len(set(MUST_PASS)) == len(MUST_PASS) >= 30
    assert all(scores[name].strict for name in MUST_PASS)
    assert {its.category for its in scores.values() if its.strict} == {
        cases[name].category for name in MUST_PASS
    }


def gate(fresh: Fresh, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    monkeypatch.setenv("CHUANCE_HOME", str(fresh.settings.home))
    return CliRunner().invoke(app, ["gate", *arguments])


def test_the_command_exits_0_when_all_holds_and_1_with_what_broke_when_not(
    fresh: Fresh, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    passed = gate(fresh, monkeypatch, str(fresh.folder))
    assert (passed.exit_code, "没有通过" in passed.stdout) == (0, False)

    write_run(changed(fresh.run, fresh.build, eval_changes.refusing, 3), tmp_path / "run")
    refused = gate(fresh, monkeypatch, str(tmp_path / "run"))
    assert (refused.exit_code, "没有通过。" in refused.stdout, "弄坏" in refused.stdout) == (1, True, True)


def test_the_command_exits_2_and_says_what_to_do_when_it_cannot_judge(
    fresh: Fresh, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for arguments, message in (
        ([str(tmp_path / "没有")], "不是评测写下的文件夹"),
        ([str(fresh.folder), "--rebaseline", "示例原因"], "基准要包括 dev 的全部题"),
        ([str(fresh.folder), "--baseline", str(tmp_path / "没有")], "没有基准"),
    ):
        finished = gate(fresh, monkeypatch, *arguments)
        assert (finished.exit_code, message in finished.stderr) == (2, True)
