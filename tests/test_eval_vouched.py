"""What a check lets through is counted by kind, and the sentences of the test split are never printed."""

import json
from collections.abc import Sequence

import pytest
from typer.testing import CliRunner

from eval import __main__ as command_line
from eval import vouch_command
from eval.lies import Lie
from eval.lies_material import Pool, Truth
from eval.vouched import of_split, vouched
from rag.assistant import Assistant

FIGURE = Lie(
    "figure/示例/0", "figure", "dev", "示例占40%。", ("示例占30%。",), "示例占30%。", "30% → 40%", "示例"
)
CLAUSE = Lie(
    "clause/示例/0", "clause", "dev", "示例占30%。", ("另一示例。",), "示例占30%。", "引自另一条", "示例"
)
MODAL = Lie(
    "modal/示例/0", "modal", "test", "示例应当。", ("示例可以。",), "示例可以。", "可以 → 应当", "示例二"
)
TRUE = Truth("示例-1", "占比是30%。", ("示例占30%。",), "示例#（一）", "示例", ("又一示例。",))


def verbatim(sentence: str, sources: Sequence[str], others: Sequence[str]) -> str | None:
    """A check that lets through what stands word for word in a source."""
    return None if any(sentence in source for source in sources) else "verbatim"


def trusting(sentence: str, sources: Sequence[str], others: Sequence[str]) -> str | None:
    """A check that lets everything through."""
    return None


def test_a_strict_check_stops_every_lie_and_withholds_the_paraphrase() -> None:
    found = vouched(verbatim, [FIGURE, CLAUSE, MODAL], [TRUE])

    assert [(one.name, one.reached.hits, one.reached.total, dict(one.checks)) for one in found.kinds] == [
        ("figure", 0, 1, {"verbatim": 1}),
        ("clause", 0, 1, {"verbatim": 1}),
        ("modal", 0, 1, {"verbatim": 1}),
    ]
    assert (found.withheld.hits, found.withheld.total, dict(found.checks)) == (1, 1, {"verbatim": 1})
    assert not found.passed


def test_a_trusting_check_lets_every_lie_reach_the_reader() -> None:
    found = vouched(trusting, [FIGURE, CLAUSE, MODAL], [TRUE])

    assert {one.name: (one.reached.hits, one.met) for one in found.groups} == {
        "figure": (1, False), "date": (0, True), "clause": (1, False), "other": (1, False),
    }  # fmt: skip
    assert found.withheld.hits == 0
    assert not found.passed


def test_a_check_that_knows_passes() -> None:
    def knowing(sentence: str, sources: Sequence[str], others: Sequence[str]) -> str | None:
        return None if sentence == TRUE.sentence else "known"

    assert vouched(knowing, [FIGURE, CLAUSE, MODAL], [TRUE]).passed


def test_the_sentence_and_its_quotes_are_what_the_check_is_asked() -> None:
    asked = []

    def listening(sentence: str, sources: Sequence[str], others: Sequence[str]) -> str | None:
        asked.append((sentence, tuple(sources), tuple(others)))
        return None

    vouched(listening, [FIGURE], [TRUE])

    assert asked[1:] == [
        (FIGURE.sentence, FIGURE.sources, FIGURE.others), (TRUE.sentence, TRUE.quotes, ("又一示例。",)),
    ]  # fmt: skip


def test_time_is_counted_of_every_sentence_and_nothing_tried_takes_none() -> None:
    median, slow = vouched(verbatim, [FIGURE], [TRUE]).milliseconds

    assert 0 < median <= slow
    assert vouched(verbatim, [], []).milliseconds == (0.0, 0.0)


def test_json_names_lies_by_id_alone() -> None:
    stored = json.dumps(vouched(trusting, [FIGURE, MODAL], [TRUE]).to_json(), ensure_ascii=False)

    assert MODAL.id in stored
    assert MODAL.sentence not in stored


@pytest.mark.parametrize(("split", "left"), [("", 3), ("dev", 2), ("test", 1)])
def test_a_split_keeps_its_own(split: str, left: int) -> None:
    assert len(of_split(split, [FIGURE, CLAUSE, MODAL], [])[0]) == left


def test_both_splits_together_are_all_paraphrases() -> None:
    kept = {split: of_split(split, [], [TRUE])[1] for split in ("", "dev", "test")}

    assert kept[""] == [TRUE]
    assert kept["dev"] + kept["test"] == [TRUE]


@pytest.fixture
def command(decision: Assistant, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The command with the lies above and a check that trusts everyone."""
    monkeypatch.setattr(vouch_command, "opened", lambda: decision)
    monkeypatch.setattr(
        vouch_command, "pools", lambda build: (Pool("dev", build, ()), Pool("test", build, ()))
    )
    monkeypatch.setattr(vouch_command, "lies_from", lambda material, seed: [FIGURE, CLAUSE, MODAL])
    monkeypatch.setattr(
        vouch_command, "_shown", lambda pool, build: [TRUE] if pool.split == "test" else list[Truth]()
    )
    monkeypatch.setattr(vouch_command, "vouch", trusting)
    return CliRunner()


def test_the_command_prints_the_table_and_ends_with_1_when_a_lie_got_through(command: CliRunner) -> None:
    result = command.invoke(command_line.app, ["vouch"])

    assert result.exit_code == 1
    assert "数字写错 figure" in result.stdout
    assert "被扣下 0 句" in result.stdout
    assert FIGURE.sentence not in result.stdout


def test_reached_lies_of_dev_are_shown_and_those_of_test_are_not(command: CliRunner) -> None:
    shown = [
        command.invoke(command_line.app, ["vouch", "--show", kind]).stdout for kind in ("figure", "modal")
    ]

    assert FIGURE.sentence in shown[0]
    assert MODAL.sentence not in shown[1]


def test_json_of_the_command_holds_the_groups(command: CliRunner) -> None:
    stored = json.loads(command.invoke(command_line.app, ["vouch", "--split", "dev", "--json"]).stdout)

    assert {one["name"]: one["total"] for one in stored["groups"]} == {
        "figure": 1, "date": 0, "clause": 1, "other": 0,
    }  # fmt: skip


@pytest.mark.parametrize("options", [["--split", "示例"], ["--show", "示例"]])
def test_an_unknown_name_is_refused(command: CliRunner, options: list[str]) -> None:
    result = command.invoke(command_line.app, ["vouch", *options])

    assert result.exit_code == 2
    assert "没有 '示例'" in result.stderr
