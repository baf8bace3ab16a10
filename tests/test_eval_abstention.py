"""What is declined is counted against what should be, and confidence against being right."""

from dataclasses import replace

import pytest

from eval.abstention import refusals, risk_curve
from eval.metrics import Score
from eval.statistics import Share
from tests.eval_runs import RIGHT, WRONG

REFUSED = replace(WRONG, answered=False, declined=True, confidence=0.0)
ASKED_BACK = replace(WRONG, answered=False, confidence=0.0)
DECLINED = replace(RIGHT, expect="refuse", answered=False, declined=True, confidence=0.0)
TAKEN = replace(WRONG, expect="refuse")
CORRECTED = replace(RIGHT, expect="correct_premise", answered=False, declined=True)


def sure(score: Score, confidence: float) -> Score:
    return replace(score, confidence=confidence)


def test_refusals_are_counted_against_what_was_asked() -> None:
    found = refusals([RIGHT, RIGHT, REFUSED, ASKED_BACK, DECLINED, DECLINED, TAKEN, CORRECTED])

    assert (found.precision, found.recall) == (Share(3, 4), Share(2, 3))
    assert (found.over_refusal, found.unanswered) == (Share(1, 4), Share(2, 4))
    assert found.f1 == pytest.approx(2 * (3 / 4) * (2 / 3) / (3 / 4 + 2 / 3))
    assert found.reward == (2 + 0 + 0 + 2 - 1 + 1) / 8


def test_a_failure_counts_as_not_declined() -> None:
    failed = replace(TAKEN, answered=False, failed=True)

    assert refusals([failed]).recall == Share(0, 1)


def test_nothing_declined_and_nothing_to_decline_has_no_f1() -> None:
    assert refusals([RIGHT]).f1 is None
    assert refusals([]).reward is None
    assert refusals([DECLINED, REFUSED, TAKEN, replace(TAKEN, declined=True, answered=False)]).f1 == 2 / 3


def test_no_right_refusal_is_an_f1_of_zero() -> None:
    assert refusals([REFUSED, TAKEN]).f1 == 0.0


def test_the_curve_takes_the_most_confident_first() -> None:
    curve = risk_curve([sure(WRONG, 0.2), sure(RIGHT, 0.9), sure(RIGHT, 0.5), REFUSED])

    assert curve.points == ((0.25, 0.0), (0.5, 0.0), (0.75, pytest.approx(1 / 3)))
    assert curve.aurc == pytest.approx((0 + 0 + 1 / 3) / 3)
    assert curve.normalised == 0.0


def test_confidence_turned_round_is_worse_than_chance() -> None:
    curve = risk_curve([sure(WRONG, 0.9), sure(RIGHT, 0.5), sure(RIGHT, 0.2)])

    assert curve.aurc == pytest.approx((1 + 1 / 2 + 1 / 3) / 3)
    assert curve.normalised is not None
    assert curve.normalised > 1


def test_confidence_that_says_nothing_is_chance_in_whatever_order_it_comes() -> None:
    alike = [sure(WRONG, 0.5), sure(RIGHT, 0.5), sure(RIGHT, 0.5)]

    assert risk_curve(alike) == risk_curve(alike[::-1])
    assert risk_curve(alike).aurc == pytest.approx(1 / 3)
    assert risk_curve(alike).normalised == pytest.approx(1.0)


def test_an_answer_to_what_should_be_declined_is_wrong() -> None:
    assert risk_curve([sure(TAKEN, 0.9), sure(RIGHT, 0.5)]).points[0] == (0.5, 1.0)


def test_without_answers_or_errors_there_is_nothing_to_normalise() -> None:
    assert risk_curve([REFUSED]).aurc is None
    assert (risk_curve([RIGHT]).aurc, risk_curve([RIGHT]).normalised) == (0.0, None)
    assert (risk_curve([WRONG]).aurc, risk_curve([WRONG]).normalised) == (1.0, None)


def test_what_counts_as_right_can_be_chosen() -> None:
    unfounded = replace(RIGHT, grounded=False)

    assert risk_curve([unfounded]).aurc == 0.0
    assert risk_curve([unfounded], "grounded").aurc == 1.0
    assert refusals([unfounded], "grounded").reward == -1
