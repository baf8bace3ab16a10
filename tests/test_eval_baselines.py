"""The baselines answer from the same corpus and cite it truly, so that only their method is compared."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from eval.baselines import NOTHING, PlainPipeline, always_refuse, bm25_sentences, top_clause
from eval.metrics import clause_id_of, false_quotes, score
from rag.builds import Build
from rag.embedder import Embedder
from rag.types import Answer
from tests.eval_sample import CASE
from tests.hashing_embedder import HashingEmbedder
from tests.sample import NOTICE, assistant_for

OFF_TOPIC = "Which recipe?"


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return assistant_for(tmp_path_factory.mktemp("baselines"), 示例=NOTICE).library.current()


@pytest.fixture
def pipeline(build: Build) -> Iterator[Callable[..., PlainPipeline]]:
    opened: list[PlainPipeline] = []

    def open_with(embedder: Embedder, **options: Any) -> PlainPipeline:
        opened.append(PlainPipeline(build, embedder, **options))
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
    embedder = HashingEmbedder()
    without = pipeline(embedder)(CASE.question)
    start = next(c.id for c in build.clauses if c.text.startswith(without.answer[:4]))
    doubtful = pipeline(embedder, gold={CASE.question: frozenset({start})})(CASE.question)

    assert cited(without, build) == ["示例#（一）"]
    assert (cited(doubtful, build), doubtful.answer) == ([start], without.answer)
    assert start != "示例#（一）"


def test_doubt_does_not_make_a_clause_right_that_the_chunk_neither_fills_nor_starts_in(
    build: Build, pipeline: Callable[..., PlainPipeline]
) -> None:
    elsewhere = {CASE.question: frozenset({"示例#（四）"})}

    assert cited(pipeline(HashingEmbedder(), gold=elsewhere)(CASE.question), build) == ["示例#（一）"]


def test_refusing_everything_is_right_for_the_unanswerable_alone(build: Build) -> None:
    unanswerable = replace(CASE, expect="refuse", facts=(), gold_clauses=(), evidence=())
    answer = always_refuse(CASE.question)

    assert [score(case, answer, build).strict for case in (CASE, unanswerable)] == [False, True]
