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
from pathlib import Path

import numpy as np
import psutil

from eval.baselines import PlainPipeline
from eval.cases import Case
from rag.assistant import Assistant
from rag.errors import ModelError
from rag.settings import PROJECT_FOLDER

QUESTION = "数字经济的目标是什么"
PAGE_DEADLINE = 60.0
"""Seconds after which a page that does not answer counts as failed."""
Row = tuple[str, str, str]


def bench(assistant: Assistant, cases: Sequence[Case], runs: int) -> Iterator[Row]:
    """Rows of (what, measured, target), each as soon as it is known."""
    yield from _warm(assistant, [case.question for case in cases])
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        ingests = [_seconds(lambda: _run(["ingest", "corpus/policies"], fresh(home))) for _ in range(runs)]
        yield ("入库《决定》，新建（进程，秒）", _spread(ingests), "≤ 20")
        colds = [_seconds(lambda: _run(["rag", "ask", QUESTION, "--json"], home)) for _ in range(runs)]
        yield ("冷态提问（进程，秒）", _spread(colds), "≤ 3")
        yield ("冷态提问导入了 torch", "是" if _imports_torch(home) else "否", "否")
        starts, memory = zip(*(_page(home) for _ in range(runs)), strict=True)
        yield ("网页就绪（进程，秒）", _spread(starts), "≤ 10")
        yield ("网页进程答 100 题后的内存（GB）", f"{max(memory):.2f}", "≤ 1.2")


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
    yield ("热态提问，中位（毫秒）", f"{median:.1f}", "≤ 30")
    yield ("热态提问，P95（毫秒）", f"{np.percentile(ours, 95):.1f}", "≤ 100")
    yield ("普通 LangChain 流程，中位（毫秒）", f"{other:.1f}", "–")
    yield ("与普通 LangChain 流程之比（中位）", f"{median / other:.2f}", "≤ 1.5")


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


def _page(home: Path) -> tuple[float, float]:
    """Seconds until the page answers, and gigabytes of its process after 100 questions."""
    with _free_port() as port:
        environment = {**_environment(home), "CHUANCE_PORT": str(port)}
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "app.py"], cwd=PROJECT_FOLDER, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/config", started)
        ready = time.perf_counter() - started
        _ask_page(address, 100)
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        return ready, sum(one.memory_info().rss for one in family) / 1e9
    finally:
        process.terminate()
        process.wait(timeout=20)


def _ask_page(address: str, count: int) -> None:
    """Put questions through the page's own queue, as a browser does."""
    config = json.loads(urllib.request.urlopen(f"{address}/config", timeout=10).read())
    event = next(one["id"] for one in config["dependencies"] if len(one["inputs"]) == 2)
    for number in range(count):
        body = {"data": [f"{QUESTION}{number % 7}", []], "fn_index": event, "session_hash": f"bench{number}"}
        request = urllib.request.Request(
            f"{address}/gradio_api/queue/join",
            json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=30).read()
        with urllib.request.urlopen(
            f"{address}/gradio_api/queue/data?session_hash=bench{number}", timeout=30
        ) as stream:
            for line in stream:
                if b"process_completed" in line:
                    break


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
