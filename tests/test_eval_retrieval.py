"""Rankings are judged by slots of gold, and no question falls out of the denominator."""

from dataclasses import replace
from math import log2

import pytest

from eval.cases import Case
from eval.retrieval import RetrievalScore, place_of, score_rankings, summary
from rag.builds import Build
from tests.eval_sample import CASE
from tests.sample import NOTICE, assistant_for

GOAL, ITEMS, WATER, PEOPLE = "示例#（一）", "示例#（二）", "示例#（三）", "示例#（四）"
WOOD, STONE = f"{ITEMS}/蓝色木材", f"{ITEMS}/绿色石料"
OTHERS = tuple(f"另例#第{number}条" for number in range(1, 13))


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return assistant_for(tmp_path_factory.mktemp("retrieval"), 示例=NOTICE).library.current()


def judged(case: Case, ranked: tuple[str, ...], build: Build) -> RetrievalScore:
    return score_rankings([case], {case.id: ranked}, build)[0]


@pytest.mark.parametrize(
    ("before", "recalls", "mrr"),
    [(0, (1, 1, 1, 1), 1.0), (1, (0, 1, 1, 1), 1 / 2), (4, (0, 0, 1, 1), 1 / 5), (9, (0, 0, 0, 1), 1 / 10), (10, (0, 0, 0, 0), 0.0)],
)  # fmt: skip
def test_one_clause_is_judged_by_its_place(
    build: Build, before: int, recalls: tuple[int, ...], mrr: float
) -> None:
    found = judged(CASE, (*OTHERS[:before], GOAL), build)

    assert (found.recall_1, found.recall_3, found.recall_5, found.recall_10) == recalls
    assert found.mrr_10 == pytest.approx(mrr)
    assert found.ndcg_10 == pytest.approx(1 / log2(before + 2) if before < 10 else 0.0)
    assert found.all_gold_10 == float(before < 10)


def test_all_slots_are_wanted_and_each_counts_once(build: Build) -> None:
    two = replace(CASE, gold_clauses=((GOAL, WATER), (PEOPLE,)))
    one, both = judged(two, (GOAL, WATER, *OTHERS), build), judged(two, (GOAL, WATER, PEOPLE), build)

    assert (one.recall_3, one.all_gold_10) == (0.5, 0.0)
    assert (both.recall_3, both.all_gold_10, both.ndcg_10) == (1.0, 1.0, pytest.approx(1.0))


def test_a_clause_that_meets_two_slots_meets_both(build: Build) -> None:
    two = replace(CASE, gold_clauses=((GOAL,), (GOAL, WATER)))

    assert judged(two, (GOAL,), build).recall_10 == 1.0


def test_items_count_for_their_clause_and_once(build: Build) -> None:
    found = judged(replace(CASE, gold_clauses=((PEOPLE,),)), (WOOD, STONE, ITEMS, PEOPLE), build)
    items = judged(replace(CASE, gold_clauses=((STONE,),)), (WOOD,), build)

    assert found.mrr_10 == 0.5
    assert items.recall_1 == 1.0


def test_a_question_without_a_ranking_counts_as_found_nothing(build: Build) -> None:
    lost = replace(CASE, id="示例-2")
    found = summary(score_rankings([CASE, lost], {CASE.id: (GOAL,)}, build))

    assert (found["recall_10"], found["mrr_10"], found["document_10"]) == (0.5, 0.5, 0.5)


def test_questions_without_gold_are_not_asked_of_retrieval(build: Build) -> None:
    refused = replace(CASE, id="示例-2", expect="refuse", gold_clauses=())
    found = score_rankings([refused, CASE], {CASE.id: (GOAL,)}, build)

    assert [one.id for one in found] == [CASE.id]
    assert set(summary([]).values()) == {None}


def test_documents_have_places_of_their_own(build: Build) -> None:
    found = judged(CASE, (*OTHERS, WATER), build)

    assert (found.document_1, found.document_10, found.recall_10) == (0.0, 1.0, 0.0)


@pytest.mark.parametrize(
    ("ranked", "above"), [((WATER, GOAL), 1.0), ((GOAL, WATER), 0.0), (OTHERS, 0.0), ((PEOPLE, WATER), 1.0)]
)
def test_a_near_miss_above_the_right_clause_is_counted(
    build: Build, ranked: tuple[str, ...], above: float
) -> None:
    near = replace(CASE, near_miss_clauses=(WATER,))

    assert judged(near, ranked, build).near_miss_above == above
    assert judged(CASE, ranked, build).near_miss_above is None


def test_places_count_distinct_clauses_from_zero(build: Build) -> None:
    assert place_of({GOAL}, (WOOD, STONE, GOAL), build) == 1
    assert place_of({GOAL}, (WOOD,), build) is None
