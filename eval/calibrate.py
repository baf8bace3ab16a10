"""Fit the decision to answer or refuse: `python -m eval calibrate --data FOLDER`.

A logistic regression tells questions whose best passage stands in a right clause from
questions that the document does not answer: on the Decision's dev split (as it is, and as
if nobody had written questions for it), on everyday questions of other fields, and on the
development documents with their near misses; for digests on their own dev questions. The threshold is the highest that wrongly
declines at most `OVER_REFUSAL` of the answerable questions.
"""

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from eval.cases import GOLD, Case, clause_of
from eval.documents import DocumentCase
from eval.related import RelatedCase
from eval.unseen import gold_clauses
from ingest.training_questions import shipped_pairs
from rag.assistant import Assistant
from rag.decide import CALIBRATION, DIGESTS, FEATURES, features, kind_of
from rag.evidence import Terms
from rag.retrieve import KINDS, retrieve
from rag.understand import understand

FloatMatrix = NDArray[np.float64]

OVER_REFUSAL = {"without_questions": 0.02, "with_questions": 0.03, DIGESTS: 0.03}
"""Share of the answerable questions that may fall under the threshold in cross-validation; with the rules of
rag.decide some 4 % are then declined in all (docs/experiments.md)."""
FOREIGN_SUBJECTS = ("law01708", "law00559", "law02515", "law02504")
"""Gas, weather, labour contracts, consumers: training questions that no development document answers."""
STRANGERS = 240
FOLDS = StratifiedKFold(8, shuffle=True, random_state=1)


@dataclass(frozen=True)
class Example:
    """The evidence for one question and whether the document answers it."""

    values: tuple[float, ...]
    answerable: bool
    kind: str
    """One of `rag.retrieve.KINDS` (whether questions were written for the best document) or `DIGESTS`."""


def off_topic_cases(path: Path = GOLD / "off_topic.txt") -> list[Case]:
    """Everyday questions that no industrial policy answers, one a line; used for the fit alone."""
    questions = path.read_text(encoding="utf8").splitlines()
    return [
        Case(f"off-{number}", question, "unanswerable", "lay", "refuse", (), (), (), (), "", "作者丙", "dev")
        for number, question in enumerate(questions, start=1)
    ]


def examples(cases: Iterable[Case], assistant: Assistant, *, with_questions: bool = True) -> list[Example]:
    """Evidence for every question that is looked up by content.

    Left out: clause look-ups and corrected premises, which other rules decide, and
    answerable questions whose best passages miss the clause, which teach neither side.
    Without questions the index looks as it does for a document that nobody wrote any for.
    """
    build = assistant.library.current()
    if not with_questions:
        build = replace(build, questions=(), question_vectors=None)
    found = []
    for case in cases:
        query = understand(case.question, policies=(case.policy,) if case.policy else ())
        if query.references or case.expect == "correct_premise":
            continue
        ranking = retrieve(query, build, assistant.embedder)
        if not ranking.candidates:
            continue
        gold = {clause.split("/")[0] for slot in case.gold_clauses for clause in slot}
        hit = any(candidate.clause.id.split("/")[0] in gold for candidate in ranking.candidates[:3])
        if case.expect == "answer" and not hit:
            continue
        values = features(query, ranking, Terms.of(query, ranking.candidates), build)
        found.append(Example(values, case.expect == "answer", kind_of(ranking, build)))
    return found


def document_examples(cases: Iterable[DocumentCase], assistant: Assistant) -> list[Example]:
    """Evidence for every question on a document; as in `examples`, missed answers are left out."""
    build = assistant.library.current()
    found = []
    for case in cases:
        query = understand(case.question, policies=(case.document,))
        ranking = retrieve(query, build, assistant.embedder)
        if query.references or not ranking.candidates:
            continue
        gold = gold_clauses(case, build)
        hit = any(clause_of(one.clause.id, build) in gold for one in ranking.candidates[:3])
        if hit or not case.answerable:
            values = features(query, ranking, Terms.of(query, ranking.candidates), build)
            found.append(Example(values, case.answerable, kind_of(ranking, build)))
    return found


def digest_examples(cases: Iterable[RelatedCase | Case], assistant: Assistant) -> list[Example]:
    """Evidence for questions asked of all digests at once; as in `examples`, missed answers are left out."""
    build = assistant.library.current()
    found = []
    for case in cases:
        query = replace(understand(case.question), standing="retold", any_validity=True)
        ranking = retrieve(query, build, assistant.embedder)
        gold = case.clauses if isinstance(case, RelatedCase) else frozenset()
        hit = any(one.clause.id in gold for one in ranking.candidates[:3])
        if ranking.candidates and (hit or not gold):
            values = features(query, ranking, Terms.of(query, ranking.candidates), build)
            found.append(Example(values, bool(gold), DIGESTS))
    return found


def stranger_cases(data: Path, documents: Sequence[str]) -> list[DocumentCase]:
    """Questions on `FOREIGN_SUBJECTS`, asked of `documents` in turn: near no subject of theirs."""
    questions = sorted(pair.question for pair in shipped_pairs(data) if pair.document in FOREIGN_SUBJECTS)
    chosen = random.Random(1).sample(questions, STRANGERS)
    return [
        DocumentCase(question, documents[place % len(documents)]) for place, question in enumerate(chosen)
    ]


def fit_kinds(found: Sequence[Example]) -> dict[str, Any]:
    """`fit` for documents with written questions and for those without."""
    kinds = {
        kind: fit([example for example in found if example.kind == kind], OVER_REFUSAL[kind])
        for kind in (*KINDS, DIGESTS)
    }
    return {**kinds, "features": list(FEATURES)}


def fit(found: Sequence[Example], over_refusal: float) -> dict[str, Any]:
    """Coefficients, the threshold, and what they were fitted on.

    The threshold is chosen on out-of-fold probabilities, so that it does not profit
    from the fit. Classes are weighted equally: in use, off-topic questions are as
    likely as others.

    Raises:
        ValueError: one side has fewer examples than there are folds.
    """
    values = np.array([example.values for example in found])
    answerable = np.array([example.answerable for example in found])
    if min(answerable.sum(), (~answerable).sum()) < FOLDS.n_splits:
        raise ValueError(
            f"need at least {FOLDS.n_splits} questions of each kind, got {answerable.sum()} and {(~answerable).sum()}"
        )
    unseen = np.empty(len(found))
    for training, testing in FOLDS.split(values, answerable):
        intercept, weights = _fitted(values[training], answerable[training])
        unseen[testing] = expit(values[testing] @ weights + intercept)
    threshold = threshold_for(unseen, answerable, over_refusal)
    intercept, weights = _fitted(values, answerable)
    return {
        "threshold": round(float(threshold), 4),
        "intercept": round(intercept, 4),
        "weights": [round(float(weight), 4) for weight in weights],
        "answerable": int(answerable.sum()),
        "unanswerable": int((~answerable).sum()),
        "out_of_fold": {
            "wrongly_declined": round(float((unseen[answerable] < threshold).mean()), 4),
            "declined": round(float((unseen[~answerable] < threshold).mean()), 4),
        },
    }


def _fitted(values: FloatMatrix, answerable: NDArray[np.bool_]) -> tuple[float, NDArray[np.float64]]:
    """Intercept and weights of a logistic regression on features brought to one scale."""
    scale = np.maximum(values.std(axis=0), 1e-6)
    model = LogisticRegression(class_weight="balanced", max_iter=5000).fit(values / scale, answerable)
    return float(model.intercept_[0]), model.coef_[0] / scale


def threshold_for(
    probability: NDArray[np.float64], answerable: NDArray[np.bool_], over_refusal: float
) -> float:
    """The highest threshold that declines at most the share `over_refusal` of the answerable questions."""
    ordered = np.sort(probability[answerable])
    return float(ordered[int(over_refusal * len(ordered))])


def write(fitted: dict[str, Any], path: Path = CALIBRATION) -> None:
    """Store the coefficients beside the code that uses them."""
    path.write_text(json.dumps(fitted, ensure_ascii=False, indent=1) + "\n", encoding="utf8")
