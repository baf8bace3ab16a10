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
WEIGHTS_WITH_QUESTIONS: Final = {
    "grams": 0.1, "words": 0.0, "clause": 0.1, "vector": 0.2, "asked": 0.3, "asked_vector": 0.3,
}  # fmt: skip
"""Chosen on the dev split among nine settings; the range of 0.3 to 0.6 for vectors is flat (docs/experiments.md)."""
NAMED_BONUS: Final = 0.2
"""For passages under a heading or item that the question names word for word."""
CANDIDATES: Final = 50
VECTOR_CANDIDATES: Final = 40


@dataclass(frozen=True)
class Candidate:
    """A passage with its fused score (0..1) and the raw cosines behind it: its own and its best question's."""

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
    """Largest raw BM25 score of a passage, 0 when no word of the question occurs."""
    typical_similarity: float = 0.0
    """The smallest of the nearest passages' cosines: how near this question is to the corpus at large."""


def retrieve(
    query: Query, build: Build, embedder: Embedder | None, *, within: Collection[str] = ()
) -> Ranking:
    """Rank passages for `query`, limited to `query.policies` and to the clause ids `within`.

    Without an embedder, or when the build was made with another model, lexical
    evidence alone decides.
    """
    text = query.core or query.text
    allowed = _allowed_rows(query, build, within)
    if not allowed.any():
        return Ranking((), 0.0)
    vector = embedder.embed_query(text) if embedder is not None and not build.vector_problem else None
    own = _rows(build.vector_scores(vector, VECTOR_CANDIDATES, query.policies), build) if vector else None
    asked = _rows(build.question_scores(vector, VECTOR_CANDIDATES, query.policies), build) if vector else None
    grams = build.lexical.scores("passage_grams", text)
    weights = WEIGHTS_WITH_QUESTIONS if build.questions else WEIGHTS
    signals = {
        "grams": _share(grams, allowed),
        "clause": _share(build.lexical.scores("clause_grams", text)[build.clause_row_of_passage], allowed),
    }
    if weights["words"]:
        signals["words"] = _share(build.lexical.scores("passage_words", text), allowed)
    if own is not None:
        signals["vector"] = _share(own, allowed, floor=True)
    if build.questions:
        signals["asked"] = _share(build.lexical.scores("question_grams", text), allowed)
    if build.questions and asked is not None:
        signals["asked_vector"] = _share(asked, allowed, floor=True)
    fused = sum(
        (weights[name] * share for name, share in signals.items()), np.zeros(len(allowed), np.float32)
    )
    for name, its_rows in build.passages_under.items():
        if name in query.text:
            fused[its_rows] += NAMED_BONUS
    fused[~allowed] = -1.0
    count = min(CANDIDATES, int(allowed.sum()))
    rows = np.argpartition(-fused, count - 1)[:count]
    rows = rows[np.lexsort((rows, -fused[rows]))]
    candidates = tuple(
        Candidate(
            build.passages[row],
            build.clause_by_id[build.passages[row].clause_id],
            float(fused[row]),
            float(own[row]) if own is not None else 0.0,
            float(asked[row]) if asked is not None else 0.0,
        )
        for row in rows
    )
    typical = float(own.min()) if own is not None else 0.0
    return Ranking(candidates, float(grams[allowed].max()), typical)


def _allowed_rows(query: Query, build: Build, within: Collection[str]) -> NDArray[np.bool_]:
    allowed = ~build.is_heading
    if query.policies:
        allowed &= np.isin(build.document_of_passage, list(query.policies))
    if within:
        allowed &= np.fromiter(
            (passage.clause_id in within for passage in build.passages), bool, len(allowed)
        )
    return allowed


def _rows(found: list[tuple[int, float]], build: Build) -> FloatVector:
    """Best cosine of every passage: (passages,); those not found get the smallest that was."""
    similarity = np.full(
        len(build.passages), min((score for _, score in found), default=0.0), dtype=np.float32
    )
    for row, score in found:
        similarity[row] = max(similarity[row], score)
    return similarity


def _share(signal: FloatVector, allowed: NDArray[np.bool_], *, floor: bool = False) -> FloatVector:
    """Scale to 0..1 over the allowed rows; cosines (`floor`) also start at their smallest value."""
    inside = signal[allowed]
    low = float(inside.min()) if floor else 0.0
    high = float(inside.max())
    if high - low < 1e-9:
        return np.zeros_like(signal)
    return ((signal - low) / (high - low)).astype(np.float32)
