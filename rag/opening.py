"""Open the published build. Whatever is wrong with its files is found here, before the first answer."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from rag.builds import Build
from rag.errors import StoreError
from rag.late import PieceIndex
from rag.lexical import LexicalIndex
from rag.manifest import (
    CHROMA,
    CHROMA_QUESTIONS,
    LEXICAL,
    REBUILD,
    ROWS,
    VECTORS,
    builds_folder,
    changed_file,
    current_build,
    model_problem,
    read_manifest,
    read_rows,
)
from rag.remote_store import ServedIndex, collection_name
from rag.settings import Settings
from rag.store import EmbeddedIndex, FloatMatrix, VectorIndex
from rag.supports import Support
from rag.types import Clause, Document, Passage

if TYPE_CHECKING:
    from rag.embedder import Embedder

ROWS_SAMPLED: Final = 64
"""Passages that must find themselves on opening; at build time all are tried."""
LARGE: Final = 20_000
"""Passages from which an index need not find quite every one."""


def open_current(settings: Settings, embedder: "Embedder | None") -> Build:
    """Open the build the pointer names.

    Raises:
        StoreError: nothing has been ingested yet, or the index is damaged; the message says what to run.
    """
    for _ in range(3):
        build_id = published_build(settings.home)
        if build_id is None:
            raise StoreError(f"还没有索引（{settings.home}），请先运行 python -m ingest。")
        try:
            return open_build(builds_folder(settings.home) / build_id, embedder, settings.chroma_url)
        except StoreError as problem:
            failure = problem
            if published_build(settings.home) == build_id:
                break
            # Replaced and cleared away between the two reads.
    raise failure


def open_build(folder: Path, embedder: "Embedder | None", chroma_url: str = "") -> Build:
    """Open one build folder and check that it is whole; with `chroma_url` its vectors are on that server.

    Without an embedder, or with another than the build's, the build opens with
    keyword search only and says so in `vector_problem`.

    Raises:
        StoreError: a file is missing or changed, counts differ, or a sampled passage does not find itself.
    """
    manifest = read_manifest(folder)
    try:
        if changed := changed_file(folder, manifest):
            raise StoreError(f"{changed} 缺失或已被改动")
        documents = read_rows(folder / f"{ROWS[0]}.jsonl", Document)
        clauses = read_rows(folder / f"{ROWS[1]}.jsonl", Clause)
        passages = read_rows(folder / f"{ROWS[2]}.jsonl", Passage)
        questions = read_rows(folder / f"{ROWS[3]}.jsonl", Passage)
        supports = read_rows(folder / f"{ROWS[4]}.jsonl", Support)
        lexical = LexicalIndex.open(folder / LEXICAL)
        sizes = (len(documents), len(clauses), len(passages), len(questions), len(supports))
        counts = dict(zip(ROWS, sizes, strict=True))
        if counts != manifest.counts or lexical.rows("passage_grams") != len(passages):
            raise StoreError(f"条数 {counts} 与清单 {dict(manifest.counts)} 不符")
        mismatch = model_problem(manifest, embedder)
        open_vectors = partial(_open_vectors, folder, chroma_url, manifest.build_id)
        vectors = None if mismatch else open_vectors(CHROMA, passages, 0)
        question_vectors = None
        matrix = np.load(folder / VECTORS, mmap_mode="r")
        pieces = PieceIndex.open(folder)
        if len(matrix) != len(passages) + len(questions) + len(clauses):
            raise StoreError(f"{VECTORS} 有 {len(matrix)} 行，与条数不符")
        if questions and not mismatch:
            question_vectors = open_vectors(CHROMA_QUESTIONS, questions, len(passages))
    except (StoreError, OSError, ValueError, KeyError, TypeError) as problem:
        raise StoreError(f"索引 {folder.name} 已损坏：{str(problem).rstrip('。')}。{REBUILD}") from problem
    by_id = {document.id: document for document in documents}
    return Build(
        manifest, by_id, tuple(clauses), tuple(passages), tuple(questions),
        lexical, vectors, question_vectors, matrix, pieces, embedder, mismatch, tuple(supports),
    )  # fmt: skip


def tolerated(checked: int, passages: int) -> int:
    """How many of `checked` passages may fail to find themselves in an index of `passages`: none in a small one.

    The graph is approximate: of 448,000 sentences of laws, many of them alike, 0.6 % were not
    reached by their own vector. Keyword search puts those forward all the same.
    """
    return 0 if passages < LARGE else max(3, checked // 100)


def _open_vectors(
    folder: Path, chroma_url: str, build_id: str, name: str, passages: Sequence[Passage], first: int
) -> VectorIndex:
    """Open the collection `name` in `folder` or on the server; its vectors begin at row `first` of the matrix."""
    matrix = np.load(folder / VECTORS, mmap_mode="r")[first : first + len(passages)]
    if chroma_url:
        return ServedIndex(chroma_url, collection_name(build_id, name), passages, matrix, _prove)
    index = EmbeddedIndex.open(folder / name, passages, matrix)
    try:
        if index.problem is None:
            _prove(index, matrix)
    except StoreError:
        index.close()
        raise
    return index


def _prove(index: VectorIndex, matrix: FloatMatrix) -> None:
    """Raise StoreError when a sampled row of `matrix` does not find itself in `index`."""
    sample = np.unique(np.linspace(0, len(matrix) - 1, ROWS_SAMPLED, dtype=int)).tolist()
    lost = index.lost_rows(matrix, sample)
    if len(lost) > tolerated(len(sample), len(matrix)):
        raise StoreError(f"抽查 {len(sample)} 段有 {len(lost)} 段找不到自己。")


def published_build(home: Path) -> str | None:
    """The build that the pointer names, None when nothing has been published.

    Raises:
        StoreError: the pointer cannot be read.
    """
    try:
        return current_build(home)
    except (OSError, ValueError) as problem:
        raise StoreError(f"读不了索引指针（{problem}）。{REBUILD}") from problem
