"""Questions people ask of a sentence, attached to the passage that answers them (doc2query).

Nogueira et al. 2019, https://arxiv.org/abs/1904.08375. Written questions carry the
everyday words that policy lacks. They are indexed beside their passage and never
shown, cited or quoted: an answer always rests on the clause.

`corpus/questions/<policy id>.jsonl`: a first line {"policy": id, "title": …}, then one object a line:
{"clause": "（三）", "sentence": verbatim words of it, "question": …, "register": official|staff|colloquial|enterprise|keyword …}.
A question that a language model wrote (ingest.expand_written) says so:
{…, "provenance": {"generated": true, "model": …, "prompt": hash of the prompt}}; those of documents
that a user brought stand in `<data folder>/questions`, in the same form.
"""

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from rag.errors import CorpusError
from rag.figures import normalise
from rag.settings import PROJECT_FOLDER
from rag.types import Clause, Document, Passage

QUESTIONS = PROJECT_FOLDER / "corpus" / "questions"
IN_HOME: Final = "questions"
"""Folder of the data folder with the questions of documents that a user brought."""
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_EDGES = "。；，！？、：—"


@dataclass(frozen=True)
class WrittenQuestion:
    """One line of a question file; `line` counts from 1, and on through the files of a document that has several."""

    clause: str
    sentence: str
    question: str
    register: str
    line: int
    provenance: Mapping[str, Any] | None = None
    """How a language model came to write it; None for a person's."""


def read_questions(path: Path) -> list[WrittenQuestion]:
    """The questions of one file; a last line that a power cut left unfinished does not count.

    Raises:
        CorpusError: a line is no JSON object or lacks a field; the message names file and line.
    """
    found = []
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines, start=1):
        if number == 1 or not line.strip():
            continue
        try:
            record = json.loads(line)
            fields = (str(record["clause"]), str(record["sentence"]), str(record["question"]))
            register, provenance = str(record.get("register", "")), record.get("provenance")
            found.append(WrittenQuestion(*fields, register, number, provenance))
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            if isinstance(problem, ValueError) and number == len(lines):
                break
            raise CorpusError(
                f"{path.name} 第 {number} 行不是 {{clause, sentence, question}} 形式的 JSON。"
            ) from problem
    return found


class QuestionFiles:
    """The question files of the project and of a data folder, by the id and by the title of their document."""

    def __init__(self, home: Path | None = None) -> None:
        """Reads the first lines.

        Raises:
            CorpusError: one of them does not say whose questions follow.
        """
        folders = (QUESTIONS, home / IN_HOME) if home else (QUESTIONS,)
        self.paths = tuple(path for folder in folders for path in sorted(folder.glob("*.jsonl")))
        self._by_id: dict[str, list[Path]] = defaultdict(list)
        self._by_title: dict[str, list[Path]] = defaultdict(list)
        for path in self.paths:
            with path.open(encoding="utf8") as lines:
                try:
                    policy = json.loads(lines.readline())
                    self._by_id[policy["policy"]].append(path)
                    self._by_title[policy["title"]].append(path)
                except (ValueError, KeyError, TypeError) as problem:
                    raise CorpusError(f"{path.name} 第 1 行不是 {{policy, title}} 形式的 JSON。") from problem

    def of(self, document: Document) -> list[WrittenQuestion]:
        """The questions of a document, known by its id or, for a copy under another name, by its title."""
        its = {*self._by_id.get(document.id, ()), *self._by_title.get(document.title, ())}
        found: list[WrittenQuestion] = []
        for path in (one for one in self.paths if one in its):
            before = found[-1].line if found else 0
            found += [replace(one, line=one.line + before) for one in read_questions(path)]
        return found


def questions_for(document: Document, home: Path | None = None) -> list[WrittenQuestion]:
    """The questions of one document (`QuestionFiles`)."""
    return QuestionFiles(home).of(document)


def attach(
    questions: Sequence[WrittenQuestion], clauses: Sequence[Clause], passages: Sequence[Passage]
) -> list[Passage]:
    """The questions as passages of their own, each with the place of the passage that answers it.

    A question whose sentence no longer stands in a passage of its clause is left
    out: the policy has changed and the question may have no answer any more.
    """
    label_of = {clause.id: clause.label for clause in clauses}
    by_label: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        by_label[label_of[passage.clause_id]].append(passage)
    attached = []
    for question in questions:
        under = by_label.get(question.clause, [])
        found = asked_about(question, under)
        # A question about the clause as a whole names its heading.
        found = found or [passage for passage in under if question.sentence in passage.context.split(" ")]
        if found:
            attached.append(_as_passage(question, found[0]))
    return attached


def stale(
    questions: Sequence[WrittenQuestion], clauses: Sequence[Clause], passages: Sequence[Passage]
) -> list[WrittenQuestion]:
    """The questions whose sentence stands in no passage of their clause (for the linter)."""
    kept = {passage.id.rsplit("?", 1)[1] for passage in attach(questions, clauses, passages)}
    return [question for question in questions if str(question.line) not in kept]


def asked_about(question: WrittenQuestion, passages: Sequence[Passage]) -> list[Passage]:
    """The passages that hold the sentence of a question; of a generated one, which names a whole passage, that one first."""
    same = [passage for passage in passages if question.provenance and passage.text == question.sentence]
    return same or [passage for passage in passages if holds(passage, question.sentence)]


def holds(passage: Passage, sentence: str) -> bool:
    """Whether the sentence stands in the passage word for word, digits aside, or the passage in the sentence."""
    words, text = _masked(sentence), _masked(passage.text)
    return bool(words) and (words in text or text in words)


def _masked(text: str) -> str:
    """Digits as one sign: a sentence whose figure was amended is still what the question asks about."""
    return _DIGITS.sub("0", normalise(text)).strip(_EDGES)


def _as_passage(question: WrittenQuestion, passage: Passage) -> Passage:
    return Passage(
        id=f"{passage.id}?{question.line}",
        clause_id=passage.clause_id,
        document_id=passage.document_id,
        start=passage.start,
        end=passage.end,
        text=question.question,
        context="",
    )
