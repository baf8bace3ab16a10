"""A language model as judge: yes or no to one thing at a time, three votes, its own failures counted.

No score from 1 to 10: such scores shift with the order of the texts and their length. The
order is changed from vote to vote, and which one begins depends on the item, so that a
judge who prefers one order does not tilt all verdicts one way. What the judge finds is
advice: it takes no part in the gate.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from eval.judge_items import Item
from rag.errors import LanguageModelError, SettingsError
from rag.figures import normalise
from rag.llm import LanguageModel
from rag.prompts import Prompt, harmless, prompt
from rag.settings import Settings

Verdict = Literal["是", "否", "无法判断", "judge_error"]
Order = Literal["text", "claim"]
"""Which of the two comes first in the message."""
YES: Final = "是"
NO: Final = "否"
UNSURE: Final = "无法判断"
ERROR: Final = "judge_error"
VERDICTS: Final[tuple[Verdict, ...]] = (YES, NO, UNSURE, ERROR)
VOTES: Final = 3
MOST_TOKENS: Final = 2048
"""Of one vote; a reasoning model thinks aloud in them."""
SCHEMA: Final[Mapping[str, Any]] = {
    "type": "object",
    "properties": {"quote": {"type": "string"}, "verdict": {"type": "string", "enum": [YES, NO, UNSURE]}},
    "required": ["quote", "verdict"],
    "additionalProperties": False,
}
"""The quote comes first: what is written after it can lean on it."""
_FENCE: Final = re.compile(r"^```(?:json)?\s*|\s*```$")
_THOUGHT: Final = re.compile(r"^\s*<think>.*?</think>", re.DOTALL)


@dataclass(frozen=True)
class Vote:
    """One answer of the judge; `problem` says in Chinese why it is an error."""

    order: Order
    verdict: Verdict
    quote: str = ""
    problem: str | None = None
    answered: bool = True
    """False when the model gave no answer at all."""


@dataclass(frozen=True)
class Judgement:
    """What came of one item; without votes there was nothing to ask about."""

    key: str
    votes: tuple[Vote, ...]

    @property
    def verdict(self) -> Verdict:
        """What at least two votes say, errors being votes too; without a majority an error where there is one, else unsure."""
        if not self.votes:
            return NO
        counts = Counter(vote.verdict for vote in self.votes)
        winner, count = counts.most_common(1)[0]
        if 2 * count > len(self.votes):
            return winner
        return ERROR if counts[ERROR] else UNSURE


class Judge:
    """The configured model with the prompt of a judge. One instance serves many threads."""

    def __init__(self, settings: Settings) -> None:
        """Nothing is sent yet.

        Raises:
            SettingsError: no language model is configured, or prompts/judge.md is damaged.
        """
        if not settings.has_language_model:
            raise SettingsError(
                "评卷要用语言模型，现在没有配置。请设置 CHUANCE_LLM_BASE_URL 和 CHUANCE_LLM_MODEL"
                "（需要密钥的再设 CHUANCE_LLM_API_KEY），任何 OpenAI 兼容的服务都可以。"
            )
        self._prompt: Prompt = prompt("judge")
        self._model = LanguageModel(replace(settings, llm_temperature=0.0))
        self.model = settings.llm_model
        self.prompt_hash = self._prompt.hash

    def judge(self, item: Item, orders: Sequence[Order] | None = None) -> Judgement:
        """Ask about one item, once in every one of `orders`; by default in those of `orders_of`.

        An empty text says nothing: then nothing is asked, and the verdict is no.
        """
        if not item.text.strip():
            return Judgement(item.key, ())
        chosen = orders_of(item.key) if orders is None else orders
        return Judgement(item.key, tuple(self._vote(item, order) for order in chosen))

    def _vote(self, item: Item, order: Order) -> Vote:
        parts = [f"<文字>\n{harmless(item.text)}\n</文字>", f"<待查>\n{harmless(item.claim)}\n</待查>"]
        first, second = parts if order == "text" else reversed(parts)
        message = self._prompt.filled(first=first, second=second)
        try:
            said = self._model.complete(self._prompt.system, message, schema=SCHEMA, max_tokens=MOST_TOKENS)
        except LanguageModelError as problem:
            return Vote(order, ERROR, problem=str(problem), answered=False)
        return read_vote(said, item.text, order)


def orders_of(key: str) -> tuple[Order, ...]:
    """The orders of the votes on an item: a, b, a; which one is a depends on the key."""
    orders: tuple[Order, Order] = ("text", "claim") if int(key[-1], 16) % 2 else ("claim", "text")
    return tuple(orders[number % 2] for number in range(VOTES))


def read_vote(said: str, text: str, order: Order) -> Vote:
    """The vote that a model's answer is; an error when it is not what was asked for, or quotes what `text` does not hold."""
    try:
        answer = json.loads(_FENCE.sub("", _THOUGHT.sub("", said).strip()))
        verdict, quote = answer["verdict"], answer["quote"]
    except (ValueError, KeyError, TypeError):
        return Vote(order, ERROR, problem="回答不是约定的 JSON")
    if verdict not in (YES, NO, UNSURE) or not isinstance(quote, str):
        return Vote(order, ERROR, problem="回答不是约定的 JSON")
    if verdict == YES and not quote.strip():
        return Vote(order, ERROR, problem="判“是”而没有抄写原话")
    if not stands_in(quote, text):
        return Vote(order, ERROR, quote, problem="抄写的话不在文字里")
    return Vote(order, verdict, quote)


def stands_in(quote: str, text: str) -> bool:
    """Whether the text, as the judge was shown it, holds the quote; white space and the quotation marks around it apart."""
    return normalise(quote).strip("“”\"'") in normalise(harmless(text))
