"""Plain text and Markdown: bytes -> characters, by evidence in the bytes alone."""

import codecs
import re
from collections import Counter
from typing import Final

from ingest.formats import Extracted
from rag.errors import CorpusError

REPLACED: Final = "\ufffd"
"""What stands for a character that was lost: it is shown, never silently dropped."""
UNKNOWN: Final = "认不出文字的编码，请用文本编辑器打开，另存为 UTF-8 再入库。"
# UTF-32 LE begins with the mark of UTF-16 LE, so it comes first.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE: Final = 0.2
"""Share of zero bytes from which on bytes that UTF-8 allows are UTF-16: ASCII has one in two there."""
_PLAUSIBLE: Final = 0.9
_COMMON: Final = 0.6
"""Of 3,498 laws none has less than 0.99 plausible characters, of whose hanzi 0.96 are common; 346 of
them in Big5, read as GB18030, have 0.41 plausible ones at most (measured)."""


def read_text(raw: bytes) -> Extracted:
    """The characters of a .txt or .md file; line ends stay as they are.

    Raises:
        CorpusError: the encoding cannot be told.
    """
    text = decode(raw)
    return Extracted(text, warnings=replaced_warning(text))


def decode(raw: bytes) -> str:
    """`raw` by its byte order mark, else as UTF-8, UTF-16 (zero bytes show it) or GB18030.

    GB18030 gives nearly any bytes some characters, so it counts only where most of them are
    common Chinese ones; Big5, Latin or Cyrillic bytes are refused rather than read as nonsense.

    Raises:
        CorpusError: none of them fits; the message asks for UTF-8.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            text = _strictly(raw[len(mark) :], encoding)
            if text is None:
                raise CorpusError(UNKNOWN)
            return text
    text = _without_mark(raw)
    if text is None:
        raise CorpusError(UNKNOWN)
    return text


def replaced_warning(text: str) -> tuple[str, ...]:
    """A warning where `text` holds marks of lost characters."""
    lost = text.count(REPLACED)
    return (f"有 {lost} 处文字已损坏，写作“{REPLACED}”，请对照原件核对。",) if lost else ()


def looks_chinese(text: str) -> bool:
    """Whether most characters beyond ASCII are punctuation or hanzi of GB 2312, and those mostly common.

    Common are the 3,755 hanzi of GB 2312 level 1 (rows 16 to 55).
    """
    counts = Counter(character for character in text if not character.isascii())
    rows: Counter[int] = Counter()
    for character, count in counts.items():
        rows[_row(character)] += count
    hanzi = sum(count for row, count in rows.items() if row >= 16)
    common = sum(count for row, count in rows.items() if 16 <= row <= 55)
    return rows[0] <= (1 - _PLAUSIBLE) * rows.total() and common >= _COMMON * hanzi


def _without_mark(raw: bytes) -> str | None:
    zeros = raw.count(0)
    text = _strictly(raw, "utf-8")
    if text is not None and zeros <= _WIDE * len(raw):
        return text
    # Zero bytes stand in hanzi too (一 is 4E 00), so their side does not tell the order: the reading does.
    for encoding in ("utf-16-le", "utf-16-be") if zeros else ("gb18030",):
        text = _strictly(raw, encoding)
        if text and looks_chinese(text):
            return text
    return None


def _strictly(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


_SIGNS: Final = re.compile("[—–·•‧…“”‘’〔〕〖〗【】《》〈〉￥€㈠-㈩①-⑳☐□√]")


def _row(character: str) -> int:
    """The GB 2312 row (1 signs, 2 numerals, 3 full-width forms, 16 to 87 hanzi), 0 for anything else."""
    try:
        row = character.encode("gb2312")[0] - 0xA0
    except UnicodeEncodeError:
        return 1 if _SIGNS.match(character) else 0
    return row if row <= 3 or row >= 16 else 0
