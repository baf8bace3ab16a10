"""Late interaction over a static model's pieces: how well every piece of a question is met.

ColBERT's score (Khattab & Zaharia 2020, https://arxiv.org/abs/2004.12832) with the rows
of the static model in place of contextual vectors: every piece of the question looks
for its nearest piece in the passage; the mean of those cosines is weighted by the
length of the question piece's row, which is how much the model lets it count.
Unlike one vector a sentence, it is not diluted by what else a long sentence says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatVector = NDArray[np.float32]
FloatMatrix = NDArray[np.float32]
Pieces = NDArray[np.int32]

PIECES: Final = "pieces.npy"
STARTS: Final = "piece_starts.npy"
MET: Final = 0.5
"""Cosine from which a piece of the question counts as met."""


@dataclass(frozen=True, eq=False)
class PieceIndex:
    """The pieces of many texts: `flat` holds them end to end, `starts` (texts + 1,) where each begins."""

    flat: Pieces
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, pieces: Sequence[Sequence[int]]) -> "PieceIndex":
        """Pack the piece numbers of each text."""
        lengths = np.fromiter(map(len, pieces), dtype=np.int64, count=len(pieces))
        flat = np.fromiter((number for its in pieces for number in its), np.int32, int(lengths.sum()))
        return cls(flat, np.concatenate([[0], np.cumsum(lengths)]))

    def save(self, folder: Path) -> None:
        """Write the two arrays into `folder`."""
        np.save(folder / PIECES, self.flat)
        np.save(folder / STARTS, self.starts)

    @classmethod
    def open(cls, folder: Path) -> "PieceIndex | None":
        """Read what `save` wrote, memory-mapped; None when the model of the build has no pieces."""
        if not (folder / PIECES).is_file():
            return None
        return cls(np.load(folder / PIECES, mmap_mode="r"), np.load(folder / STARTS, mmap_mode="r"))

    def scores(
        self, question: Sequence[int], rows: Sequence[int] | NDArray[np.intp], model: FloatMatrix
    ) -> FloatVector:
        """Weighted mean of best cosines for the texts `rows`: (rows,) in -1..1; 0 where either side is empty.

        `model` is (pieces, dimension) float32, the static model's rows.
        """
        found = np.zeros(len(rows), dtype=np.float32)
        asked = model[np.asarray(question, dtype=np.intp)]
        weights = np.linalg.norm(asked, axis=1)
        chosen = np.asarray(rows, dtype=np.intp)
        lengths = (self.starts[chosen + 1] - self.starts[chosen]).astype(np.intp)
        filled = np.flatnonzero(lengths)
        if not filled.size or weights.sum() < 1e-9:
            return found
        begins = np.cumsum(lengths[filled]) - lengths[filled]
        places = np.repeat(self.starts[chosen[filled]] - begins, lengths[filled]) + np.arange(lengths.sum())
        # Few distinct pieces occur among the candidates: their cosines are computed once.
        distinct, which = np.unique(self.flat[places], return_inverse=True)
        cosines = _unit(asked) @ _unit(model[distinct]).T
        best = np.maximum.reduceat(cosines[:, which], begins, axis=1)
        found[filled] = (weights / weights.sum()) @ best
        return found

    def unmet(
        self, question: Sequence[int], rows: Sequence[int] | NDArray[np.intp], model: FloatMatrix
    ) -> float:
        """Share (0..1) of the question's weight in pieces that the texts `rows` together do not meet."""
        asked = model[np.asarray(question, dtype=np.intp)]
        weights = np.linalg.norm(asked, axis=1)
        pieces = np.concatenate([self.flat[self.starts[row] : self.starts[row + 1]] for row in rows])
        if weights.sum() < 1e-9 or not pieces.size:
            return 1.0
        best = (_unit(asked) @ _unit(model[np.unique(pieces)]).T).max(axis=1)
        return float(weights[best < MET].sum() / weights.sum())


def _unit(rows: FloatMatrix) -> FloatMatrix:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: FloatMatrix = rows / np.maximum(lengths, 1e-9)
    return scaled
