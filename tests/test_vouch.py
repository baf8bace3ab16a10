"""A sentence passes when its sources bear it out, and each way of being wrong is found by its own check."""

import pytest

from rag.vouch import vouch

GOALS = (
    "到2027年，示例制造业增加值占比达到30%左右，示例数字产业增加值占比达到45%，研发投入强度达到2.5%以上。"
    "到2030年，示例数字产业增加值占比达到50%。"
)
GRANT = "对符合条件的中小企业，按设备投资额的不超过20%给予补助，单个项目最高50万元。"
DUTY = "企业应当如实申报，不得重复享受补助。鼓励企业参加示例培训，经营者可以提出异议。"
FUND = "省级财政设立“示例发展基金”，支持工业企业提高用能效率，由市（州）组织实施。"


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("到二〇二七年，示例数字产业增加值要占到百分之四十五。", GOALS),
        ("示例数字产业增加值占比2027年达到45%，2030年达到50%。", GOALS),
        ("研发投入强度要超过2.5%。", GOALS),
        ("中小企业符合条件的，补助按设备投资额算，最多20%，一个项目封顶五十万元。", GRANT),
        ("企业必须如实申报，同一补助不能重复享受。", DUTY),
        ("参加示例培训是鼓励的，经营者有异议可以提。", DUTY),
        ("省里设了“示例发展基金”，帮工业企业提高用能效率，市（州）负责实施。", FUND),
    ],
)
def test_what_the_source_says_in_other_words_passes(sentence: str, source: str) -> None:
    assert vouch(sentence, [source]) is None


@pytest.mark.parametrize(
    ("sentence", "source", "check"),
    [
        ("示例数字产业增加值占比2027年达到54%。", GOALS, "figure"),
        ("到2028年，示例数字产业增加值占比达到45%。", GOALS, "figure"),
        ("到2027年，示例数字产业增加值占比达到30%左右。", GOALS, "indicator"),
        ("到2030年，示例制造业增加值占比达到30%左右。", GOALS, "year"),
        ("到2027年，示例数字产业增加值占比达到50%。", GOALS, "indicator"),
        ("研发投入强度不超过2.5%。", GOALS, "limit"),
        ("对符合条件的中小企业，按设备投资额的20%给予补助。", GRANT, "limit"),
        ("单个项目最高50亿元，须符合条件。", GRANT, "figure"),
        ("所有企业符合条件的，按设备投资额的不超过20%给予补助。", GRANT, "scope"),
        ("对国有企业，符合条件的按设备投资额的不超过20%给予补助。", GRANT, "subject"),
        ("对中小企业，按设备投资额的不超过20%给予补助。", GRANT, "condition"),
        ("依照第九条，企业应当如实申报。", DUTY, "locator"),
        ("企业可以重复享受补助。", DUTY, "negation"),
        ("企业应当参加示例培训，可以不如实申报。", DUTY, "negation"),
        ("省级财政设立“示例振兴基金”，支持工业企业提高用能效率。", FUND, "name"),
        ("省级财政设立强基工程，支持工业企业提高用能效率。", FUND, "programme"),
        ("省级财政支持工业企业降低用能效率。", FUND, "direction"),
        ("省级财政责令工业企业提高用能效率。", FUND, "force"),
        ("省级财政支持商贸企业提高用能效率。", FUND, "programme"),
        ("街道支持工业企业提高用能效率。", FUND, "subject"),
        ("x。", FUND, "content"),
        ("蓝色木材加工有序建设，石料开采稳妥推进。", FUND, "content"),
    ],
)
def test_each_way_of_being_wrong_is_found(sentence: str, source: str, check: str | None) -> None:
    assert vouch(sentence, [source]) == check


def test_a_sentence_without_a_source_is_not_vouched_for() -> None:
    assert vouch("示例数字产业增加值占比达到45%。", []) == "source"


def test_figures_listed_in_turn_keep_their_places() -> None:
    source = "示例甲、示例乙、示例丙分别达到10亿元、20亿元、30亿元。"

    assert vouch("示例乙达到20亿元。", [source]) is None
    assert vouch("示例乙达到30亿元。", [source]) == "indicator"
