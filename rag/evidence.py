"""Does a stretch of text hold what the question asks for? Overlap, years and attributes.

Overlap counts the character 2- and 3-grams (and whole Latin words or numbers) that a
stretch shares with the question, each weighted by its rarity among the candidates,
so that 数字经济 counts for more than 企业.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rag.builds import Build
from rag.figures import years
from rag.retrieve import Candidate
from rag.segments import Stretch, paragraph_start, parts_between_commas, target_date
from rag.types import Passage, Query

_LATIN = re.compile(r"[a-z]+[a-z0-9]*|\d+(?:\.\d+)?%?", re.IGNORECASE)
_GLUE = re.compile("的|目标|指标|了|呢")
_YEAR = re.compile(r"(?:19|20)\d\d")
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
_FRAME = frozenset(
    [
        "多少",
        "比例",
        "占比",
        "比重",
        "目标",
        "哪些",
        "什么",
        "我们",
        "他们",
        "可以",
        "能够",
        "政府",
        "省里",
        "省上",
        "四川",
        "川省",
        "企业",
        "到底",
        "现在",
        "准备",
        "打算",
        "支持",
        "政策",
        "有关",
        "关于",
        "方面",
        "一些",
        "一下",
    ]
)
"""Bigrams of the question's frame: shared by most questions, they say nothing of the subject."""


@dataclass(frozen=True)
class Terms:
    """The weighted terms of one question."""

    weights: Mapping[str, float]

    @classmethod
    def of(cls, query: Query, candidates: Iterable[Candidate]) -> "Terms":
        """Weight every term of `query.core` by its rarity among the candidates' passages."""
        texts = [
            _terms(candidate.passage.text) | _terms(candidate.passage.context) for candidate in candidates
        ]
        total = max(len(texts), 1)
        own = [
            term
            for term in _terms(_GLUE.sub(" ", query.core or query.text))
            if len(term) > 1 and term not in _FRAME and not _YEAR.fullmatch(term)
        ]
        return cls({term: math.log(1 + total / (0.5 + sum(term in text for text in texts))) for term in own})

    def overlap(self, text: str) -> float:
        """Share (0..1) of the question's weight that stands in `text`."""
        total = sum(self.weights.values())
        if not total:
            return 0.0
        present = _terms(text)
        return sum(weight for term, weight in self.weights.items() if term in present) / total

    def covering(self, text: str) -> float:
        """Share (0..1) of the terms of `text` that stand in the question."""
        terms = _terms(text)
        return len(terms & set(self.weights)) / max(len(terms), 1)

    def covered(self, text: str) -> set[str]:
        """The question's terms that stand in `text`."""
        return set(self.weights) & _terms(text)


def governing_date(part: Stretch, document_id: str, build: Build) -> Stretch | None:
    """The 到 2027 年 that applies to `part`, if it names no year itself: of its paragraph, in a digest of its sentence.

    Sentences of a digest stand by themselves; in an official text a date governs those behind it.
    """
    if years(part.text):
        return None
    document = build.documents[document_id]
    text = document.text
    start = paragraph_start(text, part.start)
    if document.is_retold:
        start = max(start, text.rfind("。", start, part.start) + 1)
    return target_date(text, start, part.start)


def years_of(passage: Passage, build: Build) -> tuple[int, ...]:
    """The years a passage speaks of, its own or inherited from its paragraph."""
    date = governing_date(Stretch(passage.text, passage.start, passage.end), passage.document_id, build)
    return years(passage.text) or (years(date.text) if date else ())


def best_parts(passage: Passage, build: Build, terms: Terms) -> list[tuple[float, Stretch]]:
    """The comma-separated parts of a passage with their overlap, best first, ties in reading order."""
    text = build.documents[passage.document_id].text
    parts = parts_between_commas(text, passage.start, passage.end)
    return sorted(((terms.overlap(part.text), part) for part in parts), key=lambda pair: -pair[0])


def best_overlap(candidates: Iterable[Candidate], build: Build, terms: Terms) -> float:
    """The largest overlap (0..1) that a comma-separated part of any candidate has with the question."""
    parts = (best_parts(candidate.passage, build, terms) for candidate in candidates)
    return max((its[0][0] for its in parts if its), default=0.0)


@lru_cache(maxsize=50_000)
def _terms(text: str) -> frozenset[str]:
    folded = unicodedata.normalize("NFKC", text).lower()
    found = set(_LATIN.findall(folded))
    for run in _CHINESE.findall(folded):
        found.update(run[index : index + 2] for index in range(max(len(run) - 1, 1)))
        found.update(run[index : index + 3] for index in range(len(run) - 2))
    return frozenset(found)
