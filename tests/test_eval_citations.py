"""Citations are judged by document, clause and item; a slot with alternatives is met by any of them."""

from collections.abc import Sequence
from dataclasses import astuple, replace
from typing import Any

import pytest

from eval.citations import document_of, levels
from rag.builds import Build
from tests.eval_sample import CASE
from tests.sample import NOTICE, assistant_for

ATTACHED = "示例办法\n\n第一条　适用本办法。\n\n附件1\n\n第一条　附件的首条。\n"
GOAL, ITEMS, WATER, PEOPLE = "示例#（一）", "示例#（二）", "示例#（三）", "示例#（四）"
WOOD, STONE = f"{ITEMS}/蓝色木材", f"{ITEMS}/绿色石料"
ELSEWHERE = "附例#第一条"


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return assistant_for(tmp_path_factory.mktemp("citations"), 示例=NOTICE, 附例=ATTACHED).library.current()


@pytest.mark.parametrize(
    ("gold", "cited", "document", "clause", "item"),
    [
        ([[GOAL]], [GOAL], (1, 1), (1, 1), (None, None)),
        ([[GOAL]], [PEOPLE], (1, 1), (0, 0), (None, None)),
        ([[GOAL]], [ELSEWHERE], (0, 0), (0, 0), (None, None)),
        ([[GOAL]], [GOAL, ELSEWHERE], (0.5, 1), (0.5, 1), (None, None)),
        ([[GOAL]], [GOAL, PEOPLE, GOAL], (1, 1), (0.5, 1), (None, None)),
        ([[PEOPLE, GOAL]], [GOAL, PEOPLE], (1, 1), (1, 1), (None, None)),
        ([[GOAL], [WATER, PEOPLE]], [GOAL], (1, 1), (1, 0.5), (None, None)),
        ([[GOAL], [ELSEWHERE]], [GOAL], (1, 0.5), (1, 0.5), (None, None)),
        ([[WOOD], [STONE]], [WOOD], (1, 1), (1, 1), (1, 0.5)),
        ([[STONE]], [WOOD], (1, 1), (1, 1), (0, 0)),
        ([[STONE]], [ITEMS], (1, 1), (1, 1), (0, 0)),
        ([[ITEMS]], [WOOD], (1, 1), (1, 1), (None, None)),
        ([[STONE, ITEMS]], [WOOD], (1, 1), (1, 1), (None, None)),
        ([[STONE], [WATER]], [STONE, WATER], (1, 1), (1, 1), (1, 1)),
        ([[STONE], [ITEMS, WATER]], [STONE, WOOD], (1, 1), (1, 1), (1, 1)),
        ([[GOAL]], [], (0, 0), (0, 0), (None, None)),
        ([[STONE]], [], (0, 0), (0, 0), (0, 0)),
        ([], [GOAL], (None, None), (None, None), (None, None)),
    ],
)
def test_precision_and_recall_by_level(
    build: Build,
    gold: list[list[str]],
    cited: Sequence[str],
    document: tuple[Any, Any],
    clause: tuple[Any, Any],
    item: tuple[Any, Any],
) -> None:
    case = replace(CASE, gold_clauses=tuple(map(tuple, gold)))

    assert astuple(levels(case, cited, build, answered=True)) == (*document, *clause, *item)


def test_a_question_declined_without_a_citation_has_recall_zero_and_no_precision(build: Build) -> None:
    found = levels(replace(CASE, gold_clauses=((STONE,),)), [], build, answered=False)

    assert astuple(found) == (None, 0, None, 0, None, 0)


def test_the_clause_of_an_attachment_belongs_to_its_document() -> None:
    assert document_of("附例#附件1/第一条") == "附例"
