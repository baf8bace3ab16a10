"""Intervals of means and differences by drawing the questions anew, policy by policy.

Questions on one policy stand or fall together, so whole policies are drawn (Miller
2024, https://arxiv.org/abs/2411.00640: naive errors can be three times too small). A
policy with a large share of all questions is not drawn but always there, like a
self-representing unit of a survey (Särndal, Swensson & Wretman 1992): of it the clauses
are drawn. Without that, questions on a single policy would have an
interval of no width.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.statistics import Interval

RESAMPLES = 10_000
SEED = 20_240_607
LARGE = 0.1
"""Share of all questions from which a policy is always there."""
_ROUNDED = 9
"""Decimals: sums in another order must not make a difference of nothing."""


@dataclass(frozen=True, eq=False)
class Resampling:
    """The same draws for every measure, so that measures and runs are compared on equal terms."""

    unit_of: NDArray[np.intp]
    """(questions,) the unit that every question is drawn with."""
    weights: NDArray[np.float64]
    """(`RESAMPLES`, units) how often every unit was drawn."""

    @classmethod
    def of(cls, clusters: Sequence[str], parts: Sequence[str]) -> "Resampling":
        """Draws for questions that belong to policies `clusters` and, within them, to clauses `parts`.

        Raises:
            ValueError: the two lists are not equally long.
        """
        strata, units = _strata_and_units(clusters, parts)
        places: dict[tuple[str, str], int] = {}
        unit_of = [places.setdefault(unit, len(places)) for unit in zip(strata, units, strict=True)]
        random = np.random.default_rng(SEED)
        weights = np.zeros((RESAMPLES, len(places)))
        for stratum in dict.fromkeys(strata):
            members = [place for (its, _), place in places.items() if its == stratum]
            weights[:, members] = _drawn(len(members), random)
        return cls(np.array(unit_of, dtype=np.intp), weights)

    def mean(self, values: Sequence[float | None]) -> Interval | None:
        """The mean with its interval; None counts nowhere, and a mean of nothing is None."""
        totals = self._totals(values)
        if not totals[:, 1].any():
            return None
        return _interval(_ratio(totals.sum(axis=0)), _ratio(self.weights @ totals))

    def difference(self, first: Sequence[float | None], second: Sequence[float | None]) -> Interval | None:
        """Mean of `second` less mean of `first` on the same questions, with the interval of the pair."""
        totals = np.hstack([self._totals(second), self._totals(first)])
        if not (totals[:, 1].any() and totals[:, 3].any()):
            return None
        whole, draws = totals.sum(axis=0), self.weights @ totals
        return _interval(_ratio(whole[:2]) - _ratio(whole[2:]), _ratio(draws[:, :2]) - _ratio(draws[:, 2:]))

    def _totals(self, values: Sequence[float | None]) -> NDArray[np.float64]:
        """(units, 2) sum and number of the values in every unit."""
        numbers = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
        known = ~np.isnan(numbers)
        totals = np.zeros((self.weights.shape[1], 2))
        np.add.at(totals, self.unit_of, np.stack([np.where(known, numbers, 0.0), known], axis=1))
        return totals


def _strata_and_units(clusters: Sequence[str], parts: Sequence[str]) -> tuple[list[str], list[str]]:
    """For every question what is always there ("": the small policies together) and what is drawn of it."""
    sizes = Counter(clusters)
    large = {name for name, size in sizes.items() if size > LARGE * len(clusters)}
    strata = [name if name in large else "" for name in clusters]
    units = [part if name in large else name for name, part in zip(clusters, parts, strict=True)]
    drawn: dict[str, set[str]] = {}
    for stratum, unit in zip(strata, units, strict=True):
        drawn.setdefault(stratum, set()).add(unit)
    alone = {stratum for stratum, its in drawn.items() if len(its) == 1}
    return strata, [
        f"{unit} {place}" if stratum in alone else unit
        for place, (stratum, unit) in enumerate(zip(strata, units, strict=True))
    ]


def _drawn(units: int, random: np.random.Generator) -> NDArray[np.float64]:
    """(`RESAMPLES`, units) how often each of `units` comes up in that many draws with replacement."""
    rows = np.arange(RESAMPLES)[:, np.newaxis] * units
    places = random.integers(units, size=(RESAMPLES, units)) + rows
    counts = np.bincount(places.ravel(), minlength=RESAMPLES * units)
    return counts.reshape(RESAMPLES, units).astype(np.float64)


def _ratio(totals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum by number along the last axis of (…, 2); nan where the number is 0."""
    sums, counts = totals[..., 0], totals[..., 1]
    found: NDArray[np.float64] = np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0)
    return found


def _interval(value: NDArray[np.float64], draws: NDArray[np.float64]) -> Interval:
    low, high = np.quantile(draws[~np.isnan(draws)], [0.025, 0.975])
    return Interval(*(round(float(number), _ROUNDED) for number in (value, low, high)))
