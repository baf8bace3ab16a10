"""Questions people ask of a sentence, attached to the passage that answers them (doc2query).

Nogueira et al. 2019, https://arxiv.org/abs/1904.08375. Written questions carry the
everyday words that policy lacks. They are indexed beside their passage and never
shown, cited or quoted: an answer always rests on the clause.

`corpus/questions/<policy id>.jsonl`: a first line {"policy": id, "title": …}, then one object a line:
{"clause": "（三）", "sentence": verbatim words of it, "question": …, "register": official|staff|colloquial|enterprise|keyword …}
"""

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.errors import CorpusError
from rag.figures import normalise
from rag.settings import PROJECT_FOLDER
from rag.types import Clause, Document, Passage

QUESTIONS = PROJECT_FOLDER / "corpus" / "questions"
_DIGITS = re.compile(r"\d+(?:\.\d+)?")
_EDGES = "。；，！？、：—"


@dataclass(frozen=True)
class WrittenQuestion:
    """One line of a question file; `line` counts from 1."""

    clause: str
    sentence: str
    question: str
    register: str
    line: int


def read_questions(path: Path) -> list[WrittenQuestion]:
    """The questions of one file.

    Raises:
        CorpusError: a line is no JSON object or lacks a field; the message names file and line.
    """
    found = []
    for number, line in enumerate(path.read_text(encoding="utf8").splitlines(), start=1):
        if number == 1 or not line.strip():
            continue
        try:
            record = json.loads(line)
            fields = (str(record["clause"]), str(record["sentence"]), str(record["question"]))
            found.append(WrittenQuestion(*fields, str(record.get("register", "")), number))
        except (ValueError, KeyError, TypeError) as problem:
            raise CorpusError(
                f"{path.name} 第 {number} 行不是 {{clause, sentence, question}} 形式的 JSON。"
            ) from problem
    return found


def questions_for(document: Document) -> list[WrittenQuestion]:
    """The questions written for a document, known by its id or, for a copy under another name, by its title."""
    for path in sorted(QUESTIONS.glob("*.jsonl")):
        with path.open(encoding="utf8") as lines:
            policy = json.loads(lines.readline())
        if document.id == policy["policy"] or document.title == policy["title"]:
            return read_questions(path)
    return []


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
        found = [passage for passage in under if holds(passage, question.sentence)]
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
