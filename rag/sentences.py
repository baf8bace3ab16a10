"""What a language model writes, as it comes in pieces -> whole sentences with the numbers of the sources they name."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

_MARKER: Final = r"[\[【［]\s*(?:资料|编号|来源)?\s*\d+(?:\s*[,，、]\s*(?:资料)?\s*\d+)*\s*[\]】］]"
_MARKERS = re.compile(_MARKER)
_NUMBER = re.compile(r"\d+")
_SENTENCE = re.compile(rf"[^。！？!?\n]*(?:(?:[。！？?]|!(?!\[))+[”’」』）)]*(?:\s*{_MARKER})*|\n)")
_UNFINISHED = re.compile(r"\s*(?:[\[【［][^\]】］\n]{0,24})?$")
"""What may stand behind a full stop while its markers are still on their way."""
_THOUGHT = re.compile(r"\s*<think>.*?(?:</think>|$)", re.DOTALL)
_LIST_MARK = re.compile(r"^\s*(?:[-*•·]\s+|#{1,6}\s+|\d{1,2}[.、)）]\s*(?!\d)|>\s*)+")
_EMPHASIS = re.compile(r"\*\*|__|`")
_FOREIGN = re.compile(r"https?:|www\.|\]\s*\(|!\[|<[a-z/!]|\|.*\||data:|javascript:", re.IGNORECASE)
_OPENING = "<think>"


@dataclass(frozen=True)
class Written:
    """One sentence without its markers; `numbers` are those it names, in order, as written."""

    text: str
    numbers: tuple[int, ...]

    @property
    def is_plain(self) -> bool:
        """Whether it holds no link, image, table or mark-up."""
        return not _FOREIGN.search(self.text)


def sentences(pieces: Iterable[str]) -> Iterator[Written]:
    """Every sentence once it is whole: behind its full stop and markers something else has begun, or the text has ended.

    What a reasoning model thinks aloud (<think>…</think>) is left out.
    """
    text, thinking = "", True
    for piece in pieces:
        text += piece
        if thinking:
            if _OPENING.startswith(text.lstrip()[: len(_OPENING)]) and "</think>" not in text:
                continue
            text, thinking = _THOUGHT.sub("", text), False
        while (match := _SENTENCE.match(text)) and not _UNFINISHED.fullmatch(text, match.end()):
            text = text[match.end() :]
            yield from _read(match[0])
    rest = "" if thinking and text.lstrip().startswith(_OPENING) else text
    while match := _SENTENCE.match(rest):
        rest = rest[match.end() :]
        yield from _read(match[0])
    yield from _read(rest)


def _read(sentence: str) -> Iterator[Written]:
    numbers = [int(number) for marker in _MARKERS.findall(sentence) for number in _NUMBER.findall(marker)]
    text = _EMPHASIS.sub("", _LIST_MARK.sub("", _MARKERS.sub("", sentence))).strip()
    text = re.sub(r"\s+([。！？!?])", r"\1", text)
    if any(character.isalnum() for character in text):
        yield Written(text, tuple(dict.fromkeys(numbers)))
