"""Vector search: one Chroma collection per build, in its folder or on a server (rag.remote_store), only read once written.

Chroma is treated as a derived index: a kill while it writes can tear it without an
error, and a lost segment still opens, so it is proven by asking for every vector,
never by its count. Its own scores are distances; nothing outside sees them.
"""

import threading
import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
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
    from chromadb.api import ClientAPI
    from langchain_core.vectorstores import VectorStore

FloatVector = NDArray[np.float32]
FloatMatrix = NDArray[np.float32]

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


class VectorIndex(ABC):
    """The vectors of one build, read-only; safe for many threads. Asking raises StoreError when Chroma cannot answer."""

    name: str = "passages"
    asked_at_once: int = LARGEST_BATCH

    def __init__(self, passages: Sequence[Passage], release: Callable[[], object]) -> None:
        """`passages` in row order; `release` lets go of what the index holds open."""
        # First, so that a failure below releases too: Chroma keeps every client never closed.
        self._release = weakref.finalize(self, release)
        self._release.atexit = False
        self._row_of = {passage.id: row for row, passage in enumerate(passages)}

    @property
    def problem(self) -> StoreError | None:
        """Why it cannot be asked just now; None when it can."""
        return None

    def nearest(
        self, vector: FloatVector, count: int, document_ids: Iterable[str] = ()
    ) -> list[tuple[int, float]]:
        """The `count` nearest rows of `document_ids` (empty: of all) with their cosine, clamped to 0..1.

        `vector` is (dimension,) float32. Nearest first, equal ones in row order.
        """
        wanted = list(document_ids)
        where = {"document_id": {"$in": wanted}} if wanted else None
        asked = np.asarray(vector, dtype=np.float32)[None, :]
        found = self._query(query_embeddings=asked, n_results=min(count, len(self._row_of)), where=where)
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        similar = [(self._row_of[name], min(1.0, max(0.0, 1.0 - float(apart)))) for name, apart in pairs]
        return sorted(similar, key=lambda pair: (-pair[1], pair[0]))

    def lost_rows(self, vectors: FloatMatrix, rows: Sequence[int]) -> list[int]:
        """Those of `rows` that their own vector does not find: damage that `count()` hides.

        A passage counts as found when others with the very same vector are: among hundreds of
        sentences that many laws share word for word, the graph reaches some and not others.
        One without any known word has a zero vector and cannot be found by it.
        """
        checked = [row for row in rows if float(np.linalg.norm(vectors[row])) > 0.5]
        lost: list[int] = []
        within = min(FOUND_WITHIN, len(self._row_of))
        for start in range(0, len(checked), self.asked_at_once):
            batch = checked[start : start + self.asked_at_once]
            found = self._query(query_embeddings=vectors[batch], n_results=within)
            answers = zip(batch, found["distances"], strict=True)
            lost += [row for row, distances in answers if min(distances, default=1.0) >= _SAME]
        return lost

    def as_langchain(self, embedder: Embeddings) -> "VectorStore":
        """The collection as a LangChain vector store, for chains other than ours; do not write to it."""
        from langchain_chroma import Chroma  # half a second that answering a question does not need

        own = self._own_client()  # so that the store may outlive this object
        store: VectorStore = Chroma(self.name, embedder, client=own, create_collection_if_not_exists=False)
        return store

    def close(self) -> None:
        """Release files and connections; nothing may be asked afterwards."""
        self._release()

    @abstractmethod
    def _own_client(self) -> "ClientAPI": ...

    @abstractmethod
    def _query(self, **request: Any) -> Any: ...  # noqa: ANN401 (a TypedDict whose asked-for fields mypy takes for None)


class EmbeddedIndex(VectorIndex):
    """A collection in the folder of its build, read by this process."""

    def __init__(self, client: Client, folder: Path, passages: Sequence[Passage]) -> None:
        super().__init__(passages, partial(_close, client))
        self._folder = folder
        self._collection = client.get_collection(self.name, embedding_function=None)

    @classmethod
    def build(cls, passages: Sequence[Passage], vectors: FloatMatrix, folder: Path) -> None:
        """Write a collection into the new folder `folder` and let go of it.

        `vectors` is (passages, dimension) float32 with unit rows, in the same order.

        Raises:
            ValueError: passages and vectors do not pair up, or two passages share an id.
            StoreError: Chroma cannot write.
        """
        batches = additions(passages, vectors)
        folder.mkdir(parents=True)
        settings = configuration(len(passages))
        with _damage_named(folder), ExitStack() as stack:
            client = _client(folder)
            stack.callback(_close, client)
            collection = client.create_collection(cls.name, None, settings, embedding_function=None)
            for batch in batches:
                collection.add(**batch)

    @classmethod
    def open(cls, folder: Path, passages: Sequence[Passage]) -> "EmbeddedIndex":
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

    def _own_client(self) -> Client:
        return _client(self._folder)

    def _query(self, **request: Any) -> Any:  # noqa: ANN401
        with _damage_named(self._folder):
            return self._collection.query(**request, include=["distances"])


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
    """Files of a collection that never change once it is built: its graph's, for opening the database writes to it."""
    graphs = [path.parent for path in folder.glob("*/index_metadata.pickle")]
    return sorted(path for graph in graphs for path in graph.iterdir() if path.is_file())


def _client(folder: Path) -> Client:
    with _CLIENTS:
        return cast("Client", chromadb.PersistentClient(folder, ChromaSettings(anonymized_telemetry=False)))


def _close(client: Client) -> None:
    with _CLIENTS:
        client.close()


def configuration(count: int) -> CreateCollectionConfiguration:
    """Cosine, a graph dense enough to be exact at our sizes, written to disk when the last vector is in.

    Below `sync_threshold` (1000) Chroma keeps vectors only in its database's log.
    """
    sizes = {"batch_size": max(2, min(count, 100)), "sync_threshold": max(2, min(count, 1000))}
    density = {"ef_construction": 200, "ef_search": 200, "max_neighbors": 32}
    return cast("CreateCollectionConfiguration", {"hnsw": {"space": "cosine", **density, **sizes}})


def additions(
    passages: Sequence[Passage], vectors: FloatMatrix, largest: int = LARGEST_BATCH
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


def _metadata(passage: Passage, row: int) -> dict[str, str | int]:
    place = {"row": row, "start": passage.start, "end": passage.end}
    return {"document_id": passage.document_id, "clause_id": passage.clause_id, **place}


def _holds(collection: Collection, passages: Sequence[Passage]) -> bool:
    """Whether exactly `passages` are stored; above `ROWS_COMPARED` only their ids are read."""
    if len(passages) > ROWS_COMPARED:
        return set(collection.get(include=[])["ids"]) == {passage.id for passage in passages}
    stored: Any = collection.get(include=["documents", "metadatas"])
    rows = zip(stored["ids"], stored["documents"], stored["metadatas"], strict=True)
    found = {name: (text, metadata) for name, text, metadata in rows}
    return found == {one.id: (one.text, _metadata(one, row)) for row, one in enumerate(passages)}
