"""Intervals that know that questions on one policy stand or fall together."""

import numpy as np
import pytest

from eval.resampling import RESAMPLES, Resampling
from eval.statistics import Share, verdict


def independent(total: int) -> Resampling:
    """Draws of questions that have nothing to do with each other."""
    names = [str(number) for number in range(total)]
    return Resampling.of(names, names)


def test_the_mean_of_independent_questions_has_about_the_interval_of_a_share() -> None:
    right = [1.0] * 240 + [0.0] * 60
    found = independent(300).mean(right)

    assert found is not None
    assert found.value == 0.8
    assert (found.low, found.high) == pytest.approx(Share(240, 300).interval, abs=0.005)


def test_the_same_questions_give_the_same_interval_every_time() -> None:
    values = [float(number % 3) for number in range(90)]

    assert independent(90).mean(values) == independent(90).mean(values)


def test_questions_that_stand_or_fall_together_make_the_interval_wider() -> None:
    clusters = [f"示例{number // 10}" for number in range(300)]
    values = [float(number // 10 % 2) for number in range(300)]
    parts = [str(number) for number in range(300)]
    apart, together = independent(300).mean(values), Resampling.of(clusters, parts).mean(values)

    assert apart is not None
    assert together is not None
    assert together.value == apart.value == 0.5
    # Ten answers that are all alike are worth one: the interval is the square root of ten wider.
    ratio = (together.high - together.low) / (apart.high - apart.low)
    assert ratio == pytest.approx(10**0.5, rel=0.1)


def test_a_policy_with_most_of_the_questions_is_always_there_and_its_clauses_are_drawn() -> None:
    clusters = ["示例决定"] * 80 + [f"示例{number}" for number in range(20)]
    parts = [f"（{number // 4}）" for number in range(80)] + ["序言"] * 20
    draws = Resampling.of(clusters, parts)

    assert draws.weights.shape == (RESAMPLES, 20 + 20)
    large, small = draws.weights[:, :20].sum(axis=1), draws.weights[:, 20:].sum(axis=1)
    assert (set(large), set(small)) == ({20.0}, {20.0})


def test_questions_on_one_policy_and_one_clause_still_have_an_interval() -> None:
    found = Resampling.of(["示例"] * 50, ["（一）"] * 50).mean([1.0] * 40 + [0.0] * 10)

    assert found is not None
    assert 0.6 < found.low < 0.75 < 0.85 < found.high < 0.95


def test_a_difference_is_that_of_pairs() -> None:
    draws = independent(200)
    first = [float(number % 2) for number in range(200)]
    better = [1.0] * 10 + first[10:]

    assert draws.difference(first, first) == (0.0, 0.0, 0.0)
    found = draws.difference(first, better)
    assert found is not None
    assert found.value == 0.025
    assert 0.0 < found.low < 0.025 < found.high < 0.06
    assert draws.difference(better, first) == pytest.approx((-found.value, -found.high, -found.low))


def test_what_has_no_value_counts_nowhere() -> None:
    draws = independent(4)

    assert draws.mean([None, None, None, None]) is None
    assert draws.difference([1.0, None, None, None], [None, None, None, None]) is None
    found = draws.mean([1.0, None, 1.0, None])
    assert found is not None
    assert found.value == 1.0


def test_clusters_and_parts_belong_to_the_same_questions() -> None:
    with pytest.raises(ValueError, match="shorter"):
        Resampling.of(["示例"] * 3, ["（一）"] * 2)


def test_between_equal_systems_the_draws_of_policies_seldom_see_a_difference() -> None:
    # 50 policies of 10 questions; what changes, changes for a policy at a time, up or down.
    random = np.random.default_rng(11)
    clusters, parts = [str(place // 10) for place in range(500)], [str(place) for place in range(500)]
    by_policy, by_question = Resampling.of(clusters, parts), Resampling.of(parts, parts)
    seen = {"policy": 0, "question": 0}
    rounds = 60
    for _ in range(rounds):
        first = random.random(500) < 0.5
        push = np.repeat(random.normal(0, 0.25, 50), 10)
        changed = random.random(500) < np.abs(push)
        second = np.where(changed, push > 0, first)
        pair = first.astype(float).tolist(), second.astype(float).tolist()
        seen["policy"] += verdict(by_policy.difference(*pair)) != "undecided"
        seen["question"] += verdict(by_question.difference(*pair)) != "undecided"

    # The level is 5 %: three of sixty; eight or more would come up by chance once in a hundred times.
    assert seen["policy"] < 8
    assert seen["question"] >= 8
