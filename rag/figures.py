"""Figures in a common form, so that 45％, 45% and 百分之四十五 compare equal.

A figure is a number with its unit: a ratio (45%), an amount of money in yuan
(500万元 -> 5000000元), a year or date (2027年, 2023年6月19日) or a count with its
measure word (500千伏, 4个). Written-out numerals count only where a unit or 百分之
makes them figures: 一批 and 统一 hold none.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from rag.numerals import read_number

_DIGITS = r"\d+(?:,\d{3})*(?:\.\d+)?"
_NUMERALS = "[零〇一二两三四五六七八九十百千万亿]+"
_SCALES = {"": 1, "十": 10, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7}
_SCALES |= {"亿": 10**8, "百亿": 10**10, "千亿": 10**11, "万亿": 10**12}
_SCALE = "|".join(sorted((scale for scale in _SCALES if scale), key=len, reverse=True))
# Measure words that turn a written-out numeral into a figure. 批, 体, 流 … are left out: 一批 is no count.
_MEASURES = (
    "(?<!一)个方面|(?<!一)方面|个百分点|百分点|个小时|个月|个工作日|工作日|千瓦时|千伏|立方米|平方公里|平方米|公里|人次|小时|分钟|"
    "元|%|年|月|日|天|倍|成|亩|吨|户|家|人|名|所|项|个|条|件|座|次|款|档|级|类|期|强|大|市|岁|米|度|G|"
    "辆|艘|公顷|千瓦|兆瓦|部(?![分门委署长级队件位属落])|台(?![账湾套阶])|架(?!构)|场(?![地景所馆域合均面次])|套(?![利餐期件用])"
)
_CHINESE_YEAR = re.compile(r"([一二][零〇一二三四五六七八九]{3})年")
_PERCENT_WORDS = re.compile(rf"百分之({_DIGITS}|{_NUMERALS}(?:点{_NUMERALS})?)")
_TENTHS = re.compile(
    "(?<![零〇一二两三四五六七八九十百千万亿完建构组促养])([一二两三四五六七八九])成([一二三四五六七八九半])?(?![立为果功本员效长交熟套都渝品人型分就])"
)
_DATE = re.compile(r"(?<!\d)(\d{4})年(?:(\d{1,2})月(?:(\d{1,2})日)?)?")
_RANGE_START = re.compile(r"(?<!\d)(\d{4})年?[-—–~至到]{1,2}(?=\d{4}年)")
_ISO_DATE = re.compile(r"(?<![\d.])(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_ARABIC = re.compile(rf"(?<![\d.])({_DIGITS})((?:{_SCALE})(?![伏瓦克米]))?({_MEASURES})?", re.IGNORECASE)
# 零件 and 零售 hold no zero.
_WRITTEN = re.compile(
    rf"(?<!多少)(?<!几)(?<![第百千万亿零〇一二两三四五六七八九十])(?!零[件售部])({_NUMERALS})({_MEASURES})"
)
_ORDINAL = re.compile(rf"第({_NUMERALS}|\d+)(?=[^\d])")
_SPACE = re.compile(r"\s+")


@lru_cache(maxsize=16384)
def normalise(text: str) -> str:
    """NFKC without white space: the form in which figures and phrases are compared."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


@dataclass(frozen=True)
class Figure:
    """`names` are its canonical forms, the widest first: 2023年, 2023年6月, 2023年6月19日; it stands at [start, end) of the normalised text."""

    names: tuple[str, ...]
    start: int
    end: int


@lru_cache(maxsize=16384)
def canonical_figures(text: str) -> frozenset[str]:
    """Every figure of `text` in canonical form.

    A full date also yields its month and year, so that a quote with the date
    supports an answer that names only the year.
    """
    return frozenset(name for figure in located_figures(text) for name in figure.names)


@lru_cache(maxsize=16384)
def located_figures(text: str) -> tuple[Figure, ...]:
    """Every figure of `text` with its place in `normalise(text)`, in reading order."""
    rest = _CHINESE_YEAR.sub(lambda match: f"{_spelt_year(match[1])}年", normalise(text))
    found: list[Figure] = []
    rest = _take(_PERCENT_WORDS, rest, found, lambda match: [_percent(match[1])])
    rest = _take(_TENTHS, rest, found, lambda match: [_tenths(match[1], match[2])])
    rest = _take(_RANGE_START, rest, found, lambda match: [f"{match[1]}年"])
    rest = _take(_ISO_DATE, rest, found, lambda match: _date_parts(match[1], match[2], match[3]))
    rest = _take(_DATE, rest, found, lambda match: _date_parts(match[1], match[2], match[3]))
    rest = _take(_ARABIC, rest, found, lambda match: [_scaled(match[1], match[2], match[3])])
    rest = _take(_ORDINAL, rest, found, lambda match: [])
    _take(_WRITTEN, rest, found, lambda match: [_scaled(match[1], None, match[2])])
    return tuple(sorted((one for one in found if one.names), key=lambda one: one.start))


@lru_cache(maxsize=16384)
def years(text: str) -> tuple[int, ...]:
    """The years named in `text`, each once, in order; a bare 2027 between 1949 and 2100 counts."""
    plain = _CHINESE_YEAR.sub(lambda match: f"{_spelt_year(match[1])}年", normalise(text))
    named = re.findall(r"(?<![\d.])(\d{4})(?![\d.%]|万|亿|元|千)", plain)
    return tuple(dict.fromkeys(int(year) for year in named if 1949 <= int(year) <= 2100))


def _take(
    pattern: re.Pattern[str], rest: str, found: list[Figure], parts: Callable[[re.Match[str]], list[str]]
) -> str:
    """Collect what `pattern` finds and blank it, so that a later pattern cannot read it again."""

    def collect(match: re.Match[str]) -> str:
        found.append(Figure(tuple(parts(match)), match.start(), match.end()))
        return " " * len(match[0])

    return pattern.sub(collect, rest)


def _date_parts(year: str, month: str | None, day: str | None) -> list[str]:
    parts = [f"{int(year)}年"]
    if month:
        parts.append(f"{parts[0]}{int(month)}月")
    if day:
        parts.append(f"{parts[1]}{int(day)}日")
    return parts


def _percent(number: str) -> str:
    if number == "百":
        return "100%"
    try:
        return f"{_plain(_value(number))}%"
    except ValueError:
        return f"{number}%"  # 百分之几十: no figure anyone can compare, kept as it is written


def _tenths(tenths: str, hundredths: str | None) -> str:
    """三成 -> 30%, 四成五 -> 45%."""
    rest = 5 if hundredths == "半" else read_number(hundredths) if hundredths else 0
    return f"{read_number(tenths) * 10 + rest}%"


def _scaled(number: str, scale: str | None, unit: str | None) -> str:
    unit = (
        (unit or "")
        .upper()
        .replace("个百分点", "百分点")
        .replace("个工作日", "工作日")
        .replace("个小时", "小时")
        .replace("个方面", "方面")
    )
    try:
        value = _value(number) * _SCALES[scale or ""]
    except ValueError:
        return f"{number}{unit}"  # 千亿级, 万亿级: a size, not a count; compared as it is written
    if unit == "成":
        return f"{_plain(value * 10)}%"
    return f"{_plain(value)}{unit}"


def _value(number: str) -> Decimal:
    if number[0].isdigit():
        return Decimal(number.replace(",", ""))
    whole, _, fraction = number.partition("点")
    digits = "".join(str(read_number(digit)) for digit in fraction)
    return Decimal(f"{read_number(whole)}.{digits or 0}")


def _spelt_year(numerals: str) -> str:
    return "".join(str(read_number(numeral)) for numeral in numerals)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
