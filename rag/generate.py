"""Clauses -> an answer in a language model's words, sentence by sentence, each vouched for by code.

The model sees numbered sources and writes [n]; it never writes a locator. A sentence is
kept when the sources it names bear it out (rag.vouch), otherwise withheld and counted.
What comes out is a Draft like the extractive one, and goes through rag.cite like it.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Final

from rag.builds import Build
from rag.evidence import governing_date
from rag.figures import canonical_figures
from rag.llm import LanguageModel
from rag.prompts import Prompt, fenced, harmless, prompt
from rag.segments import Stretch
from rag.sentences import Written, sentences
from rag.tokens import count_tokens
from rag.types import Draft, Span, Statement
from rag.vouch import vouch

MOST_SENTENCES: Final = 8
"""Sentences after which a model that goes on is not listened to."""
ANSWER_TOKENS: Final = 1024
NOT_ENOUGH: Final = "资料不足"


@dataclass(frozen=True)
class Source:
    """One numbered source: the text that is shown and checked against, and the spans that are cited for it."""

    heading: str
    text: str
    spans: tuple[Span, ...]

    @property
    def shown(self) -> str:
        """The text under its heading."""
        return f"{self.heading}：{self.text}" if self.heading else self.text


@dataclass(frozen=True)
class Progress:
    """The draft as far as it is written; `withheld` counts what was not let through, `declined` that the model saw no answer."""

    draft: Draft
    withheld: int = 0
    declined: bool = False


def write(
    question: str, draft: Draft, build: Build, writer: LanguageModel, budget: int
) -> Iterator[Progress]:
    """The answer as it grows, one vouched sentence at a time; `draft` is the extractive one, whose evidence is shown to the model.

    `budget` is the most tokens of sources.

    Raises:
        LanguageModelError: the model failed; what was yielded before is no answer.
    """
    sources = packed(draft.evidence, build, budget)
    asked = answer_prompt()
    message = asked.filled(sources=fenced([one.shown for one in sources]), question=harmless(question))
    progress = Progress(replace(draft, statements=(), lead=""))
    with closing(writer.stream(asked.system, message, max_tokens=ANSWER_TOKENS)) as pieces:
        for count, sentence in enumerate(sentences(pieces), start=1):
            progress = _taken(progress, sentence, sources)
            yield progress
            if progress.declined or count == MOST_SENTENCES:
                break


def answer_prompt() -> Prompt:
    """The prompt that answers are written with."""
    return prompt("answer")


def packed(evidence: Sequence[Span], build: Build, budget: int) -> tuple[Source, ...]:
    """As many of the spans, in order and each once, as fit into `budget` tokens; the first one always."""
    chosen: list[Source] = []
    used = 0
    for span in dict.fromkeys(evidence):
        source = _source(span, build)
        used += count_tokens(source.shown) + 20  # the fence
        if chosen and used > budget:
            break
        chosen.append(source)
    return tuple(chosen)


def is_useful(progress: Progress, extractive: Draft) -> bool:
    """Whether enough was let through to stand in place of the extractive answer: more than was withheld, and a figure where that has one."""
    statements = progress.draft.statements
    if progress.declined or not statements or len(statements) <= progress.withheld:
        return False
    wanted = _figures(extractive.statements[:1])
    return not wanted or bool(wanted & _figures(statements))


def _taken(progress: Progress, sentence: Written, sources: Sequence[Source]) -> Progress:
    """With the sentence when it is vouched for, else counted."""
    if NOT_ENOUGH in sentence.text and not sentence.numbers:
        return replace(progress, declined=True)
    named = [sources[number - 1] for number in sentence.numbers if 1 <= number <= len(sources)]
    text = sentence.text
    others = [one.text for one in sources if one not in named]
    if not sentence.is_plain or vouch(text, [one.text for one in named], others) is not None:
        return replace(progress, withheld=progress.withheld + 1)
    statement = Statement(text, tuple(dict.fromkeys(span for one in named for span in one.spans)))
    if any(one.text == text for one in progress.draft.statements):
        return progress
    draft = replace(progress.draft, statements=(*progress.draft.statements, statement))
    return replace(progress, draft=draft)


def _source(span: Span, build: Build) -> Source:
    """The span with the date that governs it in front, under the headings it stands under."""
    clause = build.clause_by_id[span.clause_id]
    text = build.documents[clause.document_id].text[span.start : span.end].strip()
    date = governing_date(Stretch(text, span.start, span.end), clause.document_id, build)
    spans = (span, Span(span.clause_id, date.start, date.end)) if date else (span,)
    heading = "，".join(part for part in (clause.heading, clause.item or "") if part)
    return Source(heading or clause.part, f"{date.text}，{text}" if date else text, spans)


def _figures(statements: Sequence[Statement]) -> frozenset[str]:
    """Figures of statements but for years."""
    every: frozenset[str] = frozenset().union(*(canonical_figures(one.text) for one in statements))
    return frozenset(one for one in every if one[-1] not in "年月日")
