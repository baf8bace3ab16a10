"""Loaded file -> Document: lines mended, title, 文号, issuer and dates read.

Layout often breaks a sentence over two lines, even two paragraphs. A line is
joined to the one before when that one stops in mid-sentence and this one starts
no heading or item. Offsets count in the mended text, which is what is stored.
"""

import re
from pathlib import Path

from ingest.load import LoadedFile
from rag.errors import CorpusError
from rag.figures import normalise
from rag.numerals import read_number
from rag.types import Document

_NUMERAL = r"[零〇○一二两三四五六七八九十百千\d０-９]{1,7}"
_STARTS_UNIT = re.compile(
    rf"[ \t\u3000]*(?:[#>*|\-]|——|—|[一二三四五六七八九十百]{{1,4}}、|[（(]{_NUMERAL}[）)]|[㈠-㈩①-⑳]|\d{{1,2}}[.．、](?!\d)|附件|附：|目\s*录"
    rf"|第\s*{_NUMERAL}\s*(?:编|分编|章|节|部分)(?![的规]))"
)
_ARTICLE_START = re.compile(rf"[ \t\u3000]*第\s*({_NUMERAL})\s*条(?:之{_NUMERAL})?(?=[ \t\u3000]|$|[^的第、，和与至到或及款项所规中])")
_ENDS_SENTENCE = re.compile(r"[。！？；：…”』」）)】》〉.!?;:|>*_—]\s*$")
_IN_SENTENCE = re.compile(r"[，、。；：]")
_DOCUMENT_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,12}[〔\[［(（]\s*((?:19|20)\d{2})\s*[〕\]］)）]\s*第?\s*(\d{1,5})\s*号")
_ISSUER = re.compile(r"^(中共[\u4e00-\u9fff]{2,10}?委员会|中共[\u4e00-\u9fff]{2,8}?委|[\u4e00-\u9fff]{2,12}?人民政府(?:办公厅)?|[\u4e00-\u9fff]{2,12}?人民代表大会常务委员会)")
_ANY_DATE = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日|(\d{4})-(\d{1,2})-(\d{1,2})")
_UNSAFE = re.compile(r"[\s#/\\:*?\"<>|@~]+")
_PART_HEADING = re.compile(r"[一二三四五六七八九十百]{1,4}、[^。；]{2,48}$")
_CLAUSE_HEADING = re.compile(rf"[（(]{_NUMERAL}[）)][^。；]*$")
_WRAPPED_HEADING = 30
"""A （一） line shorter than this that stops without punctuation is a heading of its own."""
_WRAPPED_LENGTH = 18
"""A shorter line without a comma is a title, a signature or a table cell, not a wrapped line."""
_STATUSES = {"现行", "已失效", "已被替代", "征求意见稿", "未知"}
_KINDS = {"full_text", "digest", "draft"}


def parse_document(loaded: LoadedFile, *, document_id: str | None = None) -> Document:
    """Read the fields of a document; front matter wins over what the text says.

    Raises:
        CorpusError: a front-matter value cannot be used; the message names it.
    """
    text = mend(loaded.text)
    given = {key: str(value).strip() for key, value in loaded.metadata.items() if str(value).strip()}
    title = given.get("title") or _title(text) or loaded.path.stem
    return Document(
        id=document_id or _safe_id(given.get("id") or loaded.path.stem),
        title=title,
        text=text,
        number=given.get("number") or given.get("文号") or _number(text),
        issuer=given.get("issuer") or _issuer(title),
        level=given.get("level"),
        region=given.get("region"),
        issued=_date(given, "issued", loaded.path) or _date(given, "adopted", loaded.path) or _issued(text),
        effective=_date(given, "effective", loaded.path),
        expires=_date(given, "expires", loaded.path),
        status=_choice(given, "status", _STATUSES, "未知", loaded.path),
        kind=_choice(given, "kind", _KINDS, "full_text", loaded.path),  # type: ignore[arg-type]
        source_url=given.get("source_url"),
        sha256=loaded.sha256,
    )


def mend(text: str) -> str:
    """Join lines that were broken in mid-sentence; everything else stays as it is."""
    mended: list[str] = []
    last = ""
    gap: list[str] = []
    article = 0
    for line in text.rstrip().split("\n"):
        if not line.strip():
            gap += [line] if mended else []
            continue
        starts, article = _starts_unit(line, article)
        if mended and not starts and _is_broken(last):
            mended[-1] = _joined(mended[-1], line)
        else:
            mended += ["" for _ in gap] + [line.rstrip()]
        last, gap = mended[-1].rsplit("\n", 1)[-1], []
    return "\n".join(mended) + "\n"


def _starts_unit(line: str, article: int) -> tuple[bool, int]:
    """Whether a line opens a heading or item, and the number of the last article heading."""
    if match := _ARTICLE_START.match(line):
        number = read_number(match[1])
        spaced = match.end() < len(line) and line[match.end()] in " \t\u3000"
        if number in {article + 1, 1} or (spaced and number >= article):
            return True, number
        return False, article
    return bool(_STARTS_UNIT.match(line)), article


def _is_broken(line: str) -> bool:
    """Whether a line stops in mid-sentence: punctuation inside it and none at its end."""
    plain = line.strip()
    if plain.startswith(("#", "|")) or _PART_HEADING.match(plain) or _ENDS_SENTENCE.search(plain):
        return False
    if plain[-1] in "，、":
        return True
    if _CLAUSE_HEADING.match(plain) and len(plain) < _WRAPPED_HEADING:
        return False
    return "，" in plain[:-1] and len(plain) >= 8 or bool(_IN_SENTENCE.search(plain)) and len(plain) >= _WRAPPED_LENGTH


def _joined(before: str, after: str) -> str:
    left, right = before.rstrip(), after.strip(" \t\u3000")
    return f"{left} {right}" if left[-1:].isascii() and left[-1:].isalnum() and right[:1].isascii() and right[:1].isalnum() else left + right


def _title(text: str) -> str:
    """The first line that is no metadata, with lines that carry it on, up to the first blank or sentence."""
    lines = [line.strip(" \t\u3000#*") for line in text.split("\n")]
    first = next((index for index, line in enumerate(lines) if line), None)
    if first is None or len(lines[first]) > 80 or lines[first].endswith(("。", "：", "；")):
        return ""
    title = lines[first]
    for line in lines[first + 1 : first + 3]:
        if not line or _STARTS_UNIT.match(line) or _ARTICLE_START.match(line) or line.endswith(("。", "：", "）", ")")) or _ANY_DATE.search(line) or _DOCUMENT_NUMBER.search(line) or len(line) > 40 or len(title) >= 20:
            break
        title += line
    return title


def _number(text: str) -> str | None:
    match = _DOCUMENT_NUMBER.search(text[:600])
    if not match:
        return None
    organ = re.match(r"[\u4e00-\u9fff]+", match[0])
    return f"{organ[0] if organ else ''}〔{match[1]}〕{match[2]}号"


def _issuer(title: str) -> str | None:
    match = _ISSUER.match(normalise(title))
    return match[1] if match else None


def _issued(text: str) -> str | None:
    """The date in a bracketed line under the title (……通过), or the signature date at the end."""
    head = "\n".join(text.split("\n")[:12])
    for line in (line for line in head.split("\n") if re.search(r"通过|公布|发布|印发|施行", line) and len(line) < 120):
        if match := _ANY_DATE.search(line):
            return _iso(match)
    tail = [line.strip() for line in text.strip().split("\n")[-4:]]
    return next((_iso(match) for line in tail if (match := _ANY_DATE.fullmatch(line))), None)


def _date(given: dict[str, str], name: str, path: Path) -> str | None:
    value = given.get(name)
    if value is None:
        return None
    match = _ANY_DATE.fullmatch(value)
    if not match or not 1 <= int(_iso(match)[5:7]) <= 12:
        raise CorpusError(f"{path.name}：文件头的 {name} 应写成 2023-06-19 这样的日期，现在是 {value!r}。")
    return _iso(match)


def _choice(given: dict[str, str], name: str, accepted: set[str], default: str, path: Path) -> str:
    value = given.get(name, default)
    if value not in accepted:
        raise CorpusError(f"{path.name}：文件头的 {name} 只能是 {'、'.join(sorted(accepted))}，现在是 {value!r}。")
    return value


def _iso(match: re.Match[str]) -> str:
    year, month, day = (int(part) for part in match.groups() if part)
    return f"{year:04}-{month:02}-{day:02}"


def _safe_id(name: str) -> str:
    return _UNSAFE.sub("-", name).strip("-") or "document"
