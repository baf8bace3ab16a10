"""Vector search on a Chroma server: the collections of a build, named by its id, only read once written.

The folder of a build stays the truth. A server is proven against it whenever it is met
anew, so one that lost or tore its data is not asked; while it is away the folder's
vectors are compared one by one, which finds the same passages more slowly. Chroma's own
HTTP client waits for ever; here every request has a limit.
"""

import copy
import time
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import partial
from json import JSONDecodeError
from typing import Any, Final, TypeVar, cast
from urllib.parse import unquote, urlsplit

import httpx
from chromadb.api.client import Client
from chromadb.api.fastapi import FastAPI
from chromadb.api.models.Collection import Collection
from chromadb.config import Settings as ChromaSettings
from chromadb.config import System
from chromadb.errors import ChromaError, NotFoundError

from rag.collection import additions, configuration
from rag.errors import StoreError
from rag.exact import ExactSearch
from rag.manifest import CHROMA, CHROMA_QUESTIONS, REBUILD
from rag.store import FloatMatrix, FloatVector, VectorIndex
from rag.types import Passage

Result = TypeVar("Result")

CONTENTS: Final = {CHROMA: "passages", CHROMA_QUESTIONS: "questions"}
"""What the folders stand for that a build has without a server."""
CONNECT_LIMIT: Final = 3.0
"""Seconds until a server that takes no connection counts as dead."""
ALIVE_LIMIT: Final = 1.0
"""Seconds a server may take to say that it is alive; it does in 0.5 ms (median, loopback)."""
READ_LIMIT: Final = 10.0
"""Seconds it may take to answer a question; a filter over many passages takes time linear in them."""
WRITE_LIMIT: Final = 120.0
"""Seconds for one batch of an ingest: 1,000 vectors of 384 took 0.6 s in an empty graph, 3.8 s after 9,000."""
RETRY_AFTER: Final = 5.0
"""Seconds before a server that failed is asked again."""
WRITTEN_AT_ONCE: Final = 1000
_QUOTED: Final = 120  # characters of another program's words in a message


class UnreachableError(StoreError):
    """The server does not answer; what it holds may be whole."""


class Server:
    """One Chroma server, asked within time limits; safe for many threads."""

    def __init__(self, url: str, *, read_limit: float = READ_LIMIT) -> None:
        """`url` may hold a name and password for a proxy; `read_limit` is in seconds. Nothing is sent yet."""
        self.address, login = _address_and_login(url)
        self.limits = httpx.Timeout(read_limit, connect=CONNECT_LIMIT)
        self.settings = ChromaSettings(
            anonymized_telemetry=False,
            chroma_api_impl="chromadb.api.fastapi.FastAPI",
            chroma_server_host=self.address,
            chroma_server_http_port=urlsplit(self.address).port or 80,  # required, yet the address decides
            chroma_server_headers=login,
        )
        # Not a Chroma client: while one is made it sends requests that nothing limits.
        self.api = System(self.settings).instance(FastAPI)
        self.api._session.timeout = self.limits

    def ask(self, request: Callable[[], Result]) -> Result:
        """The result of a request that does no harm twice; it is sent again when the connection broke.

        Raises:
            StoreError: the server refuses, or (UnreachableError) there is no answer within the limits.
        """
        with self.failure_named():
            try:
                return request()
            except (httpx.NetworkError, httpx.RemoteProtocolError):
                return request()

    def greet(self) -> None:
        """Return when a Chroma server says within `ALIVE_LIMIT` that it is alive; else raise UnreachableError."""
        url = f"{self.api.get_api_url()}/heartbeat"
        reply = self.ask(lambda: self.api._session.get(url, timeout=ALIVE_LIMIT).raise_for_status())
        if "heartbeat" not in reply.text:
            raise UnreachableError(f"{self.address} 不是 Chroma 服务器，请检查 CHROMA_URL。")

    @contextmanager
    def failure_named(self) -> Iterator[None]:
        """Turn what a server or the way to it does wrong into a StoreError; programming errors pass."""
        try:
            yield
        except ChromaError as problem:
            words = str(problem)[:_QUOTED]
            raise StoreError(f"向量服务器 {self.address} 拒绝了请求（{words}）。") from problem
        except Exception as problem:
            if not isinstance(problem, httpx.HTTPError | JSONDecodeError) and type(problem) is not Exception:
                raise  # a bare Exception is an error page of a proxy
            reason = "超时" if isinstance(problem, httpx.TimeoutException) else str(problem)[:_QUOTED]
            raise UnreachableError(
                f"向量服务器 {self.address} 没有应答（{reason}），请检查它是否在运行、CHROMA_URL 是否正确。"
            ) from problem

    def close(self) -> None:
        """Let go of the connections."""
        self.api._session.close()


class ServedIndex(VectorIndex):
    """A collection on a server; `problem` says why the server is not used, and tries it again."""

    asked_at_once = 250  # as decimal text, some 8 kB each of 384

    def __init__(
        self,
        url: str,
        name: str,
        passages: Sequence[Passage],
        vectors: FloatMatrix,
        prove: Callable[[VectorIndex, FloatMatrix], None],
    ) -> None:
        """`vectors` are those of `passages`, (passages, dimension) float32; `prove` raises StoreError when an index lacks them.

        Raises StoreError when the server answers, and what it holds is not `passages`.
        """
        self._server = Server(url)
        super().__init__(passages, self._server.close)
        self.name, self._vectors, self._prove, self._retry_at = name, vectors, prove, 0.0
        self._exact = ExactSearch(passages, vectors)
        self._state: Collection | StoreError  # the proven collection, or why there is none
        try:
            self._meet()
        except UnreachableError as problem:
            self._leave(problem)

    @property
    def problem(self) -> StoreError | None:
        """Why the server cannot be asked just now, None when it can: a short request, or one every `RETRY_AFTER`."""
        try:
            if not isinstance(self._state, StoreError):
                self._server.greet()
            elif time.monotonic() >= self._retry_at:
                self._retry_at = time.monotonic() + RETRY_AFTER  # other threads do not try beside this one
                self._meet()
        except UnreachableError as problem:
            self._leave(problem)
        except StoreError as problem:
            self._leave(StoreError(f"{problem}{REBUILD}"))
        state = self._state
        return state if isinstance(state, StoreError) else None

    def nearest(
        self, vector: FloatVector, count: int, document_ids: Iterable[str] = ()
    ) -> list[tuple[int, float]]:
        """As in VectorIndex; without the server from the folder's vectors (rag.exact)."""
        wanted, problem = list(document_ids), self.problem
        if problem is None:
            try:
                return super().nearest(vector, count, wanted)
            except StoreError as failure:
                problem = failure
        return self._exact.nearest(vector, count, wanted, problem)

    def _meet(self) -> None:
        """Find the collection and prove it, on a copy: until then no question is put to it."""
        self._server.greet()
        api, candidate = self._server.api, copy.copy(self)
        collection = Collection(api, self._server.ask(partial(api.get_collection, self.name)), None)
        count, expected = self._server.ask(collection.count), len(self._row_of)
        if count != expected:
            raise StoreError(f"向量服务器的集合 {self.name} 有 {count} 段，应有 {expected} 段。")
        candidate._state = collection
        self._prove(candidate, self._vectors)
        self._state = collection

    def _leave(self, problem: StoreError) -> None:
        self._retry_at = time.monotonic() + RETRY_AFTER
        instead = "在此之前用索引文件夹里的向量逐条比对，" if self._exact.is_offered else ""
        self._state = StoreError(f"{problem}{instead}恢复后自动改用服务器。")

    def _own_client(self) -> Client:
        self._server.greet()
        client = Client(settings=self._server.settings)
        cast("FastAPI", client._server)._session.timeout = self._server.limits
        return client

    def _query(self, **request: Any) -> Any:  # noqa: ANN401 (as in VectorIndex)
        state = self._state
        if isinstance(state, StoreError):
            raise StoreError(str(state))
        try:
            found = self._server.ask(partial(state.query, **request, include=["distances"]))
            if not all(name in self._row_of for names in found["ids"] for name in names):
                raise StoreError(f"向量服务器的集合 {self.name} 里有别的段落。{REBUILD}")
        except StoreError as problem:
            self._leave(problem)
            raise
        return found


def collection_name(build_id: str, folder: str) -> str:
    """Name of the collection that stands for a folder of a build (one of `CONTENTS`)."""
    return f"chuance_{build_id}_{CONTENTS[folder]}"


def write_collection(url: str, name: str, passages: Sequence[Passage], vectors: FloatMatrix) -> None:
    """Write the new collection `name`. `vectors` is (passages, dimension) float32 with unit rows, in the same order.

    Raises:
        ValueError: as `additions`.
        StoreError: the server does not answer, or has a collection of that name.
    """
    with closing(Server(url, read_limit=WRITE_LIMIT)) as server:
        server.greet()
        largest = min(WRITTEN_AT_ONCE, server.ask(server.api.get_max_batch_size))
        # Sent once: a repetition would meet the collection of the first try.
        with server.failure_named():
            model = server.api.create_collection(name, configuration=configuration(len(passages)))
        collection = Collection(server.api, model, None)
        for batch in additions(passages, vectors, largest):
            # An id that is there already is left as it is, so a batch may be sent twice.
            server.ask(partial(collection.add, **batch))


def remove_collections(url: str, build_id: str) -> None:
    """Remove what a server holds of a build; StoreError when it does not answer."""
    with closing(Server(url)) as server:
        server.greet()
        for folder in CONTENTS:
            with server.failure_named(), suppress(NotFoundError):
                server.api.delete_collection(collection_name(build_id, folder))


def _address_and_login(url: str) -> tuple[str, dict[str, str]]:
    """The URL without name and password, which belong into no message, and the header that carries them."""
    parts = urlsplit(url.rstrip("/"))
    login, _, host = parts.netloc.rpartition("@")
    header = {"Authorization": f"Basic {b64encode(unquote(login).encode()).decode()}"} if login else {}
    return parts._replace(netloc=host).geturl(), header
