"""Title, 文号, issuer and date of issue, from what stands over and under a policy."""

import re

import pytest

from ingest import masthead

UNIT = re.compile("一、|第一条")
ORDER = """中华人民共和国国务院令

第707号

现公布《示例条例》，自公布之日起施行。

总理 示例

2018年12月18日

示例条例

（2018年12月1日示例会议通过）

第一章 总则

第一条 示例。
"""


@pytest.mark.parametrize(
    ("title", "text", "number", "expected"),
    [
        ("四川省人民政府关于示例的意见", "", None, "四川省人民政府"),
        ("中共四川省委关于示例的决定", "", None, "中共四川省委"),
        ("示例行动方案", "", "川办发〔2024〕1号", "四川省人民政府办公厅"),
        ("示例行动方案", "正文。\n四川省人民政府办公厅\n2024年5月1日\n", None, "四川省人民政府办公厅"),
        ("示例行动方案", "正文。\n", None, None),
    ],
)
def test_the_issuer(title: str, text: str, number: str | None, expected: str | None) -> None:
    assert masthead.issuer(title, text, number) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("四川省人民政府\n关于示例示例示例示例示例示例示例示例示例\n有关问题的通知\n各市：\n正文。\n", "四川省人民政府关于示例示例示例示例示例示例示例示例示例有关问题的通知"),
        ("示例办法\n示例部门\n第一条 示例。\n", "示例办法"),
        ("示府发〔2024〕7号\n示例通知（试行）\n\n正文。\n", "示例通知（试行）"),
        ("示 例 应 急 预 案\n第一条 示例。\n", "示例应急预案"),
        ("正文从这里开始。\n", ""),
        (ORDER, "示例条例"),
    ],
)  # fmt: skip
def test_the_title(text: str, expected: str) -> None:
    assert masthead.title(text, UNIT) == expected


def test_an_order_gives_number_issuer_and_date() -> None:
    number = masthead.document_number(ORDER)

    assert number == "国令第707号"
    assert masthead.issuer("示例条例", ORDER, number) == "国务院"
    assert masthead.issued(ORDER) == "2018-12-18"


@pytest.mark.parametrize(
    ("text", "number", "issuer"),
    [
        (
            "示例办法\n\n四川省人民政府令\n第12号\n\n第一条 示例。\n",
            "四川省人民政府令第12号",
            "四川省人民政府",
        ),
        (
            "示例办法\n（四川省人民政府令第三百号）\n第一条 示例。\n",
            "四川省人民政府令第300号",
            "四川省人民政府",
        ),
        ("四川省人民政府令第１２号\n示例办法\n第一条 示例。\n", "四川省人民政府令第12号", "四川省人民政府"),
        ("示例办法\n第一条 示例。\n", None, None),
    ],
)
def test_an_order_over_or_under_the_title(text: str, number: str | None, issuer: str | None) -> None:
    found = masthead.document_number(text)

    assert (found, masthead.issuer("示例办法", text, found)) == (number, issuer)
    assert masthead.title(text, UNIT) == "示例办法"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("示例通知\n正文。\n示例部门\n2004年10月15日\n附件\n第一条 示例。\n2001年1月1日\n", "2004-10-15"),
        ("示例通知\n正文。\n二○○四年十月十五日\n", "2004-10-15"),
        ("示例通知\n正文。\n一九九六年二月五日\n", "1996-02-05"),
        ("示例条例\n（2020年5月1日示例会议通过）\n第一条 示例。\n", "2020-05-01"),
        ("示例办法\n2021年3月4日\n第一条 示例。\n", "2021-03-04"),
        ("示例办法\n第一条 自2021年3月4日起算。\n", None),
        ("示例通知\n正文。\n2004年13月15日\n", None),
    ],
)
def test_the_date_of_issue(text: str, expected: str | None) -> None:
    assert masthead.issued(text) == expected
