"""Answer or refuse: a calibrated probability that the best passage answers the question.

A logistic regression over features of the evidence, none of which knows a clause, and of
the question's wording (rag.answerability). Coefficients and threshold are fitted by
`python -m eval calibrate` on development questions and stored beside this module; the
file says on how many.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from rag.answerability import doubt
from rag.attributes import MISSING, holds_attribute
from rag.builds import Build
from rag.evidence import Terms, best_overlap, best_parts
from rag.extract import SAME_PART
from rag.figures import canonical_figures
from rag.lexical import content_words
from rag.retrieve import KINDS, Candidate, Ranking
from rag.types import Query

SURE = 0.9
"""Confidence from which a value anywhere in the sentence counts as the one asked for."""
DIGESTS = "digests"
"""The third kind of evidence besides `KINDS`: digests are short, and all of them are searched at once."""
CALIBRATION = Path(__file__).with_name("calibration.json")
FOREIGN = 0.35
"""Most confidence in the evidence for a question in another language: never shown as sound."""
_NATIONAL = re.compile("国务院|中华人民共和国|中共中央|国家|全国人民代表大会")
_AT_HOME = re.compile("四川|川省|川渝|成渝|成都|我省|省里|省上")
WEAK_BELOW = 0.4
"""Probability under which the evidence counts as weak: shown so, and only the best sentence is given."""
NEAR = 0.6
"""Relative score from which a candidate is good evidence beside the best."""
SHARED = 0.35
"""Overlap of a part of a sentence with the question from which it can be told which part is meant."""
ALIKE, UNMET = 0.3, 0.95
"""Cosine under which, and unmet share over which, passages have nothing of the question."""
ON_THE_SUBJECT = 0.1
"""Overlap with the question from which a refusal can say what the policy has instead."""
NOT_WRITTEN = "没有找到能直接回答这个问题的条款，请核对下面最相近的条款。"
FEATURES = (
    "similarity",
    "standing_out",
    "overlap",
    "part_overlap",
    "words_found",
    "words_unknown",
    "lexical",
    "score",
    "late",
    "held",
    "unheld",
    "doubt",
    "doubt_unheld",
    "unmet",
    "yes_or_no",
)


@dataclass(frozen=True)
class Decision:
    """`confidence` is the calibrated probability; `reason` says in Chinese why to refuse, None to answer."""

    confidence: float
    reason: str | None = None


def decide(query: Query, ranking: Ranking, terms: Terms, build: Build) -> Decision:
    """Refuse for another province, for weak evidence, or for a missing attribute; else answer."""
    if place := _other_province(query, build):
        return Decision(0.0, f"现有文件不涉及{place}的政策，只收录四川省级文件。")
    if not ranking.candidates:
        return Decision(0.0, "没有找到与问题有关的条款。")
    fitted = _calibration()[kind_of(ranking, build)]
    values = features(query, ranking, terms, build)
    confidence = 0.0 if _nothing_alike(values) else probability(values, fitted)
    if query.foreign:
        # The fit has seen no English question at all.
        confidence = min(confidence, FOREIGN)
    missing = _missing_attribute(query, ranking, terms, build, sure=confidence >= SURE)
    if confidence < fitted["threshold"]:
        near_miss = missing and best_overlap(ranking.candidates[:3], build, terms) >= ON_THE_SUBJECT
        return Decision(confidence, missing if near_miss else NOT_WRITTEN)
    if missing:
        return Decision(confidence, missing)
    return Decision(confidence)


def features(query: Query, ranking: Ranking, terms: Terms, build: Build) -> tuple[float, ...]:
    """The evidence for the best candidates as numbers, in the order of `FEATURES`."""
    top = ranking.candidates[:3]
    words = content_words(query.core or query.text)
    clause_texts = [candidate.clause.text + candidate.passage.context for candidate in top]
    found = [word for word in words if any(word in text for text in clause_texts)]
    unknown = [word for word in words if not build.lexical.knows("passage_words", word)]
    held, unheld = _attribute_held(query, ranking)
    # A wording that policies usually answer is no evidence that this one does.
    doubted = max(doubt(query.text), 0.0) / 4
    similarity = max(max(candidate.similarity, candidate.asked_similarity) for candidate in top)
    return (
        similarity,
        similarity - ranking.typical_similarity,
        max(terms.overlap(candidate.passage.text + candidate.passage.context) for candidate in top),
        best_overlap(top, build, terms),
        len(found) / max(len(words), 1),
        len(unknown) / max(len(words), 1),
        ranking.lexical_peak / (4 + len(terms.weights)),
        ranking.log_odds / 10,
        max(candidate.late for candidate in top),
        held,
        unheld,
        doubted,
        doubted * (1 - held),
        ranking.unmet,
        float(query.form == "exists"),
    )


def _nothing_alike(values: Sequence[float]) -> bool:
    """Whether the best passages have nothing of the question, neither its words nor others for them.

    So it was for 6 of 1,354 questions that their document answers; a document of a few
    sentences has a best passage for everything.
    """
    by_name = dict(zip(FEATURES, values, strict=True))
    return by_name["similarity"] < ALIKE and by_name["words_found"] == 0 and by_name["unmet"] > UNMET


def kind_of(ranking: Ranking, build: Build) -> str:
    """Which fit applies: evidence looks stronger where questions were written for the best document."""
    best = build.documents[ranking.candidates[0].passage.document_id]
    return DIGESTS if best.is_retold else KINDS[int(best.id in build.asked_documents)]


def probability(values: Sequence[float], fitted: Mapping[str, Any]) -> float:
    """The logistic regression's probability for `values` (in the order of `FEATURES`)."""
    total = fitted["intercept"] + sum(
        weight * value for weight, value in zip(fitted["weights"], values, strict=True)
    )
    return float(1 / (1 + math.exp(-total)))


def _other_province(query: Query, build: Build) -> str | None:
    """The province a question asks about instead of Sichuan, unless the documents speak of it."""
    if _AT_HOME.search(query.text):
        return None
    documents = [build.documents[name] for name in query.policies] or list(build.documents.values())
    if all(_NATIONAL.search(document.title) for document in documents):
        return None
    for place in query.places:
        if place != "四川" and not any(
            place in document.text or place in document.title for document in documents
        ):
            return place
    return None


def _asked(query: Query) -> tuple[str, ...]:
    return query.asks or (("figure",) if query.form == "figure" else ())


def _attribute_held(query: Query, ranking: Ranking) -> tuple[float, float]:
    """Shares of the attributes asked for that good evidence holds, and does not hold; nothing asked is neither."""
    asked = _asked(query)
    near = [one for one in ranking.candidates[:5] if one.score >= NEAR]
    held = [any(holds_attribute(name, one.passage.text) for one in near) for name in asked]
    return (sum(held) / len(asked), 1 - sum(held) / len(asked)) if asked else (0.0, 0.0)


def _missing_attribute(
    query: Query, ranking: Ranking, terms: Terms, build: Build, *, sure: bool
) -> str | None:
    """What the question asks for and the best evidence does not hold; with `sure` evidence anywhere in the sentence."""
    asked = _asked(query)
    near = [one for one in ranking.candidates[:5] if one.score >= NEAR]
    overlap = best_overlap(near, build, terms)
    # Everyday words share little with any part: then the whole sentence may hold what is asked.
    least = SAME_PART * overlap if overlap >= SHARED and not sure else None
    for name in asked:
        exact = name in {"amount", "percentage", "figure", "support"}
        held = any(_holds(name, candidate, terms, build, least if exact else None) for candidate in near)
        if not held and not _holds_further_on(name, near[0], terms, build):
            closest = best_parts(near[0].passage, build, terms)
            nearest = closest[0][1].text if closest else ""
            # A figure may stand in an answer with its citation alone, and a refusal cites nothing.
            said = 0 < len(nearest) <= 40 and not canonical_figures(nearest)
            words = f"，只写到“{nearest}”" if said else ""
            return f"找到的条文没有写明{MISSING[name]}{words}。"
    return None


def _holds(name: str, candidate: Candidate, terms: Terms, build: Build, least: float | None) -> bool:
    """Whether the passage holds the attribute; with `least`, in a part that overlaps the question that much."""
    if least is None:
        return holds_attribute(name, candidate.passage.text)
    parts = best_parts(candidate.passage, build, terms)
    return any(
        overlap > 0 and overlap >= least and holds_attribute(name, part.text) for overlap, part in parts
    )


def _holds_further_on(name: str, best: Candidate, terms: Terms, build: Build) -> bool:
    """Whether the best passage holds the attribute behind its part that names the subject: 对…场景，…最高2000万元."""
    parts = [part for _, part in best_parts(best.passage, build, terms)]
    return any(part.start >= parts[0].start and holds_attribute(name, part.text) for part in parts)


@lru_cache(maxsize=1)
def _calibration() -> dict:  # type: ignore[type-arg]
    return json.loads(CALIBRATION.read_text(encoding="utf8"))  # type: ignore[no-any-return]
