"""Spoken forms written out before figures are compared: 3—5家 is 3家—5家, 两个亿 两亿元, 每年平均 年均, 当年11-06 11月6日."""

import re
from functools import lru_cache
from typing import Final

from rag.figures import normalise

_NUMBER: Final = r"\d+(?:\.\d+)?|[一二两三四五六七八九十]{1,3}"
_SIGN: Final = "[-—–~至到]"
_SCALE: Final = "万亿|千亿|百亿|[万亿]"
_UNIT: Final = "个月|元|%|年(?!代)|月|天|倍|亩|吨|户|家|人|名|所|项|个|条|件|座|次|类|期|级|小时|公里"
_RANGE = re.compile(
    rf"(?<![\d.-])(?!\d{{4}}年?{_SIGN})({_NUMBER})({_SCALE})?({_UNIT})?({_SIGN})({_NUMBER})({_SCALE})?({_UNIT})"
)

_SAME_YEAR = re.compile(r"[当同]年0?(\d{1,2})-0?(\d{1,2})(?!\d)")

_HUNDRED_MILLIONS = re.compile(r"([\d一二两三四五六七八九十]+)个亿(?!元)")
_SIZES: Final = (
    ("10000亿", "万亿"),
    ("1000亿", "千亿"),
    ("100亿", "百亿"),
    ("1万亿", "万亿"),
    ("一千亿", "千亿"),
    ("一万亿", "万亿"),
)
"""Sizes of clusters in figures, and as policies write them: 1000亿级."""
_YEARLY = re.compile("每年平均|平均每年|平均一年|年平均")


@lru_cache(maxsize=4096)
def written_out(text: str) -> str:
    """The text, normalised, with the scale and unit of every range told at both of its ends."""
    plain = normalise(text)
    for figures, words in _SIZES:
        plain = re.sub(rf"(?<![\d.]){figures}元?(?=级|立方米级|这个级别|的级别)", words, plain)
    return _RANGE.sub(
        _whole,
        _SAME_YEAR.sub(r"\1月\2日", _YEARLY.sub("年均", _HUNDRED_MILLIONS.sub(r"\1亿元", plain))),
    )


def _whole(match: re.Match[str]) -> str:
    first, scale, unit, _, last, last_scale, last_unit = match.groups()
    if unit and unit != last_unit:
        return match[0]
    return f"{first}{scale or last_scale or ''}{last_unit}—{last}{last_scale or ''}{last_unit}"
