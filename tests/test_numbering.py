"""Every kind of numbering gives the locator that a reader would write, and nothing else does."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clauses import split_clauses
from ingest.passages import split_passages
from tests.clause_rows import rows

FRAGMENTS = [
    "一、",
    "二、",
    "三、",
    "（一）",
    "（二）",
    "（1）",
    "1.",
    "2.",
    "1.1",
    "1.2",
    "①",
    "第一条",
    "第二条\u3000",
    "第三条之一",
    "第一章",
    "第一节",
    "第一部分",
    "附件",
    "附件1",
    "附件：",
    "附：",
    "附表1",
    "附件1：示例表",
    "目录",
    "示例管理办法",
    "《示例管理办法》",
    "示例厅",
    "2025年1月1日",
    "2025年",
    "|甲|乙|",
    "规定的",
    "项规定",
    "——甲类。",
    "一是",
    "第一，",
    "示例",
    "文字，",
    "结束。",
    "；",
    "：",
    "“",
    "”",
    "（",
    "）",
    "注：",
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("第十条 甲。\n第十条之一 乙。\n第十一条 丙。", "第十条 第十条之一 第十一条", id="之一"),
        pytest.param("第 一 条　甲。\n第 二 条　乙。", "第一条 第二条", id="spaced"),
        pytest.param("第一千零一条 甲。\n第一千零二条 乙。", "第一千零一条 第一千零二条", id="thousand"),
        pytest.param("第一百〇一条 甲。\n第两百条 乙。", "第一百〇一条 第两百条", id="circle-and-two"),
        pytest.param("第１０条 甲。\n第１１条 乙。", "第１０条 第１１条", id="full-width"),
        pytest.param(
            "第一条 下列情形：\n（一）甲；\n（二）乙。\n另一款。\n第二条 丙。",
            "第一条 第二条",
            id="articles-whole",
        ),
        pytest.param("示例办法\n第一条有关部门应当示例。\n第二条甲。", "第一条 第二条", id="behind-a-title"),
    ],
)
def test_an_article_is_one_clause_however_its_number_is_written(text: str, expected: str) -> None:
    assert rows(text) == expected.split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "一、任务\n1. 做甲。\n2. 做乙。\n二、保障\n做好。", "一、 一、/1. 一、/2. 二、", id="1-under-part"
        ),
        pytest.param(
            "（一）申报。条件：\n1. 甲：\n（1）子。\n（2）丑。\n2. 乙。",
            "（一） （一）/1. （一）/2.",
            id="nested-lists",
        ),
        pytest.param("一、甲\n（1）子。\n（2）丑。", "一、 一、/（1） 一、/（2）", id="bracketed-digits"),
        pytest.param("一、甲\n①子。\n②丑。\n③寅。", "一、 一、/① 一、/② 一、/③", id="circled"),
        pytest.param("（一）重点。\n1) 甲。\n2) 乙。", "（一） （一）/1) （一）/2)", id="half-bracket"),
        pytest.param("（一）重点。\n1. 只有一项。", "（一）", id="one-entry-is-no-list"),
        pytest.param(
            "一．甲\n（一）子。做。\n二．乙\n（二）丑。做。", "一、 （一） 二、 （二）", id="full-stop-marks"
        ),
        pytest.param("㈠甲。做。\n㈡乙。做。", "（一） （二）", id="ready-made-marks"),
        pytest.param("一、甲。\n九、1997年起。", "一、", id="a-number-far-ahead"),
        pytest.param("一、甲。\n二、1997年起执行。", "一、 二、", id="a-year-opens-the-part"),
        pytest.param("一、甲。\n\n三、丙。\n四、丁。", "一、 三、 四、", id="one-number-lost"),
        pytest.param(
            "1. 条件\n应当示例。\n2. 材料\n（1）甲。\n（2）乙。", "1. 2. 2./（1） 2./（2）", id="digits-alone"
        ),
        pytest.param(
            "1 总则\n1.1 目的\n为了示例。\n1.2 范围\n1.2.1 甲\n2 职责\n2.1 乙\n做。",
            "1 1.1 1.2 1.2.1 2 2.1",
            id="decimal",
        ),
        pytest.param("材料：\n1. 甲；\n2. 乙；\n3. 丙。", "", id="a-list-in-a-sentence"),
        pytest.param("| 甲 | 乙 |\n| 丙 | 丁 |\n注：\n1. 戊。\n2. 己。", "", id="notes-to-a-table"),
    ],
)
def test_official_documents_are_counted_level_by_level(text: str, expected: str) -> None:
    assert rows(f"示例通知\n{text}\n") == expected.split()


@pytest.mark.parametrize(
    "line",
    [
        "（三）项规定的，从其规定。",
        "（三）、（四）项办理。",
        "（三）至（五）项办理。",
        "（三）所列情形除外。",
        "第三条规定办理。",
        "一是示例。二是示例。",
        "第一，示例。第二，示例。",
        "2023年完成。",
        "三、四线城市除外。",
        "| 三、 | 甲 |",
        "| （三） | 甲 |",
        "| 第三条 | 甲 |",
        "3.5亿元用于示例。",
    ],
)
def test_what_only_looks_like_a_number_is_no_heading(line: str) -> None:
    assert rows(f"示例通知\n一、甲\n（一）子。做。\n（二）丑。符合条件。\n{line}\n二、乙。完。\n") == [
        "一、",
        "（一）",
        "（二）",
        "二、",
    ]


@pytest.mark.parametrize("before", ["按照本条第", "依照", "符合本意见，", "见"])
@pytest.mark.parametrize(("first", "second"), [("（一）", "（二）"), ("一、", "二、")])
def test_a_number_behind_an_unfinished_line_is_a_reference(before: str, first: str, second: str) -> None:
    clauses = split_clauses("示例", f"{first}甲。做。\n{before}\n{second}要求办理。\n{second}乙。做。\n")

    assert [(clause.label, clause.heading) for clause in clauses] == [(first, "甲"), (second, "乙")]


def test_a_list_that_begins_again_within_a_clause_stays_in_it() -> None:
    text = "一、甲\n（一）子。做。\n（二）丑。条件：\n（一）寅；\n（二）卯。\n（三）辰。做。\n二、乙\n（四）巳。做。\n"

    assert rows(text) == ["一、", "（一）", "（二）", "（三）", "二、", "（四）"]


def test_numbers_run_on_or_restart_scope_by_scope() -> None:
    running = "一、甲\n（一）子。做。\n二、乙\n（二）丑。做。\n"
    restarting = "一、甲\n（一）子。做。\n二、乙\n（一）丑。做。\n"

    assert rows(f"{running}附件1\n示例方案\n{restarting}附件2\n示例表\n{running}") == [
        *("一、", "（一）", "二、", "（二）"),
        *("附件1", "附件1 一、", "附件1 一、（一）", "附件1 二、", "附件1 二、（一）"),
        *("附件2", "附件2 一、", "附件2 （一）", "附件2 二、", "附件2 （二）"),
    ]


def test_what_restarts_in_every_chapter_carries_the_chapter() -> None:
    text = "第一章 甲\n第一节 子\n示例。\n第二章 乙\n第一节 丑\n一、做丙\n示例。\n二、做丁\n示例。\n第二节 寅\n一、做戊\n示例。\n"
    clauses = split_clauses("示例", text)

    assert [(clause.label, clause.level) for clause in clauses] == [
        ("第一章", 0),
        ("第一章 第一节", 1),
        ("第二章", 0),
        ("第二章 第一节", 0),
        ("第二章 第一节 一、", 1),
        ("第二章 第一节 二、", 1),
        ("第二章 第二节", 0),
        ("第二章 第二节 一、", 1),
    ]
    assert clauses[-1].part == "第二章 乙 / 第二节 寅 / 一、做戊"


@settings(max_examples=400, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(FRAGMENTS), st.sampled_from(["", "\n", "\n", "\n\n", "　"])), min_size=1
    )
)
def test_any_text_of_numbers_is_cut_without_loss(pieces: list[tuple[str, str]]) -> None:
    text = "".join(mark + behind for mark, behind in pieces)
    if not text.strip():
        return
    clauses = split_clauses("示例", text)

    assert "".join(clause.text for clause in clauses) == text
    assert len({clause.id for clause in clauses}) == len(clauses)
    assert all(clause.label and not clause.text.startswith("|") for clause in clauses[1:])
    for clause in clauses:
        for passage in split_passages(clause):
            assert text[passage.start : passage.end] == passage.text


@pytest.mark.parametrize(
    "unit",
    [
        "（一）\n",
        "第一条\n",
        "目录\n甲\n",
        "附件：示例表\n示例厅\n",
        "示例办法\n第一条\n",
        "（甲“乙",
        "| 甲 |\n\n",
        "甲，",
        "：“甲\n（一）乙。”\n",
        "为“甲\n",
        "一、甲：\n（一）乙；\n（二）丙。\n丁。\n",
        "一、甲\n1.乙。\n",
    ],
)
def test_time_grows_with_the_text_and_no_faster(unit: str) -> None:
    def seconds(length: int) -> float:
        text = "甲。\n" + unit * (length // len(unit))
        start = time.process_time()
        for clause in split_clauses("示例", text):
            split_passages(clause)
        return time.process_time() - start

    # Eight times the text: a quadratic step takes 64 times as long. The best of three leaves out other work.
    short = min(seconds(20_000) for _ in range(3))
    assert any(seconds(160_000) < 24 * max(short, 0.02) for _ in range(3))
