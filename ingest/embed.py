"""Texts -> vectors, computing only those that the current build does not have."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.publish import Progress
from rag.builds import Build
from rag.embedder import Embedder
from rag.indexed import embedded_text
from rag.manifest import VECTORS, builds_folder
from rag.settings import Settings
from rag.types import Clause, Passage

FloatMatrix = NDArray[np.float32]
EMBEDDED_AT_ONCE: Final = 512


def known_vectors(settings: Settings, current: Build | None) -> dict[str, NDArray[np.float32]]:
    """Embedded text -> vector of every passage, question and clause of the current build, which is of the same model."""
    if current is None:
        return {}
    matrix = np.load(builds_folder(settings.home) / current.id / VECTORS)
    embedded: list[Passage | Clause] = [*current.passages, *current.questions, *current.clauses]
    return {embedded_text(unit): matrix[row] for row, unit in enumerate(embedded)}


def embed(
    units: Sequence[Passage | Clause],
    embedder: Embedder,
    known: Mapping[str, NDArray[np.float32]],
    progress: Progress,
) -> tuple[FloatMatrix, int]:
    """The (units, dimension) matrix, and how many of its rows had to be computed."""
    texts = [embedded_text(unit) for unit in units]
    vectors = np.empty((len(texts), embedder.dimension), dtype=np.float32)
    missing = [row for row, text in enumerate(texts) if text not in known]
    for row, text in enumerate(texts):
        if text in known:
            vectors[row] = known[text]
    for start in range(0, len(missing), EMBEDDED_AT_ONCE):
        rows = missing[start : start + EMBEDDED_AT_ONCE]
        vectors[rows] = embedder.embed_matrix([texts[row] for row in rows])
        progress("embed", start + len(rows), len(missing))
    return vectors, len(missing)
