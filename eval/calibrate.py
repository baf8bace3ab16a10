"""Fit the decision to answer or refuse: `python -m eval calibrate`.

A logistic regression tells questions whose best passage stands in a right clause
from questions that the document does not answer. It is fitted on the dev split
and, where the folder is there, on questions and near misses over laws that the
encoder was not trained on. The threshold is the highest that wrongly declines at
most `OVER_REFUSAL` of the answerable questions.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from eval.cases import GOLD, Case
from rag.assistant import Assistant
from rag.decide import CALIBRATION, FEATURES, features
from rag.evidence import Terms
from rag.retrieve import retrieve
from rag.understand import understand

OVER_REFUSAL = 0.03
FOLDS = 5


@dataclass(frozen=True)
class Example:
    """The evidence for one question and whether the document answers it."""

    values: tuple[float, ...]
    answerable: bool


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
        found.append(Example(values, case.expect == "answer"))
    return found


def fit(found: list[Example]) -> dict[str, Any]:
    """Coefficients, the threshold, and what they were fitted on.

    The threshold is chosen on out-of-fold probabilities, so that it does not profit
    from the fit. Classes are weighted equally: in use, off-topic questions are as
    likely as others.

    Raises:
        ValueError: one side has fewer than `FOLDS` examples.
    """
    values = np.array([example.values for example in found])
    answerable = np.array([example.answerable for example in found])
    if min(answerable.sum(), (~answerable).sum()) < FOLDS:
        raise ValueError(
            f"need at least {FOLDS} questions of each kind, got {answerable.sum()} and {(~answerable).sum()}"
        )
    # Features lie within 0..1, so the weights need room; stronger regularisation blurred the two sides.
    model = LogisticRegression(class_weight="balanced", C=30.0, max_iter=5000)
    unseen = cross_val_predict(model, values, answerable, cv=FOLDS, method="predict_proba")[:, 1]
    threshold = threshold_for(unseen, answerable)
    model.fit(values, answerable)
    return {
        "threshold": round(float(threshold), 4),
        "intercept": round(float(model.intercept_[0]), 4),
        "weights": [round(float(weight), 4) for weight in model.coef_[0]],
        "features": list(FEATURES),
        "answerable": int(answerable.sum()),
        "unanswerable": int((~answerable).sum()),
        "out_of_fold": {
            "wrongly_declined": round(float((unseen[answerable] < threshold).mean()), 4),
            "declined": round(float((unseen[~answerable] < threshold).mean()), 4),
        },
    }


def threshold_for(probability: NDArray[np.float64], answerable: NDArray[np.bool_]) -> float:
    """The highest threshold that declines at most `OVER_REFUSAL` of the answerable questions."""
    ordered = np.sort(probability[answerable])
    return float(ordered[int(OVER_REFUSAL * len(ordered))])


def write(fitted: dict[str, Any], path: Path = CALIBRATION) -> None:
    """Store the coefficients beside the code that uses them."""
    path.write_text(json.dumps(fitted, ensure_ascii=False, indent=1) + "\n", encoding="utf8")
