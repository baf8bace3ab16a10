"""Chinese numerals <-> integers: 十六, 两百, 一百零五, 二〇二七, １６.

Own code rather than cn2an 0.5: its strict mode refuses 两百, 〇 and １６, its normal
mode every Arabic digit, and its smart mode answers １６ with the float 16.0.
"""

import re
import unicodedata

_DIGITS = {numeral: value for value, numeral in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "两": 2,
}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_SECTIONS = {"万": 10**4, "亿": 10**8}
_SPELT = "零一二三四五六七八九"
_TOKEN = re.compile(r"[0-9]+|.", re.DOTALL)


def read_number(text: str) -> int:
    """The integer that `text` writes in Arabic (any width) or Chinese numerals, mixed, or digit by digit.

    A last digit counts as ones, as in clause numbers: 一百五 is 105, though speech may mean 150.

    Raises:
        ValueError: `text` is no whole number (empty, 百, 万亿, 三点五).
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.isascii() and plain.isdigit():
        return int(plain)
    if plain and all(character in _DIGITS for character in plain):
        return int("".join(str(_DIGITS[character]) for character in plain))
    total = section = digit = 0
    last = ""
    for token in _TOKEN.findall(plain):
        arabic = token.isascii() and token.isdigit()
        if arabic or token in _DIGITS:
            if (last in _DIGITS and last not in "零〇○") or last.isdigit():
                raise ValueError(f"{text!r} is not a whole number")
            digit = int(token) if arabic else _DIGITS[token]
        elif token in _UNITS and (digit or token == "十"):
            section += (digit or 1) * _UNITS[token]
            digit = 0
        elif token in _SECTIONS and section + digit:
            total = (total + section + digit) * _SECTIONS[token]
            section = digit = 0
        elif token in _SECTIONS and last in _SECTIONS:  # 三万亿
            total *= _SECTIONS[token]
        else:
            raise ValueError(f"{text!r} is not a whole number")
        last = token
    if not plain:
        raise ValueError("an empty text is not a whole number")
    return total + section + digit


def number_or_none(text: str) -> int | None:
    """`read_number`, with None for what is no whole number (百, 一百百): no clause has that number."""
    try:
        return read_number(text)
    except ValueError:
        return None


def write_number(number: int) -> str:
    """`number` (1 to 9999) in Chinese numerals as clause numbers are written: 16 -> 十六.

    Raises:
        ValueError: `number` is out of range.
    """
    if not 1 <= number <= 9999:
        raise ValueError(f"{number} is not between 1 and 9999")
    text, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += ("零" if gap and text else "") + _SPELT[digit] + name
            gap = False
        else:
            gap = bool(text)
    return text.removeprefix("一") if text.startswith("一十") else text
