"""A gold record becomes the case it says, whole and back again; a slip in it is named by its line."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from eval.cases import GOLD, Case, Forbidden, case_to_json, clause_of, lexical_overlap, read_cases, read_split
from rag.builds import Build
from rag.errors import CorpusError
from tests.eval_sample import CASE, write_rows
from tests.sample import NOTICE, assistant_for

ATTACHED = "示例办法\n\n第一条　适用本办法。\n\n附件1\n\n第一条　附件的首条。\n"
FULL = replace(
    CASE, written=(("date", "2026-11-24"),), forbidden=(Forbidden("25%", "旧的比例"),), difficulty=2, cluster="示例",
    as_of=date(2025, 1, 1), twin_of="示例-0", tags=("口语",), draft=True,
)  # fmt: skip
RELATED = {
    "id": "示例-9",
    "question": "示例用水",
    "style": "lay",
    "clauses": ["示例#（三）"],
    "author": "作者",
}


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    folder = tmp_path_factory.mktemp("cases")
    return assistant_for(folder, 示例=NOTICE, 附例=ATTACHED).library.current()


@pytest.mark.parametrize(
    ("name", "clause"),
    [
        ("示例#（二）/蓝色木材", "示例#（二）"),
        ("示例#（二）", "示例#（二）"),
        ("附例#附件1/第一条", "附例#附件1/第一条"),
        ("示例#（二）/没有的条目", "示例#（二）"),
        ("没有#（一）", "没有#（一）"),
    ],
)
def test_an_item_counts_for_its_clause_and_an_attachment_is_no_item(
    build: Build, name: str, clause: str
) -> None:
    assert clause_of(name, build) == clause


@pytest.mark.parametrize("case", [CASE, FULL], ids=["required fields", "all fields"])
def test_a_record_becomes_the_case_it_says(tmp_path: Path, case: Case) -> None:
    write_rows(tmp_path / "dev.jsonl", [case_to_json(case)])

    assert read_cases("dev", tmp_path) == [case]


@pytest.mark.parametrize(
    "path", [*GOLD.glob("dev.jsonl"), *GOLD.glob("test.jsonl"), *GOLD.glob("policies_*")]
)
def test_nothing_of_a_shipped_record_is_lost(path: Path) -> None:
    records = [json.loads(line) for line in path.read_text(encoding="utf8").splitlines()]
    told = [case_to_json(case) for case in read_cases(path.stem)]

    assert [without_empty(record) for record in told] == [without_empty(record) for record in records]


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"id": "示例-2"}, "'category'"),
        ({**case_to_json(CASE), "forbiden": []}, "forbiden"),
        ({**case_to_json(CASE), "as_of": "去年"}, "去年"),
        ([], "list"),
    ],
)
def test_a_broken_record_is_named_by_its_line(tmp_path: Path, record: Any, message: str) -> None:
    write_rows(tmp_path / "dev.jsonl", [case_to_json(CASE), record])

    with pytest.raises(CorpusError, match=rf"dev\.jsonl 第 2 行.*{message}"):
        read_cases("dev", tmp_path)


def test_a_split_is_the_decision_then_the_policies_then_the_digests(tmp_path: Path) -> None:
    write_rows(tmp_path / "dev.jsonl", [case_to_json(CASE)])
    write_rows(tmp_path / "digests_dev.jsonl", [RELATED, {**RELATED, "id": "示例-10", "clauses": []}])
    names = [case.id for case in read_split("dev", tmp_path)]
    write_rows(tmp_path / "policies_dev.jsonl", [case_to_json(replace(CASE, id="示例-2", policy=None))])
    related = read_split("dev", tmp_path, related=True)

    assert names == ["示例-1"]
    assert [case.id for case in read_split("dev", tmp_path)] == ["示例-1", "示例-2"]
    assert [(case.id, case.category, case.expect, case.split) for case in related[2:]] == [
        ("示例-9", "related", "answer", "dev"),
        ("示例-10", "unanswerable", "refuse", "dev"),
    ]
    with pytest.raises(CorpusError, match=r"找不到金标文件 test\.jsonl"):
        read_split("test", tmp_path)


@pytest.mark.parametrize("split", ["dev", "test"])
def test_a_question_on_the_related_policies_has_facts_where_it_has_clauses(split: str) -> None:
    cases = read_cases(f"digests_{split}")

    assert [case.id for case in cases if bool(case.facts) != bool(case.gold_clauses)] == []


@pytest.mark.parametrize(
    ("fields", "group"),
    [
        ({}, "示例"),
        ({"cluster": "另一份"}, "另一份"),
        ({"gold_clauses": (("附例#第一条",),), "policy": None}, "附例"),
        ({"gold_clauses": (), "policy": "示例"}, "示例"),
        ({"gold_clauses": (), "policy": None}, "none"),
    ],
)
def test_a_case_belongs_to_the_policy_it_is_on(fields: dict[str, Any], group: str) -> None:
    assert replace(CASE, **fields).group == group


def test_overlap_is_the_share_of_the_questions_bigrams_that_its_evidence_holds(build: Build) -> None:
    copied = replace(CASE, question="占比达到 35%")
    half = replace(CASE, question="占比多少")  # 占比 stands there, 比多 and 多少 do not

    assert (lexical_overlap(copied, build), lexical_overlap(half, build)) == (1.0, pytest.approx(1 / 3))
    assert lexical_overlap(replace(CASE, evidence=(), question="用水保障"), build) == 0
    assert lexical_overlap(replace(CASE, evidence=(), gold_clauses=()), build) is None


def without_empty(record: dict[str, Any]) -> dict[str, Any]:
    """`record` without optional fields that say nothing."""
    optional = {"forbidden", "difficulty", "cluster", "as_of", "twin_of", "tags", "draft"}
    return {name: value for name, value in record.items() if value or name not in optional}
