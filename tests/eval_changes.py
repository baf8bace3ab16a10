"""What a change of the program can do to the answers of a run: damage that a gate must see, and what it must not mind."""

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date

from eval.cases import Case, read_split
from eval.runs import OURS, Run, StoredAnswer
from rag.builds import Build
from rag.types import Answer, Citation, Clause

Change = Callable[[Answer, Build], Answer | None]
"""A new answer for an old one; None for an exception."""
_FIGURE = re.compile(r"(?<![\[\d])\d+(?![\d\]])")
_MARKERS = re.compile(r"(?:\[\d+\])+")


def sampled(must_pass: Collection[str], count: int, day: date) -> list[Case]:
    """The must-pass questions and, evenly spread, about `count` others, asked as of `day`."""
    cases = read_split("dev", related=True)
    others = [case for case in cases if case.id not in must_pass]
    chosen = {*must_pass, *(case.id for case in others[:: len(others) // count])}
    return [replace(case, as_of=case.as_of or day) for case in cases if case.id in chosen]


def with_answer(run: Run, name: str, change: Callable[[StoredAnswer], StoredAnswer]) -> Run:
    """The run with the answer to the question `name` changed."""
    answers = dict(run.answers[OURS])
    return replace(run, answers=[{**answers, name: change(answers[name])}])


def changed(run: Run, build: Build, change: Change, every: int = 1) -> Run:
    """The run with every `every`-th answer that `change` alters altered; scores are those of before."""
    answers: dict[str, StoredAnswer] = {}
    altered = 0
    for name, stored in run.answers[OURS].items():
        new = stored.answer and change(stored.answer, build)
        if new != stored.answer:
            altered += 1
            if altered % every == 0:
                problem = None if new else "KeyError('示例')"
                stored = StoredAnswer(new, problem, new.elapsed_ms if new else stored.elapsed_ms)
        answers[name] = stored
    return replace(run, answers=[answers])


def figure_altered(answer: Answer, build: Build) -> Answer:
    """The first number of the text is one higher than what the source says."""
    text = _FIGURE.sub(lambda found: str(int(found[0]) + 1), answer.answer, count=1)
    return replace(answer, answer=text) if answer.citations else answer


def clause_shifted(answer: Answer, build: Build) -> Answer:
    """Every source is said to be the clause after the right one."""
    return replace(answer, citations=tuple(_shifted(one, build) for one in answer.citations))


def _shifted(citation: Citation, build: Build) -> Citation:
    labels = list(dict.fromkeys(clause.label for clause in build.clauses_of(citation.policy_id)))
    following = labels[(labels.index(citation.clause) + 1) % len(labels)]
    return replace(citation, clause=following, item=None)


def refusing(answer: Answer, build: Build) -> Answer:
    """Nothing is found."""
    return Answer(answer.question, "refused", "没有找到能直接回答这个问题的条款。", reason="没有找到")


def dumping(answer: Answer, build: Build) -> Answer:
    """Whole clauses, all of them truly quoted, from the first right one on."""
    if not answer.citations:
        return answer
    first = answer.citations[0]
    clauses = build.clauses_of(first.policy_id)
    start = next(place for place, one in enumerate(clauses) if one.start <= first.start < one.end)
    told = [one for one in (*clauses[start:], *clauses[:start]) if one.text.strip()][:12]
    citations = tuple(_whole(clause, first, marker) for marker, clause in enumerate(told, start=1))
    text = "\n".join(f"{one.quote.strip()}[{one.marker}]" for one in citations)
    return replace(answer, answer=text, citations=citations)


def _whole(clause: Clause, like: Citation, marker: int) -> Citation:
    return replace(
        like, marker=marker, clause=clause.label, item=clause.item, heading=clause.heading, part=clause.part,
        quote=clause.text, start=clause.start, end=clause.end,
    )  # fmt: skip


def crashing(answer: Answer, build: Build) -> None:
    """An exception."""


def sources_reordered(answer: Answer, build: Build) -> Answer:
    """The sources after the first are in another order; the markers stay where they belong."""
    return replace(answer, citations=(*answer.citations[:1], *answer.citations[:0:-1]))


def spaced(answer: Answer, build: Build) -> Answer:
    """White space between figures and words is gone, and there is some elsewhere."""
    tight = re.sub(r"(?<=\d) (?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff]) (?=\d)", "", answer.answer)
    return replace(answer, answer=f" {tight.replace('，', '， ')}\n")


def full_width(answer: Answer, build: Build) -> Answer:
    """Figures in full-width digits."""
    wide = str.maketrans("0123456789%", "０１２３４５６７８９％")
    return replace(answer, answer=_FIGURE.sub(lambda found: found[0].translate(wide), answer.answer))


def surer(answer: Answer, build: Build) -> Answer:
    """More digits of confidence."""
    return replace(answer, confidence=answer.confidence + 0.000123)


def rebuilt(answer: Answer, build: Build) -> Answer:
    """The answer of another build of the same texts."""
    return replace(answer, build_id="20300101T000000000Z")


def slower(answer: Answer, build: Build) -> Answer:
    """Two milliseconds later."""
    return replace(answer, elapsed_ms=answer.elapsed_ms + 2)


def sentences_reordered(answer: Answer, build: Build) -> Answer:
    """Its sentences in another order, the leading notice excepted; every one keeps its markers."""
    lines = answer.answer.split("\n")
    lead = 0 if _MARKERS.search(lines[0]) else 1
    return replace(answer, answer="\n".join([*lines[:lead], *lines[lead:][::-1]]))


def nothing_near(answer: Answer, build: Build) -> Answer:
    """A refusal lists no near clauses."""
    return replace(answer, nearest=()) if answer.status == "refused" else answer


HARMLESS: tuple[Change, ...] = (
    sources_reordered, spaced, full_width, surer, rebuilt, slower, sentences_reordered, nothing_near,
)  # fmt: skip
