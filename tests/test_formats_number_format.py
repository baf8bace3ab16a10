"""The text of a cell is what its number format shows of the value."""

from datetime import date, datetime, time, timedelta

import pytest

from ingest.formats.number_format import display


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (0.1 + 0.2, "General", "0.3"),
        (1e20, "General", "100000000000000000000"),
        (1e300, "0.00", "1" + "0" * 300),
        (float("inf"), "0.00", "Infinity"),
        (0.256, "0%", "26%"),
        (0.125, "0.00", "0.13"),
        (3, "000", "003"),
        (1.5, "0.##", "1.5"),
        (0.5, "#.0", ".5"),
        (12345678, "0.0,,", "12.3"),
        (123456, "0.00E+00", "1.23E+05"),
        (1234.5, "[$¥-804]#,##0.00", "¥1,234.50"),
        (12, '0"万元"', "12万元"),
        (12.5, 'General"元"', "12.5元"),
        (-5, "#,##0_);[Red](#,##0)", "(5)"),
        (-0.001, "0.0", "0.0"),
        (0, '0;-0;"无"', "无"),
        (0, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-"),
        (7, ";;;", ""),
        (0, "0;;", ""),
        (7, "[>100]0;0.0", "7"),
        (0.5, "# ?/?", "0.5"),
        (True, "General", "TRUE"),
        (datetime(2023, 6, 1), 'yyyy"年"m"月"', "2023年6月"),
        (datetime(2023, 6, 1), "yyyy", "2023年"),
        (datetime(2023, 6, 1, 8, 5), "yyyy-mm-dd hh:mm", "2023年6月1日 8:05"),
        (datetime(2023, 6, 1), 'm"月"d"日"', "6月1日"),
        (date(2023, 6, 1), "General", "2023年6月1日"),
        (time(8, 5, 9), "h:mm:ss", "8:05:09"),
        (timedelta(hours=30, minutes=5), "[h]:mm", "30:05"),
    ],
)
def test_a_format_code_decides_the_text(value: object, code: str, text: str) -> None:
    assert display(value, code) == text
