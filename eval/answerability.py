"""Fit rag/answerability.json: which wordings ask for what policies leave unsaid."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from ingest.training_data import HELD_OUT, policy_pairs, read_lines
from ingest.training_questions import near_misses, shipped_pairs
from rag.answerability import MODEL
from rag.lexical import grams

SEEN: Final = 15
"""Questions in which a gram must stand: rarer ones name subjects."""
SMALLEST: Final = 0.05
"""Weights nearer to 0 are left out of the file."""


def training_questions(data: Path) -> tuple[list[str], list[str]]:
    """Questions that their document answers, and near misses; none of a held-out document."""
    answered = [pair.question for pair in (*policy_pairs(data), *shipped_pairs(data))]
    missed = [pair.question for pair in near_misses(data)]
    for path in sorted((data / "policy_questions").glob("*_unanswerable.jsonl")):
        missed += [record["question"] for record in read_lines(path) if record["doc"] not in HELD_OUT]
    return answered, missed


def fit(answered: Sequence[str], missed: Sequence[str]) -> dict[str, Any]:
    """Intercept and weights by gram; both kinds of question weigh the same."""
    counter = CountVectorizer(analyzer=_distinct, binary=True, min_df=SEEN)
    questions = [*answered, *missed]
    lengths = np.sqrt([max(len(_distinct(question)), 1) for question in questions])
    table = counter.fit_transform(questions).multiply(1 / lengths[:, None]).tocsr()
    labels = np.array([False] * len(answered) + [True] * len(missed))
    model = LogisticRegression(C=3.0, class_weight="balanced", max_iter=3000).fit(table, labels)
    names = counter.get_feature_names_out()
    weights = {
        str(name): round(float(weight), 2)
        for name, weight in zip(names, model.coef_[0], strict=True)
        if abs(weight) >= SMALLEST
    }
    return {"intercept": round(float(model.intercept_[0]), 4), "grams": weights}


def write(model: dict[str, Any]) -> None:
    """Store the model beside the code that uses it."""
    MODEL.write_text(json.dumps(model, ensure_ascii=False) + "\n", encoding="utf8")


def _distinct(text: str) -> list[str]:
    return sorted(set(grams(text)))
