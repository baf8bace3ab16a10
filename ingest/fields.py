"""What the text of a policy states of its validity: first day, term, what it ends, whether it is a draft.

Where a date is said relative to another one (自印发之日起施行，有效期三年), it is computed from
that one; where that one is not known, the field stays empty.
"""

import re
from datetime import date, timedelta

from ingest.masthead import ANY_DATE, NUMBER_TEXT, iso, number_of
from rag.numerals import number_or_none

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
_OF_ITSELF = re.compile(
    rf"{_EFFECTIVE.pattern}|^[\s\u3000]*(?:第[零〇一二三四五六七八九十百]+条[\s\u3000]*)?(?:{_OWN})?的?(?:政策)?"
    r"(?:有效期|试行期|试点期|实施期限|执行期限|有效期限|政策执行期)"
)
"""A sentence that speaks of the validity of the document it stands in."""
_ENDS = re.compile(r"(?:之日起|同时|均|一并)废止|予以废止|即行废止|同时停止执行|自行废止|相应废止")
_REACH = 16
"""Characters between a title and the word of ending, or the next title that ends with it."""
_NAMED = re.compile(
    rf"《(?P<title>[^《》]{{2,80}}(?:《[^《》]*》[^《》]*)?)》\s*(?:[（(]\s*(?P<number>{NUMBER_TEXT})\s*[）)])?"
)
_DRAFT = re.compile(r"[（(][^（()）]{0,12}(?:征求意见稿|草案)[^（()）]{0,6}[）)]|(?:征求意见稿|草案)$")
_LAPSED = re.compile(r"[（(](?:已?失效|已?废止)[）)]")


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
    """The last day it applies, by its own words: a date, or a term counted from `start`.

    Only sentences on the document itself count: a licence, too, has a 有效期.
    """
    text = "\n".join(one for one in re.split("[。\n]", text) if _OF_ITSELF.search(one))
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
    """What the text ends: 文号, or the title where it gives none. Only what stands right before the word of ending."""
    found: dict[str, None] = {}
    for sentence in re.split("[。\n]", text):
        for ending in _ENDS.finditer(sentence):
            reached, named = ending.start(), []
            for match in reversed(list(_NAMED.finditer(sentence[: ending.start()]))):
                between = sentence[match.end() : reached]
                if len(between) > _REACH or "，" in between:
                    break
                reached = match.start()
                named.append(number_of(*match.groups()[2:5]) if match["number"] else match["title"])
            found.update(dict.fromkeys(reversed(named)))
    return tuple(found)


def status(title: str) -> str | None:
    """What the title says of itself: a draft, or lapsed."""
    if _DRAFT.search(title):
        return "征求意见稿"
    return "已失效" if _LAPSED.search(title) else None


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return max(pattern.finditer(text), key=lambda match: match.start(), default=None)
