"""What a report counts, as JSON values. Every question of the run is in every denominator that it belongs to."""

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from eval.cases import CATEGORIES, STYLES, Case
from eval.metrics import Score
from eval.report_stages import share_json
from eval.report_words import (
    DIFFICULTY_LABELS,
    HEADLINES,
    OVERLAP_LABELS,
    STYLE_LABELS,
    category_label,
)
from eval.statistics import Share

LEVELS: Final = {"document": "文件", "clause": "条款", "item": "款项、名目"}
TERCILES: Final = 3


def shares(scores: Sequence[Score]) -> dict[str, dict[str, Any]]:
    """The three headline shares of some questions."""
    return {name: share_json(Share.of([getattr(one, name) for one in scores])) for name in HEADLINES}


def grid(scores: Sequence[Score]) -> dict[str, int]:
    """The four cells of right or wrong by founded or not.

    Founded is a full set of gold clauses (nothing where the question has none) without
    a false quote or an unsupported figure.
    """
    cells = {"right_founded": 0, "right_unfounded": 0, "wrong_founded": 0, "wrong_unfounded": 0}
    for one in scores:
        founded = one.grounded if one.accurate else _founded(one)
        cells[f"{'right' if one.accurate else 'wrong'}_{'founded' if founded else 'unfounded'}"] += 1
    return cells


def _founded(score: Score) -> bool:
    cited = score.all_clauses if score.slots else not score.cited
    return cited and not (score.failed or score.false_quotes or score.unsupported)


def wrong_among_answered(scores: Sequence[Score]) -> dict[str, Any]:
    """Of the questions it did not decline, the share it got wrong."""
    return share_json(Share.of([not one.accurate for one in scores if one.answered]))


def soundness(scores: Sequence[Score]) -> dict[str, int]:
    """What must be 0: figures and locators without support, quotes that are not the text, exceptions."""
    return {
        "unsupported": sum(one.unsupported for one in scores),
        "unsupported_answers": sum(bool(one.unsupported) for one in scores),
        "false_quotes": sum(one.false_quotes for one in scores),
        "exceptions": sum(one.failed for one in scores),
    }


def groups(scores: Sequence[Score]) -> dict[str, list[dict[str, Any]]]:
    """The shares by category, style, difficulty and tercile of lexical overlap; a group without questions is left out."""
    return {
        "category": _grouped(scores, lambda one: one.category, CATEGORIES, category_label),
        "style": _grouped(scores, lambda one: one.style, STYLES, lambda name: STYLE_LABELS.get(name, name)),
        "difficulty": _grouped(
            scores, lambda one: str(one.difficulty or ""), DIFFICULTY_LABELS, lambda name: DIFFICULTY_LABELS.get(name, name)
        ),
        "overlap": _terciles(scores),
    }  # fmt: skip


def _grouped(
    scores: Iterable[Score], key: Callable[[Score], str], order: Iterable[str], label: Callable[[str], str]
) -> list[dict[str, Any]]:
    members: dict[str, list[Score]] = {name: [] for name in order}
    for one in scores:
        members.setdefault(key(one), []).append(one)
    return [{"name": name, "label": label(name), **shares(its)} for name, its in members.items() if its]


def _terciles(scores: Sequence[Score]) -> list[dict[str, Any]]:
    """Thirds of the questions with evidence, by the share of their bigrams that stands in it; ties stay together."""
    known = [(one.overlap, one) for one in scores if one.overlap is not None]
    if not known:
        return []
    bounds = np.quantile([value for value, _ in known], [1 / TERCILES, 2 / TERCILES])
    thirds: list[list[tuple[float, Score]]] = [[], [], []]
    for value, one in known:
        thirds[int(np.searchsorted(bounds, value, side="left"))].append((value, one))
    return [
        {
            "name": str(number),
            "label": label,
            "from": min(value for value, _ in its), "to": max(value for value, _ in its),
            **shares([one for _, one in its]),
        }
        for number, (label, its) in enumerate(zip(OVERLAP_LABELS, thirds, strict=True)) if its
    ]  # fmt: skip


def citations(scores: Sequence[Score]) -> list[dict[str, Any]]:
    """Mean precision and recall against gold, and their F1, at each level; None where gold names nothing."""
    rows = []
    for level, label in LEVELS.items():
        precision = _mean(getattr(one, f"{level}_precision") for one in scores)
        recall = _mean(getattr(one, f"{level}_recall") for one in scores)
        count = sum(getattr(one, f"{level}_recall") is not None for one in scores)
        rows.append(
            {"name": level, "label": label, "precision": precision, "recall": recall, "f1": f1(precision, recall), "questions": count}
        )  # fmt: skip
    return rows


def f1(precision: float | None, recall: float | None) -> float | None:
    """Their harmonic mean; None when one of them is."""
    if precision is None or recall is None:
        return None
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def systems(
    cases: Iterable[Case], names: Iterable[str], scores: Iterable[Mapping[str, Score]]
) -> list[dict[str, Any]]:
    """The systems side by side; `scores` by question id, in the order of `names`."""
    asked = [case.id for case in cases]
    return [_system(name, [its[one] for one in asked]) for name, its in zip(names, scores, strict=True)]


def _system(name: str, scores: Sequence[Score]) -> dict[str, Any]:
    return {
        "name": name,
        **shares(scores),
        "clause_f1": next(one["f1"] for one in citations(scores) if one["name"] == "clause"),
        **soundness(scores),
        "wrong_among_answered": wrong_among_answered(scores),
        "median_ms": float(np.median([one.elapsed_ms for one in scores])),
    }


def cost(scores: Sequence[Score], seconds: float, peak_memory_mb: float | None) -> dict[str, Any]:
    """Latency of a question in milliseconds, seconds of the whole run, peak memory in MB."""
    quantiles = np.percentile([one.elapsed_ms for one in scores], [50, 95, 100]).tolist()
    return {
        **dict(zip(("median_ms", "p95_ms", "longest_ms"), quantiles, strict=True)),
        "seconds": seconds,
        "peak_memory_mb": peak_memory_mb,
    }


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.fmean(known) if known else None
