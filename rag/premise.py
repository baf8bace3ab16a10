"""Questions that take something for granted which the policy does not say.

A figure, year or clause number in the question is a claim. Where the text of the
best evidence contradicts it, the answer refuses the claim and gives what the text
says instead, with its clause.
"""

import re
from collections.abc import Sequence

from rag.builds import Build
from rag.evidence import Terms, best_parts, years_of
from rag.extract import figure_statement, refusal
from rag.figures import canonical_figures, years
from rag.locate import Location
from rag.retrieve import Candidate
from rag.types import Draft, Query, Span, Statement

_OWN = re.compile(r"我|咱|俺|本公司|本厂|本企业|一家")
"""First person: the figures describe the asker, they claim nothing of the policy."""
WRONG_FIGURE = "文件里没有您提到的数字或年份。文件写的是："
NO_FIGURE = "文件里没有您提到的数字或年份，也没有给出这方面的数字。"
WRONG_CLAUSE = "您说的这一条没有这方面的内容。相关内容在这里："
NO_SUCH_CLAUSE = "文件里没有您说的这一条。文件的条款范围是："
CLAIM_SHARE = 0.6
"""A named clause whose best passage scores under this share of the best elsewhere does not hold the subject."""


def missing_clause(location: Location) -> Draft:
    """Say that a clause does not exist, and the range that does, quoting its two ends."""
    if location.first is None or location.last is None:
        return refusal("文件没有按条款编号，无法按条号查找。请直接写出要查的内容。", ())
    spans = tuple(_label_span(clause.id, clause.start, clause.text) for clause in (location.first, location.last))
    text = f"{location.first.label}至{location.last.label}"
    return Draft((Statement(text, spans),), NO_SUCH_CLAUSE, "refused", NO_SUCH_CLAUSE.rstrip("："))


def contradicted(query: Query, candidates: Sequence[Candidate], terms: Terms, build: Build) -> Draft | None:
    """A correction when the question's figure or year does not stand with the subject it names."""
    if _OWN.search(query.text) or not (query.figures or query.years):
        return None
    near = [candidate for candidate in candidates[:8] if candidate.score >= 0.5 * candidates[0].score]
    if _all_hold(query, near, terms, build):
        return None
    for_figures = Query(text=query.text, core=query.core, form="figure", asks=("percentage",) if "%" in query.text else ())
    statement = figure_statement(for_figures, near, terms, build)
    if statement is None:
        return refusal(NO_FIGURE, candidates)
    return Draft((statement,), WRONG_FIGURE, "refused", WRONG_FIGURE.split("。", 1)[0] + "。")


def wrong_clause(
    inside: Sequence[Candidate], everywhere: Sequence[Candidate], build: Build
) -> Draft | None:
    """A correction when the clause named in the question is not where its subject stands."""
    if not everywhere or (inside and inside[0].score >= CLAIM_SHARE * everywhere[0].score):
        return None
    best = everywhere[0].passage
    text = build.documents[best.document_id].text
    span = Span(best.clause_id, best.start, best.end)
    statement = Statement(text[best.start : best.end], (span,), with_locator=True)
    return Draft((statement,), WRONG_CLAUSE, "refused", WRONG_CLAUSE.split("。", 1)[0] + "。")


def _all_hold(query: Query, near: Sequence[Candidate], terms: Terms, build: Build) -> bool:
    """Whether one near passage speaks of the subject with the question's years and figures."""
    for candidate in near:
        document = build.documents[candidate.passage.document_id]
        context_years = {*years_of(candidate.passage, build), *years(document.issued or ""), *years(document.title)}
        if query.years and not set(query.years) <= context_years:
            continue
        if not query.figures:
            return True
        parts = best_parts(candidate.passage, build, terms)
        subject = [part.text for overlap, part in parts if overlap >= 0.6 * parts[0][0]]
        if set(query.figures) <= canonical_figures("，".join(subject)):
            return True
    return False


def _label_span(clause_id: str, start: int, text: str) -> Span:
    lead = len(text) - len(text.lstrip())
    end = lead + len(text[lead:].split("。", 1)[0].split("\n", 1)[0])
    return Span(clause_id, start + lead, start + end)
