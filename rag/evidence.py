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
from rag.figures import canonical_figures, normalise, years
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

_ATTRIBUTES: Mapping[str, re.Pattern[str]] = {
    "amount": re.compile(
        r"\d(?:[\d,.]*)(?:十|百|千)?[万亿]?元|[一二三四五六七八九十百千万亿]+元|千亿|万亿|百亿"
    ),
    "percentage": re.compile(r"%|百分之|[一二三四五六七八九十]分之|成(?=以上|左右)|倍"),
    "count": re.compile(
        r"\d|(?<![第一二两三四五六七八九十])[一二两三四五六七八九十百千]+(?:大|个|家|项|类|所|座|名|条|级|市|年)"
    ),
    "date": re.compile(r"\d{4}年|\d+月|[一二两三四五六七八九十\d]+(?:年|个月|个工作日|日|天)"),
    "deadline": re.compile(
        r"截止|截至|之前|以前|期限|有效期|内(?:完成|提出|申请)|\d+(?:个工作日|日|天|个月)"
    ),
    "phone": re.compile(r"\d{3,4}-?\d{7,8}|(?<!\d)1\d{10}(?!\d)|(?<!\d)(?:1\d{4}|9\d{4})(?!\d)"),
    "address": re.compile(r"地址|\d+号|窗口|网站|网址|平台"),
    "body": re.compile(r"部门|厅|局|委员会|单位|机构|领导|政府|牵头|负责|主管"),
    "procedure": re.compile(r"申请|申报|材料|手续|办理|备案|提交|报送|审批|审核|流程"),
    "penalty": re.compile(r"罚|处分|追究|责任|没收|吊销"),
}
MISSING = {
    "amount": "具体金额", "percentage": "具体比例", "count": "具体数量", "date": "时间", "deadline": "办理或申报的期限",
    "phone": "联系电话", "address": "办理地址", "body": "负责的部门", "procedure": "申请办理的手续和材料", "penalty": "处罚规定",
    "figure": "具体数字",
}  # fmt: skip


def holds_attribute(name: str, text: str) -> bool:
    """Whether `text` holds a value of the attribute `name` (a key of `MISSING`)."""
    if name == "figure":
        return any(figure[-1] not in "年月日" for figure in canonical_figures(text))
    return bool(_ATTRIBUTES[name].search(normalise(text)))


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
    """The 到 2027 年 that opens the paragraph of `part` and applies to it, if it names no year itself."""
    if years(part.text):
        return None
    text = build.documents[document_id].text
    return target_date(text, paragraph_start(text, part.start), part.start)


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
