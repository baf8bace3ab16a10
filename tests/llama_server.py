"""A real llama.cpp server on loopback, in a process of its own, with the tiny model of tests.tiny_model.

`python -m tests.llama_server MODEL.gguf` is that process: it writes its address and lives as long as its
standard input is open, so that it ends with the tests in whatever way they end.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from rag.settings import PROJECT_FOLDER, Settings

DECISION = PROJECT_FOLDER / "corpus" / "policies" / "sc-2023-decision.md"
TRAINED_TEXT = DECISION.read_text(encoding="utf8").split("---\n", 2)[2]
KNOWN = re.findall(r"(?<=[。\n])[^。；：—（\n]{10,36}(?=。)", TRAINED_TEXT)[:12]
"""Sentences of the Decision without their full stop: all that the model can say."""
MODEL_NAME = "shili-llama"
SLOTS, SLOT_TOKENS = 2, 4096
"""How many requests run at once, and how many tokens the prompt and the answer of each may have together."""


@dataclass(frozen=True)
class LlamaServer:
    """A running server; `origin` is http://127.0.0.1:PORT."""

    origin: str

    @property
    def settings(self) -> Settings:
        """Settings under which the product asks this server."""
        return Settings(llm_base_url=f"{self.origin}/v1", llm_model=MODEL_NAME)

    def slots(self) -> list[dict[str, Any]]:
        """What llama.cpp tells of its slots."""
        with urlopen(f"{self.origin}/slots", timeout=5) as reply:
            return json.load(reply)  # type: ignore[no-any-return]

    def busy(self) -> int:
        """The number of requests that are being answered."""
        return sum(slot["is_processing"] for slot in self.slots())

    def becomes(self, state: Callable[[], bool], seconds: float) -> bool:
        """Whether `state` comes true within `seconds`."""
        end = time.monotonic() + seconds
        while not state():
            if time.monotonic() > end:
                return False
            time.sleep(0.01)
        return True


@contextmanager
def llama_server(model: Path) -> Iterator[LlamaServer]:
    """The server over `model` on a free port."""
    command = [sys.executable, "-m", "tests.llama_server", str(model)]
    process = subprocess.Popen(
        command, cwd=PROJECT_FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    with process:
        try:
            assert process.stdout is not None
            origin = process.stdout.readline().decode().strip()
            assert origin, "the llama.cpp server does not start"
            yield LlamaServer(origin)
        finally:
            process.kill()


def model_file(folder: Path) -> Path:
    """The tiny model in `folder`, trained when it is not there yet.

    Another process trains it: torch is large and stays out of the tests.
    """
    path = folder / "tiny-llama.gguf"
    if not path.exists():
        subprocess.run([sys.executable, "-m", "tests.tiny_model", str(path)], cwd=PROJECT_FOLDER, check=True)
    return path


def serve(model: str) -> None:
    """Serve `model` until standard input ends."""
    # Here alone: it is 100 MB, and this module must be readable without it.
    import xllamacpp  # type: ignore[import-untyped]

    parameters = xllamacpp.CommonParams()
    parameters.model.path = model
    parameters.model_alias = {MODEL_NAME}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.n_parallel = SLOTS
    parameters.n_ctx = SLOTS * SLOT_TOKENS
    parameters.endpoint_slots = True
    parameters.ui = False
    parameters.cpuparams.n_threads = 1
    server = xllamacpp.Server(parameters)
    print(server.listening_address, flush=True)  # noqa: T201
    sys.stdin.read()


if __name__ == "__main__":
    serve(sys.argv[1])
