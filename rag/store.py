"""Vector search: one Chroma collection per build, in its folder or on a server (rag.remote_store), only read once written.

Chroma is treated as a derived index: a kill while it writes can tear it without an
error, and a lost segment still opens, so it is proven by asking for every vector,
never by its count. Its own scores are distances; nothing outside sees them.
"""

import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from chromadb.api.client import Client
from chromadb.api.models.Collection import Collection
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from rag.collection import (
    DATABASE,
    LARGEST_BATCH,
    UnwritableError,
    additions,
    close_client,
    configuration,
    damage_named,
    holds,
    make_reading_write_nothing,
    open_client,
)
from rag.errors import StoreError
from rag.exact import ExactSearch
from rag.types import Passage

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from langchain_core.vectorstores import VectorStore

FloatVector = NDArray[np.float32]
FloatMatrix = NDArray[np.float32]

FOUND_WITHIN: Final = 10
"""A passage must be among this many nearest ones of its own vector."""
_SAME: Final = 1e-4
"""Cosine distance of a vector to itself is within float32 rounding of 0; a torn copy is not."""


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

    def __init__(self, folder: Path, passages: Sequence[Passage], exact: ExactSearch | None = None) -> None:
        """Open the collection in `folder`; without `exact`, a Chroma that cannot write raises StoreError."""
        resources = ExitStack()
        super().__init__(passages, resources.close)
        self._folder, self._exact = folder, exact
        self._state: Collection | UnwritableError  # the collection, or why Chroma is not asked
        try:
            with damage_named(folder):
                client = open_client(folder)
                resources.callback(close_client, client)
                self._state = client.get_collection(self.name, embedding_function=None)
                whole = holds(self._state, passages)
            if not whole:
                raise StoreError(f"向量索引 {folder} 里的内容与条文不一致。")
        except StoreError as problem:
            self.close()
            if exact is None or not isinstance(problem, UnwritableError):
                raise
            self._state = problem

    @property
    def problem(self) -> StoreError | None:
        """Why Chroma is not asked until the program is started again; None when it is."""
        if not isinstance(self._state, UnwritableError) or self._exact is None:
            return None
        instead = "暂用索引文件夹里的向量逐条比对" if self._exact.is_offered else "暂时不能按语义检索"
        return StoreError(f"{self._state}，{instead}，请{self._state.remedy}后重启。")

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
        with damage_named(folder), ExitStack() as stack:
            client = open_client(folder)
            stack.callback(close_client, client)
            collection = client.create_collection(cls.name, None, settings, embedding_function=None)
            for batch in batches:
                collection.add(**batch)
        make_reading_write_nothing(folder)

    @classmethod
    def open(
        cls, folder: Path, passages: Sequence[Passage], vectors: FloatMatrix | None = None
    ) -> "EmbeddedIndex":
        """Open the collection of `passages` (in row order) and compare what is stored with them.

        With their `vectors`, (passages, dimension) float32, it also answers when Chroma needs to
        write and cannot; then `problem` says so, and `lost_rows` raises StoreError.

        Raises:
            StoreError: the collection is missing, unreadable or holds other passages.
        """
        if not (folder / DATABASE).is_file():
            # Chroma would create an empty database and say nothing.
            raise StoreError(f"找不到向量索引 {folder / DATABASE}。")
        return cls(folder, passages, None if vectors is None else ExactSearch(passages, vectors))

    def nearest(
        self, vector: FloatVector, count: int, document_ids: Iterable[str] = ()
    ) -> list[tuple[int, float]]:
        """As in VectorIndex; when Chroma cannot write, from the vectors it was opened with (rag.exact)."""
        wanted = list(document_ids)
        try:
            return super().nearest(vector, count, wanted)
        except UnwritableError as problem:
            if self._exact is None:
                raise
            return self._exact.nearest(vector, count, wanted, self.problem or problem)

    def _own_client(self) -> Client:
        return open_client(self._folder)

    def _query(self, **request: Any) -> Any:  # noqa: ANN401
        state = self._state
        if isinstance(state, UnwritableError):
            raise UnwritableError(str(state), state.remedy)
        with damage_named(self._folder):
            return state.query(**request, include=["distances"])


def settled_files(folder: Path) -> list[Path]:
    """The files of a collection, which never change once it is built; torn ones can bring Chroma's process down."""
    graphs = [path.parent for path in folder.glob("*/index_metadata.pickle")]
    files = sorted(path for graph in graphs for path in graph.iterdir() if path.is_file())
    return [*folder.glob(DATABASE), *files]
