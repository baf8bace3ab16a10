"""Answers in a language model's words, or the extractive one with the reason why not."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from rag.builds import Build
from rag.errors import LanguageModelError
from rag.generate import Progress, answer_prompt, is_useful, write
from rag.llm import LanguageModel
from rag.types import Answer, Draft

Verified = Callable[[Draft], Answer]
FAILED: Final = "语言模型没有写出回答（{}），以下是按原文摘录的回答。"
WITHHELD: Final = "语言模型写的内容没有通过核对，以下是按原文摘录的回答。"
DECLINED: Final = "语言模型认为资料不足，以下是最接近的原文摘录。"


def written(
    question: str,
    draft: Draft,
    extractive: Answer,
    verified: Verified,
    build: Build,
    writer: LanguageModel,
    budget: int,
) -> Iterator[Answer]:
    """The answer as it grows, and at last the whole one; `extractive` with a note in every failure.

    The first one has the sources of the extractive answer and no words yet. Only vouched sentences
    are ever in an answer that is yielded.
    """
    progress = Progress(draft)
    known = 0
    yield replace(extractive, answer="", mode="llm", unfinished=True)
    try:
        for progress in write(question, draft, build, writer, budget):
            if len(progress.draft.statements) > known:
                known = len(progress.draft.statements)
                yield replace(_as_written(verified(progress.draft), progress), unfinished=True)
    except LanguageModelError as problem:
        yield replace(extractive, note=FAILED.format(str(problem).rstrip("。")))
        return
    answer = _as_written(verified(progress.draft), progress)
    if is_useful(progress, draft) and answer.status != "refused":
        yield answer
        return
    note = DECLINED if progress.declined else WITHHELD
    yield replace(extractive, note=note, withheld=progress.withheld + extractive.withheld)


def _as_written(answer: Answer, progress: Progress) -> Answer:
    """The verified answer, marked as a model's, with everything that was withheld."""
    return replace(
        answer,
        status="partial" if progress.withheld and answer.status == "answered" else answer.status,
        mode="llm",
        withheld=answer.withheld + progress.withheld,
        prompt=answer_prompt().hash,
    )
