"""The edge to a language model against a real llama.cpp server: what it streams, ends, enforces, frees and refuses."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen

import pytest

from rag.errors import LanguageModelError
from rag.llm import LanguageModel
from rag.llm_failures import TruncatedError
from rag.prompts import fenced, prompt
from rag.settings import PROJECT_FOLDER
from tests.llama_server import KNOWN, SLOTS, LlamaServer, llama_server, model_file

pytest.importorskip(
    "xllamacpp", reason="needs llama.cpp: pip install -r requirements-dev.txt", exc_type=ImportError
)

SYSTEM = "请根据资料回答。"
WHOLE_CONTEXT = 3900
"""Tokens: all but what the short prompts here take of one slot."""
ENDLESS = {"type": "array", "items": {"enum": KNOWN[:4]}, "minItems": 400, "maxItems": 400}
"""A schema that makes the model write for seconds: it may not end before 400 sentences."""
CHOICE = {
    "type": "object",
    "properties": {"示例": {"enum": ["甲", "乙"]}, "数": {"type": "integer", "minimum": 1, "maximum": 9}},
    "required": ["示例", "数"],
    "additionalProperties": False,
}


@pytest.fixture(scope="session")
def llama_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return model_file(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def server(llama_file: Path) -> Iterator[LlamaServer]:
    with llama_server(llama_file) as running:
        yield running


@pytest.fixture(params=[True, False], ids=["streaming", "whole"])
def either(server: LlamaServer, request: pytest.FixtureRequest) -> LanguageModel:
    """The model, once asked for a stream and once for the whole text."""
    return LanguageModel(replace(server.settings, llm_stream=request.param))


@pytest.fixture
def model(server: LlamaServer) -> LanguageModel:
    return LanguageModel(server.settings)


def asked(sentence: str) -> str:
    """A message whose source holds `sentence`."""
    return f"{fenced([f'先说别的内容。{sentence}。', '另一段示例文字。'])}\n\n问题：这件事怎么说？"


def quoted(sentence: str) -> str:
    """What the model was trained to answer then."""
    return f"{sentence} [1]。"


def test_the_server_runs_the_model_that_was_trained(model: LanguageModel) -> None:
    right = [model.complete(SYSTEM, asked(sentence)) == quoted(sentence) for sentence in KNOWN]

    assert sum(right) >= len(KNOWN) - 2


def test_the_prompt_for_answers_gets_a_sentence_with_its_marker(model: LanguageModel) -> None:
    answer = prompt("answer")
    message = answer.filled(sources=fenced([f"{KNOWN[2]}。"]), question="示例问题？")

    assert model.complete(answer.system, message).endswith(" [1]。")


def test_an_answer_ends_where_the_model_ends_it(either: LanguageModel) -> None:
    assert either.complete(SYSTEM, asked(KNOWN[5]), max_tokens=200) == quoted(KNOWN[5])


def test_pieces_join_to_the_whole_text(server: LlamaServer, model: LanguageModel) -> None:
    whole = LanguageModel(replace(server.settings, llm_stream=False)).stream(SYSTEM, asked(KNOWN[5]))

    assert len(pieces := list(model.stream(SYSTEM, asked(KNOWN[5])))) > 5
    assert ["".join(pieces)] == list(whole)


def test_pieces_come_while_the_model_is_still_writing(server: LlamaServer, model: LanguageModel) -> None:
    with closing(model.stream(SYSTEM, "示例", schema=ENDLESS, max_tokens=WHOLE_CONTEXT)) as pieces:
        first = [next(pieces) for _ in range(3)]

        assert all(first)
        assert server.busy() == 1


def test_an_answer_cut_at_its_most_tokens_is_a_failure(either: LanguageModel) -> None:
    with pytest.raises(TruncatedError, match="截断"):
        either.complete(SYSTEM, asked(KNOWN[5]), max_tokens=4)


def test_an_answer_cut_at_the_end_of_the_context_is_a_failure(model: LanguageModel) -> None:
    # Thirteen hundred characters without a merge are some 3,900 tokens of the 4,096.
    with pytest.raises(TruncatedError, match="截断"):
        model.complete(SYSTEM, "龘" * 1300, schema=ENDLESS, max_tokens=WHOLE_CONTEXT)


def test_a_prompt_longer_than_the_context_is_refused_and_the_next_one_answered(
    either: LanguageModel,
) -> None:
    for _ in range(4):  # more than open the circuit breaker
        with pytest.raises(LanguageModelError, match="可能内容太长"):
            either.complete(SYSTEM, "龘" * 4000)

    assert either.complete(SYSTEM, asked(KNOWN[5])) == quoted(KNOWN[5])


def test_a_schema_is_enforced_on_a_model_that_never_saw_it(either: LanguageModel) -> None:
    free = either.complete(SYSTEM, asked(KNOWN[5]))
    bound = json.loads(either.complete(SYSTEM, asked(KNOWN[5]), schema=CHOICE))

    assert not free.startswith("{")
    assert set(bound) == {"示例", "数"}
    assert bound["示例"] in {"甲", "乙"}
    assert bound["数"] in range(1, 10)


@pytest.mark.parametrize(("name", "keys"), [("judge", {"verdict", "quote"}), ("questions", {"questions"})])
def test_prompts_that_ask_for_json_get_an_object(model: LanguageModel, name: str, keys: set[str]) -> None:
    kinds = {
        "verdict": {"enum": ["是", "否", "无法判断"]},
        "quote": {"type": "string", "maxLength": 60},
        "questions": {"type": "array", "items": {"type": "string", "maxLength": 60}, "maxItems": 3},
    }
    schema = {
        "type": "object",
        "properties": {key: kinds[key] for key in sorted(keys, reverse=True)},
        "required": sorted(keys),
        "additionalProperties": False,
    }
    template = prompt(name)
    message = template.filled(**dict.fromkeys(template.slots, f"{KNOWN[5]}。"))

    assert set(json.loads(model.complete(template.system, message, schema=schema))) == keys


def test_closing_the_iterator_frees_the_slot(server: LlamaServer, model: LanguageModel) -> None:
    open_streams = [
        model.stream(SYSTEM, f"示例{number}", schema=ENDLESS, max_tokens=WHOLE_CONTEXT)
        for number in range(SLOTS)
    ]
    for pieces in open_streams:
        next(pieces)
    assert server.busy() == SLOTS
    for pieces in open_streams:
        pieces.close()

    assert server.becomes(lambda: server.busy() == 0, seconds=1)
    # Given up, not finished: a whole answer fills the slot.
    assert all(slot["n_prompt_tokens"] < WHOLE_CONTEXT / 2 for slot in server.slots())
    assert model.complete(SYSTEM, asked(KNOWN[5])) == quoted(KNOWN[5])


def test_a_reader_who_leaves_while_waiting_for_the_whole_text_is_let_go(
    server: LlamaServer, model: LanguageModel
) -> None:
    whole = LanguageModel(replace(server.settings, llm_stream=False))
    pieces = whole.stream(SYSTEM, "示例", schema=ENDLESS, max_tokens=1000)
    waiting = threading.Thread(target=list, args=(pieces,))
    waiting.start()
    assert server.becomes(lambda: server.busy() == 1, seconds=10)
    pieces.close()
    waiting.join(timeout=1)

    assert not waiting.is_alive()
    assert model.complete(SYSTEM, asked(KNOWN[5])) == quoted(KNOWN[5])
    # llama.cpp looks after the reader of a stream alone; an answer asked for as a whole it writes to its end.
    assert server.becomes(lambda: server.busy() == 0, seconds=20)


def test_two_readers_at_once_each_get_their_own_answer(server: LlamaServer, model: LanguageModel) -> None:
    sentences = [KNOWN[5], KNOWN[9]] * 4
    with ThreadPoolExecutor(max_workers=SLOTS) as readers:
        answers = list(readers.map(lambda sentence: model.complete(SYSTEM, asked(sentence)), sentences))

    assert answers == [quoted(sentence) for sentence in sentences]


def test_a_reader_too_many_waits_for_a_slot(server: LlamaServer, model: LanguageModel) -> None:
    first, second = (
        model.stream(SYSTEM, "示例", schema=ENDLESS, max_tokens=WHOLE_CONTEXT) for _ in range(SLOTS)
    )
    with closing(first), closing(second), ThreadPoolExecutor(max_workers=1) as third:
        next(first), next(second)
        answer = third.submit(model.complete, SYSTEM, asked(KNOWN[5]))
        with pytest.raises(TimeoutError):
            answer.result(timeout=0.3)
        first.close()

        assert answer.result(timeout=3) == quoted(KNOWN[5])
        assert server.busy() == 1


def test_a_server_that_died_is_out_of_reach(llama_file: Path) -> None:
    with llama_server(llama_file) as short_lived:
        model = LanguageModel(short_lived.settings)
        assert model.complete(SYSTEM, asked(KNOWN[5])) == quoted(KNOWN[5])

    with pytest.raises(LanguageModelError, match="连不上"):
        model.complete(SYSTEM, asked(KNOWN[5]))


def test_a_server_ends_with_the_process_that_started_it(llama_file: Path) -> None:
    program = (
        "import sys, pathlib; from tests.llama_server import llama_server\n"
        f"with llama_server(pathlib.Path({str(llama_file)!r})) as server:\n"
        "    print(server.origin, flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(
        command, cwd=PROJECT_FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as tests:
        assert tests.stdout is not None
        orphan = LlamaServer(tests.stdout.readline().decode().strip())
        assert orphan.busy() == 0
        os.kill(tests.pid, signal.SIGKILL)

    assert orphan.becomes(lambda: not reachable(orphan), seconds=5)


def reachable(server: LlamaServer) -> bool:
    try:
        with urlopen(f"{server.origin}/health", timeout=1):
            return True
    except OSError:
        return False
