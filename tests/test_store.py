"""Vector search: exact neighbours, filters, damage that Chroma does not report, and what is no Chroma server."""

import hashlib
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from rag.errors import SettingsError, StoreError
from rag.remote_store import CONNECT_LIMIT, ServedIndex, Server
from rag.settings import PROJECT_FOLDER, Settings
from rag.store import FOUND_WITHIN, EmbeddedIndex, VectorIndex, settled_files
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


def finds_itself(index: VectorIndex, vectors: np.ndarray) -> None:
    """What proves an index of `vectors`."""
    if index.lost_rows(vectors, range(len(vectors))):
        raise StoreError("有段落找不到自己。")


@pytest.fixture
def passages() -> list[Passage]:
    return all_passages()


@pytest.fixture
def folder(tmp_path: Path, passages: list[Passage]) -> Path:
    EmbeddedIndex.build(passages, unit_vectors(COUNT), tmp_path / "chroma")
    return tmp_path / "chroma"


def test_neighbours_are_those_of_an_exact_search(folder: Path, passages: list[Passage]) -> None:
    vectors, index = unit_vectors(COUNT), EmbeddedIndex.open(folder, passages)
    cosines = vectors @ vectors[7]
    found = index.nearest(vectors[7], 20)

    assert [row for row, _ in found] == np.argsort(-cosines)[:20].tolist()
    assert [score for _, score in found] == pytest.approx(
        np.clip(np.sort(-cosines)[:20] * -1, 0, 1), abs=1e-5
    )
    assert index.lost_rows(vectors, range(COUNT)) == []


def test_a_filter_leaves_only_its_documents(folder: Path, passages: list[Passage]) -> None:
    index = EmbeddedIndex.open(folder, passages)

    assert {row % 3 for row, _ in index.nearest(unit_vectors(COUNT)[1], COUNT, ["shili-b"])} == {0}
    assert len(index.nearest(unit_vectors(COUNT)[1], COUNT, ["shili-b"])) == COUNT // 3
    assert index.nearest(unit_vectors(COUNT)[1], 5, ["shili-none"]) == []


def test_more_neighbours_than_passages_are_all_passages(folder: Path, passages: list[Passage]) -> None:
    found = EmbeddedIndex.open(folder, passages).nearest(unit_vectors(COUNT)[0], 10 * COUNT)

    assert sorted(row for row, _ in found) == list(range(COUNT))
    assert all(0.0 <= score <= 1.0 for _, score in found)


def test_equal_vectors_count_as_found_and_come_in_row_order(tmp_path: Path) -> None:
    twins = [passage(number) for number in range(3 * FOUND_WITHIN)]
    vectors = np.repeat(unit_vectors(1), len(twins), axis=0)
    EmbeddedIndex.build(twins, vectors, tmp_path / "chroma")
    index = EmbeddedIndex.open(tmp_path / "chroma", twins)

    assert index.lost_rows(vectors, range(len(twins))) == []
    assert [row for row, _ in index.nearest(vectors[0], len(twins))] == list(range(len(twins)))


def test_a_text_without_known_words_is_not_counted_as_lost(tmp_path: Path) -> None:
    vectors = np.concatenate([unit_vectors(3), np.zeros((1, 32), dtype=np.float32)])
    some = [passage(number) for number in range(4)]
    EmbeddedIndex.build(some, vectors, tmp_path / "chroma")

    assert EmbeddedIndex.open(tmp_path / "chroma", some).lost_rows(vectors, range(4)) == []


@pytest.mark.parametrize("count", [1, 2, 5])
def test_the_smallest_indexes_work(tmp_path: Path, count: int) -> None:
    some = [passage(number) for number in range(count)]
    EmbeddedIndex.build(some, unit_vectors(count), tmp_path / "chroma")

    assert EmbeddedIndex.open(tmp_path / "chroma", some).lost_rows(unit_vectors(count), range(count)) == []


def test_reading_leaves_the_graph_files_as_they_were(folder: Path, passages: list[Passage]) -> None:
    def hashes() -> dict[str, str]:
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in settled_files(folder)}

    before, index = hashes(), EmbeddedIndex.open(folder, passages)
    index.lost_rows(unit_vectors(COUNT), range(COUNT))
    index.close()

    assert {"data_level0.bin", "link_lists.bin", "index_metadata.pickle"} <= set(before)
    assert hashes() == before


def test_the_collection_serves_as_a_langchain_vector_store(tmp_path: Path) -> None:
    embedder, some = HashingEmbedder(), [passage(number) for number in range(9)]
    EmbeddedIndex.build(some, embedder.embed_matrix([one.text for one in some]), tmp_path / "chroma")
    index = EmbeddedIndex.open(tmp_path / "chroma", some)
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
from rag.store import EmbeddedIndex
from tests.test_store import COUNT, all_passages, unit_vectors
try:
    lost = EmbeddedIndex.open(Path(sys.argv[1]), all_passages()).lost_rows(unit_vectors(COUNT), range(COUNT))
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
        EmbeddedIndex.open(folder, [*passages[:-1], passage(999)])


def test_passages_that_share_an_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="as many ids and vectors"):
        EmbeddedIndex.build([passage(1), passage(1)], unit_vectors(2), tmp_path / "chroma")


class Page(BaseHTTPRequestHandler):
    """Answers every request with a page and keeps what was sent as login."""

    status, logins = 200, set[str | None]()

    def do_GET(self) -> None:
        self.logins.add(self.headers["Authorization"])
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write("<html>示例页面</html>".encode())

    def log_message(self, *words: object) -> None:
        """Nothing on the console."""


@pytest.mark.parametrize(("status", "reason"), [(200, "不是 Chroma 服务器"), (401, "401"), (502, "502")])
def test_another_programs_page_is_named_and_the_login_is_not(status: int, reason: str) -> None:
    Page.status = status
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as proxy:
        Thread(target=proxy.serve_forever, daemon=True).start()
        url = f"http://shili:mima%40@127.0.0.1:{proxy.server_port}/vectors/"
        index = ServedIndex(url, "shili-page", all_passages(), unit_vectors(COUNT), finds_itself)
        problem = str(index.problem)
        proxy.shutdown()

    assert reason in problem
    assert "mima" not in problem
    assert Page.logins == {"Basic c2hpbGk6bWltYUA="}


def test_a_server_that_takes_no_connection_counts_as_dead_in_time() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        callers = [socket.socket() for _ in range(3)]
        for caller in callers:
            caller.setblocking(False)
            caller.connect_ex(full.getsockname())
        server, started = Server(f"http://127.0.0.1:{full.getsockname()[1]}"), time.monotonic()
        with pytest.raises(StoreError, match="超时"):
            server.ask(server.api.heartbeat)
        elapsed = time.monotonic() - started
        for caller in callers:
            caller.close()

    assert CONNECT_LIMIT <= elapsed < 2 * CONNECT_LIMIT  # one try


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:8000", "https://shili:mima@chroma.example/vectors"])
def test_the_url_of_a_server_is_a_setting(url: str) -> None:
    assert Settings.from_env({"CHROMA_URL": f" {url} "}).chroma_url == url


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://h", "http://", "http://h:port", "http://h/?a=mima"])
def test_what_is_no_url_of_a_server_is_refused_unrepeated(url: str) -> None:
    with pytest.raises(SettingsError, match="CHROMA_URL 应为") as refused:
        Settings.from_env({"CHROMA_URL": url})
    assert "mima" not in str(refused.value)
