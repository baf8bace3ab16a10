"""A question is read for its form, its clause references and its claims, whatever it is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import InputError
from rag.understand import MAXIMUM_LENGTH, normalise_question, understand


@pytest.mark.parametrize(
    ("question", "kind", "number"),
    [
        ("第三条讲什么", "clause", 3),
        ("（三）", "clause", 3),
        ("第3条", "clause", 3),
        ("第１６条", "clause", 16),
        ("第（１６）条说什么", "clause", 16),
        ("（十六）的主要内容", "clause", 16),
        ("clause 3", "clause", 3),
        ("what does article 12 say", "clause", 12),
        ("第四部分有哪几条", "part", 4),
        ("三、讲的是什么", "part", 3),
        ("最后一条说了啥", "last_clause", None),
        ("最后一部分", "last_part", None),
    ],
)
def test_a_reference_alone_asks_for_an_outline(question: str, kind: str, number: int | None) -> None:
    query = understand(question)

    assert [(reference.kind, reference.number) for reference in query.references] == [(kind, number)]
    assert query.form == "outline"


@pytest.mark.parametrize(
    "question", ["第三产业的发展", "一、二、三产业怎么融合", "第一批项目", "500强企业", "三个方面", "第百条"]
)
def test_numbers_that_name_no_clause_are_no_reference(question: str) -> None:
    assert understand(question).references == ()


def test_a_reference_with_a_question_keeps_the_question() -> None:
    query = understand("第三条里数字经济占比是多少")

    assert (query.references[0].number, query.form, query.core) == (3, "figure", "数字经济占比")


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("哪一条提到了氢能", "where"),
        ("氢能在第几条", "where"),
        ("占比是多少", "figure"),
        ("优势产业有哪些", "list"),
        ("涉及哪几个行业", "list"),
        ("有没有提到元宇宙", "exists"),
        ("产业园区建设的思路", "content"),
    ],
)
def test_the_form_of_a_question(question: str, form: str) -> None:
    assert understand(question).form == form


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("技改补贴多少钱", "amount"),
        ("占比达到多少", "percentage"),
        ("联系电话是多少", "phone"),
        ("申报截止到什么时候", "deadline"),
        ("找哪个部门办", "body"),
        ("怎么申报", "procedure"),
        ("有几家实验室", "count"),
    ],
)
def test_the_attribute_asked_for(question: str, asked: str) -> None:
    assert asked in understand(question).asks


def test_claims_are_read_as_figures_and_years() -> None:
    query = understand("到2030年占比60%的目标在哪条")

    assert (query.years, query.figures) == ((2030,), ("60%",))


def test_traditional_characters_width_and_invisible_ones_are_normalised() -> None:
    assert normalise_question("數字經濟\u200b的目標　是Ｘ\u202e") == "数字经济的目标是X"


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("", "没有读到问题"),
        (" \u200b\x00\n", "没有读到问题"),
        ("？！", "没有读到问题"),
        ("问" * (MAXIMUM_LENGTH + 1), "超过上限"),
    ],
)
def test_unusable_input_is_refused_with_what_to_do(question: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        understand(question)


@given(st.text(max_size=300))
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        query = understand(text)
    except InputError:
        return
    assert query.text == normalise_question(query.text)


@pytest.mark.parametrize("text", ["500万", "12345", "45%", "1,000 元"])
def test_a_bare_figure_is_no_question(text: str) -> None:
    with pytest.raises(InputError, match="只读到一个数字"):
        understand(text)


def test_a_name_that_begins_with_a_figure_is_a_question() -> None:
    assert understand("6G").core == "6G"


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("请问北 斗在哪 里提到了", "请问北斗在哪里提到了"),
        ("到2027 年，上规 模的公司有多少家", "到2027年,上规模的公司有多少家"),
        ("氢能 目标", "氢能 目标"),
        ("6G 是什么", "6G 是什么"),
    ],
)
def test_stray_spaces_of_a_sentence_are_closed_and_keywords_stay_apart(question: str, read: str) -> None:
    assert normalise_question(question) == read
