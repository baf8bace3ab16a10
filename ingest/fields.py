"""Fields that the text of a policy states of itself: 文号, issuer, dates, term, what it ends.

Where a date is said relative to another one (自印发之日起施行，有效期三年), it is computed from
that one; where that one is not known, the field stays empty.
"""

import re
from datetime import date, timedelta
from itertools import pairwise, takewhile
from typing import Final

from rag.numerals import number_or_none

HAN: Final = r"[\u4e00-\u9fff]"
NUMBER_TEXT: Final = (
    rf"({HAN}{{1,12}})[〔\[［(（]\s*((?:19|20)\d{{2}})\s*[〕\]］)）]\s*第?\s*(\d{{1,5}})\s*号"
)
ANY_DATE: Final = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日|(\d{4})-(\d{1,2})-(\d{1,2})")
FURNITURE: Final = re.compile(rf"(?:{HAN}{{2,6}}[：:]\s*)?(?:{NUMBER_TEXT}|{ANY_DATE.pattern})")
"""A line that holds but a 文号 or a date."""

_DOCUMENT_NUMBER = re.compile(rf"(?:^|[\s：:（(]){NUMBER_TEXT}[）)]?$")
_ISSUER = re.compile(
    rf"中共{HAN}{{2,10}}?委(?:员会)?(?:[ \u3000]*{HAN}{{2,12}}?人民政府(?:办公厅)?)?"
    rf"|{HAN}{{2,12}}?人民(?:政府(?:办公厅)?|代表大会常务委员会)"
    rf"|{HAN}{{2,8}}?(?:省|市|州|县)(?:{HAN}{{2,14}}?(?:厅|局|委员会|部|办公室))"
    rf"|国务院(?:办公厅)?"
)
_PREFIXES: Final = {
    "川委发": "中共四川省委",
    "川府发": "四川省人民政府",
    "川府函": "四川省人民政府",
    "川办发": "四川省人民政府办公厅",
    "川办规": "四川省人民政府办公厅",
    "川办函": "四川省人民政府办公厅",
    "国发": "国务院",
    "国函": "国务院",
    "国办发": "国务院办公厅",
    "国办函": "国务院办公厅",
}
"""发文机关代字 of the bodies whose documents Sichuan policy rests on."""
_PASSED = re.compile(r"通过|公布|发布|印发")
_OWN = r"本(?:法|条例|办法|规定|细则|决定|意见|通知|方案|措施|政策|计划|规则|实施办法|实施细则|若干措施)"
_EFFECTIVE = re.compile(
    rf"(?:{_OWN}|^|[，。；\s])(?:[^，。；]{{0,6}}?)自\s*(?P<from>(?:{ANY_DATE.pattern})|(?:公布|印发|发布)之日)"
    r"\s*起\s*(?:满?\s*(?P<days>\d{1,3}|[一二三四五六七八九十]{1,3})\s*日后)?\s*(?:正式)?(?:施行|实施|执行|生效)"
)
_TERM = re.compile(
    r"(?:有效期|试行期|试点期|实施期限|执行期限|有效期限)(?:为|暂定)?\s*(?P<years>\d{1,2}|[一二两三四五六七八九十])\s*年"
)
_UNTIL = re.compile(
    rf"(?:有效期|试行期|实施期限|执行期限|有效期限|政策执行期)[^。；]{{0,24}}?至\s*(?P<end>{ANY_DATE.pattern}|\d{{4}}\s*年底?)"
)
_ENDS = re.compile(r"同时废止|予以废止|即行废止|同时停止执行|不再执行|自行废止|相应废止")
_NAMED = re.compile(
    rf"《(?P<title>[^《》]{{2,80}}(?:《[^《》]*》[^《》]*)?)》\s*(?:[（(]\s*(?P<number>{NUMBER_TEXT})\s*[）)])?"
)
_DRAFT = re.compile(r"[（(][^（()）]{0,12}(?:征求意见稿|草案)[^（()）]{0,6}[）)]|(?:征求意见稿|草案)$")
_LAPSED = re.compile(r"[（(](?:已?失效|已?废止)[）)]")


def document_number(text: str) -> str | None:
    """The 文号 above the first sentence or address; one named later belongs to another document."""
    lines = (line.strip() for line in text.split("\n")[:30])
    header = takewhile(lambda line: "。" not in line and not line.endswith("："), lines)
    match = next(filter(None, map(_DOCUMENT_NUMBER.search, header)), None)
    return _number(match[1], match[2], match[3]) if match else None


def issuer(title: str, text: str, number: str | None) -> str | None:
    """The issuing body: as the title names it, or the 发文机关代字, or the line above the closing date."""
    if named := _ISSUER.match(title):
        return named[0]
    if number and (known := _PREFIXES.get(number.split("〔")[0])):
        return known
    lines = [line.strip() for line in text.strip().split("\n")][-6:]
    for signature, dated in pairwise(lines):
        if ANY_DATE.fullmatch(dated) and (match := _ISSUER.fullmatch(signature)):
            return match[0]
    return None


def issued(text: str) -> str | None:
    """The date in a bracketed line under the title (……通过), or the signature date at the end."""
    lines = [line.strip() for line in text.strip().split("\n")]
    for line in lines[:12]:
        if len(line) < 120 and _PASSED.search(line) and (match := ANY_DATE.search(line)):
            return iso(match)
    return next((iso(match) for line in lines[-4:] if (match := ANY_DATE.fullmatch(line))), None)


def effective(text: str, issued_on: str | None) -> str | None:
    """From when the document applies, by its own words; the last such sentence is that of the closing rules."""
    found = None
    for match in _EFFECTIVE.finditer(text):
        if named := ANY_DATE.search(match["from"]):
            found = iso(named)
        elif issued_on and len(issued_on) == 10:
            days = number_or_none(match["days"]) if match["days"] else 0
            found = (date.fromisoformat(issued_on) + timedelta(days=days or 0)).isoformat()
    return found


def expires(text: str, start: str | None) -> str | None:
    """The last day it applies, by its own words: a date, or a term counted from `start`."""
    if until := _last(_UNTIL, text):
        named = ANY_DATE.search(until["end"])
        return iso(named) if named else f"{until['end'][:4]}-12-31"
    term = _last(_TERM, text)
    if term is None or start is None or len(start) != 10:
        return None
    years = number_or_none(term["years"]) or 0
    begin = date.fromisoformat(start)
    try:
        return (begin.replace(year=begin.year + years) - timedelta(days=1)).isoformat()
    except ValueError:  # 29 February
        return begin.replace(year=begin.year + years, day=28).isoformat()


def repeals(text: str) -> tuple[str, ...]:
    """What the text ends: 文号, or the title where it gives none."""
    found: dict[str, None] = {}
    for sentence in re.split("[。\n]", text):
        if _ENDS.search(sentence):
            for match in _NAMED.finditer(sentence[: _end_of(sentence)]):
                parts = match.groups()[2:5]
                found[_number(*parts) if match["number"] else match["title"]] = None
    return tuple(found)


def status(title: str) -> str | None:
    """What the title says of itself: a draft, or lapsed."""
    if _DRAFT.search(title):
        return "征求意见稿"
    return "已失效" if _LAPSED.search(title) else None


def iso(match: re.Match[str]) -> str | None:
    """YYYY-MM-DD of an `ANY_DATE`, or None when the calendar has no such day."""
    year, month, day = (int(part) for part in match.groups() if part)
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _number(prefix: str, year: str, count: str) -> str:
    return f"{prefix}〔{year}〕{count}号"


def _end_of(sentence: str) -> int:
    """Where the last word of ending stands: titles after it are spoken of otherwise."""
    return max(match.end() for match in _ENDS.finditer(sentence))


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return max(pattern.finditer(text), key=lambda match: match.start(), default=None)
