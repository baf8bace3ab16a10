"""What every signal of the ranking earns: the weights fitted again without it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from eval.rank import Example, fit
from rag.signals import SIGNALS

GROUPS: Final = ("没有问法的文件", "《决定》")
DECISION: Final = "sc-2023-decision"


@dataclass(frozen=True)
class AblationRow:
    """Share of questions whose clause comes first, and within the first five, for each of `GROUPS`."""

    without: str
    values: tuple[float, ...]


def ablation(found: Sequence[Example]) -> Iterator[AblationRow]:
    """The whole ranking, then without each signal in turn.

    Every document is ranked by weights fitted on the others, so that no weight has seen
    its questions; the Decision is the exception, because only it has written questions,
    and is ranked by weights fitted on half of its questions, each half by the other.
    """
    for name in ("", *SIGNALS):
        places: dict[bool, list[int]] = {False: [], True: []}
        for part, others in _parts(found):
            weights = fit(others, without=[name] if name else [])
            for example in part:
                places[example.document == DECISION].append(place(example, weights))
        shares = (
            float(np.mean(np.array(places[decision]) < most)) for decision in (False, True) for most in (1, 5)
        )
        yield AblationRow(name, tuple(shares))


def place(example: Example, weights: NDArray[np.float64]) -> int:
    """Where the first right clause stands among the distinct clauses, from 0."""
    order = np.argsort(-(example.table @ weights), kind="stable")
    right = set(example.clause[example.right].tolist())
    distinct = list(dict.fromkeys(example.clause[order].tolist()))
    return next(number for number, clause in enumerate(distinct) if clause in right)


def _parts(found: Sequence[Example]) -> Iterator[tuple[list[Example], list[Example]]]:
    """A part of the examples to rank, and the examples to fit on."""
    for document in sorted({example.document for example in found} - {DECISION}):
        yield (
            [example for example in found if example.document == document],
            [example for example in found if example.document != document],
        )
    decision = [example for example in found if example.document == DECISION]
    rest = [example for example in found if example.document != DECISION]
    for half in (0, 1):
        yield decision[half::2], [*rest, *decision[1 - half :: 2]]
