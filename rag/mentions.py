"""Where is it mentioned? Every clause that holds the words, none missed."""

import re
from collections.abc import Sequence

from rag.builds import Build
from rag.figures import normalise
from rag.segments import parts_between_commas
from rag.types import Clause, Draft, Query, Span, Statement

_QUOTED = re.compile(r"[“\"「『《]([^”\"」』》]{2,20})[”\"」』》]")
MOST = 0.7
"""Share of the longest piece of the question that must stand in the text word for word."""
_WORDS_ASKED = re.compile("提到|提及|出现|写没写|提没提")
_LONGEST_TERM = 8
_LONGEST_PIECE = 40
"""Characters compared with the text: the work grows with the square, and no term is longer."""
_SNIPPET_LIMIT = 44
_BUDGET = 480


def mentioned_term(query: Query, clauses: Sequence[Clause]) -> str | None:
    """The words asked for, if they stand in the text as asked; None when they do not.

    Quoted words win; otherwise the longest stretch of the question that occurs in
    the text, when it makes up most of what is looked up.
    """
    texts = [_plain(clause.text) for clause in clauses]
    quoted = _QUOTED.search(query.text)
    if quoted and any(_plain(quoted[1]) in text for text in texts):
        return _plain(quoted[1])
    pieces = [_plain(piece)[:_LONGEST_PIECE] for piece in query.core.split()]
    longest = max((_longest_shared(piece, texts) for piece in pieces), key=len, default="")
    return longest if len(longest) >= max(2, MOST * max(map(len, pieces), default=0)) else None


def asks_for_words(query: Query) -> bool:
    """Whether the question asks where certain words stand, not which clause speaks of a matter."""
    return bool(_WORDS_ASKED.search(query.text)) and 2 <= len(query.core.replace(" ", "")) <= _LONGEST_TERM


def mentions(term: str, clauses: Sequence[Clause], build: Build) -> Draft:
    """One statement for each clause that mentions `term`, with the words around it."""
    places = [(clause, span) for clause in clauses if (span := _place(term, clause, build))]
    roomy = sum(min(span.end - span.start, _SNIPPET_LIMIT) + 24 for _, span in places) <= _BUDGET
    statements = []
    for clause, span in places:
        document = build.documents[clause.document_id]
        snippet = document.text[span.start : span.end] if roomy and span.end - span.start <= 90 else ""
        statements.append(
            Statement(
                f"“{snippet}”" if snippet and "“" not in snippet else snippet, (span,), with_locator=True
            )
        )
    return Draft(tuple(statements), confidence=1.0)


def _place(term: str, clause: Clause, build: Build) -> Span | None:
    """The comma-separated part of the clause that holds the term first."""
    text = build.documents[clause.document_id].text
    for passage in build.passages_of(clause.id):
        for part in parts_between_commas(text, passage.start, passage.end):
            if term in _plain(part.text):
                return Span(clause.id, part.start, part.end)
        if term in _plain(passage.text):
            return Span(clause.id, passage.start, passage.end)
    if term in _plain(clause.text):
        return Span(clause.id, clause.start, clause.start + len(clause.text.rstrip()))
    return None


def _plain(text: str) -> str:
    return normalise(text).lower()


def _longest_shared(piece: str, texts: Sequence[str]) -> str:
    """The longest substring of `piece` that occurs in one of `texts`."""
    for size in range(len(piece), 1, -1):
        for start in range(len(piece) - size + 1):
            part = piece[start : start + size]
            if any(part in text for text in texts):
                return part
    return ""
