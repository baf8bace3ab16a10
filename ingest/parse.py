"""Loaded file -> Document: lines mended, title, 文号, issuer and dates read.

Layout often breaks a sentence over two lines, even two paragraphs. A line is
joined to the one before when that one stops in mid-sentence and this one starts
no heading or item. Offsets count in the mended text, which is what is stored.
"""

import re
from collections import Counter

from ingest import fields, masthead
from ingest.load import LoadedFile
from ingest.masthead import ANY_DATE, FURNITURE
from rag.errors import CorpusError
from rag.numerals import number_or_none
from rag.types import Document

_NUMERAL = r"[零〇○一二两三四五六七八九十百千\d０-９]{1,7}"
_COUNT = "[一二三四五六七八九十百]"
_STARTS_UNIT = re.compile(
    rf"[ \t\u3000]*(?:[#>*|<\-]|——|{_COUNT}{{1,4}}、(?!{_COUNT}{{1,3}}、)|[㈠-㈩①-⑳]|\d{{1,2}}[.．、](?!\d)"
    rf"|[（(]{_NUMERAL}[）)](?!项(?!目)|款(?!项)|、|规定的|的规定|[至和或][（(])|附件\s*{_NUMERAL}?(?:[\s:：]|$)|附：|目\s*录\s*$"
    rf"|第\s*{_NUMERAL}\s*(?:编|分编|章|节|部分)(?!的|规定|、|[和至与及或]第))"
)
_ARTICLE_START = re.compile(
    rf"[ \t\u3000]*第\s*({_NUMERAL})\s*条(?:之{_NUMERAL})?(?=[ \t\u3000]|$|[^的第、，和与至到或及款项所规中])"
    rf"(?![ \t\u3000]+(?:的(?!士)|规定的|[、，]|[和或及至]第|第{_NUMERAL}[款项]))"
)
_OPENS_UNIT = re.compile(f"(?:{_STARTS_UNIT.pattern})|(?:{_ARTICLE_START.pattern})")
_ENDS_SENTENCE = re.compile(r"[。！？；：….!?;:|>*_][”』」’）)】》〉]*$")
_CONTINUES = tuple("，。、；：！？”’）】》〉")  # no paragraph opens with one of these
_BRACKETS = (("“", "”"), ("（", "）"), ("《", "》"))
_LAST_BRACKET = re.compile(r"[“（(《【][^“（(《【]*[”）)》】]$")
_STOPS_SHORT = re.compile(r"[，、]$|[^—]—$")
_IN_SENTENCE = re.compile(r"[，、。；：]")
_UNSAFE = re.compile(r"[\s#/\\:*?\"<>|@~]+")
_PART_HEADING = re.compile(r"[一二三四五六七八九十百]{1,4}、[^。；]{2,48}$")
_CLAUSE_HEADING = re.compile(rf"[（(]{_NUMERAL}[）)][^。；]*$")
_WRAPPED_HEADING = 30  # characters: a shorter （一） line that stops without punctuation is a heading
_WRAPPED_LENGTH = 18  # characters: a shorter line without a comma is a title, signature or table cell
_WIDEST_PAGE = 180  # columns (a Chinese character has two): text with longer lines is not wrapped
_LONGEST_PARAGRAPH = 5_000  # characters: joining must not take time without bound
_STATUSES = {"现行", "已失效", "已被替代", "征求意见稿", "未知"}
_KINDS = {"full_text", "digest", "draft"}


def parse_document(loaded: LoadedFile, *, document_id: str | None = None) -> Document:
    """Read the fields of a document; front matter wins over what the text says.

    Raises:
        CorpusError: a front-matter value cannot be used; the message names it.
    """
    text = mend(loaded.text)
    # Nested values are no fields; written out, aliases within them could grow without bound.
    pairs = ((key, value) for key, value in loaded.metadata.items() if isinstance(value, str))
    given = {key: value.strip() for key, value in pairs if value.strip()}
    title = given.get("title") or masthead.title(text, _OPENS_UNIT) or loaded.path.stem
    number = given.get("number") or given.get("文号") or masthead.document_number(text)
    issued = _date(given, "issued") or _date(given, "adopted") or masthead.issued(text)
    effective = _date(given, "effective") or fields.effective(text, issued)
    status = _choice(given, "status", _STATUSES, fields.status(title) or _status(effective))
    return Document(
        id=document_id or _UNSAFE.sub("-", given.get("id") or loaded.path.stem).strip("-") or "document",
        title=title,
        text=text,
        number=number,
        issuer=given.get("issuer") or masthead.issuer(title, text, number),
        level=given.get("level"),
        region=given.get("region"),
        issued=issued,
        effective=effective,
        expires=_date(given, "expires") or fields.expires(text, effective or issued),
        status=status,
        kind=_choice(given, "kind", _KINDS, "draft" if status == "征求意见稿" else "full_text"),  # type: ignore[arg-type]
        source_url=given.get("source_url") or given.get("official_url"),
        sha256=loaded.sha256,
        topics=_listed(loaded, "topics"),
        sources=_listed(loaded, "sources"),
        read_level=given.get("read_level"),
        note=given.get("note"),
        repeals=fields.repeals(text),
    )


def _status(effective: str | None) -> str:
    """A text that says from when it applies does, as far as it says itself; rag.validity looks at the day."""
    return "现行" if effective else "未知"


def _listed(loaded: LoadedFile, name: str) -> tuple[str, ...]:
    """The strings of a list in the front matter; a single value counts as a list of one."""
    value = loaded.metadata.get(name, ())
    values = [value] if isinstance(value, str) else value
    return tuple(one.strip() for one in values if isinstance(one, str) and one.strip()) if values else ()


def mend(text: str) -> str:
    """Join lines that were broken in mid-sentence; everything else stays as it is."""
    # The second pass sees whole paragraphs; more change nothing unless the text is made for it.
    return _mend_once(_mend_once(text))


def _mend_once(text: str) -> str:
    lines = text.rstrip().split("\n")
    width = _page_width(lines)
    # Where blank lines part the paragraphs, a full line runs on even when a sentence ends on it.
    parted = "\n\n" in text.strip()
    mended: list[str] = []
    gap = article = columns = 0
    for line in lines:
        if not line.strip():
            gap += bool(mended)
            continue
        starts, article = _starts_unit(line, article)
        full = 0 < width <= columns + 4
        runs_on = full and parted and not gap and not starts
        short = mended and len(mended[-1]) < _LONGEST_PARAGRAPH
        if short and (runs_on or _is_broken(mended[-1], line, starts=starts, full=full)):
            mended[-1] = _joined(mended[-1], line)
        else:
            mended += [""] * gap + [line]
        gap, columns = 0, _columns(line)
    return "\n".join(line.rstrip() for line in mended) + "\n"


def _page_width(lines: list[str]) -> int:
    """Columns of a full line when the text is wrapped at a fixed width, else 0."""
    counts = Counter(_columns(line) for line in lines if line.strip())
    widest = max(counts, default=0)
    full = sum(count for columns, count in counts.items() if columns + 4 >= widest)
    return widest if 30 <= widest <= _WIDEST_PAGE and full >= 5 and full * 3 >= counts.total() else 0


def _columns(line: str) -> int:
    return sum(1 if character.isascii() else 2 for character in line.rstrip())


def _starts_unit(line: str, article: int) -> tuple[bool, int]:
    """Whether a line opens a heading or item, and the number of the last article heading."""
    if match := _ARTICLE_START.match(line):
        number = number_or_none(match[1])
        if number is None:
            return False, article
        spaced = match.end() < len(line) and line[match.end()] in " \t\u3000"
        opens = number in {article + 1, 1} or (spaced and number >= article)
        return opens, number if opens else article
    return bool(_STARTS_UNIT.match(line) or FURNITURE.fullmatch(line.strip())), article


def _is_broken(paragraph: str, following: str, *, starts: bool, full: bool) -> bool:
    """Whether `paragraph` stops in mid-sentence; `starts`: the line after it looks like a heading."""
    plain, after = paragraph.strip(), following.strip()
    if plain.startswith(("#", "|", "<")):
        return False
    if after.startswith(_CONTINUES):
        return True
    if _ENDS_SENTENCE.search(plain):
        return False
    if _stands_in_bracket(plain, after):
        return True
    # Dated lines in a row are the history of a law; a line in brackets stands under a title.
    dated = ANY_DATE.match(plain) and ANY_DATE.match(after)
    bracketed = plain[0] in "（(【〔" and _LAST_BRACKET.search(plain)
    if starts or dated or bracketed:
        return False
    return full or bool(_STOPS_SHORT.search(plain)) or _looks_unfinished(plain)


def _stands_in_bracket(plain: str, after: str) -> bool:
    """Whether the last sentence opens a quotation or bracket that the next line closes."""
    tail = re.split("[。；]", plain)[-1]
    for opening, closing in _BRACKETS:
        inside, closed, _ = after.partition(closing)
        apart = opening in inside or len(inside) > 60
        if closed and not apart and tail.count(opening) > tail.count(closing):
            return True
    return False


def _looks_unfinished(plain: str) -> bool:
    """Punctuation within a line and none at its end; headings are let through."""
    if _PART_HEADING.match(plain) or (_CLAUSE_HEADING.match(plain) and len(plain) < _WRAPPED_HEADING):
        return False
    said = _LAST_BRACKET.sub("", plain)
    stopped = bool(_IN_SENTENCE.search(said)) and len(plain) >= _WRAPPED_LENGTH
    return stopped or ("，" in said[:-1] and len(plain) >= 8)


def _joined(before: str, after: str) -> str:
    """One line; a space only where the source has one beside a Latin character, or two words meet."""
    left, right = before.rstrip(), after.lstrip(" \t\u3000")
    spaced = before.endswith(" ") or (after[0] == " " and after[1:2] == right[:1])
    latin = (left[-1:].isascii(), right[:1].isascii())
    words = all(latin) and left[-1:].isalpha() and right[:1].isalpha()
    return f"{left} {right}" if words or (spaced and any(latin)) else left + right


def _date(given: dict[str, str], name: str) -> str | None:
    """A date of the front matter, as exact as it is written: a day, a month or a year."""
    if (value := given.get(name)) is None:
        return None
    if re.fullmatch(r"(?:19|20)\d{2}(?:-(?:0[1-9]|1[0-2]))?", value):
        return value
    match = ANY_DATE.fullmatch(value)
    day = masthead.iso(match) if match else None
    if day is None:
        raise CorpusError(f"文件头的 {name} 应写成 2023-06-19 这样的日期，现在是 {value!r}。")
    return day


def _choice(given: dict[str, str], name: str, accepted: set[str], default: str) -> str:
    value = given.get(name, default)
    if value not in accepted:
        choices = "、".join(sorted(accepted))
        raise CorpusError(f"文件头的 {name} 只能是 {choices}，现在是 {value!r}。")
    return value
