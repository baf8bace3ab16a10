"""How fast, how large: `python -m eval bench`. Never a timed test; medians, and ratios in the same run.

Cold figures run in processes of their own with a data folder of their own.
"""

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import psutil

from eval.baselines import PlainPipeline
from eval.cases import Case
from rag.assistant import Assistant
from rag.errors import ModelError
from rag.settings import PROJECT_FOLDER

QUESTION = "数字经济的目标是什么"
PAGE_QUESTIONS = 100
PAGE_DEADLINE = 60.0
"""Seconds after which a page that does not answer counts as failed."""


class Row(NamedTuple):
    """One measurement; `met` is None where nothing is aimed at."""

    what: str
    measured: str
    target: str = "–"
    met: bool | None = None


def bench(assistant: Assistant, cases: Sequence[Case], runs: int) -> Iterator[Row]:
    """Measurements beside their targets, each as soon as it is known."""
    questions = [case.question for case in cases]
    yield from _warm(assistant, questions)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        ingests = [_seconds(lambda: _run(["ingest", "corpus/policies"], fresh(home))) for _ in range(runs)]
        yield _at_most("入库《决定》，新建（进程，秒）", statistics.median(ingests), 20, _spread(ingests))
        colds = [_seconds(lambda: _run(["rag", "ask", QUESTION, "--json"], home)) for _ in range(runs)]
        yield _at_most("冷态提问（进程，秒）", statistics.median(colds), 3, _spread(colds))
        torch = _imports_torch(home)
        yield Row("冷态提问导入了 torch", "是" if torch else "否", "否", not torch)
        starts, memory = zip(*(_page(home, questions) for _ in range(runs)), strict=True)
        yield _at_most("网页就绪（进程，秒）", statistics.median(starts), 10, _spread(starts))
        yield _at_most(f"网页进程答 {PAGE_QUESTIONS} 题后的内存（GB）", max(memory), 1.2)


def _at_most(what: str, measured: float, target: float, shown: str | None = None) -> Row:
    return Row(what, shown or f"{measured:.2f}", f"≤ {target:g}", measured <= target)


def _warm(assistant: Assistant, questions: Sequence[str]) -> Iterator[Row]:
    """Interleaved, so that a slow moment of the machine hits both systems."""
    if assistant.embedder is None:
        raise ModelError("嵌入模型未能加载，无法与普通 LangChain 流程对比。请检查 CHUANCE_EMBEDDING_MODEL。")
    ours, plain = [], []
    with PlainPipeline(assistant.library.current(), assistant.embedder) as pipeline:
        for question in questions[:20]:
            assistant.ask(question)
            pipeline(question)
        for question in questions:
            ours.append(1000 * _seconds(lambda: assistant.ask(question)))  # noqa: B023 (called at once)
            plain.append(1000 * _seconds(lambda: pipeline(question)))  # noqa: B023
    median, other = statistics.median(ours), statistics.median(plain)
    yield _at_most("热态提问，中位（毫秒）", median, 30)
    yield _at_most("热态提问，P95（毫秒）", float(np.percentile(ours, 95)), 100)
    yield Row("普通 LangChain 流程只检索，中位（毫秒）", f"{other:.2f}")
    yield _at_most("与普通 LangChain 流程之比（中位）", median / other, 1.5)


def fresh(home: Path) -> Path:
    """An empty data folder."""
    shutil.rmtree(home, ignore_errors=True)
    return home


def _run(arguments: list[str], home: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=PROJECT_FOLDER,
        env=_environment(home),
        check=True,
        capture_output=True,
    )


def _imports_torch(home: Path) -> bool:
    code = (
        "import sys; from rag.assistant import Assistant; from rag.settings import Settings; "
        f"Assistant.open(Settings.from_env()).ask({QUESTION!r}); print('torch' in sys.modules)"
    )
    finished = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT_FOLDER,
        env=_environment(home),
        check=True,
        capture_output=True,
        text=True,
    )
    return finished.stdout.strip() == "True"


def _page(home: Path, questions: Sequence[str]) -> tuple[float, float]:
    """Seconds until the page answers, and gigabytes of its process and children after `PAGE_QUESTIONS`."""
    with _free_port() as port:
        environment = {**_environment(home), "CHUANCE_PORT": str(port)}
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "app.py"], cwd=PROJECT_FOLDER, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        address = f"http://127.0.0.1:{port}"
        for path in ("/", "/config"):
            _wait_for(address + path, started)
        ready = time.perf_counter() - started
        _ask_page(address, list(islice(cycle(questions), PAGE_QUESTIONS)))
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        return ready, sum(one.memory_info().rss for one in family) / 1e9
    finally:
        process.terminate()
        process.wait(timeout=20)


def _ask_page(address: str, questions: Sequence[str]) -> None:
    """Put questions through the page's own queue, as a browser does.

    Raises:
        RuntimeError: the page failed at a question, so that its memory would mean nothing.
    """
    config = json.loads(urllib.request.urlopen(f"{address}/config", timeout=10).read())
    # Question, turns and policies in; emptied input, conversation, sources and turns out.
    sizes = {one["id"]: (len(one["inputs"]), len(one["outputs"])) for one in config["dependencies"]}
    event = next((name for name, size in sizes.items() if size == (3, 4)), None)
    if event is None:
        raise RuntimeError(f"the page has no event that answers a question: {sizes}")
    for number, question in enumerate(questions):
        body = {"data": [question, [], []], "fn_index": event, "session_hash": f"bench{number}"}
        request = urllib.request.Request(
            f"{address}/gradio_api/queue/join",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=30).read()
        with urllib.request.urlopen(
            f"{address}/gradio_api/queue/data?session_hash=bench{number}", timeout=30
        ) as stream:
            last = next((line for line in stream if b"process_completed" in line), b"")
        if not json.loads(last.removeprefix(b"data:") or "{}").get("success"):
            raise RuntimeError(f"the page did not answer question {number}: {last!r}")


def _wait_for(address: str, started: float) -> None:
    while time.perf_counter() - started < PAGE_DEADLINE:
        try:
            urllib.request.urlopen(address, timeout=2).read()
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"{address} did not answer within {PAGE_DEADLINE} s")


@contextmanager
def _free_port() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        yield int(probe.getsockname()[1])


def _environment(home: Path) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("CHUANCE_")},
        "CHUANCE_HOME": str(home),
    }


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.2f}（{min(values):.2f}–{max(values):.2f}）"
