"""The next question is the one that decides most, offers its answers and can be passed over."""

from datetime import date

from rag.match import Matching, judge
from rag.next_question import UNSURE, next_question
from rag.profile import Profile
from rag.profile_input import read_profile
from rag.supports import Condition, Quote, Support

DAY = date(2026, 11, 27)
WORDS = Quote("示例#（一）", "示例文字", 0, 4)


def condition(field: str, test: str, *values: str) -> Condition:
    return Condition(f"{field}{test}", field, test, values, "示例条件", WORDS)  # type: ignore[arg-type]


def matching(profile: Profile, *conditions: tuple[Condition, ...]) -> Matching:
    supports = [
        Support(f"示例/{place}", "示例支持", "融资", ("贷款融资",), "示例", WORDS, its)
        for place, its in enumerate(conditions)
    ]
    return Matching(profile, tuple(judge(one, profile, DAY) for one in supports), {}, DAY, "示例")


PRIVATE = condition("ownership", "in", "民营")
SMALL = condition("headcount", "at_most", "300人")
LARGE = condition("headcount", "at_least", "20人")
STATED = condition("statement", "confirmed")


def test_the_field_that_decides_most_supports_is_asked_first() -> None:
    found = next_question(matching(Profile(), (SMALL,), (LARGE,), (PRIVATE,)))

    assert found is not None
    assert (found.field, found.waiting) == ("headcount", 2)


def test_the_answers_are_the_ranges_that_the_conditions_tell_apart() -> None:
    found = next_question(matching(Profile(), (SMALL,), (LARGE,)))

    assert found is not None
    assert found.answers == ("不到20人", "20人—300人", "300人以上", UNSURE)


def test_a_field_passed_over_is_not_asked_again() -> None:
    found = next_question(matching(Profile(), (SMALL,), (PRIVATE,)), ["headcount"])

    assert found is not None
    assert found.field == "ownership"


def test_a_condition_that_decides_alone_counts_for_more_than_one_beside_an_open_statement() -> None:
    found = next_question(matching(Profile(), (SMALL, STATED), (PRIVATE,)))

    assert found is not None
    assert found.field == "ownership"


def test_nothing_is_asked_when_no_field_of_the_form_decides_anything() -> None:
    assert next_question(matching(Profile(), (STATED,))) is None
    assert next_question(matching(Profile(), ())) is None


def test_a_known_field_is_never_asked() -> None:
    known = read_profile({"headcount": "120人"}, DAY).profile
    found = next_question(matching(known, (SMALL, PRIVATE)))

    assert found is not None
    assert found.field == "ownership"
