"""How well documents are answered that nobody wrote questions for: ranking, answers, refusals.

Every question is limited to its document. BM25 over character 1-3-grams of sentences, the
best sentence of a clause counting for it, is ranked beside in the same run.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from eval.cases import clause_of
from eval.documents import DocumentCase
from eval.metrics import clause_id_of
from eval.statistics import Share, mcnemar
from rag.assistant import Assistant
from rag.builds import Build
from rag.retrieve import allowed_rows, retrieve
from rag.types import Query
from rag.understand import understand

NEVER = 10_000
"""Place of a clause that was not found at all."""
Ranker = Callable[[Query], Iterable[str]]


@dataclass(frozen=True)
class DocumentScore:
    """Places count from 0; `first_cited` and `declined` are of the answer."""

    case: DocumentCase
    place: int
    baseline_place: int
    declined: bool
    first_cited: bool
    problem: str = ""


def score_documents(cases: Sequence[DocumentCase], assistant: Assistant) -> list[DocumentScore]:
    """Ask every question, limited to its document; one that raises counts as wrong."""
    build = assistant.library.current()
    found = []
    for case in cases:
        query = understand(case.question, policies=(case.document,))
        gold = gold_clauses(case, build)
        ranked = [one.clause.id for one in retrieve(query, build, assistant.embedder).candidates]
        places = place_of(gold, ranked, build), place_of(gold, _by_bm25(query, build), build)
        try:
            answer = assistant.ask(case.question, policies=(case.document,))
        except Exception as problem:  # whatever it is, the question counts as wrong and the run goes on
            found.append(
                DocumentScore(case, *places, declined=False, first_cited=False, problem=repr(problem))
            )
            continue
        first = [clause_of(clause_id_of(one, build), build) for one in answer.citations[:1]]
        answered = answer.status in {"answered", "partial"}
        found.append(DocumentScore(case, *places, not answered, answered and bool(gold & set(first))))
    return found


def gold_clauses(case: DocumentCase, build: Build) -> set[str]:
    """Ids of the clauses (whole, without item) that answer the question."""
    by_passage = {passage.id: passage.clause_id for passage in build.passages} if case.passages else {}
    names = [f"{case.document}#{name}" for name in case.clauses]
    return {clause_of(name, build) for name in (*names, *(by_passage[one] for one in case.passages))}


def place_of(gold: set[str], ranked: Iterable[str], build: Build) -> int:
    """Where the first right clause stands among the distinct clauses of `ranked`."""
    distinct = list(dict.fromkeys(clause_of(name, build) for name in ranked))
    return next((place for place, name in enumerate(distinct) if name in gold), NEVER)


def summary(scores: Sequence[DocumentScore]) -> dict[str, Share | float]:
    """The measures by name; `p` is McNemar's for right clause first against BM25."""
    asked = [one for one in scores if one.case.answerable]
    near = [one for one in scores if not one.case.answerable]
    return {
        "first": Share.of([one.place < 1 for one in asked]),
        "within_5": Share.of([one.place < 5 for one in asked]),
        "bm25_first": Share.of([one.baseline_place < 1 for one in asked]),
        "bm25_within_5": Share.of([one.baseline_place < 5 for one in asked]),
        "p": mcnemar([one.place < 1 for one in asked], [one.baseline_place < 1 for one in asked]),
        "first_cited": Share.of([one.first_cited for one in asked]),
        "near_misses_declined": Share.of([one.declined for one in near]),
        "answerable_declined": Share.of([one.declined for one in asked]),
        "exceptions": float(sum(bool(one.problem) for one in scores)),
    }


def _by_bm25(query: Query, build: Build) -> Iterable[str]:
    scores = build.lexical.scores("passage_grams", query.core or query.text)
    rows = np.flatnonzero(allowed_rows(query, build) & (scores > 0))
    return (build.passages[row].clause_id for row in rows[np.argsort(-scores[rows], kind="stable")])
