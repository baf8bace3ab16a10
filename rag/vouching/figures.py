"""Figures: that they stand in the sources, belong to the same indicator and year, and keep their limit.

A figure belongs to the words around it. Of each occurrence in the sources the words
between it and its neighbours are its surroundings; a figure of the sentence whose own
words stand in the surroundings of another figure of the same unit has changed places.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.figures import Figure, canonical_figures, located_figures, normalise
from rag.vouching.parts import joined, pairs_of, shared

_EDGE = re.compile(r"[,;。:!?]")
_MEMBER = re.compile(r"[,;。:!?、]")
_WORDS_BEHIND = re.compile("(?!以[上下内]|左右|上下)[\u4e00-\u9fff“][\u4e00-\u9fff(]")
_FULL_STOP = re.compile(r"[。!?]")
_YEAR = re.compile(r"\d{4}年")
_UNIT = re.compile(r"[\d.]+")
_PROPORTION = re.compile(
    "翻(?:一|两|三)?番|一半|过半|半数|[二三四五六七八九十]分之[一二三四五六七八九]|倍增|减半"
)
_RESPECTIVELY = re.compile("分别(?:不低于|不超过|达到|给予|按照?|为|是|补助|奖励)*")
_NOT = "不(?:得|能|可|宜|应|许)?"
_SAID_SO = {
    "50%": re.compile("一半|五五|对半|半数"),
    "1倍": re.compile("翻倍|翻一?番"),
    "1年": re.compile("每年|年度|当年|一年|年内|同比|年均"),
    "半": re.compile("50%|五五|对半|半数|一半"),
}
"""Figures and the words that say the same."""
_COUNTED = "个大条项类家户座名人所件种款批市"
_ONE = re.compile("一[个项家户种次名件条款]")
_LIMITS = {
    "least": (
        re.compile(
            f"(?:{_NOT}(?:低于|少于|小于|短于)|至少|(?<!不)(?<!不得)(?<!不能)(?:超过?|突破|高于|大于|多于|(?<!超)过)|最低|最少|不止|满(?=$))"
            "(?:[^\\d,;。、的万亿千百]{0,8}|[^\\d,;。]{0,24}的)$"
        ),
        re.compile("^(?:\\)?)(?:[^\\d,;。、]{0,3}?(?:及|\\(含\\))?以上|[多余](?!元))"),
    ),
    "most": (
        re.compile(
            f"(?:{_NOT}(?:超过?|高于|多于|大于|突破)|最高|最多|至多|顶格|最长|上限|封顶|控制在|(?<!不)(?<!不得)(?<!不能)(?:低于|小于|少于)|"
            "不足|未达到?|不到|顶多)(?:[^\\d,;。、的万亿千百]{0,12}|[^\\d,;。]{0,24}的)$"
        ),
        re.compile("^(?:\\)?)(?:以内|以下|之内|封顶|为限|为上限|的上限)"),
    ),
    "about": (re.compile("(?:约|大概|大约|接近|近)[^\\d,;。、]{0,6}$"), re.compile("^(?:左右|上下)")),
}
_BEFORE = re.compile("^(?:年?[底末]?(?:以前|之前|前))|^年?[底末](?!起)")
_AFTER = re.compile("^(?:起|以后|之后|以来|开始)")
_FROM = re.compile("(?:自|从)$")
DATED = 1
"""Characters between a year and the figure that it dates."""
BEHIND = 8
"""Characters behind a figure that may say what it counts."""
RIVAL = 0.2
"""By how much another figure's surroundings must hold more of the sentence's words to be the ones meant."""
ELSEWHERE = 0.1
"""By how much the whole sentence must be liker to the rival's, where the words around both are the same."""
NAMED = 0.5
"""Share of the sentence's words that the other figure's surroundings must hold at least."""


@dataclass(frozen=True)
class Occurrence:
    """A figure with what stands around it."""

    name: str
    unit: str
    """What is counted: %, 元, 家 … or the year."""
    around: str
    behind: str
    year: str
    limit: str
    is_date: bool
    dated: bool
    """Whether its year stands right before it: 2025年的75%."""
    sentence: str


def stand_in_sources(sentence: str, sources: Sequence[str]) -> bool:
    """Whether every figure, date and proportion of the sentence stands in the sources."""
    known = {_comparable(name) for source in sources for name in canonical_figures(source)}
    text, plain = joined(sources), normalise(sentence)
    return all(
        {_comparable(name) for name in one.names} <= known
        or _ONE.fullmatch(plain, one.start, one.end)
        or _is_said(one.names[-1], text)
        for one in located_figures(sentence)
    ) and all(one in text or ("半" in one and _is_said("半", text)) for one in _PROPORTION.findall(plain))


def _is_said(name: str, text: str) -> bool:
    """Whether the sources say the figure in words."""
    return name in _SAID_SO and bool(_SAID_SO[name].search(text))


def _comparable(name: str) -> str:
    """A figure so that 74户, 74家 and a bare 74 compare equal: counts lose their measure word."""
    number = name.rstrip(_COUNTED)
    return f"{number}个" if number.replace(".", "").isdigit() else name


def keep_their_indicator(sentence: str, sources: Sequence[str]) -> bool:
    """Whether no figure of the sentence stands beside words that belong to another figure of its unit."""
    given = [one for source in sources for one in occurrences(source)]
    told = occurrences(sentence)
    return not any(_taken(one, told, given) for one in told if one.unit and not one.is_date)


def keep_their_year(sentence: str, sources: Sequence[str]) -> bool:
    """Whether every figure stays with a year that governs it in the sources, where both name one."""
    given = [one for source in sources for one in occurrences(source)]
    for one in occurrences(sentence):
        years = {other.year for other in given if other.name == one.name and other.year}
        if not one.is_date and one.year and years and one.year not in years:
            return False
    return True


def keep_their_limit(sentence: str, sources: Sequence[str]) -> bool:
    """Whether 不超过, 以上, 左右 … stay with their figure, and 前 or 起 with their date."""
    given = [one for source in sources for one in occurrences(source)]
    for one in occurrences(sentence):
        limits = {other.limit for other in given if other.name == one.name}
        if one.is_date and not one.limit:
            continue
        if limits and one.limit not in limits and not (one.is_date and "" in limits):
            return False
    return True


@lru_cache(maxsize=4096)
def occurrences(text: str) -> tuple[Occurrence, ...]:
    """Every figure of a sentence with its surroundings, in reading order."""
    plain = normalise(text)
    found = located_figures(text)
    listed = _in_turn(plain, found)
    made: list[Occurrence] = []
    year, since = "", 0
    for place, one in enumerate(found):
        is_date = bool(_YEAR.fullmatch(one.names[0]))
        if is_date:
            year, since = one.names[0], one.end
        elif _FULL_STOP.search(plain, since, one.start):
            year = ""
        name = _comparable(one.names[-1])
        unit = "date" if is_date else _unit(one.names[-1])
        same = [other for other in found if _unit(other.names[-1]) == _unit(one.names[-1])]
        start = max((other.end for other in same if other.end <= one.start), default=0)
        end = min((other.start for other in same if other.start >= one.end), default=len(plain))
        around = listed.get(place) or _surroundings(plain, start, one, end)
        limit = _date_limit(plain, one) if is_date else _limit(plain, start, one)
        dated = bool(year) and one.start - since <= DATED
        behind = plain[one.end : one.end + 3]
        if not unit and "\u4e00" <= behind[:1] <= "\u9fff":
            unit = behind[:1]  # a measure word that is not in the list
        made.append(Occurrence(name, unit, around, behind, year, limit, is_date, dated, plain))
    return tuple(made)


def _surroundings(plain: str, start: int, figure: Figure, end: int) -> str:
    """The words before a figure back to the last comma, or to the one before where they say too little; and those behind it."""
    pieces = _MEMBER.split(plain[start : figure.start])
    own = pieces[-1]
    if len(pairs_of(own)) < 2 and len(pieces) > 1:
        own = f"{pieces[-2]}{own}"
    after = _MEMBER.split(plain[figure.end : min(end, figure.end + BEHIND)])[0]
    return f"{own},{after}"


def _in_turn(plain: str, found: Sequence[Figure]) -> dict[int, str]:
    """For A、B分别达到x、y: the member of the list that each figure belongs to."""
    turns: dict[int, str] = {}
    for match in _RESPECTIVELY.finditer(plain):
        stop = _EDGE.search(plain, match.end())
        end = stop.start() if stop else len(plain)
        places = [place for place, one in enumerate(found) if match.end() <= one.start < end]
        names = re.split("、|和|与|及", _EDGE.split(plain[: match.start()])[-1])
        if len(places) > 1 and len(names) >= len(places):
            turns |= dict(zip(places, names[-len(places) :], strict=True))
    return turns


def _limit(plain: str, start: int, figure: Figure) -> str:
    before = plain[max(start, figure.start - 16) : figure.start]
    after = plain[figure.end : figure.end + 8]
    found = [name for name, (left, right) in _LIMITS.items() if left.search(before) or right.search(after)]
    if found == ["least", "most"] and _LIMITS["least"][0].search(before):
        found = ["least"]  # 不低于: what is denied stands in its words
    return "+".join(found)


def _date_limit(plain: str, date: Figure) -> str:
    if _BEFORE.search(plain[date.end : date.end + 4]):
        return "before"
    return (
        "after" if _AFTER.search(plain[date.end : date.end + 3]) or _FROM.search(plain[: date.start]) else ""
    )


def _unit(name: str) -> str:
    """The unit of a figure, one for all counts; empty for a bare number."""
    unit = _UNIT.sub("", name)
    return "个" if unit and unit in _COUNTED else unit


def _goes_on_like(one: Occurrence, others: Sequence[Occurrence]) -> bool:
    """Whether the same words follow the figure, as in 500亿元以上的县."""
    return bool(_WORDS_BEHIND.match(one.behind)) and any(
        one.behind[:2] == other.behind[:2] for other in others
    )


def _taken(one: Occurrence, told: Sequence[Occurrence], given: Sequence[Occurrence]) -> bool:
    """Whether the words, the year or the sentence around a figure belong to another figure of its unit; `told` are all of its sentence."""
    own = [other for other in given if other.name == one.name]
    rivals = [
        rival
        for rival in given
        if rival.name != one.name
        and rival.unit == one.unit
        and not (_goes_on_like(one, own) and not _goes_on_like(one, [rival]))
        and not (
            one.year and rival.year not in ("", one.year) and any(other.year == one.year for other in own)
        )
    ]
    likeness = max((shared(one.around, other.around) for other in own), default=0.0)
    nearest = max((shared(one.sentence, other.sentence) for other in own), default=0.0)
    for rival in rivals:
        alike = shared(one.around, rival.around)
        of_the_year = one.year and rival.year == one.year and all(other.year != one.year for other in own)
        if of_the_year and (one.dated or (alike >= NAMED and alike >= likeness - RIVAL)):
            return True
        follows = _goes_on_like(one, [rival]) and not _goes_on_like(one, own)
        if alike >= NAMED and alike > likeness + (-RIVAL if follows else RIVAL):
            return True
        elsewhere = all(rival.sentence != other.sentence for other in own) and all(
            rival.name != other.name for other in told
        )
        nearer = shared(one.sentence, rival.sentence) > nearest + ELSEWHERE
        if alike >= NAMED and elsewhere and alike >= likeness and nearer:
            return True
    return False
