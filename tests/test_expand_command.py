"""`python -m ingest expand` as a person runs it: stopped, started again, and without a model."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.__main__ import main
from rag.settings import PROJECT_FOLDER, Settings
from tests.expanding import (
    LOWALT,
    sensible,
)
from tests.scripted_model import MODEL, Messages, Script, scripted


def heeds_interrupts() -> None:
    """What is run in the background of a script ignores Ctrl-C, and hands that on to what it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)])
def test_a_run_that_is_stopped_goes_on_and_repeats_nothing(
    indexed: Settings, tiny_model: Path, number: signal.Signals, code: int
) -> None:
    with scripted(sensible, pace=0.02) as server:
        environment = _environment(server, indexed, tiny_model)
        command = [sys.executable, "-m", "ingest", "expand", "--per-minute", "6000", "--json"]
        running = subprocess.Popen(
            command,
            cwd=PROJECT_FOLDER,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=heeds_interrupts,
        )
        until(lambda: len(server.requests) == 4)
        running.send_signal(number)
        running.communicate(timeout=30)
        before = {_asked(request.body["messages"]) for request in server.requests[:-1]}
        first = len(server.requests)
        rest = subprocess.run(
            command, cwd=PROJECT_FOLDER, env=environment, capture_output=True, timeout=60, check=False
        )

    after = [_asked(request.body["messages"]) for request in server.requests[first:]]
    assert (running.returncode, rest.returncode) == (code, 0)
    assert not before & set(after)
    assert json.loads(rest.stdout)["asked"] == len(after) == len(set(after))
    assert json.loads(rest.stdout)["left"] == 0


def _asked(messages: Messages) -> str:
    return messages[1]["content"]


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


def _environment(server: Script, settings: Settings, model: Path) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("CHUANCE_")},
        "CHUANCE_HOME": str(settings.home),
        "CHUANCE_EMBEDDING_MODEL": str(model),
        "CHUANCE_LLM_BASE_URL": server.address,
        "CHUANCE_LLM_MODEL": MODEL,
    }


def test_the_command_says_what_it_did(
    indexed: Settings, tiny_model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with scripted(sensible, ["401", ""]) as server:
        for name, value in _environment(server, indexed, tiny_model).items():
            monkeypatch.setenv(name, value)
        code = main(["expand", LOWALT, "--per-minute", "6000"])
    out, err = capsys.readouterr()

    assert code == 1
    assert out == "问了 2 句，收下 1 个问法。\n请运行 python -m ingest，让新的问法入库。\n"
    assert err.startswith("没有写成：《示例省低空经济行动方案》（一）：语言模型的密钥被拒绝（401）")


def test_without_a_model_it_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name in ("CHUANCE_LLM_BASE_URL", "CHUANCE_LLM_MODEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CHUANCE_HOME", str(tmp_path))

    assert main(["expand"]) == 2
    assert "请设置 CHUANCE_LLM_BASE_URL 和 CHUANCE_LLM_MODEL" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
