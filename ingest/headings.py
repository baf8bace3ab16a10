"""Which lines of a policy are headings, and which only look like one.

A heading starts a line. 第三条规定, 第五条第二款 and a number that does not continue
the count are references, also at the start of a wrapped line.
"""

import re
from dataclasses import dataclass
from typing import Literal

from rag.numerals import number_or_none

HeadingKind = Literal[
    "preamble", "attachment", "division", "part", "clause", "article", "item", "paragraph", "numbered"
]

_NUMERAL = r"[零〇○一二两三四五六七八九十百千\d０-９]{1,7}"
_MARK = r"^[ \t\u3000#*>]*"
_DIVISION = re.compile(
    rf"{_MARK}(第\s*{_NUMERAL}\s*(?:分编|编|章|节))(?!的|规定|[条款项、，]|[和至与及或]第)", re.MULTILINE
)
_ARTICLE = re.compile(rf"{_MARK}(第\s*{_NUMERAL}\s*条(?:之{_NUMERAL})?)", re.MULTILINE)
_PART = re.compile(r"^[ \t\u3000#*]*([一二三四五六七八九十百]{1,4}、)", re.MULTILINE)
_CLAUSE = re.compile(
    r"^[ \t\u3000#*]*([（(][一二三四五六七八九十百\d０-９]{1,4}[）)]|[㈠-㈩])(?!项(?!目)|款(?!项)|、|规定的|的规定|[至和或][（(])",
    re.MULTILINE,
)
_ITEM = re.compile(
    r"^[ \t\u3000]*(?:(?:——|--)\s*([^。：\n—]{2,24}(?=[。：]|$)|[^。：，；\n—]{2,24})|—\s*([^。：\n—]{2,24})[。：])",
    re.MULTILINE,
)
_NUMBERED = re.compile(r"^[ \t\u3000]*(\d{1,2})[.．、](?!\d)", re.MULTILINE)
_ATTACHMENT = re.compile(
    r"^[ \t\u3000#*]*(附件\s*[\d０-９一二三四五六七八九十]{0,3})[:：\s]*$|^[ \t\u3000#*]*(附件\s*\d{1,2})[:：]?\s*\n",
    re.MULTILINE,
)
_LINE = re.compile(r"^[^\n]*\S[^\n]*$", re.MULTILINE)
_REFERENCE = re.compile(r"的?规定|第|、|，|和|与|至|到|或|及|以|所|中|之外|款|项|的|关于|有关|要求|执行|办理")
_PLAIN_REFERENCE = re.compile(
    r"的(?!士)|规定|第|、|，|款|项(?!目)|所[称列指]|(?:和|与|至|到|或者?|及|以及)第"
)
"""What shows a reference even where a sentence has ended before and the count goes on."""
_SENTENCE_END = re.compile(r"(?:[。；：！？][”’』」）)]*|\A)\s*$")
_SPACED_REFERENCE = re.compile(
    r"\s*(?:的规定|规定的|、|，|的(?!士)|至第|和第|或者?第|及第|第[零〇一二三四五六七八九十百\d]+[款项])"
)
"""What shows a reference even behind a space (本条例 第三条 的规定); other words may open an article."""
_CONTENTS = re.compile(r"^[ \t\u3000#*]*目\s*录[ \t\u3000]*$", re.MULTILINE)


@dataclass(frozen=True)
class Heading:
    """A heading at [start, end): its number and mark, not its words."""

    kind: HeadingKind
    number: int | None
    label: str
    start: int
    end: int


def find_headings(text: str) -> list[Heading]:
    """The headings of `text` in reading order; regulations and 公文 are told apart by their 第X条."""
    articles = _articles(text)
    attachments = [
        Heading(
            "attachment", None, re.sub(r"\s", "", match[1] or match[2]), _line_start(text, match), match.end()
        )
        for match in _ATTACHMENT.finditer(text)
    ]
    if len(articles) >= 2 or (articles and not _PART.search(text) and not _CLAUSE.search(text)):
        found = articles + _divisions(text, articles) + attachments
        return sorted(found, key=lambda heading: heading.start)
    parts = _counted(text, _PART, "part")
    clauses = _counted(text, _CLAUSE, "clause", restarts=[heading.start for heading in parts + attachments])
    found = sorted(parts + clauses + attachments, key=lambda heading: heading.start)
    return sorted(found + _items(text, found), key=lambda heading: heading.start)


def _articles(text: str) -> list[Heading]:
    """第X条 headings: the number goes on from the last one, or starts again, or the mark is set off by space."""
    found: list[Heading] = []
    last = 0
    for match in _ARTICLE.finditer(text):
        label = re.sub(r"\s", "", match[1])
        number = number_or_none(label[1:].split("条")[0])
        if number is None:
            continue
        spaced = text[match.end() : match.end() + 1] in {" ", "\u3000", "\t", "\n", "*", ""}
        continues = number in {last + 1, 1} or ("之" in label and number == last)
        opens = number == last + 1 and _SENTENCE_END.search(text, max(0, match.start() - 40), match.start())
        words = _SPACED_REFERENCE if spaced else _PLAIN_REFERENCE if opens else _REFERENCE
        reference = words.match(text, match.end())
        if reference or not (continues or (spaced and number > last)):
            continue
        found.append(Heading("article", number, label, _line_start(text, match), match.end()))
        last = number
    return found


def _divisions(text: str, articles: list[Heading]) -> list[Heading]:
    """编, 章 and 节 headings; a table of contents at the top is none (its lines have no article between them)."""
    found = [
        Heading("division", None, re.sub(r"\s", "", match[1]), _line_start(text, match), match.end())
        for match in _DIVISION.finditer(text)
        if len(text[match.start() : text.find("\n", match.end())]) < 60
    ]
    contents = _CONTENTS.search(text)
    if contents is None or not articles:
        return found
    first = articles[0].start
    before = [heading for heading in found if contents.end() < heading.start < first]
    if not before:
        return found
    # The text itself begins where the first line of the contents stands again.
    again = max(index for index, heading in enumerate(before) if heading.label == before[0].label)
    kept = before[again:] if again or len(before) <= 2 else before[-1:]
    return [heading for heading in found if heading not in before or heading in kept]


def _counted(
    text: str, pattern: re.Pattern[str], kind: HeadingKind, restarts: list[int] | None = None
) -> list[Heading]:
    """Headings whose number goes on from the last one or starts again."""
    found: list[Heading] = []
    last = 0
    for match in pattern.finditer(text):
        number = number_or_none(_plain_mark(match[1]).strip("（）、"))
        if number is None:
            continue
        if number not in {last + 1, 1} and not (number > last and restarts is not None):
            continue
        if number == 1 and last >= 1 and kind == "part" and not _starts_over(text, match.start(), found):
            continue
        found.append(Heading(kind, number, _plain_mark(match[1]), _line_start(text, match), match.end()))
        last = number
    return found


def _starts_over(text: str, position: int, found: list[Heading]) -> bool:
    """A second 一、 is real only behind an attachment or after the count has got somewhere."""
    return len(found) >= 2 or "附件" in text[found[-1].start : position]


def _items(text: str, headings: list[Heading]) -> list[Heading]:
    """——items and 1. lines inside clauses, and the plain paragraph that follows the last ——item."""
    items: list[Heading] = []
    bounds = [heading.start for heading in headings] + [len(text)]
    for index, heading in enumerate(headings):
        if heading.kind not in {"clause", "part"}:
            continue
        start, end = heading.end, bounds[index + 1]
        marked = [
            Heading("item", None, (match[1] or match[2]).strip(), _line_start(text, match), match.end())
            for match in _ITEM.finditer(text, start, end)
        ]
        if heading.kind == "clause":
            marked += _numbered(text, start, end)
        items += marked
        if dashes := [item for item in marked if item.kind == "item"]:
            items += _paragraphs_after(text, dashes[-1].end, end)
    return items


def _numbered(text: str, start: int, end: int) -> list[Heading]:
    found: list[Heading] = []
    for match in _NUMBERED.finditer(text, start, end):
        if int(match[1]) == len(found) + 1 and text[match.start() - 1 : match.start()] == "\n":
            found.append(
                Heading("numbered", int(match[1]), f"{int(match[1])}.", _line_start(text, match), match.end())
            )
    return found if len(found) > 1 else []


def _paragraphs_after(text: str, position: int, end: int) -> list[Heading]:
    line_end = text.find("\n", position, end)
    if line_end < 0:
        return []
    return [
        Heading("paragraph", None, "", match.start(), match.start())
        for match in _LINE.finditer(text, line_end + 1, end)
    ]


def _line_start(text: str, match: re.Match[str]) -> int:
    return (
        text.rfind("\n", 0, match.start() + 1) + 1
        if text[match.start() : match.start() + 1] != "\n"
        else match.start() + 1
    )


def _plain_mark(mark: str) -> str:
    if mark in "㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩":
        return f"（{'一二三四五六七八九十'['㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩'.index(mark)]}）"
    return mark.replace("(", "（").replace(")", "）")
