"""How much of what an answer cites is right, and how much of what it should cite is there, at three levels.

| level    | right is                                                                   |
|----------|----------------------------------------------------------------------------|
| document | a document of a gold slot                                                  |
| clause   | the clause of a gold slot, whichever of its items is shown                 |
| item     | the very item that a slot asks for; a clause where the slot takes a clause |

A slot that accepts several clauses is met by any of them, and each of them is right.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eval.cases import Case, clause_of
from rag.builds import Build


@dataclass(frozen=True)
class Levels:
    """Precision and recall (0..1) of one answer's citations.

    Recall is None where gold names nothing at that level; precision also where a question
    that was not answered cites nothing. An answer without a citation has precision 0.
    """

    document_precision: float | None
    document_recall: float | None
    clause_precision: float | None
    clause_recall: float | None
    item_precision: float | None
    item_recall: float | None


def levels(case: Case, exact: Sequence[str], build: Build, *, answered: bool) -> Levels:
    """Judge the citations whose clause or item ids are `exact`, in the order they are shown."""
    slots = [set(slot) for slot in case.gold_clauses]
    clauses = [{clause_of(name, build) for name in slot} for slot in slots]
    documents = [{document_of(name) for name in slot} for slot in slots]
    cited = [clause_of(name, build) for name in exact]
    items = [slot for slot, whole in zip(slots, clauses, strict=True) if not slot & whole]
    accepted = [slot | (slot & whole) for slot, whole in zip(slots, clauses, strict=True)]
    right_items = {
        name
        for name, whole in zip(exact, cited, strict=True)
        if any(name in slot or whole in slot for slot in accepted)
    }
    return Levels(
        _precision(map(document_of, exact), _any_of(documents), answered),
        _recall(map(document_of, exact), documents),
        _precision(cited, _any_of(clauses), answered),
        _recall(cited, clauses),
        _precision(exact, right_items, answered) if items else None,
        _recall(exact, items),
    )


def document_of(name: str) -> str:
    """The document of a clause id: sc-2023-decision#（三） -> sc-2023-decision."""
    return name.partition("#")[0]


def _any_of(slots: Iterable[set[str]]) -> set[str] | None:
    """The members of all slots; None when there is no slot."""
    slots = list(slots)
    return set().union(*slots) if slots else None


def _precision(cited: Iterable[str], right: set[str] | None, answered: bool) -> float | None:
    distinct = dict.fromkeys(cited)
    if right is None or not (distinct or answered):
        return None
    return sum(name in right for name in distinct) / max(len(distinct), 1)


def _recall(cited: Iterable[str], slots: Sequence[set[str]]) -> float | None:
    names = set(cited)
    return sum(bool(names & slot) for slot in slots) / len(slots) if slots else None
