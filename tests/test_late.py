"""Late interaction: every piece of the question looks for its best match, weighted by its length."""

from pathlib import Path

import numpy as np
import pytest

from rag.late import PieceIndex

MODEL = np.array([[0, 0], [2, 0], [0, 1], [1, 1]], dtype=np.float32)
"""Piece 0 means nothing; 1 and 2 are at right angles, 1 counts twice as much; 3 lies between."""


def test_scores_are_weighted_means_of_best_cosines() -> None:
    index = PieceIndex.of([[1, 2], [2], [3]])

    found = index.scores([1, 2], [0, 1, 2], MODEL)

    np.testing.assert_allclose(found, [1.0, 1 / 3, np.sqrt(0.5)], atol=1e-6)


def test_only_the_rows_asked_for_are_scored_in_their_order() -> None:
    index = PieceIndex.of([[1], [2], [3]])

    np.testing.assert_allclose(index.scores([2], [2, 1], MODEL), [np.sqrt(0.5), 1.0], atol=1e-6)


@pytest.mark.parametrize(
    ("question", "texts"),
    [([], [[1]]), ([0], [[1]]), ([1], [[]])],
    ids=["no-question", "no-meaning", "no-text"],
)
def test_an_empty_side_scores_nothing(question: list[int], texts: list[list[int]]) -> None:
    assert PieceIndex.of(texts).scores(question, [0], MODEL).tolist() == [0.0]


def test_what_is_saved_is_read_back(tmp_path: Path) -> None:
    PieceIndex.of([[1, 2], [], [3]]).save(tmp_path)
    index = PieceIndex.open(tmp_path)

    assert index is not None
    assert (index.flat.tolist(), index.starts.tolist()) == ([1, 2, 3], [0, 2, 2, 3])


def test_a_build_without_pieces_has_no_index(tmp_path: Path) -> None:
    assert PieceIndex.open(tmp_path) is None
