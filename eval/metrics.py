"""Was the answer right? Deterministic, and every question is in every denominator.

Citing oneself proves nothing (a copied passage supports itself), so the headline
asks for the right facts and the right clause, as gold says (ALCE, appendix C:
the top passage verbatim gets 99 % citation recall and 35 % correctness).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from eval.cases import Case, clause_of
from rag.builds import Build
from rag.figures import canonical_figures, normalise
from rag.types import Answer, Citation

LONGEST = 600
"""Characters: a longer answer is a dump, not an answer."""
_MARKER = re.compile(r"\[\d+\]")
_LOCATOR = re.compile(r"（[一二三四五六七八九十]+）|第[一二三四五六七八九十百零\d]+条")


@dataclass(frozen=True)
class Score:
    """How one answer did. Booleans are judged against gold; counts are of its citations."""

    id: str
    category: str
    style: str
    expect: str
    strict: bool
    facts: bool
    first_clause: bool
    all_clauses: bool
    declined: bool
    failed: bool
    """An exception instead of an answer."""
    cited: int
    cited_gold: int
    unsupported: int
    """Figures, dates and locators in the text that no quote holds."""
    false_quotes: int
    """Quotes that are not the document's text at their offsets."""
    length: int
    elapsed_ms: float


def score(case: Case, answer: Answer | None, build: Build) -> Score:
    """Judge one answer; None stands for an exception."""
    failed = answer is None
    answer = answer or Answer(case.question, "error", "")
    cited = list(dict.fromkeys(clause_of(clause_id_of(citation)) for citation in answer.citations))
    slots = [{clause_of(name) for name in slot} for slot in case.gold_clauses]
    facts = all(has_fact(answer.answer, fact) for fact in case.facts)
    first = bool(cited) and any(cited[0] in slot for slot in slots)
    all_cited = all(any(name in slot for name in cited) for slot in slots)
    declined = answer.status == "refused"
    if case.expect == "answer":
        strict = (
            answer.status in {"answered", "partial"}
            and facts
            and first
            and all_cited
            and len(answer.answer) < LONGEST
        )
    elif case.expect == "refuse":
        strict = declined
    else:
        strict = answer.status in {"refused", "partial"} and facts and all_cited
    return Score(
        id=case.id, category=case.category, style=case.style, expect=case.expect,
        strict=strict and not failed, facts=facts, first_clause=first, all_clauses=bool(slots) and all_cited,
        declined=declined, failed=failed, cited=len(cited),
        cited_gold=sum(any(name in slot for slot in slots) for name in cited),
        unsupported=len(unsupported(answer)), false_quotes=false_quotes(answer.citations, build),
        length=len(answer.answer), elapsed_ms=answer.elapsed_ms,
    )  # fmt: skip


def has_fact(text: str, alternatives: Iterable[str]) -> bool:
    """Whether `text` holds one of the alternatives; a figure must match in value and unit, 5% is not in 25%."""
    plain, figures = normalise(text), canonical_figures(text)
    for alternative in alternatives:
        wanted = normalise(alternative)
        if _is_figure(wanted):
            if canonical_figures(wanted) <= figures:
                return True
        elif wanted in plain:
            return True
    return False


def unsupported(answer: Answer) -> set[str]:
    """Figures, dates and locators of the text that stand in no cited quote."""
    text = _MARKER.sub("", answer.answer)
    quotes = [citation.quote for citation in answer.citations]
    labels = {citation.clause for citation in answer.citations}
    loose = {
        locator
        for locator in _LOCATOR.findall(text)
        if locator not in labels and not any(locator in quote for quote in quotes)
    }
    known: frozenset[str] = frozenset().union(*(canonical_figures(quote) for quote in quotes))
    return loose | (canonical_figures(_LOCATOR.sub("，", text)) - known)


def false_quotes(citations: Iterable[Citation], build: Build) -> int:
    """Citations whose quote is not what stands at their offsets."""
    return sum(
        citation.policy_id not in build.documents
        or build.documents[citation.policy_id].text[citation.start : citation.end] != citation.quote
        for citation in citations
    )


def clause_id_of(citation: Citation) -> str:
    """The clause id a citation names."""
    item = f"/{citation.item}" if citation.item else ""
    return f"{citation.policy_id}#{citation.clause}{item}"


def _is_figure(wanted: str) -> bool:
    """Whether a fact is nothing but a figure: 45%, 2027年, 500千伏."""
    return bool(re.fullmatch(r"[\d.,]+(?:%|年|[万亿千百]*(?:元|千伏|个|家|项))|百分之.+", wanted)) and bool(
        canonical_figures(wanted)
    )
