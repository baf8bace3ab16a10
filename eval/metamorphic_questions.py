"""The same question put otherwise: changes of its surface, and pairs of questions that people wrote for one sentence."""

import random
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import combinations
from pathlib import Path
from typing import Final, NamedTuple

from opencc import OpenCC

from eval.cases import Case
from ingest.expand import QUESTIONS, read_questions
from rag.figures import normalise
from rag.lexical import content_words, word_probability
from rag.pinyin import pinyin


class Pair(NamedTuple):
    """Two questions of one meaning; `id` says where they come from."""

    id: str
    one: str
    other: str


_FULL_WIDTH: Final = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}
_CHINESE = re.compile("[\u4e00-\u9fff]+")
_SPACES: Final = 3
"""White spaces put into a question, as copied from a page or table."""
_END = "？?。！! "


def full_width(question: str, rng: random.Random) -> str:
    """Letters, digits and signs in their wide forms."""
    return question.translate(_FULL_WIDTH)


def traditional(question: str, rng: random.Random) -> str:
    """Traditional characters as written in Taiwan, the words unchanged."""
    return str(_converter().convert(question))


def spaced(question: str, rng: random.Random) -> str:
    """With white space between characters where it means nothing: not within numbers and Latin words."""
    places = [
        place
        for place in range(1, len(question))
        if not (question[place - 1].isascii() and question[place].isascii())
    ]
    for place in sorted(rng.sample(places, min(_SPACES, len(places))), reverse=True):
        question = f"{question[:place]} {question[place:]}"
    return question


def polite(question: str, rng: random.Random) -> str:
    """With the words that people put around a question."""
    return f"您好，我想请问一下，{question.rstrip(_END)}？麻烦您了，谢谢！"


def mistyped(question: str, rng: random.Random) -> str:
    """With one character of a word replaced by the commonest other one of the same sound; unchanged when there is none."""
    found = [word for word in content_words(question) if _CHINESE.fullmatch(word)]
    for word in rng.sample(found, len(found)):
        place = rng.randrange(len(word))
        if other := homophone(word[place]):
            return question.replace(word, word[:place] + other + word[place + 1 :], 1)
    return question


SURFACES: Final[Mapping[str, Callable[[str, random.Random], str]]] = {
    "full_width": full_width,
    "traditional": traditional,
    "spaced": spaced,
    "polite": polite,
    "mistyped": mistyped,
}


def homophone(character: str) -> str | None:
    """The commonest other character of the same toneless pinyin; None when no known one sounds so."""
    return next((one for one in _by_sound().get(pinyin(character), ()) if one != character), None)


def gold_pairs(cases: Sequence[Case]) -> list[Pair]:
    """Pairs of answerable gold questions about the same words of the same clauses with the same facts."""
    groups: dict[object, list[Case]] = defaultdict(list)
    for case in cases:
        if case.expect == "answer" and case.evidence:
            groups[frozenset(map(frozenset, case.gold_clauses))].append(case)
    pairs = [pair for group in groups.values() for pair in combinations(group, 2) if _ask_the_same(*pair)]
    by_id = {case.id: case for case in cases}
    pairs += [
        (by_id[case.twin_of], case) for case in cases if case.twin_of in by_id and case.expect == "answer"
    ]
    found = {
        (one.question, other.question): Pair(f"{one.id}/{other.id}", one.question, other.question)
        for one, other in pairs
    }
    return list(found.values())


def _ask_the_same(one: Case, other: Case) -> bool:
    """Every fact of each is one of the other, and the words quoted for them overlap."""
    facts = [{frozenset(map(normalise, fact)) for fact in case.facts} for case in (one, other)]
    quotes = [[normalise(quote) for _, quote in case.evidence] for case in (one, other)]
    shared = all(any(left in right or right in left for right in quotes[1]) for left in quotes[0])
    return shared and _each_met(*facts) and _each_met(*reversed(facts))


def _each_met(facts: Iterable[frozenset[str]], others: Iterable[frozenset[str]]) -> bool:
    others = list(others)
    return all(any(fact & other for other in others) for fact in facts)


def written_pairs(documents: Collection[str], seed: int, folder: Path = QUESTIONS) -> list[Pair]:
    """One pair of Chinese questions a sentence, of those written for `documents`, in seeded order."""
    groups: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for path in (one for one in sorted(folder.glob("*.jsonl")) if one.stem in documents):
        for one in read_questions(path):
            if _CHINESE.search(one.question):
                groups[path.stem, one.clause, one.sentence].append(one.question)
    rng = random.Random(seed)
    pairs = [
        Pair(f"{policy}#{clause}", *rng.sample(group, 2))
        for (policy, clause, _), group in groups.items()
        if len(group) > 1
    ]
    rng.shuffle(pairs)
    return [pair for pair in pairs if normalise(pair.one) != normalise(pair.other)]


@lru_cache(maxsize=1)
def _by_sound() -> dict[str, list[str]]:
    """Toneless pinyin -> the characters that jieba's dictionary knows, the commonest first."""
    found: dict[str, list[str]] = defaultdict(list)
    known = [chr(code) for code in range(0x4E00, 0xA000) if word_probability(chr(code))]
    for character in sorted(known, key=word_probability, reverse=True):
        found[pinyin(character)].append(character)
    return found


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("s2tw")
