"""Written questions hang on the sentence they ask of, and never answer by themselves."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.clauses import split_clauses
from ingest.expand import QUESTIONS, attach, questions_for, read_questions, stale
from ingest.load import load_file
from ingest.parse import parse_document
from ingest.passages import split_passages
from rag.assistant import Assistant
from rag.errors import CorpusError
from rag.settings import PROJECT_FOLDER
from rag.types import Clause, Document, Passage


@pytest.fixture(scope="module")
def cut() -> tuple[Document, list[Clause], list[Passage]]:
    document = parse_document(load_file(PROJECT_FOLDER / "corpus" / "policies" / "sc-2023-decision.md"))
    clauses = split_clauses(document.id, document.text)
    return document, clauses, [passage for clause in clauses for passage in split_passages(clause)]


def test_every_shipped_question_still_stands_in_the_policy(cut: tuple) -> None:
    document, clauses, passages = cut

    assert stale(questions_for(document), clauses, passages) == []


def test_a_copy_under_another_name_gets_the_questions_of_its_title(cut: tuple) -> None:
    assert len(questions_for(replace(cut[0], id="another"))) > 1700
    assert questions_for(replace(cut[0], id="another", title="示例")) == []


def test_an_amended_figure_keeps_its_questions_and_other_words_lose_them(cut: tuple) -> None:
    document, clauses, passages = cut
    questions = [
        one for one in questions_for(document) if "数字经济规模占地区生产总值比重达到" in one.sentence
    ]
    amended = [replace(passage, text=passage.text.replace("45%", "46%")) for passage in passages]
    rewritten = [
        replace(passage, text=passage.text.replace("数字经济规模", "另一指标")) for passage in passages
    ]

    assert len(attach(questions, clauses, amended)) == len(questions) > 0
    assert attach(questions, clauses, rewritten) == []


def test_a_question_stands_where_its_passage_stands(cut: tuple) -> None:
    document, clauses, passages = cut
    places = {(passage.clause_id, passage.start, passage.end) for passage in passages}

    assert {
        (one.clause_id, one.start, one.end) for one in attach(questions_for(document), clauses, passages)
    } <= places


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "示例.jsonl"
    path.write_text('{"policy": "示例", "title": "示例"}\n{"clause": "（一）"}\n', encoding="utf8")

    with pytest.raises(CorpusError, match=r"示例\.jsonl 第 2 行"):
        read_questions(path)


def test_questions_are_never_shown_or_cited(decision: Assistant) -> None:
    written = [
        json.loads(line)
        for line in (QUESTIONS / "sc-2023-decision.jsonl").read_text(encoding="utf8").splitlines()[1:]
    ]
    text = decision.library.current().documents["sc-2023-decision"].text

    for record in written[::60]:
        answer = decision.ask(record["question"])
        assert record["question"] not in answer.answer
        assert all(citation.quote in text for citation in (*answer.citations, *answer.nearest))
