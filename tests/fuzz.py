"""Damaged files against their readers: `python -m tests.fuzz [--count N] [--seed S] [--only NUMBER]`.

Each file ends as text or as CorpusError. Anything else, a reader's death and ten seconds of
silence included, is named with the command that repeats it; exit code 1 if there was any.
"""

import argparse
import collections
import faulthandler
import importlib
import multiprocessing
import random
import resource
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from ingest.cut import cut
from ingest.formats import Extracted
from ingest.isolate import ReadingLimits
from ingest.load import READERS, TEXT, LoadedFile, load_file, readable
from rag.errors import CorpusError
from tests.fuzz_files import SOUND, arbitrary_text, damaged, sound

NUMBERING = "numbering"
KINDS = (*SOUND, NUMBERING)
SILENCE = 10.0
"""Seconds in which a worker must answer."""
FAULTS = ("无法解析", "反馈给开发者")
"""What `ingest.cut` says when it is itself at fault."""


@dataclass
class Tally:
    """Outcomes by kind of file, and the problems: number of the case -> what happened."""

    counts: collections.Counter[tuple[str, str]] = field(default_factory=collections.Counter)
    problems: dict[int, str] = field(default_factory=dict)
    slowest: tuple[float, int] = (0.0, -1)

    def add(self, number: int, outcome: str, seconds: float) -> None:
        known = outcome in {"text", "refused"}
        self.counts[kind_of(number), outcome if known else "problem"] += 1
        self.slowest = max(self.slowest, (seconds, number))
        if not known:
            self.problems[number] = outcome


def kind_of(number: int) -> str:
    return KINDS[number % len(KINDS)]


def outcome(seed: int, number: int) -> str:
    """Make case `number` and read it: `text`, `refused`, or the traceback of what else came."""
    kind, chance = kind_of(number), random.Random(f"{seed}:{number}")
    try:
        if kind == NUMBERING:
            text = readable(arbitrary_text(chance))
            if not text.strip():
                return "refused"  # by load_file, before any cutting
            cut(LoadedFile(Path("示例.txt"), text, "0" * 64))
        else:
            read(SOUND[kind][0], damaged(sound(kind), chance))
    except CorpusError as problem:
        if any(words in str(problem) for words in FAULTS):
            return "".join(traceback.format_exception(problem))
        return "refused"
    except BaseException as problem:
        return "".join(traceback.format_exception(problem))
    return "text"


def read(suffix: str, raw: bytes) -> str:
    """The text of `raw`, read in this process with the reader that `load_file` would start one for."""
    if suffix in TEXT:
        with tempfile.NamedTemporaryFile(suffix=suffix) as file:
            file.write(raw)
            file.flush()
            return load_file(Path(file.name)).text
    module, function = READERS[suffix]
    found: Extracted = getattr(importlib.import_module(f"ingest.formats.{module}"), function)(raw)
    return found.text


class Worker:
    """A process that reads case after case, started anew when it dies or falls silent."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._start()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self.seed), daemon=True)
        self._process.start()
        theirs.close()
        self._connection.recv()  # ready

    def outcome(self, number: int) -> str:
        try:
            self._connection.send(number)
            if self._connection.poll(SILENCE):
                told: str = self._connection.recv()
                return told
            reason = f"no answer within {SILENCE:.0f} s"
        except (EOFError, ConnectionError):
            self._process.join()
            reason = f"the reader's process died ({self._process.exitcode})"
        self.close()
        self._start()
        return reason

    def close(self) -> None:
        self._process.kill()
        self._process.join()


def _serve(connection: Connection, seed: int) -> None:
    memory = ReadingLimits().memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    faulthandler.enable()
    for kind in KINDS:
        outcome(seed, KINDS.index(kind))  # loads what the readers need, before the clock runs
    connection.send("ready")
    while True:
        connection.send(outcome(seed, connection.recv()))


def fuzz(count: int, seed: int, workers: int = 2) -> Tally:
    """Read `count` cases in `workers` processes."""
    tally = Tally()

    def share(numbers: Iterable[int]) -> None:
        worker = Worker(seed)
        try:
            for number in numbers:
                started = time.monotonic()
                tally.add(number, worker.outcome(number), time.monotonic() - started)
        finally:
            worker.close()

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(share, (range(first, count, workers) for first in range(workers))))
    return tally


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=20230619)
    parser.add_argument("--only", type=int, help="read this one case in this process")
    asked = parser.parse_args()
    if asked.only is not None:
        told = outcome(asked.seed, asked.only)
        sys.stdout.write(f"{kind_of(asked.only)}: {told}\n")
        return 0 if told in {"text", "refused"} else 1
    started = time.monotonic()
    tally = fuzz(asked.count, asked.seed)
    for kind in KINDS:
        shares = (f"{tally.counts[kind, name]} {name}" for name in ("text", "refused", "problem"))
        sys.stdout.write(f"{kind}: {', '.join(shares)}\n")
    for number, problem in sorted(tally.problems.items()):
        sys.stderr.write(f"python -m tests.fuzz --seed {asked.seed} --only {number}\n{problem}\n")
    took, slowest = time.monotonic() - started, tally.slowest
    sys.stdout.write(f"fuzz {asked.count - len(tally.problems)}/{asked.count} in {took:.0f} s, ")
    sys.stdout.write(f"slowest {slowest[0]:.1f} s (--only {slowest[1]})\n")
    return 1 if tally.problems else 0


if __name__ == "__main__":
    sys.exit(main())
