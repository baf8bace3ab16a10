"""The measures of one system from its scores. Shares have their own denominators; a mean of nothing is None."""

import statistics
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy as np

from eval.metrics import Score
from eval.statistics import Share


def summary(scores: Iterable[Score]) -> dict[str, Any]:
    """Measures by name.

    Citation precision counts answered answerable questions, one without a citation
    as 0; recall counts all answerable ones, one that was declined as 0.
    """
    scores = list(scores)
    answerable = [one for one in scores if one.expect == "answer"]
    others = [one for one in scores if one.expect in {"refuse", "correct_premise"}]
    answered = [one for one in answerable if one.answered]
    times = [one.elapsed_ms for one in scores]
    return {
        "strict": Share.of([one.strict for one in scores]),
        "accurate": Share.of([one.accurate for one in scores]),
        "grounded": Share.of([one.grounded for one in scores]),
        "first_clause": Share.of([one.first_clause for one in answerable]),
        "all_clauses": Share.of([one.all_clauses for one in answerable]),
        "items": Share.of([one.items for one in answerable if one.items is not None]),
        "facts": Share.of([one.facts for one in answerable if one.fact_recall is not None]),
        "citation_precision": _mean([one.cited_gold / max(one.cited, 1) for one in answered]),
        "citation_recall": _mean([one.slots_cited / one.slots for one in answerable]),
        "declined_unanswerable": Share.of([one.declined for one in others]),
        "declined_answerable": Share.of([one.declined for one in answerable]),
        "unsupported": sum(one.unsupported for one in scores),
        "false_quotes": sum(one.false_quotes for one in scores),
        "exceptions": sum(one.failed for one in scores),
        "mean_length": _mean([one.length for one in scores]),
        "median_ms": float(np.median(times)) if times else None,
        "p95_ms": float(np.percentile(times, 95)) if times else None,
    }


def by(scores: Iterable[Score], name: Literal["category", "style"]) -> dict[str, Share]:
    """Strict accuracy by `category` or `style`."""
    groups: dict[str, list[bool]] = {}
    for one in scores:
        groups.setdefault(getattr(one, name), []).append(one.strict)
    return {group: Share.of(values) for group, values in groups.items()}


def _mean(values: Sequence[float]) -> float | None:
    return statistics.fmean(values) if values else None
