"""Pairs of questions that are almost the same, among thousands, by the character bigrams they share."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from eval.cases import bigrams

DUPLICATE: Final = 0.8
"""Jaccard similarity of character bigrams above which two questions count as one."""


def near_duplicates(questions: Sequence[str], others: Sequence[str]) -> list[tuple[int, int]]:
    """(row, other row) of every pair whose similarity exceeds `DUPLICATE`, in row order."""
    numbers: dict[str, int] = {}
    left, right = _incidence(questions, numbers), _incidence(others, numbers)
    if not left.shape[0] or not right.shape[0]:
        return []
    left.resize(left.shape[0], len(numbers))
    right.resize(right.shape[0], len(numbers))
    shared = (left @ right.T).tocoo()
    lengths, its = np.asarray(left.sum(axis=1)), np.asarray(right.sum(axis=1))
    union = lengths[shared.row] + its[shared.col] - shared.data
    found = shared.data > DUPLICATE * union
    return sorted(zip(shared.row[found].tolist(), shared.col[found].tolist(), strict=True))


def _incidence(texts: Sequence[str], numbers: dict[str, int]) -> csr_array:
    """(texts, bigrams) 1 where the bigram stands in the text; bigrams not met before get new numbers."""
    rows = [[numbers.setdefault(pair, len(numbers)) for pair in bigrams(text)] for text in texts]
    columns = np.array([number for row in rows for number in row], dtype=np.int32)
    starts = np.cumsum([0, *map(len, rows)])
    shape = (len(rows), max(len(numbers), 1))
    return csr_array((np.ones(len(columns), dtype=np.int32), columns, starts), shape=shape)
