"""Automatic numbering of Word: numbering.xml and a count per list -> the number as text.

Rules: ECMA-376 part 1 (2016), 17.9 (numbering) and 17.18.59 (number formats).
"""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ingest.formats.wordxml import W, get, is_on, value, whole
from rag.numerals import write_number

LEVELS = 9
_ENUMERATED = {
    "decimalEnclosedCircle": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedCircleChinese": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedFullstop": "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
    "decimalEnclosedParen": "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
    "ideographEnclosedCircle": "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉",
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
}
"""Formats with a fixed set of characters; beyond it a number is decimal."""
_SPELT = str.maketrans("0123456789", "〇一二三四五六七八九")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_LEGAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC")),
    *((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)
_LONGEST_LETTERS = 780  # 26 letters, 30 times over: a larger start value is no list but an attack
_LARGEST_ROMAN = 3_999
_PLACE = re.compile("%([1-9])")
_DASHES = re.compile("[—―]+")
"""A bullet that 公文 write as text: the —— before an item."""
_CLOSED = tuple("、）．。：；】〕》")
"""Punctuation as wide as a character: the gap behind it is layout."""


def write_counter(number: int, number_format: str) -> str:
    """`number` in a format of ST_NumberFormat; decimal where the format has no such number."""
    if number_format == "none":
        return ""
    if number < 1:
        return str(number)
    if number_format in _ENUMERATED:
        characters = _ENUMERATED[number_format]
        return characters[number - 1] if number <= len(characters) else str(number)
    if number_format in {"upperLetter", "lowerLetter"}:
        letters = chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        letters = letters if number <= _LONGEST_LETTERS else str(number)
        return letters if number_format == "upperLetter" else letters.lower()
    if number_format in {"upperRoman", "lowerRoman"} and number <= _LARGEST_ROMAN:
        return _roman(number) if number_format == "upperRoman" else _roman(number).lower()
    if number_format == "decimalZero":
        return f"{number:02d}"
    if number_format.startswith("decimalFullWidth"):
        return str(number).translate(_FULL_WIDTH)
    return _write_chinese(number, number_format)


def _write_chinese(number: int, number_format: str) -> str:
    spelt = number_format in {"ideographDigital", "japaneseDigitalTenThousand"}
    if spelt or (number >= 100 and number_format in {"chineseCounting", "taiwaneseCounting"}):
        return str(number).translate(_SPELT)
    if number > 9_999:
        return str(number)
    if number_format in {
        *("chineseCounting", "chineseCountingThousand"),
        *("taiwaneseCounting", "taiwaneseCountingThousand"),
    }:
        return write_number(number)
    if number_format == "japaneseCounting":
        return re.sub("一(?=[十百千])", "", write_number(number).replace("零", ""))
    if number_format == "chineseLegalSimplified":
        return ("一" * (10 <= number < 20) + write_number(number)).translate(_LEGAL)
    return str(number)


def _roman(number: int) -> str:
    text = ""
    for size, letters in _ROMAN:
        text += letters * (number // size)
        number %= size
    return text


@dataclass(frozen=True)
class Level:
    """One level of a list as numbering.xml defines it."""

    start: int
    number_format: str
    text: str
    gap: str
    restart: int | None
    legal: bool
    style: str | None
    hidden: bool


@dataclass(frozen=True)
class _List:
    """A numbering instance (w:num): whose count it shares, its levels, where it starts anew."""

    count_id: str
    levels: Mapping[int, Level]
    starts: Mapping[int, int]


class Numbering:
    """The lists of one document and how far each has counted."""

    def __init__(self, root: ElementTree.Element | None, list_styles: Mapping[str, str]) -> None:
        """`list_styles`: numbering style -> w:numId, for lists that are defined by a style."""
        root = ElementTree.Element("none") if root is None else root
        self._abstract = {get(one, "abstractNumId"): one for one in root.findall(f"{W}abstractNum")}
        self._numbers = {get(one, "numId"): one for one in root.findall(f"{W}num")}
        self._list_styles = list_styles
        self._lists: dict[str, _List] = {}
        self._counts: dict[tuple[str, int], int] = {}
        self._started: set[tuple[str, int]] = set()

    def level_of_style(self, number_id: str, style_ids: Iterable[str]) -> int:
        """The level that a list ties to one of these paragraph styles; the first level without one."""
        levels = self._list(number_id).levels
        for style_id in style_ids:
            for index, level in levels.items():
                if level.style == style_id:
                    return index
        return 0

    def label(self, number_id: str, index: int) -> str:
        """Count one paragraph and return its number, with a space behind it where Word leaves a gap."""
        one = self._list(number_id)
        level = one.levels.get(index)
        if level is None:
            return ""
        self._count(number_id, one, index)
        if level.hidden:
            return ""
        if level.number_format == "bullet":
            return level.text if _DASHES.fullmatch(level.text) else ""
        text = _PLACE.sub(lambda match: self._number(one, index, int(match[1]) - 1), level.text)
        return text + ("" if text.endswith(_CLOSED) or not text else level.gap)

    def _count(self, number_id: str, one: _List, index: int) -> None:
        key = (one.count_id, index)
        anew = index in one.starts and (number_id, index) not in self._started
        if anew or key not in self._counts:
            self._counts[key] = self._start(one, index)
        else:
            self._counts[key] += 1
        self._started.add((number_id, index))
        for deeper in range(index + 1, LEVELS):
            restart = one.levels[deeper].restart if deeper in one.levels else None
            if restart is None or index < restart:
                self._counts.pop((one.count_id, deeper), None)

    def _number(self, one: _List, index: int, place: int) -> str:
        """The number of level `place` within the number of a paragraph at level `index`."""
        if place > index or place not in one.levels:
            return ""
        number = self._counts.get((one.count_id, place), self._start(one, place))
        return write_counter(
            number, "decimal" if one.levels[index].legal else one.levels[place].number_format
        )

    @staticmethod
    def _start(one: _List, index: int) -> int:
        return one.starts.get(index, one.levels[index].start)

    def _list(self, number_id: str) -> _List:
        if number_id not in self._lists:
            self._lists[number_id] = self._read_list(number_id)
        return self._lists[number_id]

    def _read_list(self, number_id: str) -> _List:
        number = self._numbers.get(number_id)
        if number is None:
            return _List(f"missing {number_id}", {}, {})
        count_id = value(number, "abstractNumId") or ""
        levels = self._levels(count_id)
        linked = value(self._abstract.get(count_id), "numStyleLink")
        if (
            not levels
            and linked
            and (link := self._numbers.get(self._list_styles.get(linked, ""))) is not None
        ):
            count_id = value(link, "abstractNumId") or ""
            levels = self._levels(count_id)
        starts: dict[int, int] = {}
        for override in number.findall(f"{W}lvlOverride"):
            index = whole(get(override, "ilvl"), 0)
            if (own := override.find(f"{W}lvl")) is not None:
                levels[index] = _read_level(own)
            if (start := value(override, "startOverride")) is not None:
                starts[index] = whole(start, 0)
        return _List(count_id, levels, {index: start for index, start in starts.items() if index in levels})

    def _levels(self, abstract_id: str) -> dict[int, Level]:
        abstract = self._abstract.get(abstract_id)
        found = [] if abstract is None else abstract.findall(f"{W}lvl")
        return {whole(get(level, "ilvl"), 0): _read_level(level) for level in found}


def _read_level(level: ElementTree.Element) -> Level:
    # A format of a later Word stands in an alternative; the last one is what every Word can show.
    formats = [get(one, "val") for one in level.iter(f"{W}numFmt")]
    restart = value(level, "lvlRestart")
    return Level(
        start=whole(value(level, "start"), 0),
        number_format=formats[-1] if formats else "decimal",
        text=value(level, "lvlText") or "",
        gap="" if value(level, "suff") == "nothing" else " ",
        restart=None if restart is None else whole(restart, 0),
        legal=is_on(level.find(f"{W}isLgl")),
        style=value(level, "pStyle"),
        hidden=is_on(level.find(f"{W}rPr/{W}vanish")),
    )
