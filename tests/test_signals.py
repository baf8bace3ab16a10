"""Signals say the same thing of every question, and do without what a build or model does not have."""

import numpy as np
import pytest

from rag.assistant import Assistant
from rag.builds import Build
from rag.retrieve import allowed_rows, put_forward, retrieve
from rag.signals import SIGNALS, Evidence
from rag.understand import understand
from tests.hashing_embedder import HashingEmbedder


def column(evidence: Evidence, name: str) -> np.ndarray:
    rows = np.arange(len(evidence.build.passages))
    return evidence.table(rows)[:, SIGNALS.index(name)]


def test_a_model_without_pieces_uses_its_cosine_for_both(build: Build) -> None:
    evidence = Evidence(understand("算力券补贴多少"), build, HashingEmbedder())

    np.testing.assert_array_equal(column(evidence, "late"), column(evidence, "vector"))
    assert evidence.unmet(put_forward(evidence, allowed_rows(evidence.query, build))) < 0.5


def test_without_a_model_keywords_alone_put_forward(build: Build) -> None:
    evidence = Evidence(understand("冷库补助"), build, None)
    rows = put_forward(evidence, allowed_rows(evidence.query, build))

    assert any("冷库" in build.passages[row].text for row in rows)
    assert column(evidence, "vector").tolist() == [0.0] * len(build.passages)


def test_the_attribute_asked_for_marks_the_sentences_that_hold_it(build: Build) -> None:
    held = column(Evidence(understand("每户最高多少万元"), build, None), "attribute")

    assert {build.passages[row].text[:3] for row in np.flatnonzero(held)} == {"对新建", "对中小"}


def test_late_interaction_uses_rows_of_its_own(decision: Assistant) -> None:
    build, embedder = decision.library.current(), decision.embedder
    evidence = Evidence(understand("电费太高省里管不管"), build, embedder)

    assert not np.allclose(column(evidence, "late"), column(evidence, "vector"))
    assert retrieve(evidence.query, build, embedder).candidates[0].clause.label == "（十六）"


@pytest.mark.parametrize("question", ["氢能", "电费太高省里管不管"])
def test_the_best_candidate_scores_one_and_none_more(decision: Assistant, question: str) -> None:
    scores = [
        one.score
        for one in retrieve(understand(question), decision.library.current(), decision.embedder).candidates
    ]

    assert scores[0] == 1.0
    assert scores == sorted(scores, reverse=True)
    assert min(scores) >= 0
