"""Figures: that they stand in the sources and keep their year and limit."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from rag.figures import Figure, canonical_figures, located_figures, normalise
from rag.numerals import read_number
from rag.vouching.counts import counts_a_list
from rag.vouching.occurrences import NOT_DATING, Occurrence, comparable, occurrences
from rag.vouching.parts import joined, parts_of, shared

_YEAR = re.compile(r"\d{4}年")
_PROPORTION = re.compile(
    "翻(?:一|两|三)?番|一半|过半|半数|[二三四五六七八九十]分之[一二三四五六七八九]|倍增|减半"
)
_SAID_SO = {
    "50%": re.compile("一半|五五|对半|半数"),
    "1倍": re.compile("翻倍|翻一?番"),
    "1年": re.compile("每年|年度|当年|一年|年内|同比|年均|(?<![\\d年])年(?![底末初月度])"),
    "半": re.compile("50%|五五|对半|半数|一半"),
    "2个": re.compile("双(?!方|向|循环|碳|控|减)"),
    "2座": re.compile("双(?!方|向|循环|碳|控|减)"),
    "翻番": re.compile("翻一?番|翻倍"),
    "翻一番": re.compile("翻一?番|翻倍"),
}
"""Figures and the words that say the same."""
ONCE = ("1个", "1次", "1年")
"""What 一个, 一次性 and 一年 are read as."""
IN_TURN = re.compile("依次|分别")
LARGE = 5
"""Digits of a number that is told without its unit."""
_ONE = re.compile("一[个项家户种次名件条款类座套批笔份部场]")
_DENIED = re.compile(
    "不(?:能|得|了|予|享受|可|算|给|符合)|[报办领拿享评申]不[了到上]|没法|无法|没资格|除外|免谈"
)
_CONTRARY: Final = {"least": "most", "most": "least"}
_REPEATED: Final = 0.6
"""Share of the words of a part that a part of a source holds when it says the same."""
_RIVAL: Final = 0.1
"""By how much an occurrence's words may be less like those around a figure than the best one's."""


def stand_in_sources(sentence: str, sources: Sequence[str]) -> bool:
    """Whether every figure, date and proportion of the sentence stands in the sources."""
    known = {comparable(name) for source in sources for name in canonical_figures(source)}
    text, plain = joined(sources), normalise(sentence)
    return all(
        {comparable(name) for name in one.names} <= known
        or _ONE.fullmatch(plain, one.start, one.end)
        or _is_said(one.names[-1], text)
        or _lacks_its_unit(one, known)
        or counts_a_list(one, sentence, sources)
        for one in located_figures(sentence)
    ) and all(
        one in text or _is_said("半" if "半" in one else one, text) or _is_share(one, known)
        for one in _PROPORTION.findall(plain)
    )


def keep_their_year(sentence: str, sources: Sequence[str]) -> bool:
    """Whether every figure, and every part that a source holds, stays with a year that governs it there, where both name one."""
    given = [one for source in sources for one in occurrences(source)]
    for one in occurrences(sentence):
        named = {other.year for other in given if other.name == one.name and other.year}
        if not one.is_date and one.year and named and one.year not in named and not IN_TURN.search(sentence):
            return False
    dated = [one for source in sources for one in _dated_parts(source)]
    if IN_TURN.search(sentence):
        return _keep_their_turn(sentence, given)
    for year, part in _dated_parts(sentence):
        likeness = {
            other: max(shared(part, said) for when, said in dated if when == other) for other, _ in dated
        }
        best = max(likeness, key=lambda other: likeness[other], default=year)
        if likeness and best != year and likeness[best] >= max(_REPEATED, likeness.get(year, 0.0) + _RIVAL):
            return False
    return True


def keep_their_limit(sentence: str, sources: Sequence[str]) -> bool:
    """Whether 不超过, 以上, 左右 … stay with their figure, and 前 or 起 with their date."""
    given = [one for source in sources for one in occurrences(source)]
    for one in occurrences(sentence):
        limits = _limits_of(one, given)
        if one.name in ONCE and one.sentence.startswith("一", one.start) and not one.limit:
            continue
        if one.is_date and (not one.limit or "" in limits):
            continue
        ends = {end for other in given if other.name == one.name for end in other.ends}
        if limits and one.limit not in limits | ends and not _denies_the_contrary(one, limits, sources):
            return False
    return True


def _keep_their_turn(sentence: str, given: Sequence[Occurrence]) -> bool:
    """Whether figures listed after as many years are those of these years, each in its turn."""
    told = occurrences(sentence)
    dates = [one for one in told if one.is_date]
    figures = [one for one in told if not one.is_date and one.unit and one.name not in ONCE]
    if len(dates) < 2 or not figures:
        return True
    known = {(one.name, one.year) for one in given}
    turns = zip(figures, dates, strict=False)
    return len(figures) == len(dates) and all((one.name, date.name) in known for one, date in turns)


def _limits_of(one: Occurrence, given: Sequence[Occurrence]) -> set[str]:
    """The limits of the same figure in the sources; where it stands more than once, of those that count the same."""
    own = [(shared(one.around, other.around), other.limit) for other in given if other.name == one.name]
    best = max((likeness for likeness, _ in own), default=0.0)
    return {limit for likeness, limit in own if likeness >= best - _RIVAL}


def tells_the_contrary(sentence: str, sources: Sequence[str]) -> bool:
    """Whether a limit of the sources is told as what it shuts out."""
    given = [one for source in sources for one in occurrences(source)]
    told = occurrences(sentence)
    return any(_denies_the_contrary(one, _limits_of(one, given), sources) for one in told)


def _denies_the_contrary(one: Occurrence, limits: set[str], sources: Sequence[str]) -> bool:
    """Whether 不到2000万元的不能报 says what 2000万元以上的可以报 says."""
    return (
        _CONTRARY.get(one.limit) in limits
        and bool(_DENIED.search(one.sentence, one.start))
        and not _DENIED.search(joined(sources))
    )


def _is_said(name: str, text: str) -> bool:
    """Whether the sources say the figure in words."""
    return name in _SAID_SO and bool(_SAID_SO[name].search(text))


def _lacks_its_unit(one: Figure, known: set[str]) -> bool:
    """Whether a large bare number stands in the sources with 元 or another unit: 封顶1000万."""
    name = one.names[-1]
    return (
        name.isdigit() and len(name) >= LARGE and any(re.fullmatch(rf"{name}\D+", other) for other in known)
    )


def _is_share(words: str, known: set[str]) -> bool:
    """Whether the sources tell a fraction in words as a percentage: 四分之一 and 25%."""
    parts = re.fullmatch("(.)分之(.)", words)
    if parts is None:
        return False
    percent = Decimal(100) * read_number(parts[2]) / read_number(parts[1])
    return f"{percent.normalize():f}%" in known


def _dated_parts(text: str) -> Iterator[tuple[str, str]]:
    """(year, part) of every part behind a part that names one year, up to the next full stop."""
    for sentence in re.split("[。!?]", NOT_DATING.sub("", normalise(text))):
        year = ""
        for part in parts_of(sentence):
            named = _YEAR.findall(part)
            year = named[0] if len(named) == 1 else "" if named else year
            if year:
                yield year, part
