"""One call of a language model within its deadlines, with one retry. Runs in the event loop of rag.llm."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rag.llm_failures import CallError, failure_of
from rag.llm_received import Received

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

AFTER_THE_END: Final = 1.0
"""Seconds for a server to close an answer that is complete."""


@dataclass(frozen=True)
class Deadlines:
    """Longest waits in seconds."""

    connect: float = 5.0
    first: float = 30.0
    """Until the first text, unless the model is heard to think; also the longest that a server may bid us wait."""
    gap: float = 15.0
    """Between two chunks of any kind; one in which a model thinks counts."""
    total: float = 120.0
    """For the whole call with its retry."""
    pause: float = 0.3
    """Before the retry, when the server does not say how long."""


@dataclass(frozen=True)
class Call:
    """What is asked of the model."""

    system: str
    message: str
    max_tokens: int
    schema: Mapping[str, Any] | None
    stream: bool

    @property
    def messages(self) -> list[tuple[str, str]]:
        return [("system", self.system), ("human", self.message)]

    @property
    def body(self) -> dict[str, Any]:
        """Fields put into the request as they are.

        The library would send `max_completion_tokens`, which few of the servers know, and read an
        answer with a schema through another path, without our deadlines.
        """
        body: dict[str, Any] = {"max_tokens": self.max_tokens}
        if self.schema is not None:
            named = {"name": "answer", "strict": True, "schema": dict(self.schema)}
            body["response_format"] = {"type": "json_schema", "json_schema": named}
        return body


async def carry_out(
    chat: "BaseChatModel", call: Call, deadlines: Deadlines, deliver: Callable[[str], None]
) -> None:
    """Hand the pieces of the answer to `deliver` as they come; a second try only before the first piece.

    Raises:
        CallError: the answer did not come, or not as it should.
    """
    from langsmith import tracing_context

    now = asyncio.get_running_loop().time
    ends = now() + deadlines.total
    with tracing_context(enabled=False):
        attempt = _Attempt(chat, call, deadlines, ends, deliver)
        try:
            await attempt.run()
        except CallError as failure:
            wait = deadlines.pause if failure.wait is None else failure.wait
            fits = wait <= deadlines.first and now() + wait < ends
            if attempt.received.text or not failure.again or not fits:
                raise
        else:
            return
        await asyncio.sleep(wait)
        await _Attempt(chat, call, deadlines, ends, deliver).run()


class _Attempt:
    """One request and its answer; `ends` is the last moment, on the clock of the loop."""

    def __init__(
        self,
        chat: "BaseChatModel",
        call: Call,
        deadlines: Deadlines,
        ends: float,
        deliver: Callable[[str], None],
    ) -> None:
        self.received = Received(call.max_tokens, prose=call.schema is None)
        self._chat, self._call, self._deliver = chat, call, deliver
        self._deadlines, self._ends = deadlines, ends

    async def run(self) -> None:
        try:
            await (self._stream() if self._call.stream else self._wait())
        except CallError:
            raise
        except Exception as problem:
            raise failure_of(problem, self._deadlines.connect) from None

    async def _stream(self) -> None:
        now = asyncio.get_running_loop().time
        begun = heard = now()
        reason: str | None = None
        async with aclosing(self._chat.astream(self._call.messages, extra_body=self._call.body)) as chunks:  # type: ignore[type-var]
            while True:
                until, late = self._patience(begun, heard)
                try:
                    async with asyncio.timeout_at(min(heard + AFTER_THE_END, until) if reason else until):
                        chunk = await anext(chunks, None)
                except TimeoutError:
                    if not reason:
                        raise late from None
                    chunk = None
                if chunk is None:
                    break
                heard = now()
                reason = chunk.response_metadata.get("finish_reason") or reason
                if piece := str(chunk.text):
                    self.received.add(piece)
                    self._deliver(piece)
        self.received.end(reason)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout_at(self._ends):
                answer = await self._chat.ainvoke(self._call.messages, extra_body=self._call.body)
        except TimeoutError:
            raise self._over() from None
        self.received.add(str(answer.text))
        self.received.end(answer.response_metadata.get("finish_reason"))
        self._deliver(self.received.text)

    def _patience(self, begun: float, heard: float) -> tuple[float, CallError]:
        """Until when to wait for the next chunk, and what to say then."""
        limits = self._deadlines
        first, gap = begun + limits.first, heard + limits.gap
        if self._ends <= (gap if self.received.text else max(first, gap)):
            return self._ends, self._over()
        if self.received.text or gap > first:
            return gap, CallError(f"语言模型说到一半停住了，等候超过 {limits.gap:g} 秒。")
        return first, CallError(f"语言模型没有开始回答，等候超过 {limits.first:g} 秒。")

    def _over(self) -> CallError:
        return CallError(f"语言模型没有答完，等候超过 {self._deadlines.total:g} 秒。")
