"""An OpenAI-compatible server on this computer that answers as it is told, or fails as it is told.

    with scripted(answer="示例。", fault="stall") as server:
        LanguageModel(server.settings(), FAST).complete("说明", "问题")

`fault` is one of `FAULTS`, an HTTP status, "hang up", or a sequence of them: one a request,
the last ever after; "" is none. What is sent follows the request: streamed or whole.
"""

import json
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from rag.llm import Deadlines
from rag.settings import Settings

HOST = "127.0.0.1"
MODEL = "shili-model"
FAST = Deadlines(connect=1.0, first=0.6, gap=0.3, total=2.5, pause=0.05)
"""Deadlines for tests."""
FAULTS = (
    "down", "401", "429 later", "429", "500", "503", "html", "bad json", "empty", "no headers", "stall", "cut",
    "no finish", "length", "slow", "encoding", "repeats",
)  # fmt: skip
REPEATED = "示例句子又来了一遍。"
CHARACTERS = 4  # of a streamed piece
Messages = list[dict[str, str]]


@dataclass
class Request:
    """One request as it came; times are on the monotonic clock."""

    headers: dict[str, str]
    """Names in lower case."""
    body: dict[str, Any]
    arrived: float
    cancelled: float | None = None
    """When the caller was seen to have hung up before the end."""


@dataclass
class Script:
    """What to answer, and what was asked."""

    answer: str | Callable[[Messages], str]
    faults: list[str]
    pace: float
    """Seconds between two pieces; ten times as many when slow."""
    thoughts: int
    """Chunks of `reasoning_content` before the first piece."""
    retry_after: str
    port: int = 0
    requests: list[Request] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}/v1"

    def settings(self, home: Path = Path("nowhere"), *, key: str = "", stream: bool = True) -> Settings:
        """Settings that name this server."""
        secret = SecretStr(key)
        return Settings(
            home=home, llm_base_url=self.address, llm_model=MODEL, llm_api_key=secret, llm_stream=stream
        )

    def cancelled_within(self, seconds: float, request: int = -1) -> bool:
        """Whether the caller of a request hangs up by then."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.requests and self.requests[request].cancelled is not None:
                return True
            time.sleep(0.01)
        return False


@contextmanager
def scripted(
    answer: str | Callable[[Messages], str] = "示例回答。",
    fault: str | Sequence[str] = "",
    *,
    pace: float = 0.01,
    thoughts: int = 0,
    retry_after: str = "0",
) -> Iterator[Script]:
    """A running server; `answer` may be a function of the messages of a request."""
    faults = [fault] if isinstance(fault, str) else list(fault)
    script = Script(answer, faults, pace, thoughts, retry_after)
    with ThreadingHTTPServer((HOST, 0), type("Handler", (_Handler,), {"plan": script})) as server:
        server.socket.listen(64)  # as many may ask at once
        script.port = server.server_address[1]
        if faults == ["down"]:
            server.socket.close()
            yield script
            return
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield script
        finally:
            script.closing.set()
            server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    plan: Script

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(headers, body, time.monotonic())
        self.plan.requests.append(request)
        faults = self.plan.faults
        fault = faults.pop(0) if len(faults) > 1 else faults[0]
        self.close_connection = bool(fault)
        try:
            self._answer(request, fault)
        except OSError:
            request.cancelled = time.monotonic()
            self.close_connection = True

    def log_message(self, *arguments: object) -> None:
        """Keep the test's output clean."""

    def _answer(self, request: Request, fault: str) -> None:
        if fault[:3].isdigit():
            self._refuse(request, int(fault[:3]), later=fault.endswith("later"))
        elif fault == "html":
            self._send(200, "text/html", "<html><body>示例登录页</body></html>".encode())
        elif fault == "no headers":
            self._hold()
        elif fault != "hang up" and request.body.get("stream"):
            self._stream(request, fault)
        elif fault != "hang up":
            self._whole(request, fault)

    def _refuse(self, request: Request, status: int, *, later: bool) -> None:
        """A status whose body says again what was sent, the key too."""
        said = f"{request.headers.get('authorization')} {request.body['messages']}"
        extra = {"retry-after": self.plan.retry_after} if later else {}
        if 300 <= status < 400:
            extra["location"] = f"http://localhost:{self.plan.port}/elsewhere"
        self._send(status, "application/json", json.dumps({"error": {"message": said}}).encode(), **extra)

    def _text(self, request: Request, fault: str) -> str:
        if fault == "repeats":
            return REPEATED * 1000
        if fault == "empty":
            return ""
        answer = self.plan.answer
        return answer if isinstance(answer, str) else answer(request.body["messages"])

    def _whole(self, request: Request, fault: str) -> None:
        text = self._text(request, fault)
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": _reason(fault)}
        body = json.dumps({**_FRAME, "object": "chat.completion", "choices": [choice]}, ensure_ascii=False)
        raw = body[: -len(body) // 3].encode() if fault == "bad json" else body.encode(_encoding(fault))
        if fault not in {"stall", "cut", "slow"}:
            self._send(200, "application/json", raw)
            return
        self._head("application/json", **{"content-length": str(len(raw))})
        middle = len(raw) // 2
        self._write(raw[:middle])
        if fault == "stall":
            self._hold()
        elif fault == "slow":
            self._pause(len(text) / CHARACTERS * self.plan.pace * 10)
            self._write(raw[middle:])

    def _stream(self, request: Request, fault: str) -> None:
        self._head("text/event-stream", **{"transfer-encoding": "chunked"})
        pace = self.plan.pace * (10 if fault == "slow" else 1)
        self._event({"role": "assistant", "content": ""})
        for _ in range(self.plan.thoughts):
            self._event({"reasoning_content": "示例想法"})
            self._pause(pace)
        text = self._text(request, fault)
        pieces = [text[start : start + CHARACTERS] for start in range(0, len(text), CHARACTERS)]
        if fault in {"stall", "cut", "bad json"}:
            pieces = pieces[: (len(pieces) + 1) // 2]
        for piece in pieces:
            self._event({"content": piece}, encoding=_encoding(fault))
            self._pause(pace)
        if fault == "stall":
            self._hold()
        if fault == "cut":
            return
        if fault == "bad json":
            self._chunk(b'data: {"choices": [{"delta": {"content": \n\n')
        self._event({}, reason=_reason(fault))
        self._chunk(b"data: [DONE]\n\n")
        self._chunk(b"")

    def _event(self, delta: dict[str, str], *, reason: str | None = None, encoding: str = "utf8") -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        data = {**_FRAME, "object": "chat.completion.chunk", "choices": [choice]}
        self._chunk(f"data: {json.dumps(data, ensure_ascii=False)}\n\n".encode(encoding))

    def _send(self, status: int, content_type: str, raw: bytes, **extra: str) -> None:
        self._head(content_type, status, **{"content-length": str(len(raw))}, **extra)
        self._write(raw)

    def _head(self, content_type: str, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"content-type": content_type, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def _chunk(self, raw: bytes) -> None:
        self._write(f"{len(raw):x}\r\n".encode() + raw + b"\r\n")

    def _write(self, raw: bytes) -> None:
        self.wfile.write(raw)
        self.wfile.flush()

    def _hold(self) -> None:
        """Say nothing more until the caller hangs up."""
        while not self.plan.closing.is_set():
            self._pause(0.05)

    def _pause(self, seconds: float) -> None:
        """Wait, and notice the caller hanging up meanwhile."""
        readable, _, _ = select.select([self.connection], [], [], seconds)
        if readable and not self.connection.recv(1, socket.MSG_PEEK):
            raise ConnectionAbortedError


_FRAME = {"id": "shili", "created": 0, "model": MODEL}


def _reason(fault: str) -> str | None:
    return {"no finish": None, "length": "length"}.get(fault, "stop")


def _encoding(fault: str) -> str:
    return "gbk" if fault == "encoding" else "utf8"
