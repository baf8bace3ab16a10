"""A draft of a lie, and how words are put in place of others."""

import random
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from eval.lies_material import Pool, Truth

_QUOTED = re.compile("“[^”]*”|《[^》]*》|〔[^〕]*〕")


class Draft(NamedTuple):
    """A changed sentence and what was changed; `sources` when it cites others than its own."""

    sentence: str
    changed: str
    sources: tuple[str, ...] | None = None


class Maker(Protocol):
    """Makes lies of one kind of a true sentence; none where it does not lend itself."""

    def __call__(self, truth: "Truth", pool: "Pool", rng: random.Random) -> Iterator[Draft]:
        """The lies, the same for the same state of `rng`."""


def put(sentence: str, start: int, end: int, new: str) -> Draft:
    """`new` in place of the stretch from `start` to `end`."""
    return Draft(sentence[:start] + new + sentence[end:], f"{sentence[start:end] or '∅'} → {new or '∅'}")


def words_put(
    sentence: str, table: Mapping[str, tuple[str, ...]], rng: random.Random, *, in_quotes: bool = False
) -> Iterator[Draft]:
    """For every place where a regular expression of `table` stands, one of its words put there instead.

    Names in quotation marks stay unless `in_quotes`: their words say nothing of what is done.
    """
    quoted = [] if in_quotes else [one.span() for one in _QUOTED.finditer(sentence)]
    taken: list[tuple[int, int]] = []
    for pattern, others in table.items():
        for match in re.finditer(pattern, sentence):
            start, end = match.span()
            if any(first < end and start < last for first, last in (*quoted, *taken)):
                continue
            taken.append((start, end))
            yield put(sentence, start, end, match.expand(rng.choice(others)))
