"""An owner's own words -> the fields of a profile that they state.

Rules for places, quantities and dates; word lists for industries, qualifications, needs,
ownership (corpus/lexicon). What is not plainly said stays unknown: the page shows what
was understood, and a wrong guess would exclude supports.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

import yaml

from rag.industries import industries
from rag.lexicon import FOLDER
from rag.profile import Profile, vocabulary
from rag.regions import regions
from rag.supports import NEEDS
from rag.told_numbers import told_founding, told_quantities
from rag.understand import plain_words

_SIZE: Final = re.compile(
    "(?P<size>[大中小微])型(?=[^，。；机设货客载整]{0,8}(?:企业|民企|公司|工厂|厂)|[，、。,；]|$)"
)
_BELOW_SCALE: Final = re.compile("规下|(?:还没|没有?|尚未|未)(?:到|上|进|达到?)?(?:规上|规模以上|上规|规)")
_ABOVE_SCALE: Final = re.compile("规上|规模以上|上规企业")
_NOT_HELD: Final = re.compile(
    "(?:不是|没有|没得|没|还不是|还没|尚未|未|想|想要|打算|准备|计划|拟|申报|申请|争取|冲刺?|评|评上|给|为|跟|替|进|当|帮|由|认定|培育|成为|问)"
    "[^，。；]{0,6}$"
)


_FACTORY: Final = re.compile("加工|(?<!农)厂|作坊")
_FARM_PRODUCTS: Final = "农产品加工"
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
        founded=told_founding(plain, day),
        qualifications=tuple(dict.fromkeys(_held(plain))),
        ownership=next(iter(_named("ownership", told)), ""),
        organisation=_organisation(told),
        quantities=told_quantities(plain),
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
            return _worked_up(found, half)
    return ()


def _worked_up(found: tuple[str, ...], half: str) -> tuple[str, ...]:
    """A 核桃油厂 makes of what others grow: it is no farm."""
    grown = all(industries().membership((name,), ("农业",)) == "inside" for name in found)
    made = any(industries().membership((name,), ("工业",)) == "inside" for name in found)
    return (_FARM_PRODUCTS,) if grown and not made and _FACTORY.search(half) else found


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
        or told_quantities(half)
    )


def _without_places(text: str) -> str:
    """Places hold words of industries (盐源, 金川): they are taken out first."""
    for name in sorted(regions().places(), key=len, reverse=True):
        text = text.replace(name, "，")
    return text


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
