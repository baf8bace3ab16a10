"""The parts of the edge to a model: what text is refused, when a service is left alone, what is never sent."""

import subprocess
import sys
import threading
from dataclasses import replace

import pytest
from pydantic import SecretStr

from rag.errors import LanguageModelError
from rag.llm import LanguageModel
from rag.llm_breaker import FAILURES, OPEN_SECONDS, Breaker
from rag.llm_client import MOST_BYTES, is_loopback
from rag.llm_failures import CallError, TruncatedError
from rag.llm_received import TIMES, WINDOW, Received
from tests.scripted_model import FAST, scripted

HALF = chr(0xD83D)
"""Half of a pair of code units, no character by itself."""
LINE = "示例一行，不长。"
PARAGRAPH = "这是一段四十个字的示例，写得足够长，为的是正好填满一个窗口，不多也不少，到此为止。"
PROSE = "\n".join(f"第{number}句示例，说的是第{number * 7}件事，与别的句子不同。" for number in range(200))


def received(text: str, size: int, *, prose: bool = True, max_tokens: int = 1024) -> Received:
    """Take a text in pieces of `size` characters."""
    taken = Received(max_tokens, prose=prose)
    for start in range(0, len(text), size):
        taken.add(text[start : start + size])
    return taken


@pytest.mark.parametrize("size", [1, 7, 10_000])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{LINE}\n" * TIMES, id="line"),
        pytest.param(
            "".join(f"{LINE}\n另一句{number}。\n" for number in range(TIMES)), id="line-between-others"
        ),
        pytest.param(PARAGRAPH * (TIMES + 1), id="window"),
        pytest.param("好" * 300, id="character"),
        pytest.param(" " * 300, id="blanks"),
    ],
)
def test_a_model_that_says_the_same_six_times_is_stopped(text: str, size: int) -> None:
    with pytest.raises(CallError, match="重复不止"):
        received(text, size)


@pytest.mark.parametrize("size", [1, 7, 10_000])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(PROSE, id="prose"),
        pytest.param(f"{LINE}\n" * (TIMES - 1), id="line-five-times"),
        pytest.param(PARAGRAPH[:WINDOW] * (TIMES - 1), id="window-five-times"),
        pytest.param("一\n\n二\n\n三\n\n四\n\n五\n\n六\n\n七\n\n", id="empty-lines"),
    ],
)
def test_other_text_is_not(text: str, size: int) -> None:
    assert received(text, size).text == text


def test_keys_of_json_may_come_over_and_over() -> None:
    text = ", ".join('{"supported": true, "reason": "", "quote": "", "marker": [1]}' for _ in range(20))

    assert received(text, 5, prose=False).text == text


def test_a_server_that_ignores_the_limit_is_cut_off() -> None:
    with pytest.raises(CallError, match="超过了 80 个字"):
        received(PROSE, 9, max_tokens=10)


@pytest.mark.parametrize("text", ["示例\ufffd", f"示例{HALF}"], ids=["replacement", "half-a-pair"])
def test_what_is_no_character_is_refused(text: str) -> None:
    with pytest.raises(CallError, match="不能识别的字符"):
        received(text, 1)
    with (
        scripted(text.replace(HALF, "\ufffd")) as server,
        pytest.raises(LanguageModelError, match="编码"),
    ):
        LanguageModel(server.settings(), FAST).complete("说明", "问题")


@pytest.mark.parametrize(
    ("reason", "said"),
    [("content_filter", "过滤"), (None, "断了"), ("tool_calls", "断了"), ("length", "上限")],
)
def test_an_answer_has_to_end_by_itself(reason: str | None, said: str) -> None:
    with pytest.raises(CallError, match=said) as caught:
        received(LINE, 3).end(reason)
    assert isinstance(caught.value, TruncatedError) is (reason == "length")


class Clock:
    """Seconds that pass when told."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_after_three_failures_the_server_is_left_alone_for_a_minute() -> None:
    clock = Clock()
    with scripted("示例。", ("401", "401", "401", "")) as server:
        model = LanguageModel(server.settings(), FAST, breaker=Breaker(clock))
        for _ in range(FAILURES):
            with pytest.raises(LanguageModelError, match="密钥被拒绝"):
                model.complete("说明", "问题")
        clock.now += OPEN_SECONDS - 1
        with pytest.raises(LanguageModelError, match="暂停使用，约 1 秒后再试"):
            model.complete("说明", "问题")
        assert len(server.requests) == FAILURES
        clock.now += 1
        assert model.complete("说明", "问题") == "示例。"
        assert model.complete("说明", "问题") == "示例。"


def test_one_trial_is_let_through_and_its_failure_closes_again() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        breaker.admit()
        breaker.failed()
    clock.now += OPEN_SECONDS
    breaker.admit()
    for _ in range(2):
        with pytest.raises(LanguageModelError, match="暂停使用"):
            breaker.admit()
        breaker.failed()


@pytest.mark.parametrize("fault", ["400", "length", "repeats"])
def test_a_fault_of_one_answer_does_not_stop_the_others(fault: str) -> None:
    with scripted("示例。", (*[fault] * FAILURES, "")) as server:
        model = LanguageModel(server.settings(), FAST, breaker=Breaker())
        for _ in range(FAILURES):
            with pytest.raises(LanguageModelError):
                model.complete("说明", "问题")
        assert model.complete("说明", "问题") == "示例。"


def test_models_share_the_breaker_of_their_address_only() -> None:
    with scripted("示例。", "401") as broken, scripted("示例。") as sound:
        for _ in range(FAILURES):
            with pytest.raises(LanguageModelError):
                LanguageModel(broken.settings(), FAST).complete("说明", "问题")
        with pytest.raises(LanguageModelError, match="暂停使用"):
            LanguageModel(broken.settings(), FAST).complete("说明", "问题")
        assert LanguageModel(sound.settings(), FAST).complete("说明", "问题") == "示例。"
        assert LanguageModel(replace(broken.settings(), llm_model="另一个"), FAST).name == "另一个"


def test_many_readers_at_once_each_get_their_own_answer() -> None:
    given: dict[str, str] = {}
    with scripted(lambda messages: f"答：{messages[-1]['content']}。" * 3) as server:
        model = LanguageModel(server.settings(), replace(FAST, first=10, gap=10, total=20))
        questions = [f"示例问题{number}" for number in range(12)]
        threads = [
            threading.Thread(target=lambda one=one: given.update({one: model.complete("说明", one)}))
            for one in questions
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert given == {one: f"答：{one}。" * 3 for one in questions}


def test_a_body_without_end_is_not_read() -> None:
    with scripted("字" * (MOST_BYTES // 3 + 1)) as server:
        with pytest.raises(LanguageModelError, match="不是约定的格式"):
            LanguageModel(server.settings(stream=False), FAST).complete("说明", "问题")
        with pytest.raises(LanguageModelError, match="重复不止"):
            LanguageModel(server.settings(), FAST).complete("说明", "问题")


@pytest.mark.parametrize("key", ["sk-canary 1", "sk-canary\n1", "sk-canary密钥"])
def test_a_key_that_is_no_header_is_refused_without_being_shown(key: str) -> None:
    with scripted() as server:
        model = LanguageModel(replace(server.settings(), llm_api_key=SecretStr(key)), FAST)
        with pytest.raises(LanguageModelError, match="CHUANCE_LLM_API_KEY") as caught:
            model.complete("说明", "问题")

    assert "canary" not in f"{caught.value!r}{model!r}{model.__dict__}"
    assert server.requests == []


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("http://127.0.0.1:8080/v1", True),
        ("http://[::1]:8080/v1", True),
        ("http://localhost/v1", True),
        ("https://api.example.com/v1", False),
        ("http://10.0.0.7:8000/v1", False),
    ],
)
def test_this_computer_is_known_by_its_address(address: str, own: bool) -> None:
    assert is_loopback(address) is own


def test_the_client_library_is_imported_by_the_first_call_only() -> None:
    code = (
        "import sys; from rag.llm import LanguageModel; from rag.settings import Settings\n"
        "import rag.doctor; LanguageModel(Settings(llm_base_url='http://127.0.0.1:9/v1', llm_model='m')).stream('', '')\n"
        "print(sorted({'openai', 'langchain_openai'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout == "[]\n"
