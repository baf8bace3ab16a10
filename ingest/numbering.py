"""Numbers at the start of a line that count on: 第X条, 编/章/节, 一、 and （一）.

A heading starts a line. 第三条规定, 第五条第二款 and a number that does not continue
the count are references, also at the start of a wrapped line.
"""

import re
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from rag.numerals import number_or_none

HeadingKind = Literal[
    "preamble",
    "attachment",
    "rule",
    "division",
    "part",
    "clause",
    "rest",
    "running",
    "article",
    "section",
    "item",
    "paragraph",
    "numbered",
]
SPACE: Final = r"[^\S\n]*"
NUMERAL: Final = r"[零〇○一二两三四五六七八九十百千\d０-９]{1,7}"
LINE_START: Final = r"^[ \t\u3000#*>]*"
COUNT: Final = "[一二三四五六七八九十百]"

_DIVISION = re.compile(
    rf"{LINE_START}(第{SPACE}{NUMERAL}{SPACE}(?:分编|编|篇|章|节|部分))"
    r"(?!的|规定|[条款项、，]|[和至与及或]第|中|所|内)",
    re.MULTILINE,
)
_ARTICLE = re.compile(
    rf"{LINE_START}(第{SPACE}{NUMERAL}{SPACE}条(?:{SPACE}之{SPACE}{NUMERAL})?)", re.MULTILINE
)
_PART = re.compile(
    rf"^[ \t\u3000#*]*({COUNT}{{1,4}}{SPACE}(?:、(?!{COUNT}{{1,3}}、)|[．.](?!\d)))", re.MULTILINE
)
_AFTER_CLAUSE = r"(?!项(?!目)|款(?!项)|目(?!标|的|录)|、|所(?:[列述称指]|规定)|规定的|的|中的|要求的|之[一规]|[至和或与及到]?[（(][一二三四五六七八九十])"
_CLAUSE = re.compile(rf"^[ \t\u3000#*]*([（(]{COUNT}{{1,4}}[）)]|[㈠-㈩]){_AFTER_CLAUSE}", re.MULTILINE)
_ARABIC_CLAUSE = re.compile(rf"^[ \t\u3000#*]*([（(][\d０-９]{{1,3}}[）)]){_AFTER_CLAUSE}", re.MULTILINE)
_REFERENCE = re.compile(
    r"之?的?规定|第|、|，|和|与|至|到|或|及|以|所|中|之外|款|项|的|关于|有关|要求|执行|办理"
)
_PLAIN_REFERENCE = re.compile(
    r"的(?!士)|之?规定|第|、|，|款|项(?!目)|所[称列指]|(?:和|与|至|到|或者?|及|以及)第"
)
"""What shows a reference even where a sentence has ended before and the count goes on."""
_SPACED_REFERENCE = re.compile(
    r"\s*(?:的规定|规定的|、|，|的(?!士)|至第|和第|或者?第|及第|第[零〇一二三四五六七八九十百\d]+[款项])"
)
"""What shows a reference even behind a space (本条例 第三条 的规定); other words may open an article."""
_SENTENCE_END = re.compile(r"(?:[。；：！？][”’』」）)]*|\A)\s*$")
_PARAGRAPH_END = re.compile(r"[。；：！？…|][”’』」）)]*\s*$|[）)》】]\s*$")
_CUT_OFF = re.compile(
    r"(?:[，、（《“‘〔【]|依据|违反|符合|参照|适用|或者|(?<![意常偏])见|[和与及或按照由对第至到])[ \t\u3000]*\Z"
)
"""A line that ends so goes on in the next one."""
_PART_MARK = re.compile(rf"^{COUNT}{{1,4}}、")
_IN_SENTENCE = re.compile("[，、；。]")
_LONGEST_TITLE = 30
_LONGEST_DIVISION = 60


@dataclass(frozen=True)
class Heading:
    """A heading at [start, end): its number and mark, not its words."""

    kind: HeadingKind
    number: int | None
    label: str
    start: int
    end: int
    title: str = ""
    """The words of a heading that were read with it; else they stand behind `end`."""


def find_articles(text: str, start: int, end: int) -> list[Heading]:
    """第X条 headings: the number goes on from the last one, or starts again, or the mark is set off by space."""
    found: list[Heading] = []
    last = 0
    for match in _ARTICLE.finditer(text, start, end):
        label = re.sub(r"\s", "", match[1])
        number = number_or_none(label[1:].split("条")[0])
        if number is None:
            continue
        spaced = text[match.end() : match.end() + 1] in {" ", "\u3000", "\t", "\n", "*", ""}
        continues = number in {last + 1, 1} or ("之" in label and number == last)
        opens = number == last + 1 and (
            _SENTENCE_END.search(text, max(0, match.start() - 40), match.start())
            or (last == 0 and opens_paragraph(text, match.start()))
        )
        words = _SPACED_REFERENCE if spaced else _PLAIN_REFERENCE if opens else _REFERENCE
        reference = words.match(text, match.end())
        if reference or not (continues or (spaced and number > last)):
            continue
        if number <= 1 <= last and is_cut_off(text, match.start()):
            continue
        found.append(Heading("article", number, label, match.start(), match.end()))
        last = number
    return found


def find_divisions(text: str, start: int, end: int, *, counted: bool) -> list[Heading]:
    """编, 篇, 章 and 节 headings; `counted`: only those that count on, on a line that holds no sentence."""
    found = []
    last: dict[str, int] = {}
    for match in _DIVISION.finditer(text, start, end):
        line = text[match.start() : text.find("\n", match.end())]
        label = re.sub(r"\s", "", match[1])
        number = number_or_none(label[1:].rstrip("分编篇章节部"))
        if len(line) >= _LONGEST_DIVISION:
            continue
        if counted and (number not in {1, last.get(label[-1], 0) + 1} or "。" in line or number is None):
            continue
        last[label[-1]] = number or 0
        found.append(Heading("division", number, label, match.start(), match.end()))
    return found


def find_parts(text: str, start: int, end: int, divisions: Sequence[Heading]) -> list[Heading]:
    """一、 headings: the count goes on, or starts again in a new division or once it has got somewhere."""
    found: list[Heading] = []
    last = 0
    for match in _PART.finditer(text, start, end):
        number = number_or_none(match[1].rstrip("、．. \t\u3000"))
        if number is None or is_cut_off(text, match.start()):
            continue
        renewed = bool(found) and _stands_between(divisions, found[-1].start, match.start())
        continues = number == last + 1 or (number == 1 and (renewed or len(found) >= 2))
        # One number may have been lost in the source; more would let a quoted list in.
        if not continues and not (last and number == last + 2 and _resumes(text, match)):
            continue
        label = re.sub(r"[\s．.、]", "", match[1]) + "、"
        found.append(Heading("part", number, label, match.start(), match.end()))
        last = number
    return found


def _resumes(text: str, match: re.Match[str]) -> bool:
    """Whether a mark whose forerunner is missing opens a paragraph (三、四线城市 does not)."""
    return opens_paragraph(text, match.start()) and not re.match(COUNT, text[match.end() : match.end() + 1])


def find_clauses(
    text: str, start: int, end: int, above: Sequence[Heading], *, arabic: bool = False
) -> list[Heading]:
    """（一） headings (`arabic`: （1）), whose count runs on or starts again under each of the headings `above`."""
    found: list[Heading] = []
    last = 0
    for match in (_ARABIC_CLAUSE if arabic else _CLAUSE).finditer(text, start, end):
        label = _plain_mark(match[1])
        number = number_or_none(label.strip("（）"))
        if number is None or is_cut_off(text, match.start()):
            continue
        renewed = not above or not found or _stands_between(above, found[-1].start, match.start())
        fresh = number == last + 1 or opens_paragraph(text, match.start())
        if not fresh or not (number > last or (number == 1 and renewed)):
            continue
        found.append(Heading("clause", number, label, match.start(), match.end()))
        last = number
    return found


def opens_paragraph(text: str, position: int) -> bool:
    """Whether the line before `position` is blank, ends a sentence, or is a title: no sentence runs on."""
    lines = text[max(0, position - 80) : position].split("\n")
    before = lines[-2].strip() if len(lines) > 1 else ""
    if not before or _PARAGRAPH_END.search(before):
        return True
    whole = len(lines) > 2 or position <= 80
    short = whole and len(before) <= _LONGEST_TITLE and not _IN_SENTENCE.search(_PART_MARK.sub("", before))
    return short and not _CUT_OFF.search(before)


def is_cut_off(text: str, position: int) -> bool:
    """Whether the line just before `position` stops in mid-sentence, so that a mark here is a reference."""
    return bool(_CUT_OFF.search(text[max(0, position - 12) : max(0, position - 1)]))


def _stands_between(headings: Sequence[Heading], start: int, end: int) -> bool:
    places = (bisect(headings, position, key=lambda heading: heading.start) for position in (start, end))
    return next(places) < next(places)


def _plain_mark(mark: str) -> str:
    if mark in "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩":
        return f"（{'一二三四五六七八九十'['㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩'.index(mark)]}）"
    return mark.replace("(", "（").replace(")", "）")
