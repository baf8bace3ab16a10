"""In the chat, a question for one's own enterprise is answered through matching; others are not."""

from datetime import date

import pytest

from rag.ask_match import SHOWN, matched
from rag.assistant import Assistant
from rag.support_questions import asks_for_supports

DAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    "question",
    [
        "我们是泸州的白酒厂，能享受什么支持",
        "我公司是高新技术企业，可以申报什么项目资金？",
        "我是做民宿的，有啥子补贴",
        "咱们是德阳的装备企业，符合哪些政策",
        "我们在绵阳做传感器，哪些政策适用？",
    ],
)
def test_asked_for_ones_own_enterprise(question: str) -> None:
    assert asks_for_supports(question)


@pytest.mark.parametrize(
    "question",
    [
        "数字经济的目标是什么",
        "企业能享受哪些税收优惠",
        "我们评上专精特新“小巨人”能拿多少万补贴？",
        "对白酒产业有什么支持政策",
        "第十六条讲了什么",
        "我们省的工业占比目标是多少",
    ],
)
def test_a_question_on_content_is_looked_up(question: str) -> None:
    assert not asks_for_supports(question)


def test_the_answer_names_clauses_of_the_trade_and_every_figure_has_its_quote(decision: Assistant) -> None:
    answer = decision.ask("我们是泸州的白酒厂，120人，能享受什么支持")

    assert answer.status == "answered"
    assert "食品轻纺产业" in {citation.item for citation in answer.citations}
    assert answer.withheld == 0
    assert 1 <= answer.answer.count("【") <= SHOWN


def test_an_enterprise_that_tells_nothing_of_itself_is_not_matched(decision: Assistant) -> None:
    assert matched("我们能享受什么支持", decision.library.current(), DAY) is None


def test_limited_to_a_policy_the_question_is_looked_up(decision: Assistant) -> None:
    answer = decision.ask("我们是泸州的白酒厂，能享受什么支持", policies=["sc-2023-decision"])

    assert not answer.answer.startswith("按您说的情况")
