"""The text of one answer while it arrives: what is no text, does not end or says the same for ever is refused."""

import re
from collections import Counter
from typing import Final

from rag.llm_failures import CallError, TruncatedError

CHARACTERS_PER_TOKEN: Final = 8
"""Most characters taken for each token allowed: a server may ignore `max_tokens`."""
TIMES: Final = 6
"""Times that the same line or window must come for the model to be stuck."""
WINDOW: Final = 40
"""Characters; no sentence of a policy holds the same forty six times over."""
_STEP: Final = 20
_UNREADABLE = re.compile("[\ufffd\ud800-\udfff]")
_WORD = re.compile(r"\w")


class Received:
    """What came so far of one answer."""

    def __init__(self, max_tokens: int, *, prose: bool) -> None:
        """`prose`: look for repetition; in JSON the same keys come over and over."""
        self.text = ""
        self._most = max_tokens * CHARACTERS_PER_TOKEN
        self._prose = prose
        self._lines = Counter[str]()
        self._begun = ""
        self._looked_to = 0

    def add(self, piece: str) -> None:
        """Take the next piece.

        Raises:
            CallError: it is unreadable, more than was asked for, or the model repeats itself.
        """
        if _UNREADABLE.search(piece):
            raise CallError("语言模型的回答里有不能识别的字符，它的编码不对。")
        self.text += piece
        if len(self.text) > self._most:
            raise CallError(f"语言模型没有按要求停下，超过了 {self._most} 个字，已经中止。", of_service=False)
        if self._prose and (self._line_comes_again(piece) or self._window_comes_again()):
            raise CallError("语言模型重复不止，已经中止。", of_service=False)

    def end(self, reason: str | None) -> None:
        """The answer is over, for the reason that the server gave.

        Raises:
            CallError: it did not end by itself, or is empty.
        """
        if reason == "length":
            raise TruncatedError("语言模型的回答被截断：还没有说完就到了字数上限。", of_service=False)
        if reason == "content_filter":
            raise CallError("语言模型的回答被服务商的内容过滤拦下了。", of_service=False)
        if reason != "stop":
            raise CallError("语言模型的回答被截断：没有说完就断了。")
        if not self.text.strip():
            raise CallError("语言模型的回答是空的。")

    def _line_comes_again(self, piece: str) -> bool:
        *whole, self._begun = (self._begun + piece).split("\n")
        self._lines.update(line.strip() for line in whole if _WORD.search(line))
        return any(self._lines[line.strip()] >= TIMES for line in whole)

    def _window_comes_again(self) -> bool:
        """Look at windows that end at fixed places, so that the cut into pieces does not matter."""
        first, self._looked_to = self._looked_to + _STEP, len(self.text) // _STEP * _STEP
        return any(
            self.text.count(self.text[end - WINDOW : end], 0, end) >= TIMES
            for end in range(first, self._looked_to + 1, _STEP)
            if end >= WINDOW * TIMES
        )
