"""Texts -> vectors, computing only those that the current build does not have."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ingest.publish import Progress, provisional_vectors, write_failure
from rag.builds import Build
from rag.embedder import Embedder
from rag.errors import StoreError
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
    home: Path,
) -> tuple[FloatMatrix, int]:
    """The (units, dimension) matrix, and how many of its rows had to be computed.

    It is written to a file in `home` and mapped: the vectors of a large collection would
    fill a third of the memory while the indexes are made, which read them once.

    Raises:
        StoreError: the file cannot be written, mostly for want of space.
    """
    path = provisional_vectors(home)
    computed = 0
    missing = sum(embedded_text(unit) not in known for unit in units)
    try:
        with path.open("wb") as file:
            np.lib.format.write_array_header_1_0(file, _header(len(units), embedder.dimension))
            for start in range(0, len(units), EMBEDDED_AT_ONCE):
                rows, new = _rows(
                    [embedded_text(unit) for unit in units[start : start + EMBEDDED_AT_ONCE]], embedder, known
                )
                file.write(rows.tobytes())
                computed += new
                progress("embed", computed, missing)
    except OSError as problem:
        raise StoreError(write_failure(problem)) from problem
    return np.load(path, mmap_mode="r"), computed


def _rows(
    texts: Sequence[str], embedder: Embedder, known: Mapping[str, NDArray[np.float32]]
) -> tuple[FloatMatrix, int]:
    """The vectors of `texts`, and how many of them are new."""
    vectors = np.empty((len(texts), embedder.dimension), dtype=np.float32)
    new = [row for row, text in enumerate(texts) if text not in known]
    for row, text in enumerate(texts):
        if text in known:
            vectors[row] = known[text]
    if new:
        vectors[new] = embedder.embed_matrix([texts[row] for row in new])
    return vectors, len(new)


def _header(rows: int, dimension: int) -> dict[str, object]:
    described = np.lib.format.dtype_to_descr(np.dtype(np.float32))
    return {"descr": described, "fortran_order": False, "shape": (rows, dimension)}
