"""The ranking that is judged is the one that the answer was made from."""

from datetime import date

import pytest

import rag.drafting
from eval.cases import clause_of
from eval.ranked import DEPTH, ask_ranked, ranked_clauses
from eval.steps import steps
from rag.assistant import Assistant
from tests.sample import NOTICE, assistant_for

DIGEST = """---
id: 示例摘要
kind: digest
format: digest
read_level: news
status: 现行
---
# 示例木材办法

## - 木材补助

蓝色木材加工企业按设备投资的15%给予补助。

## - 木材运输

蓝色木材运输按里程给予补助。
"""


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return assistant_for(tmp_path_factory.mktemp("ranked"), 示例=NOTICE, 示例摘要=DIGEST)


@pytest.mark.parametrize(
    "question",
    ["示例规模占比的目标是多少", "蓝色木材加工企业补助多少", "重点用水企业有什么优惠", "红烧肉怎么做"],
)
def test_the_answer_is_that_of_the_assistant(sample: Assistant, question: str) -> None:
    answer, _ = ask_ranked(question, sample)
    plain = sample.ask(question)

    assert (answer.status, answer.answer, answer.citations) == (plain.status, plain.answer, plain.citations)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("重点用水企业有什么优惠", "示例#（三）"),
        ("蓝色木材加工企业补助多少", "示例摘要#条号未见/木材补助"),
        ("第四条讲什么", "示例#（四）"),
    ],
)
def test_what_the_answer_rests_on_leads(sample: Assistant, question: str, first: str) -> None:
    build = sample.library.current()
    answer, ranked = ask_ranked(question, sample)

    assert answer.citations
    assert clause_of(ranked[0], build) == first


def test_official_texts_and_digests_stand_in_one_list_without_repeats(sample: Assistant) -> None:
    ranked = ranked_clauses("蓝色木材加工企业补助多少", sample)

    assert {name.partition("#")[0] for name in ranked} == {"示例", "示例摘要"}
    assert len(ranked) == len(set(ranked)) <= DEPTH


def test_separate_questions_take_turns(sample: Assistant) -> None:
    ranked = ranked_clauses("用水有什么优惠？另外人才怎么引进？", sample)

    assert set(ranked[:2]) == {"示例#（三）", "示例#（四）"}


def test_every_clause_with_a_word_stands_first_where_it_is_looked_up(sample: Assistant) -> None:
    answer, ranked = ask_ranked("哪几条提到“用水”", sample)

    assert len({one.clause for one in answer.citations}) == 2
    assert set(ranked[:2]) == {"示例#（三）", "示例#（四）"}


def test_unusable_input_ranks_nothing(sample: Assistant) -> None:
    answer, ranked = ask_ranked("   ", sample, day=date(2026, 1, 1))

    assert (answer.status, ranked) == ("error", ())


def test_a_step_stands_for_another_only_inside_the_block() -> None:
    usual = rag.drafting.joined

    with steps(joined=lambda official, retold: retold):
        assert rag.drafting.joined is not usual
    assert rag.drafting.joined is usual


def test_a_step_is_put_back_after_an_exception() -> None:
    usual = rag.drafting.joined

    with pytest.raises(ZeroDivisionError), steps(joined=lambda official, retold: retold):
        raise ZeroDivisionError
    assert rag.drafting.joined is usual


def test_a_step_that_the_assistant_does_not_have_cannot_be_replaced() -> None:
    with pytest.raises(AttributeError), steps(no_such_step=lambda: None):
        pass
