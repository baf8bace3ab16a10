"""A sentence cut at its commas, and which part of the sources speaks of the same matter."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rag.figures import located_figures, normalise

_COMMA = re.compile(r"[,;。:!?](?!\d)|(?<!\d),")
_RUNS = re.compile(r"[\u4e00-\u9fff]+|[a-z]+[a-z0-9+-]*", re.IGNORECASE)
_GLUE = re.compile(
    "[的了和与及或在对按是为将把被其这那该等也都就还并到由从以向至于]|达到|力争|可以|能够|进行"
)
_MARKS = re.compile(r"[、()《》“”\"'‘’·]")


@lru_cache(maxsize=4096)
def parts_of(text: str) -> tuple[str, ...]:
    """The comma-separated parts of a text in the form in which figures are compared; commas inside numbers do not cut."""
    return tuple(part for part in _COMMA.split(normalise(text)) if part)


@lru_cache(maxsize=16384)
def pairs_of(text: str) -> frozenset[str]:
    """The neighbouring characters of the words that carry meaning; Latin words whole. Figures are no words."""
    found: set[str] = set()
    for run in _RUNS.findall(_GLUE.sub(" ", _MARKS.sub(" ", text.lower()))):
        if run.isascii():
            found.add(run)
        else:
            found.update(run[place : place + 2] for place in range(len(run) - 1))
    return frozenset(found)


def shared(text: str, other: str) -> float:
    """Share (0..1) of the pairs of `text` that stand in `other`; 0 when it has none."""
    own = pairs_of(text)
    return len(own & pairs_of(other)) / len(own) if own else 0.0


def without_figures(text: str) -> str:
    """The text, in the form in which words are compared, with its figures blanked."""
    plain = normalise(text)
    for one in located_figures(text):
        plain = f"{plain[: one.start]}{' ' * (one.end - one.start)}{plain[one.end :]}"
    return plain


def counterpart(part: str, sources: Iterable[str]) -> str:
    """The part of the sources that shares most with `part`; empty when none shares anything."""
    every = [one for source in sources for one in parts_of(source)]
    best = max(every, key=lambda one: shared(part, one), default="")
    return best if best and shared(part, best) > 0 else ""


def joined(sources: Sequence[str]) -> str:
    """All sources as one text in the form in which words are compared."""
    return normalise("。".join(sources))
