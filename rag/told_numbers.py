"""Quantities and the founding date in an owner's own words, as exact as they are told."""

import calendar
import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from rag.profile import Interval
from rag.quantities import QuantityError, read_range
from rag.supports import QUANTITIES

_NUMBER: Final = r"(?P<number>\d[\d,]*(?:\.\d+)?|[一二两三四五六七八九十百千]+)"
_SCALE: Final = (
    r"(?P<more>多|来|几|余)?(?P<scale>万亿|千亿|百亿|十亿|亿|千万|百万|十万|万)?(?P<more2>多|来|余)?"
)
_MONEY: Final = rf"{_NUMBER}{_SCALE}(?:元|块)?"
_ABOUT: Final = re.compile("[约近]|大概|左右|差不多|上下")
_FILLER: Final = r"[^，。；,;\d一二两三四五六七八九十百千]{0,5}?"
_QUANTITIES: Final[dict[str, tuple[re.Pattern[str], ...]]] = {
    "headcount": (
        re.compile(
            rf"(?<!社)(?:员工|职工|工人|从业人员|(?<!研发)人员|(?<!研发)团队|人手|厂里|公司|全厂|一共|总共|现有|在册)"
            rf"(?:有|总共|一共|现有|大概|大约|约|共|在册|总数)*{_NUMBER}(?P<more>多|来|几|余)?(?P<scale>万|千|百)?(?P<more2>多|来)?(?:号|个|名|人)"
        ),
        re.compile(
            rf"(?<![\d招收])(?<!人员){_NUMBER}(?P<more>多|来|几|余)?(?P<scale>万|千|百)?(?P<more2>多|来)?(?:号|个|名)?"
            r"(?:人(?![均口才次工]|民|工智)|员工|职工|工人|师傅)"
        ),
    ),
    "revenue": (
        re.compile(
            rf"(?:营业收入|营业额|营收|销售额|销售收入|年收入|主营收入|卖了?|收入|流水){_FILLER}{_MONEY}"
        ),
    ),
    "equipment_investment": (
        re.compile(rf"设备(?:的?投资|投入|购置(?:费|投资)?|更新投资){_FILLER}{_MONEY}"),
        re.compile(rf"(?:投|花){_FILLER}{_MONEY}(?:买|更新|换|购置|上)[^，。]{{0,4}}设备"),
    ),
    "investment": (
        re.compile(rf"(?<!设备)(?:总投资|计划投资|拟投资|项目投资|投资额|投资){_FILLER}{_MONEY}"),
        re.compile(rf"(?:打算|准备|计划|想)投(?:入|个)?{_MONEY}"),
    ),
    "loan": (re.compile(rf"(?:贷|货款|借)(?:款|个|点|到)?{_FILLER}{_MONEY}"),),
    "rd_share": (
        re.compile(
            r"研发[^，。；]{0,8}?(?P<number>\d+(?:\.\d+)?)(?P<scale>)(?P<more>)(?P<more2>)(?:%|个点|个百分点)"
        ),
        re.compile(
            r"研发[^，。；]{0,8}?百分之(?P<number>[一二三四五六七八九十]+)(?P<scale>)(?P<more>)(?P<more2>)"
        ),
    ),
    "revenue_growth": (
        re.compile(
            r"(?:增长|增速|增幅|涨)[^，。；\d]{0,4}?(?P<number>\d+(?:\.\d+)?)(?P<scale>)(?P<more>)(?P<more2>)(?:%|个点|个百分点)"
        ),
    ),
}
_YEAR: Final = r"(?P<year>(?:19|20)\d\d)(?:年|-)?(?:(?P<month>\d{1,2})月)?(?:\d{1,2}日)?"
_FOUNDING: Final = "成立|注册|建厂|设立|创办|创立|开办|开的|建的|办的|起步|落地"
_FOUNDED: Final = (
    re.compile(rf"{_YEAR}(?:份|底|初)?(?:才|刚|就|在[^，。]{{0,6}})?(?:{_FOUNDING})"),
    re.compile(rf"(?:成立|注册|设立|创办|创立|建)(?:时间)?[于在是：:]?{_YEAR}"),
)
_RELATIVE: Final = re.compile(
    rf"(?P<word>今年|去年|前年)(?:(?P<month>\d{{1,2}})月)?(?:份|底|初)?(?:才|刚|就)*(?:{_FOUNDING})"
)
_BACK: Final = {"今年": 0, "去年": 1, "前年": 2}


def told_quantities(text: str) -> Mapping[str, Interval]:
    """The quantities that `text` states, by field (rag.supports.QUANTITIES)."""
    found: dict[str, Interval] = {}
    for name, patterns in _QUANTITIES.items():
        for pattern in patterns:
            match = pattern.search(text)
            if match and (interval := _interval(match, text, QUANTITIES[name])):
                found[name] = interval
                break
    return found


def _interval(match: re.Match[str], text: str, unit: str) -> Interval | None:
    """The quantity as rag.quantities reads it: 六千多万, 120来人, 约120人."""
    number, scale = match["number"], match["scale"] or ""
    if unit == "元" and not scale and not match[0].endswith(("元", "块")):
        return None
    near = text[max(match.start() - 2, 0) : match.end() + 2]
    more = (match["more"] or match["more2"] or "").replace("余", "多")
    about = "约" if not more and _ABOUT.search(near) else ""
    try:
        return Interval(*read_range(f"{about}{number}{more}{scale}{unit}", unit))
    except QuantityError:
        return None


def told_founding(text: str, day: date) -> tuple[date, date] | None:
    """First and last day on which it may have been founded; 今年 is the year of `day`."""
    for pattern in (*_FOUNDED, _RELATIVE):
        if not (match := pattern.search(text)):
            continue
        named = match.groupdict()
        year = int(named["year"]) if named.get("year") else day.year - _BACK[named["word"]]
        month = int(match["month"] or 0)
        if year > day.year or month > 12:
            continue
        last = month or 12
        return (
            date(year, month or 1, 1),
            min(date(year, last, calendar.monthrange(year, last)[1]), day),
        )
    return None
