"""A number that a question states in passing is put right; one that describes the asker, or is the source's own, is not."""

import pytest

from rag.assistant import Assistant
from rag.premise import WRONG_FIGURE, asserted
from tests.sample import assistant_for

FUND = """示例省示例基金办法

第一条　示例省设立蓝色木材基金，总规模30亿元，期限最长3年，首批支持企业20家。

第二条　蓝色木材基金由示例部门管理，示例学校参与评审。

第三条　对蓝色木材企业购置设备给予补助，比例不超过15%。
"""


@pytest.fixture(scope="module")
def fund(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return assistant_for(tmp_path_factory.mktemp("premise"), 基金=FUND)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("蓝色木材基金总规模一百亿，由谁管理？", "30亿元"),
        ("蓝色木材基金的期限不是最长五年嘛，能不能再延？", "3年"),
        ("蓝色木材基金首批支持企业五十家，对吧？", "20家"),
        ("蓝色木材企业购置设备补助比例是一半，听说没错？", "15%"),
    ],
)
def test_what_is_taken_for_granted_wrongly_is_put_right(fund: Assistant, question: str, told: str) -> None:
    answer = fund.ask(question)

    assert answer.status == "refused"
    assert answer.answer.startswith(WRONG_FIGURE)
    assert told in answer.answer
    assert answer.citations


@pytest.mark.parametrize(
    "question",
    [
        "蓝色木材基金总规模30亿，由谁管理？",
        "我们厂有五百个人，蓝色木材基金由谁管理？",
        "蓝色木材基金总规模是多少亿？",
        "如果投了一百亿，蓝色木材基金由谁管理？",
    ],
)
def test_what_is_right_or_of_the_asker_is_left_alone(fund: Assistant, question: str) -> None:
    assert fund.ask(question).status == "answered"


def test_a_statement_stands_beside_the_question_or_is_asked_to_be_confirmed() -> None:
    assert asserted("一共57条,怎么申报") == ["一共57条"]
    assert asserted("一共57条,对吧") == ["一共57条"]
    assert asserted("一共有多少条") == []
    assert asserted("我们有57人,怎么申报") == []
