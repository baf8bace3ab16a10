"""Circuit breaker: a service that failed three times in a row is left alone for a minute.

Without it every reader of a broken service would wait for the same deadline. pybreaker
counts the minute on the wall clock, which jumps; this one on the monotonic clock.
"""

import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Final

from rag.errors import LanguageModelError

FAILURES: Final = 3
OPEN_SECONDS: Final = 60.0


class Breaker:
    """Counts the failures in a row of one service; one instance serves many threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._open_until = 0.0
        self._changing = threading.Lock()

    def admit(self) -> None:
        """Let a call pass: any while the service works, one trial a minute while it does not.

        A trial that is given up counts as failed.

        Raises:
            LanguageModelError: the service is being left alone.
        """
        with self._changing:
            if self._failures < FAILURES:
                return
            left = self._open_until - self._clock()
            if left <= 0:
                self._open_until = self._clock() + OPEN_SECONDS
                return
        raise LanguageModelError(
            f"语言模型刚才连续 {FAILURES} 次没有正常回答，暂停使用，约 {max(1, round(left))} 秒后再试。"
        )

    def worked(self) -> None:
        """The service answered."""
        with self._changing:
            self._failures = 0

    def failed(self) -> None:
        """The service did not answer as it should."""
        with self._changing:
            self._failures += 1
            if self._failures >= FAILURES:
                self._open_until = self._clock() + OPEN_SECONDS


@cache
def breaker_of(address: str, model: str) -> Breaker:
    """The breaker that all callers of one model share in this process."""
    return Breaker()
