"""One question back, where a few words fit two clauses equally and the answer would be a guess."""

from collections.abc import Sequence
from typing import Final

from rag.retrieve import Candidate
from rag.types import Draft, Query, Span

WHICH_CLAUSE: Final = "好几处写到这个内容，请说明想了解哪一方面，或直接写条号。相关条款："
LONGEST: Final = 6
"""Characters of what is looked up from which a question says enough by itself."""
CLOSE: Final = 0.95
"""Relative score from which another clause fits as well as the best."""
MOST: Final = 3


def clarification(query: Query, candidates: Sequence[Candidate]) -> Draft | None:
    """A draft that asks back, None when the question can be answered.

    Asks only of bare keywords (人才) that stand word for word in each of the best clauses.
    """
    words = query.core.replace(" ", "")
    if query.form != "content" or query.asks or not 1 < len(words) <= LONGEST:
        return None
    fitting: dict[str, Candidate] = {}
    for candidate in candidates:
        said = f"{candidate.clause.heading}{candidate.clause.item or ''}{candidate.passage.text}"
        if candidate.score >= CLOSE and words in said:
            fitting.setdefault(candidate.clause.label, candidate)
    if len(fitting) < 2:
        return None
    spans = tuple(
        Span(one.clause.id, one.passage.start, one.passage.end) for one in list(fitting.values())[:MOST]
    )
    return Draft((), lead=WHICH_CLAUSE, status="clarify", reason=WHICH_CLAUSE, nearest=spans)
