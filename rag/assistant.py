"""`ask` on one screen: question -> stand-alone question -> draft -> checked answer, or one that a language model writes from the same evidence."""

import time
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from rag.builds import Build
from rag.cite import verify
from rag.drafting import whole_draft
from rag.embedder import Embedder, load_embedder
from rag.errors import InputError, ModelError, StoreError
from rag.followup import standalone
from rag.library import Library
from rag.llm import LanguageModel
from rag.question_demands import asked_alone
from rag.reword import in_policy_words
from rag.settings import Settings
from rag.types import Answer
from rag.validity import today
from rag.written import written

REWORDED = 0.6
"""Least confidence in what is found only when a language model has put the question into policy words."""


class Assistant:
    """Answers questions from the current build; one instance serves many threads."""

    def __init__(
        self,
        library: Library,
        embedder: Embedder | None,
        writer: LanguageModel | None = None,
        budget: int = Settings.llm_token_budget,
    ) -> None:
        """`budget` is the most tokens of clauses that are put before the language model."""
        self.library = library
        self.embedder = embedder
        self.writer = writer
        self.budget = budget

    @classmethod
    def open(cls, settings: Settings) -> "Assistant":
        """Open the current build, the configured embedding model and the language model, if one is.

        An embedding model that cannot be loaded leaves keyword search answering; the
        build's `vector_problem` says so. A language model is not asked before it is needed.

        Raises:
            StoreError: there is no usable index.
        """
        try:
            embedder = load_embedder(settings.embedding_model)
        except ModelError:
            embedder = None
        writer = LanguageModel(settings) if settings.has_language_model else None
        return cls(Library(settings, embedder), embedder, writer, settings.llm_token_budget)

    def ask(
        self,
        question: str,
        *,
        policies: Sequence[str] = (),
        as_of: date | None = None,
        build: Build | None = None,
        earlier: Sequence[str] = (),
    ) -> Answer:
        """Answer one question; unusable input, or an index away, gives an answer with status `error`, never an exception.

        `policies` are document ids the answer is limited to; `as_of` is the day of which is
        asked, today in Beijing unless given; `build` is the current one unless given; `earlier`
        are the questions of the conversation before this one, oldest first.
        """
        stream = self.stream(question, policies=policies, as_of=as_of, build=build, earlier=earlier)
        return deque(stream, maxlen=1)[0]

    def stream(
        self,
        question: str,
        *,
        policies: Sequence[str] = (),
        as_of: date | None = None,
        build: Build | None = None,
        earlier: Sequence[str] = (),
    ) -> Generator[Answer]:
        """The answer as it grows; the last one is whole. Without a language model there is only that.

        Closing the iterator ends the language model's work.
        """
        started, day = time.perf_counter(), as_of or today()
        build = build or self.library.current()
        try:
            unknown = [policy for policy in policies if policy not in build.documents]
            if unknown:
                raise InputError(
                    f"没有编号为 {unknown[0]!r} 的文件。可用的编号：{'、'.join(list(build.documents)[:10])}。"
                )
            asked = standalone(question, earlier, self.writer) if earlier else None
            answers = self._answers(asked_alone(asked or question), policies, day, build)
            for answer in answers:
                spent = round((time.perf_counter() - started) * 1000, 2)
                known = answer.standalone or asked
                yield replace(answer, question=question, standalone=known, elapsed_ms=spent)
        except (InputError, StoreError) as problem:
            spent = round((time.perf_counter() - started) * 1000, 2)
            yield Answer(
                question, "error", str(problem), reason=str(problem), build_id=build.id, elapsed_ms=spent
            )

    def _answers(self, question: str, policies: Sequence[str], day: date, build: Build) -> Iterator[Answer]:
        """The extractive answer, or what a language model makes of its evidence."""
        draft = whole_draft(question, policies, day, build, self.embedder)
        answer = verify(draft, question, build, day)
        if self.writer is None:
            yield answer
            return
        if answer.status == "refused" and draft.nearest and not draft.statements:
            reworded = in_policy_words(question, self.writer)
            again = whole_draft(reworded, policies, day, build, self.embedder) if reworded else draft
            if again.status == "answered" and again.confidence >= REWORDED:
                draft, answer = again, replace(verify(again, question, build, day), standalone=reworded)
        if draft.evidence and answer.status in {"answered", "partial"}:
            verified = partial(verify, question=question, build=build, day=day)
            for one in written(question, draft, answer, verified, build, self.writer, self.budget):
                yield replace(one, standalone=answer.standalone)
        else:
            yield answer
