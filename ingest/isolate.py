"""Read a file in a process of its own: limited time, memory and output, and no network.

A parser of a binary format is the likeliest part to hang, to grow or to crash on a
hostile file; the parent only ever sees its JSON or a reason in Chinese.
"""

import contextlib
import importlib
import json
import math
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from typing import Any, Final, NoReturn

from ingest.formats import Extracted
from rag.errors import CorpusError
from rag.settings import PROJECT_FOLDER

TOO_SLOW: Final = "读取超过 {seconds} 秒，已停止。请把文件拆开，或另存为更简单的格式（如 DOCX、TXT）再入库。"
CRASHED: Final = "读取时出错退出（文件可能已损坏，或需要的内存太大），请用办公软件打开后另存一份再入库。"
TOO_LONG: Final = "读出的文字超过 {megabytes} MB 上限，请把文件拆开再入库。"


SPARE: Final = 10_000
"""Bytes beyond the limit in which a reason can still be told."""


@dataclass(frozen=True)
class ReadingLimits:
    """What one file may take: wall-clock and CPU seconds, bytes of memory, bytes of text."""

    seconds: float = 120
    memory_bytes: int = 3_000_000_000
    output_bytes: int = 50_000_000


def read_isolated(
    module: str, function: str, arguments: tuple[str, ...], raw: bytes, limits: ReadingLimits | None = None
) -> Extracted:
    """`ingest.formats.<module>.<function>(raw, *arguments)` in a process of its own.

    Raises:
        CorpusError: the reader gave a reason, broke a limit or died.
    """
    limits = limits or ReadingLimits()
    command = [sys.executable, "-m", "ingest.isolate", json.dumps([module, function, *arguments]), json.dumps(asdict(limits))]  # fmt: skip
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as told:
        given.write(raw)
        given.seek(0)
        process = subprocess.Popen(
            command, stdin=given, stdout=told, stderr=subprocess.DEVNULL, cwd=PROJECT_FOLDER,
            start_new_session=True,
        )  # fmt: skip
        try:
            process.wait(limits.seconds)
        except subprocess.TimeoutExpired as problem:
            raise CorpusError(TOO_SLOW.format(seconds=math.ceil(limits.seconds))) from problem
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        told.seek(0)
        return _answer(told.read(), process.returncode)


def _answer(told: bytes, code: int) -> Extracted:
    try:
        answer: dict[str, Any] = json.loads(told)
    except ValueError as problem:
        raise CorpusError(CRASHED) from problem
    if code != 0 or "reason" in answer:
        raise CorpusError(answer.get("reason", CRASHED))
    return Extracted(answer["text"], answer["metadata"], tuple(answer["warnings"]))


def _main(call: list[str], limits: ReadingLimits) -> None:
    """The child: take the limits on, read, answer in JSON on standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    cpu_seconds = math.ceil(limits.seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    most = limits.output_bytes + SPARE
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    socket.socket = _NoSocket  # type: ignore[misc, assignment]
    module, function, *arguments = call
    raw = sys.stdin.buffer.read()
    # Parsers chat on standard output; the answer alone may stand there.
    answer_to = os.fdopen(os.dup(1), "w", encoding="utf8")
    os.dup2(2, 1)
    try:
        found = getattr(importlib.import_module(f"ingest.formats.{module}"), function)(raw, *arguments)
        answer = {"text": found.text, "metadata": found.metadata, "warnings": found.warnings}
    except CorpusError as problem:
        answer = {"reason": str(problem)}
    except (Exception, RecursionError):  # whatever a parser makes of a broken file
        answer = {"reason": CRASHED}
    written = json.dumps(answer)
    if len(written) > limits.output_bytes and "reason" not in answer:
        written = json.dumps({"reason": TOO_LONG.format(megabytes=limits.output_bytes // 10**6)})
    with answer_to:
        answer_to.write(written)


class _NoSocket:
    """In place of sockets: a document must not make its reader call anyone."""

    def __init__(self, *_: object, **__: object) -> NoReturn:
        raise OSError("a reader makes no connection")


if __name__ == "__main__":
    _main(json.loads(sys.argv[1]), ReadingLimits(**json.loads(sys.argv[2])))
