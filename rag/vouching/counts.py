"""Small counts that no source states and any reader can count: 创新链、产业链、资金链、人才链 are 四条链."""

import re
from collections.abc import Sequence
from typing import Final

from rag.figures import Figure, located_figures, normalise

_COUNT = re.compile(r"(\d{1,2})(方面|[个条类项种座套件家片处份级])?")
_MEMBER: Final = "[^、,;。:和及与]{1,24}"
_OPEN = re.compile("(?<![平高对同优上均])等[^、,;。]{0,8}$")
_BEFORE = re.compile(f"({_MEMBER}(?:(?:、|和|与|以及|及){_MEMBER})+?)(?:,?[这那]|共|总共|一共)?$")
_BEHIND = re.compile(
    f"[^,。:]{{0,8}}(?::|,即|,也就是|,分别是|,依次是)({_MEMBER}(?:(?:、|和|与|以及|及){_MEMBER})+)"
)
_SPLIT = re.compile("、|以及|和|与|及")
MOST: Final = 20


def counts_a_list(one: Figure, sentence: str, sources: Sequence[str]) -> bool:
    """Whether a small count that no source states is that of the list told beside it, whose members stand in the sources."""
    count = _COUNT.fullmatch(one.names[-1])
    plain = normalise(sentence)
    if (
        count is None
        or not 1 < int(count[1]) <= MOST
        or _is_counted(plain[one.end - 1 : one.end + 2], sources)
    ):
        return False
    told = _told_beside(one, plain)
    stands = bool(told) and all(_stands_in(member, sources) for member in _SPLIT.split(told))
    return stands and int(count[1]) in _sizes_of(told)


def _told_beside(one: Figure, plain: str) -> str:
    """The list right before the count, or behind its colon; empty for none."""
    before = _BEFORE.search(plain[: one.start])
    behind = _BEHIND.match(plain[one.end :])
    return next((match[1] for match in (behind, before) if match), "")


def _stands_in(member: str, sources: Sequence[str]) -> bool:
    text = normalise("。".join(sources))
    return any(word in text for word in (member, member[-2:], member[:2]))


def _is_counted(counted: str, sources: Sequence[str]) -> bool:
    """Whether a source counts the same itself; `counted` is a measure word and the two characters behind it."""
    return any(
        plain[figure.end - 1 : figure.end + 1] == counted[:2] or plain.startswith(counted[1:], figure.end)
        for plain in map(normalise, sources)
        for figure in located_figures(plain)
    )


def _sizes_of(found: str) -> set[int]:
    """How many members a list may have: 全面和共同参与 at its end may be two."""
    if _OPEN.search(found):
        return set()
    pieces = found.split("、")
    more = 1 if re.search("和|与|及", pieces[-1]) else 0
    return {len(pieces), len(pieces) + more}
