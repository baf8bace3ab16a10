"""Every measure has its own denominator, and what was not measured is not zero."""

from dataclasses import replace

from eval.statistics import Share
from eval.summary import by, summary
from tests.eval_runs import RIGHT


def test_an_answer_without_a_citation_has_precision_zero_and_is_not_left_out() -> None:
    bare = replace(RIGHT, cited=0, cited_gold=0, slots_cited=0)
    half = replace(RIGHT, cited=2, cited_gold=1)

    measures = summary([RIGHT, bare, half, half])
    assert (measures["citation_precision"], measures["citation_recall"]) == (0.5, 0.75)


def test_a_declined_question_lowers_recall_and_not_precision() -> None:
    declined = replace(RIGHT, answered=False, declined=True, cited=0, cited_gold=0, slots_cited=0)

    measures = summary([RIGHT, declined])
    assert (measures["citation_precision"], measures["citation_recall"]) == (1.0, 0.5)
    assert (measures["declined_answerable"], measures["declined_unanswerable"]) == (Share(1, 2), Share(0, 0))


def test_corrected_premises_count_among_the_unanswerable_and_questions_back_do_not() -> None:
    premise = replace(RIGHT, expect="correct_premise", answered=False, declined=True)
    back = replace(RIGHT, expect="clarify", answered=False)

    assert summary([RIGHT, premise, back])["declined_unanswerable"] == Share(1, 1)


def test_items_and_facts_count_where_gold_names_them() -> None:
    item, wrong = replace(RIGHT, items=True), replace(RIGHT, items=False, facts=False)
    related = replace(RIGHT, fact_recall=None)

    measures = summary([RIGHT, item, wrong, related])
    assert (measures["items"], measures["facts"]) == (Share(1, 2), Share(2, 3))


def test_groups_have_their_own_denominators() -> None:
    scores = [RIGHT, replace(RIGHT, strict=False), replace(RIGHT, category="list", style="lay")]

    assert by(scores, "category") == {"figure": Share(1, 2), "list": Share(1, 1)}
    assert by(scores, "style") == {"staff": Share(1, 2), "lay": Share(1, 1)}


def test_nothing_to_measure_is_not_zero() -> None:
    measures = summary([])
    missing = (measures["citation_precision"], measures["median_ms"], str(measures["strict"]))

    assert missing == (None, None, "–")
