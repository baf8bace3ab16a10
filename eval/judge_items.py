"""What a judge is asked about a run: is this fact in the answer, and do the quoted words bear out the sentence that cites them?

A sentence is judged against all that its markers quote together: a quote may hold only
what another one lacks (到 2027 年), and by itself bears out nothing.
"""

import hashlib
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from eval.cases import Case
from eval.metrics import has_fact
from eval.runs import Run
from rag.errors import InputError
from rag.sentences import sentences
from rag.types import Answer, Citation

Kind = Literal["fact", "citation"]
KINDS: Final[tuple[Kind, ...]] = ("fact", "citation")
_MARKER: Final = re.compile(r"\[\d+\]")


@dataclass(frozen=True)
class Item:
    """One question to the judge: does `text` say what `claim` says?"""

    case: str
    """Id of the gold question."""
    kind: Kind
    claim: str
    text: str
    """Empty when the system gave no answer, or the sentence cites nothing that exists."""
    by_rule: bool | None = None
    """What eval.metrics says of a fact; None for a citation."""

    @property
    def key(self) -> str:
        """The same for the same words, whatever question they belong to."""
        return hashlib.sha256(f"{self.kind}\0{self.claim}\0{self.text}".encode()).hexdigest()[:16]


def items_of(run: Run, system: int, sample: int | None = None) -> list[Item]:
    """The facts and citations of the answers of one system, question by question.

    `sample` questions are drawn with the seed of the run; None takes all.

    Raises:
        InputError: the run has no such system, or not all of its answers.
    """
    if not 0 <= system < len(run.header.systems):
        names = "、".join(f"{number} {name}" for number, name in enumerate(run.header.systems))
        raise InputError(f"这次评测没有第 {system} 个系统，有的是：{names}。")
    answers = run.answers[system]
    if any(case.id not in answers for case in run.cases):
        raise InputError("这次评测没有做完，请先用 python -m eval run --resume 做完。")
    cases: Sequence[Case] = run.cases
    if sample is not None and sample < len(cases):
        kept = set(random.Random(run.header.seed).sample([case.id for case in cases], sample))
        cases = [case for case in cases if case.id in kept]
    return [one for case in cases for one in _items(case, answers[case.id].answer)]


def fact_claim(question: str, alternatives: Sequence[str]) -> str:
    """A gold fact as words: what the answer to the question should say."""
    first, *others = alternatives
    rest = f"（或：{'、'.join(others)}，有一个就算）" if others else ""
    return f"问题：{question}\n应答出：{first}{rest}"


def spoken(answer: str) -> str:
    """The answer without its markers."""
    return _MARKER.sub("", answer).strip()


def cited_sentences(answer: Answer) -> Iterator[tuple[str, str]]:
    """Every sentence that carries markers, and all that they quote with its place in the document."""
    quoted = {citation.marker: _quoted(citation) for citation in answer.citations}
    for sentence in sentences([answer.answer]):
        if sentence.numbers:
            held = (quoted[number] for number in sentence.numbers if number in quoted)
            yield sentence.text, "\n".join(held)


def _items(case: Case, answer: Answer | None) -> Iterator[Item]:
    text = answer.answer if answer else ""
    if case.expect == "answer":
        for fact in case.facts:
            claim = fact_claim(case.question, fact)
            yield Item(case.id, "fact", claim, spoken(text), has_fact(text, fact))
    if answer:
        for sentence, quotes in cited_sentences(answer):
            yield Item(case.id, "citation", sentence, quotes)


def _quoted(citation: Citation) -> str:
    title = f"《{citation.title}》" if citation.title else ""
    item = f"·{citation.item}" if citation.item else ""
    return f"{title}{citation.clause}{citation.heading}{item}：{citation.quote}"
