"""Evidence for a passage as numbers, by name: what the learned ranking weighs (rag.retrieve).

| signal          | what it says                                                                |
|-----------------|-----------------------------------------------------------------------------|
| `grams`         | BM25 of the sentence over character 1-3-grams, in units of `BM25_UNIT`       |
| `clause_grams`  | the same of the whole clause                                                |
| `asked`         | the same of the sentence together with the questions written for it          |
| `vector`        | cosine of question and sentence                                             |
| `clause_vector` | cosine of question and clause                                               |
| `asked_vector`  | cosine of the question and the nearest question written for the sentence     |
| `late`          | how well every piece of the question is met by a piece of the sentence       |
| `attribute`     | share of the attributes asked for (amount, date, body …) that the sentence holds |

None is scaled by what else was found, so that a score means the same in every question.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rag.attributes import holds_attribute
from rag.builds import Build
from rag.embedder import Embedder
from rag.types import Query

FloatVector = NDArray[np.float32]
Rows = NDArray[np.intp]

LEXICAL: Final = ("grams", "clause_grams", "asked")
SIGNALS: Final = (*LEXICAL, "vector", "clause_vector", "asked_vector", "late", "attribute")
BM25_UNIT: Final = 20.0
"""Brings BM25 to the size of cosines, which keeps the fitted weights comparable."""
NEAREST: Final = 60
"""Sentences, and written questions, that vector search puts forward."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """All signals of one question over one build; each is computed when first asked for."""

    query: Query
    build: Build
    embedder: Embedder | None

    @property
    def text(self) -> str:
        """What is looked up."""
        return self.query.core or self.query.text

    @cached_property
    def lexical(self) -> dict[str, FloatVector]:
        """Every signal of `LEXICAL` that the build has: (passages,) each."""
        index, query = self.build.lexical, self.query
        found = {
            "grams": index.scores("passage_grams", self.text),
            "clause_grams": index.scores("clause_grams", self.text)[self.build.clause_row_of_passage],
        }
        if self.build.questions:
            # An English question is compared with the English ones as it was asked.
            found["asked"] = index.scores("question_grams", query.text if query.foreign else self.text)
        return {name: scores / BM25_UNIT for name, scores in found.items()}

    @cached_property
    def vector(self) -> FloatVector | None:
        """(dimension,) unit vector of the question; None without vector search."""
        if self.embedder is None or self.build.mismatch:
            return None
        return np.asarray(self.embedder.embed_query(self.text), dtype=np.float32)

    @cached_property
    def nearest(self) -> list[tuple[int, float]]:
        """Rows of the nearest sentences with their cosines, nearest first."""
        if self.vector is None:
            return []
        return self.build.vector_scores(self.vector, NEAREST, self.query.policies)

    @cached_property
    def nearest_asked(self) -> list[tuple[int, float]]:
        """Rows of the sentences of the nearest written questions with their cosines, nearest first."""
        if self.vector is None:
            return []
        return self.build.question_scores(self.vector, NEAREST, self.query.policies)

    def asked_similarity(self, rows: Rows) -> FloatVector:
        """Cosine of the nearest question written for each sentence; the smallest found where none was near."""
        found = np.full(
            len(self.build.passages), min((score for _, score in self.nearest_asked), default=0.0), np.float32
        )
        for row, score in self.nearest_asked:
            found[row] = max(found[row], score)
        return found[rows]

    def table(self, rows: Rows) -> NDArray[np.float32]:
        """All signals of the passages `rows`: (rows, SIGNALS) float32, 0 for a signal the build does not have."""
        build, vector = self.build, self.vector
        columns = {name: scores[rows] for name, scores in self.lexical.items()}
        if vector is not None:
            clauses = len(build.passages) + len(build.questions) + build.clause_row_of_passage[rows]
            columns["vector"] = build.matrix[rows] @ vector
            columns["clause_vector"] = build.matrix[clauses] @ vector
            columns["asked_vector"] = self.asked_similarity(rows)
            late = self._late(rows)
            columns["late"] = columns["vector"] if late is None else late
        columns["attribute"] = self._attribute(rows)
        nothing = np.zeros(len(rows), dtype=np.float32)
        return np.stack([columns.get(name, nothing) for name in SIGNALS], axis=1).astype(np.float32)

    @cached_property
    def _pieces(self) -> list[int]:
        found = self.embedder.pieces([self.text]) if self.embedder and self.vector is not None else None
        return found[0] if found else []

    def _late(self, rows: Rows) -> FloatVector | None:
        """None when the model is no static one: its cosine has to do for both."""
        model = self.embedder.late_rows if self.embedder else None
        if self.build.pieces is None or model is None:
            return None
        return self.build.pieces.scores(self._pieces, rows, model)

    def unmet(self, rows: Rows) -> float:
        """Share (0..1) of what the question is made of that the passages `rows` do not speak of.

        Weighed pieces of a static model; characters where there is none.
        """
        model = self.embedder.late_rows if self.embedder else None
        if self.build.pieces is not None and model is not None and self.vector is not None:
            return self.build.pieces.unmet(self._pieces, rows, model)
        asked = {sign for sign in self.text if sign.isalnum()}
        return len(asked - set("".join(self.build.passages[row].text for row in rows))) / max(len(asked), 1)

    def _attribute(self, rows: Rows) -> FloatVector:
        asked = self.query.asks or (("figure",) if self.query.form == "figure" else ())
        held = np.zeros(len(rows), dtype=np.float32)
        for name in asked:
            held += [holds_attribute(name, self.build.passages[row].text) for row in rows]
        return held / np.float32(max(len(asked), 1))
