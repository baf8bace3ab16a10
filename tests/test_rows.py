"""A row of a table is read out under the names of its columns, and every word of it is quoted."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clauses import split_clauses
from ingest.passages import split_passages
from rag.assistant import Assistant
from rag.figures import canonical_figures
from rag.present import sources_html
from rag.rows import Reading, read_out
from rag.segments import parts_between_commas
from tests.sample import assistant_for

NOTICE = """示例通知

（一）总体要求。做好示例工作，示例指数明显提高。

（二）补助标准。对示例基地按下表给予补助。

示例补助标准表

| 类别 | 2027年补助上限 | 受理部门 |
| 蓝色木材 | 每户20万元，一次付清 | 示例一局 |
| 绿色石料 | 每户35万元 |  |
| 红色陶土 | 每户50万元 | 示例三局 |

（三）人才保障。引进示例人才，建设示例学校。
"""
HEADER = "| 类别 | 2027年补助上限 | 受理部门 |"
LONG = "支持建设示例基地，按规定给予支持。" * 30


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return assistant_for(tmp_path_factory.mktemp("rows"), 示例=NOTICE)


def readings(table: str) -> list[Reading]:
    """The first part of every passage of a clause that ends with `table`, read out."""
    text = f"（一）补助。按表执行。\n{table}"
    passages = [one for clause in split_clauses("示例", text) for one in split_passages(clause)]
    return [
        read_out(parts_between_commas(text, one.start, one.end)[0], one, text)
        for one in passages
        if one.text != "按表执行。"
    ]


@pytest.mark.parametrize(
    ("table", "last", "beside"),
    [
        pytest.param("| 类别 | 标准 |\n| 甲 | 100 |", "类别：甲；标准：100", "| 类别 | 标准 |", id="header"),
        pytest.param("| 类别 |  |\n| 甲 | 100 |", "类别：甲；100", "| 类别 |  |", id="column-without-a-name"),
        pytest.param("|  |  |\n| --- | --- |\n| 甲 | 100 |", "甲、100", "", id="no-column-has-a-name"),
        pytest.param("| 类别 | 标准 |\n|  | 100 |", "标准：100", "| 类别 | 标准 |", id="empty-cell"),
        pytest.param("|  | 标准 |\n| 甲 |  |", "甲", "", id="no-name-is-read"),
        pytest.param("| 甲 | 100 |", "甲、100", "", id="one-row"),
        pytest.param("| 甲 | 100 |\n| 乙 | 200万元 |", "乙、200万元", "", id="amount-in-the-first-row"),
        pytest.param(
            "| 指标 | 2027 |\n| 甲 | 100 |",
            "指标：甲；2027：100",
            "| 指标 | 2027 |",
            id="year-names-a-column",
        ),
        pytest.param(
            "| 档次 | 1 |\n|:---|---:|\n| 甲 | 100 |", "档次：甲；1：100", "| 档次 | 1 |", id="dashes-decide"
        ),
        pytest.param(
            "| 示例标准 |  |\n| 类别 | 标准 |\n| 甲 | 100 |",
            "类别：甲；标准：100",
            "| 类别 | 标准 |",
            id="title-in-the-first-row",
        ),
        pytest.param("| 类别 | 标准 |\n| 甲 | 100 | 乙 |", "甲、100、乙", "", id="other-number-of-cells"),
        pytest.param(
            "| 类别： | 内容 |\n| 甲 | 建设示例基地。 |",
            "类别：甲；内容：建设示例基地",
            "| 类别： | 内容 |",
            id="stops-at-the-edges-of-cells",
        ),
        pytest.param(
            "| 旧表 | 旧列 |\n| 乙 | 1 |\n\n| 类别 | 标准 |\n| 甲 | 100 |",
            "类别：甲；标准：100",
            "| 类别 | 标准 |",
            id="table-behind-a-table",
        ),
    ],
)
def test_a_row_goes_by_the_names_of_its_columns(table: str, last: str, beside: str) -> None:
    reading = readings(table)[-1]

    assert (reading.text, "".join(one.text for one in reading.beside)) == (last, beside)
    assert reading.quoted.text == table.strip().split("\n")[-1]


def test_a_part_of_a_row_is_read_as_the_whole_row() -> None:
    (reading,) = readings("| 类别 | 标准 |\n| 甲，乙 | 首年100，次年200 |")

    assert reading.text == "类别：甲，乙；标准：首年100，次年200"
    assert reading.quoted.text == "| 甲，乙 | 首年100，次年200 |"


def test_a_sentence_of_a_long_row_stands_under_the_first_cell() -> None:
    first, second, *_ = readings(f"| 类别 | 内容 |\n| 甲 | {LONG} |")

    assert (first.text, first.quoted.text) == ("类别：甲；内容：支持建设示例基地", "| 甲 | 支持建设示例基地")
    assert (second.text, second.quoted.text) == ("类别：甲；内容：支持建设示例基地", "支持建设示例基地")
    assert [one.text for one in second.beside] == ["甲", "| 类别 | 内容 |"]


def test_a_long_first_cell_names_no_row() -> None:
    reading = readings(f"| 类别 | 内容 |\n| {'示例' * 21} | {LONG} |")[1]

    assert (reading.text, [one.text for one in reading.beside]) == (
        "内容：支持建设示例基地",
        ["| 类别 | 内容 |"],
    )


def test_words_outside_of_tables_stay_as_they_are() -> None:
    text = "（一）补助。甲 | 乙，丙。"
    (passage,) = [one for clause in split_clauses("示例", text) for one in split_passages(clause)]
    part = parts_between_commas(text, passage.start, passage.end)[0]

    assert read_out(part, passage, text) == Reading("甲 | 乙", part)


CELLS = st.one_of(
    st.sampled_from(
        ["", "", "2027年上限", "35%", "20万元。", "第三档", "1", "2026", "百分之五，首年", "三个"]
    ),
    st.text(alphabet="甲乙一二十年月万元%0159.,、-（）", max_size=8),
)


@given(rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=5), ruled=st.booleans())
def test_every_figure_and_every_quote_stands_in_the_document(rows: list[list[str]], *, ruled: bool) -> None:
    lines = [f"| {' | '.join(cells)} |" for cells in rows]
    table = "\n".join([lines[0], *(["|---|---|---|"] if ruled else []), *lines[1:]])
    text = f"（一）补助。按表执行。\n{table}"

    for reading in readings(table):
        stretches = (reading.quoted, *reading.beside)
        quotes = [text[one.start : one.end] for one in stretches]
        assert quotes == [one.text for one in stretches]
        assert canonical_figures(reading.text) <= frozenset().union(*map(canonical_figures, quotes))


@pytest.mark.parametrize(
    ("question", "answer", "row"),
    [
        (
            "绿色石料补助多少钱",
            "类别：绿色石料；2027年补助上限：每户35万元[1][2]。",
            "| 绿色石料 | 每户35万元 |  |",
        ),
        (
            "红色陶土的受理部门是哪个",
            "类别：红色陶土；2027年补助上限：每户50万元；受理部门：示例三局[1][2]。",
            "| 红色陶土 | 每户50万元 | 示例三局 |",
        ),
        (
            "蓝色木材补助多少",
            "类别：蓝色木材；2027年补助上限：每户20万元，一次付清；受理部门：示例一局[1][2]。",
            "| 蓝色木材 | 每户20万元，一次付清 | 示例一局 |",
        ),
    ],
)
def test_the_answer_names_the_columns_and_quotes_row_and_header_word_for_word(
    sample: Assistant, question: str, answer: str, row: str
) -> None:
    given = sample.ask(question)

    assert (given.status, given.answer, given.withheld) == ("answered", answer, 0)
    text = sample.library.current().documents["示例"].text
    assert [(one.quote, text[one.start : one.end]) for one in given.citations] == [
        (row, row),
        (HEADER, HEADER),
    ]


def test_row_and_header_are_marked_in_one_card_with_the_table_as_it_stands(sample: Assistant) -> None:
    html = sources_html(1, sample.ask("绿色石料补助多少钱"), sample.library.current())

    assert html.count('class="card"') == 1
    assert '<mark data-markers="1">| 绿色石料 | 每户35万元 |  |</mark>' in html
    assert f'<mark data-markers="2">{HEADER}</mark>' in html


@pytest.mark.parametrize(
    ("old", "new", "answer"),
    [
        ("35万元", "41万元", "类别：绿色石料；2027年补助上限：每户41万元[1][2]。"),
        ("2027年", "2029年", "类别：绿色石料；2029年补助上限：每户35万元[1][2]。"),
    ],
)
def test_an_altered_figure_of_a_cell_or_of_a_header_is_followed(
    tmp_path: Path, old: str, new: str, answer: str
) -> None:
    altered = assistant_for(tmp_path, 示例=NOTICE.replace(old, new))

    assert altered.ask("绿色石料补助多少钱").answer == answer
