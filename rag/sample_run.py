"""A small evaluation started from the page: one at a time, in a process of its own, with its progress, and nothing left behind.

It is the command line's own `eval run` and `eval report`, so the page scores exactly as they do.
"""

import atexit
import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from filelock import FileLock, Timeout

from rag.settings import PROJECT_FOLDER, Settings

QUESTIONS: Final = 40
LONGEST_SECONDS: Final = 600
"""A run that takes longer is ended."""
KEPT: Final = 3
"""Samples that are kept; older ones are removed, runs of the command line never."""
NAME: Final = "sample-"
PARTIAL: Final = ".part"
"""Ending of the folder while it is being filled."""
_NICE: Final = 10
"""Readers who ask at the same time go first."""
_PAUSE: Final = 0.5
"""Seconds between two looks at the progress."""
State = Literal["idle", "running", "done", "failed"]


@dataclass(frozen=True)
class Progress:
    """How far it is: questions answered of all, and why it failed."""

    state: State = "idle"
    answered: int = 0
    total: int = QUESTIONS
    message: str = ""


class SampleRun:
    """The sample of one running page. Safe to use from several threads."""

    def __init__(self, settings: Settings, questions: int = QUESTIONS) -> None:
        self.folder = settings.home / "eval"
        self.questions = questions
        self._environment = {**os.environ, "CHUANCE_HOME": str(settings.home)}
        self._guard = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._partial: Path | None = None
        self._worker: threading.Thread | None = None
        self._progress = Progress(total=questions)
        self._stopped = False

    def start(self) -> Progress:
        """Begin one, unless one is under way here or in another page over the same data folder."""
        with self._guard:
            if self._progress.state == "running":
                return self.progress()
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                lock = FileLock(self.folder / ".lock", thread_local=False)
                lock.acquire(timeout=0)
            except Timeout:
                return self._failed("另一个网页正在跑小样，请稍后再试。")
            except OSError as problem:
                return self._failed(f"数据文件夹写不进去（{problem.strerror}）。")
            self._clear_partial()
            self._partial = self.folder / f"{NAME}{datetime.now(UTC):%Y%m%dT%H%M%S%f}{PARTIAL}"
            self._progress, self._stopped = Progress("running", total=self.questions), False
            self._worker = threading.Thread(target=self._work, args=(self._partial, lock), daemon=True)
            self._worker.start()
            atexit.register(self.stop)
            return self._progress

    def progress(self) -> Progress:
        """How far it is now."""
        current, partial = self._progress, self._partial
        if current.state != "running" or partial is None:
            return current
        try:
            told = json.loads((partial / "progress.json").read_text(encoding="utf8"))
            return replace(current, answered=int(told["done"]), total=int(told["total"]))
        except (OSError, ValueError, KeyError, TypeError):  # not yet written
            return current

    def follow(self) -> Iterator[Progress]:
        """Start one, or join the one under way, and tell of every change until it has ended."""
        last = self.start()
        yield last
        while last.state == "running":
            time.sleep(_PAUSE)
            current = self.progress()
            if current != last:
                yield current
            last = current

    def stop(self) -> None:
        """End it, wait until it has ended, and remove what it wrote."""
        self._stopped = True
        process, worker = self._process, self._worker
        if process is not None:
            _end(process)
        if worker is not None:
            worker.join(timeout=10)

    def _work(self, partial: Path, lock: FileLock) -> None:
        """Run it, and tell how it ended only when nothing of it is left in the way of the next."""
        try:
            ended = self._outcome(partial)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
            lock.release()
            atexit.unregister(self.stop)
        self._progress = ended

    def _outcome(self, partial: Path) -> Progress:
        try:
            if problem := self._evaluated(partial):
                return self._failure(problem)
            partial.rename(partial.with_suffix(""))
            self._clear_old()
            return Progress("done", self.questions, self.questions)
        except OSError as error:
            return self._failure(f"数据文件夹写不进去（{error.strerror}）。")

    def _evaluated(self, partial: Path) -> str:
        """Run and report into `partial`; why it failed, or nothing."""
        seed = str(random.SystemRandom().randrange(10_000))  # not the same questions every time
        sample = ["run", "--sample", str(self.questions), "--seed", seed, "--no-baselines"]
        deadline = time.monotonic() + LONGEST_SECONDS
        return self._command([*sample, "--out", str(partial)], deadline) or self._command(
            ["report", str(partial)], deadline
        )

    def _command(self, arguments: list[str], deadline: float) -> str:
        if self._stopped:
            return "已停止。"
        self._process = process = subprocess.Popen(
            [sys.executable, "-m", "eval", *arguments],
            cwd=PROJECT_FOLDER, env=self._environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )  # fmt: skip
        with suppress(OSError, AttributeError):  # not every system has priorities
            os.setpriority(os.PRIO_PROCESS, process.pid, _NICE)
        if self._stopped:  # `stop` may have looked before there was a process
            _end(process)
        try:
            _, errors = process.communicate(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            _end(process)
            return f"超过 {LONGEST_SECONDS // 60} 分钟没有跑完，已停止。"
        finally:
            self._process = None
        if self._stopped:
            return "已停止。"
        return _reason(errors.decode("utf8", "replace")) if process.returncode else ""

    def _failed(self, message: str) -> Progress:
        self._progress = self._failure(message)
        return self._progress

    def _failure(self, message: str) -> Progress:
        return Progress("failed", total=self.questions, message=message)

    def _clear_partial(self) -> None:
        """What a page that was killed left behind; the lock says that nobody is writing it."""
        for folder in self.folder.glob(f"{NAME}*{PARTIAL}"):
            shutil.rmtree(folder, ignore_errors=True)

    def _clear_old(self) -> None:
        samples = sorted(path for path in self.folder.glob(f"{NAME}*") if path.suffix != PARTIAL)
        for folder in samples[:-KEPT]:
            shutil.rmtree(folder, ignore_errors=True)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _reason(errors: str) -> str:
    """What the command said, in the words it has for its user."""
    told = [line.removeprefix("错误：") for line in errors.splitlines() if line.startswith("错误：")]
    if told:
        return told[-1]
    if "ModuleNotFoundError" in errors:
        return "评测要另装依赖：pip install -r requirements-dev.txt。"
    last = errors.strip().splitlines()[-1:] or ["没有说明原因"]
    return f"评测没有跑成：{last[0]}"
