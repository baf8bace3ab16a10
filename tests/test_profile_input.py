"""Each field is read or refused with what to write; a bad one spoils no other; a description fills what is open."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from rag.founding import read_founding, written_founding
from rag.profile import FIELDS, Interval, Profile
from rag.profile_input import LONGEST_DESCRIPTION, ReadProfile, read_profile
from rag.quantities import LARGEST, QuantityError
from rag.regions import Region
from tests.matching_sample import DAY

MILLION = 1_000_000


def quantity(name: str, low: float, high: float | None = None) -> Profile:
    return Profile(quantities={name: Interval(Decimal(low), Decimal(low if high is None else high))})


def read(**given: Any) -> ReadProfile:
    return read_profile(given, DAY)


@pytest.mark.parametrize(
    ("given", "profile"),
    [
        ({"region": "泸州市泸县"}, Profile(region=Region("泸州市", "泸县"))),
        ({"region": "泸州"}, Profile(region=Region("泸州市"))),
        ({"industry": "白酒、动力电池"}, Profile(industries=("白酒", "动力电池"))),
        ({"industry": "白\x00酒\ud800"}, Profile(industries=("白酒",))),
        ({"industry": ["白酒"]}, Profile(industries=("白酒",))),
        ({"headcount": 120}, quantity("headcount", 120)),
        ({"headcount": "三百人"}, quantity("headcount", 300)),
        ({"headcount": "不到300人"}, quantity("headcount", 0, 299)),
        ({"revenue": 6000}, quantity("revenue", 60 * MILLION)),
        ({"revenue": 1.5}, quantity("revenue", 15_000)),
        ({"revenue": "1.2亿"}, quantity("revenue", 120 * MILLION)),
        ({"revenue": "2000万元—1亿元"}, quantity("revenue", 20 * MILLION, 100 * MILLION)),
        ({"revenue": "1亿元以上"}, quantity("revenue", 100 * MILLION, float(LARGEST["元"]))),
        ({"investment": "2000"}, quantity("investment", 20 * MILLION)),
        ({"equipment_investment": "1200万"}, quantity("equipment_investment", 12 * MILLION)),
        ({"loan": "500万"}, quantity("loan", 5 * MILLION)),
        ({"rd_share": "5"}, quantity("rd_share", 5)),
        ({"revenue_growth": "百分之五"}, quantity("revenue_growth", 5)),
        ({"founded": "2019"}, Profile(founded=(date(2019, 1, 1), date(2019, 12, 31)))),
        ({"founded": 2019}, Profile(founded=(date(2019, 1, 1), date(2019, 12, 31)))),
        ({"qualifications": "高新技术企业；科技型中小企业"}, Profile(qualifications=("高新技术企业", "科技型中小企业"))),
        ({"qualifications": ["绿色工厂", "绿色工厂"]}, Profile(qualifications=("绿色工厂",))),
        ({"other_qualifications": "无"}, Profile(no_others=True)),
        ({"other_qualifications": "不确定"}, Profile()),
        ({"ownership": "民营"}, Profile(ownership="民营")),
        ({"organisation": "个体工商户"}, Profile(organisation="个体工商户")),
        ({"size": "小型"}, Profile(size="小型")),
        ({"above_scale": "否"}, Profile(above_scale=False)),
        ({"above_scale": True}, Profile(above_scale=True)),
        ({"needs": ["用地", "人才用工"]}, Profile(needs=("用地", "人才用工"))),
        ({"confirmed": {"a#1": "是", "a#2": False}}, Profile(confirmed={"a#1": True, "a#2": False})),
        ({"所在地": "泸州", "从业人数": "120"}, Profile(Region("泸州市"), quantities=quantity("headcount", 120).quantities)),
        ({"id": "1", "revenue": "", "needs": [], "region": None, "founded": "  "}, Profile()),
        ({"revenue": "不确定", "needs": "不清楚"}, Profile()),
    ],
)  # fmt: skip
def test_a_field_is_read(given: dict[str, Any], profile: Profile) -> None:
    found = read(**given)

    assert (found.profile, found.problems, found.understood) == (profile, (), ())


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"region": "上海"}, "所在地：不认识“上海”。请写四川的市州"),
        ({"region": 5}, "所在地：不认识“5”"),
        ({"region": ["泸州"]}, "所在地：应是文字"),
        ({"industry": "示例"}, "行业：认不出“示例”是什么行业，已忽略"),
        ({"headcount": "很多"}, "从业人数：“很多”不是能读懂的数量，请写成 300人 这样。"),
        ({"headcount": "300万元"}, "从业人数：“300万元”的单位不对"),
        ({"headcount": "50亿人"}, "从业人数：“50亿人”不像真的"),
        ({"headcount": True}, "从业人数：应是数量，现在是 True。"),
        ({"headcount": {"a": 1}}, "从业人数：应是数量"),
        ({"headcount": "-5"}, "不是能读懂的数量"),
        ({"revenue": float("inf")}, "不是能读懂的数量"),
        ({"revenue": float("nan")}, "不是能读懂的数量"),
        ({"revenue": 1e300}, "太长"),
        ({"revenue": -1}, "不是能读懂的数量"),
        ({"revenue": "9" * 5000}, "太长"),
        ({"revenue": "20万亿"}, "不像真的，请核对数字和单位（不写单位时按万元计）"),
        ({"revenue": "不到0"}, "不像真的"),
        ({"revenue": "3000—2000"}, "请把小的写在前面"),
        ({"rd_share": "5000%"}, "研发投入占比：“5000%”不像真的"),
        ({"rd_share": "5人"}, "的单位不对，请写成 5% 这样"),
        ({"founded": "明年"}, "成立时间：“明年”不是日期，请写成 2019、2019-05"),
        ({"founded": "2019-02-30"}, "成立时间：没有“2019-02-30”这一天。"),
        ({"founded": "2019-13"}, "成立时间：没有“2019-13”这一天。"),
        ({"founded": "2027"}, "不在 1900 年到今天之间"),
        ({"founded": "19年"}, "可能是年份也可能是年数"),
        ({"qualifications": "高企证、高新技术企业"}, "资质：没有“高企证”，已忽略"),
        ({"qualifications": [None]}, "资质：应是文字"),
        ({"other_qualifications": "有"}, "其他资质：请填 无 或 不确定"),
        ({"ownership": "私人"}, "所有制：没有“私人”这一项，可选：民营"),
        ({"organisation": "作坊"}, "主体类型：没有“作坊”这一项"),
        ({"size": "特大型"}, "企业规模：没有“特大型”这一项"),
        ({"above_scale": "也许"}, "规模以上：请填 是 或 否，现在是“也许”。"),
        ({"above_scale": [1]}, "规模以上：请填 是 或 否"),
        ({"needs": "发财"}, "需求：没有“发财”，已忽略。可选：资金补助"),
        ({"confirmed": [1]}, "已确认的条件：应是 {条件编号: 是或否}。"),
        ({"confirmed": {"a#1": [True]}}, "已确认的条件：请填 是 或 否"),
        ({"资产": "1亿"}, "资产：没有“资产”这个字段，已忽略。可用的字段：所在地（region）"),
        ({"age": "3年"}, "没有“age”这个字段"),
    ],
)
def test_a_field_that_cannot_be_used_says_what_is_accepted_and_spoils_no_other(
    given: dict[str, Any], message: str
) -> None:
    found = read(**{"ownership": "民营", **given})

    (problem,) = found.problems
    assert message in problem.message
    assert problem.field in given
    assert len(problem.message) < 500
    assert "ownership" in given or found.profile.ownership == "民营"


def test_what_can_be_used_of_a_list_is_used() -> None:
    found = read(industry="示例、白酒", needs=["发财", "用地"])

    assert (found.profile.industries, found.profile.needs) == (("白酒",), ("用地",))
    assert [problem.field for problem in found.problems] == ["industry", "needs"]


def test_a_description_fills_what_was_not_given_and_says_so() -> None:
    found = read(
        description="我们在泸州做白酒，员工120人，是高新技术企业，想贷款。", region="宜宾市", headcount="90"
    )

    assert found.profile.region == Region("宜宾市")
    assert found.profile.quantities == quantity("headcount", 90).quantities
    assert found.profile.industries == ("白酒",)
    assert {"industry", "qualifications", "needs"} <= set(found.understood)
    assert not {"region", "headcount"} & set(found.understood)


def test_a_field_given_as_unknown_stays_so_whatever_the_description_says() -> None:
    found = read(description="我们在泸州做白酒，员工120人。", region="不确定", headcount=" 不清楚 ")

    assert (found.profile.region, dict(found.profile.quantities)) == (None, {})
    assert not {"region", "headcount"} & set(found.understood)


def test_a_field_that_cannot_be_used_is_filled_from_the_description() -> None:
    found = read(description="员工120人。", headcount="很多")

    assert len(found.problems) == 1
    assert "headcount" in found.understood


def test_a_description_of_twenty_thousand_characters_is_read_to_its_limit() -> None:
    found = read(description="我们在泸州做白酒。" + "示例" * 10_000)

    assert found.profile.region == Region("泸州市")
    assert len(found.profile.description) == LONGEST_DESCRIPTION
    assert [problem.message for problem in found.problems] == [
        f"企业情况：太长（20009 字），只读了前 {LONGEST_DESCRIPTION} 字。"
    ]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019", "2019-01-01", "2019-12-31"),
        ("2019年5月", "2019-05-01", "2019-05-31"),
        ("2019/5/20", "2019-05-20", "2019-05-20"),
        ("２０１９．５", "2019-05-01", "2019-05-31"),
        ("2015至2018年", "2015-01-01", "2018-12-31"),
        ("2020-06以前", "1900-01-01", "2020-06-30"),
        ("2020年以后", "2020-01-01", "2026-11-27"),
        ("不到3年", "2023-11-28", "2026-11-27"),
        ("3年—5年", "2021-11-27", "2023-11-27"),
        ("5年以上", "1900-11-27", "2021-11-27"),
        ("超过5年", "1900-11-27", "2021-11-26"),
        ("5年", "2020-11-28", "2021-11-27"),
        ("18个月", "2025-04-28", "2025-05-27"),
        ("7个月以上", "1900-11-27", "2026-04-27"),
    ],
)
def test_a_founding_is_a_date_or_an_age(text: str, first: str, last: str) -> None:
    found = read_founding(text, DAY)

    assert found == (date.fromisoformat(first), date.fromisoformat(last))
    assert read_founding(written_founding(*found, DAY), DAY)[1] == found[1]


@pytest.mark.parametrize(
    "text", ["29日", "以前", "2018至2015", "2027-01", "1899", "不到0年", "500年", "万年", "0"]
)
def test_what_is_no_founding_is_refused(text: str) -> None:
    with pytest.raises(QuantityError, match=r"不是日期|不在 1900 年到今天之间"):
        read_founding(text, DAY)


def test_every_field_of_a_profile_can_be_given() -> None:
    unknown = {name: "不确定" for name in FIELDS if name not in {"description", "confirmed"}}

    assert read(**unknown).problems == ()
