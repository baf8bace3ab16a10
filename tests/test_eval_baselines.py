"""The baselines answer from the same corpus and cite it truly, so that only their method is compared."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from eval.baselines import (
    NOTHING,
    PlainPipeline,
    always_refuse,
    bm25_sentences,
    oracle,
    random_clause,
    top_clause,
)
from eval.cases import Case, read_cases
from eval.metrics import clause_id_of, false_quotes, score
from rag.assistant import Assistant
from rag.builds import Build
from rag.embedder import Embedder
from rag.types import Answer
from tests.eval_sample import CASE, UNANSWERED
from tests.hashing_embedder import HashingEmbedder
from tests.sample import NOTICE, assistant_for

OFF_TOPIC = "Which recipe?"


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return assistant_for(tmp_path_factory.mktemp("baselines"), 示例=NOTICE).library.current()


@pytest.fixture
def pipeline(build: Build) -> Iterator[Callable[..., PlainPipeline]]:
    opened: list[PlainPipeline] = []

    def open_with(embedder: Embedder) -> PlainPipeline:
        opened.append(PlainPipeline(build, embedder))
        return opened[-1]

    yield open_with
    for one in opened:
        one.__exit__(None, None, None)


def cited(answer: Answer, build: Build) -> list[str]:
    return [clause_id_of(citation, build) for citation in answer.citations]


@pytest.mark.parametrize("count", [1, 3])
def test_bm25_gives_the_best_sentences_with_their_clauses(build: Build, count: int) -> None:
    answer = bm25_sentences(build, count)(CASE.question)

    assert "示例规模占比达到 35%" in answer.answer.split("\n")[0]
    assert [citation.marker for citation in answer.citations] == list(range(1, count + 1))
    assert cited(answer, build)[0] == "示例#（一）"
    assert false_quotes(answer.citations, build) == 0


def test_bm25_has_nothing_to_give_where_no_character_is_shared(build: Build) -> None:
    assert bm25_sentences(build, 3)(OFF_TOPIC) == Answer(OFF_TOPIC, "refused", NOTHING)


def test_the_top_clause_is_given_word_for_word(build: Build) -> None:
    answer = top_clause(build)("怎样保障用水")

    assert answer.answer == build.clause_by_id["示例#（三）"].text.strip()
    assert (cited(answer, build), false_quotes(answer.citations, build)) == (["示例#（三）"], 0)


def test_the_plain_pipeline_answers_with_a_whole_chunk_and_never_refuses(
    build: Build, pipeline: Callable[..., PlainPipeline]
) -> None:
    plain = pipeline(HashingEmbedder())

    for question in (CASE.question, OFF_TOPIC):
        answer = plain(question)
        assert answer.status == "answered"
        assert answer.answer in build.documents["示例"].text
        assert false_quotes(answer.citations, build) == 0


def test_the_plain_pipeline_has_the_benefit_of_the_doubt_about_its_clause(
    build: Build, pipeline: Callable[..., PlainPipeline]
) -> None:
    plain = pipeline(HashingEmbedder())
    without = plain(CASE.question)
    start = next(c.id for c in build.clauses if c.text.startswith(without.answer[:4]))
    doubtful = plain(CASE.question, {start})

    assert cited(without, build) == ["示例#（一）"]
    assert (cited(doubtful, build), doubtful.answer) == ([start], without.answer)
    assert start != "示例#（一）"


def test_doubt_does_not_make_a_clause_right_that_the_chunk_neither_fills_nor_starts_in(
    build: Build, pipeline: Callable[..., PlainPipeline]
) -> None:
    answer = pipeline(HashingEmbedder())(CASE.question, {"示例#（四）"})

    assert cited(answer, build) == ["示例#（一）"]


def test_refusing_everything_is_right_for_the_unanswerable_alone(build: Build) -> None:
    answer = always_refuse(CASE.question)

    assert [score(case, answer, build).strict for case in (CASE, UNANSWERED)] == [False, True]


def test_words_and_characters_rank_by_their_own_field(build: Build) -> None:
    wood = bm25_sentences(build, 1, "passage_words")("木材加工")

    assert cited(wood, build) == ["示例#（二）/蓝色木材"]
    assert bm25_sentences(build, 1, "passage_words")("木").status == "refused"  # no word of the index
    assert bm25_sentences(build, 1)("木").status == "answered"


def test_a_random_clause_depends_on_the_question_and_the_seed_alone(build: Build) -> None:
    questions = [f"示例问题{number}" for number in range(12)]
    drawn = [[random_clause(build, seed)(question) for question in questions] for seed in (1, 1, 2)]

    assert drawn[0] == drawn[1] != drawn[2]
    assert len({answer.answer for answer in drawn[0]}) > 3
    assert all(false_quotes(answer.citations, build) == 0 for answer in drawn[0])
    assert all(build.clause_by_id[cited(answer, build)[0]].level for answer in drawn[0])


ITEM = replace(
    CASE, facts=(("蓝色木材加工",),), gold_clauses=(("示例#（二）/蓝色木材",),),
    evidence=(("示例#（二）/蓝色木材", "发展蓝色木材加工"),),
)  # fmt: skip
INSIDE = replace(ITEM, gold_clauses=(("示例#（二）",),))
TWO = replace(
    CASE, facts=(("35%",), ("示例学校",)), gold_clauses=(("示例#（三）", "示例#（一）"), ("示例#（四）",)),
    evidence=(("示例#（一）", "占比达到 35%"), ("示例#（四）", "建设示例学校")),
)  # fmt: skip


@pytest.mark.parametrize(
    "case",
    [
        CASE,
        UNANSWERED,
        ITEM,
        INSIDE,
        TWO,
        replace(CASE, expect="correct_premise"),
        replace(CASE, expect="clarify"),
        replace(CASE, category="related", facts=(), evidence=()),
        replace(INSIDE, category="related", facts=(("没有", "木材基地"),), evidence=()),
    ],
    ids=[
        "answer",
        "refuse",
        "item",
        "item of a clause",
        "two slots",
        "premise",
        "clarify",
        "related",
        "related with facts",
    ],
)
def test_the_oracle_is_right_about_everything(build: Build, case: Case) -> None:
    found = score(case, oracle(case, build), build)

    assert (found.strict, found.accurate, found.grounded) == (True, True, True)
    assert (found.unsupported, found.false_quotes, found.items in {None, True}) == (0, 0, True)
    assert found.cited == found.cited_gold


def test_the_oracle_is_right_about_the_shipped_questions_on_the_decision(decision: Assistant) -> None:
    build = decision.library.current()
    scores = [
        score(case, oracle(case, build), build) for split in ("dev", "test") for case in read_cases(split)
    ]

    assert [one.id for one in scores if not (one.strict and one.grounded and one.items in {None, True})] == []
