"""Number formats of spreadsheets: a value and its format code -> the text a cell shows.

Codes: ECMA-376 part 1 (2016), 18.8.31. Not covered are fractions, conditions in brackets and
digits parted by letters: such a number is written in full.
"""

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|[_*].|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[[^\]]*\]'
    r"|(?P<general>General)|(?P<digits>[0#?.,]+(?:E[+-]0+)?)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_PIECE = re.compile(r'"[^"]*"|\\.|[_*].|\[[^\]]*\]|.', re.DOTALL)
_CONDITION = re.compile(r"\[[<>=]")
_UNWRITTEN = re.compile(r'"[^"]*"|\\.|[_*].|\[\$[^\]]*\]')
_SHOWN_DIGITS = 15
"""Significant digits that a spreadsheet keeps of a number."""
_LARGEST = 20  # digits before the point: more are no amount, and decimal arithmetic ends at 28


def display(value: object, code: str) -> str:
    """The text of a cell; dates as YYYY年M月D日, in the parts that the code shows."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, code)
    if isinstance(value, date | time):
        return _moment(value, _UNWRITTEN.sub("", code).lower())
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")
    return str(value)


def _moment(value: date | time, code: str) -> str:
    shows_time = not isinstance(value, date) or "h" in code or "s" in code
    text = ""
    if isinstance(value, date):
        # An m beside hours or seconds is minutes, unless the code has a year or a day.
        dated = "y" in code or "d" in code or not shows_time
        year, month, day = "y" in code, "m" in code and dated, "d" in code
        if not (year or month or day) and dated:
            year = month = day = True
        text += f"{value.year}年" * year + f"{value.month}月" * (month or day) + f"{value.day}日" * day
    if shows_time and isinstance(value, datetime | time):
        text += f" {value.hour}:{value.minute:02d}" + (f":{value.second:02d}" if value.second else "")
    return text.strip()


def _number(value: float, code: str) -> str:
    exact = Decimal(repr(value))
    if not exact.is_finite() or exact.adjusted() > _LARGEST or _CONDITION.search(code):
        return _general(exact)
    sections = _sections(code)
    section = sections[0]
    if exact < 0 and len(sections) > 1:
        section, exact = sections[1], -exact
    elif exact == 0 and len(sections) > 2:
        section = sections[2]
    tokens = list(_TOKEN.finditer(section))
    exact *= 100 ** sum(token["other"] == "%" for token in tokens)
    numerals = [token for token in tokens if token["general"] or token["digits"] or token["other"] == "@"]
    if len(numerals) > 1 or any(token["other"] == "/" for token in tokens):
        return _general(exact)
    text = "".join(_shown(token, abs(exact)) for token in tokens)
    return f"-{text}" if exact < 0 and re.search("[1-9]", text) else text


def _sections(code: str) -> list[str]:
    """The formats for positive and negative numbers, zero and text, parted by semicolons."""
    sections = [""]
    for piece in _PIECE.findall(code):
        if piece == ";":
            sections.append("")
        else:
            sections[-1] += piece
    return sections


def _shown(token: re.Match[str], value: Decimal) -> str:
    if token["digits"]:
        return _digits(value, token["digits"])
    if token["general"] or token["other"] == "@":
        return _general(value)
    return token["quoted"] or token["escaped"] or token["currency"] or token["other"] or ""


def _digits(value: Decimal, places: str) -> str:
    """`value` (not negative) with the digits that `places` (#,##0.00) asks for."""
    places, _, exponent = places.upper().partition("E")
    whole, _, fraction = places.partition(".")
    if exponent:
        mantissa, _, power = f"{value:.{len(fraction)}E}".partition("E")
        sign = "-" if power.startswith("-") else "+" * ("+" in exponent)
        return f"{mantissa}E{sign}{power[1:].zfill(exponent.count('0'))}"
    scaling = len(places) - len(places.rstrip(","))
    least, most = fraction.count("0"), len(fraction.replace(",", ""))
    rounded = (value / 1000**scaling).quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP)
    grouped = "," if "," in whole.rstrip(",") else ""
    integer, _, decimals = f"{rounded:{grouped}.{most}f}".partition(".")
    while len(decimals) > least and decimals.endswith("0"):
        decimals = decimals[:-1]
    integer = integer.zfill(whole.count("0")) if not grouped else integer
    if integer == "0" and "0" not in whole:
        integer = ""
    return f"{integer}.{decimals}" if decimals else integer


def _general(value: Decimal) -> str:
    """A number without a format: as many digits as it has, no exponent."""
    if not value.is_finite():
        return str(value)
    text = f"{Decimal(f'{value:.{_SHOWN_DIGITS}g}'):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
