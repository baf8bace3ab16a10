"""Query -> passages in order of relevance, by lexical and vector evidence together.

Each signal is divided by its largest value for this question and the shares are
added with fixed weights: a normalised sum did better here than fusion by rank
(docs/experiments.md).
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rag.builds import Build
from rag.embedder import Embedder
from rag.types import Clause, Passage, Query

FloatVector = NDArray[np.float32]

WEIGHTS: Final = {"grams": 0.3, "words": 0.05, "clause": 0.15, "vector": 0.5}
"""Chosen on the dev split among nine settings; the range of 0.3 to 0.6 for vectors is flat (docs/experiments.md)."""
CANDIDATES: Final = 50
VECTOR_CANDIDATES: Final = 200


@dataclass(frozen=True)
class Candidate:
    """A passage with its fused score (0..1) and the raw cosine behind it."""

    passage: Passage
    clause: Clause
    score: float
    similarity: float


@dataclass(frozen=True)
class Ranking:
    """The best passages of one question, best first, and how strong the evidence is."""

    candidates: tuple[Candidate, ...]
    lexical_peak: float
    """Largest raw BM25 score of a passage, 0 when no word of the question occurs."""


def retrieve(query: Query, build: Build, embedder: Embedder | None, *, within: Collection[str] = ()) -> Ranking:
    """Rank passages for `query`, limited to `query.policies` and to the clause ids `within`.

    Without an embedder, or when the build was made with another model, lexical
    evidence alone decides.
    """
    text = query.core or query.text
    allowed = _allowed_rows(query, build, within)
    if not allowed.any():
        return Ranking((), 0.0)
    grams = build.lexical.scores("passage_grams", text)
    words = build.lexical.scores("passage_words", text)
    clauses = build.lexical.scores("clause_grams", text)[build.clause_row_of_passage]
    similarity = _similarities(text, query, build, embedder)
    fused = np.zeros(len(build.passages), dtype=np.float32)
    for name, signal in (("grams", grams), ("words", words), ("clause", clauses)):
        fused += WEIGHTS[name] * _share(signal, allowed)
    if similarity is not None:
        fused += WEIGHTS["vector"] * _share(similarity, allowed, floor=True)
    fused[~allowed] = -1.0
    count = min(CANDIDATES, int(allowed.sum()))
    rows = np.argpartition(-fused, count - 1)[:count]
    rows = rows[np.lexsort((rows, -fused[rows]))]
    return Ranking(
        tuple(
            Candidate(
                build.passages[row],
                build.clause_by_id[build.passages[row].clause_id],
                float(fused[row]),
                float(similarity[row]) if similarity is not None else 0.0,
            )
            for row in rows
        ),
        float(grams[allowed].max()),
    )


def _allowed_rows(query: Query, build: Build, within: Collection[str]) -> NDArray[np.bool_]:
    allowed = np.ones(len(build.passages), dtype=bool)
    if query.policies:
        allowed &= np.isin(build.document_of_passage, list(query.policies))
    if within:
        allowed &= np.fromiter((passage.clause_id in within for passage in build.passages), bool, len(allowed))
    return allowed


def _similarities(text: str, query: Query, build: Build, embedder: Embedder | None) -> FloatVector | None:
    if embedder is None or build.vector_problem:
        return None
    found = build.vector_scores(embedder.embed_query(text), VECTOR_CANDIDATES, query.policies)
    similarity = np.full(len(build.passages), min((score for _, score in found), default=0.0), dtype=np.float32)
    for row, score in found:
        similarity[row] = score
    return similarity


def _share(signal: FloatVector, allowed: NDArray[np.bool_], *, floor: bool = False) -> FloatVector:
    """Scale to 0..1 over the allowed rows; cosines (`floor`) also start at their smallest value."""
    inside = signal[allowed]
    low = float(inside.min()) if floor else 0.0
    high = float(inside.max())
    if high - low < 1e-9:
        return np.zeros_like(signal)
    return ((signal - low) / (high - low)).astype(np.float32)
