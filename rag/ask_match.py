"""A question that asks what an enterprise can get is answered through matching: 我们是泸州的白酒厂，能享受什么支持.

The answer groups the best supports by need, each with the words of its clause; it goes through
`cite.verify` like any other, so that no figure stands in it without its quote.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from rag.builds import Build
from rag.match import FAILS, FITS, Verdict, match
from rag.present_match import grouped_by_need
from rag.profile import Profile
from rag.profile_input import read_profile
from rag.types import Draft, Span, Statement

SHOWN: Final = 8
"""Supports that an answer names; the page shows all."""
_LEAD: Final = "按您说的情况，下面这些条款点到了您的企业："


def matched(question: str, build: Build, day: date) -> Draft | None:
    """The answer by matching; None when the question does not say enough of the enterprise, or nothing names it."""
    matching = match(read_profile({"description": question}, day).profile, build, day)
    profile = matching.profile
    if not (profile.industries or profile.region or profile.qualifications):
        return None
    named = [one for one in matching.verdicts if one.names and one.verdict != FAILS]
    best = _one_a_clause(named)[:SHOWN]
    if not best:
        return None
    return Draft(_statements(best, profile, build), lead=_LEAD, confidence=1.0)


def _one_a_clause(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """The best support of every clause."""
    return list({verdict.support.quote.clause_id: verdict for verdict in reversed(verdicts)}.values())[::-1]


def _statements(verdicts: Sequence[Verdict], profile: Profile, build: Build) -> tuple[Statement, ...]:
    found = []
    for need, its in grouped_by_need(verdicts, profile):
        for verdict in its:
            quote = verdict.support.quote
            words = (
                build.documents[verdict.support.document_id].text[quote.start : quote.end].rstrip("。；，")
            )
            state = "" if verdict.verdict == FITS else f"（还要确认：{'；'.join(verdict.missing)}）"
            spans = [Span(quote.clause_id, quote.start, quote.end)]
            spans += [
                Span(one.condition.quote.clause_id, one.condition.quote.start, one.condition.quote.end)
                for one in verdict.findings
                if one.condition.wording in verdict.missing
            ]
            found.append(Statement(f"【{need}】{words}{state}", tuple(dict.fromkeys(spans))))
    return tuple(found)
