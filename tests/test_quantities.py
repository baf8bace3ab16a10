"""Quantities and ranges are read as people write them, and what is none is refused with what to write."""

from decimal import Decimal

import pytest

from rag.quantities import LARGEST, QuantityError, read_quantity, read_range, written_quantity, written_range

MILLION = 1_000_000


@pytest.mark.parametrize(
    ("text", "unit", "bare", "value"),
    [
        ("2000万元", "元", "", 20 * MILLION),
        ("2000万", "元", "", 20 * MILLION),
        ("1.5 亿", "元", "", 150 * MILLION),
        ("1亿2000万元", "元", "", 120 * MILLION),
        ("1亿零500万", "元", "", 105 * MILLION),
        ("六千万元", "元", "", 60 * MILLION),
        ("1,234万元", "元", "", Decimal("12.34") * MILLION),
        ("0.1亿元", "元", "", 10 * MILLION),
        ("6000", "元", "万元", 60 * MILLION),
        ("500元", "元", "万元", 500),
        ("300人", "人", "", 300),
        ("３００ 名", "人", "", 300),
        ("三百五十人", "人", "", 350),
        ("5%", "%", "", 5),
        ("百分之五", "%", "", 5),
        ("0.5个百分点", "%", "", Decimal("0.5")),
        ("18个月", "年", "", Decimal("1.5")),
        ("三年", "年", "", 3),
    ],
)
def test_a_quantity_is_exact(text: str, unit: str, bare: str, value: Decimal) -> None:
    assert read_quantity(text, unit, bare) == value


@pytest.mark.parametrize(
    ("text", "unit", "bare"),
    [
        ("", "元", "万元"), ("很多", "元", "万元"), ("-5万元", "元", "万元"), ("1e5", "元", "万元"), ("NaN", "%", "%"),
        ("2000", "元", ""), ("300人", "元", "万元"), ("5%", "人", "人"), ("2000万元", "人", "人"), ("千万", "元", "万元"),
        ("1.2.3万元", "元", "万元"), ("一百百人", "人", "人"), ("5万美元", "元", "万元"),
    ],
)  # fmt: skip
def test_what_is_no_quantity_of_the_unit_is_refused_with_an_example(text: str, unit: str, bare: str) -> None:
    with pytest.raises(QuantityError, match=r"请写成 .+ 这样|请用阿拉伯数字写"):
        read_quantity(text, unit, bare)


@pytest.mark.parametrize(
    ("text", "unit", "low", "high"),
    [
        ("不到2000万元", "元", 0, 20 * MILLION - 1),
        ("2000万元以下", "元", 0, 20 * MILLION),
        ("2000万元—1亿元", "元", 20 * MILLION, 100 * MILLION),
        ("1亿元以上", "元", 100 * MILLION, LARGEST["元"]),
        ("超过1亿元", "元", 100 * MILLION + 1, LARGEST["元"]),
        ("2000—3000", "元", 20 * MILLION, 30 * MILLION),
        ("2000-3000万元", "元", 20 * MILLION, 30 * MILLION),
        ("2000万～1亿", "元", 20 * MILLION, 100 * MILLION),
        ("2000到1亿", "元", 20 * MILLION, 100 * MILLION),
        ("六千多万", "元", 60 * MILLION, Decimal("69.9") * MILLION),
        ("6000万余元", "元", 60 * MILLION, Decimal("69.9") * MILLION),
        ("约6000万元", "元", 54 * MILLION, 66 * MILLION),
        ("120来人", "人", 108, 132),
        ("三百多人", "人", 300, 399),
        ("三十几人", "人", 30, 39),
        ("100至200人", "人", 100, 200),
        ("≥300", "人", 300, LARGEST["人"]),
        ("<300人", "人", 0, 299),
        ("5%—8%", "%", 5, 8),
        ("百分之五至百分之八", "%", 5, 8),
        ("5%左右", "%", Decimal("4.5"), Decimal("5.5")),
        ("6000万元", "元", 60 * MILLION, 60 * MILLION),
    ],
)
def test_a_range_has_its_ends(text: str, unit: str, low: Decimal, high: Decimal) -> None:
    found = read_range(text, unit, {"元": "万元"}.get(unit, unit))

    assert found == (low, high)
    assert read_range(written_range(*found, unit), unit) == found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("3000—2000万元", "请把小的写在前面"),
        ("1亿—2000万元", "请把小的写在前面"),
        ("不到2000万元以上", "不是能读懂的数量"),
        ("不到", "不是能读懂的数量"),
        ("—2000万元", "不是能读懂的数量"),
        ("2000万元—很多", "不是能读懂的数量"),
        ("9" * 100, "太长"),
    ],
)
def test_what_is_no_range_is_refused(text: str, message: str) -> None:
    with pytest.raises(QuantityError, match=message):
        read_range(text, "元", "万元")


@pytest.mark.parametrize(
    ("low", "high", "unit", "text"),
    [
        (0, 20 * MILLION - 1, "元", "不到2000万元"),
        (0, 20 * MILLION, "元", "不超过2000万元"),
        (100 * MILLION, LARGEST["元"], "元", "1亿元以上"),
        (100 * MILLION + 1, LARGEST["元"], "元", "超过1亿元"),
        (108, 132, "人", "108人—132人"),
        (60 * MILLION, 60 * MILLION, "元", "6000万元"),
    ],
)
def test_a_range_is_written_shortly(low: int, high: Decimal, unit: str, text: str) -> None:
    assert written_range(Decimal(low), Decimal(high), unit) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (3 * MILLION, "元", "300万元"),
        (150 * MILLION, "元", "1.5亿元"),
        (12, "人", "12人"),
        (Decimal("2.50"), "%", "2.5%"),
        (Decimal("1.25"), "年", "1年3个月"),
        (Decimal("0.999"), "年", "1年"),
        (0, "年", "不足1个月"),
    ],
)
def test_a_quantity_is_written_as_people_write_it(value: Decimal, unit: str, text: str) -> None:
    assert written_quantity(Decimal(value), unit) == text
