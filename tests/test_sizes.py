"""Size classes by headcount and revenue, at the limits of 《中小企业划型标准规定》 (2011)."""

from decimal import Decimal

import pytest

from rag.industries import industries
from rag.profile import Interval
from rag.sizes import size_of, size_rules
from rag.supports import SIZES

SMALL_MEDIUM = ("中型", "小型", "微型")
LIMITS = {
    "农业": (None, 20000, None, 500, None, 50),
    "工业": (1000, 40000, 300, 2000, 20, 300),
    "建筑业": (None, 80000, None, 6000, None, 300),
    "批发": (200, 40000, 20, 5000, 5, 1000),
    "零售": (300, 20000, 50, 500, 10, 100),
    "交通运输": (1000, 30000, 300, 3000, 20, 200),
    "仓储": (200, 30000, 100, 1000, 20, 100),
    "邮政": (1000, 30000, 300, 2000, 20, 100),
    "住宿": (300, 10000, 100, 2000, 10, 100),
    "餐饮": (300, 10000, 100, 2000, 10, 100),
    "信息传输": (2000, 100000, 100, 1000, 10, 100),
    "软件和信息技术服务": (300, 10000, 100, 1000, 10, 50),
    "房地产开发": (None, 200000, None, 1000, None, 100),
    "物业管理": (1000, 5000, 300, 1000, 100, 500),
    "租赁和商务服务": (300, None, 100, None, 10, None),
    "其他": (300, None, 100, None, 10, None),
}
"""People and 万元 from which an enterprise of the trade is 大型, 中型 and 小型; None where it is not asked."""


def people(count: int | None) -> Interval | None:
    return None if count is None else Interval.exactly(Decimal(count))


def yuan(ten_thousands: str | int | None) -> Interval | None:
    return None if ten_thousands is None else Interval.exactly(Decimal(ten_thousands) * 10_000)


def test_the_limits_are_those_of_the_standard() -> None:
    written = {}
    for rule in size_rules():
        row: list[int | None] = []
        for name in ("large", "medium", "small"):
            headcount, revenue = (rule.limits[name].get(one) for one in ("headcount", "revenue"))
            row += [
                None if headcount is None else int(headcount),
                None if revenue is None else int(revenue / 10_000),
            ]
        written[rule.name] = tuple(row)

    assert written == LIMITS


def test_every_industry_of_a_rule_is_known_and_has_one_rule() -> None:
    names = [name for rule in size_rules() for name in rule.industries]

    assert len(names) == len(set(names)) >= 100
    assert set(names) <= set(industries().by_name)


@pytest.mark.parametrize(
    ("industry", "headcount", "revenue", "expected"),
    [
        ("工业", 1000, "40000", ("大型",)),
        ("工业", 999, "40000", ("中型",)),
        ("工业", 1000, "39999.99", ("中型",)),
        ("工业", 299, "50000", ("小型",)),
        ("工业", 1000, "1999.99", ("小型",)),
        ("工业", 1000, "299.99", ("微型",)),
        ("工业", 19, "50000", ("微型",)),
        ("白酒", 300, "2000", ("中型",)),
        ("白酒", 20, "300", ("小型",)),
        ("工业", 1000, None, SIZES),
        ("工业", 300, None, SMALL_MEDIUM),
        ("工业", None, "300", ("小型", "微型")),
        ("工业", None, None, SIZES),
        ("建筑业", None, "80000", SIZES),
        ("建筑业", None, "299.99", ("微型",)),
        ("零售", 50, "499.99", ("小型",)),
        ("软件与信息服务", 100, "1000", ("中型",)),
        ("农业", 5, None, SIZES),
        ("农业", 5, "500", ("中型",)),
        ("租赁和商务服务", 10, None, SMALL_MEDIUM[1:]),
        ("科技服务", 100, None, ("中型",)),
        ("人工智能", 5, "10", SIZES),
    ],
)
def test_a_size_needs_both_measures_and_stays_open_without_one(
    industry: str, headcount: int | None, revenue: str | None, expected: tuple[str, ...]
) -> None:
    assert size_of((industry,), people(headcount), yuan(revenue)) == expected


def test_an_inexact_headcount_leaves_the_classes_it_spans() -> None:
    between = Interval(Decimal(250), Decimal(350))

    assert size_of(("工业",), between, yuan(2000)) == ("中型", "小型")
    assert size_of(("工业",), Interval(Decimal(30), Decimal(39)), yuan(2000)) == ("小型",)
