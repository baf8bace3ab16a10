"""The hierarchy of industries: what lies in what, and which names stand in what people write."""

from itertools import pairwise

import pytest

from rag.industries import Industries, Industry, industries

OPEN = {"战略性新兴产业", "未来产业", "绿色低碳优势产业", "数字经济核心产业"}
SMALL = Industries(
    {
        one.name: one
        for one in (
            Industry("甲业"),
            Industry("乙业", ("甲业",), words=("做乙", "乙产品")),
            Industry("丙业", ("甲业",), words=("做丙",)),
            Industry("丁业", ("乙业", "戊业"), words=("乙产品配件",)),
            Industry("戊业", open=True),
        )
    }
)


@pytest.mark.parametrize(
    ("own", "asked", "expected"),
    [
        (["乙业"], ["乙业"], "inside"),
        (["乙业"], ["甲业"], "inside"),
        (["丁业"], ["甲业"], "inside"),
        (["丁业"], ["戊业"], "inside"),
        (["甲业"], ["乙业"], "perhaps"),
        (["甲业"], ["丁业"], "perhaps"),
        (["乙业"], ["丙业"], "outside"),
        (["丙业"], ["丁业"], "outside"),
        (["丙业"], ["戊业"], "perhaps"),
        (["丙业", "乙业"], ["乙业"], "inside"),
        (["丙业", "甲业"], ["乙业"], "perhaps"),
        (["丙业"], ["乙业", "丁业"], "outside"),
        (["丙业"], ["乙业", "丙业"], "inside"),
    ],
)
def test_an_industry_is_in_another_not_in_it_or_perhaps(
    own: list[str], asked: list[str], expected: str
) -> None:
    assert SMALL.membership(own, asked) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我们做乙", ("乙业",)),
        ("乙产品", ("乙业",)),
        ("乙产品配件", ("丁业",)),
        ("做丙，也做 乙", ("丙业", "乙业")),
        ("甲业里做乙", ("乙业",)),
        ("什么也不做", ()),
        ("", ()),
    ],
)
def test_the_longest_words_and_the_narrowest_industries_are_taken(
    text: str, expected: tuple[str, ...]
) -> None:
    assert SMALL.named_in(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("酱香型白酒", ("白酒",)),
        ("做 ＰＣＢ 的", ("电子材料和元器件",)),
        ("oled面板", ("新型显示",)),
        ("锂电池正极材料", ("动力电池", "锂电材料")),
        ("农机合作社", ("农业服务",)),
    ],
)
def test_enterprises_say_it_in_their_own_words(text: str, expected: tuple[str, ...]) -> None:
    assert industries().named_in(text) == expected


def test_closeness_falls_with_what_an_industry_takes_in() -> None:
    levels = [
        industries().closeness(["白酒"], [name])
        for name in ("白酒", "食品饮料", "食品轻纺", "制造业", "工业")
    ]

    assert levels[0] == 1.0
    assert all(nearer > farther > 0 for nearer, farther in pairwise(levels))
    assert industries().closeness(["白酒"], ["精制茶"]) == 0.0


def test_every_industry_lies_under_known_ones_and_none_under_itself() -> None:
    known = industries()
    for name, industry in known.by_name.items():
        assert set(industry.under) <= set(known.by_name), name
        assert all(name not in known.above[one] for one in industry.under), name


def test_only_names_that_do_not_follow_from_the_trade_are_open() -> None:
    assert {name for name, industry in industries().by_name.items() if industry.open} == OPEN


def test_a_word_means_one_industry() -> None:
    seen: dict[str, str] = {}
    for name, industry in industries().by_name.items():
        for word in (name, *industry.words):
            assert seen.setdefault(word.lower(), name) == name, word
