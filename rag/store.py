"""Vector search: one Chroma collection per build, written once and then only read.

The only user of chromadb and langchain_chroma. Chroma is treated as a derived
index: a kill while it writes can tear it without an error, and a lost segment still
opens, so it is proven by asking for every vector, never by its count. Its own
scores are distances; nothing outside this module sees them.
"""

import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

import chromadb
import numpy as np
from chromadb.api.client import Client
from chromadb.api.collection_configuration import CreateCollectionConfiguration
from chromadb.api.models.Collection import Collection
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from rag.errors import StoreError
from rag.types import Passage

if TYPE_CHECKING:
    from chromadb.api.types import Where
    from langchain_core.vectorstores import VectorStore

FloatVector = NDArray[np.float32]
FloatMatrix = NDArray[np.float32]

COLLECTION: Final = "passages"
LARGEST_BATCH: Final = 5461
"""Rows Chroma 1.5.9 takes in one call (`get_max_batch_size`)."""
FOUND_WITHIN: Final = 10
"""A passage must be among this many nearest ones of its own vector."""
ROWS_COMPARED: Final = 5000
"""Up to this size the stored texts are compared with the passages on opening, some 60 ms."""
_CLIENTS = threading.RLock()
"""Chroma shares one system among the clients of a path and loses count when two threads open or close them at once."""
_SAME: Final = 1e-4
"""Cosine distance of a vector to itself is within float32 rounding of 0; a torn copy is not."""
_DATABASE: Final = "chroma.sqlite3"


class VectorIndex:
    """The vectors of one build, opened read-only; safe for many threads."""

    def __init__(self, client: Client, folder: Path, passages: Sequence[Passage]) -> None:
        # First, so that a failure below closes it too: Chroma keeps every client never closed.
        self._release = weakref.finalize(self, _close, client)
        self._release.atexit = False
        self._folder = folder
        self._collection = client.get_collection(COLLECTION, embedding_function=None)
        self._row_of = {passage.id: row for row, passage in enumerate(passages)}

    @classmethod
    def build(cls, passages: Sequence[Passage], vectors: FloatMatrix, folder: Path) -> None:
        """Write a collection into the new folder `folder` and let go of it.

        `vectors` is (passages, dimension) float32 with unit rows, in the same order.

        Raises:
            ValueError: passages and vectors do not pair up, or two passages share an id.
            StoreError: Chroma cannot write.
        """
        if len(passages) != len(vectors) or len({passage.id for passage in passages}) != len(passages):
            raise ValueError(
                f"{len(passages)} passages need as many ids and vectors, got {len(vectors)} vectors"
            )
        folder.mkdir(parents=True)
        client = _client(folder)
        with _damage_named(folder), ExitStack() as stack:
            stack.callback(_close, client)
            collection = client.create_collection(
                COLLECTION, embedding_function=None, configuration=_configuration(len(passages))
            )
            for rows in _even_batches(len(passages)):
                batch = [passages[row] for row in rows]
                collection.add(
                    ids=[passage.id for passage in batch],
                    documents=[passage.text for passage in batch],
                    embeddings=vectors[rows.start : rows.stop],
                    metadatas=[_metadata(passage, row) for row, passage in zip(rows, batch, strict=True)],
                )

    @classmethod
    def open(cls, folder: Path, passages: Sequence[Passage]) -> "VectorIndex":
        """Open the collection of `passages` (in row order) and compare what is stored with them.

        Raises:
            StoreError: the collection is missing, unreadable or holds other passages.
        """
        if not (folder / _DATABASE).is_file():
            # Chroma would create an empty database and say nothing.
            raise StoreError(f"找不到向量索引 {folder / _DATABASE}。")
        with _damage_named(folder):
            index = cls(_client(folder), folder, passages)
            whole = _holds(index._collection, passages)
        if not whole:
            index.close()
            raise StoreError(f"向量索引 {folder} 里的内容与条文不一致。")
        return index

    def nearest(
        self, vector: FloatVector, count: int, document_ids: Iterable[str] = ()
    ) -> list[tuple[int, float]]:
        """The `count` nearest rows of `document_ids` (empty: of all) with their cosine, clamped to 0..1.

        `vector` is (dimension,) float32. Nearest first, equal ones in row order.
        """
        wanted = list(document_ids)
        where = cast("Where", {"document_id": {"$in": wanted}}) if wanted else None
        count = min(count, len(self._row_of))
        found = self._query(np.asarray(vector, dtype=np.float32)[None, :], count, where)
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        similar = [
            (self._row_of[name], min(1.0, max(0.0, 1.0 - float(distance)))) for name, distance in pairs
        ]
        return sorted(similar, key=lambda pair: (-pair[1], pair[0]))

    def lost_rows(self, vectors: FloatMatrix, rows: Sequence[int]) -> list[int]:
        """Those of `rows` that their own vector does not find: damage that `count()` hides.

        A passage counts as found when others with the very same vector are: among hundreds of
        sentences that many laws share word for word, the graph reaches some and not others.
        One without any known word has a zero vector and cannot be found by it.

        Raises:
            StoreError: Chroma cannot answer.
        """
        checked = [row for row in rows if float(np.linalg.norm(vectors[row])) > 0.5]
        lost: list[int] = []
        for start in range(0, len(checked), LARGEST_BATCH):
            batch = checked[start : start + LARGEST_BATCH]
            found = self._query(vectors[batch], min(FOUND_WITHIN, len(self._row_of)), None)
            for row, ids, distances in zip(batch, found["ids"], found["distances"], strict=True):
                same = [name for name, distance in zip(ids, distances, strict=True) if distance < _SAME]
                if not same:
                    lost.append(row)
        return lost

    def as_langchain(self, embedder: Embeddings) -> "VectorStore":
        """The collection as a LangChain vector store, for chains other than ours; do not write to it."""
        from langchain_chroma import Chroma  # half a second that answering a question does not need

        # A client of its own, so that the store may outlive this object.
        own = _client(self._folder)
        store: VectorStore = Chroma(COLLECTION, embedder, client=own, create_collection_if_not_exists=False)
        return store

    def close(self) -> None:
        """Release the files; nothing may be asked afterwards."""
        self._release()

    def _query(self, vectors: FloatMatrix, count: int, where: "Where | None") -> Any:  # noqa: ANN401 (a TypedDict whose asked-for fields mypy takes for None)
        with _damage_named(self._folder):
            return self._collection.query(
                query_embeddings=vectors, n_results=count, where=where, include=["distances"]
            )


@contextmanager
def _damage_named(folder: Path) -> Iterator[None]:
    """Turn what Chroma raises on unusable files into a StoreError; programming errors pass."""
    try:
        yield
    except (ChromaError, OSError, RuntimeError, ValueError) as problem:
        raise StoreError(f"向量索引 {folder} 不能用（{problem}）。") from problem
    except BaseException as problem:
        # The Rust part panics on some torn files; its exception is no Exception.
        if type(problem).__name__ != "PanicException":
            raise
        raise StoreError(f"向量索引 {folder} 已损坏（{problem}）。") from problem


def settled_files(folder: Path) -> list[Path]:
    """Files of a collection that never change once it is built: those of the vector graph.

    The database file is left out: opening it writes to its header.
    """
    graphs = [path.parent for path in folder.glob("*/index_metadata.pickle")]
    return sorted(path for graph in graphs for path in graph.iterdir() if path.is_file())


def _client(folder: Path) -> Client:
    settings = ChromaSettings(anonymized_telemetry=False)
    with _CLIENTS:
        return cast("Client", chromadb.PersistentClient(path=str(folder), settings=settings))


def _close(client: Client) -> None:
    with _CLIENTS:
        client.close()


def _configuration(count: int) -> CreateCollectionConfiguration:
    """Cosine, a graph dense enough to be exact at our sizes, written to disk when the last vector is in.

    Below `sync_threshold` (1000) Chroma keeps vectors only in its database's log.
    """
    return {
        "hnsw": {
            "space": "cosine",
            "ef_construction": 200,
            "ef_search": 200,
            "max_neighbors": 32,
            "batch_size": max(2, min(count, 100)),
            "sync_threshold": max(2, min(count, 1000)),
        }
    }


def _even_batches(count: int) -> list[range]:
    """Batches of about equal size: a short last one would stay below `sync_threshold`."""
    batches = -(-count // LARGEST_BATCH)
    edges = [count * number // batches for number in range(batches + 1)] if batches else [0]
    return [range(start, stop) for start, stop in pairwise(edges)]


def _metadata(passage: Passage, row: int) -> dict[str, str | int]:
    return {
        "document_id": passage.document_id,
        "clause_id": passage.clause_id,
        "row": row,
        "start": passage.start,
        "end": passage.end,
    }


def _holds(collection: Collection, passages: Sequence[Passage]) -> bool:
    """Whether exactly `passages` are stored; above `ROWS_COMPARED` only their ids are read."""
    if len(passages) > ROWS_COMPARED:
        return set(collection.get(include=[])["ids"]) == {passage.id for passage in passages}
    stored: Any = collection.get(include=["documents", "metadatas"])
    found = {
        name: (text, metadata)
        for name, text, metadata in zip(stored["ids"], stored["documents"], stored["metadatas"], strict=True)
    }
    return found == {
        passage.id: (passage.text, _metadata(passage, row)) for row, passage in enumerate(passages)
    }
