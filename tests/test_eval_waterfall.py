"""Every answerable question that failed stands in exactly one box, and oracles make one step perfect."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from eval.metrics import Score
from eval.statistics import Share
from eval.steps import steps
from eval.waterfall import BOXES, ORACLES, gold_places, oracle_runs, waterfall
from rag.assistant import Assistant
from tests.eval_runs import RIGHT, WRONG
from tests.eval_sample import CASE
from tests.sample import NOTICE, assistant_for

OTHERS = tuple(f"另例#第{number}条" for number in range(60))
GOAL = "示例#（一）"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return assistant_for(tmp_path_factory.mktemp("waterfall"), 示例=NOTICE)


@pytest.mark.parametrize(
    ("case", "changes", "ranked", "box"),
    [
        ({}, {"failed": True, "answered": False}, (), "failed"),
        ({"gold_clauses": ((GOAL,), ("没有#第一条",))}, {}, (GOAL,), "not_indexed"),
        ({}, {}, OTHERS, "not_in_50"),
        ({}, {}, (*OTHERS[:50], GOAL), "not_in_50"),
        ({"gold_clauses": ((GOAL,), ("示例#（三）",))}, {}, (GOAL,), "not_in_50"),
        ({}, {"answered": False, "declined": True}, OTHERS, "not_in_50"),
        ({}, {}, (*OTHERS[:10], GOAL), "not_in_10"),
        ({}, {}, (*OTHERS[:9], GOAL), "extraction"),
        ({}, {"facts": True}, (GOAL,), "citation"),
        ({}, {"facts": True, "first_clause": True}, (GOAL,), "citation"),
        ({}, {"facts": True, "first_clause": True, "all_clauses": True}, (GOAL,), "too_long"),
        ({}, {"answered": False, "declined": True}, (GOAL,), "refusal"),
        ({}, {"answered": False}, (GOAL,), "refusal"),
    ],
)
def test_a_failed_question_stands_in_the_box_of_the_first_step_that_lost_it(
    sample: Assistant, case: Mapping[str, Any], changes: Mapping[str, Any], ranked: tuple[str, ...], box: str
) -> None:
    asked, score = replace(CASE, **case), replace(WRONG, **changes)
    found = waterfall([asked], {asked.id: score}, {asked.id: ranked}, sample.library.current())

    assert found.box_of == {asked.id: box}


def test_the_boxes_add_up_to_what_is_not_strict(sample: Assistant) -> None:
    cases = [replace(CASE, id=f"示例-{number}") for number in range(4)]
    refused = replace(CASE, id="示例-拒", expect="refuse", gold_clauses=())
    scores: dict[str, Score] = {case.id: WRONG for case in (*cases, refused)}
    scores["示例-0"] = RIGHT
    found = waterfall([*cases, refused], scores, {"示例-1": (GOAL,)}, sample.library.current())

    assert tuple(found.boxes) == tuple(BOXES)
    assert (found.answerable, found.strict) == (4, 1)
    assert (found.boxes["extraction"], found.boxes["not_in_50"]) == (("示例-1",), ("示例-2", "示例-3"))


def test_a_whole_clause_brings_its_items_and_an_item_stands_alone(sample: Assistant) -> None:
    build = sample.library.current()
    whole = replace(CASE, gold_clauses=(("示例#（二）",),))
    item = replace(CASE, gold_clauses=(("示例#（二）/蓝色木材",),))

    assert gold_places(whole, build) == {
        "示例#（二）",
        "示例#（二）/蓝色木材",
        "示例#（二）/绿色石料",
    }
    assert gold_places(item, build) == {"示例#（二）/蓝色木材"}


@pytest.mark.parametrize(
    ("gold", "as_is", "perfect"),
    [("示例#（三）", True, True), ("示例#（一）", False, True), ("没有#第一条", False, False)],
)
def test_retrieval_made_perfect_finds_the_clauses_of_gold_alone(
    sample: Assistant, gold: str, as_is: bool, perfect: bool
) -> None:
    case = replace(CASE, question="重点用水企业有什么优惠", facts=(), gold_clauses=((gold,),))
    found = oracle_runs([case], sample)

    assert tuple(found) == tuple(ORACLES)
    assert (found["as_is"], found["both"]) == (Share(as_is, 1), Share(perfect, 1))


def test_a_decision_forced_to_answer_answers_what_was_declined(sample: Assistant) -> None:
    vague = replace(CASE, question="木材这块给多少钱", facts=(), gold_clauses=(("示例#（二）",),))
    found = oracle_runs([vague], sample)

    assert sample.ask(vague.question).status == "refused"
    assert (found["as_is"], found["decision"]) == (Share(0, 1), Share(1, 1))


def test_an_oracle_run_counts_an_exception_as_wrong(sample: Assistant) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("示例")

    with steps(extract=broken):
        found = oracle_runs([CASE], sample)

    assert set(found.values()) == {Share(0, 1)}


def test_only_answerable_questions_are_asked_of_oracles(sample: Assistant) -> None:
    refused = replace(CASE, expect="refuse", gold_clauses=(), facts=())
    asked: list[bool] = []

    assert set(oracle_runs([refused], sample, lambda: asked.append(True)).values()) == {Share(0, 0)}
    assert asked == []
