"""Numbers that Word counts are part of the text: 第一条 is read although nobody typed it."""

import pytest

from ingest.formats.docx import read_docx
from ingest.formats.numbering import write_counter
from tests.office_files import level, lists, numbered, paragraph, word


@pytest.mark.parametrize(
    ("number_format", "expected"),
    [
        ("chineseCounting", {1: "一", 10: "十", 11: "十一", 20: "二十", 99: "九十九", 105: "一〇五"}),
        (
            "chineseCountingThousand",
            {10: "十", 100: "一百", 101: "一百零一", 110: "一百一十", 1024: "一千零二十四"},
        ),
        ("japaneseCounting", {1: "一", 12: "十二", 21: "二十一", 101: "百一", 210: "二百十"}),
        ("ideographTraditional", {1: "甲", 10: "癸", 11: "11"}),
        ("ideographDigital", {10: "一〇", 25: "二五"}),
        ("chineseLegalSimplified", {1: "壹", 10: "壹拾", 102: "壹佰零贰"}),
        ("decimal", {1: "1", 120: "120"}),
        ("decimalZero", {1: "01", 12: "12"}),
        ("decimalFullWidth", {1: "１", 12: "１２"}),
        ("decimalEnclosedCircle", {1: "①", 20: "⑳", 21: "21"}),
        ("decimalEnclosedParen", {2: "⑵"}),
        ("decimalEnclosedFullstop", {3: "⒊"}),
        ("upperLetter", {1: "A", 26: "Z", 27: "AA", 54: "BBB"}),
        ("lowerLetter", {2: "b", 28: "bb", 100_000_000: "100000000"}),
        ("upperRoman", {4: "IV", 1994: "MCMXCIV", 4000: "4000"}),
        ("lowerRoman", {9: "ix"}),
        ("none", {1: ""}),
        ("unknownFormat", {7: "7"}),
        ("chineseCountingThousand", {0: "0", 10_000: "10000"}),
    ],
)
def test_a_count_is_written_in_its_format(number_format: str, expected: dict[int, str]) -> None:
    assert {number: write_counter(number, number_format) for number in expected} == expected


def read(body: str, numbering: str, styles: str = "") -> list[str]:
    return read_docx(word(body, numbering=numbering, styles=styles)).text.split("\n")


def test_parts_count_on_and_clauses_start_again_under_each() -> None:
    outline = lists(level(0, "chineseCounting", "%1、") + level(1, "chineseCounting", "（%2）"))
    order = [0, 1, 1, 0, 1]

    lines = read("".join(numbered("示例", 1, index) for index in order), outline)

    assert lines == ["一、示例", "（一）示例", "（二）示例", "二、示例", "（一）示例"]


@pytest.mark.parametrize(
    ("restart", "expected"),
    [("", "A1 B1 C1 B2 C1 A2 B1 C1"), ("0", "A1 B1 C1 B2 C2 A2 B1 C3"), ("1", "A1 B1 C1 B2 C2 A2 B1 C1")],
    ids=["after-any-higher-level", "never", "only-after-the-first-level"],
)
def test_a_level_starts_again_when_its_list_says_so(restart: str, expected: str) -> None:
    more = f'<w:lvlRestart w:val="{restart}"/>' if restart else ""
    outline = lists(
        level(0, "decimal", "A%1") + level(1, "decimal", "B%2") + level(2, "decimal", "C%3", more)
    )

    lines = read("".join(numbered("", 1, index) for index in (0, 1, 2, 1, 2, 0, 1, 2)), outline)

    assert lines == expected.split()


def test_a_level_under_none_shows_the_start_of_what_is_missing_and_hidden_numbers_only_count() -> None:
    hidden = "<w:rPr><w:vanish/></w:rPr>"
    outline = lists(
        level(0, "decimal", "%1.", start=3)
        + level(1, "decimal", "%1.%2%3")
        + level(2, "decimal", "%3", hidden)
    )

    lines = read("".join(numbered("示例", 1, index) for index in (1, 2, 0)), outline)

    assert lines == ["3.1 示例", "示例", "3. 示例"]


def test_numbers_of_several_levels_stand_in_one() -> None:
    outline = lists(
        level(0, "chineseCounting", "第%1章")
        + level(1, "decimal", "%1.%2", "<w:isLgl/>")
        + level(2, "lowerLetter", "%2.%3")
    )

    lines = read("".join(numbered("示例", 1, index) for index in (0, 1, 1, 2)), outline)

    assert lines == ["第一章 示例", "1.1 示例", "1.2 示例", "2.a 示例"]


def test_lists_that_share_a_definition_count_on_and_an_override_starts_anew_once() -> None:
    again = (
        '<w:num w:numId="8"><w:abstractNumId w:val="1"/></w:num>'
        '<w:num w:numId="9"><w:abstractNumId w:val="1"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    )
    outline = lists(level(0, "decimal", "%1."), overrides=again)

    lines = read("".join(numbered("示例", number_id) for number_id in (1, 8, 9, 9, 1)), outline)

    assert lines == ["1. 示例", "2. 示例", "5. 示例", "6. 示例", "7. 示例"]


def test_an_override_may_bring_a_level_of_its_own() -> None:
    own = (
        '<w:num w:numId="9"><w:abstractNumId w:val="1"/>'
        f'<w:lvlOverride w:ilvl="0">{level(0, "upperRoman", "%1)", start=3)}</w:lvlOverride></w:num>'
    )

    assert read(numbered("示例", 9), lists(level(0, "decimal", "%1."), overrides=own)) == ["III) 示例"]


@pytest.mark.parametrize(
    ("suffix", "text", "expected"),
    [
        ("tab", "第%1条", "第1条 示例"),
        ("space", "第%1条", "第1条 示例"),
        ("nothing", "第%1条", "第1条示例"),
        ("tab", "（%1）", "（1）示例"),
    ],
)
def test_the_gap_behind_a_number_is_a_space_unless_punctuation_gives_it(
    suffix: str, text: str, expected: str
) -> None:
    outline = lists(level(0, "decimal", text, f'<w:suff w:val="{suffix}"/>'))

    assert read(numbered("示例", 1), outline) == [expected]


@pytest.mark.parametrize(("glyph", "expected"), [("\uf0b7", "示例"), ("●", "示例"), ("——", "——示例")])
def test_a_bullet_is_dropped_but_dashes_are_text(glyph: str, expected: str) -> None:
    assert read(numbered("示例", 1), lists(level(0, "bullet", glyph))) == [expected]


def test_a_style_numbers_its_paragraphs_and_list_0_takes_one_out() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="base"><w:name w:val="示例"/>'
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="derived"><w:name w:val="示例二"/><w:basedOn w:val="base"/></w:style>'
    )
    outline = lists(
        level(0, "decimal", "%1.") + level(1, "chineseCounting", "第%2条", '<w:pStyle w:val="base"/>')
    )
    style = '<w:pStyle w:val="derived"/>'
    body = (
        paragraph("甲", properties=style)
        + paragraph("乙", properties=style + '<w:numPr><w:numId w:val="0"/></w:numPr>')
        + paragraph("丙", properties=style)
    )

    assert read(body, outline, styles) == ["第一条 甲", "乙", "第二条 丙"]


def test_a_list_defined_by_a_style_takes_its_levels_from_there() -> None:
    styles = (
        '<w:style w:type="numbering" w:styleId="outline"><w:name w:val="示例"/>'
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    outline = lists(level(0, "ideographTraditional", "%1、"), '<w:numStyleLink w:val="outline"/>')

    assert read(numbered("示例", 2) + numbered("示例", 1), outline, styles) == ["甲、示例", "乙、示例"]


def test_an_automatic_number_may_be_all_there_is_and_a_missing_list_adds_none() -> None:
    outline = lists(level(0, "decimal", "%1."))

    assert read(numbered("", 1) + numbered("示例", 7) + numbered("示例", 1, 4), outline) == [
        "1.",
        "示例",
        "示例",
    ]
