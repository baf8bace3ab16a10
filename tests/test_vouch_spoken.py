"""What a careful writer says otherwise passes the checks, and the same sentence with one thing wrong does not."""

import pytest

from rag.vouch import vouch
from rag.vouching.occurrences import occurrences
from rag.vouching.spoken import written_out

LEVELS = "参加示例培训并取得证书的，给予补贴，标准为初级1000元、中级1500元、高级2000元。"
SHARES = "示例产品的研制单位和用户单位均在省内的，奖励的30%归研制方、70%归用户方。"
HISTORY = "示例条例1997年通过，2004年修正，2016年首次修订。"
STEPS = "到2018年，示例港口和示例物流园引入铁路。"
LATER = "到2020年，示例物流费用占比降至约16%。"
RANGE = "建设示例机场20个，示例制造和示例运营领域各培育3—5家领军企业。"
CHAINS = "强化创新链、产业链、资金链、人才链融合。"
LEAST = "申报示例资金的项目，设备投资须在2000万元以上。"
LISTED = "申报示例资金的项目，须已纳入示例项目库。"


@pytest.mark.parametrize(
    ("sentence", "sources"),
    [
        ("取得证书的给予补贴：初级一千元，中级一千五百元，高级两千元。", [LEVELS]),
        ("研制单位和用户单位都在省内的，研制方得三成，用户方得七成。", [SHARES]),
        ("示例条例1997年通过，2016年首次修订，此前的2004年修正过。", [HISTORY]),
        ("示例制造和示例运营两个领域，各要培育三到五家领军企业。", [RANGE]),
        ("示例制造、示例运营领域最少培育3家、最多培育5家领军企业。", [RANGE]),
        ("创新、产业、资金、人才这四条链要融合起来。", [CHAINS]),
        ("设备投资不到两千万元的项目，不能申报示例资金。", [LEAST]),
        ("没有纳入示例项目库的项目，不能申报示例资金。", [LISTED]),
        ("示例资金有两个亿。", ["示例资金规模为2亿元。"]),
        ("示例占比要到四成五。", ["示例占比达到45%。"]),
        ("示例投资要增长四分之一。", ["示例投资增长25%。"]),
        ("示例贷款封顶1000万。", ["示例贷款最高1000万元。"]),
        ("跟2023年比，示例投资到2027年要增长25%。", ["到2027年，示例投资较2023年增长25%。"]),
        ("示例收入2023年、2024年依次是100亿元、200亿元。", ["示例收入2023年100亿元、2024年200亿元。"]),
        ("示例零售和示例消费分别超过10亿元和20亿元。", ["示例零售超过10亿元，示例消费超过20亿元。"]),
    ],
)
def test_other_words_for_the_same_pass(sentence: str, sources: list[str]) -> None:
    assert vouch(sentence, sources) is None


@pytest.mark.parametrize(
    ("sentence", "sources", "check"),
    [
        ("取得证书的给予补贴：初级2000元，中级1500元，高级1000元。", [LEVELS], "indicator"),
        ("取得证书的给予补贴：初级1000元，中级1500元，高级1500元。", [LEVELS], "indicator"),
        ("研制单位和用户单位都在省内的，研制方得70%。", [SHARES], "indicator"),
        ("示例条例1997年通过，2016年修正，2004年首次修订。", [HISTORY], "order"),
        ("到2020年，示例港口和示例物流园引入铁路。", [STEPS, LATER], "year"),
        ("示例制造、示例运营领域最少培育5家领军企业。", [RANGE], "limit"),
        ("创新、产业、资金、人才这六条链要融合起来。", [CHAINS], "figure"),
        ("设备投资在2000万元以下的，可以申报示例资金。", [LEAST], "limit"),
        ("示例投资要多五分之一。", ["示例投资增长25%。"], "figure"),
        (
            "示例收入2023年、2024年依次是200亿元、100亿元。",
            ["示例收入2023年100亿元、2024年200亿元。"],
            "year",
        ),
        ("30人的示例企业，裁员率不超过20%。", ["30人及以下的示例企业，裁员率不超过20%。"], "limit"),
        ("不再推进示例改革，营造示例环境。", ["推进示例改革，营造示例环境，试行免申即享。"], "negation"),
    ],
)
def test_one_thing_wrong_is_found(sentence: str, sources: list[str], check: str) -> None:
    assert vouch(sentence, sources) == check


def test_what_another_passage_says_better_is_cited_wrongly() -> None:
    told = "示例企业按国家划型标准确定，包括中型企业和小型企业。"
    near = "支持示例企业发展，服务示例中型企业，重点向小型企业倾斜，国家给予支持。"

    assert vouch(told, [near]) is None
    assert vouch(told, [near], ["示例企业按国家划型标准确定，包括中型企业、小型企业。"]) == "elsewhere"
    assert vouch(told, [told], [near]) is None


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("3—5家", "3家—5家"),
        ("2至3家", "2家—3家"),
        ("5万—100万元", "5万元—100万元"),
        ("2024—2027年", "2024—2027年"),
        ("2024-10-01至2025-03-31期间", "2024-10-01至2025-03-31期间"),
        ("从67%提高到75%", "从67%提高到75%"),
        ("当年11-06前", "11月6日前"),
        ("每年平均增长10%", "年均增长10%"),
        ("1000亿级", "千亿级"),
    ],
)
def test_spoken_forms_are_written_out(text: str, written: str) -> None:
    assert written_out(text) == written


def test_what_stands_around_a_figure() -> None:
    first, second = occurrences("到2027年，示例500强企业达到15家、民企100强企业5家。")[2::2]

    assert (first.name, first.label, first.year) == ("15个", "示例500强企业", "2027年")
    assert (second.name, second.label, second.limit) == ("5个", "民企100强企业", "")
