"""A build in memory: documents, clauses, passages and the indexes over them, read-only.

A build never changes once it is opened (rag.opening); an answer keeps the `Build` it
started with.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelMismatchError, StoreError
from rag.indexed import passage_id_of
from rag.late import PieceIndex
from rag.lexical import LexicalIndex
from rag.manifest import Manifest
from rag.provinces import HOME, province_of
from rag.store import VectorIndex
from rag.supports import Support
from rag.types import Clause, Document, Passage
from rag.validity import ANSWERING, REPLACED, replaced_documents, validity

if TYPE_CHECKING:
    from rag.embedder import Embedder

Row = TypeVar("Row")
NOT_IN_FORCE: Final = -2.0
"""For standing in a draft or in a policy that has lapsed: it comes first only when nothing in force is near."""
REPLACED_ODDS: Final = -8.0
"""For standing in a policy that another has replaced: what is still true stands in that one too."""
_SENTENCE_ENDS: Final = ("。", "！", "？", "；", "：", "”", "）", "|")


@dataclass(frozen=True, eq=False)
class Build:
    """One index: documents, clauses and passages with the means to rank them.

    A passage's row number is its place in `passages`, in every array and in the scores.
    """

    manifest: Manifest
    documents: Mapping[str, Document]
    clauses: tuple[Clause, ...]
    passages: tuple[Passage, ...]
    questions: tuple[Passage, ...]
    """Written questions: `text` is the question, the place is that of the passage that answers it."""
    lexical: LexicalIndex
    vectors: VectorIndex | None
    question_vectors: VectorIndex | None
    matrix: NDArray[np.float32]
    """Unit vectors of passages, questions and clauses, in that order: (rows, dimension), memory-mapped."""
    pieces: PieceIndex | None
    """Pieces of every passage under the static model of the build."""
    embedder: "Embedder | None"
    mismatch: ModelMismatchError | None = None
    """Why the vectors cannot be compared with those of `embedder`."""
    supports: tuple[Support, ...] = ()
    """What the clauses give whom (rag.match)."""

    @property
    def vector_problem(self) -> StoreError | None:
        """Why vector search is not used, or only without its server; what else there is answers all the same."""
        problems = (index.problem for index in (self.vectors, self.question_vectors) if index)
        return self.mismatch or next((problem for problem in problems if problem), None)

    @property
    def id(self) -> str:
        return self.manifest.build_id

    @cached_property
    def clause_by_id(self) -> Mapping[str, Clause]:
        return {clause.id: clause for clause in self.clauses}

    @cached_property
    def document_of_passage(self) -> NDArray[np.str_]:
        """Document id of every passage: (passages,)."""
        return np.array([passage.document_id for passage in self.passages], dtype=np.str_)

    @cached_property
    def replaced(self) -> frozenset[str]:
        """Ids of the documents that another document of the build ends."""
        return replaced_documents(self.documents)

    def validity_of(self, document_id: str, day: date) -> str:
        """Validity of a document on `day` (rag.validity)."""
        return validity(self.documents[document_id], day, self.replaced)

    def standing_on(self, day: date) -> NDArray[np.float32]:
        """(passages,) log-odds of a passage for what its document is on `day`: 0 in force, as far as it is known."""
        if day not in self._standing:
            worth = {
                name: 0.0
                if (found := self.validity_of(name, day)) in ANSWERING
                else REPLACED_ODDS
                if found == REPLACED
                else NOT_IN_FORCE
                for name in self.documents
            }
            self._standing.clear()
            self._standing[day] = np.array(
                [worth[name] for name in self.document_of_passage], dtype=np.float32
            )
        return self._standing[day]

    @cached_property
    def _standing(self) -> dict[date, NDArray[np.float32]]:
        return {}

    @cached_property
    def from_elsewhere(self) -> NDArray[np.bool_]:
        """(passages,) whether the document of a passage is another province's, where some are of the home province."""
        provinces = {name: province_of(document) for name, document in self.documents.items()}
        others = [name for name, province in provinces.items() if province not in ("", HOME)]
        if HOME not in provinces.values():
            others = []
        return np.isin(self.document_of_passage, others)

    @cached_property
    def is_retold(self) -> NDArray[np.bool_]:
        """(passages,) whether the document of a passage is a digest, not the official text."""
        names = [name for name, document in self.documents.items() if document.is_retold]
        return np.isin(self.document_of_passage, names)

    @cached_property
    def is_heading(self) -> NDArray[np.bool_]:
        """Whether a passage is but a title or heading, which names a subject and says nothing of it: (passages,)."""
        level = [self.clause_by_id[passage.clause_id].level for passage in self.passages]
        ends = [passage.text.endswith(_SENTENCE_ENDS) for passage in self.passages]
        return np.array([depth == 0 and not end for depth, end in zip(level, ends, strict=True)], dtype=bool)

    @cached_property
    def clause_row_of_passage(self) -> NDArray[np.intp]:
        """Place in `clauses` of every passage's clause: (passages,)."""
        row_of = {clause.id: row for row, clause in enumerate(self.clauses)}
        return np.array([row_of[passage.clause_id] for passage in self.passages], dtype=np.intp)

    def clauses_of(self, document_id: str) -> tuple[Clause, ...]:
        """The clauses of a document in reading order; empty for an unknown id."""
        return self._clauses_by_document.get(document_id, ())

    def passages_of(self, clause_id: str) -> tuple[Passage, ...]:
        """The passages of a clause in reading order; empty for an unknown id."""
        return self._passages_by_clause.get(clause_id, ())

    @cached_property
    def supporting_clauses(self) -> Mapping[str, int]:
        """Clauses that give a support -> their place in `clauses`."""
        wanted = {support.quote.clause_id for support in self.supports}
        return {clause.id: row for row, clause in enumerate(self.clauses) if clause.id in wanted}

    @cached_property
    def supports_by_need(self) -> Mapping[str, int]:
        """How many supports serve each need."""
        return Counter(need for support in self.supports for need in support.needs)

    def vector_scores(
        self,
        vector_or_text: NDArray[np.float32] | Sequence[float] | str,
        k: int,
        document_ids: Iterable[str] = (),
    ) -> list[tuple[int, float]]:
        """The `k` nearest rows of `document_ids` (empty: of all) with their cosine in 0..1, nearest first.

        Empty when the build has no vector search (`mismatch`).

        Raises:
            StoreError: the vector index broke while it was open, or a large one's server is away.
        """
        if self.vectors is None or self.embedder is None:
            return []
        text = vector_or_text
        vector = self.embedder.embed_query(text) if isinstance(text, str) else text
        return self.vectors.nearest(np.asarray(vector, dtype=np.float32), k, document_ids)

    def question_scores(
        self, vector: NDArray[np.float32] | Sequence[float], k: int, document_ids: Iterable[str] = ()
    ) -> list[tuple[int, float]]:
        """Passage rows of the `k` nearest written questions with their cosine, nearest first; a row may recur."""
        if self.question_vectors is None:
            return []
        found = self.question_vectors.nearest(np.asarray(vector, dtype=np.float32), k, document_ids)
        return [(int(self._passage_row_of_question[row]), score) for row, score in found]

    @cached_property
    def has_questions(self) -> NDArray[np.bool_]:
        """(passages,) whether questions were written for the document of a passage."""
        return np.isin(self.document_of_passage, list(self.asked_documents))

    @cached_property
    def asked_documents(self) -> frozenset[str]:
        """Ids of the documents that questions were written for."""
        return frozenset(question.document_id for question in self.questions)

    @cached_property
    def _passage_row_of_question(self) -> NDArray[np.intp]:
        row_of = {passage.id: row for row, passage in enumerate(self.passages)}
        return np.array([row_of[passage_id_of(question)] for question in self.questions], dtype=np.intp)

    @cached_property
    def _clauses_by_document(self) -> dict[str, tuple[Clause, ...]]:
        return _grouped(self.clauses, lambda clause: clause.document_id)

    @cached_property
    def _passages_by_clause(self) -> dict[str, tuple[Passage, ...]]:
        return _grouped(self.passages, lambda passage: passage.clause_id)


def _grouped(rows: Iterable[Row], key: Callable[[Row], str]) -> dict[str, tuple[Row, ...]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return {name: tuple(members) for name, members in groups.items()}
