"""Repair what an input method got wrong: homophones (塞马 for 赛马) and bare pinyin (zhuanjingtexin).

A stretch of the question is replaced by the one word of the corpus that sounds the
same, and only where that is certain: neither the corpus nor the dictionary knows the
stretch, exactly one word of the corpus has its sound, and with that word the whole run
of characters is far likelier than as it was typed (the noisy channel of Kernighan et
al. 1990, https://aclanthology.org/C90-2036/, with sound as the channel).
"""

import math
import re
from typing import Final

from rag.lexical import LexicalIndex, word_probability
from rag.pinyin import LONGEST, pinyin

MARGIN: Final = 5.0
"""Natural logarithm of how much likelier the run must become: at 4, 13 of 2,043 rightly typed questions changed, at 5 seven."""
UNKNOWN: Final = 1e-8
"""Probability of a character that no dictionary has."""
SHORTEST_PINYIN: Final = 6
"""Letters from which a Latin run is read as pinyin: shorter ones are names and abbreviations."""

_CHINESE = re.compile("[\u4e00-\u9fff]+")
_LATIN = re.compile(rf"(?<![a-zA-Z])[a-zA-Z]{{{SHORTEST_PINYIN},}}(?![a-zA-Z])")


def repaired(text: str, index: LexicalIndex) -> str:
    """The normalised question with the stretches replaced that are certainly mistyped."""
    spelled = _LATIN.sub(lambda match: _read_as_pinyin(match[0], index), text)
    # An English sentence may hold a name in pinyin; it stays an English sentence.
    if _CHINESE.search(text) or not re.search("[a-zA-Z]", spelled):
        text = spelled
    return _CHINESE.sub(lambda match: _repaired_run(match[0], index), text)


def _repaired_run(run: str, index: LexicalIndex) -> str:
    likelihood = _log_probability(run)
    for length in range(min(LONGEST, len(run)), 1, -1):
        for start in range(len(run) - length + 1):
            word = _sounding_like(run[start : start + length], index)
            if word is None:
                continue
            other = run[:start] + word + run[start + length :]
            if (improved := _log_probability(other)) > likelihood + MARGIN:
                run, likelihood = other, improved
    return run


def _sounding_like(stretch: str, index: LexicalIndex) -> str | None:
    """The only word of the corpus that sounds like `stretch`, None when that may be right as it stands."""
    if word_probability(stretch) or index.knows("passage_grams", stretch):
        return None
    alike = index.words_sounding(pinyin(stretch))
    if len(alike) != 1 or not word_probability(alike[0]):
        return None
    # A slip of the input method leaves part of the word; without that too many pairs of words sound alike.
    return alike[0] if set(stretch) & set(alike[0]) else None


def _log_probability(run: str) -> float:
    """Of the likeliest way to cut the run into words of the dictionary."""
    best = [0.0]
    for end in range(1, len(run) + 1):
        best.append(
            max(
                best[start] + math.log(probability)
                for start in range(max(0, end - LONGEST), end)
                if (probability := word_probability(run[start:end]) or (start == end - 1) * UNKNOWN)
            )
        )
    return best[-1]


def _read_as_pinyin(run: str, index: LexicalIndex) -> str:
    """The words that a Latin run spells, or the run itself when it does not spell words of the corpus alone."""
    letters = run.lower()
    if index.knows("passage_words", letters):
        return run
    spelled: list[str] = []
    start = 0
    while start < len(letters):
        ends = range(len(letters), start + 1, -1)
        alike = next((its for end in ends if (its := index.words_sounding(letters[start:end]))), ())
        if len(alike) != 1:
            return run
        spelled.append(alike[0])
        start += len(pinyin(alike[0]))
    return "".join(spelled)
