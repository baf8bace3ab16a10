"""Query -> passages in order of relevance: a learned weighted sum of signals.

Keyword and vector search put passages forward; each of those gets all signals
(rag.signals), and the score is their sum with the weights of `ranking.json`, fitted
by `python -m eval rank` so that the passage that answers is likely to come first
among those of its document. A score is therefore a log-odds: one that is 1 larger
is e times as likely to be the answer.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rag.builds import Build
from rag.embedder import Embedder
from rag.provinces import HOME
from rag.signals import SIGNALS, Evidence
from rag.types import Clause, Passage, Query

RANKING: Final = Path(__file__).with_name("ranking.json")
KINDS: Final = ("without_questions", "with_questions")
CANDIDATES: Final = 50
PUT_FORWARD: Final = 60
"""Passages that each keyword signal puts forward."""


EVIDENCE: Final = 3
"""Best passages that are looked at together for what they do not speak of."""
ELSEWHERE: Final = -1.0
"""Log-odds of another province's text where the question names none: of two that say the same, the home province's answers."""
SPREAD: Final = 8.0
"""Log-odds below the best passage at which the relative score of a candidate reaches 0."""


@dataclass(frozen=True)
class Candidate:
    """A passage with its score (1 the best, falling with the log-odds) and the likenesses behind it: its own cosine and its best question's."""

    passage: Passage
    clause: Clause
    score: float
    similarity: float
    asked_similarity: float
    late: float = 0.0
    """How well every piece of the question is met (rag.late)."""


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
    unmet: float = 0.0
    """Share (0..1) of what the question is made of that the best passages do not speak of."""


def retrieve(
    query: Query,
    build: Build,
    embedder: Embedder | None,
    *,
    within: Collection[str] = (),
) -> Ranking:
    """Rank passages for `query`, limited to `query.policies` and to the clause ids `within`.

    Without an embedder, or when the build was made with another model, lexical
    evidence alone decides.
    """
    evidence = Evidence(query, build, embedder)
    rows = put_forward(evidence, allowed_rows(query, build, within))
    if not rows.size:
        return Ranking((), 0.0)
    table = evidence.table(rows)
    scores = weighed(table, build.has_questions[rows])
    for passage_worths in _standings(query, build):
        worth = passage_worths[rows]
        scores = scores + worth
        if worth[scores.argmax()] == 0:  # what stands as it should is not mixed with the rest
            kept = worth == 0
            rows, table, scores = rows[kept], table[kept], scores[kept]
    order = np.lexsort((rows, -scores))[:CANDIDATES]
    best = float(scores[order[0]])
    own, asked, late = (SIGNALS.index(name) for name in ("vector", "asked_vector", "late"))
    candidates = tuple(
        Candidate(
            build.passages[rows[place]],
            build.clause_by_id[build.passages[rows[place]].clause_id],
            max(1 - (best - float(scores[place])) / SPREAD, 0.0),
            max(float(table[place, own]), 0.0),
            float(table[place, asked]),
            float(table[place, late]),
        )
        for place in order
    )
    typical = evidence.nearest[-1][1] if evidence.nearest else 0.0
    peak = float(evidence.lexical["grams"][rows].max())
    return Ranking(candidates, peak, typical, best, evidence.unmet(rows[order[:EVIDENCE]]))


def _standings(query: Query, build: Build) -> Iterator[NDArray[np.float32]]:
    """(passages,) log-odds for what a document is on the day asked for, and for whose province it is: 0 where it may answer."""
    if query.day and not query.any_validity:
        yield build.standing_on(query.day)
    if not query.policies and set(query.places) <= {HOME}:
        yield ELSEWHERE * build.from_elsewhere.astype(np.float32)


def put_forward(evidence: Evidence, allowed: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Rows that keyword or vector search finds among the allowed ones, in row order."""
    best: list[NDArray[np.intp]] = []
    for scores in evidence.lexical.values():
        found = np.flatnonzero(allowed & (scores > 0))
        if len(found) > PUT_FORWARD:
            found = found[np.argpartition(-scores[found], PUT_FORWARD)[:PUT_FORWARD]]
        best.append(found)
    near = [row for row, _ in (*evidence.nearest, *evidence.nearest_asked) if allowed[row]]
    return np.unique(np.concatenate([*best, np.array(near, dtype=np.intp)]))


def weighed(table: NDArray[np.float32], has_questions: NDArray[np.bool_]) -> NDArray[np.float32]:
    """(rows,) scores: the weights differ between documents with and without written questions."""
    fitted = _ranking()
    without, having = (np.array([fitted[kind][name] for name in SIGNALS]) for kind in KINDS)
    scores: NDArray[np.float32] = np.where(
        has_questions, table @ having + fitted["with_questions"]["offset"], table @ without
    ).astype(np.float32)
    return scores


@lru_cache(maxsize=1)
def _ranking() -> dict[str, dict[str, float]]:
    fitted: dict[str, dict[str, float]] = json.loads(RANKING.read_text(encoding="utf8"))
    return fitted


def allowed_rows(query: Query, build: Build, within: Collection[str] = ()) -> NDArray[np.bool_]:
    """(passages,) which may be found: no bare headings, and only the policies and clauses asked about."""
    allowed = ~build.is_heading
    if query.standing:
        allowed &= build.is_retold if query.standing == "retold" else ~build.is_retold
    if query.policies:
        allowed &= np.isin(build.document_of_passage, list(query.policies))
    if within:
        allowed &= np.fromiter(
            (passage.clause_id in within for passage in build.passages), bool, len(allowed)
        )
    return allowed
