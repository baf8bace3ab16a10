"""Source files -> a new build beside the old one, proven and then published.

The sources are the truth and an index is a cache of them: whatever is missing,
damaged or of another model is made again, and only texts that the current build has
not seen are embedded.
"""

import hashlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ingest.collect import collect
from ingest.embed import embed, known_vectors
from ingest.expand import QuestionFiles
from ingest.publish import Progress, clear_leftovers, prune, publish, sole_writer, write_build
from ingest.sources import Reading, read_source, source_files
from ingest.supports import FOLDER as SUPPORTS
from ingest.versions import changed_documents
from rag.builds import Build
from rag.embedder import Embedder
from rag.errors import StoreError
from rag.history import keep
from rag.opening import open_current
from rag.settings import PROJECT_FOLDER, Settings
from rag.tokens import count_tokens
from rag.types import Clause, Passage

_NO_PART: Final = ("__", "train", "measure", "preview", "lint", "plan", "expand_")
"""Beginnings of the names of modules that have no part in what a source file becomes."""
_SHARED: Final = (
    "figures.py", "indexed.py", "injection.py", "lexical.py", "numerals.py", "quantities.py", "supports.py", "types.py",
)  # fmt: skip
"""Modules of rag/ that have."""


@dataclass(frozen=True)
class Report:
    """What one run did. `failed` pairs a source path with the reason it was left out."""

    build_id: str
    changed: bool
    documents: int
    clauses: int
    passages: int
    questions: int = 0
    tokens: int = 0
    """Tokens of the documents under `CHUANCE_TOKEN_ENCODING`: what reading them costs a language model."""
    embedded: int = 0
    reused: int = 0
    failed: tuple[tuple[str, str], ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    """Source path and a sentence each: what a reader left out, which document another one replaced."""
    elapsed_seconds: float = 0.0


def build_index(
    sources: Sequence[Path],
    settings: Settings,
    embedder: Embedder,
    *,
    rebuild: bool = False,
    with_questions: bool = True,
    progress: Progress | None = None,
) -> Report:
    """Make the published build hold exactly `sources` (files, or folders of files).

    Nothing is done when sources, model, code and the build itself are unchanged.
    `rebuild` reuses nothing; `with_questions=False` leaves the written questions out, to
    measure what they earn. Until the last step the old build answers, and any
    failure leaves it in place; a file that cannot be used is named in `Report.failed`.

    Raises:
        InputError: a source does not exist.
        CorpusError: no document is left.
        StoreError: the new build could not be written, or did not pass its checks.
        BusyError: another process is building.
    """
    started = time.monotonic()
    report_progress = progress or (lambda step, done, total: None)
    with sole_writer(settings.home):
        clear_leftovers(settings.home, settings.chroma_url)
        current = None if rebuild else _usable_build(settings, embedder)
        readings = [read_source(path) for path in source_files(sources)]
        report_progress("read", len(readings), len(readings))
        question_files = QuestionFiles(settings.home) if with_questions else None
        pipeline = pipeline_fingerprint(question_files)
        if current is not None and _is_unchanged(current, readings, pipeline):
            report = _report(current, settings, changed=False)
            report = replace(report, reused=report.passages + report.questions + report.clauses)
        else:
            collected = collect(readings, report_progress, question_files=question_files)
            content = replace(collected.content, pipeline=pipeline)
            known = known_vectors(settings, current)
            embeddable: list[Passage | Clause] = [*content.passages, *content.questions, *content.clauses]
            vectors, embedded = embed(embeddable, embedder, known, report_progress, settings.home)
            reused = len(embeddable) - embedded
            # What is not needed any more makes room for the indexes.
            del readings, known, embeddable
            where = (settings.home, embedder, report_progress, settings.chroma_url)
            folder = write_build(replace(content, vectors=vectors), *where)
            before = current.documents.values() if current is not None else ()
            for document in (*collected.replaced, *changed_documents(before, content.documents)):
                keep(settings.home, document)
            notes = collected.notes
            # The new build is about to be read back: both at once would double the memory.
            del collected, content, vectors
            build = publish(folder, *where)
            report = replace(
                _report(build, settings, changed=True),
                embedded=embedded,
                reused=reused,
                notes=notes,
            )
        prune(settings.home, settings.builds_kept, settings.chroma_url)
    return replace(report, elapsed_seconds=round(time.monotonic() - started, 3))


def _is_unchanged(current: Build, readings: Iterable[Reading], pipeline: str) -> bool:
    then = {(source.path, source.sha256) for source in current.manifest.sources}
    now = {(reading.source.path, reading.source.sha256) for reading in readings}
    return then == now and current.manifest.pipeline == pipeline


def pipeline_fingerprint(question_files: QuestionFiles | None) -> str:
    """Hash of what stands between a source file and its passages: code, written questions and supports."""
    digest = hashlib.sha256()
    own = (path for path in Path(__file__).parent.rglob("*.py") if not path.name.startswith(_NO_PART))
    for path in (*sorted(own), *(PROJECT_FOLDER / "rag" / name for name in _SHARED)):
        digest.update(path.read_bytes())
    written = question_files.paths if question_files else ()
    for path in (*written, *sorted(SUPPORTS.glob("*.yaml"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _usable_build(settings: Settings, embedder: Embedder) -> Build | None:
    """The current build when it is whole and of this model; a damaged one is made again from the sources."""
    try:
        build = open_current(settings, embedder)
    except StoreError:
        return None
    return None if build.vector_problem else build


def _report(build: Build, settings: Settings, *, changed: bool) -> Report:
    counts = build.manifest.counts
    tokens = sum(count_tokens(one.text, settings.token_encoding) for one in build.documents.values())
    failed = tuple((source.path, source.failure) for source in build.manifest.sources if source.failure)
    return Report(
        build.id, changed, counts["documents"], counts["clauses"], counts["passages"], counts["questions"],
        tokens=tokens, failed=failed,
    )  # fmt: skip
