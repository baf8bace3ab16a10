"""Every change is made, asked and judged over a small corpus; and an answer that does not behave is seen."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from eval.metamorphic import Report, metamorphic
from eval.metamorphic_ask import Job, Question, Reply, run_job, runner
from eval.metamorphic_choice import Change, Deletion
from eval.metamorphic_command import print_report, register
from eval.metamorphic_corpus import Edit
from eval.metamorphic_judge import WORDS, followed, identical, kept, same_clauses, same_first, withheld
from eval.metamorphic_questions import SURFACES, Pair
from eval.metamorphic_relations import JOBS
from eval.statistics import Share
from rag.errors import CorpusError
from rag.settings import Settings
from rag.types import Answer, Citation
from tests.metamorphic_sample import CASES, write_corpus


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_corpus(tmp_path_factory.mktemp("corpus") / "corpus")


@pytest.fixture(scope="module")
def report(corpus: Path) -> Report:
    done = []
    found = metamorphic(
        "dev", CASES, Settings(), folders=[corpus], count=5, workers=1, progress=lambda: done.append(1)
    )
    assert len(done) == JOBS - 1  # nobody wrote questions for this corpus
    return found


def test_every_relation_is_tried(report: Report) -> None:
    relations = {one.name: one for one in report.relations}

    assert set(relations) == set(WORDS)
    assert {name for name, one in relations.items() if not one.outcomes} == {"written_pairs"}
    assert report.cases == len(CASES)


def test_what_must_hold_of_any_corpus_holds_of_the_small_one(report: Report) -> None:
    shares = {one.name: one.passed for one in report.relations}

    assert shares["figure"].total == shares["figure"].hits >= 3
    assert shares["delete"].total == shares["delete"].hits >= 2
    assert shares["shuffle"] == Share(5, 5)
    assert shares["polite"].hits == shares["polite"].total


def test_failures_are_told_of_dev_alone(report: Report) -> None:
    failed = replace(report.relations[0].outcomes[0], passed=False)
    broken = replace(report, relations=(replace(report.relations[0], outcomes=(failed,)),))
    dev, test = (replace(broken, split=split).to_json()["relations"][0] for split in ("dev", "test"))

    assert [one["question"] for one in dev["failures"]] == [failed.question]
    assert test["failures"] == []
    assert (test["hits"], test["total"], test["value"]) == (0, 1, 0.0)
    assert len(test["interval"]) == 2


def test_the_table_names_every_relation_and_the_failures_of_dev_stand_below(
    report: Report, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = replace(report.relations[0].outcomes[0], passed=False)
    broken = replace(
        report, relations=(replace(report.relations[0], outcomes=(failed,)), *report.relations[1:])
    )
    print_report(broken)
    dev = capsys.readouterr().out
    print_report(replace(broken, split="test"))
    test = capsys.readouterr().out

    assert all(label in dev and label in test for label, *_ in WORDS.values())
    assert failed.question in dev
    assert failed.question not in test


def test_two_processes_reply_as_one_does(corpus: Path, tmp_path: Path) -> None:
    jobs = [
        Job(name, tmp_path / name, tuple(Question(case.question) for case in CASES), (corpus,))
        for name in ("one", "two")
    ]
    with runner(Settings(), workers=2) as run:
        replies = {job.name: found for job, found in run(jobs)}
    alone = run_job(replace(jobs[0], sources=()), Settings())

    assert sorted(replies) == ["one", "two"]
    assert [one.answer.answer for one in replies["two"]] == [one.answer.answer for one in alone]
    assert alone[0].clauses == ("示例#（一）",)


def test_a_corpus_that_cannot_be_indexed_whole_is_not_measured(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "broken.md").write_text("---\nid: 示例\n没有结束", encoding="utf8")

    with pytest.raises(CorpusError, match=r"broken\.md"):
        run_job(Job("broken", tmp_path / "home", (), (corpus, tmp_path / "broken.md")), Settings())


def reply(text: str, *clauses: str, status: str = "answered", quote: str = "") -> Reply:
    cited = tuple(
        Citation(
            1, name.partition("#")[0], "示例", None, name, None, "", "", quote, 0, 1, "full_text", "现行"
        )
        for name in clauses
    )
    return Reply(Answer("示例", status, text, cited), clauses)  # type: ignore[arg-type]


CHANGE = Change(CASES[0], "示例", Edit(0, 1, ""), old="35%", new="45%")


@pytest.mark.parametrize(
    ("after", "passed", "also"),
    [
        (reply("占比达到45%[1]。", "a#1"), True, True),
        (reply("占比达到45%，原为35%。", "a#1"), False, True),
        (reply("占比达到35%。", "a#1"), False, False),
        (reply("没有找到。", status="refused"), False, False),
        (reply("您说的不对，是45%。", "a#1", status="refused"), False, False),
    ],
)
def test_an_answer_follows_the_figure_or_it_does_not(after: Reply, passed: bool, also: bool) -> None:
    outcome = followed(CHANGE, after)

    assert (outcome.passed, outcome.also) == (passed, also)


@pytest.mark.parametrize(
    ("after", "passed", "also"),
    [
        (reply("没有找到。", status="refused"), True, True),
        (reply("示例学校。", "a#2"), True, False),
        (reply("占比达到百分之三十五，产值500亿元。", "a#2"), False, False),
        (reply("占比达到35%。", "a#2"), True, False),
    ],
)
def test_what_is_deleted_is_not_told(after: Reply, passed: bool, also: bool) -> None:
    deletion = Deletion(CASES[0], frozenset({"示例#（一）"}), (("35%",), ("500亿元",)))
    outcome = withheld(deletion, after)

    assert (outcome.passed, outcome.also) == (passed, also)


@pytest.mark.parametrize(
    ("after", "passed", "also"),
    [
        (reply("甲。", "a#1", quote="甲"), True, True),
        (reply("甲。乙。", "a#1", "a#2", quote="甲"), False, True),
        (reply("甲。", "a#1", "b#1", quote="甲"), False, False),
        (reply("甲。", "a#1", quote="甲乙"), False, True),
        (reply("甲。", "a#2", quote="甲"), False, False),
        (reply("没有找到。", status="refused"), False, False),
    ],
)
def test_what_is_added_changes_nothing(after: Reply, passed: bool, also: bool) -> None:
    before = reply("甲。", "a#1", quote="甲")
    outcome = kept(CASES[0], before, after, frozenset({"a"}))

    assert (outcome.passed, outcome.also) == (passed, also)


def test_the_order_of_files_may_not_change_even_the_confidence() -> None:
    before = reply("甲。", "a#1")
    slower = before._replace(answer=replace(before.answer, elapsed_ms=9.0, build_id="2"))
    surer = before._replace(answer=replace(before.answer, confidence=0.5))

    assert identical(CASES[0], before, slower).passed
    assert not identical(CASES[0], before, surer).passed


def test_reworded_questions_need_the_same_clauses() -> None:
    pair = Pair("示例", "一", "二")
    one, more, none = reply("甲。", "a#1"), reply("甲。", "a#1", "a#2"), reply("没有。", status="refused")

    assert same_clauses(pair, more, reply("乙。", "a#2", "a#1")).passed
    assert [same_clauses(pair, one, other).passed for other in (more, none)] == [False, False]
    assert same_clauses(pair, one, more).also
    assert [same_first(CASES[0], "二", one, after).passed for after in (more, none)] == [True, False]
    assert not same_first(CASES[0], "二", one, more).also


def test_the_command_stores_what_it_prints_and_says_what_it_cannot_do(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)
    monkeypatch.setattr("os.cpu_count", lambda: 1)  # two processes take longer to start than to work here
    monkeypatch.setattr("eval.metamorphic_command.CORPUS", (corpus,))
    monkeypatch.setattr("eval.metamorphic_command.read_split", lambda split, related: CASES[:1])
    run = CliRunner().invoke(app, ["metamorphic", "--count", "1", "--json", "--out", str(tmp_path)])
    stored = json.loads((tmp_path / "metamorphic.json").read_text(encoding="utf8"))

    assert run.exit_code == 0
    assert json.loads(run.stdout) == stored
    assert {one["name"] for one in stored["relations"]} >= {"figure", "delete", *SURFACES}
    for wrong in (["--split", "train"], ["--out", str(tmp_path / "none")], ["--data", str(tmp_path)]):
        assert CliRunner().invoke(app, ["metamorphic", "--count", "1", *wrong]).exit_code == 2
