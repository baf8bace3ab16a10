"""Vectors on a real Chroma server on loopback: the same answers, and no question lost when it hangs, dies or forgets."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

import chromadb
import numpy as np
import pytest

from ingest.build import build_index
from rag import exact, remote_store
from rag.assistant import Assistant
from rag.embedder import load_embedder
from rag.errors import StoreError
from rag.manifest import CHROMA, CHROMA_QUESTIONS, builds_folder, current_build
from rag.opening import open_current
from rag.remote_store import READ_LIMIT, ServedIndex, collection_name, write_collection
from rag.settings import PROJECT_FOLDER, Settings
from rag.types import Answer
from tests.browser import free_port
from tests.hashing_embedder import HashingEmbedder
from tests.test_store import COUNT, all_passages, finds_itself, passage, unit_vectors

DIGESTS = [f"corpus/digests/{name}.md" for name in ("sc-2026-services", "sc-2021-green", "sc-2018-ai")]
GOAL = "2030年服务业增加值要达到多少"


class ChromaServer:
    """`chroma run` on a free port of this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = str(free_port())
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        program = Path(sys.executable).with_name("chroma")
        command = [program, "run", "--path", self.folder, "--host", "127.0.0.1", "--port", self.port]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            with suppress(OSError), urlopen(f"{self.url}/api/v2/heartbeat", timeout=1):
                return
            time.sleep(0.05)
        raise AssertionError("the Chroma server does not start")

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def hang(self) -> None:
        self.process.send_signal(signal.SIGSTOP)
        os.waitpid(self.process.pid, os.WUNTRACED)  # it may answer until its last thread has stopped

    def rows(self) -> dict[str, int]:
        collections = chromadb.HttpClient("127.0.0.1", int(self.port)).list_collections()
        return {collection.name: collection.count() for collection in collections}


@pytest.fixture(scope="module")
def one_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    yield (server := ChromaServer(tmp_path_factory.mktemp("server")))
    server.kill()


@pytest.fixture
def server(one_server: ChromaServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[ChromaServer]:
    """The server, running before and after a test; it is asked again at once when it failed."""
    monkeypatch.setattr(remote_store, "RETRY_AFTER", 0.0)
    yield one_server
    one_server.process.send_signal(signal.SIGCONT)
    if one_server.process.poll() is not None:
        one_server.start()


@pytest.fixture(scope="module")
def homes(one_server: ChromaServer, tmp_path_factory: pytest.TempPathFactory) -> list[Settings]:
    """Two indexes of `DIGESTS` and their questions: on the server, and in the folder."""
    folder = tmp_path_factory.mktemp("homes")
    both = [Settings(home=folder / "served", chroma_url=one_server.url), Settings(home=folder / "embedded")]
    for settings in both:
        embedder = load_embedder(settings.embedding_model)
        build_index([PROJECT_FOLDER / name for name in DIGESTS], settings, embedder)
    return both


@pytest.fixture(scope="module")
def assistant(homes: list[Settings]) -> Assistant:
    return Assistant.open(homes[0])


def words(answer: Answer) -> Answer:
    return replace(answer, build_id=None, elapsed_ms=0.0)


def stored(server: ChromaServer, name: str, *, write: bool = True) -> ServedIndex:
    if write:
        write_collection(server.url, name, all_passages(), unit_vectors(COUNT))
    return ServedIndex(server.url, name, all_passages(), unit_vectors(COUNT), finds_itself)


def test_answers_are_those_of_an_index_in_the_folder(
    assistant: Assistant, homes: list[Settings], one_server: ChromaServer
) -> None:
    build, embedded = assistant.library.current(), Assistant.open(homes[1])
    for folder, units in ((CHROMA, build.passages), (CHROMA_QUESTIONS, build.questions)):
        assert one_server.rows()[collection_name(build.id, folder)] == len(units) > 0
    for question in (GOAL, "开旅游公司的想看省里对服务业的盼头", "有哪些人工智能措施", "明天下雨吗"):
        assert words(assistant.ask(question)) == words(embedded.ask(question))


def test_a_collection_serves_as_a_langchain_vector_store(server: ChromaServer) -> None:
    some, embedder = [passage(number) for number in range(9)], HashingEmbedder()
    vectors = embedder.embed_matrix([one.text for one in some])
    write_collection(server.url, "shili-chain", some, vectors)
    store = ServedIndex(server.url, "shili-chain", some, vectors, finds_itself).as_langchain(embedder)

    assert store.similarity_search("示例条文第4段", k=1)[0].id == some[4].id


@pytest.mark.parametrize(
    ("count", "first", "message"),
    [(0, 0, "does not exist"), (COUNT - 1, 0, "有 119 段，应有 120 段"), (COUNT, COUNT, "找不到自己")],
)
def test_a_collection_of_another_build_is_refused(
    server: ChromaServer, count: int, first: int, message: str
) -> None:
    name, vectors = f"shili-{count}-{first}", unit_vectors(2 * COUNT)[first : first + count]
    if count:
        write_collection(server.url, name, all_passages()[:count], vectors)
        with pytest.raises(StoreError, match="already exists"):
            write_collection(server.url, name, all_passages()[:count], vectors)

    with pytest.raises(StoreError, match=message):
        stored(server, name, write=False)


HUNG = (ChromaServer.hang, lambda server: server.process.send_signal(signal.SIGCONT), "超时")
DEAD = (ChromaServer.kill, ChromaServer.start, "没有应答")


@pytest.mark.parametrize("absence", [HUNG, DEAD], ids=["hung", "dead"])
def test_answers_stay_the_same_while_the_server_is_away(
    assistant: Assistant, homes: list[Settings], server: ChromaServer, absence, monkeypatch
) -> None:
    (leave, come_back, reason), before = absence, assistant.ask(GOAL)
    leave(server)
    away, opened_meanwhile = assistant.ask(GOAL), Assistant.open(homes[0])
    both = [assistant.library.current(), opened_meanwhile.library.current()]
    problems = [str(build.vector_problem) for build in both]
    monkeypatch.setattr(exact, "COMPARED_ROWS", 1)
    too_large = assistant.ask(GOAL)
    come_back(server)

    assert "5万亿" in before.answer
    assert words(away) == words(before)
    assert away.elapsed_ms < 3000
    assert all(reason in problem and "逐条比对" in problem for problem in problems)
    assert (too_large.status, reason in too_large.answer) == ("error", True)
    assert [build.vector_problem for build in both] == [None, None]


def test_a_question_under_way_when_the_server_dies_is_answered(
    server: ChromaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, vector = stored(server, "shili-dying"), unit_vectors(COUNT)[1]
    before = [*index.nearest(vector, 20), *index.nearest(vector, COUNT, ["shili-b"])]
    monkeypatch.setattr(index._server, "greet", server.kill)  # found alive, and dead when it is asked
    after = [*index.nearest(vector, 20), *index.nearest(vector, COUNT, ["shili-b"])]

    assert len(after) == 20 + COUNT // 3
    assert [row for row, _ in after] == [row for row, _ in before]
    assert np.allclose(after, before, atol=1e-5)


def test_a_server_that_hangs_costs_the_read_limit_once(
    server: ChromaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = stored(server, "shili-hung")
    monkeypatch.setattr(remote_store, "RETRY_AFTER", 60.0)
    server.hang()
    started = time.monotonic()
    for _ in range(9):
        with pytest.raises(StoreError, match="超时"):
            index.lost_rows(unit_vectors(COUNT), [0])

    assert READ_LIMIT <= time.monotonic() - started < READ_LIMIT + 5


def test_a_server_that_forgot_is_not_asked_and_the_remedy_is_named(
    assistant: Assistant, server: ChromaServer
) -> None:
    server.kill()
    kept = server.folder.rename(server.folder.with_name("kept"))
    server.start()
    answer, problem = assistant.ask(GOAL), str(assistant.library.current().vector_problem)
    server.kill()
    shutil.rmtree(server.folder)
    kept.rename(server.folder)
    server.start()

    assert "5万亿" in answer.answer
    assert "python -m ingest --rebuild" in problem
    assert assistant.library.current().vector_problem is None


def test_old_builds_leave_nothing_on_the_server(
    corpus: Path, indexed: Settings, server: ChromaServer
) -> None:
    settings, built = replace(indexed, chroma_url=server.url, builds_kept=2), []
    with pytest.raises(StoreError, match="python -m ingest --rebuild"):
        open_current(settings, HashingEmbedder())  # what was built in the folder is not on the server
    for number in range(3):
        (corpus / "shili-farming.txt").write_text(f"示例办法\n第一条　示例内容{number}。\n", encoding="utf8")
        built.append(build_index([corpus], settings, HashingEmbedder()).build_id)

    held = {build_id for build_id in built if any(build_id in name for name in server.rows())}
    assert held == set(built[-2:]) == {path.name for path in builds_folder(settings.home).iterdir()}
    assert not list(builds_folder(settings.home).glob("*/chroma*"))
    assert not build_index([corpus], settings, HashingEmbedder()).changed


def test_what_a_killed_ingest_left_is_cleared_when_the_server_answers(
    corpus: Path, settings: Settings, server: ChromaServer
) -> None:
    settings = replace(settings, chroma_url=server.url)
    left, name = builds_folder(settings.home) / ".writing-20200101", collection_name("20200101", CHROMA)
    left.mkdir(parents=True)
    stored(server, name)
    server.kill()
    with pytest.raises(StoreError, match="没有应答"):
        build_index([corpus], settings, HashingEmbedder())

    assert left.exists()
    assert current_build(settings.home) is None
    server.start()
    build_id = build_index([corpus], settings, HashingEmbedder()).build_id
    assert name not in server.rows()
    assert [path.name for path in builds_folder(settings.home).iterdir()] == [build_id]
