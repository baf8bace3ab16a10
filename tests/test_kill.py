"""kill -9 at random moments of an ingest: the old build answers, and the next run completes."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from rag.embedder import load_embedder
from rag.manifest import builds_folder
from rag.opening import open_current
from rag.settings import PROJECT_FOLDER, Settings

MOMENTS = 20
SEED = 20230619


def start(corpus: Path, home: Path, model: Path, *options: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "CHUANCE_HOME": str(home), "CHUANCE_EMBEDDING_MODEL": str(model)}
    command = [sys.executable, "-m", "ingest", str(corpus), *options]
    return subprocess.Popen(
        command, cwd=PROJECT_FOLDER, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def change(corpus: Path, number: int) -> None:
    text = "".join(f"第{index}条　示例内容{index * number}，补助{number}万元。\n" for index in range(1, 200))
    (corpus / "shili-farming.txt").write_text(f"示例办法\n{text}", encoding="utf8")


def assert_whole(settings: Settings) -> None:
    """The published build opens, and every passage finds itself."""
    build = open_current(settings, load_embedder(settings.embedding_model))
    matrix = np.load(builds_folder(settings.home) / build.id / "vectors.npy")

    assert build.vectors is not None
    assert build.vectors.lost_rows(matrix, range(len(build.passages))) == []
    assert "shili-farming" in build.documents


def test_twenty_kills_leave_the_old_build_answering(corpus: Path, tmp_path: Path, tiny_model: Path) -> None:
    settings = Settings(home=tmp_path / "home", embedding_model=str(tiny_model))
    change(corpus, 1)
    started = time.monotonic()
    assert start(corpus, settings.home, tiny_model).wait(60) == 0
    duration = time.monotonic() - started
    moments = random.Random(SEED)
    killed = 0
    for number in range(2, 4 * MOMENTS):
        change(corpus, number)
        process = start(corpus, settings.home, tiny_model)
        time.sleep(moments.uniform(0.2, 1.0) * duration)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        assert_whole(settings)
        if killed == MOMENTS:
            break

    assert killed == MOMENTS
    assert start(corpus, settings.home, tiny_model).wait(60) == 0
    assert_whole(settings)
    assert not [path for path in builds_folder(settings.home).iterdir() if path.name.startswith(".")]


def test_of_two_ingests_at_once_one_is_told_to_wait(corpus: Path, tmp_path: Path, tiny_model: Path) -> None:
    change(corpus, 3)
    processes = [start(corpus, tmp_path / "home", tiny_model, "--rebuild") for _ in range(2)]
    ended = [(process.communicate(timeout=60), process.returncode) for process in processes]

    assert sorted(code for _, code in ended) in ([0, 75], [0, 0])
    for (_, errors), code in ended:
        assert ("另一个入库进程正在运行" in errors.decode()) == (code == 75)
    assert_whole(Settings(home=tmp_path / "home", embedding_model=str(tiny_model)))


@pytest.mark.parametrize(("arguments", "code"), [(["没有.txt"], 2), (["--nonsense"], 2)])
def test_bad_usage_exits_with_two(arguments: list[str], code: int, tmp_path: Path) -> None:
    environment = {**os.environ, "CHUANCE_HOME": str(tmp_path)}
    finished = subprocess.run(
        [sys.executable, "-m", "ingest", *arguments],
        cwd=PROJECT_FOLDER,
        env=environment,
        capture_output=True,
        check=False,
    )

    assert finished.returncode == code
    assert b"Traceback" not in finished.stderr
