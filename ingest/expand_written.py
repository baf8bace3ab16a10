"""Questions for the sentences that have none, written by a language model and checked by code.

What is kept goes into the same files as the questions that people wrote, and from there the
same way into the index (ingest.expand). Every answer is on the disk before the next call,
so a run that was stopped goes on where it was.
"""

import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from ingest.expand import QuestionFiles, WrittenQuestion, asked_about
from ingest.expand_checks import Checks
from ingest.expand_files import Keeper, folder_of
from rag.builds import Build
from rag.embedder import Embedder
from rag.errors import InputError, LanguageModelError
from rag.injection import is_instruction
from rag.llm import LanguageModel
from rag.llm_failures import TruncatedError
from rag.prompts import fenced, prompt
from rag.settings import Settings
from rag.types import Document, Passage

COUNT: Final = 3
"""Questions asked for of one sentence."""
STOP_AFTER: Final = 3
"""Failures in a row after which the model is left alone."""
MOST_TOKENS: Final = 512
SCHEMA: Final[Mapping[str, Any]] = {
    "type": "object",
    "properties": {
        "questions": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": COUNT}
    },
    "required": ["questions"],
    "additionalProperties": False,
}
FORMAT: Final = "格式"
_OBJECT = re.compile(r"\s*(?:```(?:json)?\s*)?(\{.*\})\s*(?:```)?\s*", re.DOTALL)
Told = Callable[[int, int], None]
"""Hears how many sentences are done, of how many."""


@dataclass(frozen=True)
class Failure:
    """A sentence that the model gave no questions for, by its clause, and why."""

    clause: str
    reason: str


@dataclass(frozen=True)
class Expansion:
    """What one run did; `refused` counts the questions that were not kept by the check they failed."""

    asked: int = 0
    written: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()
    instructions: int = 0
    """Sentences left out because they tell a program what to do."""
    left: int = 0
    """Sentences that were not come to."""
    interrupted: bool = False


class UnusableError(LanguageModelError):
    """The answer is not the agreed JSON object."""


class Pace:
    """At most so many calls a minute, evenly spaced."""

    def __init__(
        self,
        per_minute: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._gap, self._clock, self._sleep = 60 / per_minute, clock, sleep
        self._next = clock()

    def wait(self) -> None:
        """Return when the next call may begin."""
        if (left := self._next - self._clock()) > 0:
            self._sleep(left)
        self._next = max(self._next, self._clock()) + self._gap


class Author:
    """Asks a language model for questions about the sentences of a build, and keeps those that pass."""

    def __init__(self, settings: Settings, build: Build, embedder: Embedder | None, pace: Pace) -> None:
        """Nothing is asked yet. Raises ValueError when `settings` has no language model."""
        self._model, self._prompt = LanguageModel(settings), prompt("questions")
        self._home, self._build, self._embedder, self._pace = settings.home, build, embedder, pace
        self._files = QuestionFiles(settings.home)
        self._asked = self._written = self._instructions = 0
        self._refused: Counter[str] = Counter()
        self._failures: list[Failure] = []

    def write(self, ids: Sequence[str] = (), told: Told | None = None) -> Expansion:
        """Ask about every sentence without a question, of the documents `ids` or of all.

        Three failures in a row end it, and so does Ctrl-C; what was kept by then stays.

        Raises:
            InputError: an id is not in the index.
            StoreError: the questions could not be written.
        """
        todo = self._todo(ids)
        total, in_a_row = sum(map(len, todo.values())), 0
        interrupted = False
        try:
            for outcome in self._outcomes(todo):
                in_a_row = 0 if outcome is None else in_a_row + 1
                if told:
                    told(self._asked, total)
                if in_a_row == STOP_AFTER:
                    break
        except KeyboardInterrupt:
            interrupted = True
        return Expansion(
            self._asked, self._written, dict(self._refused), tuple(self._failures), self._instructions,
            total - self._asked, interrupted,
        )  # fmt: skip

    def _todo(self, ids: Sequence[str]) -> dict[str, list[Passage]]:
        """Document id -> its sentences that have no question and were not asked about, in reading order."""
        if unknown := [one for one in ids if one not in self._build.documents]:
            raise InputError(f"索引里没有编号为 {'、'.join(unknown)} 的文件，请检查编号，或先入库。")
        passages: dict[str, list[Passage]] = defaultdict(list)
        for passage, is_heading in zip(self._build.passages, self._build.is_heading, strict=True):
            if not is_heading and (not ids or passage.document_id in ids):
                passages[passage.document_id].append(passage)
        todo = {}
        for name, its in passages.items():
            document = self._build.documents[name]
            keeper = self._keeper(document)
            without = self._without_question(its, self._files.of(document))
            open_ones = [one for one in without if not keeper.was_asked(self._label(one), one)]
            todo[name] = [one for one in open_ones if not is_instruction(one.text)]
            self._instructions += len(open_ones) - len(todo[name])
        return todo

    def _without_question(
        self, passages: Sequence[Passage], questions: Sequence[WrittenQuestion]
    ) -> list[Passage]:
        by_label: dict[str, list[Passage]] = defaultdict(list)
        for passage in passages:
            by_label[self._label(passage)].append(passage)
        distinct = {(one.clause, one.sentence, bool(one.provenance)): one for one in questions}
        having = {
            passage.id
            for one in distinct.values()
            for passage in asked_about(one, by_label.get(one.clause, []))
        }
        return [one for one in passages if one.id not in having]

    def _outcomes(self, todo: Mapping[str, Sequence[Passage]]) -> Iterator[LanguageModelError | None]:
        """One a sentence: what went wrong, None when the model answered."""
        for name, passages in todo.items():
            document = self._build.documents[name]
            known = [one.question for one in self._files.of(document)] if passages else []
            checks, keeper = Checks(name, known, self._build, self._embedder), self._keeper(document)
            for passage in passages:
                self._pace.wait()
                yield self._one(document, passage, checks, keeper)

    def _one(
        self, document: Document, passage: Passage, checks: Checks, keeper: Keeper
    ) -> LanguageModelError | None:
        label = self._label(passage)
        kept: list[str] = []
        refused: Counter[str] = Counter()
        failure = None
        try:
            for question in self._questions(document, passage):
                if reason := checks.refusal(question, passage):
                    refused[reason] += 1
                else:
                    checks.add(question)
                    kept.append(question)
        except LanguageModelError as problem:
            failure = problem
            self._failures.append(Failure(f"《{document.title}》{label}", str(problem)))
            if isinstance(problem, TruncatedError | UnusableError):
                refused[FORMAT] += 1  # it would answer the same again
        if kept or refused:
            keeper.keep(label, passage, kept, refused)
        self._asked += 1
        self._written += len(kept)
        self._refused += refused
        return failure

    def _questions(self, document: Document, passage: Passage) -> list[str]:
        parts = (f"《{document.title}》", self._label(passage), passage.context)
        place = "，".join(part for part in parts if part and not is_instruction(part))
        message = self._prompt.filled(sources=fenced([passage.text, place]), count=str(COUNT))
        answer = self._model.complete(self._prompt.system, message, schema=SCHEMA, max_tokens=MOST_TOKENS)
        return read_answer(answer)

    def _keeper(self, document: Document) -> Keeper:
        provenance = {"generated": True, "model": self._model.name, "prompt": self._prompt.hash}
        return Keeper(document, folder_of(document, self._build, self._home), self._home, provenance)

    def _label(self, passage: Passage) -> str:
        return self._build.clause_by_id[passage.clause_id].label


def read_answer(answer: str) -> list[str]:
    """The questions of an answer.

    Raises:
        UnusableError: it is not the object that was asked for.
    """
    match = _OBJECT.fullmatch(answer)
    try:
        record = json.loads(match[1]) if match else {}
    except ValueError:
        record = {}
    found = record.get("questions")
    if len(record) != 1 or not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise UnusableError("回答不是约定的 JSON。")
    return [one.strip() for one in found[:COUNT]]
