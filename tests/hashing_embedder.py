"""A small deterministic embedding model for tests: hashed character bigrams, no files, no training."""

import zlib
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rag.embedder import Embedder, unit_rows


class HashingEmbedder(Embedder):
    """Texts that share characters and bigrams are near; `embedded` counts the texts it has seen."""

    def __init__(self, name: str = "示例模型", dimension: int = 1024, *, seed: int = 0) -> None:
        self.name = name
        self.dimension = dimension
        self.seed = seed
        self.embedded = 0

    def embed_matrix(self, texts: Sequence[str]) -> NDArray[np.float32]:
        matrix = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for gram in (*text, *map("".join, pairwise(text))):
                number = zlib.crc32(gram.encode(), self.seed)
                matrix[row, number % self.dimension] += 1 if number & 0x10000 else -1
        self.embedded += len(texts)
        return unit_rows(matrix)
