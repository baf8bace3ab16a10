"""Query -> passages in order of relevance: a learned weighted sum of signals.

Keyword and vector search put passages forward; each of those gets all signals
(rag.signals), and the score is their sum with the weights of `ranking.json`, fitted
by `python -m eval rank` so that the passage that answers is likely to come first
among those of its document. A score is therefore a log-odds: one that is 1 larger
is e times as likely to be the answer.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rag.builds import Build
from rag.embedder import Embedder
from rag.signals import SIGNALS, Evidence
from rag.types import Clause, Passage, Query

RANKING: Final = Path(__file__).with_name("ranking.json")
CANDIDATES: Final = 50
PUT_FORWARD: Final = 100
"""Passages that keyword search puts forward."""


@dataclass(frozen=True)
class Candidate:
    """A passage with its score as a share of the best one's (0..1) and the cosines behind it: its own and its best question's."""

    passage: Passage
    clause: Clause
    score: float
    similarity: float
    asked_similarity: float


@dataclass(frozen=True)
class Ranking:
    """The best passages of one question, best first, and how strong the evidence is."""

    candidates: tuple[Candidate, ...]
    lexical_peak: float
    """Largest BM25 of a passage (in `rag.signals.BM25_UNIT`), 0 when no word of the question occurs."""
    typical_similarity: float = 0.0
    """The smallest of the nearest passages' cosines: how near this question is to the corpus at large."""
    log_odds: float = 0.0
    """The best candidate's score."""


def retrieve(
    query: Query, build: Build, embedder: Embedder | None, *, within: Collection[str] = ()
) -> Ranking:
    """Rank passages for `query`, limited to `query.policies` and to the clause ids `within`.

    Without an embedder, or when the build was made with another model, lexical
    evidence alone decides.
    """
    evidence = Evidence(query, build, embedder)
    rows = put_forward(evidence, _allowed_rows(query, build, within))
    if not rows.size:
        return Ranking((), 0.0)
    table = evidence.table(rows)
    scores = table @ weights_for(build)
    order = np.lexsort((rows, -scores))[:CANDIDATES]
    best = float(scores[order[0]])
    own, asked = SIGNALS.index("vector"), SIGNALS.index("asked_vector")
    candidates = tuple(
        Candidate(
            build.passages[rows[place]],
            build.clause_by_id[build.passages[rows[place]].clause_id],
            max(float(scores[place]) / best, 0.0) if best > 0 else 0.0,
            max(float(table[place, own]), 0.0),
            float(table[place, asked]),
        )
        for place in order
    )
    typical = evidence.nearest[-1][1] if evidence.nearest else 0.0
    return Ranking(candidates, float(evidence.lexical["grams"][rows].max()), typical, best)


def put_forward(evidence: Evidence, allowed: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Rows that keyword or vector search finds among the allowed ones, in row order."""
    weights = dict(zip(SIGNALS, weights_for(evidence.build), strict=True))
    lexical = sum(
        (weights[name] * scores for name, scores in evidence.lexical.items()),
        np.zeros(len(allowed), np.float32),
    )
    lexical = np.where(allowed, lexical, -np.inf)
    count = min(PUT_FORWARD, int(allowed.sum()))
    best = np.argpartition(-lexical, count - 1)[:count] if count else np.empty(0, dtype=np.intp)
    near = [row for row, _ in (*evidence.nearest, *evidence.nearest_asked) if allowed[row]]
    return np.unique(np.concatenate([best, np.array(near, dtype=np.intp)]))


def weights_for(build: Build) -> NDArray[np.float32]:
    """(SIGNALS,) weights: those for documents with written questions, or those for documents without."""
    return _weights("with_questions" if build.questions else "without_questions")


@lru_cache(maxsize=2)
def _weights(kind: str) -> NDArray[np.float32]:
    fitted = json.loads(RANKING.read_text(encoding="utf8"))[kind]
    return np.array([fitted[name] for name in SIGNALS], dtype=np.float32)


def _allowed_rows(query: Query, build: Build, within: Collection[str]) -> NDArray[np.bool_]:
    allowed = ~build.is_heading
    if query.policies:
        allowed &= np.isin(build.document_of_passage, list(query.policies))
    if within:
        allowed &= np.fromiter(
            (passage.clause_id in within for passage in build.passages), bool, len(allowed)
        )
    return allowed
