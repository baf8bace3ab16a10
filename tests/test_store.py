"""Vector search: exact neighbours, filters, and damage that Chroma does not report."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from rag.errors import StoreError
from rag.settings import PROJECT_FOLDER
from rag.store import FOUND_WITHIN, VectorIndex, settled_files
from rag.types import Passage
from tests.hashing_embedder import HashingEmbedder

COUNT = 120


def passage(number: int, document: str = "shili") -> Passage:
    name = f"{document}#（{number}）"
    return Passage(f"{name}@{number}", name, document, number, number + 5, f"示例条文第{number}段", "")


def unit_vectors(count: int, dimension: int = 32) -> np.ndarray:
    vectors = np.random.default_rng(1).normal(size=(count, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def all_passages() -> list[Passage]:
    return [passage(number, "shili-a" if number % 3 else "shili-b") for number in range(COUNT)]


@pytest.fixture
def passages() -> list[Passage]:
    return all_passages()


@pytest.fixture
def folder(tmp_path: Path, passages: list[Passage]) -> Path:
    VectorIndex.build(passages, unit_vectors(COUNT), tmp_path / "chroma")
    return tmp_path / "chroma"


def test_neighbours_are_those_of_an_exact_search(folder: Path, passages: list[Passage]) -> None:
    vectors, index = unit_vectors(COUNT), VectorIndex.open(folder, passages)
    cosines = vectors @ vectors[7]
    found = index.nearest(vectors[7], 20)

    assert [row for row, _ in found] == np.argsort(-cosines)[:20].tolist()
    assert [score for _, score in found] == pytest.approx(
        np.clip(np.sort(-cosines)[:20] * -1, 0, 1), abs=1e-5
    )
    assert index.lost_rows(vectors, range(COUNT)) == []


def test_a_filter_leaves_only_its_documents(folder: Path, passages: list[Passage]) -> None:
    index = VectorIndex.open(folder, passages)

    assert {row % 3 for row, _ in index.nearest(unit_vectors(COUNT)[1], COUNT, ["shili-b"])} == {0}
    assert len(index.nearest(unit_vectors(COUNT)[1], COUNT, ["shili-b"])) == COUNT // 3
    assert index.nearest(unit_vectors(COUNT)[1], 5, ["shili-none"]) == []


def test_more_neighbours_than_passages_are_all_passages(folder: Path, passages: list[Passage]) -> None:
    found = VectorIndex.open(folder, passages).nearest(unit_vectors(COUNT)[0], 10 * COUNT)

    assert sorted(row for row, _ in found) == list(range(COUNT))
    assert all(0.0 <= score <= 1.0 for _, score in found)


def test_equal_vectors_count_as_found_and_come_in_row_order(tmp_path: Path) -> None:
    twins = [passage(number) for number in range(3 * FOUND_WITHIN)]
    vectors = np.repeat(unit_vectors(1), len(twins), axis=0)
    VectorIndex.build(twins, vectors, tmp_path / "chroma")
    index = VectorIndex.open(tmp_path / "chroma", twins)

    assert index.lost_rows(vectors, range(len(twins))) == []
    assert [row for row, _ in index.nearest(vectors[0], len(twins))] == list(range(len(twins)))


def test_a_text_without_known_words_is_not_counted_as_lost(tmp_path: Path) -> None:
    vectors = np.concatenate([unit_vectors(3), np.zeros((1, 32), dtype=np.float32)])
    some = [passage(number) for number in range(4)]
    VectorIndex.build(some, vectors, tmp_path / "chroma")

    assert VectorIndex.open(tmp_path / "chroma", some).lost_rows(vectors, range(4)) == []


@pytest.mark.parametrize("count", [1, 2, 5])
def test_the_smallest_indexes_work(tmp_path: Path, count: int) -> None:
    some = [passage(number) for number in range(count)]
    VectorIndex.build(some, unit_vectors(count), tmp_path / "chroma")

    assert VectorIndex.open(tmp_path / "chroma", some).lost_rows(unit_vectors(count), range(count)) == []


def test_reading_leaves_the_graph_files_as_they_were(folder: Path, passages: list[Passage]) -> None:
    def hashes() -> dict[str, str]:
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in settled_files(folder)}

    before, index = hashes(), VectorIndex.open(folder, passages)
    index.lost_rows(unit_vectors(COUNT), range(COUNT))
    index.close()

    assert {"data_level0.bin", "link_lists.bin", "index_metadata.pickle"} <= set(before)
    assert hashes() == before


def test_the_collection_serves_as_a_langchain_vector_store(tmp_path: Path) -> None:
    embedder, some = HashingEmbedder(), [passage(number) for number in range(9)]
    VectorIndex.build(some, embedder.embed_matrix([one.text for one in some]), tmp_path / "chroma")
    index = VectorIndex.open(tmp_path / "chroma", some)
    store = index.as_langchain(embedder)
    index.close()

    (found,) = store.similarity_search("示例条文第4段", k=1)

    assert (found.id, found.page_content, found.metadata["clause_id"]) == (
        some[4].id,
        some[4].text,
        some[4].clause_id,
    )


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


DAMAGE: dict[str, Callable[[Path], None]] = {
    "folder-deleted": shutil.rmtree,
    "database-deleted": lambda folder: (folder / "chroma.sqlite3").unlink(),
    "database-emptied": lambda folder: (folder / "chroma.sqlite3").write_bytes(b""),
    "database-truncated": lambda folder: truncate(folder / "chroma.sqlite3"),
    "database-of-noise": lambda folder: (folder / "chroma.sqlite3").write_bytes(b"\xff" * 4096),
    "graph-deleted": lambda folder: shutil.rmtree(next(folder.glob("*/"))),
    "graph-list-deleted": lambda folder: next(folder.glob("*/index_metadata.pickle")).unlink(),
    "graph-list-truncated": lambda folder: truncate(next(folder.glob("*/index_metadata.pickle"))),
    "graph-truncated": lambda folder: truncate(next(folder.glob("*/data_level0.bin"))),
}


CHECK = """
import sys
from pathlib import Path
from rag.errors import StoreError
from rag.settings import PROJECT_FOLDER
from rag.store import VectorIndex
from tests.test_store import COUNT, all_passages, unit_vectors
try:
    lost = VectorIndex.open(Path(sys.argv[1]), all_passages()).lost_rows(unit_vectors(COUNT), range(COUNT))
except StoreError:
    lost = [0]
sys.exit(3 if lost else 0)
"""


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damage_is_an_error_or_a_lost_row_never_silence(folder: Path, damage: Callable[[Path], None]) -> None:
    """In a process of its own: on some torn files Chroma's native part crashes, which is no silence either."""
    damage(folder)
    finished = subprocess.run([sys.executable, "-c", CHECK, str(folder)], cwd=PROJECT_FOLDER, check=False)

    assert finished.returncode != 0


def test_other_passages_than_those_stored_are_refused(folder: Path, passages: list[Passage]) -> None:
    with pytest.raises(StoreError, match="与条文不一致"):
        VectorIndex.open(folder, [*passages[:-1], passage(999)])


def test_passages_that_share_an_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="as many ids and vectors"):
        VectorIndex.build([passage(1), passage(1)], unit_vectors(2), tmp_path / "chroma")
