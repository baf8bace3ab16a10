"""Every fault of a model's server ends within its deadline in one honest sentence that holds no secret."""

import threading
import time
import traceback
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from rag.errors import LanguageModelError
from rag.llm import LanguageModel, Pieces
from rag.llm_breaker import Breaker
from rag.llm_failures import retry_after
from tests.scripted_model import FAST, FAULTS, Script, scripted

ANSWER = "示例办法支持企业建设算力设施，写到这里一共是两句。第二句也是示例。"
KEY = "sk-canary-0f2b7c61"
PROMPT = "示例问题：算力设施怎么支持"
SLACK = 5.0
"""Seconds between a deadline and what it brings about: more than a machine at work elsewhere takes."""
PATIENT = replace(FAST, gap=30, first=30, total=60)
"""Deadlines so far away that what ends within SLACK was ended by something else."""
PROMISES = {
    "down": ("连不上", 0.0),
    "401": ("密钥被拒绝", 0.0),
    "429 later": ("请求太多", 0.0),
    "429": ("请求太多", 0.0),
    "500": ("服务出错（500）", 0.0),
    "503": ("服务出错（503）", 0.0),
    "html": ("不是约定的格式", 0.0),
    "bad json": ("不是约定的格式", 0.0),
    "empty": ("是空的", 0.0),
    "no headers": ("没有开始回答，等候超过 0.6 秒", FAST.first),
    "stall": ("说到一半停住了，等候超过 0.3 秒", FAST.gap),
    "cut": ("连接中断", 0.0),
    "no finish": ("被截断", 0.0),
    "length": ("被截断", 0.0),
    "encoding": ("不是约定的格式", 0.0),
    "repeats": ("重复不止", 0.0),
}
"""Fault -> what is said of it, and the seconds that it may be waited for. Slow is no fault: it must succeed."""
WITHOUT_STREAM = {
    "no headers": ("没有答完，等候超过 2.5 秒", FAST.total),
    "stall": ("没有答完，等候超过 2.5 秒", FAST.total),
    "repeats": ("没有按要求停下", 0.0),
}
"""What differs when the whole answer is waited for."""
TRIES = {"down": 0, "429": 2, "500": 2, "503": 2, ("cut", False): 2}
"""Requests that reach the server, where it is not one."""


@pytest.fixture(scope="module", autouse=True)
def _library_is_imported() -> None:
    """What is timed here is the call, not the import of the client library."""
    with scripted() as server:
        model_of(server).complete("说明", PROMPT)


def model_of(server: Script, *, stream: bool = True, breaker: Breaker | None = None) -> LanguageModel:
    return LanguageModel(server.settings(key=KEY, stream=stream), FAST, breaker=breaker or Breaker())


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault != "slow"])
def test_a_fault_is_told_within_its_deadline_and_without_secrets(fault, stream, caplog) -> None:
    said, wait = PROMISES[fault] if stream else {**PROMISES, **WITHOUT_STREAM}[fault]
    caplog.set_level("DEBUG")
    with scripted(ANSWER, fault, retry_after="60") as server:
        given, problem, seconds = outcome(model_of(server, stream=stream).stream("说明", PROMPT))

    assert said in str(problem)
    assert seconds - wait < SLACK
    assert "".join(given) in ("示例句子又来了一遍。" * 100 if fault == "repeats" else ANSWER)
    assert stream or not given
    assert len(server.requests) == TRIES.get((fault, stream), TRIES.get(fault, 1))
    assert KEY not in caplog.text
    assert not [secret for secret in (KEY, "Bearer", PROMPT) if secret in f"{problem!r}"]
    assert KEY not in (frames := frames_of(problem))
    assert "__next__" in frames
    assert (problem.__cause__, problem.__context__) == (None, None)


def outcome(pieces: Pieces) -> tuple[list[str], LanguageModelError, float]:
    """The pieces, the error after them, and the seconds between the last of them and the error."""
    given, heard = [], time.monotonic()
    try:
        for piece in pieces:
            given.append(piece)
            heard = time.monotonic()
    except LanguageModelError as problem:
        return given, problem, time.monotonic() - heard
    pytest.fail(f"no error after {given}")


def frames_of(problem: Exception) -> str:
    """The product's own frames of a traceback, with all that their variables hold."""
    told = traceback.TracebackException.from_exception(problem, capture_locals=True)
    return "".join(f"{frame.name} {frame.locals}" for frame in told.stack if "/rag/" in frame.filename)


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
def test_a_model_ten_times_as_slow_is_waited_for(stream) -> None:
    with scripted(ANSWER, "slow") as server:
        assert model_of(server, stream=stream).complete("说明", PROMPT) == ANSWER


def test_what_is_asked_reaches_the_server_and_nothing_else() -> None:
    schema = {"type": "object", "properties": {"questions": {"type": "array"}}}
    with scripted(lambda messages: f"问：{messages[-1]['content']}") as server:
        text = model_of(server).complete("说明", PROMPT, schema=schema, max_tokens=64)
    (request,) = server.requests

    assert text == f"问：{PROMPT}"
    assert request.body == {
        "model": "shili-model",
        "stream": True,
        "temperature": 0.0,
        "max_tokens": 64,
        "messages": [{"role": "system", "content": "说明"}, {"role": "user", "content": PROMPT}],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "strict": True, "schema": schema},
        },
    }
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert {name for name in request.headers if name.startswith(("x-", "openai"))} <= {
        "x-stainless-raw-response"
    }


def test_the_environment_of_the_library_changes_nothing(monkeypatch) -> None:
    with scripted() as elsewhere, scripted(ANSWER) as server:
        for name in (
            "OPENAI_BASE_URL",
            "OPENAI_API_BASE",
            "OPENAI_PROXY",
            "HTTP_PROXY",
            "LANGSMITH_ENDPOINT",
        ):
            monkeypatch.setenv(name, elsewhere.address)
        for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
            monkeypatch.setenv(name, "true")
        for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "LANGSMITH_API_KEY"):
            monkeypatch.setenv(name, "sk-of-another-program")
        assert model_of(server).complete("说明", PROMPT) == ANSWER
        time.sleep(0.5)

    assert elsewhere.requests == []
    assert "sk-of-another-program" not in str(server.requests)


def test_without_a_key_the_word_none_is_sent() -> None:
    with scripted() as server:
        LanguageModel(server.settings(), FAST).complete("说明", PROMPT)

    assert server.requests[0].headers["authorization"] == "Bearer none"


@pytest.mark.parametrize("fault", ["429", "500", "502", "503", "hang up"])
def test_a_passing_fault_is_tried_once_more(fault) -> None:
    with scripted(ANSWER, (fault, "")) as server:
        assert model_of(server).complete("说明", PROMPT) == ANSWER
    assert len(server.requests) == 2


@pytest.mark.parametrize("fault", ["400", "401", "403", "404", "504", "302"])
def test_a_lasting_fault_is_not(fault) -> None:
    with scripted(ANSWER, (fault, "")) as server, pytest.raises(LanguageModelError, match=fault):
        model_of(server).complete("说明", PROMPT)
    assert len(server.requests) == 1


def test_the_server_says_how_long_to_wait() -> None:
    with scripted(ANSWER, ("429 later", ""), retry_after="0.4") as server:
        assert model_of(server).complete("说明", PROMPT) == ANSWER
    first, second = server.requests

    assert 0.4 <= second.arrived - first.arrived < 0.4 + SLACK


def test_retry_after_is_read_as_seconds_or_as_a_date() -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    dates = {"date": format_datetime(moment), "retry-after": format_datetime(moment + timedelta(seconds=90))}

    assert retry_after(dates) == 90.0
    assert retry_after({**dates, "retry-after": dates["date"]}) == 0.0
    assert [retry_after({"retry-after": value}) for value in ("7", "1.5", "-3", "soon", "nan", "")] == [
        7.0,
        1.5,
    ] + [None] * 4


def test_a_model_that_is_heard_to_think_is_waited_for() -> None:
    with scripted(ANSWER, thoughts=8, pace=0.1) as server:  # 0.8 seconds, the first word is due after 0.6
        assert model_of(server).complete("说明", PROMPT) == ANSWER


def test_thinking_is_ended_by_the_total() -> None:
    with (
        scripted(ANSWER, thoughts=100, pace=0.1) as server,
        pytest.raises(LanguageModelError, match=r"超过 2\.5 秒"),
    ):
        model_of(server).complete("说明", PROMPT)


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
def test_closing_while_the_next_piece_is_waited_for_ends_the_call_at_the_server(stream) -> None:
    with scripted(ANSWER, "stall") as server:
        pieces = LanguageModel(server.settings(stream=stream), PATIENT).stream("说明", PROMPT)
        given: list[str] = []
        reader = threading.Thread(target=lambda: given.extend(pieces))
        reader.start()
        before_the_stall = ANSWER[:20] if stream else ""
        end = time.monotonic() + SLACK
        while not (server.requests and "".join(given) == before_the_stall) and time.monotonic() < end:
            time.sleep(0.01)
        pieces.close()
        reader.join(SLACK)

        assert not reader.is_alive()
        assert server.cancelled_within(SLACK)
        assert "".join(given) == before_the_stall


def test_dropping_the_iterator_ends_the_call_too() -> None:
    with scripted(ANSWER, "stall") as server:
        pieces = LanguageModel(server.settings(), PATIENT).stream("说明", PROMPT)
        assert next(pieces) == ANSWER[:4]
        del pieces
        assert server.cancelled_within(SLACK)


def test_a_closed_iterator_sends_nothing() -> None:
    with scripted() as server:
        pieces = model_of(server).stream("说明", PROMPT)
        pieces.close()
        assert list(pieces) == []
    assert server.requests == []
