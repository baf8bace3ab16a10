"""How sure one can be of a share."""

import pytest

from eval.statistics import Share, mcnemar, risk_at


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
