"""Faults at scale: `python -m tests.faults kills|steps|full-disk|damages|concurrent|readers [--count N] [--seed S]`.

One line `kind survived/total` on standard output, what went wrong on standard error, exit code 1
unless all survived.
"""

import argparse
import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from ingest.build import build_index
from rag.library import Library
from rag.manifest import builds_folder, current_build
from tests.fault_damage import damages
from tests.fault_tools import CHANGING, Trial, barrier, ended

Outcome = tuple[str, list[str]]
"""A trial's name and its problems; without any it survived."""
SEEN_WITHIN = 5.0
"""Seconds from the switch to a newer build until readers must find its text."""
READERS = 20
PAGE = 4096
POINTS_SPREAD, POINTS_LAST = 15, 5
"""Points at which the disk is full: evenly over the size of a build, and about its end."""


def first_build(trial: Trial) -> None:
    trial.change()
    if trial.ingest() != 0:
        raise RuntimeError(trial.log.read_text(encoding="utf8"))


def after_death(trial: Trial, name: str) -> Outcome:
    """What a killed ingest left answers, and the next run completes it."""
    problems = trial.problems(trial.number - 1, trial.number)
    if (code := trial.ingest()) != 0:
        problems.append(f"the next run exits {code}")
    return name, problems + trial.problems(trial.number, finished=True)


def kills(folder: Path, count: int, moments: random.Random) -> Iterator[Outcome]:
    """kill -9 at random moments of an ingest."""
    trial = Trial(folder)
    first_build(trial)
    trial.change()
    started = time.monotonic()
    trial.ingest()
    duration = time.monotonic() - started
    killed = 0
    while killed < count:
        trial.change()
        process = trial.start()
        time.sleep(moment := moments.uniform(0.05, 1.0) * duration)
        process.kill()
        if ended(process) == -signal.SIGKILL:
            killed += 1
            yield after_death(trial, f"kill {killed} after {moment:.3f} s")


def steps(folder: Path, count: int, moments: random.Random) -> Iterator[Outcome]:
    """kill -9 at every call of the progress callback, which names the steps."""
    trial = Trial(folder)
    first_build(trial)
    trial.change()
    named: list[str] = []
    build_index(
        [trial.corpus],
        trial.settings,
        trial.embedder,
        progress=lambda step, done, total: named.append(f"{step} {done}/{total}"),
    )
    for number, name in moments.sample(list(enumerate(named)), min(count, len(named))):
        trial.change()
        code = ended(trial.start(kill_at=number))
        _, problems = after_death(trial, name)
        yield name, problems if code == -signal.SIGKILL else [*problems, f"exit {code} instead of a kill"]


@contextmanager
def small_disk(folder: Path) -> Iterator[Callable[[int | None], None] | None]:
    """A memory disk at `folder`; the function sets its free bytes (None: plenty). None where mounting is forbidden."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1g", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        yield None
        return

    def limit(free: int | None) -> None:
        disk = os.statvfs(folder)
        used = (disk.f_blocks - disk.f_bfree) * disk.f_frsize
        size = 2**30 if free is None else used + max(free, 0)
        subprocess.run(["mount", "-o", f"remount,size={max(size, PAGE)}", str(folder)], check=True)

    try:
        yield limit
    finally:
        # Lazily: a traceback may still hold a mapped file of the disk.
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def full_disk(folder: Path, count: int, moments: random.Random) -> Iterator[Outcome]:
    """The disk is full at up to 20 points of an ingest; without the right to mount, files reach a limit instead."""
    with small_disk(folder / "disk") as limit:
        trial = Trial(folder, home=folder / "disk" / "home")
        for _ in range(trial.settings.builds_kept):
            first_build(trial)
        build = builds_folder(trial.home) / str(current_build(trial.home))
        sizes = [path.stat().st_size for path in build.rglob("*") if path.is_file()]
        need = sum(-(-size // PAGE) * PAGE for size in sizes) if limit else max(sizes)
        # The journals of a build take a few pages more; there the manifest, history and pointer are written.
        points = [need * number // POINTS_SPREAD for number in range(POINTS_SPREAD)]
        points += [need + 3 * PAGE * number for number in range(POINTS_LAST)]
        for point in moments.sample(points, min(count, len(points))):
            yield full_at(trial, point, limit)


def full_at(trial: Trial, point: int, limit: Callable[[int | None], None] | None) -> Outcome:
    """An ingest with `point` bytes free; what it leaves answers on a disk without a free byte."""
    trial.change()
    if limit:
        limit(point)
    code = trial.ingest(file_limit=None if limit else max(point, PAGE))  # the log is a file, too
    told = trial.log.read_text(encoding="utf8")
    numbers = (trial.number,) if code == 0 else (trial.number - 1, trial.number)
    if limit:
        limit(0)
    problems = trial.problems(*numbers)
    if code not in {0, 1}:
        problems.append(f"exit {code}")
    if code == 1 and ("Traceback" in told or "磁盘空间" not in told):
        problems.append(f"no clear message: {told[-600:]}")
    if limit:
        limit(None)
    if (again := trial.ingest()) != 0:
        problems.append(f"the next run exits {again}")
    return f"{point} bytes free, exit {code}", problems + trial.problems(trial.number, finished=True)


def concurrent(folder: Path, count: int, moments: random.Random) -> Iterator[Outcome]:
    """Two and five ingests at the same time, `count` rounds of each."""
    trial = Trial(folder)
    first_build(trial)
    for round_, parties in itertools.product(range(count), (2, 5)):
        trial.change()
        line = barrier(parties)
        processes = [trial.start(start=line) for _ in range(parties)]
        codes = sorted(str(ended(process)) for process in processes)
        problems = trial.problems(trial.number, finished=True)
        if set(codes) - {"0", "75"} or "0" not in codes:
            problems.append(f"exit codes {codes}")
        for log in folder.glob("log.*"):
            told = log.read_text(encoding="utf8")
            if (
                "Traceback" in told
                or ("已入库" in told) + ("无变化" in told) + ("另一个入库进程" in told) != 1
            ):
                problems.append(told[-300:])
            log.unlink()
        yield f"round {round_} of {parties}: {codes}", problems


def readers(folder: Path, count: int, moments: random.Random) -> Iterator[Outcome]:
    """Twenty threads ask while newer builds are published."""
    trial = Trial(folder)
    first_build(trial)
    library, stop = Library(trial.settings, trial.embedder), threading.Event()
    latest: dict[int, float] = {}

    def read(place: int) -> int:
        asked = 0
        while not stop.is_set():
            build = library.current()
            text = build.documents[CHANGING].text.splitlines()[1 + asked % 9]
            named = text.split("，")[1]
            row = build.vector_scores(text, 1)[0][0]
            assert named in build.passages[row].text, (text, build.passages[row].text)
            assert build.lexical.scores("passage_grams", text).max() > 0
            latest.setdefault(int(named.removeprefix("按第").split("号")[0]), time.monotonic())
            asked += 1
        return asked

    with ThreadPoolExecutor(READERS) as pool:
        threads = [pool.submit(read, place) for place in range(READERS)]
        try:
            for number in range(count):
                wanted = trial.change()
                code = trial.ingest()
                switched = (trial.home / "current").stat().st_mtime - time.time() + time.monotonic()
                while wanted not in latest and time.monotonic() < switched + SEEN_WITHIN:
                    time.sleep(0.02)
                waited = latest.get(wanted, float("inf")) - switched
                seen = waited <= SEEN_WITHIN and code == 0 and library.problem is None
                yield (
                    f"switch {number + 1}, found after {waited:.2f} s",
                    [] if seen else [f"exit {code}, {library.problem}"],
                )
        finally:
            stop.set()
    errors = [str(thread.exception()) for thread in threads if thread.exception()]
    asked = sum(thread.result() for thread in threads if not thread.exception())
    yield f"{READERS} readers, {asked} questions", errors


KINDS: dict[str, Callable[[Path, int, random.Random], Iterator[Outcome]]] = {
    "kills": kills,
    "steps": steps,
    "full-disk": full_disk,
    "damages": damages,
    "concurrent": concurrent,
    "readers": readers,
}
DEFAULT = {"kills": 200, "steps": 100, "full-disk": 20, "damages": 1000, "concurrent": 25, "readers": 10}


def survey(kind: str, count: int, seed: int, say: Callable[[str], object]) -> tuple[int, int]:
    """How many trials of a kind survived, and of how many; `say` is told of each."""
    outcomes = []
    with tempfile.TemporaryDirectory() as folder:
        for name, problems in KINDS[kind](Path(folder), count, random.Random(seed)):
            say(f"{kind}: {name}: {'; '.join(problems) or 'ok'}\n")
            outcomes.append(not problems)
    return sum(outcomes), len(outcomes)


def run() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--count", type=int)
    parser.add_argument("--seed", type=int, default=20230619)
    asked = parser.parse_args()
    count = asked.count or DEFAULT[asked.kind]
    survived, total = survey(asked.kind, count, asked.seed, sys.stderr.write)
    sys.stdout.write(f"{asked.kind} {survived}/{total}\n")
    return 0 if survived == total else 1


if __name__ == "__main__":
    sys.exit(run())
