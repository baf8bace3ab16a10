"""A disk without a free byte: the published index opens and answers as before, and damage is still called damage."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from rag import exact
from rag.assistant import Assistant
from rag.collection import DATABASE, UnwritableError
from rag.errors import StoreError
from rag.opening import open_current
from rag.settings import PROJECT_FOLDER, Settings
from rag.store import EmbeddedIndex, VectorIndex
from tests.faults import small_disk
from tests.hashing_embedder import HashingEmbedder
from tests.test_builds import folder_of
from tests.test_store import COUNT, all_passages, unit_vectors

QUESTIONS = ("数字经济的目标是什么", "航空航天有哪些支持", "明天下雨吗")


class Disk:
    """A small disk that can be filled to the last byte, or mounted so that nothing can be written."""

    def __init__(self, folder: Path, limit: Callable[[int | None], None]) -> None:
        self.folder, self._limit = folder, limit

    def fill(self) -> None:
        self._limit(0)
        assert os.statvfs(self.folder).f_bavail == 0

    def empty(self) -> None:
        self._limit(None)

    def forbid_writing(self) -> None:
        subprocess.run(["mount", "-o", "remount,ro", str(self.folder)], check=True)

    def allow_writing(self) -> None:
        subprocess.run(["mount", "-o", "remount,rw", str(self.folder)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk") as limit:
        if limit is None:
            pytest.skip("mounting is forbidden")
        yield Disk(tmp_path / "disk", limit)


@pytest.fixture
def collection(disk: Disk) -> Path:
    EmbeddedIndex.build(all_passages(), unit_vectors(COUNT), disk.folder / "chroma")
    return disk.folder / "chroma"


def opened(collection: Path) -> EmbeddedIndex:
    return EmbeddedIndex.open(collection, all_passages(), unit_vectors(COUNT))


def found(index: VectorIndex) -> list[list[tuple[int, float]]]:
    asked = ((number, names) for number in range(9) for names in ((), ("shili-b",), ("shili-none",)))
    return [index.nearest(unit_vectors(COUNT)[number], 20, names) for number, names in asked]


def forget_trigger(collection: Path) -> None:
    """Make opening write again, as in a database that was not finished."""
    with closing(sqlite3.connect(collection / DATABASE)) as database:
        database.execute("DROP TRIGGER reading_writes_nothing")


def test_a_full_disk_changes_no_answer(disk: Disk, built_index: Settings) -> None:
    settings = replace(built_index, home=disk.folder / "home")
    shutil.copytree(built_index.home, settings.home)
    before = [Assistant.open(settings).ask(question) for question in QUESTIONS]
    disk.fill()
    assistant = Assistant.open(settings)
    answers = [assistant.ask(question) for question in QUESTIONS]

    assert [replace(one, elapsed_ms=0.0) for one in answers] == [
        replace(one, elapsed_ms=0.0) for one in before
    ]
    assert before[0].citations
    assert assistant.library.current().vector_problem is None


def test_programs_answer_when_no_folder_has_room(disk: Disk, built_index: Settings) -> None:
    shutil.copytree(built_index.home, disk.folder / "home")
    (disk.folder / "tmp").mkdir()
    folders = {name: str(disk.folder / "tmp") for name in ("HOME", "TMPDIR", "SQLITE_TMPDIR")}
    environment = {**os.environ, **folders, "CHUANCE_HOME": str(disk.folder / "home")}
    disk.fill()

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", *arguments]
        return subprocess.run(
            command, cwd=PROJECT_FOLDER, env=environment, capture_output=True, text=True, check=False
        )

    asked, ingested = run("rag", "ask", QUESTIONS[0]), run("ingest", "--rebuild")
    again = run("rag", "ask", QUESTIONS[0])

    assert (asked.returncode, asked.stderr) == (0, "")
    assert "[1]" in asked.stdout
    assert ingested.returncode == 1
    assert "请检查磁盘空间" in ingested.stderr
    assert again.stdout == asked.stdout


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: truncate(folder / "chroma" / DATABASE),
        lambda folder: (folder / "chroma" / DATABASE).write_bytes(b"\xff" * 4096),
        lambda folder: (folder / "chroma" / DATABASE).unlink(),
        lambda folder: truncate(next(folder.glob("chroma/*/data_level0.bin"))),
        lambda folder: truncate(folder / "vectors.npy"),
    ],
    ids=["database-truncated", "database-of-noise", "database-deleted", "graph", "vectors"],
)
def test_damage_on_a_full_disk_is_called_damage(
    disk: Disk, sample_home: Path, damage: Callable[[Path], None]
) -> None:
    settings = Settings(home=disk.folder / "home")
    shutil.copytree(sample_home, settings.home)
    damage(folder_of(settings))
    disk.fill()

    with pytest.raises(StoreError, match=r"已损坏.*python -m ingest --rebuild"):
        open_current(settings, HashingEmbedder())


@pytest.mark.parametrize(
    ("spoil", "mend", "reason"),
    [
        (Disk.fill, Disk.empty, "磁盘已满，暂用索引文件夹里的向量逐条比对，请清理磁盘空间后重启。"),
        (
            Disk.forbid_writing,
            Disk.allow_writing,
            "索引文件夹不能写入，暂用索引文件夹里的向量逐条比对，请检查权限后重启。",
        ),
    ],
    ids=["full", "read-only"],
)
def test_vectors_are_compared_one_by_one_when_chroma_has_to_write(
    disk: Disk, collection: Path, spoil: Callable[[Disk], None], mend: Callable[[Disk], None], reason: str
) -> None:
    forget_trigger(collection)
    before = found(opened(collection))
    spoil(disk)
    index = opened(collection)
    meanwhile = found(index)
    with pytest.raises(StoreError, match=reason[:4]):
        index.lost_rows(unit_vectors(COUNT), [0])
    with pytest.raises(UnwritableError):
        EmbeddedIndex.open(collection, all_passages())
    mend(disk)
    reopened = opened(collection)

    assert str(index.problem) == reason
    assert [[row for row, _ in rows] for rows in meanwhile] == [[row for row, _ in rows] for rows in before]
    scores = [score for rows in meanwhile for _, score in rows]
    assert scores == pytest.approx([score for rows in before for _, score in rows], abs=1e-5)
    assert (reopened.problem, found(reopened)) == (None, before)


def test_too_many_vectors_are_not_compared(
    disk: Disk, collection: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_trigger(collection)
    monkeypatch.setattr(exact, "COMPARED_ROWS", COUNT - 1)
    disk.fill()
    index = opened(collection)

    with pytest.raises(StoreError, match="磁盘已满，暂时不能按语义检索，请清理磁盘空间后重启"):
        index.nearest(unit_vectors(COUNT)[0], 5)


SORTING = """
import sys
from pathlib import Path
import numpy as np
from rag.collection import UnwritableError
from rag.store import EmbeddedIndex, VectorIndex
from rag.types import Passage
from tests.test_store import unit_vectors

folder, full, count = Path(sys.argv[1]), Path(sys.argv[2]), 1500
passages = [Passage(f"{'示' * 700}{row}", "shili#1", f"shili-{row % 2}", 0, 2, "示例", "") for row in range(count)]
vectors = unit_vectors(count)
EmbeddedIndex.build(passages, vectors, folder)
index = EmbeddedIndex.open(folder, passages, vectors)
before = index.nearest(vectors[0], 9, ["shili-0"])
with full.open("wb", 0) as file:
    try:
        while True:
            file.write(bytes(4096))
    except OSError:
        pass
try:
    VectorIndex.nearest(index, vectors[0], 9, ["shili-0"])
    sys.exit("Chroma sorted without room")
except UnwritableError:
    pass
meanwhile = index.nearest(vectors[0], 9, ["shili-0"])
assert [row for row, _ in meanwhile] == [row for row, _ in before], (meanwhile, before)
full.unlink()
assert index.problem is None
assert index.nearest(vectors[0], 9, ["shili-0"]) == before
"""
"""Ids so long that SQLite sorts them in a temporary file, as it does those of tens of thousands of passages."""


def test_a_question_is_answered_while_there_is_no_room_to_sort(disk: Disk, tmp_path: Path) -> None:
    """In a process of its own: SQLite looks up its folder for temporary files but once."""
    finished = subprocess.run(
        [sys.executable, "-c", SORTING, str(tmp_path / "chroma"), str(disk.folder / "filler")],
        cwd=PROJECT_FOLDER,
        env={**os.environ, "SQLITE_TMPDIR": str(disk.folder)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert finished.returncode == 0, finished.stderr
