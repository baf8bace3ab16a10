"""Quantities with a unit, as clauses and people write them: 2000万元, 1.5 亿, 300人, 百分之五, 3年, 不到2000万元, 5%—8%.

Money is in yuan, shares are in percent, time is in years. Decimal throughout: 0.1 亿元 is
10,000,000 yuan exactly, so that a threshold is met or missed and never almost met.
"""

import re
import unicodedata
from decimal import Decimal
from typing import Final

from rag.numerals import read_number

_SCALES: Final = {
    "": 1,
    "十": 10,
    "百": 100,
    "千": 1000,
    "万": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
}
_LARGE: Final = {"亿": 10**8, "十亿": 10**9, "百亿": 10**10, "千亿": 10**11, "万亿": 10**12}
_SCALE = "|".join(sorted((_SCALES | _LARGE).keys() - {""}, key=len, reverse=True))
_UNITS: Final = {
    "元": ("元", "块", "块钱", "人民币", "rmb", "元人民币"),
    "人": ("人", "名", "个人", "号人", "名员工", "个员工", "员工", "名职工"),
    "%": ("%", "个百分点", "个点", "百分点"),
    "年": ("年", "周年", "岁"),
    "月": ("月", "个月"),
}
_UNIT_OF: Final = {name: unit for unit, names in _UNITS.items() for name in names}
_NUMBER: Final = re.compile(r"\d[\d,]*(?:\.\d+)?|[零〇一二两三四五六七八九十百千]+")
_PATTERN = re.compile(
    rf"(?P<minus>[-−负])?(?P<number>{_NUMBER.pattern})(?P<scale>{_SCALE})?(?P<unit>[^\d\s.,]*)"
)
_PERCENT: Final = re.compile(
    rf"(?P<minus>[-−负])?百分之(?P<whole>{_NUMBER.pattern})(?:点(?P<tenths>[零〇一二三四五六七八九]+))?"
)
_MONTHS: Final = Decimal(12)
_TWO_SCALES: Final = re.compile(rf"(?P<high>(?:{_NUMBER.pattern})亿)零?(?P<low>(?:{_NUMBER.pattern})万)元?")
LONGEST: Final = 40
"""Characters of a quantity; more is none."""
LARGEST: Final = {"元": Decimal(10) ** 13, "人": Decimal(3_000_000), "%": Decimal(1000), "年": Decimal(1000)}
"""No enterprise has more: stands for the open end of a range."""
STEP: Final = {"元": Decimal(1), "人": Decimal(1), "%": Decimal("0.01"), "年": Decimal(1) / Decimal(366)}
"""How far 不到 and 超过 stay from their limit, which does not belong to them."""
_WORDS: Final = {
    "under": ("不到", "不足", "少于", "小于", "低于", "未满", "不满", "<"),
    "at_most": ("不超过", "不高于", "不多于", "不大于", "至多", "最多", "≤", "<="),
    "over": ("超过", "大于", "多于", "高于", ">"),
    "at_least": ("不少于", "不低于", "不小于", "至少", "≥", ">="),
    "about": ("大约", "大概", "差不多", "将近", "接近", "约", "近"),
}
_ENDINGS: Final = {
    "at_least": ("及以上", "以上", "往上", "起"),
    "at_most": ("及以下", "以下", "以内", "之内"),
    "about": ("左右", "上下"),
}
_MEANT_BY: Final = {
    word: meaning for words in (_WORDS, _ENDINGS) for meaning, own in words.items() for word in own
}
_LIMIT: Final = re.compile(
    rf"(?P<before>{'|'.join(sorted((w for own in _WORDS.values() for w in own), key=len, reverse=True))})?(?P<value>.+?)"
    rf"(?P<after>{'|'.join(w for own in _ENDINGS.values() for w in own)})?"
)
_BETWEEN: Final = re.compile(r"(?P<low>[^—–~至到-]+)(?:—+|–|~|-+|至|到)(?P<high>[^—–~至到-]+)")
_AND_MORE: Final = re.compile(
    rf"(?P<number>{_NUMBER.pattern})(?P<scale>{_SCALE})?(?P<word>[多余几来])(?P<rest>\D*)"
)


class QuantityError(ValueError):
    """What was given is no quantity of the wanted unit; the message says in Chinese what is accepted."""


_EXAMPLES: Final = {"元": "2000万元", "人": "300人", "%": "5%", "年": "3年"}


def read_range(text: str, unit: str, bare: str = "") -> tuple[Decimal, Decimal]:
    """Lowest and highest value that `text` leaves open, both included: 不到X, X以上, X—Y, X多, 约X, or X itself.

    约 and 来 are within a tenth; 多 and 几 stay in the last written place: 三百多 is 300 to 399.
    An open end is 0 or the largest (`LARGEST`). `unit` and `bare` as in `read_quantity`.

    Raises:
        QuantityError: as `read_quantity`, or the first value of X—Y is the larger one.
    """
    plain = _folded(text)
    if len(plain) > LONGEST:
        raise QuantityError(f"“{plain[:20]}……”太长，请写成 {_EXAMPLES[unit]} 这样。")
    limit = _LIMIT.fullmatch(plain)
    if limit and limit["before"] and limit["after"]:
        raise QuantityError(f"“{plain}”不是能读懂的数量，请写成 {_EXAMPLES[unit]} 这样。")
    if limit and (word := limit["before"] or limit["after"]):
        return _limited(_MEANT_BY[word], read_quantity(limit["value"], unit, bare), unit)
    if between := _BETWEEN.fullmatch(plain):
        return _between(between["low"], between["high"], unit, bare)
    if more := _AND_MORE.fullmatch(plain):
        return _and_more(more, unit, bare)
    value = read_quantity(plain, unit, bare)
    return value, value


def _limited(meaning: str, value: Decimal, unit: str) -> tuple[Decimal, Decimal]:
    if meaning == "about":
        return value * Decimal("0.9"), value * Decimal("1.1")
    if meaning in {"under", "at_most"}:
        return Decimal(0), value - (STEP[unit] if meaning == "under" else 0)
    return value + (STEP[unit] if meaning == "over" else 0), LARGEST[unit]


def _between(first: str, second: str, unit: str, bare: str) -> tuple[Decimal, Decimal]:
    """2000—3000万元: the first value has the scale and unit of the second, unless it has its own or would be larger."""
    high = read_quantity(second, unit, bare)
    number = _NUMBER.match(second)
    ending = second[number.end() :] if number and _NUMBER.fullmatch(first) else ""
    low = read_quantity(first + ending, unit, bare)
    if low > high and ending and bare:
        low = read_quantity(first, unit, bare)
    if low > high:
        raise QuantityError(f"“{first}”比“{second}”大，请把小的写在前面。")
    return low, high


def _and_more(found: re.Match[str], unit: str, bare: str) -> tuple[Decimal, Decimal]:
    number, scale, rest = found["number"], found["scale"] or "", found["rest"]
    low = read_quantity(f"{number}{scale}{rest}", unit, bare)
    if found["word"] == "来":
        return _limited("about", low, unit)
    value = _value(number)
    place = Decimal(1)
    while value and value % (place * 10) == 0:
        place *= 10
    high = low + low / value * place * Decimal("0.99") if value else low
    return low, Decimal(int(high)) if unit == "人" else high


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", str(text)).replace("．", ".")
    return re.sub(r"[\s\u200b\ufeff]", "", plain).lower()


def read_quantity(text: str, unit: str, bare: str = "") -> Decimal:
    """The value of `text` in `unit` (元, 人, %, 年); `bare` is what follows a number without a unit: 万元.

    Raises:
        QuantityError: no number, another unit, or a number alone where `bare` is empty.
    """
    plain = _folded(text)
    if both := _TWO_SCALES.fullmatch(plain):
        return read_quantity(both["high"], unit) + read_quantity(both["low"], unit)
    example, text = _EXAMPLES[unit], str(text)[:20]
    if unit == "%" and (percent := _PERCENT.fullmatch(plain)):
        return _percent(percent)
    found = _PATTERN.fullmatch(plain)
    if not found or (found["minus"] and unit != "%"):
        raise QuantityError(f"“{text}”不是能读懂的数量，请写成 {example} 这样。")
    number, scale, written = found["number"], found["scale"] or "", found["unit"]
    if not scale and not written:
        if not bare:
            raise QuantityError(f"“{text}”没有写单位，请写成 {example} 这样。")
        scale, written = ("万", "元") if bare == "万元" else ("", bare)
    if scale and not written and unit == "元":
        written = "元"  # 2000万: of money people leave the word out
    given = _UNIT_OF.get(written or unit)
    value = _value(number) * (_SCALES | _LARGE)[scale]
    if unit == "年" and given == "月":
        return value / _MONTHS
    if given != unit:
        raise QuantityError(f"“{text}”的单位不对，请写成 {example} 这样。")
    return -value if found["minus"] else value


def _percent(found: re.Match[str]) -> Decimal:
    """百分之五点五."""
    tenths = "".join(str(read_number(digit)) for digit in found["tenths"] or "")
    value = _value(found["whole"]) + (Decimal(f"0.{tenths}") if tenths else 0)
    return -value if found["minus"] else value


def _value(number: str) -> Decimal:
    if number[0].isdigit():
        return Decimal(number.replace(",", ""))
    try:
        return Decimal(read_number(number))
    except ValueError as problem:
        raise QuantityError(f"“{number}”不是能读懂的数字，请用阿拉伯数字写。") from problem


def written_quantity(value: Decimal, unit: str) -> str:
    """How a person writes it: 300万元, 1.5亿元, 12人, 2.5%, 1年3个月."""
    if unit == "年":
        years, months = int(value), round((value - int(value)) * _MONTHS)
        years, months = (years + 1, 0) if months == _MONTHS else (years, months)
        return "".join([f"{years}年" if years else "", f"{months}个月" if months else ""]) or "不足1个月"
    if unit == "元":
        for scale, word in ((10**8, "亿元"), (10**4, "万元")):
            if value >= scale:
                return f"{_plain(value / scale)}{word}"
    return f"{_plain(value)}{unit}"


def written_range(low: Decimal, high: Decimal, unit: str) -> str:
    """What `read_range` reads back as the same range: 6000万元, 108人—132人, 不到3年, 2000万元以上."""
    if low == high:
        return written_quantity(low, unit)
    if high >= LARGEST[unit]:
        ways = (f"{written_quantity(low, unit)}以上", f"超过{written_quantity(low - STEP[unit], unit)}")
        return min(ways, key=len)
    if low == 0:
        ways = (f"不到{written_quantity(high + STEP[unit], unit)}", f"不超过{written_quantity(high, unit)}")
        return min(ways, key=len)
    return f"{written_quantity(low, unit)}—{written_quantity(high, unit)}"


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
