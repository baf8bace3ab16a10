"""Two runs are compared on the same questions, and a difference is called one only when it is."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from eval.compare import Comparison, Difference, compare
from eval.compare_command import points, register, summary_sentence
from eval.metrics import Score
from eval.runs import Run, write_run
from rag.errors import InputError
from tests.eval_runs import RIGHT, WRONG, cases_of, run_of

CASES = cases_of(200)


def wrong_in(first: int, last: int) -> dict[str, Score]:
    """Wrong answers to the questions `first` to `last`."""
    return {f"示例-{number}": WRONG for number in range(first, last)}


def measure(found: Comparison, name: str) -> Difference:
    return next(one for one in found.measures if one.name == name)


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (wrong_in(0, 30), wrong_in(10, 30), "better"),
        (wrong_in(10, 30), wrong_in(0, 30), "worse"),
        (wrong_in(0, 30), wrong_in(0, 30), "undecided"),
        # Four fixed and none broken: p is 0.125.
        (wrong_in(0, 30), wrong_in(4, 30), "undecided"),
        (wrong_in(0, 30), wrong_in(12, 40), "undecided"),
    ],
)
def test_the_verdict_follows_the_questions_that_changed(
    before: dict[str, Score], after: dict[str, Score], verdict: str
) -> None:
    assert compare(run_of(CASES, before), run_of(CASES, after)).strict.verdict == verdict


def test_a_comparison_tells_what_was_fixed_and_broken_and_how_sure_one_is() -> None:
    found = compare(run_of(CASES, wrong_in(0, 30)), run_of(CASES, wrong_in(12, 33)))

    assert found.fixed == tuple(f"示例-{number}" for number in range(12))
    assert found.broken == ("示例-30", "示例-31", "示例-32")
    assert (found.asked, found.discordant) == (200, 15)
    assert (found.strict.first, found.strict.second) == (0.85, 0.895)
    assert found.strict.p == pytest.approx(2 * sum([1, 15, 105, 455]) / 2**15)
    assert found.smallest_detectable == pytest.approx(2.8016 * (15 / 200 / 200) ** 0.5, abs=1e-5)
    assert found.strict.change is not None
    assert found.strict.change.value == 0.045
    assert found.strict.change.low > 0


def test_each_measure_looks_at_its_own_questions() -> None:
    refuse = cases_of(4, expect="refuse", category="unanswerable")
    declined = replace(RIGHT, declined=True, answered=False, fact_recall=None)
    before = run_of(refuse, {case.id: declined for case in refuse})
    after = run_of(refuse, {refuse[0].id: replace(RIGHT, strict=False, fact_recall=None, unsupported=2)})

    found = compare(before, after)
    assert (
        measure(found, "declined_unanswerable").first,
        measure(found, "declined_unanswerable").second,
    ) == (1.0, 0.0)
    assert (measure(found, "declined_answerable").total, measure(found, "declined_answerable").change) == (
        0,
        None,
    )
    assert (measure(found, "unsupported").first, measure(found, "unsupported").second) == (0.0, 0.25)
    assert measure(found, "fact_recall").verdict == "undecided"


def test_less_is_better_where_it_is() -> None:
    refusing = {f"示例-{number}": replace(WRONG, declined=True, answered=False) for number in range(30)}

    found = measure(compare(run_of(CASES, {}), run_of(CASES, refusing)), "declined_answerable")
    assert (found.second, found.verdict) == (0.15, "worse")


def test_only_questions_with_the_same_gold_are_compared_and_the_others_are_counted() -> None:
    changed = [replace(case, facts=(("40%",),)) if case.id == "示例-3" else case for case in CASES]

    found = compare(run_of(CASES[:150], {}), run_of(changed[2:], {}))
    assert (found.asked, found.only_first, found.only_second, found.changed) == (147, 2, 50, 1)
    with pytest.raises(InputError, match="没有相同的题"):
        compare(run_of(CASES[:5], {}), run_of(CASES[5:], {}))


def test_other_documents_are_compared_only_when_asked_for() -> None:
    other = run_of(CASES, {}, corpus="别的指纹")

    with pytest.raises(InputError, match="--anyway"):
        compare(run_of(CASES, {}), other)
    assert compare(run_of(CASES, {}), other, anyway=True).asked == 200


def test_a_category_is_worse_only_after_allowing_for_how_many_were_looked_at() -> None:
    names = ("figure", "list", "content", "clause", "where", "everyday", "enterprise", "validity")
    cases = [replace(case, category=names[place % 8]) for place, case in enumerate(cases_of(240))]
    of_list = [case.id for case in cases if case.category == "list"]

    def broken(count: int) -> Difference:
        after = run_of(cases, dict.fromkeys(of_list[:count], WRONG))
        return next(one for one in compare(run_of(cases, {}), after).categories if one.name == "list")

    seven, twelve = broken(7), broken(12)
    assert seven.p == pytest.approx(2 / 2**7)
    assert seven.adjusted == pytest.approx(8 * 2 / 2**7)
    assert (seven.total, seven.verdict, twelve.verdict) == (30, "undecided", "worse")


@pytest.fixture
def folders(tmp_path: Path) -> tuple[str, str]:
    write_run(run_of(CASES, wrong_in(0, 30)), tmp_path / "one")
    write_run(run_of(CASES, wrong_in(12, 31), version="0.2"), tmp_path / "two")
    return str(tmp_path / "one"), str(tmp_path / "two")


def command(*arguments: str):
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)
    return CliRunner().invoke(app, ["compare", *arguments])


def test_the_command_prints_the_verdict_and_the_questions(folders: tuple[str, str]) -> None:
    finished = command(*folders)

    assert finished.exit_code == 0
    assert "严格准确率 +5.5 [+2.0, +9.0]，McNemar 精确检验 p = 0.003：更好。" in finished.stdout
    assert "修好 12 题：" in finished.stdout
    assert "弄坏 1 题：\n  示例-30 figure 示例问题30" in finished.stdout
    assert "不同版本打分（0.1 → 0.2）" in finished.stdout


def test_the_json_has_all_of_it(folders: tuple[str, str]) -> None:
    found = json.loads(command(*folders, "--json").stdout)

    assert (found["verdict"], found["fixed_count"], found["broken"]) == ("better", 12, ["示例-30"])
    assert [one["name"] for one in found["categories"]] == ["figure"]
    assert found["measures"][0]["change"]["value"] == 0.055


def test_of_the_held_out_split_single_questions_stay_unseen(tmp_path: Path) -> None:
    for name, scores in (("one", wrong_in(0, 30)), ("two", wrong_in(12, 31))):
        write_run(run_of(CASES, scores, split="test"), tmp_path / name)
    paths = [str(tmp_path / name) for name in ("one", "two")]
    shown, raw = command(*paths), command(*paths, "--json")

    assert "修好 12 题，弄坏 1 题" in shown.stdout
    assert "示例-30" not in shown.stdout + raw.stdout
    assert json.loads(raw.stdout)["broken_count"] == 1


def test_what_cannot_be_compared_says_why_and_exits_2(folders: tuple[str, str], tmp_path: Path) -> None:
    write_run(run_of(CASES, {}, corpus="别的指纹"), tmp_path / "other")

    assert (command(folders[0], str(tmp_path / "没有")).exit_code) == 2
    refused = command(folders[0], str(tmp_path / "other"))
    assert (refused.exit_code, "所问的文件不同" in refused.stderr) == (2, True)
    anyway = command(folders[0], str(tmp_path / "other"), "--anyway")
    assert (anyway.exit_code, "差别也可能来自文件" in anyway.stdout) == (0, True)


def test_a_change_of_nothing_has_no_sign_and_no_comparison_is_a_dash() -> None:
    same: Run = run_of(CASES, {})
    found = compare(same, same)

    assert points(found.strict) == "0.0 [0.0, 0.0]"
    assert points(measure(found, "declined_unanswerable")) == "–"
    assert "：未决。0 题结果不一致；这么多题能看出的最小差别约 3.0 个百分点。" in summary_sentence(found)
