"""How the gold questions are made up: categories, difficulty, and how much they copy their evidence."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from eval.cases import CATEGORIES, DIFFICULTIES, Case, lexical_overlap
from rag.builds import Build

THIRDS = ("低", "中", "高")


def count_by_category(splits: Mapping[str, Sequence[Case]]) -> dict[str, tuple[int, ...]]:
    """How many questions of every category each split has, in the order of `splits`."""
    return {
        category: tuple(sum(case.category == category for case in cases) for cases in splits.values())
        for category in CATEGORIES
    }


def count_by_difficulty(cases: Sequence[Case]) -> dict[int | None, int]:
    """How many questions there are of each difficulty; None counts those that say none."""
    counted = Counter(case.difficulty for case in cases)
    return {level: counted[level] for level in (*DIFFICULTIES, None)}


def not_answered_share(cases: Sequence[Case]) -> float:
    """Share (0..1) of the questions that must be refused, corrected or asked back."""
    return sum(case.expect != "answer" for case in cases) / max(len(cases), 1)


def overlap_thirds(cases: Sequence[Case], build: Build) -> dict[str, tuple[int, float, float]]:
    """(questions, smallest, largest overlap) of each third of the questions that have evidence.

    A third ends where the overlap changes, so that equal ones stay together; empty thirds are left out.
    """
    overlaps = [value for case in cases if (value := lexical_overlap(case, build)) is not None]
    if not overlaps:
        return {}
    bounds = np.quantile(overlaps, [1 / 3, 2 / 3])
    groups = np.searchsorted(bounds, overlaps, side="left")
    found = {}
    for number, name in enumerate(THIRDS):
        its = [value for value, group in zip(overlaps, groups, strict=True) if group == number]
        if its:
            found[name] = (len(its), min(its), max(its))
    return found
