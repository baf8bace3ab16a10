"""Places of Sichuan in what people write, and whether a place is of a kind that policies name."""

import pytest

from rag.regions import Region, RegionKind, Regions, regions


@pytest.mark.parametrize(
    ("text", "city", "county"),
    [
        ("成都市", "成都市", ""),
        ("成都", "成都市", ""),
        ("我们在成都双流", "成都市", "双流区"),
        ("四川省成都市金堂县", "成都市", "金堂县"),
        ("都江堰", "成都市", "都江堰市"),
        ("西昌", "凉山彝族自治州", "西昌市"),
        ("凉山州", "凉山彝族自治州", ""),
        ("绵阳北川", "绵阳市", "北川羌族自治县"),
        ("马边县", "乐山市", "马边彝族自治县"),
        ("泸州市泸县", "泸州市", "泸县"),
        ("宜宾高县", "宜宾市", "高县"),
        ("攀枝花东区", "攀枝花市", "东区"),
        ("内江市市中区", "内江市", "市中区"),
        ("乐山市市中区", "乐山市", "市中区"),
        ("广安市武胜县", "广安市", "武胜县"),
        ("广安市", "广安市", ""),
        ("广安市广安区", "广安市", "广安区"),
        ("甘孜州", "甘孜藏族自治州", ""),
        ("甘孜州甘孜县", "甘孜藏族自治州", "甘孜县"),
        ("甘孜州稻城县", "甘孜藏族自治州", "稻城县"),
        ("阿坝州", "阿坝藏族羌族自治州", ""),
        ("峨眉山市", "乐山市", "峨眉山市"),
        ("总部在成都，工厂在绵阳", "成都市", ""),
    ],
)
def test_the_first_place_that_is_named_is_found_with_its_county(text: str, city: str, county: str) -> None:
    assert regions().named_in(text) == Region(city, county)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "重庆市",
        "四川省",
        "市中区",
        "东区",
        "提高县域经济水平",
        "平安运行",
        "安居工程",
        "用朝天椒做底料",
        "石棉制品",
        "东坡肘子",
    ],
)
def test_what_names_no_place_of_sichuan_is_none(text: str) -> None:
    assert regions().named_in(text) is None


SMALL = Regions(
    {"甲市": ("一县", "二县"), "乙市": ("三县",), "丙市": ()},
    {
        "齐全": RegionKind("齐全", frozenset({"一县", "乙市"}), complete=True, partial=False),
        "不齐全": RegionKind("不齐全", frozenset({"一县"}), complete=False, partial=False),
        "一部分": RegionKind("一部分", frozenset({"一县"}), complete=True, partial=True),
        "没有名单": RegionKind("没有名单", frozenset(), complete=False, partial=False),
    },
)


@pytest.mark.parametrize(
    ("city", "county", "asked", "expected"),
    [
        ("甲市", "一县", ["甲市"], "inside"),
        ("甲市", "", ["一县"], "perhaps"),
        ("甲市", "二县", ["一县"], "outside"),
        ("乙市", "", ["一县"], "outside"),
        ("甲市", "一县", ["齐全"], "inside"),
        ("甲市", "二县", ["齐全"], "outside"),
        ("甲市", "", ["齐全"], "perhaps"),
        ("乙市", "三县", ["齐全"], "inside"),
        ("丙市", "", ["齐全"], "outside"),
        ("甲市", "一县", ["不齐全"], "inside"),
        ("甲市", "二县", ["不齐全"], "perhaps"),
        ("丙市", "", ["不齐全"], "perhaps"),
        ("甲市", "一县", ["一部分"], "perhaps"),
        ("甲市", "", ["一部分"], "perhaps"),
        ("甲市", "二县", ["一部分"], "outside"),
        ("丙市", "", ["没有名单"], "perhaps"),
        ("丙市", "", ["齐全", "没有名单"], "perhaps"),
        ("甲市", "一县", ["没有名单", "齐全"], "inside"),
        ("丙市", "", ["甲市", "一县"], "outside"),
    ],
)
def test_a_place_is_of_a_kind_not_of_it_or_perhaps(
    city: str, county: str, asked: list[str], expected: str
) -> None:
    assert SMALL.membership(Region(city, county), asked) == expected


def test_every_member_of_a_kind_is_a_place_and_no_county_stands_beside_its_city() -> None:
    known = regions()
    for kind in known.kinds.values():
        assert kind.members <= known.places(), kind.name
        for city, counties in known.counties.items():
            assert city not in kind.members or not kind.members & set(counties), kind.name
    assert len(known.counties) == 21
    assert sum(len(counties) for counties in known.counties.values()) == 183


@pytest.mark.parametrize(
    ("kind", "count"),
    [("脱贫地区", 88), ("欠发达县域", 39), ("攀西国家战略资源创新开发试验区", 13), ("省域经济副中心", 5)],
)
def test_a_complete_list_has_as_many_places_as_its_source_says(kind: str, count: int) -> None:
    known = regions()
    members = [county for name in known.kinds[kind].members for county in known.counties.get(name, (name,))]

    assert known.kinds[kind].complete
    assert len(members if count != 5 else known.kinds[kind].members) == count


def test_the_five_economic_regions_hold_every_city_once() -> None:
    names = ("成都平原经济区", "川南经济区", "川东北经济区", "攀西经济区", "川西北生态示范区")
    members = [city for name in names for city in regions().kinds[name].members]

    assert sorted(members) == sorted(regions().counties)
