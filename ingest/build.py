"""Source files -> a new build beside the old one, proven and then published.

The sources are the truth and an index is a cache of them: whatever is missing,
damaged or of another model is made again, and only texts that the current build has
not seen are embedded.
"""

import hashlib
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from ingest.cut import cut
from ingest.embed import embed, known_vectors
from ingest.expand import QUESTIONS, attach, questions_for
from ingest.publish import Content, Progress, clear_leftovers, prune, publish, sole_writer, write_build
from ingest.sources import Reading, read_source, source_files
from rag.builds import Build
from rag.embedder import Embedder
from rag.errors import CorpusError, StoreError
from rag.manifest import Source
from rag.opening import open_current
from rag.settings import PROJECT_FOLDER, Settings
from rag.tokens import count_tokens
from rag.types import Clause, Document, Passage

_PIPELINE: Final = (
    *(
        "ingest/" + name
        for name in (
            "build.py",
            "clauses.py",
            "cut.py",
            "digests.py",
            "embed.py",
            "expand.py",
            "fields.py",
            "headings.py",
            "load.py",
            "parse.py",
            "passages.py",
            "sources.py",
        )
    ),
    *("rag/" + name for name in ("figures.py", "indexed.py", "lexical.py", "numerals.py", "types.py")),
)
"""Code whose change makes every source count as changed."""


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
        clear_leftovers(settings.home)
        current = None if rebuild else _usable_build(settings, embedder)
        readings = [read_source(path) for path in source_files(sources)]
        report_progress("read", len(readings), len(readings))
        pipeline = pipeline_fingerprint(with_questions=with_questions)
        if current is not None and _is_unchanged(current, readings, pipeline):
            report = _report(current, settings, changed=False)
            report = replace(report, reused=report.passages + report.questions + report.clauses)
        else:
            content = replace(_cut(readings, report_progress), pipeline=pipeline)
            content = _expanded(content) if with_questions else content
            known = known_vectors(settings, current)
            embeddable: list[Passage | Clause] = [*content.passages, *content.questions, *content.clauses]
            vectors, embedded = embed(embeddable, embedder, known, report_progress)
            folder = write_build(replace(content, vectors=vectors), settings.home, embedder, report_progress)
            build = publish(folder, settings.home, embedder, report_progress)
            report = replace(
                _report(build, settings, changed=True), embedded=embedded, reused=len(embeddable) - embedded
            )
        prune(settings.home, settings.builds_kept)
    return replace(report, elapsed_seconds=round(time.monotonic() - started, 3))


def _is_unchanged(current: Build, readings: Iterable[Reading], pipeline: str) -> bool:
    then = {(source.path, source.sha256) for source in current.manifest.sources}
    now = {(reading.source.path, reading.source.sha256) for reading in readings}
    return then == now and current.manifest.pipeline == pipeline


def pipeline_fingerprint(*, with_questions: bool = True) -> str:
    """Hash of what stands between a source file and its passages: code and written questions."""
    digest = hashlib.sha256()
    for name in _PIPELINE:
        digest.update((PROJECT_FOLDER / name).read_bytes())
    for path in sorted(QUESTIONS.glob("*.jsonl")) if with_questions else ():
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _usable_build(settings: Settings, embedder: Embedder) -> Build | None:
    """The current build when it is whole and of this model; a damaged one is made again from the sources."""
    try:
        build = open_current(settings, embedder)
    except StoreError:
        return None
    return None if build.vector_problem else build


def _cut(readings: Iterable[Reading], progress: Progress) -> Content:
    """Parse and cut what could be read.

    Raises:
        CorpusError: no document is left; the message gives the first reason.
    """
    readings = list(readings)
    documents: dict[str, Document] = {}
    clauses: list[Clause] = []
    passages: list[Passage] = []
    sources: list[Source] = []
    for number, reading in enumerate(readings, start=1):
        source = reading.source
        if reading.file is not None:
            try:
                found = cut(reading.file)
                document = _with_own_id(found.document, documents, reading.file.path.name)
            except CorpusError as problem:
                source = replace(source, failure=str(problem))
            else:
                documents[document.id] = document
                clauses += found.clauses
                passages += found.passages
                source = replace(source, document_id=document.id, title=document.title)
        sources.append(source)
        progress("parse", number, len(readings))
    if not documents:
        reason = sources[0].failure if sources else "没有给出文件。"
        raise CorpusError(f"没有一份文件可以入库，原有索引保持不变。{reason}")
    return Content(tuple(documents.values()), tuple(clauses), tuple(passages), (), tuple(sources), "")


def _with_own_id(document: Document, others: Mapping[str, Document], name: str) -> Document:
    """The document, if no other has its id.

    Raises:
        CorpusError: one has.
    """
    if other := others.get(document.id):
        raise CorpusError(
            f"{name}：编号 {document.id!r} 已被《{other.title}》使用，请在文件头写一个不同的 id。"
        )
    return document


def _expanded(content: Content) -> Content:
    """The content with the questions written for its documents attached to their passages."""
    questions: list[Passage] = []
    for document in content.documents:
        if written := questions_for(document):
            its_clauses = [clause for clause in content.clauses if clause.document_id == document.id]
            its_passages = [passage for passage in content.passages if passage.document_id == document.id]
            questions += attach(written, its_clauses, its_passages)
    return replace(content, questions=tuple(questions))


def _report(build: Build, settings: Settings, *, changed: bool) -> Report:
    counts = build.manifest.counts
    tokens = sum(count_tokens(one.text, settings.token_encoding) for one in build.documents.values())
    failed = tuple((source.path, source.failure) for source in build.manifest.sources if source.failure)
    return Report(
        build.id, changed, counts["documents"], counts["clauses"], counts["passages"], counts["questions"],
        tokens=tokens, failed=failed,
    )  # fmt: skip
