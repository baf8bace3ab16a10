"""Does a policy usually answer such a question? From its wording alone, whatever the policy.

Policies seldom give a telephone number, the day an application closes or what a piece
costs, and people ask for just that. A logistic regression over the question's character
1-3-grams, fitted by `python -m eval calibrate` on written questions that their document
answers and on near misses that it does not. rag.decide weighs it against the evidence:
where the attribute asked for stands in the best passages, the wording counts for little.
"""

import json
import math
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from rag.lexical import grams

MODEL: Final = Path(__file__).with_name("answerability.json")


def doubt(question: str) -> float:
    """Log-odds (natural logarithm) that a document on the subject leaves the question unanswered."""
    model = _model()
    return float(model["intercept"]) + weight_of(question, model["grams"])


def weight_of(question: str, weights: Mapping[str, float]) -> float:
    """The mean-like sum of the weights of the distinct grams: over the square root of their number."""
    distinct = set(grams(question))
    return sum(weights.get(gram, 0.0) for gram in distinct) / math.sqrt(max(len(distinct), 1))


@lru_cache(maxsize=1)
def _model() -> dict:  # type: ignore[type-arg]
    return json.loads(MODEL.read_text(encoding="utf8"))  # type: ignore[no-any-return]
