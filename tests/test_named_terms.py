"""A name in quotation marks, a 文号, a definition: the text that holds them answers."""

from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.locate import named_documents
from tests.sample import assistant_for

RULES = """---
title: 四川省示例木材管理办法
number: 示府发〔2024〕7号
---
第一条　蓝色木材的加工、运输和储存适用本办法，蓝色木材基地由示例部门规划。

第二条　蓝色木材，是指在示例地区种植并经示例部门认定的木材。

第三条　鼓励企业使用蓝色木材。
"""


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return assistant_for(tmp_path_factory.mktemp("named"), 办法=RULES)


@pytest.mark.parametrize("question", ["什么叫蓝色木材", "蓝色木材是指什么", "蓝色木材到底是个什么东西"])
def test_a_definition_is_answered_by_the_sentence_that_defines(rules: Assistant, question: str) -> None:
    assert "是指在示例地区种植" in rules.ask(question).answer.splitlines()[0]


@pytest.mark.parametrize(
    "question",
    ["示例木材管理办法怎么规定", "《四川省示例木材管理办法》怎么规定", "示府发〔2024〕7号讲什么"],
)
def test_a_document_is_known_by_its_title_without_the_province_and_by_its_number(
    rules: Assistant, question: str
) -> None:
    assert named_documents(question, rules.library.current()) == ["办法"]


def test_a_quoted_name_is_looked_up_where_it_stands(tmp_path: Path) -> None:
    other = RULES.replace("蓝色木材", "绿色石料").replace("示例木材", "示例石料").replace("7号", "8号")
    both = assistant_for(tmp_path, 木材=RULES, 石料=other)

    assert both.ask("“绿色石料”由谁规划基地").citations[0].policy_id == "石料"


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("老听人说的“双色石”，到底指什么", "蓝石、绿石（“双色石”），是指"),
        ("草案打算怎么解释“石料基地”", "《示例石料条例（草案）》拟规定，石料基地是指"),
        ("“石料8条”大名叫什么", "《示例石料行动方案》简称“石料8条”"),
    ],
)
def test_what_a_name_means_is_answered_however_little_else_the_question_says(
    tmp_path: Path, question: str, begins: str
) -> None:
    text = (
        "第一条　蓝石、绿石（“双色石”），是指示例地区开采的两种石料。\n\n"
        "第二条　《示例石料条例（草案）》拟规定，石料基地是指示例部门规划的开采区域。\n\n"
        "第三条　《示例石料行动方案》简称“石料8条”，提出有序开采。\n\n第四条　鼓励企业有序开采，保护环境。\n"
    )
    assistant = assistant_for(tmp_path, 石料=f"---\ntitle: 示例石料资料\n---\n{text}")

    answer = assistant.ask(question)

    assert answer.status == "answered"
    assert answer.answer.startswith(begins)


def test_a_title_that_begins_inside_a_word_of_the_question_is_not_named(tmp_path: Path) -> None:
    rules = RULES.replace("四川省示例木材管理办法", "四川省数据条例")
    library = assistant_for(tmp_path, 条例=rules).library.current()

    assert named_documents("数据条例怎么规定", library) == ["条例"]
    assert named_documents("大数据条例怎么规定", library) == []
