"""Numerals are read exactly or refused: a clause number is never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.numerals import read_number, write_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("十", 10), ("十六", 16), ("二十", 20), ("两百", 200), ("一百零五", 105), ("一百一十", 110), ("一千二百六十", 1260),
        ("二〇二七", 2027), ("〇", 0), ("１６", 16), ("16", 16), ("三万五千", 35000), ("一亿", 10**8),
        ("1万2千", 12000), ("3百", 300), ("２万", 20000), ("二十〇", 20), ("两千零二十三", 2023),
    ],
)  # fmt: skip
def test_numerals_are_read(text: str, number: int) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize("text", ["", "万亿", "三点五", "十六条", "百", "三五十", "二3", "1.5万"])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a whole number"):
        read_number(text)


@given(st.integers(1, 9999))
def test_writing_and_reading_are_inverse(number: int) -> None:
    assert read_number(write_number(number)) == number
