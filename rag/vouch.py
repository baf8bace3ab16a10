"""Whether the cited sources bear out one sentence of a language model. Code decides, no model is asked.

Similarity would let 15% pass for 5%; so each thing that can be wrong has a check of its
own, in the order in which a reader would be hurt by it.
"""

from collections.abc import Callable, Sequence
from typing import Final

from rag.vouching import content, figures, indicators, names, subjects, wording
from rag.vouching.spoken import written_out

Check = Callable[[str, Sequence[str]], bool]
CHECKS: Final[tuple[tuple[str, Check], ...]] = (
    ("locator", names.has_no_locator_of_its_own),
    ("figure", figures.stand_in_sources),
    ("indicator", indicators.keep_their_indicator),
    ("order", indicators.keep_their_order),
    ("year", figures.keep_their_year),
    ("limit", figures.keep_their_limit),
    ("name", names.are_quoted_truly),
    ("programme", names.programmes_are_known),
    ("negation", wording.keeps_negation),
    ("modality", wording.keeps_modality),
    ("direction", wording.keeps_direction),
    ("condition", wording.keeps_condition),
    ("force", wording.keeps_force),
    ("subject", subjects.subjects_are_the_same),
    ("exchange", subjects.subjects_are_not_exchanged),
    ("scope", subjects.scope_is_the_same),
    ("content", content.is_about_the_sources),
)
"""Name and check, in order; the first that fails is reported."""


def vouch(sentence: str, sources: Sequence[str], others: Sequence[str] = ()) -> str | None:
    """None when `sources`, the quotes that a sentence without its markers cites, bear it out; else the check that failed.

    `others` are the quotes that it could have cited and did not: what one of them says clearly better was cited wrongly.
    """
    if not sources:
        return "source"
    sentence, sources = written_out(sentence), [written_out(one) for one in sources]
    failed = next((name for name, holds in CHECKS if not holds(sentence, sources)), None)
    if failed is None and not content.is_nearest_to_its_sources(sentence, sources, others):
        return "elsewhere"
    return failed
