"""A table stays in its clause; each of its rows can be found and read alone."""

import pytest

from ingest.clauses import split_clauses
from ingest.passages import split_passages
from ingest.tables import cells_of, read_table, table_blocks

TABLE = "| 类别 | 标准 |\n| 甲类 | 100 |\n| 乙类 | 200 |\n"


def found(text: str) -> list[tuple[str, str]]:
    return [
        (passage.text, passage.context)
        for clause in split_clauses("示例", text)
        for passage in split_passages(clause)
        if "|" in passage.text
    ]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("甲。\n| a | b |\n| c | d |\n乙。", ["| a | b |\n| c | d |"]),
        ("| a | b |\n\n| c | d |", ["| a | b |", "| c | d |"]),
        ("甲 | 乙\n| 丙", []),
        ("  | a |  \n| b |", ["  | a |  \n| b |"]),
    ],
)
def test_a_table_is_a_run_of_lines_between_bars(text: str, blocks: list[str]) -> None:
    assert [text[start:end] for start, end in table_blocks(text)] == blocks


@pytest.mark.parametrize(
    ("text", "caption", "header", "rows"),
    [
        pytest.param(f"示例标准\n\n{TABLE}", "示例标准", "类别 标准", 2, id="caption"),
        pytest.param(f"示例标准\n单位：万元\n{TABLE}", "示例标准 单位：万元", "类别 标准", 2, id="unit"),
        pytest.param(f"标准如下。\n{TABLE}", "", "类别 标准", 2, id="a-sentence-is-no-caption"),
        pytest.param(f"| 示例标准 | |\n{TABLE}", "示例标准", "类别 标准", 2, id="title-in-the-first-row"),
        pytest.param("| 甲 | 乙 |\n| --- | --- |\n| 丙 | 丁 |\n", "", "甲 乙", 1, id="markdown-rule"),
        pytest.param("| 甲 | 乙 |\n", "", "", 1, id="one-row"),
    ],
)
def test_caption_and_header_are_told_from_the_rows(text: str, caption: str, header: str, rows: int) -> None:
    table = read_table(text, *table_blocks(text)[0])

    assert (" ".join(table.captions), table.header, len(table.rows)) == (caption, header, rows)


def test_cells_keep_their_place() -> None:
    assert cells_of("| 甲 |  | 乙 |") == ["甲", "", "乙"]


def test_each_row_is_a_passage_under_caption_and_header() -> None:
    text = f"一、任务\n（一）补助。按表执行。\n示例标准\n{TABLE}（二）其他。做好。\n"

    assert found(text) == [
        ("| 甲类 | 100 |", "任务 补助 示例标准 类别 标准"),
        ("| 乙类 | 200 |", "任务 补助 示例标准 类别 标准"),
    ]


def test_the_header_is_a_passage_only_where_it_stands_alone() -> None:
    assert found("（一）补助。按表。\n| 类别 | 标准 |\n") == [("| 类别 | 标准 |", "补助")]


def test_a_table_of_an_attachment_is_found_under_the_title_of_the_attachment() -> None:
    clause = split_clauses("示例", f"示例通知\n做好。\n附件1\n示例清单\n{TABLE}")[-1]

    assert (clause.label, clause.level) == ("附件1", 1)
    assert found(clause.text)[0] == ("| 甲类 | 100 |", "示例清单 类别 标准")


def test_a_table_is_cut_from_no_clause_and_holds_no_heading() -> None:
    rows = "| 一、 | 甲 |\n| （一） | 乙 |\n| 第一条 | 丙 |\n| 附件1 | 丁 |\n| 1. | 戊 |\n| —— | 己 |\n"
    clauses = split_clauses("示例", f"一、甲\n（一）子。做。\n——甲类。做。\n{rows}二、乙。完。\n")

    assert [clause.label for clause in clauses] == ["一、", "（一）", "（一）", "二、"]
    assert rows in clauses[2].text


def test_a_long_row_is_cut_at_sentence_ends_and_keeps_its_clause_and_name() -> None:
    cell = "支持建设示例基地，按规定给予支持。" * 30
    text = f"（一）补助。按表。\n示例标准\n| 类别 | 内容 |\n| 甲类 | {cell} |\n"
    passages = [one for clause in split_clauses("示例", text) for one in split_passages(clause)][2:]

    assert len(passages) == 30
    assert {(one.clause_id, one.context) for one in passages} == {
        ("示例#（一）", "补助 示例标准 类别 内容 甲类")
    }
