"""Write a build folder, prove it, switch the pointer to it, clear away old ones.

Order is what makes a kill harmless: everything is written and synced under a
provisional name, then renamed, and only then does the pointer name it.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from rag.builds import Build
from rag.embedder import Embedder
from rag.errors import BusyError, StoreError
from rag.indexed import indexed_text
from rag.late import PieceIndex
from rag.lexical import LexicalIndex
from rag.manifest import (
    CHROMA,
    CHROMA_QUESTIONS,
    LEXICAL,
    LOCK,
    MANIFEST,
    PROBE_TEXT,
    VECTORS,
    Manifest,
    Source,
    builds_folder,
    current_build,
    fingerprints,
    point_to,
    sync,
    write_manifest,
    write_rows,
)
from rag.opening import LARGE, open_build, tolerated
from rag.remote_store import collection_name, remove_collections, write_collection
from rag.store import EmbeddedIndex
from rag.supports import Support
from rag.types import Clause, Document, Passage

PROVISIONAL: Final = ".writing-"
Progress = Callable[[str, int, int], None]
"""Called with the step (read, parse, embed, write, verify, publish), how much is done, and of how much."""


@dataclass(frozen=True, eq=False)
class Content:
    """What goes into a build. `vectors` is (passages + questions + clauses, dimension) float32, unit rows."""

    documents: tuple[Document, ...]
    clauses: tuple[Clause, ...]
    passages: tuple[Passage, ...]
    questions: tuple[Passage, ...]
    sources: tuple[Source, ...]
    pipeline: str
    supports: tuple[Support, ...] = ()
    vectors: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 0), dtype=np.float32))


@contextmanager
def sole_writer(home: Path) -> Iterator[None]:
    """Hold the data folder for writing; the system lets go of it when the process dies.

    Raises:
        BusyError: another process holds it.
        StoreError: the folder cannot be written.
    """
    try:
        builds_folder(home).mkdir(parents=True, exist_ok=True)
        lock = FileLock(home / LOCK).acquire(timeout=0)
    except Timeout as problem:
        raise BusyError("另一个入库进程正在运行，请等它结束后再试。") from problem
    except OSError as problem:
        raise StoreError(
            f"数据目录 {home} 不能写入（{problem.strerror}），请检查权限或 CHUANCE_HOME。"
        ) from problem
    with lock:
        yield


def provisional_vectors(home: Path) -> Path:
    """Where the vectors of the build to be written wait; `clear_leftovers` removes them after a kill."""
    folder = builds_folder(home) / f"{PROVISIONAL}{VECTORS.partition('.')[0]}"
    folder.mkdir(exist_ok=True)
    return folder / VECTORS


def clear_leftovers(home: Path, chroma_url: str = "") -> None:
    """Remove what killed runs left. Only for the sole writer: nobody else can be writing it."""
    for folder in builds_folder(home).iterdir():
        if folder.name.startswith(PROVISIONAL) or not (folder / MANIFEST).is_file():
            _remove(folder, chroma_url)


def write_build(
    content: Content, home: Path, embedder: Embedder, progress: Progress, chroma_url: str = ""
) -> Path:
    """Write every file of a new build under a provisional name; returns its folder.

    With `chroma_url` the vector indexes go to that server instead.

    Raises:
        StoreError: a file could not be written, mostly for want of space, or the server does not take it.
    """
    created = datetime.now(UTC)
    build_id = f"{created:%Y%m%dT%H%M%S}{created.microsecond // 1000:03}Z"
    folder = builds_folder(home) / f"{PROVISIONAL}{build_id}"
    with _removed_on_failure(folder, chroma_url):
        folder.mkdir()
        rows = {
            "documents": content.documents,
            "clauses": content.clauses,
            "passages": content.passages,
            "questions": content.questions,
            "supports": content.supports,
        }
        for name, values in rows.items():
            write_rows(folder / f"{name}.jsonl", values)
        content = replace(content, vectors=_placed(content.vectors, folder / VECTORS))
        pieces = embedder.pieces([indexed_text(passage) for passage in content.passages])
        if pieces is not None:
            PieceIndex.of(pieces).save(folder)
        progress("write", 1, 4)
        LexicalIndex.build(content.passages, content.clauses, content.questions, folder / LEXICAL)
        progress("write", 2, 4)
        first = 0
        for name, units in ((CHROMA, content.passages), (CHROMA_QUESTIONS, content.questions)):
            vectors, first = content.vectors[first : first + len(units)], first + len(units)
            if units and chroma_url:
                write_collection(chroma_url, collection_name(build_id, name), units, vectors)
            elif units:
                EmbeddedIndex.build(units, vectors, folder / name)
        progress("write", 3, 4)
        manifest = Manifest(
            build_id=build_id,
            created=created.isoformat(timespec="seconds"),
            sources=content.sources,
            pipeline=content.pipeline,
            model=embedder.name,
            probe=tuple(round(float(value), 6) for value in embedder.embed_query(PROBE_TEXT)),
            counts={name: len(values) for name, values in rows.items()},
            files=fingerprints(folder),
        )
        write_manifest(folder, manifest)
        progress("write", 4, 4)
    return folder


def publish(folder: Path, home: Path, embedder: Embedder, progress: Progress, chroma_url: str = "") -> Build:
    """Open a provisional build as a reader would, ask for every passage, and point to it.

    Raises:
        StoreError: the build is not what was written; the old one stays.
    """
    with _removed_on_failure(folder, chroma_url):
        build = open_build(folder, embedder, chroma_url)
        _verify(build, folder)
        progress("verify", len(build.passages), len(build.passages))
        for path in (folder, *folder.rglob("*")):
            sync(path)
        final = folder.rename(folder.with_name(build.id))
    with _removed_on_failure(final, chroma_url):
        sync(final.parent)
        progress("publish", 0, 1)
        point_to(home, build.id)
    progress("publish", 1, 1)
    return build


def prune(home: Path, kept: int, chroma_url: str = "") -> None:
    """Remove all but the newest `kept` builds; the published one always stays."""
    current = current_build(home)
    others = sorted((path for path in builds_folder(home).iterdir() if path.name != current), reverse=True)
    for folder in others[max(kept - 1, 0) :]:
        _remove(folder, chroma_url)


def _placed(vectors: NDArray[np.float32], path: Path) -> NDArray[np.float32]:
    """The vectors as a mapped file at `path`: moved there when they are one already."""
    if isinstance(vectors, np.memmap) and vectors.filename:
        waiting = Path(vectors.filename)
        waiting.rename(path)
        waiting.parent.rmdir()
    else:
        np.save(path, vectors)
    mapped: NDArray[np.float32] = np.load(path, mmap_mode="r")
    return mapped


def _verify(build: Build, folder: Path) -> None:
    if build.vectors is None:
        raise StoreError(f"新索引没有通过检查：{build.vector_problem}")
    matrix, count = np.load(folder / VECTORS, mmap_mode="r"), len(build.passages)
    checked = _checked_rows(count)
    lost = build.vectors.lost_rows(matrix[:count], checked)
    # The folder is about to be renamed under the open database.
    build.vectors.close()
    if build.question_vectors is not None:
        asked = _checked_rows(len(build.questions))
        lost += build.question_vectors.lost_rows(matrix[count : count + len(build.questions)], asked)
        build.question_vectors.close()
    if len(lost) > tolerated(len(checked), count):
        raise StoreError(
            f"新索引没有通过检查：{len(lost)} 段找不到自己，原有索引保持不变。请重新运行 python -m ingest。"
        )


def _checked_rows(count: int) -> list[int]:
    """All rows; of a large index an even sample, which finds a share of lost ones to a tenth of a percent."""
    return [int(row) for row in np.unique(np.linspace(0, count - 1, min(count, LARGE), dtype=int))]


def _remove(folder: Path, chroma_url: str) -> None:
    """Remove a build, what the server holds of it first: a folder that stays says what is still to be removed."""
    if chroma_url:
        try:
            remove_collections(chroma_url, folder.name.removeprefix(PROVISIONAL))
        except StoreError:
            return
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _removed_on_failure(folder: Path, chroma_url: str) -> Iterator[None]:
    """Leave no half build behind, unless the pointer already names it: then it is whole and published."""
    try:
        yield
    except BaseException as problem:
        if current_build(folder.parent.parent) != folder.name:
            _remove(folder, chroma_url)
        if isinstance(problem, OSError | StoreError):
            raise StoreError(write_failure(problem)) from problem
        raise


def write_failure(problem: Exception) -> str:
    """What to tell of it, in Chinese; Chroma says of a full disk no more than that it could not apply its log."""
    reason = getattr(problem, "strerror", None) or str(problem).rstrip("。")
    return f"索引写入失败（{reason}），原有索引保持不变。请检查磁盘空间和权限，再运行 python -m ingest。"
