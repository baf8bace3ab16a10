"""Official texts and digests of others: which of their drafts answers, and what is said of a source not in force."""

from dataclasses import replace
from itertools import zip_longest

from rag.builds import Build
from rag.types import Draft, Query
from rag.validity import ANSWERING, NO_LONGER, NOTICES, asks_for_now

FAR_BEHIND = 4.5
"""Log-odds by which a digest must answer better than the official texts to stand alone."""
SURER = 3.0
"""The same where the digest is also the likelier to be right."""
NEAR = 1.0
"""Log-odds by which it may answer worse and still be added."""
NEAREST = 3
"""Nearest clauses of a refusal."""
ADDED = 2
"""Sentences of a digest that are added."""


def joined(official: Draft, retold: Draft) -> Draft:
    """The official draft with what the digests add; the digests' alone when only they answer, or answer far better."""
    answering = {"answered", "partial"}
    corrected = official.status == "refused" and official.statements
    if retold.status not in answering and not retold.corrects:
        return _with_nearest_of_both(official, retold)
    margin = SURER if retold.confidence > official.confidence else FAR_BEHIND
    if not (corrected or official.status in answering) or retold.log_odds > official.log_odds + margin:
        return retold
    if (
        corrected
        or retold.corrects
        or retold.status == "partial"
        or retold.log_odds < official.log_odds - NEAR
    ):
        return official
    return replace(
        official,
        statements=(*official.statements, *retold.statements[:ADDED]),
        evidence=(*official.evidence, *retold.evidence),
    )


def _with_nearest_of_both(official: Draft, retold: Draft) -> Draft:
    """The official refusal with the nearest clauses of both in turn, those found better first."""
    if official.status != "refused" or official.statements or not retold.nearest:
        return official
    if not official.nearest:
        return retold
    better, other = (retold, official) if retold.log_odds > official.log_odds else (official, retold)
    both = [one for pair in zip_longest(better.nearest, other.nearest) for one in pair if one]
    return replace(official, nearest=tuple(both[:NEAREST]))


def labelled(draft: Draft, query: Query, build: Build) -> Draft:
    """With a notice in front when the first source is not in force; what is in force is not mixed with the rest."""
    if draft.status not in {"answered", "partial"} or not draft.statements or query.day is None:
        return draft
    states = [
        build.validity_of(build.clause_by_id[one.spans[0].clause_id].document_id, query.day)
        for one in draft.statements
    ]
    if notice := NOTICES.get(states[0], ""):
        if asks_for_now(query) and not query.any_validity:
            lead = f"{NO_LONGER}{notice}"
            return replace(draft, lead=lead, status="refused", reason=NO_LONGER, corrects=True)
        status = draft.status if query.any_validity else "partial"
        return replace(draft, lead=f"{notice}{draft.lead}", status=status, reason=draft.reason or notice)
    kept = (one for one, state in zip(draft.statements, states, strict=True) if state in ANSWERING)
    day = query.day
    evidence = (
        one
        for one in draft.evidence
        if build.validity_of(build.clause_by_id[one.clause_id].document_id, day) in ANSWERING
    )
    return replace(draft, statements=tuple(kept), evidence=tuple(evidence))
