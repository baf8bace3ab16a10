"""The Chroma of a folder: reading it changes no byte, and what cannot be opened is refused each time."""

from pathlib import Path

import pytest

from rag.collection import DATABASE
from rag.errors import StoreError
from rag.store import EmbeddedIndex, settled_files
from tests.test_store import COUNT, all_passages, unit_vectors


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    EmbeddedIndex.build(all_passages(), unit_vectors(COUNT), tmp_path / "chroma")
    return tmp_path / "chroma"


def test_reading_writes_nothing(folder: Path) -> None:
    def state() -> dict[Path, tuple[int, bytes]]:
        files = [path for path in folder.rglob("*") if path.is_file()]
        return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files}

    before = state()
    for number in range(2):
        index = EmbeddedIndex.open(folder, all_passages())
        index.nearest(unit_vectors(COUNT)[number], 20, ["shili-a"])
        index.lost_rows(unit_vectors(COUNT), range(COUNT))
        index.close()

    assert state() == before
    assert set(before) == set(settled_files(folder))
    assert folder / DATABASE in before


@pytest.mark.parametrize("content", [b"\xff" * 4096, b""], ids=["noise", "empty"])
def test_what_cannot_be_opened_is_refused_each_time(folder: Path, content: bytes) -> None:
    sound = (folder / DATABASE).read_bytes()
    (folder / DATABASE).write_bytes(content)
    for _ in range(3):
        with pytest.raises(StoreError):
            EmbeddedIndex.open(folder, all_passages())
    (folder / DATABASE).write_bytes(sound)

    assert EmbeddedIndex.open(folder, all_passages()).lost_rows(unit_vectors(COUNT), range(COUNT)) == []
