"""Every figure of a text with what stands around it: what it counts, its year, its limit.

A figure belongs to the words around it. Its surroundings are the words between it and its
neighbours of the same unit; its label is what stands right before it in its member of a list.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.figures import Figure, located_figures, normalise
from rag.vouching.parts import pairs_of

_EDGE = re.compile(r"[,;。:!?]")
_MEMBER = re.compile(r"[,;。:!?、]")
WORDS_BEHIND = re.compile("[\u4e00-\u9fff“][\u4e00-\u9fff(]")
_FULL_STOP = re.compile(r"[。!?]")
_YEAR = re.compile(r"\d{4}年")
_UNIT = re.compile(r"[\d.]+")
_RESPECTIVELY = re.compile("分别(?:不低于|不超过|达到|给予|按照?|为|是|补助|奖励)*")
_NOT = "不(?:得|能|可|宜|应|许)?"
_COUNTED = "个大条项类家户座名人所件种款批市"
_LIMITS = {
    "least": (
        re.compile(
            f"(?:{_NOT}(?:低于|少于|小于|短于)|至少|起码|最少|(?<!不)(?<!不得)(?<!不能)(?:超过?|突破|高于|大于|多于|(?<!超)过)|最低|最少|不止|不下|满(?=$))"
            "(?:[^\\d,;。、的万亿千百]{0,8}|[^\\d,;。]{0,24}的)$"
        ),
        re.compile("^(?:\\)?)(?:[^\\d,;。、]{0,3}?(?:及|\\(含\\))?以上|[多余](?!元))"),
    ),
    "most": (
        re.compile(
            f"(?:{_NOT}(?:超过?|高于|多于|大于|突破)|最高|最多|至多|顶格|最长|上限|封顶|控制在|(?<!不)(?<!不得)(?<!不能)(?:低于|小于|少于)|"
            "不足|[未没]达到?|[不未没]到|顶多|限额为?)(?:[^\\d,;。、的万亿千百]{0,12}|[^\\d,;。]{0,24}的)$"
        ),
        re.compile("^(?:\\)?)(?:[^\\d,;。、]{0,3}?(?:及|\\(含\\))?以下|以内|之内|封顶|为限|为?上限|的上限)"),
    ),
    "about": (re.compile("(?:约|大概|大约|接近|近)[^\\d,;。、]{0,6}$"), re.compile("^(?:左右|上下)")),
}
_VERB = re.compile(
    "(?:的?目标)?(?:要|须|应|得|会|将)*(?:达到|达|为|是|至|到|有|增至|升至|降至|提高到|超过|超|突破|不低于|不少于|不超过|不高于|至少|最多|最高|约|共|计)+$"
)
NOT_DATING = re.compile(r"《[^》]*》|\([^()]*\)|[比较跟与和同]\d{4}年(?:相比|比)?")
"""Years that date nothing that follows: those of titles and asides, and those that are compared with."""
_AND = re.compile("和|与|及|、")
_HERE = re.compile("四川省?|全省|我省|省里")
_EXTENT = re.compile("^(?:\\(含\\)|及)?(?:以[上下内外]|左右|上下)")
_BEFORE = re.compile("^(?:年?[底末]?(?:以前|之前|前))|^年?[底末](?!起)")
_AFTER = re.compile("^(?:起|以后|之后|以来|开始)")
_FROM = re.compile("(?:自|从)$")
LEAST, MOST = ("least",), ("most",)
"""What the ends of a range are."""
RANGE = ("—", "-", "–", "~")
DATED = 1
"""Characters between a year and the figure that it dates."""
LIMIT_BEFORE = 28
"""Characters before a figure in which its 不超过 may stand."""
BEHIND = 8
"""Characters behind a figure that may say what it counts."""


@dataclass(frozen=True)
class Occurrence:
    """A figure with what stands around it."""

    name: str
    unit: str
    """What is counted: %, 元, 家 … or the year."""
    around: str
    label: str
    """What stands before it in its member of a list, figures included and its verb left out: 民企100强企业 of 5家."""
    before: str
    """The same without what stands before the figure of its unit in front of it."""
    ahead: str
    """The words from it to the next comma or the next figure like it."""
    behind: str
    """The first characters behind it and its 以上 or 左右."""
    year: str
    limit: str
    ends: tuple[str, ...]
    """The limits that say what an end of a range is: of 3—5家 3 is the least and 5 the most."""
    is_date: bool
    dated: bool
    """Whether its year stands right before it: 2025年的75%."""
    start: int
    sentence: str


@lru_cache(maxsize=4096)
def occurrences(text: str) -> tuple[Occurrence, ...]:
    """Every figure of a sentence with its surroundings, in reading order."""
    plain = normalise(text)
    found = located_figures(text)
    listed = _in_turn(plain, found)
    aside = [match.span() for match in NOT_DATING.finditer(plain)]
    made: list[Occurrence] = []
    year, since = "", 0
    for place, one in enumerate(found):
        is_date = bool(_YEAR.fullmatch(one.names[0]))
        if is_date and not any(start <= one.start < end for start, end in aside):
            year, since = one.names[0], one.end
        elif not is_date and _FULL_STOP.search(plain, since, one.start):
            year = ""
        name = comparable(one.names[-1])
        unit = "date" if is_date else _unit(one.names[-1])
        same = [other for other in found if _unit(other.names[-1]) == _unit(one.names[-1])]
        start = max((other.end for other in same if other.end <= one.start), default=0)
        end = min((other.start for other in same if other.start >= one.end), default=len(plain))
        around = _HERE.sub("", listed.get(place) or _surroundings(plain, start, one, end))
        limit = _date_limit(plain, one) if is_date else _limit(plain, start, one)
        if not limit and made and not is_date and _AND.fullmatch(plain, found[place - 1].end, one.start):
            limit = made[-1].limit  # 分别超过6500亿元和6000亿元
        dated = bool(year) and one.start - since <= DATED
        behind = _EXTENT.sub("", plain[one.end : one.end + 8])[:3]
        if not unit and "\u4e00" <= behind[:1] <= "\u9fff":
            unit = behind[:1]  # a measure word that is not in the list
        label = _VERB.sub("", _MEMBER.split(plain[: one.start])[-1])
        before = _HERE.sub("", _MEMBER.split(plain[start : one.start])[-1])
        ahead = _MEMBER.split(plain[one.end : end])[0]
        made.append(
            Occurrence(
                name,
                unit,
                around,
                label,
                before,
                ahead,
                behind,
                year,
                limit,
                _ends(plain, one),
                is_date,
                dated,
                one.start,
                plain,
            )
        )
    return tuple(made)


def _surroundings(plain: str, start: int, figure: Figure, end: int) -> str:
    """The words before a figure back to the last comma, and those behind it.

    Back to the comma before that one where they say too little; not in 30%归甲、70%归乙, where
    what each is stands behind it.
    """
    pieces = _MEMBER.split(plain[start : figure.start])
    own = pieces[-1]
    after = _MEMBER.split(plain[figure.end : min(end, figure.end + BEHIND)])[0]
    told_behind = start > 0 and len(pieces) == 2 and len(pairs_of(after)) > 1
    if len(pairs_of(own)) < 2 and len(pieces) > 1 and not told_behind:
        own = f"{pieces[-2]}{own}"
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
    before = plain[max(start, figure.start - LIMIT_BEFORE) : figure.start]
    after = plain[figure.end : figure.end + 8]
    found = [name for name, (left, right) in _LIMITS.items() if left.search(before) or right.search(after)]
    if found == ["least", "most"] and _LIMITS["least"][0].search(before):
        found = ["least"]  # 不低于: what is denied stands in its words
    return "+".join(found)


def _ends(plain: str, figure: Figure) -> tuple[str, ...]:
    if plain[figure.end : figure.end + 1] in RANGE:
        return LEAST
    return MOST if plain[max(figure.start - 1, 0) : figure.start] in RANGE else ()


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


def comparable(name: str) -> str:
    """A figure so that 74户, 74家 and a bare 74 compare equal: counts lose their measure word."""
    number = name.rstrip(_COUNTED)
    return f"{number}个" if number.replace(".", "").isdigit() else name
