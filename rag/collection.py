"""A Chroma collection of passages: its settings and rows; and the Chroma of a folder, its clients and its errors.

Reading needs no room on the disk. Chroma has no read-only mode (chroma-core/chroma#1438):
each opening inserts a row into `acquire_write` (rust/sqlite/src/db.rs), which a trigger in
the finished database ignores. SQLite may still want a temporary file, to sort many rows.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, cast

import chromadb
import numpy as np
from chromadb.api.client import Client
from chromadb.api.collection_configuration import CreateCollectionConfiguration
from chromadb.api.models.Collection import Collection
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError
from numpy.typing import NDArray

from rag.errors import StoreError
from rag.types import Passage

DATABASE: Final = "chroma.sqlite3"
LARGEST_BATCH: Final = 5461
"""Rows Chroma 1.5.9 takes in one call (`get_max_batch_size`)."""
ROWS_COMPARED: Final = 5000
"""Up to this size the stored texts are compared with the passages on opening, some 60 ms."""
_CLIENTS = threading.RLock()
"""Chroma shares one system among the clients of a path and loses count when two threads open or close them at once."""
_WRITES_NOTHING: Final = (
    "CREATE TRIGGER reading_writes_nothing BEFORE INSERT ON acquire_write BEGIN SELECT RAISE(IGNORE); END"
)
_UNWRITABLE: Final = (
    ("database or disk is full", "磁盘已满", "清理磁盘空间"),
    ("readonly database", "索引文件夹不能写入", "检查权限"),
)
"""What SQLite says (sqlite3ErrStr in sqlite3.c), what it means, and what helps."""


class UnwritableError(StoreError):
    """Chroma has to write and cannot; what it holds may be whole."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.remedy = remedy


def open_client(folder: Path) -> Client:
    """A client of the Chroma in `folder`; raises what Chroma raises."""
    with _CLIENTS:
        try:
            settings = ChromaSettings(anonymized_telemetry=False)
            return cast("Client", chromadb.PersistentClient(folder, settings))
        except BaseException:
            # Chroma keeps a system that did not start, for the next client of the path to fail on.
            if str(folder) not in SharedSystemClient._identifier_to_refcount:
                SharedSystemClient._identifier_to_system.pop(str(folder), None)
            raise


def close_client(client: Client) -> None:
    """Let go of the files of a client that `open_client` gave."""
    with _CLIENTS:
        client.close()


def make_reading_write_nothing(folder: Path) -> None:
    """Finish a database that no client has open, so that opening it writes no byte; StoreError when it cannot be written."""
    with damage_named(folder), closing(sqlite3.connect(folder / DATABASE)) as database:
        database.execute(_WRITES_NOTHING)


@contextmanager
def damage_named(folder: Path) -> Iterator[None]:
    """Turn what Chroma and SQLite raise on unusable files into a StoreError; programming errors pass."""
    try:
        yield
    except (ChromaError, sqlite3.Error, OSError, RuntimeError, ValueError) as problem:
        for words, reason, remedy in _UNWRITABLE:
            if words in str(problem):
                raise UnwritableError(reason, remedy) from problem
        raise StoreError(f"向量索引 {folder} 不能用（{problem}）。") from problem
    except BaseException as problem:
        # The Rust part panics on some torn files; its exception is no Exception.
        if type(problem).__name__ != "PanicException":
            raise
        raise StoreError(f"向量索引 {folder} 已损坏（{problem}）。") from problem


def configuration(count: int) -> CreateCollectionConfiguration:
    """Cosine, a graph dense enough to be exact at our sizes, written to disk when the last vector is in.

    Below `sync_threshold` (1000) Chroma keeps vectors only in its database's log.
    """
    sizes = {"batch_size": max(2, min(count, 100)), "sync_threshold": max(2, min(count, 1000))}
    density = {"ef_construction": 200, "ef_search": 200, "max_neighbors": 32}
    return cast("CreateCollectionConfiguration", {"hnsw": {"space": "cosine", **density, **sizes}})


def additions(
    passages: Sequence[Passage], vectors: NDArray[np.float32], largest: int = LARGEST_BATCH
) -> Iterator[dict[str, Any]]:
    """What to `add` to a collection, in batches of about equal size: a short last one would stay below `sync_threshold`.

    Raises:
        ValueError: passages and vectors do not pair up, or two passages share an id.
    """
    count = len(passages)
    if count != len(vectors) or len({passage.id for passage in passages}) != count:
        raise ValueError(f"{count} passages need as many ids and vectors, got {len(vectors)} vectors")
    batches = -(-count // largest)
    edges = [count * number // batches for number in range(batches + 1)] if batches else [0]
    return (
        {
            "ids": [passage.id for passage in passages[start:stop]],
            "documents": [passage.text for passage in passages[start:stop]],
            "embeddings": vectors[start:stop],
            "metadatas": [_metadata(passages[row], row) for row in range(start, stop)],
        }
        for start, stop in pairwise(edges)
    )


def holds(collection: Collection, passages: Sequence[Passage]) -> bool:
    """Whether exactly `passages` are stored; above `ROWS_COMPARED` only their ids are read."""
    if len(passages) > ROWS_COMPARED:
        return set(collection.get(include=[])["ids"]) == {passage.id for passage in passages}
    stored: Any = collection.get(include=["documents", "metadatas"])
    rows = zip(stored["ids"], stored["documents"], stored["metadatas"], strict=True)
    found = {name: (text, metadata) for name, text, metadata in rows}
    return found == {one.id: (one.text, _metadata(one, row)) for row, one in enumerate(passages)}


def _metadata(passage: Passage, row: int) -> dict[str, str | int]:
    place = {"row": row, "start": passage.start, "end": passage.end}
    return {"document_id": passage.document_id, "clause_id": passage.clause_id, **place}
