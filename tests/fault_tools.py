"""What the fault trials share: a corpus that changes, ingests in processes that may die, and what whole means.

The fork server imports this module once, so that an ingest under trial starts at its work and
a kill strikes that work rather than the loading of libraries.
"""

import contextlib
import functools
import multiprocessing
import os
import resource
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from multiprocessing.synchronize import Barrier
from pathlib import Path

import numpy as np

from ingest.__main__ import main
from ingest.build import build_index
from rag.builds import Build
from rag.embedder import Embedder, load_embedder
from rag.errors import StoreError
from rag.lexical import content_words
from rag.manifest import MANIFEST, POINTER, builds_folder, current_build
from rag.opening import open_current
from rag.settings import PROJECT_FOLDER, Settings

CHANGING = "shili-changing"
DIGESTS = ("sc-2024-mfg-loan", "sc-2025-lowalt-measures", "sc-2025-stpr")
"""Enough for a collection of written questions and a file of supports."""
CLAUSES = 120
PATIENCE = 120
"""Seconds after which an ingest of this corpus counts as hanging."""
_HOME = {"builds", "history", "ingest.lock", POINTER}

content_words("示例")  # reads the dictionary of words, half a second
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload([__name__])


class Trial:
    """A corpus of `DIGESTS`, with their written questions and supports, and one 示例 document; and a data folder."""

    def __init__(self, folder: Path, home: Path | None = None) -> None:
        self.corpus, self.log = folder / "corpus", folder / "log"
        self.settings = Settings(home=home or folder / "home")
        self.number = 0
        self.corpus.mkdir(parents=True)
        for name in DIGESTS:
            shutil.copy(PROJECT_FOLDER / "corpus" / "digests" / f"{name}.md", self.corpus)

    @property
    def home(self) -> Path:
        return self.settings.home

    @property
    def embedder(self) -> Embedder:
        return _embedder(self.settings.embedding_model)

    def change(self) -> int:
        """Rewrite the 示例 document so that every clause of it is another; returns its new number."""
        self.number += 1
        clauses = (
            f"第{row}条　示例内容{row * self.number}，按第{self.number}号示例办理。\n"
            for row in range(1, CLAUSES)
        )
        (self.corpus / f"{CHANGING}.txt").write_text(f"示例办法\n{''.join(clauses)}", encoding="utf8")
        return self.number

    def start(
        self, *, kill_at: int | None = None, file_limit: int | None = None, start: Barrier | None = None
    ) -> ForkServerProcess:
        """An ingest in a process of its own."""
        process = _context.Process(
            target=_ingest, args=(self.home, self.corpus, self.log, kill_at, file_limit, start)
        )
        process.start()
        return process

    def ingest(self, *, file_limit: int | None = None) -> int | None:
        """Run an ingest to its end; its exit code, None when it hangs."""
        return ended(self.start(file_limit=file_limit))

    def problems(self, *numbers: int, finished: bool = False) -> list[str]:
        """What is wrong with the index that answers, which should hold the text of one of `numbers`."""
        try:
            build = open_current(self.settings, self.embedder)
        except StoreError as problem:
            return [str(problem)]
        found = [*_unfound(build, self.home), *_orphans(build)]
        if not any(f"第{number}号示例" in build.documents[CHANGING].text for number in numbers):
            found.append(f"the text is of none of {numbers}")
        return found + (_leftovers(self.settings) if finished else [])


@functools.cache
def _embedder(name: str) -> Embedder:
    return load_embedder(name)


def ended(process: ForkServerProcess) -> int | None:
    """The exit code of `process`, negative for a signal; None when it hangs and had to be killed."""
    process.join(PATIENCE)
    if process.exitcode is None:
        process.kill()
        process.join()
        return None
    return process.exitcode


def in_process(function: Callable[[Trial], str], trial: Trial) -> tuple[int | None, str]:
    """Exit code and answer of `function` in a process of its own, which it may bring down."""
    receiver, sender = _context.Pipe(duplex=False)
    process = _context.Process(target=_answer, args=(sender, function, trial))
    process.start()
    sender.close()
    try:
        told = receiver.recv() if receiver.poll(PATIENCE) else ""
    except EOFError:
        told = ""
    return ended(process), told


def _answer(sender: Connection, function: Callable[[Trial], str], trial: Trial) -> None:
    sender.send(function(trial))


def barrier(parties: int) -> Barrier:
    """A starting line for processes."""
    return _context.Barrier(parties)


def _ingest(
    home: Path, corpus: Path, log: Path, kill_at: int | None, file_limit: int | None, start: Barrier | None
) -> None:
    target = os.open(f"{log}.{os.getpid()}" if start else log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(target, 1)
    os.dup2(target, 2)
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
    if start is not None:
        start.wait()
    if kill_at is not None:
        settings = Settings(home=home)
        build_index([corpus], settings, _embedder(settings.embedding_model), progress=_Killer(kill_at))
        return
    if file_limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))
    os.environ["CHUANCE_HOME"] = str(home)
    sys.exit(main([str(corpus)]))


class _Killer:
    """A progress callback that kills its process at the call number `at`."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, step: str, done: int, total: int) -> None:
        if not self.left:
            os.kill(os.getpid(), signal.SIGKILL)
        self.left -= 1


def _unfound(build: Build, home: Path) -> list[str]:
    """Every passage and question must find itself, and the graph must hold each exactly once."""
    folder, count = builds_folder(home) / str(current_build(home)), len(build.passages)
    matrix = np.load(folder / "vectors.npy")
    problems = []
    for name, index, rows in (
        ("chroma", build.vectors, matrix[:count]),
        ("chroma_questions", build.question_vectors, matrix[count : count + len(build.questions)]),
    ):
        if index is None:
            problems.append(f"{name} cannot be searched: {build.vector_problem}")
            continue
        if lost := index.lost_rows(rows, range(len(rows))):
            problems.append(f"{name}: {len(lost)} rows do not find themselves")
        if sorted(row for row, _ in index.nearest(rows[0], len(rows))) != list(range(len(rows))):
            problems.append(f"{name}: the graph does not hold every row once")
        with contextlib.closing(sqlite3.connect(folder / name / "chroma.sqlite3")) as database:
            stored = database.execute("SELECT count(*), count(DISTINCT embedding_id) FROM embeddings")
            if stored.fetchone() != (len(rows), len(rows)):
                problems.append(f"{name}: the database does not hold every row once")
    passage = build.passages[count // 2]
    if (
        passage.text
        not in build.passages[int(build.lexical.scores("passage_grams", passage.text).argmax())].text
    ):
        problems.append("keywords do not find a passage by its own words")
    return problems


def _orphans(build: Build) -> list[str]:
    clauses = {clause.id for clause in build.clauses}
    ids = [passage.id for passage in (*build.passages, *build.questions)]
    problems = [] if len(set(ids)) == len(ids) else ["two passages of one id"]
    if any(passage.clause_id not in clauses for passage in (*build.passages, *build.questions)):
        problems.append("a passage without its clause")
    if not build.supports or any(support.quote.clause_id not in clauses for support in build.supports):
        problems.append("no supports, or one without its clause")
    for document in build.documents.values():
        if "".join(clause.text for clause in build.clauses_of(document.id)) != document.text:
            problems.append(f"{document.id} is not whole")
    return problems


def _leftovers(settings: Settings) -> list[str]:
    """What an ingest that ended well should have cleared away."""
    builds = list(builds_folder(settings.home).iterdir())
    strange = [path for path in settings.home.iterdir() if path.name not in _HOME]
    strange += [path for path in builds if path.name.startswith(".") or not (path / MANIFEST).is_file()]
    strange += (settings.home / "history").rglob("*.part*")
    if len(builds) > settings.builds_kept:
        strange.append(builds_folder(settings.home))
    return [f"left over: {path.name}" for path in strange]
