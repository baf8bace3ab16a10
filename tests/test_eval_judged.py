"""The scores say what a careful reader said, and the facts of the related policies stand in their clauses."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from eval import judged
from eval.cases import GOLD, read_cases
from eval.judged import FACTS, FILE, MEASURES, agreement, digest, is_right_on_validity, read_judged
from eval.metrics import has_fact
from eval.related import RelatedCase, read_related
from eval.selftest_command import register
from eval.statistics import Share
from ingest.cut import cut
from ingest.load import load_file
from ingest.training_data import read_lines
from rag.assistant import Assistant
from rag.builds import Build
from rag.errors import CorpusError
from rag.settings import PROJECT_FOLDER, Settings
from rag.types import Answer
from rag.validity import DRAFT, NOTICES
from tests.sample import assistant_for
from tests.test_eval_facts import CITED

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def indexed(decision: Assistant) -> Build:
    return decision.library.current()


@pytest.fixture(scope="module")
def clause_texts() -> Mapping[str, str]:
    """Clause and item texts of the digests, a clause with its items."""
    clauses = [
        clause
        for path in sorted((PROJECT_FOLDER / "corpus" / "digests").glob("*.md"))
        for clause in cut(load_file(path)).clauses
    ]
    texts: dict[str, str] = {}
    for clause in clauses:
        for name in (clause.id, clause.id.rpartition("/")[0]):
            texts[name] = texts.get(name, "") + clause.text
    return texts


def test_the_strict_score_agrees_with_the_reader_on_the_decision(indexed: Build) -> None:
    found = [one for one in read_judged(indexed) if one.source == "dev"]

    assert len(found) >= 40
    assert agreement(found) == Share(len(found), len(found))


def test_every_judgement_is_of_the_answer_that_was_given() -> None:
    rows = list(read_lines(GOLD / FILE))

    assert [sum(row["sample"] == sample for row in rows) for sample in (1, 2, 3, 4)] == [100, 49, 100, 120]
    assert len({row["id"] for row in rows}) == len(rows)
    assert all(digest(row["answer"]["answer"]) == row["answer_sha"] and row["why"] for row in rows)


def test_every_judged_question_stands_in_the_gold_file_that_is_named() -> None:
    judged_ids: dict[str, set[str]] = {}
    for row in read_lines(GOLD / FILE):
        judged_ids.setdefault(row["source"], set()).add(row["id"])
    on_validity = {case.id for case in read_related("validity")}

    assert set(judged_ids) >= {"dev", "validity", "digests_test", "policies_dev", "policies_test", "test"}
    assert judged_ids.pop("validity") <= on_validity
    assert [
        source for source, ids in judged_ids.items() if not ids <= {case.id for case in read_cases(source)}
    ] == []


def test_without_facts_the_clauses_of_a_related_policy_decide(tmp_path: Path) -> None:
    text = (PROJECT_FOLDER / "corpus" / "digests" / "sc-2025-stpr.md").read_text(encoding="utf8")
    build = assistant_for(tmp_path, **{"sc-2025-stpr": text}).library.current()
    scored = [
        {one.id: one.scored for one in read_judged(build, facts=facts)}["dev-digest-183"]
        for facts in (True, False)
    ]

    assert [one["accurate"] for one in scored] == [False, True]


def test_every_answerable_question_on_the_related_policies_has_facts_of_one_clause(
    clause_texts: Mapping[str, str],
) -> None:
    facts = {row["id"]: [fact["any_of"] for fact in row["facts"]] for row in read_lines(GOLD / FACTS)}
    clauses = {
        case.id: [name for slot in case.gold_clauses for name in slot] for case in read_cases("digests_dev")
    }
    clauses |= {case.id: list(case.clauses) for case in read_related("validity")}
    wanted = {name for name, its in clauses.items() if its}

    assert set(facts) == wanted
    assert [
        name
        for name in sorted(wanted)
        if not any(all(has_fact(clause_texts[one], fact) for fact in facts[name]) for one in clauses[name])
    ] == []


@pytest.fixture
def gold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the judgements that may be altered."""
    for name in (FILE, FACTS):
        shutil.copy(GOLD / name, tmp_path)
    monkeypatch.setattr(judged, "GOLD", tmp_path)
    return tmp_path


def is_on_the_decision(row: Mapping[str, Any]) -> bool:
    return all(one["policy_id"] == "sc-2023-decision" for one in row["answer"]["citations"])


def written(gold: Path, rows: Rows) -> None:
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (gold / FILE).write_text("".join(lines), encoding="utf8")


def test_an_answer_that_was_altered_later_is_refused(gold: Path, indexed: Build) -> None:
    rows = list(read_lines(GOLD / FILE))
    rows[0]["answer"]["answer"] += "。"
    written(gold, rows)

    with pytest.raises(CorpusError, match=f"{rows[0]['id']} 的回答不是当时评判的那一个"):
        read_judged(indexed)


def test_a_judgement_turned_round_is_a_disagreement(gold: Path, indexed: Build) -> None:
    rows = [row for row in read_lines(GOLD / FILE) if row["source"] == "dev" and is_on_the_decision(row)][:10]
    rows[3]["right"] = not rows[3]["right"]
    written(gold, rows)

    assert agreement(read_judged(indexed)) == Share(9, 10)


def test_questions_no_longer_asked_are_left_out_and_damage_is_told(gold: Path, indexed: Build) -> None:
    rows = [row for row in read_lines(GOLD / FILE) if row["source"] == "dev" and is_on_the_decision(row)][:2]
    written(gold, [rows[0], {**rows[1], "id": "示例-1"}])
    assert len(read_judged(indexed)) == 1

    written(gold, [{"id": rows[0]["id"]}])
    with pytest.raises(CorpusError, match=FILE):
        read_judged(indexed)


@pytest.mark.parametrize(
    ("kind", "status", "text", "policy", "right"),
    [
        ("current", "answered", "占 35%[1]。", "示例", True),
        ("current", "answered", "占 36%[1]。", "示例", False),
        ("current", "answered", "占 35%[1]。", "另例", False),
        ("current", "answered", f"{NOTICES[DRAFT]}占 35%[1]。", "示例", False),
        ("current", "refused", "未找到。", "示例", False),
        ("lapsed", "partial", f"{NOTICES[DRAFT]}占 35%[1]。", "示例", True),
        ("lapsed", "partial", f"{NOTICES[DRAFT]}占 36%[1]。", "示例", False),
        ("lapsed", "answered", "占 35%[1]。", "示例", False),
        ("draft", "refused", "未找到。", "示例", True),
        ("draft", "answered", "占 35%[1]。", "另例", False),
        ("past", "answered", f"{NOTICES[DRAFT]}占 35%[1]。", "示例", True),
        ("past", "refused", "未找到。", "示例", True),
    ],
)
def test_what_is_right_on_validity(kind: str, status: Any, text: str, policy: str, right: bool) -> None:
    case = RelatedCase("示例-1", "示例问题", frozenset({"示例#（一）"}), kind, frozenset({"示例"}))
    answer = Answer("示例问题", status, text, (replace(CITED, policy_id=policy),))

    assert is_right_on_validity(case, (("35%",),), answer) is right


def test_the_command_lists_the_disagreements(built_index: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    app = typer.Typer()
    register(app)
    monkeypatch.setenv("CHUANCE_HOME", str(built_index.home))
    told = CliRunner().invoke(app, ["judged", "--json"])

    assert told.exit_code == 0, told.output
    rows = json.loads(told.stdout)["with_facts"]
    assert all({"id", "right", *MEASURES} <= set(row) for row in rows)
    assert {row["why"] for row in rows if row["source"].endswith("test")} == {""}
    assert "与读者一致" in CliRunner().invoke(app, ["judged"]).stdout


def test_the_command_counts_held_out_questions_and_does_not_show_them(
    gold: Path, built_index: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row for row in read_lines(GOLD / FILE) if is_on_the_decision(row)]
    rows = [next(row for row in rows if row["source"] == source) for source in ("test", "dev")]
    written(gold, [{**row, "right": not row["right"]} for row in rows])
    app = typer.Typer()
    register(app)
    monkeypatch.setenv("CHUANCE_HOME", str(built_index.home))
    told = CliRunner().invoke(app, ["judged"]).stdout

    assert [row["answer"]["question"] in told for row in rows] == [False, True]
    assert "另有留出集 1 题" in told
