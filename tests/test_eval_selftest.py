"""The self-test passes on the measures as they are, and notices when one of them stops measuring."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from eval import planted, selftest
from eval.baselines import oracle
from eval.cases import Case, read_cases
from eval.planted import FAULTS, Asked, Fault
from eval.selftest import self_test
from eval.selftest_command import register
from rag.assistant import Assistant
from rag.builds import Build
from rag.settings import Settings


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return read_cases("dev")


@pytest.fixture(scope="module")
def indexed(decision: Assistant) -> Build:
    return decision.library.current()


@pytest.fixture(scope="module")
def right(cases: list[Case], indexed: Build) -> list[Asked]:
    return [Asked(case, oracle(case, indexed), ()) for case in cases]


def test_right_answers_score_full_marks_and_every_fault_is_seen_where_it_should_be(
    cases: list[Case], indexed: Build
) -> None:
    found = self_test(cases, indexed)

    assert found.imperfect == ()
    assert {one.fault.name: (one.unseen, one.disturbed) for one in found.outcomes if not one.passed} == {}
    assert found.passed
    assert len(found.outcomes) == len(FAULTS) == len({one.name for one in FAULTS})


def test_a_measure_that_does_not_see_a_fault_is_named(cases: list[Case], indexed: Build) -> None:
    blind = replace(FAULTS[0], seen=FAULTS[0].seen | {"clause_recall"})
    found = self_test(cases, indexed, [blind])

    assert not found.passed
    assert (found.outcomes[0].unseen, found.outcomes[0].disturbed) == (("clause_recall",), ())


def test_a_measure_that_sees_what_it_should_not_is_named(cases: list[Case], indexed: Build) -> None:
    found = self_test(cases, indexed, [replace(FAULTS[0], seen=FAULTS[0].seen - {"fact_recall"})])

    assert (found.outcomes[0].unseen, found.outcomes[0].disturbed) == ((), ("fact_recall",))


def test_a_fault_that_fits_no_question_does_not_pass(cases: list[Case], indexed: Build) -> None:
    found = self_test(cases, indexed, [Fault("示例", lambda asked, build: None, frozenset())])

    assert (found.outcomes[0].planted, found.passed) == (0, False)


def test_a_headline_that_moves_by_another_number_than_planted_is_named(
    cases: list[Case], indexed: Build
) -> None:
    def two_for_one(asked: Asked, build: Build) -> Asked | None:
        """A fault in every second question it is said to be planted in."""
        return replace(asked, answer=None) if int(asked.case.id[-1]) % 2 else asked

    found = self_test(cases, indexed, [Fault("示例", two_for_one, planted.HEADLINES)])

    assert {"strict", "accurate", "grounded"} <= set(found.outcomes[0].unseen)


def test_an_oracle_short_of_full_marks_is_named(
    cases: list[Case], indexed: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forgetful(case: Case, build: Build) -> Any:
        return replace(oracle(case, build), answer="")

    monkeypatch.setattr(selftest, "oracle", forgetful)
    found = self_test(cases, indexed, [])

    assert {"strict", "accurate", "grounded", "fact_recall", "aurc"} <= set(found.imperfect)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault_changes_what_it_is_planted_in(
    fault: Fault, right: Sequence[Asked], indexed: Build
) -> None:
    changed = [(one, its) for one in right if (its := fault.plant(one, indexed))]

    assert len(changed) >= 5
    assert all(one != its for one, its in changed)


def test_the_command_tells_what_was_planted(built_index: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUANCE_HOME", str(built_index.home))
    monkeypatch.setattr("eval.selftest_command.read_split", lambda split, related: read_cases(split))
    told = CliRunner().invoke(commands(), ["selftest", "--json"])

    assert told.exit_code == 0, told.output
    assert {one["name"] for one in json.loads(told.stdout)["faults"]} == {one.name for one in FAULTS}
    assert "恰被看见" in CliRunner().invoke(commands(), ["selftest"]).stdout


def test_without_an_index_nothing_can_be_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHUANCE_HOME", str(tmp_path))

    assert CliRunner().invoke(commands(), ["selftest"]).exit_code == 2


def commands() -> typer.Typer:
    app = typer.Typer()
    register(app)
    return app
