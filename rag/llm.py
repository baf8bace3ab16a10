"""The edge to a language model: text in, pieces of text out, every fault a `LanguageModelError`.

Calls run as tasks in one event loop of the process, in a thread of its own, so that a
deadline or a reader who leaves ends a request at once, whatever it was waiting for. The
client library is imported by the first call: who has no model does not pay for it.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from functools import cached_property
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final

from rag.errors import LanguageModelError
from rag.llm_breaker import Breaker, breaker_of
from rag.llm_call import Call, Deadlines, carry_out
from rag.llm_failures import CallError, TruncatedError
from rag.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

__all__ = ["Deadlines", "LanguageModel", "Pieces"]

DEADLINES: Final = Deadlines()
_OVERDUE: Final = 1.0
"""Seconds past the last deadline after which the caller no longer waits for the loop to say so."""
Outcome = str | CallError | None
"""A piece, the failure, or None for the end."""


class LanguageModel:
    """The configured model; one instance serves many threads."""

    def __init__(
        self, settings: Settings, deadlines: Deadlines = DEADLINES, *, breaker: Breaker | None = None
    ) -> None:
        """Nothing is sent or imported yet. Without `breaker`, that of the model's address is used.

        Raises:
            ValueError: `settings` has no language model.
        """
        if not settings.has_language_model:
            raise ValueError("the settings name no language model")
        self.name = settings.llm_model
        self._settings, self._deadlines = settings, deadlines
        self._breaker = breaker or breaker_of(settings.llm_base_url, settings.llm_model)

    def prepare(self) -> None:
        """Import the client library and set it up, some two seconds that the first answer need not wait for.

        Raises:
            LanguageModelError: the key or the address cannot be sent.
        """
        _ = self._chat

    def stream(
        self, system: str, message: str, *, schema: Mapping[str, Any] | None = None, max_tokens: int = 1024
    ) -> "Pieces":
        """The answer piece by piece; the call begins with the first `next`.

        `schema` is a JSON schema for the answer. Closing the iterator, from any thread, cancels
        the call at the server. When it raises LanguageModelError, the pieces given so far are
        no whole answer.
        """
        call = Call(system, message, max_tokens, schema, self._settings.llm_stream)
        return Pieces(lambda deliver: self._begin(call, deliver), self._deadlines.total + _OVERDUE)

    def complete(
        self, system: str, message: str, *, schema: Mapping[str, Any] | None = None, max_tokens: int = 1024
    ) -> str:
        """The whole answer.

        Raises:
            LanguageModelError: it did not come, or not as it should.
        """
        return "".join(self.stream(system, message, schema=schema, max_tokens=max_tokens))

    @cached_property
    def _chat(self) -> "BaseChatModel":
        from rag.llm_client import chat_model

        return chat_model(self._settings, connect=self._deadlines.connect, total=self._deadlines.total)

    def _begin(self, call: Call, deliver: Callable[[Outcome], None]) -> Future[None]:
        chat = self._chat
        self._breaker.admit()
        return asyncio.run_coroutine_threadsafe(self._carried_out(chat, call, deliver), _loop())

    async def _carried_out(
        self, chat: "BaseChatModel", call: Call, deliver: Callable[[Outcome], None]
    ) -> None:
        """Nothing but cancellation is raised: outcomes go to `deliver` and to the breaker."""
        failure = None
        try:
            await carry_out(chat, call, self._deadlines, deliver)
        except CallError as problem:
            failure = problem
        if failure is not None and failure.of_service:
            self._breaker.failed()
        else:
            self._breaker.worked()
        deliver(failure)


class Pieces(Iterator[str]):
    """The pieces of one answer. Unlike a generator it may be closed while another thread waits for the next one."""

    def __init__(self, begin: Callable[[Callable[[Outcome], None]], Future[None]], patience: float) -> None:
        self._begin, self._patience = begin, patience
        self._arrived: SimpleQueue[Outcome] = SimpleQueue()
        self._running: Future[None] | None = None
        self._closed = False
        self._changing = threading.Lock()
        self._until = 0.0

    def __next__(self) -> str:
        with self._changing:
            if self._closed:
                raise StopIteration
            if self._running is None:
                self._closed = True  # unless it begins
                self._running = self._begin(self._arrived.put)
                self._closed = False
                self._until = time.monotonic() + self._patience
        outcome = self._outcome()
        if isinstance(outcome, str):
            return outcome
        self.close()
        if outcome is None:
            raise StopIteration
        # A new error: that of the loop has frames, and perhaps a context, that know the request.
        raise (TruncatedError if isinstance(outcome, TruncatedError) else LanguageModelError)(str(outcome))

    def close(self) -> None:
        """Cancel what is still running; a thread that waits for a piece is told the end. Does not wait."""
        with self._changing:
            if not self._closed and self._running is not None:
                self._running.cancel()
            self._closed = True
        self._arrived.put(None)

    def __del__(self) -> None:
        self.close()

    def _outcome(self) -> Outcome:
        try:
            return self._arrived.get(timeout=max(0.0, self._until - time.monotonic()))
        except Empty:
            return CallError(f"语言模型没有答完，等候超过 {self._patience:g} 秒。")


_LOOPS: Final[list[asyncio.AbstractEventLoop]] = []
_STARTING: Final = threading.Lock()


def _loop() -> asyncio.AbstractEventLoop:
    """The event loop of all calls of this process, started with the first one."""
    with _STARTING:
        if not _LOOPS:
            _LOOPS.append(asyncio.new_event_loop())
            threading.Thread(target=_LOOPS[0].run_forever, name="language-model", daemon=True).start()
        return _LOOPS[0]
