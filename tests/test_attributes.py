"""What is asked for, and whether a text holds it: near misses fail on just that."""

import pytest

from rag.answerability import doubt, weight_of
from rag.asks import asked_attributes, is_yes_or_no
from rag.attributes import MISSING, holds_attribute


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("三年攻坚是哪年到哪年", "date"),
        ("补贴能拿几年", "duration"),
        ("哪些城市列入了试点", "place"),
        ("由哪家公司运营", "organisation"),
        ("有没有示范企业名单", "list_of_names"),
        ("六大产业由哪位领导负责", "person"),
        ("开作坊要办什么证", "permit"),
        ("申报老字号要满足哪些条件", "conditions"),
        ("这个项目归哪个部门管", "body"),
    ],
)
def test_the_attribute_is_read_from_the_question(question: str, asked: str) -> None:
    assert asked in asked_attributes(question)


@pytest.mark.parametrize(
    ("name", "text", "held"),
    [
        ("date", "开展三年攻坚", False),
        ("date", "到2027年", True),
        ("duration", "补贴期限不超过三年", True),
        ("person", "建立省领导负责的推进机制", False),
        ("list_of_names", "建立企业清单", True),
        ("conditions", "申请人应当具备下列条件", True),
        ("conditions", "提升老字号品牌知名度", False),
    ],
)
def test_a_text_holds_an_attribute_or_not(name: str, text: str, held: bool) -> None:
    assert holds_attribute(name, text) is held


def test_every_attribute_has_a_name_for_readers() -> None:
    assert all(MISSING.values())


@pytest.mark.parametrize("question", ["这事做不做", "管不管", "支持吗"])
def test_a_verb_with_its_negation_asks_yes_or_no(question: str) -> None:
    assert is_yes_or_no(question)


def test_a_telephone_number_is_doubted_more_than_a_goal() -> None:
    assert doubt("咨询电话是多少") > 0 > doubt("厂里想搞数字化改造，省里支持不")


def test_weights_count_a_gram_once() -> None:
    assert weight_of("电电", {"电": 1.0}) == pytest.approx(1 / 2**0.5)
