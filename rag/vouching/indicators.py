"""Whether a figure of a sentence still counts what it counts in the sources, and not what another figure of its unit counts.

Likeness of the words around decides where the writer chose other words; where he kept them
the label, the order of dates and how often a figure is told are compared exactly.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from rag.figures import normalise
from rag.vouching.occurrences import LEAST, MOST, WORDS_BEHIND, Occurrence, occurrences
from rag.vouching.parts import shared

_TITLE = re.compile("《[^》]*》")
_COMPARED = re.compile("^[比较跟与同]|比")
RIVAL = 0.2
"""By how much another figure's surroundings must hold more of the sentence's words to be the ones meant."""
ELSEWHERE = 0.1
"""By how much the whole sentence must be liker to the rival's, where the words around both are the same."""
SHORTEST_LABEL = 2
"""Characters that tell one member of a list from the other: 初级."""
SAME_END = 4
"""Characters right before a figure that are enough to know it by."""
LISTED = range(SHORTEST_LABEL, 5)
"""Characters of a label that is all there is to a member of a list."""
WHOLLY, HALF = 0.75, 0.5
"""Share of a figure's words that another sentence holds when it speaks of the same matter; its own then holds at least half as many."""
NAMED = 0.5
"""Share of the sentence's words that the other figure's surroundings must hold at least."""


def keep_their_indicator(sentence: str, sources: Sequence[str]) -> bool:
    """Whether no figure of the sentence stands beside words that belong to another figure of its unit."""
    given = [one for source in sources for one in occurrences(source)]
    told = occurrences(sentence)
    known = {one.name for one in given}
    in_ranges = {name for ends in _ranges(told) & _ranges(given) for name in ends}
    counts = [
        one
        for one in told
        if one.unit and not one.is_date and one.name in known and not (one.ends and one.name in in_ranges)
    ]
    if _told_twice(counts, given) or any(
        _has_label_of_another(one, given) or _counts_what_another_counts(one, given) for one in counts
    ):
        return False
    return not any(
        not _ends_like_its_own(one, given) and (_taken(one, told, given) or _said_of_another(one, given))
        for one in counts
    )


def keep_their_order(sentence: str, sources: Sequence[str]) -> bool:
    """Whether dates told in another order than their source took the words behind them along."""
    plain = _TITLE.sub("", normalise(sentence))
    told = [one for one in occurrences(plain) if one.is_date]
    for source in sources:
        given = {one.name: one for one in occurrences(_TITLE.sub("", normalise(source))) if one.is_date}
        known = [one for one in told if one.name in given]
        for earlier, later in pairwise(known):
            if given[later.name].start >= given[earlier.name].start:
                continue
            if _COMPARED.search(f"{plain[: earlier.start][-1:]}{earlier.ahead}"):
                continue
            for one, other in ((earlier, later), (later, earlier)):
                own, rival = given[one.name], given[other.name]
                if shared(one.ahead, own.ahead) <= shared(one.ahead, rival.ahead):
                    return False
    return True


def _ends_like_its_own(one: Occurrence, given: Sequence[Occurrence]) -> bool:
    """Whether the words right before the figure are those before it in a source, and before no other of its unit."""
    end = one.label[-SAME_END:]
    alike = [other for other in given if other.unit == one.unit and other.label.endswith(end)]
    return len(end) == SAME_END and bool(alike) and all(other.name == one.name for other in alike)


def _ranges(found: Sequence[Occurrence]) -> set[tuple[str, str]]:
    """Both ends of every range."""
    return {
        (one.name, other.name) for one, other in pairwise(found) if one.ends == LEAST and other.ends == MOST
    }


def _told_twice(told: Sequence[Occurrence], given: Sequence[Occurrence]) -> bool:
    """Whether a figure is told more often than the sources hold it, where they hold another of its unit."""
    often, known = (Counter(one.name for one in every) for every in (told, given))
    return any(
        often[one.name] > known[one.name] > 0
        and any(rival.name != one.name and rival.unit == one.unit for rival in given)
        for one in told
    )


def _has_label_of_another(one: Occurrence, given: Sequence[Occurrence]) -> bool:
    """Whether exactly what stands before the figure stands before another of its unit, and before none of its own."""
    own = [other for other in given if other.name == one.name]
    if any(shared(one.ahead, other.ahead) >= NAMED for other in own):
        return False
    if any(
        other.label and (one.label.endswith(other.label) or other.label.endswith(one.label)) for other in own
    ):
        return False
    for rival in given:
        if rival.name == one.name or rival.unit != one.unit:
            continue
        if len(rival.label) >= SHORTEST_LABEL and one.label.endswith(rival.label):
            return True
        listed = [len(other.label) for other in own if other.sentence == rival.sentence]
        if any(size in LISTED and one.label[-size:] == rival.label[-size:] for size in listed):
            return True
    return False


def _counts_what_another_counts(one: Occurrence, given: Sequence[Occurrence]) -> bool:
    """Whether what stands right behind the figure stands behind another of the same sentence: 22项工程 for 9工程22任务."""
    own = [other for other in given if other.name == one.name]
    if not all(WORDS_BEHIND.match(other.behind) for other in (one, *own)):
        return False
    sentences = {other.sentence for other in own}
    others = [other for other in given if other.name != one.name and other.sentence in sentences]
    return not _goes_on_like(one, own) and _goes_on_like(one, others)


def _said_of_another(one: Occurrence, given: Sequence[Occurrence]) -> bool:
    """Whether the words before the figure stand in another sentence's, which tells another figure, and hardly in its own."""
    own = [other.sentence for other in given if other.name == one.name]
    others = {rival.sentence for rival in given if rival.name != one.name and rival.unit == one.unit} - set(
        own
    )
    best = max((shared(one.before, other) for other in others), default=0.0)
    return best >= WHOLLY and max((shared(one.before, other) for other in own), default=0.0) <= best * HALF


def _goes_on_like(one: Occurrence, others: Sequence[Occurrence]) -> bool:
    """Whether the same words follow the figure, as in 500亿元以上的县."""
    return bool(WORDS_BEHIND.match(one.behind)) and any(
        one.behind[:2] == other.behind[:2] for other in others
    )


def _taken(one: Occurrence, told: Sequence[Occurrence], given: Sequence[Occurrence]) -> bool:
    """Whether the words, the year or the sentence around a figure belong to another figure of its unit; `told` are all of its sentence."""
    own = [other for other in given if other.name == one.name]
    rivals = [
        rival
        for rival in given
        if rival.name != one.name
        and rival.unit == one.unit
        and not (_goes_on_like(one, own) and not _goes_on_like(one, [rival]))
        and not (
            one.year and rival.year not in ("", one.year) and any(other.year == one.year for other in own)
        )
    ]
    likeness = max((shared(one.around, other.around) for other in own), default=0.0)
    nearest = max((shared(one.sentence, other.sentence) for other in own), default=0.0)
    for rival in rivals:
        alike = shared(one.around, rival.around)
        of_the_year = one.year and rival.year == one.year and all(other.year != one.year for other in own)
        if of_the_year and (one.dated or (alike >= NAMED and alike >= likeness - RIVAL)):
            return True
        follows = _goes_on_like(one, [rival]) and not _goes_on_like(one, own)
        if alike >= NAMED and alike > likeness + (-RIVAL if follows else RIVAL):
            return True
        elsewhere = all(rival.sentence != other.sentence for other in own) and all(
            rival.name != other.name for other in told
        )
        nearer = shared(one.sentence, rival.sentence) > nearest + ELSEWHERE
        if alike >= NAMED and elsewhere and alike >= likeness and nearer:
            return True
    return False
