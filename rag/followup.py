"""A follow-up and the questions before it -> the question that stands alone.

By rules (rag.followup_rules), and with a language model where one is configured: its
wording is taken only when it keeps what the follow-up says and brings nothing of its own.
A question with a subject of its own is left as it is, so that nothing of an earlier
topic is carried into a new one.
"""

import re
from collections.abc import Sequence
from typing import Final, Protocol

from rag.errors import InputError, LanguageModelError
from rag.figures import canonical_figures, years
from rag.followup_frame import Frame, framed, plain_turn
from rag.followup_rules import by_rule, leans
from rag.followup_words import EXCHANGE, own_words
from rag.parts import LONGEST as LONGEST_SHOWN
from rag.prompts import harmless, prompt
from rag.references import find_references
from rag.understand import normalise_question

LONGEST: Final = 80
"""Characters of a stand-alone question that a language model may write."""
SHOWN: Final = 4
"""Earlier questions that the model is shown."""
_TOKENS: Final = 160
_NAME: Final = re.compile(r"《[^》]+》|“[^”]+”|「[^」]+」|『[^』]+』|\"[^\"]+\"")
_WRAPPING: Final = re.compile(r"^(?:改写后的?(?:问题)?|完整的?问题|问题)[::]\s*")
_PUNCTUATION: Final = re.compile(r"[\W_]+")
_BETWEEN_DIGITS: Final = re.compile(r"(?<!\d)[,:]|[,:](?!\d)")
_FULL_WIDTH: Final = str.maketrans(",:;?!()", "，：；？！（）")


class Writes(Protocol):
    """The part of rag.llm.LanguageModel that is needed here."""

    def complete(self, system: str, message: str, *, max_tokens: int = ...) -> str:
        """The whole text.

        Raises:
            LanguageModelError: it did not come.
        """


def standalone(question: str, earlier: Sequence[str], model: Writes | None = None) -> str | None:
    """The stand-alone question when `question` leans on the `earlier` ones, None when it stands alone or opens a topic.

    `earlier` holds the questions before it, oldest first, each as it was resolved. The last
    one that is about something is the one leaned on.
    """
    asked, before = _readable(question), [text for one in earlier if (text := _readable(one))]
    turn, frames = plain_turn(asked), [frame for one in before if (frame := framed(one))]
    if not turn or not frames:
        return None
    found = by_rule(turn, frames[-1], _about(frames), exchanges=bool(EXCHANGE.search(asked)))
    if model is not None and (found or leans(turn)):
        written = _written(asked, before, model)
        # What the rules could resolve may be worded better, but speaks of the same year and figures.
        found = written if written and (not found or _facts(written) == _facts(found)) else found
    return _presentable(found) if found and _plain(found) != _plain(asked) else None


def acceptable(written: str, question: str, earlier: Sequence[str]) -> bool:
    """Whether a model's wording keeps the figures, names and words of `question` and brings nothing but what the earlier ones say.

    All three are normalised. Refused are a figure, year, quoted name or clause number of its own,
    a word with a character that stands nowhere before, and more than `LONGEST` characters.
    """
    if not written or len(written) > LONGEST:
        return False
    sources = (question, *earlier)
    brought = _facts(written) - {fact for source in sources for fact in _facts(source)}
    numbers = {(one.kind, one.number) for source in sources for one in find_references(source)}
    clauses = {(one.kind, one.number) for one in find_references(written)}
    new_characters = set(own_words(written)) - set("".join(sources))
    kept = _facts(question) <= _facts(written) and set(own_words(plain_turn(question))) <= set(written)
    return kept and not brought and clauses <= numbers and not new_characters


def _readable(text: str) -> str:
    """The normalised text; empty when it cannot be read as a question."""
    try:
        return normalise_question(text)
    except InputError:
        return ""


def _about(frames: Sequence[Frame]) -> str:
    """What the question before the last was about, with the money that it asked for."""
    return f"{frames[-2].topic}{frames[-2].given}" if len(frames) > 1 else ""


def _written(question: str, earlier: Sequence[str], model: Writes) -> str | None:
    """The model's stand-alone question; None when it gives none that can be accepted, or only repeats the follow-up."""
    instructions = prompt("followup")
    shown = "\n".join(harmless(one[-LONGEST_SHOWN:]) for one in earlier[-SHOWN:])
    message = instructions.filled(earlier=shown, question=harmless(question[-LONGEST_SHOWN:]))
    try:
        answer = model.complete(instructions.system, message, max_tokens=_TOKENS).strip()
        written = "" if "\n" in answer else _WRAPPING.sub("", normalise_question(answer))
    except (LanguageModelError, InputError):
        return None
    return written if acceptable(written, question, earlier) and _plain(written) != _plain(question) else None


def _facts(text: str) -> set[str]:
    """Figures, years and quoted names of a text, in the form in which they are compared."""
    named = {_plain(name) for name in _NAME.findall(text)}
    return {*canonical_figures(text), *(f"{year}年" for year in years(text)), *named}


def _plain(text: str) -> str:
    return _PUNCTUATION.sub("", text)


def _presentable(text: str) -> str:
    """With the punctuation of Chinese text, for the reader who is shown it."""
    shown = _BETWEEN_DIGITS.sub(lambda match: match[0].translate(_FULL_WIDTH), text)
    return re.sub(r"[;?!()]", lambda match: match[0].translate(_FULL_WIDTH), shown)
