"""How words sound: toneless pinyin. The only user of pypinyin."""

import re
from collections.abc import Iterable
from typing import Final

LONGEST: Final = 4
"""Characters of the longest word whose sound is looked up."""
_CHINESE = re.compile("[\u4e00-\u9fff]+")


def pinyin(word: str) -> str:
    """Toneless pinyin of a word, syllables joined: 赛马 -> saima."""
    from pypinyin import lazy_pinyin  # 0.2 seconds, for the few questions that need it

    return "".join(lazy_pinyin(word))


def sounds(words: Iterable[str]) -> dict[str, list[str]]:
    """Toneless pinyin -> the Chinese words of two to `LONGEST` characters that sound so."""
    found: dict[str, list[str]] = {}
    for word in sorted(set(words)):
        if 2 <= len(word) <= LONGEST and _CHINESE.fullmatch(word):
            found.setdefault(pinyin(word), []).append(word)
    return found
