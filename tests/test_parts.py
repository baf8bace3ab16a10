"""Two questions at once are answered one by one; a pasted page asks with its last question."""

import pytest

from rag.parts import LONGEST, sub_questions
from rag.understand import normalise_question


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("数字经济占比多少?人才方面有什么计划?", 2),
        ("园区怎么建,另外人才怎么引进", 2),
        ("实验室建设与人才引进各有什么安排", 2),
        ("电费太高,省里管不管?", 1),
        ("数字经济的目标是什么", 1),
    ],
)
def test_separate_questions_are_told_apart(question: str, parts: int) -> None:
    assert len(sub_questions(normalise_question(question))) == parts


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        pytest.param(
            "数字经济目标是多少，白酒产业怎么发展",
            ("数字经济目标是多少", "白酒产业怎么发展"),
            id="two-endings",
        ),
        pytest.param(
            "天然气一方面要建基地，另一方面资源地有啥好处",
            ("天然气要建基地", "天然气资源地有啥好处"),
            id="two-sides",
        ),
        pytest.param(
            "我们想问两件事:欠账省里治不治,研发的钱税上有什么优惠",
            ("欠账省里治不治", "研发的钱税上有什么优惠"),
            id="several-things",
        ),
        pytest.param(
            "厂里电费怎么这么高，省里有什么办法", ("厂里电费怎么这么高,省里有什么办法",), id="one-matter"
        ),
    ],
)
def test_the_parts_can_stand_alone(question: str, parts: tuple[str, ...]) -> None:
    assert sub_questions(normalise_question(question)) == parts


def test_a_pasted_page_asks_with_its_last_question() -> None:
    page = "各有关单位要认真落实本通知要求。这件事怎么办？" * 12 + "氢能产业怎么发展？以上请答复。"

    assert len(page) > LONGEST
    assert sub_questions(normalise_question(page)) == ("氢能产业怎么发展",)


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("示例产值,2027年和2030年各想做到多大?", ("示例产值,2027年想做到多大", "示例产值,2030年想做到多大")),
        (
            "蓝色木材贷款和绿色石料贷款,两种哪个封顶高?",
            ("蓝色木材贷款,封顶是多少", "绿色石料贷款,封顶是多少"),
        ),
        (
            "木材看蓝色计划,石料看绿色计划,两边各想养出多少家?",
            ("木材看蓝色计划,想养出多少家", "石料看绿色计划,想养出多少家"),
        ),
        (
            "示例产值,老方案定的2022年是多少,新方案定的2025年又是多少?",
            ("示例产值,老方案定的2022年是多少", "示例产值,新方案定的2025年又是多少"),
        ),
    ],
)
def test_two_things_asked_at_once_are_asked_one_by_one(question: str, parts: tuple[str, ...]) -> None:
    assert sub_questions(question) == parts


def test_one_of_two_kinds_is_one_question() -> None:
    assert sub_questions("我们想报攻关项目,能争到哪两种钱") == ("我们想报攻关项目,能争到哪两种钱",)
