"""Exact vector search over the vectors in a build's folder: the same passages, more slowly, while Chroma cannot be asked."""

from collections.abc import Sequence
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rag.errors import StoreError
from rag.types import Passage

COMPARED_ROWS: Final = 500_000
"""Vectors that a question may be compared with one by one: 450,000 of 384 took 0.25 s (two busy cores)."""


class ExactSearch:
    """Compares a vector with every one of a collection; safe for many threads."""

    def __init__(self, passages: Sequence[Passage], vectors: NDArray[np.float32]) -> None:
        """`vectors` are those of `passages`, (passages, dimension) float32 with unit rows."""
        self._passages, self._vectors = passages, vectors

    @property
    def is_offered(self) -> bool:
        """Whether there are few enough vectors to answer in time."""
        return len(self._vectors) <= COMPARED_ROWS

    def nearest(
        self, vector: NDArray[np.float32], count: int, document_ids: Sequence[str], problem: StoreError
    ) -> list[tuple[int, float]]:
        """As VectorIndex.nearest (rag.store).

        Raises:
            StoreError: there are too many vectors; it says what `problem` says, for which Chroma is not asked.
        """
        if not self.is_offered:
            raise StoreError(str(problem)) from problem
        cosines = self._vectors @ np.asarray(vector, dtype=np.float32)
        rows = np.arange(len(cosines))
        if document_ids:
            rows = np.flatnonzero(np.isin(self._document_of_row, document_ids))
        best = rows[np.argsort(-cosines[rows], kind="stable")[:count]]
        similar = zip(best.tolist(), np.clip(cosines[best], 0.0, 1.0).tolist(), strict=True)
        return sorted(similar, key=lambda pair: (-pair[1], pair[0]))

    @cached_property
    def _document_of_row(self) -> NDArray[np.str_]:
        return np.array([passage.document_id for passage in self._passages], dtype=np.str_)
