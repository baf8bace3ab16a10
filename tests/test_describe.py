"""What an owner says is read into the fields it states, and no further."""

from datetime import date
from decimal import Decimal

import pytest

from rag.describe import described

DAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("我们在泸州龙马潭做白酒", "泸州市龙马潭区"),
        ("公司位于攀枝花市东区", "攀枝花市东区"),
        ("甘孜州理塘县的牧场", "甘孜藏族自治州理塘县"),
        ("乐山市中区的厂", "乐山市市中区"),
        ("广安前锋区的汽配厂", "广安市前锋区"),
        ("峨眉山市开客栈", "乐山市峨眉山市"),
        ("给重庆的车厂供货", None),
    ],
)
def test_places_by_their_official_names(text: str, region: str | None) -> None:
    found = described(text, DAY).region

    assert (str(found) if found else None) == region


@pytest.mark.parametrize(
    ("text", "industries"),
    [
        ("做浓香型白酒的，想买几台机器人", ("白酒",)),
        ("专给新能源车厂做模具", ("金属制品与模具",)),
        ("给白酒厂做玻璃瓶的", ("造纸印刷包装",)),
        ("我们有三十个人", ()),
        ("开民宿，想贷款", ("住宿",)),
    ],
)
def test_the_own_trade_not_what_it_buys_or_whom_it_serves(text: str, industries: tuple[str, ...]) -> None:
    assert described(text, DAY).industries == industries


@pytest.mark.parametrize(
    ("text", "field", "low", "high"),
    [
        ("员工120人", "headcount", 120, 120),
        ("一共两百个员工", "headcount", 200, 200),
        ("三十多个人", "headcount", 30, 39),
        ("去年营业收入1.2亿元", "revenue", 120_000_000, 120_000_000),
        ("去年卖了六千多万", "revenue", 60_000_000, Decimal(69_900_000)),
        ("总投资6.8亿元的项目", "investment", 680_000_000, 680_000_000),
        ("设备投资900万元", "equipment_investment", 9_000_000, 9_000_000),
        ("想贷300万", "loan", 3_000_000, 3_000_000),
        ("研发投入占营收18%", "rd_share", 18, 18),
        ("研发占比百分之五", "rd_share", 5, 5),
        ("营收增长20%", "revenue_growth", 20, 20),
    ],
)
def test_quantities_are_as_exact_as_they_are_told(text: str, field: str, low: Decimal, high: Decimal) -> None:
    found = described(text, DAY).quantities[field]

    assert (found.low, found.high) == (Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    "text", ["现有研发人员45人", "打算一次招150个人", "社员八十多户", "种了一千二百亩", "贷款利息有点高"]
)
def test_other_numbers_are_no_headcount_and_no_money(text: str) -> None:
    assert not described(text, DAY).quantities


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019年成立", date(2019, 1, 1), date(2019, 12, 31)),
        ("成立于2021年6月", date(2021, 6, 1), date(2021, 6, 30)),
        ("2025年8月才注册", date(2025, 8, 1), date(2025, 8, 31)),
        ("今年3月刚注册", date(2026, 3, 1), date(2026, 3, 31)),
        ("去年成立的", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_the_founding_is_an_interval_of_days(text: str, first: date, last: date) -> None:
    assert described(text, DAY).founded == (first, last)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("我们是高新技术企业、瞪羚企业", ("高新技术企业", "瞪羚企业")),
        ("国家级专精特新“小巨人”", ("专精特新“小巨人”企业",)),
        ("正准备报高企", ()),
        ("不是高新技术企业", ()),
        ("给链主当核心配套", ()),
        ("想申报专精特新", ()),
    ],
)
def test_qualifications_held_not_those_wanted_or_served(text: str, held: tuple[str, ...]) -> None:
    assert described(text, DAY).qualifications == held


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("机器老掉牙了，想换一批", "技术改造"),
        ("手头紧", "贷款融资"),
        ("电费一个月四百多万，遭不住", "用电用能"),
        ("货款要不回来", "营商环境"),
        ("招不到人", "人才用工"),
        ("正在找风投", "上市与股权融资"),
        ("想卖到越南去", "出口外贸"),
        ("缺算力", "数据算力"),
        ("品种权老遭人侵权", "知识产权"),
    ],
)
def test_needs_in_everyday_words(text: str, need: str) -> None:
    assert need in described(text, DAY).needs


@pytest.mark.parametrize("text", ["我们是做电力设备的", "有省级企业技术中心", "成都的担保公司", "订单排满了"])
def test_a_trade_is_no_need(text: str) -> None:
    assert not set(described(text, DAY).needs) & {"用电用能", "研发创新", "贷款融资", "资质认定"}


@pytest.mark.parametrize(
    ("text", "above"), [("规上企业", True), ("还没上规", False), ("规下企业", False), ("做白酒的", None)]
)
def test_above_scale_as_told(text: str, above: bool | None) -> None:
    assert described(text, DAY).above_scale is above


def test_empty_and_foreign_words_state_nothing() -> None:
    for text in ("", "？？？", "hello"):
        found = described(text, DAY)
        assert (found.region, found.industries, found.needs, dict(found.quantities)) == (None, (), (), {})


@pytest.mark.parametrize(
    ("text", "industries"),
    [
        ("我们是广元的核桃油厂", ("农产品加工",)),
        ("安岳加工柠檬的", ("农产品加工",)),
        ("种柠檬的合作社", ("种植",)),
        ("养猪的农场", ("畜牧",)),
    ],
)
def test_a_factory_for_what_others_grow_is_no_farm(text: str, industries: tuple[str, ...]) -> None:
    assert described(text, DAY).industries == industries


def test_a_machine_to_be_replaced_is_a_need_and_an_opportunity_is_not() -> None:
    assert "技术改造" in described("想换榨油机", DAY).needs
    assert "技术改造" not in described("想买个机会", DAY).needs
