"""Gold is only worth something when it is checked against the corpus it asks about."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from eval.cases import Case, clause_of, count_by_category, lint, read_cases
from rag.assistant import Assistant
from rag.builds import Build
from rag.errors import CorpusError
from tests.eval_sample import CASE
from tests.sample import NOTICE, assistant_for

ATTACHED = "示例办法\n\n第一条　适用本办法。\n\n附件1\n\n第一条　附件的首条。\n"


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    folder = tmp_path_factory.mktemp("cases")
    return assistant_for(folder, 示例=NOTICE, 附例=ATTACHED).library.current()


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"gold_clauses": (("示例#（一）", "示例#（九）"),)}, "没有条款 示例#（九）"),
        ({"near_miss_clauses": ("示例#（八）",)}, "没有条款 示例#（八）"),
        ({"evidence": (("示例#（一）", "没有的话"),)}, "里没有“没有的话”"),
        ({"evidence": (("示例#（三）", "占比达到 35%"),)}, "里没有“占比达到 35%”"),
        ({"facts": (("用水",),), "near_miss_clauses": ("示例#（三）",)}, "事实“用水”不在金标条款里"),
        ({"facts": ()}, "应拒答的问题没有事实，其他问题必须有"),
        ({"facts": (("35%", ""),)}, "有事实或条款是空的"),
        ({"gold_clauses": (("示例#（一）",), ())}, "有事实或条款是空的"),
        ({"category": "riddle"}, "没有 'riddle' 这个类别"),
        ({"style": "poet"}, "没有 'poet' 这种问法"),
        ({"split": "test"}, "写着属于 'test'"),
    ],
)
def test_lint_names_the_one_thing_that_is_wrong(build: Build, fault: dict[str, Any], message: str) -> None:
    found = lint({"dev": [replace(CASE, **fault)]}, build)

    assert [message in problem for problem in found] == [True]


def test_lint_has_nothing_to_say_of_a_good_case(build: Build) -> None:
    assert lint({"dev": [CASE]}, build) == []


def test_lint_sees_repetition_across_splits(build: Build) -> None:
    same_id = replace(CASE, question="哪里建设示例学校", split="test")
    same_question = replace(CASE, id="示例-2", question=f"{CASE.question}？", split="test")

    assert lint({"dev": [CASE], "test": [same_id]}, build) == ["示例-1：编号重复。"]
    assert lint({"dev": [CASE], "test": [same_question]}, build) == ["示例-2 与 示例-1 的问题几乎相同。"]


def test_lint_sees_a_question_that_the_index_has_learnt(decision: Assistant) -> None:
    build = decision.library.current()
    case = read_cases("dev")[0]
    learnt = replace(case, question=build.questions[0].text)

    assert lint({"dev": [learnt]}, build) == [f"{case.id} 与索引收录的一个问法几乎相同。"]


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


def test_a_record_becomes_the_case_it_says(tmp_path: Path) -> None:
    write(tmp_path / "dev.jsonl", [record(CASE)])

    assert read_cases("dev", tmp_path) == [CASE]


def test_a_broken_record_is_named_by_its_line(tmp_path: Path) -> None:
    write(tmp_path / "dev.jsonl", [record(CASE), {"id": "示例-2"}])

    with pytest.raises(CorpusError, match=r"dev\.jsonl 第 2 行"):
        read_cases("dev", tmp_path)
    with pytest.raises(CorpusError, match=r"找不到金标文件 test\.jsonl"):
        read_cases("test", tmp_path)


def test_categories_are_counted_per_split() -> None:
    counts = count_by_category({"dev": [CASE, CASE], "test": [replace(CASE, category="list")]})

    assert (counts["figure"], counts["list"], counts["where"]) == ((2, 0), (0, 1), (0, 0))


def test_the_shipped_gold_is_clean(decision: Assistant) -> None:
    splits = {split: read_cases(split) for split in ("dev", "test")}

    assert lint(splits, decision.library.current()) == []
    assert len(splits["dev"]) >= 120
    assert sum(case.expect != "answer" for case in splits["dev"]) >= 25


def record(case: Case) -> dict[str, Any]:
    """`case` as a line of a gold file."""
    fields = asdict(case)
    return {
        **fields,
        "facts": [{"any_of": list(fact)} for fact in case.facts],
        "evidence": [{"clause": clause, "quote": quote} for clause, quote in case.evidence],
        "provenance": {"author": case.author, "date": "2026-11-24"},
    }


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf8")
