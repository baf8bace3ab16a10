"""Attachments and carried documents count on their own, under their own name; tables of contents do not."""

import pytest

from ingest.clauses import split_clauses
from ingest.parse import mend
from tests.clause_rows import rows

COVER = "示例厅关于印发《示例管理办法》的通知\n\n各有关单位：\n现将《示例管理办法》印发给你们，请遵照执行。\n"
SIGNED = "\n示例省示例厅\n2025年1月1日\n（此件公开发布）\n\n"
RULE = "示例管理办法\n\n第一章　总则\n第一条　为了示例，制定本办法。\n第二条　自印发之日起施行。\n"


@pytest.mark.parametrize(
    ("mark", "label"),
    [
        ("附件1", "附件1"),
        ("附件 2", "附件2"),
        ("附件一", "附件一"),
        ("附件１", "附件１"),
        ("附件1-1", "附件1-1"),
        ("附件3：", "附件3"),
        ("附件2.", "附件2"),
        ("附件", "附件"),
        ("附件：", "附件"),
        ("附：", "附件"),
        ("附表1", "附表1"),
        ("**附件1**", "附件1"),
    ],
)
def test_a_mark_over_a_text_opens_an_attachment_with_its_title(mark: str, label: str) -> None:
    last = split_clauses("示例", f"示例通知\n一、甲。做。\n二、乙。做。\n\n{mark}\n示例清单\n甲公司。\n")[-1]

    assert (last.label, last.scope, last.heading, last.level) == (label, label, "示例清单", 1)


@pytest.mark.parametrize(
    "listed",
    [
        "附件：1. 示例表\n2. 示例清单\n",
        "附件：\n1. 示例表\n2. 示例清单\n",
        "附件1.示例表\n2.示例清单\n",
        "附件1：示例表\n附件2：示例清单\n",
        "附件：示例清单\n",
        "附件1\n附件2\n",
        "附件1所列单位应当示例。\n",
    ],
)
@pytest.mark.parametrize("behind", ["", SIGNED])
def test_the_list_of_attachments_stays_in_the_main_text(listed: str, behind: str) -> None:
    assert rows(f"示例通知\n一、甲。做。\n二、乙。做。\n{listed}{behind}") == ["一、", "二、"]


def test_a_titled_mark_over_a_text_is_no_list_entry() -> None:
    text = "示例通知\n一、甲。做。\n二、乙。做。\n附件1：示例说明\n一、子。好。\n二、丑。好。\n"

    assert rows(text) == ["一、", "二、", "附件1", "附件1 一、", "附件1 二、"]


def test_a_table_within_the_text_is_no_attachment() -> None:
    text = "（一）指标。如下。\n附表1 示例指标\n| 甲 | 乙 |\n| 丙 | 丁 |\n（二）要求。做好。\n"

    assert rows(text) == ["（一）", "（二）"]


def test_a_form_keeps_its_numbers_in_its_attachment() -> None:
    text = "一、甲。做。\n二、乙。做。\n附件1\n示例申请表\n一、基本信息\n1. 名称：\n2. 地址：\n二、承诺\n属实。\n"

    assert rows(text)[2:] == ["附件1", "附件1 一、", "附件1 一、/1.", "附件1 一、/2.", "附件1 二、"]


@pytest.mark.parametrize("read", [str, mend], ids=["as-printed", "mended"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(COVER + SIGNED + RULE, "第一章 第一条 第二条", id="one-rule-under-a-cover"),
        pytest.param(COVER + RULE, "第一章 第一条 第二条", id="no-date"),
        pytest.param(
            f"{COVER}一、学习。要学。\n二、落实。要做。\n{SIGNED}{RULE}",
            "一、 二、 示例管理办法 示例管理办法_第一章 示例管理办法_第一条 示例管理办法_第二条",
            id="numbered-cover",
        ),
        pytest.param(
            f"{COVER}一、学习。要学。\n二、落实。要做。\n{SIGNED}示例省示例方案（试行）\n为了示例，制定本方案。\n一、目标\n好。\n二、任务\n做。\n",
            "一、 二、 示例省示例方案 示例省示例方案_一、 示例省示例方案_二、",
            id="title-not-named-before",
        ),
        pytest.param(
            f"示例厅关于印发《示例管理办法》《示例细则》的通知\n现印发给你们。\n{RULE}\n示例细则\n（2025年1月1日通过）\n第一条 丙。\n第二条 丁。\n",
            "示例管理办法 示例管理办法_第一章 示例管理办法_第一条 示例管理办法_第二条 示例细则 示例细则_第一条 示例细则_第二条",
            id="two-rules",
        ),
        pytest.param(
            f"{COVER}一、学习。要学。\n二、落实。要做。\n{SIGNED}附件\n{RULE}",
            "一、 二、 附件 附件_第一章 附件_第一条 附件_第二条",
            id="rule-as-attachment",
        ),
        pytest.param(
            f"示例通知\n做好。\n附件1\n{RULE}附件1\n示例表\n甲。\n附件2\n示例单\n乙。\n",
            "附件1 附件1_第一章 附件1_第一条 附件1_第二条 附件1_附件1 附件2",
            id="attachment-of-an-attachment",
        ),
    ],
)
def test_a_carried_document_is_named_when_its_numbers_alone_are_not_enough(
    text: str, expected: str, read: type[str]
) -> None:
    assert [row.replace(" ", "_") for row in rows(read(text))] == expected.split()


@pytest.mark.parametrize(
    "contents",
    [
        "目录\n第一章 甲……1\n第一节 子……2\n第二章 乙……9\n\n第一章 甲\n第一节 子\n做。\n第二章 乙\n做。\n",
        "目　录\n一、甲\t1\n（一）子\t1\n二、乙\t3\n\n一、甲\n（一）子。做。\n二、乙\n（二）丑。做。\n",
        "目 录\n前言……1\n一、甲……2\n二、乙……3\n\n前言\n说明如下。\n一、甲\n做。\n二、乙\n做。\n",
    ],
)
def test_the_lines_of_a_table_of_contents_are_no_headings(contents: str) -> None:
    found = rows(f"示例规划\n{contents}")

    assert len(found) == len(set(found)) > 1
    assert split_clauses("示例", f"示例规划\n{contents}")[0].text.count("乙") == 1
