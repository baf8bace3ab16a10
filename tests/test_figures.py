"""Figures compare by value and unit, never by the way they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.figures import canonical_figures, normalise, years


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("45％", "45%"),
        ("45 %", "百分之四十五"),
        ("2027 年", "2027年"),
        ("二〇二七年", "2027年"),
        ("500万元", "5,000,000元"),
        ("1.5亿元", "15000万元"),
        ("三成", "30%"),
        ("四成五", "45%"),
        ("九成二", "92%"),
        ("7个方面", "7方面"),
        ("百分之百", "100%"),
        ("2023-06-19", "2023年6月19日"),
        ("十五个工作日", "15工作日"),
        ("500千伏", "五百千伏"),
    ],
)
def test_two_ways_of_writing_are_one_figure(left: str, right: str) -> None:
    assert canonical_figures(left) == canonical_figures(right) != frozenset()


@pytest.mark.parametrize(
    ("left", "right"),
    [("5%", "15%"), ("45%", "45"), ("500万元", "500亿元"), ("2027年", "2035年"), ("3.5%", "35%")],
)
def test_near_misses_stay_apart(left: str, right: str) -> None:
    assert not canonical_figures(left) & canonical_figures(right)


@pytest.mark.parametrize(
    "text", ["一批创新平台", "统一标准", "一体化", "十分重要", "第三条规定", "万众创新", "零件", "零售"]
)
def test_words_with_a_numeral_in_them_hold_no_figure(text: str) -> None:
    assert canonical_figures(text) == frozenset()


def test_a_full_date_supports_its_year() -> None:
    assert canonical_figures("2023年6月19日") == {"2023年", "2023年6月", "2023年6月19日"}


def test_years_are_read_with_and_without_their_measure_word() -> None:
    assert years("到2027年和二〇三五年，2025目标，500强，2000万元") == (2027, 2035, 2025)


@given(st.integers(0, 10**12))
def test_an_arabic_number_is_found_wherever_it_stands(number: int) -> None:
    assert f"{number}元" in canonical_figures(f"补助金额为{number}元。")


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert canonical_figures(text) == canonical_figures(normalise(text))
