"""Index a folder and ask it questions, in processes of their own so that two cores are used."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from eval.cases import clause_of
from eval.metrics import clause_id_of
from ingest.build import build_index
from rag.assistant import Assistant
from rag.embedder import load_embedder
from rag.errors import CorpusError
from rag.settings import Settings
from rag.types import Answer


class Question(NamedTuple):
    """What is asked, and the day of which; None is the day of the run."""

    text: str
    day: date | None = None


class Reply(NamedTuple):
    """An answer and the ids of the distinct clauses it cites, items taken as their clauses."""

    answer: Answer
    clauses: tuple[str, ...]

    @property
    def answered(self) -> bool:
        """Whether there is an answer, whole or in part."""
        return self.answer.status in {"answered", "partial"}

    @property
    def first(self) -> str | None:
        """The clause cited first."""
        return self.clauses[0] if self.clauses else None


@dataclass(frozen=True)
class Job:
    """Questions for the index in `home`, which is made from `sources` when it is not there yet."""

    name: str
    home: Path
    questions: tuple[Question, ...]
    sources: tuple[Path, ...] = ()
    with_questions: bool = True


def run_job(job: Job, settings: Settings) -> tuple[Reply, ...]:
    """The replies in the order of the questions; one that raises is an answer with status `error`.

    Raises:
        CorpusError: a source could not be used: what is measured would not be what was meant.
        ModelError: the embedding model could not be loaded.
    """
    settings = replace(settings, home=job.home, builds_kept=1, chroma_url="")
    embedder = load_embedder(settings.embedding_model)
    if job.sources:
        report = build_index(job.sources, settings, embedder, with_questions=job.with_questions)
        if report.failed:
            raise CorpusError(f"{job.name}：{report.failed[0][1]}")
    assistant = Assistant.open(settings)
    return tuple(_reply(question, assistant) for question in job.questions)


def _reply(question: Question, assistant: Assistant) -> Reply:
    build = assistant.library.current()
    try:
        answer = assistant.ask(question.text, as_of=question.day, build=build)
    except Exception as problem:  # whatever it is, the pair counts as failed and the run goes on
        answer = Answer(question.text, "error", repr(problem))
    cited = (clause_of(clause_id_of(one, build), build) for one in answer.citations)
    return Reply(answer, tuple(dict.fromkeys(cited)))


Runner = Callable[[Sequence[Job]], Iterator[tuple[Job, tuple[Reply, ...]]]]


@contextmanager
def runner(settings: Settings, workers: int | None = None) -> Iterator[Runner]:
    """A function that runs jobs and yields each with its replies as it is done; with one worker in this process."""
    workers = workers or min(2, os.cpu_count() or 1)
    if workers == 1:
        yield lambda jobs: ((job, run_job(job, settings)) for job in jobs)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:

        def run(jobs: Sequence[Job]) -> Iterator[tuple[Job, tuple[Reply, ...]]]:
            waiting = {pool.submit(run_job, job, settings): job for job in jobs}
            try:
                for done in as_completed(waiting):
                    yield waiting[done], done.result()
            finally:
                for future in waiting:
                    future.cancel()

        yield run
