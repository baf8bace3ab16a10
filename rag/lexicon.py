"""Everyday words <-> policy terms, English, and the names of places in Sichuan.

`corpus/lexicon/thesaurus.tsv` has one policy term a line with the everyday ways to
say it and its English; `corpus/lexicon/places.tsv` one prefecture a line with its
counties. Both are written by hand. They widen what is looked up and are never
shown, cited or quoted.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

from rag.errors import CorpusError
from rag.settings import PROJECT_FOLDER

FOLDER: Final = PROJECT_FOLDER / "corpus" / "lexicon"
LONGEST_PHRASE: Final = 12
"""Characters of the longest everyday phrase that is looked for in a question."""
LONGEST_ENGLISH: Final = 6
"""Words of the longest English phrase."""
MOST_TERMS: Final = 12
"""Terms a question is widened by; a longer text says more with its own words."""

_ENGLISH_WORD = re.compile(r"[a-z0-9&]+")
_LATIN_PAIR = re.compile("[a-z0-9]{2}")
_PLURAL = re.compile("(?<=[a-z]{2})s$")
_DIVISION = re.compile("(?:藏族羌族自治州|藏族自治州|彝族自治州|(?:彝族|藏族|羌族)?自治县|[省市区县州])$")


@lru_cache(maxsize=512)
def short_name(place: str) -> str:
    """A place without 市, 州, 县 or 区: 泸州, 北川."""
    return _DIVISION.sub("", place)


@dataclass(frozen=True)
class Entry:
    """A policy term, the everyday ways to say it, and its English."""

    term: str
    everyday: tuple[str, ...]
    english: tuple[str, ...]


@dataclass(frozen=True)
class Lexicon:
    """The entries and places as read; look-ups are built on first use."""

    entries: tuple[Entry, ...]
    places: tuple[str, ...]
    """Prefectures and counties of Sichuan, with and without 市, 县, 区, 州."""

    def terms_for(self, question: str) -> tuple[str, ...]:
        """Policy terms meant by the everyday and English phrases of `question`, in order of their length.

        A phrase inside a longer one that was found is passed over: 小微企业 is not 企业.
        """
        found = [
            *_phrases_in(question, self._terms_by_phrase),
            *_english_in(question, self._terms_by_english),
        ]
        return tuple(dict.fromkeys(term for term in found if term not in question))[:MOST_TERMS]

    def names(self) -> tuple[str, ...]:
        """Policy terms and places, which a word cutter should keep whole."""
        return (*(entry.term for entry in self.entries), *self.places)

    @cached_property
    def _terms_by_phrase(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for entry in self.entries:
            for phrase in entry.everyday:
                found[phrase.lower()].append(entry.term)
        return {phrase: tuple(terms) for phrase, terms in found.items()}

    @cached_property
    def _terms_by_english(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for entry in self.entries:
            for phrase in entry.english:
                found[_english_key(phrase)].append(entry.term)
        return {phrase: tuple(terms) for phrase, terms in found.items()}


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon of the product."""
    return read_lexicon(FOLDER)


def read_lexicon(folder: Path) -> Lexicon:
    """Read the two files of `folder`.

    Raises:
        CorpusError: a file is missing or a line has the wrong columns; the message names it.
    """
    entries = []
    for number, columns in _rows(folder / "thesaurus.tsv"):
        if len(columns) not in {2, 3} or not columns[0] or not columns[1]:
            raise CorpusError(
                f"thesaurus.tsv 第 {number} 行应为“政策用语、日常说法、英文”三列，用制表符分隔。"
            )
        english = columns[2].split(";") if len(columns) == 3 else []
        entries.append(Entry(columns[0], _parts(columns[1].split("、")), _parts(english)))
    names: list[str] = []
    for _, columns in _rows(folder / "places.tsv"):
        names += [columns[0], *(columns[1].split("、") if len(columns) > 1 else [])]
    short = [short_name(name) for name in names]
    return Lexicon(tuple(entries), tuple(dict.fromkeys(one for one in (*names, *short) if len(one) > 1)))


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line number and columns of every line that is no comment."""
    try:
        lines = path.read_text(encoding="utf8").splitlines()
    except OSError as problem:
        raise CorpusError(f"读不了词表 {path.name}（{problem.strerror}）。") from problem
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.startswith("#"):
            yield number, [column.strip() for column in line.split("\t")]


def _parts(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for text in texts if (part := text.strip())))


def _phrases_in(question: str, terms: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    text = question.lower()
    taken = [False] * len(text)
    for length in range(min(LONGEST_PHRASE, len(text)), 1, -1):
        for start in range(len(text) - length + 1):
            phrase = text[start : start + length]
            if (
                phrase in terms
                and not all(taken[start : start + length])
                and not _cuts_word(text, start, length)
            ):
                yield from terms[phrase]
                taken[start : start + length] = [True] * length


def _cuts_word(text: str, start: int, length: int) -> bool:
    """Whether the stretch begins or ends inside a Latin word: mes inside smes."""
    return any(_LATIN_PAIR.match(text[max(edge - 1, 0) : edge + 1]) for edge in (start, start + length))


def _english_in(question: str, terms: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    words = _english_key(question).split()
    taken = [False] * len(words)
    for length in range(min(LONGEST_ENGLISH, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            phrase = " ".join(words[start : start + length])
            if phrase in terms and not any(taken[start : start + length]):
                yield from terms[phrase]
                taken[start : start + length] = [True] * length


def _english_key(text: str) -> str:
    """English words in lower case without the plural's s."""
    return " ".join(_PLURAL.sub("", word) for word in _ENGLISH_WORD.findall(text.lower()))
