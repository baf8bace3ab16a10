"""How sure one can be of a share, and of a difference between two runs."""

import pytest

from eval.statistics import (
    Interval,
    Share,
    Verdict,
    holm,
    mcnemar,
    minimum_detectable_effect,
    risk_at,
    verdict,
)


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [
        # Newcombe 1998, table I, method 3 (score without continuity correction): his four examples.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_agrees_with_published_values(hits: int, total: int, low: float, high: float) -> None:
    assert Share(hits, total).interval == pytest.approx((low, high), abs=5e-5)


def test_nothing_counted_is_not_zero() -> None:
    assert (Share(0, 0).value, Share(0, 0).interval, str(Share(0, 0))) == (None, (0.0, 1.0), "–")


def test_a_share_counts_true_values_and_shows_its_interval() -> None:
    assert Share.of([True, False, True, True]) == Share(3, 4)
    assert str(Share(81, 263)) == "30.8 % [25.5, 36.6]"


def test_mcnemar_counts_only_what_differs() -> None:
    same = [True] * 50

    assert mcnemar(same, same) == 1.0
    assert mcnemar([True] * 10 + same, [False] * 10 + same) == pytest.approx(2 / 2**10)
    assert mcnemar([True, False], [False, True]) == 1.0


def test_mcnemar_wants_the_same_questions() -> None:
    with pytest.raises(ValueError, match="shorter"):
        mcnemar([True], [])


def test_risk_falls_where_confidence_knows_better() -> None:
    confidence, right = [0.9, 0.1, 0.8, 0.2], [True, False, True, True]

    assert risk_at(0.5, confidence, right) == Share(0, 2)
    assert risk_at(1.0, confidence, right) == Share(1, 4)


def test_holm_multiplies_by_what_is_left_and_never_decreases() -> None:
    assert holm([0.04, 0.01, 0.03, 0.005]) == pytest.approx((0.06, 0.03, 0.06, 0.02))
    assert holm([0.5, 0.9]) == (1.0, 1.0)
    assert holm([]) == ()


@pytest.mark.parametrize(("total", "points"), [(200, 6.3), (300, 5.1), (500, 4.0), (1000, 2.8)])
def test_the_detectable_difference_shrinks_with_the_square_root_of_the_questions(
    total: int, points: float
) -> None:
    assert round(100 * minimum_detectable_effect(total, total // 10), 1) == points


def test_no_fewer_than_six_questions_are_ever_detectable() -> None:
    assert mcnemar([True] * 6, [False] * 6) < 0.05 < mcnemar([True] * 5, [False] * 5)
    assert minimum_detectable_effect(400, 0) == 6 / 400
    assert (minimum_detectable_effect(3, 1), minimum_detectable_effect(0, 0)) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("difference", "p", "more_is_better", "expected"),
    [
        (Interval(0.03, 0.01, 0.05), 0.01, True, "better"),
        (Interval(0.03, 0.01, 0.05), None, True, "better"),
        (Interval(0.03, 0.01, 0.05), 0.01, False, "worse"),
        (Interval(-0.03, -0.05, -0.01), 0.01, True, "worse"),
        (Interval(-0.03, -0.05, -0.01), 0.01, False, "better"),
        (Interval(0.03, 0.0, 0.05), 0.01, True, "undecided"),
        (Interval(0.03, -0.01, 0.05), None, True, "undecided"),
        (Interval(0.03, 0.01, 0.05), 0.05, True, "undecided"),
        (None, None, True, "undecided"),
    ],
)
def test_a_verdict_needs_an_interval_without_zero_and_an_exact_test_that_agrees(
    difference: Interval | None, p: float | None, more_is_better: bool, expected: Verdict
) -> None:
    assert verdict(difference, p, more_is_better=more_is_better) == expected
