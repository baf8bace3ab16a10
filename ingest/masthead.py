"""What stands over and under a policy: title, 文号, issuing body, date of issue.

The layout is that of 党政机关公文格式 (GB/T 9704-2012): number, title (often over several
lines), address, text, signature and date; a regulation may follow an order (令) that
puts it into force.
"""

import re
from datetime import date
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
_WRITTEN_DATE = re.compile(
    r"([一二][零〇○Oo一二三四五六七八九]{3})\s*年\s*([一二三四五六七八九十]{1,2})\s*月\s*([一二三四五六七八九十]{1,3})\s*日"
)
_ORDER = re.compile(
    rf"^[（(]?(?:中华人民共和国)?({HAN}{{1,14}}?)令\s*(?:第\s*([\d０-９]{{1,4}}|[零〇一二三四五六七八九十百]{{1,5}})\s*号)?[）)]?$"
)
_ORDER_NUMBER = re.compile(r"^[（(]?第\s*([\d０-９]{1,4}|[零〇一二三四五六七八九十百]{1,5})\s*号[）)]?$")
_REGULATION_STARTS = re.compile(r"^第一(?:章|条|编)(?![^\s\u3000]*规定)")
_BODY = (
    rf"最高人民(?:法院|检察院)|政务院|全国人民代表大会(?:常务委员会)?|中共{HAN}{{2,10}}?委(?:员会)?|国务院(?:办公厅)?|中央军委(?:办公厅)?|{HAN}{{2,12}}?人民(?:政府(?:办公厅)?|代表大会常务委员会)"
    rf"|{HAN}{{2,16}}?(?:厅|局|委员会|办公室|部)"
)
_ISSUER = re.compile(rf"(?:{_BODY})(?:[、 \u3000](?:{_BODY}))*")
_PREFIXES: Final = {
    "川委发": "中共四川省委",
    "川府发": "四川省人民政府",
    "川府函": "四川省人民政府",
    "川办发": "四川省人民政府办公厅",
    "川办规": "四川省人民政府办公厅",
    "川办函": "四川省人民政府办公厅",
    "国发": "国务院",
    "国函": "国务院",
    "国令": "国务院",
    "国办发": "国务院办公厅",
    "国办函": "国务院办公厅",
}
"""发文机关代字 of the bodies whose documents Sichuan policy rests on."""
_ACT: Final = re.compile(r"关于|转发|印发|公布|批转")
_KIND = re.compile(
    "(?:通知|意见|决定|决议|办法|条例|规定|方案|计划|规划|纲要|措施|细则|规则|函|批复|通报|公告|通告|报告|答复|请示|令|法|政策|举措|清单|目录|名录|指南|要点)"
    r"(?:[（(][^（()）]*[）)])?$"
)
_SPACED = re.compile(rf"{HAN}(?:[ \u3000]+{HAN}){{2,30}}")
_PASSED = re.compile(r"通过|公布|发布|印发")
_LONGEST_TITLE_LINE: Final = 80


def title(text: str, opens_unit: "re.Pattern[str]") -> str:
    """The title: lines up to the kind of document (…的通知); of a regulation behind an order, its own.

    `opens_unit` matches a line that begins a clause, which no title runs into. Empty when
    the text begins with a sentence.
    """
    lines = [_closed_up(line.strip(" \t\u3000#*")) for line in text.split("\n")]
    if _order(lines, first_only=True):
        return _regulation_title(lines)
    first = next((place for place, line in enumerate(lines) if line and not FURNITURE.fullmatch(line)), None)
    if first is None or len(lines[first]) > _LONGEST_TITLE_LINE or lines[first].endswith(("。", "：", "；")):
        return ""
    found = lines[first]
    for line in lines[first + 1 : first + 4]:
        ends = not line or opens_unit.match(line) or FURNITURE.fullmatch(line) or _ORDER_NUMBER.match(line)
        closed = line.endswith(("。", "：", "；")) or len(line) > 45 or line.startswith(("（", "("))
        if _KIND.search(found) or ends or closed or ANY_DATE.search(line):
            break
        found += line
    return found


def _closed_up(line: str) -> str:
    """国 家 应 急 预 案 -> 国家应急预案: a short line that is spaced out."""
    return line.replace(" ", "").replace("\u3000", "") if _SPACED.fullmatch(line) else line


def document_number(text: str) -> str | None:
    """The 文号 above the first sentence or address, or the number of the order; one named later is another's."""
    lines = [line.strip() for line in text.split("\n")[:30]]
    if (order := _order(lines)) and order[1]:
        body, number = order
        return f"{'国' if body == '国务院' else body}令第{number_or_none(number or '')}号"
    header = takewhile(lambda line: "。" not in line and not line.endswith("："), lines)
    match = next(filter(None, map(_DOCUMENT_NUMBER.search, header)), None)
    return number_of(match[1], match[2], match[3]) if match else None


def issuer(title_text: str, text: str, number: str | None) -> str | None:
    """The issuing body: as the title names it, or the 发文机关代字, or the line above the closing date."""
    opening = _ACT.split(title_text, maxsplit=1)[0].strip()
    if opening != title_text and (named := _ISSUER.fullmatch(opening)):
        return named[0]
    if number and (known := _PREFIXES.get(re.split("〔|第", number)[0])):
        return known
    lines = [line.strip() for line in text.strip().split("\n")]
    if (order := _order(lines)) and _ISSUER.fullmatch(order[0]):
        return order[0]
    for signature, dated in pairwise(lines):
        if _date_line(dated) and (match := _ISSUER.fullmatch(signature)):
            return match[0]
    return None


def issued(text: str) -> str | None:
    """The date under the signature, or in a bracketed line under the title (……通过), or over the text."""
    lines = [line.strip() for line in text.strip().split("\n")]
    sentence = next((place for place, line in enumerate(lines) if line.endswith("。")), len(lines))
    signed = next((_date_line(line) for line in lines[sentence:] if _date_line(line)), None)
    if signed:
        return signed
    for line in lines[:12]:
        if len(line) < 120 and _PASSED.search(line) and (match := ANY_DATE.search(line)):
            return iso(match)
    return next((_date_line(line) for line in lines[:12] if _date_line(line)), None)


def number_of(prefix: str, year: str, count: str) -> str:
    """A 文号 as it is printed: 川办发〔2025〕49号."""
    return f"{prefix}〔{year}〕{count}号"


def iso(match: re.Match[str]) -> str | None:
    """YYYY-MM-DD of an `ANY_DATE`, or None when the calendar has no such day."""
    return _day(*(int(part) for part in match.groups() if part))


def _date_line(line: str) -> str | None:
    """The day, when the line is but a date in either kind of numerals."""
    if match := ANY_DATE.fullmatch(line):
        return iso(match)
    if match := _WRITTEN_DATE.fullmatch(line):
        parts = [number_or_none(re.sub("[○Oo]", "〇", part)) or 0 for part in match.groups()]
        return _day(*parts)
    return None


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _order(lines: list[str], *, first_only: bool = False) -> tuple[str, str | None] | None:
    """Body and number of the order that stands over or right under the title."""
    filled = [line for line in lines[:8] if line.strip()][: 1 if first_only else 3]
    for place, line in enumerate(filled):
        if match := _ORDER.match(line):
            below = _ORDER_NUMBER.match(filled[place + 1]) if place + 1 < len(filled) else None
            return match[1], match[2] or (below[1] if below else None)
    return None


def _regulation_title(lines: list[str]) -> str:
    """The line over the first chapter or article, brackets and dates between them left out."""
    for place, line in enumerate(lines):
        if _REGULATION_STARTS.match(line):
            above = [
                one
                for one in lines[:place]
                if one and not one.startswith(("（", "(")) and not _date_line(one)
            ]
            return above[-1] if above and not above[-1].endswith("。") else ""
    return ""
