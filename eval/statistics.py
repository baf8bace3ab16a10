"""How sure can one be of a share of so few questions?"""

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.stats import binomtest


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
