"""How directly a clause names an enterprise: what the order of supports rests on.

| part          | worth                                                                     |
|---------------|---------------------------------------------------------------------------|
| industry      | 3.4 × closeness: 1 for the very industry, 1/√n for a wider one of n         |
| qualification | 1.8 when a condition on one is met                                        |
| region        | 1.5 when a condition on the place or its kind is met                      |
| needs         | 13/√n for each stated need that the clause's supports serve, n supports of the build serving it: 知识产权 is rarer than 资金补助 and says more |
| words         | 9 × cosine of the description (else of industries and needs) and the clause |

Weights are those of a logistic regression on the development profiles, rounded
(docs/experiments.md); all supports of a clause share the best of its parts.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from rag.conditions import MET, UNMET, Finding
from rag.industries import industries
from rag.profile import Profile

if TYPE_CHECKING:
    from rag.builds import Build
    from rag.match import Verdict

INDUSTRY: Final = 3.4
QUALIFICATION: Final = 1.8
REGION: Final = 1.5
NEED: Final = 13.0
WORDS: Final = 9.0
NARROW: Final = 0.25
"""Closeness from which a clause names the industry: of at most sixteen. 制造业 names nobody's."""
_NAMES: Final = {"industry": "行业", "qualifications": "资质", "region": "地区"}


def directed(verdicts: Sequence["Verdict"], profile: Profile, build: "Build") -> list["Verdict"]:
    """The verdicts with their directness and by what each names the enterprise."""
    parts: dict[str, dict[str, float]] = defaultdict(dict)
    needs: dict[str, set[str]] = defaultdict(set)
    for verdict in verdicts:
        clause = verdict.support.quote.clause_id
        if any(finding.result == UNMET for finding in verdict.findings):
            continue
        for name, value in _named(verdict.findings, profile).items():
            parts[clause][name] = max(parts[clause].get(name, 0.0), value)
        needs[clause] |= set(verdict.support.needs) & set(profile.needs)
    serving = build.supports_by_need
    words = _likeness(profile, build)
    found = []
    for verdict in verdicts:
        clause = verdict.support.quote.clause_id
        total = sum(parts[clause].values()) + WORDS * words.get(clause, 0.0)
        total += sum(NEED / serving[need] ** 0.5 for need in needs[clause])
        named = _named(verdict.findings, profile)
        own = [
            _NAMES[name] for name, value in named.items() if name != "industry" or value >= INDUSTRY * NARROW
        ]
        own += ["需求"] if set(verdict.support.needs) & set(profile.needs) else []
        found.append(replace(verdict, directness=round(total, 4), names=tuple(own)))
    return found


def _named(findings: Sequence[Finding], profile: Profile) -> dict[str, float]:
    """The fields by which met conditions name the enterprise, with their worth."""
    found: dict[str, float] = {}
    for finding in findings:
        field = finding.condition.field
        if finding.result == MET and field in _NAMES:
            worth = QUALIFICATION if field == "qualifications" else REGION
            if field == "industry":
                worth = INDUSTRY * industries().closeness(profile.industries, finding.condition.values)
            found[field] = max(found.get(field, 0.0), worth)
    return found


def _likeness(profile: Profile, build: "Build") -> Mapping[str, float]:
    """Clause id -> cosine with the enterprise's words; empty without vectors or words."""
    text = profile.description or "，".join((*profile.industries, *profile.needs))
    if build.embedder is None or build.mismatch or not text:
        return {}
    rows = build.supporting_clauses
    vector = np.asarray(build.embedder.embed_query(text), dtype=np.float32)
    first = len(build.passages) + len(build.questions)
    scores = build.matrix[[first + row for row in rows.values()]] @ vector
    return dict(zip(rows, scores.tolist(), strict=True))
