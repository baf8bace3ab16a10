"""The ranking learns what tells right passages from others, and gives nothing to what does not."""

import json

import numpy as np
import pytest

from eval.ablation import place
from eval.cases import read_cases
from eval.rank import Example, decision_cases, examples, fit
from rag.assistant import Assistant
from rag.retrieve import KINDS, RANKING, weighed
from rag.signals import SIGNALS

SIZE = len(SIGNALS)


def made_up(count: int = 60) -> list[Example]:
    """Questions whose right passage has the largest `grams`; all else is noise."""
    generator = np.random.default_rng(3)
    found = []
    for _ in range(count):
        table = np.zeros((8, 2 * SIZE + 1))
        table[:, :SIZE] = generator.normal(size=(8, SIZE))
        right = table[:, SIGNALS.index("grams")] == table[:, SIGNALS.index("grams")].max()
        found.append(Example(table, right, "示例", np.arange(8)))
    return found


def test_a_signal_that_tells_gets_the_weight() -> None:
    weights = fit(made_up())[:SIZE]

    assert int(weights.argmax()) == SIGNALS.index("grams")
    assert weights.min() >= 0


def test_a_place_counts_clauses() -> None:
    table = np.array([[3.0], [2.0], [1.0]])
    example = Example(table, np.array([False, False, True]), "示例", np.array([5, 5, 6]))

    assert place(example, np.array([1.0])) == 1


def test_a_signal_that_is_left_out_gets_none() -> None:
    assert fit(made_up(), without=["grams"])[SIGNALS.index("grams")] == 0


def test_scores_of_documents_with_written_questions_use_their_own_weights() -> None:
    fitted = json.loads(RANKING.read_text(encoding="utf8"))
    table = np.ones((2, SIZE), dtype=np.float32)

    expected = [
        sum(fitted[KINDS[0]][name] for name in SIGNALS),
        sum(fitted[KINDS[1]][name] for name in SIGNALS) + fitted[KINDS[1]]["offset"],
    ]
    np.testing.assert_allclose(weighed(table, np.array([False, True])), expected, rtol=1e-5)


def test_the_weights_name_every_signal_and_no_clause() -> None:
    fitted = json.loads(RANKING.read_text(encoding="utf8"))

    assert [set(fitted[kind]) - {"offset"} for kind in KINDS] == [set(SIGNALS)] * 2


def test_dev_questions_become_examples_with_a_right_passage(decision: Assistant) -> None:
    cases = decision_cases(read_cases("dev"), decision.library.current())[:20]
    found = examples(cases, decision, within=True)

    assert len(found) >= 18
    assert all(example.right.any() and not example.right.all() for example in found)


@pytest.mark.parametrize("within", [True, False], ids=["its-document", "everywhere"])
def test_a_question_without_an_answer_is_no_example(decision: Assistant, *, within: bool) -> None:
    from eval.documents import DocumentCase

    assert examples([DocumentCase("电话是多少", "sc-2023-decision")], decision, within=within) == []
