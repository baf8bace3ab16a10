"""Numbers that run on over parts, lists within a sentence, words quoted from another text, a contents page."""

import pytest

from ingest.clauses import split_clauses
from tests.clause_rows import rows


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "一、甲\n1.做子。\n2.做丑。\n二、乙\n3.做寅。\n4.做卯。\n三、丙\n完。",
            "一、 1. 2. 二、 3. 4. 三、",
            id="under-parts",
        ),
        pytest.param(
            "一、甲\n1.做子。\n二、乙\n2.做丑：\n①辰；\n②巳；\n③午。\n3.做寅。\n4.做卯。",
            "一、 1. 二、 2. 2./① 2./② 2./③ 3. 4.",
            id="a-list-ends-where-the-count-goes-on",
        ),
        pytest.param(
            "一、甲\n（一）子\n1.做辰。\n（二）丑\n2.做巳。\n二、乙\n（三）寅\n3.做午。",
            "一、 （一） 1. （二） 2. 二、 （三） 3.",
            id="under-clauses",
        ),
        pytest.param(
            "一、示例意见\n1.做子。\n二、听取意见\n2.做丑。",
            "一、 1. 二、 2.",
            id="behind-a-title-that-ends-in-意见",
        ),
        pytest.param(
            "一、甲\n1.做子。\n2.做丑。\n二、乙\n3.做寅。\n4.做卯。\n三、丙\n1.做辰。\n2.做巳。",
            "一、 一、/1. 一、/2. 二、 二、/3. 二、/4. 三、 三、/1. 三、/2.",
            id="begun-again-later",
        ),
        pytest.param(
            "一、甲\n1.做子。\n2.做丑。\n二、乙\n1.做寅。\n2.做卯。\n3.做辰。",
            "一、 一、/1. 一、/2. 二、 二、/1. 二、/2. 二、/3.",
            id="begun-again-in-every-part",
        ),
        pytest.param(
            "一、甲\n做：\n4.子。\n5.丑。\n二、乙\n完。", "一、 二、", id="a-count-without-a-beginning"
        ),
    ],
)
def test_numbers_that_run_on_over_the_parts_are_cited_alone(text: str, expected: str) -> None:
    assert rows(f"示例措施\n{text}\n") == expected.split()


def test_a_number_that_runs_on_knows_what_stands_above_it() -> None:
    text = "一、甲\n（一）子\n1.做辰。\n（二）丑\n2.做巳。\n二、乙\n3.做午。\n"
    parts = {clause.label: (clause.part, clause.level) for clause in split_clauses("示例", text)}

    assert parts["（一）"] == ("一、甲", 0)
    assert parts["2."] == ("一、甲 / （二）丑", 1)
    assert parts["3."] == ("二、乙", 1)


LISTED = "一、任务是：\n（一）子；\n（二）丑。\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            f"{LISTED}任务每年看一次。\n二、乙。\n", "一、 一、/（一） 一、/（二） 一、 二、", id="goes-on"
        ),
        pytest.param(
            f"{LISTED}任务每年看一次。\n二、要求是：\n（一）寅；\n（二）卯。\n三、丙。\n",
            "一、 一、/（一） 一、/（二） 一、 二、 二、/（一） 二、/（二） 三、",
            id="lists-of-one-kind-are-treated-alike",
        ),
        pytest.param(
            f"{LISTED}任务每年看一次。\n二、乙\n（一）寅。做。\n（二）卯。做。\n",
            "一、 一、/（一） 一、/（二） 一、 二、 二、（一） 二、（二）",
            id="clauses-elsewhere-keep-their-part",
        ),
        pytest.param(f"{LISTED}二、乙。\n", "一、 （一） （二） 二、", id="nothing-behind-it"),
        pytest.param(f"{LISTED}本通知自印发之日起施行。\n", "一、 （一） （二）", id="the-end-of-the-text"),
        pytest.param(
            "一、任务\n（一）子。做。\n（二）丑。做。\n丑每年看一次。\n二、乙。\n",
            "一、 （一） （二） 二、",
            id="entries-that-are-sentences",
        ),
        pytest.param(
            "一、任务是：\n（一）子；\n（二）丑按照下列规定：\n丑每年看一次。\n二、乙。\n",
            "一、 （一） （二） 二、",
            id="an-entry-that-goes-on-itself",
        ),
    ],
)
def test_a_list_its_part_goes_on_behind_is_made_of_items(text: str, expected: str) -> None:
    assert rows(f"示例规则\n{text}") == expected.split()


def test_words_behind_a_list_belong_to_the_part_and_not_to_the_last_entry() -> None:
    clauses = split_clauses("示例", f"示例规则\n{LISTED}任务每年看一次。\n二、乙。\n")
    last = next(clause for clause in clauses if clause.text == "任务每年看一次。\n")

    assert (last.label, last.item, last.level) == ("一、", None, 1)
    assert next(clause.text for clause in clauses if clause.item == "（二）") == "（二）丑。\n"


@pytest.mark.parametrize(
    ("words", "heading"),
    [
        ("所有示例", True),
        ("所在示例", True),
        ("处置示例", True),
        ("所称示例", False),
        ("所列示例", False),
        ("所指示例", False),
        ("所规定的示例", False),
        ("个示例", False),
        ("亿元示例", False),
    ],
)
def test_a_section_may_open_with_a_word_that_begins_like_a_unit(words: str, *, heading: bool) -> None:
    found = rows(f"示例预案\n1 总则\n1.1 甲\n做。\n1.2 {words}，做。\n2 乙\n2.1 丙\n做。\n")

    assert found == ["1", "1.1", *(["1.2"] if heading else []), "2", "2.1"]


@pytest.mark.parametrize(
    ("quoted", "expected"),
    [
        pytest.param("“下列示例：\n（一）子；\n（二）丑。”", "一、 二、", id="a-list"),
        pytest.param(
            "\n“下列示例：\n（一）子；\n（二）丑。\n另一款。”", "一、 二、", id="on-lines-of-its-own"
        ),
        pytest.param("“一、子\n二、丑\n三、寅”。", "一、 二、", id="parts"),
        pytest.param("“示例：\n1.子；\n2.丑。”", "一、 二、", id="numbers"),
        pytest.param("“称为“子”的：\n（一）子；\n（二）丑。”", "一、 二、", id="a-quotation-in-it"),
        pytest.param("示例。“子\n（一）丑。做。\n（二）寅。做。", "一、 （一） （二） 二、", id="left-open"),
        pytest.param(
            "示例”子“。\n（一）丑。做。\n（二）寅”卯“。", "一、 （一） （二） 二、", id="turned-round"
        ),
    ],
)
def test_a_heading_inside_an_open_quotation_mark_never_counts(quoted: str, expected: str) -> None:
    assert rows(f"示例决定\n一、将示例修改为：{quoted}\n二、乙。\n") == expected.split()


@pytest.mark.parametrize("leader", ["………………", "......", "······", "\t"])
def test_the_last_line_of_the_contents_is_no_clause_before_a_foreword(leader: str) -> None:
    entries = [
        f"{words}{leader}{page}" for page, words in enumerate(["一、甲", "（一）子", "二、乙", "（二）丑"])
    ]
    text = "一、甲\n（一）子\n做。\n二、乙\n（二）丑\n做。\n"

    found = rows("\n".join(["示例规划", "目录", *entries, "前言", "本规划说明示例。", text]))

    assert found == ["一、", "（一）", "二、", "（二）"]
