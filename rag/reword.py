"""An everyday question in the words of policy, put by a language model and checked by code: for looking up, never for answering."""

import re
from typing import Final

from rag.errors import LanguageModelError
from rag.figures import canonical_figures, normalise
from rag.llm import LanguageModel
from rag.prompts import harmless, prompt

LONGEST: Final = 60
"""Characters of a reworded question."""
_NAME = re.compile("《[^》]+》|“[^”]+”")
_MARKED_UP = re.compile(r"[\n<>\[\]{}|`#*]|https?:|www\.")


def in_policy_words(question: str, model: LanguageModel) -> str | None:
    """The question as policy would put it; None when the model fails, changes a figure or name, or writes anything else."""
    asked = prompt("rewrite")
    try:
        reworded = model.complete(asked.system, asked.filled(question=harmless(question)), max_tokens=120)
    except LanguageModelError:
        return None
    reworded = reworded.strip().removeprefix("问题：").strip('“”" ')
    same_figures = canonical_figures(reworded) == canonical_figures(question)
    same_names = all(name in normalise(reworded) for name in _NAME.findall(normalise(question)))
    fits = 0 < len(reworded) <= LONGEST and not _MARKED_UP.search(reworded)
    return reworded if fits and same_figures and same_names and reworded != question else None
