"""How sure can one be of a share of so few questions, and of the difference between two runs?

Shares have Wilson intervals, means and differences those of eval.resampling.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal, NamedTuple

from scipy.stats import binomtest, norm

LEVEL = 0.05
"""Error allowed to one statement, two-sided."""
POWER = 0.8
SMALLEST_SIGNIFICANT = 6
"""Questions all changed in one direction: the fewest whose exact p is below `LEVEL` (2 / 2**6)."""
Verdict = Literal["better", "worse", "undecided"]


class Interval(NamedTuple):
    """A value and its 95 % bounds."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Share:
    """`hits` of `total`, with its Wilson 95 % interval.

    Wilson 1927, https://doi.org/10.1080/01621459.1927.10502953: unlike the normal
    interval it stays inside 0..1 and holds for a few dozen questions.
    """

    hits: int
    total: int

    @classmethod
    def of(cls, values: Sequence[bool]) -> "Share":
        """The share of true values."""
        return cls(sum(values), len(values))

    @property
    def value(self) -> float | None:
        """None when there was nothing to count: not scored is not zero."""
        return self.hits / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson 95 % bounds; (0, 1) when nothing was counted."""
        if not self.total:
            return (0.0, 1.0)
        bounds = binomtest(self.hits, self.total).proportion_ci(method="wilson")
        return (float(bounds.low), float(bounds.high))

    def __str__(self) -> str:
        if self.value is None:
            return "–"
        low, high = self.interval
        return f"{100 * self.value:.1f} % [{100 * low:.1f}, {100 * high:.1f}]"


def mcnemar(one: Sequence[bool], other: Sequence[bool]) -> float:
    """Exact two-sided p of McNemar's test for two systems on the same questions.

    McNemar 1947, https://doi.org/10.1007/BF02295996: only questions on which they differ
    count. 1.0 when they never differ.

    Raises:
        ValueError: the two lists are not equally long.
    """
    better = sum(left and not right for left, right in zip(one, other, strict=True))
    worse = sum(right and not left for left, right in zip(one, other, strict=True))
    return float(binomtest(better, better + worse).pvalue) if better + worse else 1.0


def risk_at(coverage: float, confidence: Sequence[float], right: Sequence[bool]) -> Share:
    """Share of wrong answers among the `coverage` (0..1] most confident ones (El-Yaniv & Wiener 2010).

    Raises:
        ValueError: the two lists are not equally long.
    """
    ranked = sorted(zip(confidence, right, strict=True), key=lambda pair: -pair[0])
    kept = ranked[: max(1, round(coverage * len(ranked)))]
    return Share.of([not one for _, one in kept])


def holm(values: Sequence[float]) -> tuple[float, ...]:
    """The p values adjusted for having asked several questions at once, in the order given.

    Holm 1979, https://www.jstor.org/stable/4615733: whatever the dependence between the
    tests, the chance of a single false alarm stays below the level.
    """
    adjusted = [1.0] * len(values)
    reached = 0.0
    for rank, place in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        reached = max(reached, min(1.0, (len(values) - rank) * values[place]))
        adjusted[place] = reached
    return tuple(adjusted)


def minimum_detectable_effect(total: int, discordant: int) -> float:
    """The smallest difference of two shares (0..1) that would be found in four of five repetitions.

    Both systems answer the same `total` questions and differ on `discordant` of them.
    The difference is normal with variance discordant share / total (Miller 2024,
    https://arxiv.org/abs/2411.00640), but no fewer than
    `SMALLEST_SIGNIFICANT` questions can ever be significant. 1.0 when nothing was asked.
    """
    if not total:
        return 1.0
    spread = sqrt(discordant / total / total)
    wanted = float(norm.ppf(1 - LEVEL / 2) + norm.ppf(POWER)) * spread
    return min(1.0, max(wanted, SMALLEST_SIGNIFICANT / total))


def verdict(difference: Interval | None, p: float | None = None, *, more_is_better: bool = True) -> Verdict:
    """Whether the second of two runs did better than the first.

    Decided only when the interval of the difference leaves out 0 and, where there is an
    exact `p`, that agrees: of the few questions on which two runs differ the bootstrap
    alone is too sure.
    """
    if difference is None or (p is not None and p >= LEVEL):
        return "undecided"
    if difference.low <= 0 <= difference.high:
        return "undecided"
    return "better" if (difference.low > 0) == more_is_better else "worse"
