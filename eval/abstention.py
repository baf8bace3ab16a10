"""Declining: does it decline what it should, nothing else, and is it less sure where it is wrong?

Refusals: a question with `expect` refuse should be declined; of one with correct_premise a
refusal is right but not demanded. Risk and coverage (El-Yaniv & Wiener 2010; Geifman &
El-Yaniv 2017, https://arxiv.org/abs/1705.08500): the questions answered are taken from the
most confident on; the curve tells the share of wrong ones among those taken so far, and
AURC is its mean. Questions of equal confidence are taken in every order alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from eval.metrics import Score
from eval.statistics import Share

Right = Literal["accurate", "grounded", "strict"]


@dataclass(frozen=True)
class Refusals:
    """What was declined of what."""

    precision: Share
    """Of the questions declined, those that may be declined."""
    recall: Share
    """Of the questions that should be declined, those that were."""
    over_refusal: Share
    """Of the answerable questions, those declined."""
    unanswered: Share
    """Of the answerable questions, those without an answer for any reason: declined, asked back, failed."""
    reward: float | None
    """Mean over all questions of +1 for right, 0 for declined, asked back or failed, -1 for a wrong answer
    (in the manner of CRAG, https://arxiv.org/abs/2406.04744)."""

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall; None when one of them counts nothing."""
        precision, recall = self.precision.value, self.recall.value
        if precision is None or recall is None:
            return None
        return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


@dataclass(frozen=True)
class RiskCurve:
    """Risk by coverage of the questions that were answered."""

    points: tuple[tuple[float, float], ...]
    """(coverage of all questions, share wrong among those taken), by falling confidence."""
    aurc: float | None
    """Mean risk over the questions answered; None when none was."""
    normalised: float | None
    """AURC between that of a perfect order (0) and of a random one (1); None when all or none are wrong."""


def refusals(scores: Sequence[Score], right: Right = "accurate") -> Refusals:
    """Count refusals; `right` is what the reward calls right."""
    answerable = [one for one in scores if one.expect == "answer"]
    worth = [1 if getattr(one, right) else -1 if one.answered else 0 for one in scores]
    return Refusals(
        Share.of([one.expect in {"refuse", "correct_premise"} for one in scores if one.declined]),
        Share.of([one.declined for one in scores if one.expect == "refuse"]),
        Share.of([one.declined for one in answerable]),
        Share.of([not one.answered for one in answerable]),
        sum(worth) / len(worth) if worth else None,
    )


def risk_curve(scores: Sequence[Score], right: Right = "accurate") -> RiskCurve:
    """The curve over the questions answered; an answer to what should be declined is wrong."""
    taken = sorted((one for one in scores if one.answered), key=lambda one: -one.confidence)
    risks: list[float] = []
    points: list[tuple[float, float]] = []
    wrong = 0
    for _, group in groupby(taken, key=lambda one: one.confidence):
        alike = [not getattr(one, right) for one in group]
        share, before = sum(alike) / len(alike), len(risks)
        risks += [(wrong + share * place) / (before + place) for place in range(1, len(alike) + 1)]
        wrong += sum(alike)
        points.append((len(risks) / len(scores), risks[-1]))
    if not risks:
        return RiskCurve((), None, None)
    aurc, perfect, random = sum(risks) / len(risks), _perfect(wrong, len(risks)), wrong / len(risks)
    return RiskCurve(tuple(points), aurc, (aurc - perfect) / (random - perfect) if random > perfect else None)


def _perfect(wrong: int, total: int) -> float:
    """AURC when every right answer is taken before every wrong one."""
    return sum(max(taken - (total - wrong), 0) / taken for taken in range(1, total + 1)) / total
