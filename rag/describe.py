"""An owner's own words -> the fields of a profile that they state.

Rules for places, quantities and dates; word lists for industries, qualifications, needs,
ownership (corpus/lexicon). What is not plainly said stays unknown: the page shows what
was understood, and a wrong guess would exclude supports.
"""

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

import yaml

from rag.industries import industries
from rag.lexicon import FOLDER
from rag.numerals import number_or_none
from rag.profile import Interval, Profile, vocabulary
from rag.quantities import QuantityError, read_quantity
from rag.regions import regions
from rag.supports import NEEDS, QUANTITIES
from rag.understand import plain_words

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
_SIZE: Final = re.compile("(?P<size>[大中小微])型(?=[^，。；机设货客载整]{0,8}(?:企业|民企|公司|工厂|厂)|[，、。,；]|$)")
_BELOW_SCALE: Final = re.compile("规下|(?:还没|没有?|尚未|未)(?:到|上|进|达到?)?(?:规上|规模以上|上规|规)")
_ABOVE_SCALE: Final = re.compile("规上|规模以上|上规企业")
_NOT_HELD: Final = re.compile(
    "(?:不是|没有|没得|没|还不是|还没|尚未|未|想|想要|打算|准备|计划|拟|申报|申请|争取|冲刺?|评|评上|给|为|跟|替|进|当|帮|由|认定|培育|成为|问)"
    "[^，。；]{0,6}$"
)


_STOPS: Final = re.compile("[，。；,;！!？?\n]+")
_WISH: Final = re.compile(
    "[想要拟缺差问找求愁盼难贵怕]|打算|准备|计划|争取|看[看能有]|听说|咨询|希望|需要|能不能|能否|可以不|有没|怎么|如何|咋|申[请报情]|恼火|吓|不[够给到住动好了]|老是|太|没得|没地"
)
_SERVES: Final = re.compile(
    "(?:专?给|为|替|帮|跟|服务于?)[^，。]{1,16}?(?=做|供|配|生产|加工|送|招|搞|提供|代)"
)
_TRADE: Final = re.compile(
    "做|生产|搞|开|种|养|加工|主营|主做|从事|经营|年产|研制|跑|卖|专注|酿|造|[厂司社场店院所]"
)


def described(text: str, day: date) -> Profile:
    """The fields that `text` plainly states; `day` is the day on which 今年 is this year.

    What the enterprise is stands in the half sentences that tell; what it needs, in those that
    wish or complain. 想买几台机器人 makes no maker of robots.
    """
    plain = plain_words(text)
    halves = [half for half in _STOPS.split(plain) if half]
    told = "，".join(half for half in halves if not _WISH.search(half)) or plain
    return Profile(
        region=regions().named_in(plain),
        industries=_industries(halves),
        size=f"{found['size']}型" if (found := _SIZE.search(plain)) else "",
        above_scale=False if _BELOW_SCALE.search(plain) else True if _ABOVE_SCALE.search(plain) else None,
        founded=_founded(plain, day),
        qualifications=tuple(dict.fromkeys(_held(plain))),
        ownership=next(iter(_named("ownership", told)), ""),
        organisation=_organisation(told),
        quantities=_quantities(plain),
        needs=_needs(halves),
    )


def _organisation(told: str) -> str:
    """企业 only where nothing more special is told: 合作社办的公司 is a 合作社."""
    named = _named("organisation", told)
    return next((name for name in named if name != "企业"), "企业" if "企业" in named else "")


def _industries(halves: Sequence[str]) -> tuple[str, ...]:
    """Those of the first half sentence that tells of the trade; of a wish only where nothing else names one."""
    told = [half for half in halves if not _WISH.search(half)]
    wished = [half.partition("想")[0] for half in halves if half not in told]
    for half in (*(one for one in told if _TRADE.search(one)), *told, *wished):
        if found := industries().named_in(_without_places(_SERVES.sub("", half))):
            return found
    return ()


def _needs(halves: Sequence[str]) -> tuple[str, ...]:
    """Needs of the half sentences that wish or complain; those that tell the trade, a qualification or a figure name none."""
    found: dict[str, None] = {}
    for half in halves:
        if _WISH.search(half) or not _tells(half):
            found.update(dict.fromkeys(_named("needs", half)))
            found.update(
                {name: None for name, pattern in _need_patterns().items() if pattern.search(half.lower())}
            )
    return tuple(name for name in NEEDS if name in found)


def _tells(half: str) -> bool:
    """Whether a half sentence says what the enterprise is."""
    return bool(
        industries().named_in(half)
        or any(True for _ in _found("qualifications", half))
        or any(True for _ in _found("organisation", half))
        or _quantities(half)
    )


def _without_places(text: str) -> str:
    """Places hold words of industries (盐源, 金川): they are taken out first."""
    for name in sorted(regions().places(), key=len, reverse=True):
        text = text.replace(name, "，")
    return text


def _quantities(text: str) -> Mapping[str, Interval]:
    found: dict[str, Interval] = {}
    for name, patterns in _QUANTITIES.items():
        for pattern in patterns:
            match = pattern.search(text)
            if match and (interval := _interval(match, text, QUANTITIES[name])):
                found[name] = interval
                break
    return found


def _interval(match: re.Match[str], text: str, unit: str) -> Interval | None:
    """六千多万 is 60,000,000 to 69,990,000; 120来人 and 约120人 are within a tenth of 120."""
    number, scale = match["number"], match["scale"] or ""
    if unit == "元" and not scale and not match[0].endswith(("元", "块")):
        return None
    try:
        low = read_quantity(f"{number}{scale}{unit}", unit)
    except QuantityError:
        return None
    more = match["more"] or match["more2"]
    near = text[max(match.start() - 2, 0) : match.end() + 2]
    if more == "来" or (not more and _ABOUT.search(near)):
        return Interval(low * Decimal("0.9"), low * Decimal("1.1"))
    if more:
        step = _step(number) * read_quantity(f"1{scale}{unit}", unit)
        return Interval(low, low + step * Decimal("0.99"))
    return Interval.exactly(low)


def _step(number: str) -> Decimal:
    """The unit of the last written place: 100 of 三百, 10 of 120, 1000 of 六千."""
    value = Decimal(number.replace(",", "")) if number[0].isdigit() else Decimal(number_or_none(number) or 0)
    step = Decimal(1)
    while value and value % (step * 10) == 0:
        step *= 10
    return step


def _founded(text: str, day: date) -> tuple[date, date] | None:
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


def _held(text: str) -> Iterator[str]:
    """Qualifications that the enterprise says it has, not those it wants or serves."""
    for name, start in _found("qualifications", text):
        if not _NOT_HELD.search(text[:start]):
            yield name


def _named(group: str, text: str) -> list[str]:
    return list(dict.fromkeys(name for name, _ in _found(group, text)))


def _found(group: str, text: str) -> Iterator[tuple[str, int]]:
    """Names of `group` whose words stand in `text` with their place, longest words first taken."""
    place, longest = 0, max(map(len, _words(group)), default=0)
    folded = text.lower()
    while place < len(folded):
        for size in range(min(longest, len(folded) - place), 0, -1):
            if names := _words(group).get(folded[place : place + size]):
                yield from ((name, place) for name in names)
                place += size
                break
        else:
            place += 1


@lru_cache(maxsize=8)
def _words(group: str) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, row in vocabulary()[group].items():
        for word in (name, *row.get("words", ())):
            key = plain_words(word).lower()
            found[key] = tuple(dict.fromkeys((*found.get(key, ()), name)))
    return found


@lru_cache(maxsize=1)
def _need_patterns() -> Mapping[str, re.Pattern[str]]:
    rows = yaml.load((FOLDER / "need_patterns.yaml").read_text(encoding="utf8"), Loader=yaml.CSafeLoader)
    return {name: re.compile(pattern) for name, pattern in rows.items()}
