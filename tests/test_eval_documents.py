"""Documents without written questions: their gold is sound, and they are in no training."""

from pathlib import Path

import pytest

from eval.documents import (
    DocumentCase,
    development_cases,
    documents_indexed,
    read_document_cases,
    write_documents,
)
from eval.unseen import NEVER, gold_clauses, place_of, score_documents, summary
from ingest.training_data import DEVELOPMENT, HELD_OUT, UNSEEN
from ingest.training_questions import near_misses, shipped_pairs
from rag.builds import Build
from rag.errors import InputError

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the training data is not part of the repository")


def test_the_test_questions_are_about_unseen_documents_alone() -> None:
    cases = read_document_cases("test")

    assert {case.document for case in cases} == UNSEEN
    assert sum(case.answerable for case in cases) >= 120
    assert sum(not case.answerable for case in cases) >= 60
    assert len({case.question for case in cases}) == len(cases)


def test_the_development_near_misses_are_about_development_documents() -> None:
    assert {case.document for case in read_document_cases("dev")} == DEVELOPMENT


@needs_data
def test_no_training_question_is_about_a_held_out_document() -> None:
    pairs = [*shipped_pairs(DATA), *near_misses(DATA)]

    assert len(pairs) > 15_000
    assert not {pair.document for pair in pairs} & HELD_OUT
    asked = {case.question for split in ("dev", "test") for case in read_document_cases(split)}
    assert not asked & {pair.question for pair in pairs}


@needs_data
def test_every_gold_clause_of_the_unseen_documents_is_indexed() -> None:
    with documents_indexed(DATA, "test") as assistant:
        build = assistant.library.current()
        cases = read_document_cases("test")
        unknown = [
            name for case in cases for name in gold_clauses(case, build) if name not in build.clause_by_id
        ]
        scores = score_documents(cases[:20], assistant)

    assert unknown == []
    found = summary(scores)
    assert found["exceptions"] == 0
    assert found["first"].total == sum(case.answerable for case in cases[:20])  # type: ignore[union-attr]


@needs_data
def test_development_questions_find_their_sentences() -> None:
    with documents_indexed(DATA, "dev") as assistant:
        cases = development_cases(DATA, assistant.library.current())

    assert sum(case.answerable for case in cases) > 1000
    assert sum(not case.answerable for case in cases) > 200


def test_a_missing_data_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--data"):
        write_documents(tmp_path / "没有", DEVELOPMENT, tmp_path / "out")


def test_the_place_of_a_clause_counts_clauses_not_sentences(build: Build) -> None:
    ranked = ["shili-digital#（一）", "shili-digital#（一）", "shili-digital#（三）"]

    assert place_of({"shili-digital#（三）"}, ranked, build) == 1
    assert place_of({"shili-digital#（四）"}, ranked, build) == NEVER


def test_a_case_without_clause_is_a_near_miss() -> None:
    assert not DocumentCase("咨询电话是多少", "示例").answerable
    assert DocumentCase("谁负责", "示例", frozenset({"（一）"})).answerable
