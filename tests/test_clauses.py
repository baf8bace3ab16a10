"""Clauses must be traceable: every character belongs to exactly one, under its citable locator."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clauses import split_clauses
from ingest.load import load_file
from ingest.parse import parse_document
from rag.types import Clause

ROOT = Path(__file__).resolve().parents[1]
REGULATION = "示例条例\n第一章　总则\n第一条　为了示例，制定本条例。\n第二条　依照第一条执行。\n第二章　附则\n第三条　自公布之日起施行。\n"
NOTICE = "示例通知\n一、总体要求\n总的想法。\n（一）目标。到某年完成。\n（二）原则。坚持示例。\n二、任务\n（三）重点。\n——甲类。做甲。\n——乙类。做乙。\n推动丙类发展，丙类很多。\n"


PIECES = [
    "一、",
    "二、",
    "（一）",
    "（二）",
    "第一条　",
    "第二条 ",
    "第三条",
    "规定",
    "——甲。",
    "1.",
    "文字，",
    "结束。",
    "第百条 ",
    "百、",
    "（百）",
    "目录\n",
]
PIECES += ["附件1\n", "第一章 总则\n", "\n", "\n\n", " "]


def labels(text: str) -> list[str]:
    return [clause.label for clause in split_clauses("示例", text)]


@pytest.fixture(scope="module")
def decision() -> list[Clause]:
    document = parse_document(load_file(ROOT / "corpus" / "policies" / "sc-2023-decision.md"))
    return split_clauses(document.id, document.text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(REGULATION, ["序言", "第一章", "第一条", "第二条", "第二章", "第三条"], id="regulation"),
        pytest.param(
            NOTICE,
            ["序言", "一、", "（一）", "（二）", "二、", "（三）", "（三）", "（三）", "（三）"],
            id="notice",
        ),
        pytest.param("第十二条 甲。\n第十三条 乙。", ["第十二条", "第十三条"], id="no-preamble"),
        pytest.param(
            "第１条 甲。\n第2条 乙。\n第二条之一 丙。", ["第１条", "第2条", "第二条之一"], id="digits"
        ),
        pytest.param(
            "第一条为了示例。\n第二条所有单位。\n第三条有关部门。\n第四条中小企业。",
            [f"第{n}条" for n in "一二三四"],
            id="no-space",
        ),
        pytest.param(
            "第一章总则\n第一条 甲。\n第二章规划\n第二条 乙。",
            ["第一章", "第一条", "第二章", "第二条"],
            id="no-space-chapter",
        ),
        pytest.param("示例办法\n第一条 甲。\n", ["序言", "第一条"], id="one-article"),
        pytest.param(
            "第百条 甲。\n第一条 乙。\n（一百百）丙。\n第二条 丁。",
            ["序言", "第一条", "第二条"],
            id="no-number",
        ),
        pytest.param(
            "目录\n第一章 总则\n第二章 附则\n\n第一章 总则\n第一条 甲。\n第二章 附则\n第二条 乙。",
            ["序言", "第一章", "第一条", "第二章", "第二条"],
            id="contents",
        ),
        pytest.param(
            "（一）甲类。见\n（三）项规定。\n（二）项目。做乙。",
            ["（一）", "（二）"],
            id="reference-to-an-item",
        ),
        pytest.param(
            "（一）甲。做。\n——乙类\n——丙类，做丙。\n（二）丁。做。",
            ["（一）"] * 3 + ["（二）"],
            id="items-without-a-stop",
        ),
        pytest.param("(一)甲类。做甲。\n(二)乙类。做乙。", ["（一）", "（二）"], id="half-width-brackets"),
        pytest.param("一、甲。\n二、乙。", ["一、", "二、"], id="parts-alone-are-clauses"),
        pytest.param("各市：\n现通知如下。", ["序言"], id="no-numbers"),
    ],
)
def test_every_kind_of_numbering_is_read(text: str, expected: list[str]) -> None:
    assert labels(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "第一条 甲。\n第二条 按照\n第三条规定的程序办理。\n",
        "第一条 甲。\n第二条 按照\n第一条、第二条办理。\n",
        "第一条 甲。\n第二条 依照本条例\n第十二条 的规定。\n",
        "第一条 甲。\n第二条 依照\n第三条第二款办理。\n",
    ],
)
def test_a_reference_at_the_start_of_a_line_is_no_heading(text: str) -> None:
    assert labels(text) == ["第一条", "第二条"]


def test_restarting_numbers_carry_their_part() -> None:
    text = "一、甲\n（一）子。做。\n（二）丑。做。\n二、乙\n（一）寅。做。\n"

    assert labels(text) == ["一、", "一、（一）", "一、（二）", "二、", "二、（一）"]


def test_an_attachment_is_a_scope_of_its_own() -> None:
    clauses = split_clauses("示例", "一、甲。\n二、乙。\n\n附件1\n一、丙。\n（一）丁。做。\n")

    assert [(clause.label, clause.scope) for clause in clauses][2:] == [
        ("附件1", "附件1"),
        ("附件1 一、", "附件1"),
        ("附件1 （一）", "附件1"),
    ]


def test_repeated_numbers_get_ids_of_their_own() -> None:
    ids = [
        clause.id for clause in split_clauses("示例", "第一条 甲。\n第二条 乙。\n第一条 丙。\n第二条 丁。\n")
    ]

    assert ids == ["示例#第一条", "示例#第二条", "示例#第一条~2", "示例#第二条~2"]


def test_divisions_become_the_part_of_their_articles() -> None:
    article = next(clause for clause in split_clauses("示例", REGULATION) if clause.label == "第三条")

    assert article.part == "第二章 附则"


def test_items_of_a_part_without_clauses_belong_to_the_part() -> None:
    clauses = split_clauses("示例", "一、任务\n——甲类。做甲。\n——乙类。做乙。\n二、保障\n做好。\n")

    assert [(clause.id, clause.item) for clause in clauses[1:3]] == [
        ("示例#一、/甲类", "甲类"),
        ("示例#一、/乙类", "乙类"),
    ]


@pytest.mark.parametrize(
    ("opening", "heading"),
    [
        ("突出重点，分类推进", "突出重点，分类推进"),
        ("建设5G网络", "建设5G网络"),
        ("到2027年，达到30%", ""),
        ("甲类；乙类", ""),
        ("示例" * 21, ""),
    ],
)
def test_a_short_opening_is_the_heading_unless_it_states_a_figure(opening: str, heading: str) -> None:
    assert split_clauses("示例", f"（一）{opening}。做好示例。\n")[0].heading == heading


def test_a_blank_text_is_a_loading_mistake() -> None:
    with pytest.raises(ValueError, match="has no text to split"):
        split_clauses("示例", " \n")


@settings(max_examples=300)
@given(st.lists(st.sampled_from(PIECES), min_size=1).map("".join))
def test_joining_the_clauses_gives_any_text_back(text: str) -> None:
    if not text.strip():
        return
    clauses = split_clauses("示例", text)

    assert "".join(clause.text for clause in clauses) == text
    assert all(text[clause.start : clause.end] == clause.text for clause in clauses)
    assert len({clause.id for clause in clauses}) == len(clauses)


def test_the_decision_has_its_eighteen_clauses_and_five_parts(decision: list[Clause]) -> None:
    numerals = "一二三四五六七八九十"
    expected = [f"（{name}）" for name in [*numerals, *(f"十{numeral}" for numeral in numerals[:8])]]

    assert [clause.label for clause in decision if clause.level == 1] == expected
    assert [clause.label for clause in decision if clause.level == 0] == [
        "序言",
        "一、",
        "二、",
        "三、",
        "四、",
        "五、",
    ]


def test_the_decision_has_its_items(decision: list[Clause]) -> None:
    items = [(clause.label, clause.item) for clause in decision if clause.level == 2]

    assert items == [
        *(
            ("（四）", name)
            for name in (
                "电子信息产业",
                "装备制造产业",
                "食品轻纺产业",
                "能源化工产业",
                "先进材料产业",
                "医药健康产业",
            )
        ),
        *(
            ("（五）", name)
            for name in ("人工智能", "生物技术", "卫星网络", "新能源与智能网联汽车", "无人机", "未来产业")
        ),
    ]


def test_clauses_know_their_heading_and_part(decision: list[Clause]) -> None:
    clause = next(clause for clause in decision if clause.label == "（三）")

    assert (clause.id, clause.heading, clause.part) == (
        "sc-2023-decision#（三）",
        "发展目标",
        "一、加快建设服务国家全局体现四川特色的现代化产业体系",
    )
