"""Fit the weights of the ranking: `python -m eval rank --data FOLDER` writes rag/ranking.json.

A conditional logit (McFadden 1974): the probability that a passage answers is the softmax
of its score among the passages put forward, and the passages of the right clause share the
probability of the right answer. Fitted on the development documents, which the encoder has
not seen, and on the Decision's dev questions, in one index, so that scores of documents
with and without written questions can be compared. A signal that does not help gets no
weight: weights are kept from falling below 0.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from eval.cases import Case
from eval.documents import DocumentCase
from rag.assistant import Assistant
from rag.builds import Build
from rag.retrieve import KINDS, RANKING, allowed_rows, put_forward
from rag.signals import SIGNALS, Evidence
from rag.understand import understand

PENALTY = 1e-3
"""Of the squared weights: keeps signals that say the same from taking opposite weights; no other value was tried."""
WRITTEN_ONLY = ("asked", "asked_vector")


@dataclass(frozen=True)
class Example:
    """One question: (passages, columns) signals of the passages put forward, and which of them answer."""

    table: NDArray[np.float64]
    right: NDArray[np.bool_]
    document: str
    clause: NDArray[np.intp]
    """Row of the clause that each passage stands in."""


def decision_cases(cases: Iterable[Case], build: Build) -> list[DocumentCase]:
    """Answerable dev questions on the Decision with the passages that hold their evidence."""
    found = []
    for case in cases:
        clauses = {name for slot in case.gold_clauses for name in slot}
        quotes = [quote for _, quote in case.evidence]
        right = frozenset(
            passage.id
            for passage in build.passages
            if passage.clause_id in clauses
            and any(quote in passage.text or passage.text.strip() in quote for quote in quotes)
        )
        if case.expect == "answer" and right and case.category not in {"clause", "where"}:
            found.append(DocumentCase(case.question, case.group, passages=right, id=case.id))
    return found


def examples(cases: Sequence[DocumentCase], assistant: Assistant, *, within: bool) -> list[Example]:
    """The signals behind every answerable question, `within` its document or over the whole index."""
    build = assistant.library.current()
    found = []
    for case in cases:
        if not case.answerable:
            continue
        query = understand(case.question, policies=(case.document,) if within else ())
        evidence = Evidence(query, build, assistant.embedder)
        rows = put_forward(evidence, allowed_rows(query, build))
        right = np.array([build.passages[row].id in case.passages for row in rows], dtype=bool)
        if right.any():
            table = evidence.table(rows).astype(np.float64)
            written = build.has_questions[rows][:, None]
            blocks = np.hstack([np.where(written, 0, table), np.where(written, table, 0), written])
            found.append(Example(blocks, right, case.document, build.clause_row_of_passage[rows]))
    return found


def fit(found: Sequence[Example], without: Sequence[str] = ()) -> NDArray[np.float64]:
    """(2 SIGNALS + 1,) weights: without written questions, with them, and the offset of the latter.

    `without` names signals that are left out, for the ablation.
    """
    size = len(SIGNALS)
    bounds: list[tuple[float | None, float | None]] = [(0.0, None)] * (2 * size) + [(None, None)]
    for place, name in enumerate(SIGNALS):
        if name in without:
            bounds[place] = bounds[size + place] = (0.0, 0.0)
        if name in WRITTEN_ONLY:
            bounds[place] = (0.0, 0.0)
    result = minimize(
        _loss, np.zeros(2 * size + 1), args=(found,), jac=True, bounds=bounds, method="L-BFGS-B"
    )
    weights: NDArray[np.float64] = result.x
    return weights


def _loss(weights: NDArray[np.float64], found: Sequence[Example]) -> tuple[float, NDArray[np.float64]]:
    """Mean negative logarithm of the right passages' probability, and its gradient."""
    total, gradient = 0.0, np.zeros_like(weights)
    for example in found:
        scores = example.table @ weights
        odds = np.exp(scores - scores.max())
        right = odds[example.right]
        total -= np.log(max(right.sum() / odds.sum(), 1e-12))
        gradient += odds @ example.table / odds.sum() - right @ example.table[example.right] / max(
            right.sum(), 1e-12
        )
    count = len(found)
    return float(total / count + PENALTY * weights @ weights), gradient / count + 2 * PENALTY * weights


def write(weights: NDArray[np.float64]) -> dict[str, dict[str, float]]:
    """Store the weights by name where rag.retrieve reads them."""
    size = len(SIGNALS)
    blocks = (weights[:size], weights[size : 2 * size])
    named = {
        kind: {name: round(float(weight), 3) for name, weight in zip(SIGNALS, block, strict=True)}
        for kind, block in zip(KINDS, blocks, strict=True)
    }
    named[KINDS[1]]["offset"] = round(float(weights[-1]), 3)
    RANKING.write_text(json.dumps(named, ensure_ascii=False, indent=1) + "\n", encoding="utf8")
    return named
