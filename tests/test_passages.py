"""Passages are sentences with exact offsets; nothing but numbers and headings is left out."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clauses import split_clauses
from ingest.passages import LONGEST, split_passages
from rag.types import Passage


def passages(text: str) -> list[Passage]:
    return [passage for clause in split_clauses("示例", text) for passage in split_passages(clause)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("（一）目标。甲。乙；丙！\n（二）原则。丁。", ["甲。", "乙；", "丙！", "丁。"]),
        ("第一条　甲为“子。丑”之一。\n第二条　乙。", ["甲为“子。丑”之一。", "乙。"]),
        ("（一）目标。甲“未闭合。乙。", ["甲“未闭合。", "乙。"]),
        ("（一）目标。甲（未闭合。\n乙。丙。", ["甲（未闭合。", "乙。", "丙。"]),
        ("（一）目标。他说：“甲。”乙。", ["他说：“甲。”", "乙。"]),
        ("（一）突出重点，分类推进。甲。", ["突出重点，分类推进。", "甲。"]),
        ("一、标题\n（一）目标。甲。", ["标题", "甲。"]),
        ("（一）重点。引言。\n——甲类。做甲。\n（二）其他。做乙。", ["引言。", "做甲。", "做乙。"]),
    ],
)
def test_sentences_are_told_apart(text: str, expected: list[str]) -> None:
    assert [passage.text for passage in passages(text)] == expected


def test_the_context_names_part_heading_and_item() -> None:
    last = passages("一、任务\n（一）重点。引言。\n——甲类。做甲。\n")[-1]

    assert (last.text, last.context) == ("做甲。", "任务 重点 甲类")


def test_the_heading_of_a_numbered_item_surrounds_its_sentences() -> None:
    last = passages("（一）重点。如下。\n1.做甲\n2.建设示例平台。支持示例。\n")[-1]

    assert (last.text, last.context) == ("支持示例。", "重点 2. 建设示例平台")


def test_the_mark_and_title_of_an_attachment_are_no_passage_where_text_follows() -> None:
    found = passages("一、甲。做。\n二、乙。做。\n附件1\n示例说明\n说明如下。\n")

    assert [(one.text, one.context) for one in found[2:]] == [("说明如下。", "示例说明")]


def test_the_name_of_a_carried_rule_surrounds_its_sentences() -> None:
    text = "关于印发《甲办法》《乙办法》的通知\n现印发。\n甲办法\n第一条 子。\n乙办法\n第一条 丑。\n"

    assert [one.context for one in passages(text) if one.text in {"子。", "丑。"}] == ["甲办法", "乙办法"]


def test_a_stretch_without_a_comma_is_cut_all_the_same() -> None:
    assert max(len(one.text) for one in passages("示例" * 5000)) <= 4 * LONGEST


def test_a_long_sentence_is_cut_at_a_comma() -> None:
    found = passages("（一）目标。" + "建设示例基地，" * 60 + "完成。\n（二）原则。甲。")

    assert all(len(passage.text) <= LONGEST for passage in found)
    assert all(passage.text.endswith(("，", "。")) for passage in found)


@given(st.text(alphabet="甲乙。，；“”（）一二、第条\n 1", min_size=1, max_size=120))
def test_every_passage_stands_where_it_says(text: str) -> None:
    if not text.strip():
        return
    found = passages(text)

    assert all(text[passage.start : passage.end] == passage.text == passage.text.strip() for passage in found)
    assert all(left.end <= right.start for left, right in pairwise(found))
