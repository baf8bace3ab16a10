"""Stretches keep their offsets: whatever is cut can be found again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.segments import paragraph_start, parts_between_commas, target_date, trimmed

CHARACTERS = st.text(alphabet="到2027年，、；：。“”《》（）,1 \n产业发展", max_size=60)


@given(CHARACTERS)
def test_every_part_stands_where_it_says(text: str) -> None:
    parts = parts_between_commas(text, 0, len(text))

    assert all(text[part.start : part.end] == part.text for part in parts)
    assert [part.start for part in parts] == sorted(part.start for part in parts)


@given(CHARACTERS)
def test_trimming_only_removes_edges(text: str) -> None:
    stretch = trimmed(text, 0, len(text))

    assert text[stretch.start : stretch.end] == stretch.text == stretch.text.strip()


def test_commas_inside_quotes_and_numbers_do_not_cut() -> None:
    text = "实施“四化同步，城乡融合”战略，投入5,000元"

    assert [part.text for part in parts_between_commas(text, 0, len(text))] == [
        "实施“四化同步，城乡融合”战略",
        "投入5,000元",
    ]


def test_a_date_that_opens_a_paragraph_governs_what_follows() -> None:
    text = "前言。\n（一）目标。到 2027 年，甲取得成效。乙比重达到 45%。\n另一段。"
    date = target_date(text, paragraph_start(text, text.find("乙")), text.find("乙"))

    assert date is not None
    assert (date.text, text[date.start : date.end]) == ("到 2027 年", "到 2027 年")


def test_a_date_in_another_paragraph_or_in_mid_sentence_governs_nothing() -> None:
    text = "到 2027 年，甲取得成效。\n乙比重达到 45%，争取到 2030 年，再提高。丙。"

    assert target_date(text, paragraph_start(text, text.find("乙")), text.find("丙")) is None


@pytest.mark.parametrize("dates", ["2024—2027年", "2024-2027年", "2024年至2027年", "到 2027 年", "2027年底"])
def test_a_span_of_years_governs_as_a_whole(dates: str) -> None:
    text = f"{dates}，示例财政每年安排示例资金。"

    found = target_date(text, 0, len(dates) + 1)

    assert found is not None
    assert found.text == dates


def test_the_nearest_date_that_opens_a_sentence_governs() -> None:
    text = "到2024年，示例总量达到5000吨。到2025年，示例总量达到5100吨。示例质量提高。"

    assert target_date(text, 0, text.index("5000")).text == "到2024年"  # type: ignore[union-attr]
    assert target_date(text, 0, text.index("5100")).text == "到2025年"  # type: ignore[union-attr]
    assert target_date(text, 0, text.index("示例质量")).text == "到2025年"  # type: ignore[union-attr]
