"""When an enterprise was founded, as people write it -> the first and last day on which it may have been.

2019, 2019年5月, 2019-05-20, 2015至2018, 2020-06以前, or its age: 不到3年, 3年—5年, 5年以上, 18个月.
"""

import calendar
import math
import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from rag.quantities import STEP, QuantityError, read_range

EARLIEST: Final = date(1900, 1, 1)
_DATE: Final = re.compile(
    r"(?P<year>(?:19|20)\d\d)(?:[-年./](?P<month>\d{1,2})(?:[-月./](?P<day>\d{1,2}))?)?[年月日]?"
)
_SPAN: Final = re.compile(
    r"(?P<first>.+?)(?:至|到|—)(?P<last>.+)|(?P<before>.+?)[以之]前|(?P<after>.+?)[以之]后"
)
_TWO_DIGITS: Final = re.compile(r"(?:\d\d|[零〇一二三四五六七八九]{2})年?")
_ACCEPTED: Final = "请写成 2019、2019-05、2019-05-20，或 3年以上、不到3年 这样。"


def read_founding(text: str, day: date) -> tuple[date, date]:
    """First and last day, neither after `day` nor before 1900.

    Raises:
        QuantityError: neither a date nor an age, no such day, or out of range; the message says in Chinese what to write.
    """
    plain, shown = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)), text[:20]
    if _TWO_DIGITS.fullmatch(plain):
        raise QuantityError(f"“{shown}”可能是年份也可能是年数，{_ACCEPTED}")
    first, last = _of_dates(plain, shown, day) or _of_age(plain, shown, day)
    if not EARLIEST <= first <= min(last, day):
        raise QuantityError(f"“{shown}”不在 1900 年到今天之间。")
    return _until((first, last), day)


def written_founding(first: date, last: date, day: date) -> str:
    """What `read_founding` reads on `day` as the same days: 2019-05-20, 2019-05, 2019, 2020-06-01以前."""
    for text in (first.isoformat(), f"{first:%Y-%m}", f"{first:%Y}"):
        found = _DATE.fullmatch(text)
        if found and _until(_of_date(found, text), day) == (first, last):
            return text
    if first.year == EARLIEST.year:
        return f"{last.isoformat()}以前"
    return f"{first.isoformat()}至{last.isoformat()}"


def _until(days: tuple[date, date], day: date) -> tuple[date, date]:
    return days[0], min(days[1], day)


def _of_dates(plain: str, shown: str, day: date) -> tuple[date, date] | None:
    """A date or a span of dates; None when there is none in it."""
    if found := _DATE.fullmatch(plain):
        return _of_date(found, shown)
    span = _SPAN.fullmatch(plain)
    ends = [_DATE.fullmatch(end) for end in span.groups() if end] if span else []
    read = [_of_date(end, shown) for end in ends if end]
    if not span or not read or len(read) != len(ends):
        return None
    first = EARLIEST if span["before"] else read[0][0]
    return first, day if span["after"] else read[-1][1]


def _of_date(found: re.Match[str], shown: str) -> tuple[date, date]:
    year, month, number = (int(found[part] or 0) for part in ("year", "month", "day"))
    try:
        first = date(year, month or 1, number or 1)
        last = date(year, month or 12, number or calendar.monthrange(year, month or 12)[1])
    except ValueError as problem:
        raise QuantityError(f"没有“{shown}”这一天。") from problem
    return first, last


def _of_age(plain: str, shown: str, day: date) -> tuple[date, date]:
    oldest = (day.year - EARLIEST.year) * 12
    try:
        low, high = (_months(years) for years in read_range(plain, "年"))
    except QuantityError as problem:
        raise QuantityError(f"“{shown}”不是日期，{_ACCEPTED}") from problem
    if not 0 <= low <= oldest or high < 0:
        raise QuantityError(f"“{shown}”不在 1900 年到今天之间。")
    if low == high:  # 5年: until the sixth year is full
        high += (1 if low % 12 else 12) - STEP["年"]
    # A limit that does not belong to the range (不到, 超过) lies a day beside a whole number of months.
    last = _months_before(day, math.floor(low)) - timedelta(days=int(low % 1 > 0))
    first = _months_before(day, math.ceil(min(high, Decimal(oldest)))) + timedelta(days=int(high % 1 > 0))
    return first, last


def _months(years: Decimal) -> Decimal:
    """7个月 is kept as seven twelfths, which are not exact."""
    return round(years * 12, 6)


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
