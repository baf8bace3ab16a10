"""What was read -> what goes into a build: every file cut, one document a policy, questions attached."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from ingest.cut import Cut, cut
from ingest.expand import QuestionFiles, attach
from ingest.lint import Finding
from ingest.publish import Content, Progress
from ingest.sources import Reading
from ingest.supports import resolve_supports
from ingest.versions import Settled, settle
from rag.errors import CorpusError
from rag.types import Document, Passage

MOST_NOTES: Final = 3
"""Findings of one file of supports that are told one by one."""


@dataclass(frozen=True, eq=False)
class Collected:
    """The content of a build, the documents that gave way, and notes (path, sentence) for who ingests."""

    content: Content
    replaced: tuple[Document, ...]
    notes: tuple[tuple[str, str], ...]


def collect(
    readings: Sequence[Reading], progress: Progress, *, question_files: QuestionFiles | None
) -> Collected:
    """Cut what could be read and choose one document a policy; without `question_files` no question is attached.

    Raises:
        CorpusError: no document is left; the message gives the first reason.
    """
    cuts: list[Cut | None] = []
    sources = []
    for number, reading in enumerate(readings, start=1):
        found, source = None, reading.source
        if reading.file is not None:
            try:
                found = cut(reading.file)
            except CorpusError as problem:
                source = replace(source, failure=str(problem))
        cuts.append(found)
        sources.append(source)
        progress("parse", number, len(readings))
    settled = _settled(cuts)
    kept, notes = [], []
    for place, found in enumerate(cuts):
        if found is None:
            continue
        document = found.document
        if reason := settled.problems[place]:
            if document in settled.replaced:
                notes.append((sources[place].path, reason))
                sources[place] = replace(sources[place], document_id=document.id, title=document.title)
            else:
                sources[place] = replace(sources[place], failure=f"{readings[place].file_name}：{reason}")
            continue
        kept.append(found)
        sources[place] = replace(sources[place], document_id=document.id, title=document.title)
        notes += [(sources[place].path, warning) for warning in readings[place].warnings]
    if not kept:
        first = next((source.failure for source in sources if source.failure), None) or "没有给出文件。"
        raise CorpusError(f"没有一份文件可以入库，原有索引保持不变。{first}")
    documents = tuple(found.document for found in kept)
    clauses = tuple(clause for found in kept for clause in found.clauses)
    resolved = resolve_supports(documents, clauses)
    notes += _support_notes(resolved.findings)
    content = Content(
        documents,
        clauses,
        tuple(passage for found in kept for passage in found.passages),
        _questions(kept, question_files) if question_files else (),
        tuple(sources),
        "",
        resolved.supports,
    )
    return Collected(content, settled.replaced, tuple(notes))


def _support_notes(findings: Sequence[Finding]) -> list[tuple[str, str]]:
    """The first findings of each file, and how many more there are: a rewritten policy can lose all its supports."""
    by_file: dict[str, list[str]] = {}
    for finding in findings:
        by_file.setdefault(f"corpus/supports/{finding.file}", []).append(finding.problem)
    notes = []
    for file, problems in by_file.items():
        distinct = list(dict.fromkeys(problems))
        notes += [(file, problem) for problem in distinct[:MOST_NOTES]]
        if len(distinct) > MOST_NOTES:
            notes.append(
                (file, f"另有 {len(distinct) - MOST_NOTES} 处引文或条款找不到，有关的支持没有收录。")
            )
    return notes


def _settled(cuts: Sequence[Cut | None]) -> Settled:
    """`settle` over the files that were cut, with a place for every file."""
    found = [one.document for one in cuts if one is not None]
    settled = settle(found)
    problems = iter(settled.problems)
    return Settled(tuple(None if one is None else next(problems) for one in cuts), settled.replaced)


def _questions(kept: Sequence[Cut], files: QuestionFiles) -> tuple[Passage, ...]:
    """The questions written for the documents, attached to their passages."""
    return tuple(
        question
        for found in kept
        if (written := files.of(found.document))
        for question in attach(written, found.clauses, found.passages)
    )
