"""A few words that fit two clauses equally are asked back, once; anything else is answered."""

from dataclasses import replace

import pytest

from rag.assistant import Assistant
from rag.cite import is_supported
from rag.clarify import WHICH_CLAUSE, clarification
from rag.drafting import WHICH_DOCUMENT
from rag.retrieve import Candidate, retrieve
from rag.types import Query
from rag.understand import understand


def alike(assistant: Assistant, question: str) -> tuple[Query, list[Candidate]]:
    """The question with its candidates, all of which fit equally."""
    query, build = understand(question), assistant.library.current()
    candidates = retrieve(query, build, assistant.embedder).candidates
    return query, [replace(one, score=1.0) for one in candidates]


def test_words_that_stand_in_two_clauses_are_asked_back(decision: Assistant) -> None:
    draft = clarification(*alike(decision, "金融"))

    assert draft is not None
    assert (draft.status, draft.lead, draft.statements) == ("clarify", WHICH_CLAUSE, ())
    assert 2 <= len({span.clause_id.split("/")[0] for span in draft.nearest}) <= 3


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("金融方面有哪些支持措施", id="a-whole-question"),
        pytest.param("第三条", id="a-clause"),
        pytest.param("6G", id="one-clause-alone"),
    ],
)
def test_what_is_clear_is_not_asked_back(decision: Assistant, question: str) -> None:
    assert clarification(*alike(decision, question)) is None


def test_a_clearly_better_clause_is_answered(decision: Assistant) -> None:
    query, candidates = alike(decision, "金融")
    best = candidates[0].clause.label
    lower = [one if one.clause.label == best else replace(one, score=0.5) for one in candidates]

    assert clarification(query, lower) is None


@pytest.mark.parametrize("words", [WHICH_CLAUSE, WHICH_DOCUMENT])
def test_what_is_asked_back_is_not_withheld_as_a_figure(words: str) -> None:
    assert is_supported(words, ())
