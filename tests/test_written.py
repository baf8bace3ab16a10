"""A language model writes from the evidence; only what code vouches for is shown, and every failure leaves the extractive answer."""

from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.llm import LanguageModel
from rag.present import answer_to_json
from rag.prompts import prompt
from rag.types import Answer
from tests.sample import NOTICE, assistant_for
from tests.scripted_model import FAST, FAULTS, Messages, Script, scripted

QUESTION = "示例规模占比的目标是多少"
EXTRACTIVE = "到 2026 年，示例规模占比达到 35%[1][2]。"
TRUE = "示例规模占比到2026年要达到百分之三十五[1]。"
SUCCEEDS = {"slow"}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return assistant_for(tmp_path_factory.mktemp("written"), 示例=NOTICE)


def with_model(sample: Assistant, server: Script, *, stream: bool = True) -> Assistant:
    settings = server.settings(stream=stream)
    return Assistant(sample.library, sample.embedder, LanguageModel(settings, FAST))


def test_a_vouched_sentence_is_shown_with_the_clause_that_code_cites(sample: Assistant) -> None:
    with scripted(TRUE) as server:
        answer = with_model(sample, server).ask(QUESTION)

    assert answer.answer == TRUE
    assert (answer.mode, answer.status, answer.withheld) == ("llm", "answered", 0)
    assert {citation.clause for citation in answer.citations} == {"（一）"}
    assert answer_to_json(answer)["prompt"] == prompt("answer").hash


def test_a_sentence_that_fails_is_withheld_and_counted(sample: Assistant) -> None:
    with scripted(f"{TRUE}示例产值超过 800 亿元[1]。示例指数提高[9]。") as server:
        shown = list(with_model(sample, server).stream(QUESTION))

    assert all("800" not in answer.answer and "[9]" not in answer.answer for answer in shown)
    assert shown[-1].note is not None  # more was withheld than shown
    assert shown[-1].answer == EXTRACTIVE
    assert shown[-1].withheld == 2


def test_what_is_shown_while_it_is_written_is_vouched_for_and_comes_before_the_end(sample: Assistant) -> None:
    with scripted(f"{TRUE}示例指数明显提高[1]。示例指数到2026年有明显提高[1]。") as server:
        shown = list(with_model(sample, server).stream(QUESTION))

    assert [answer.unfinished for answer in shown] == [True, True, True, True, False]
    assert [len(answer.answer.splitlines()) for answer in shown] == [0, 1, 2, 3, 3]
    assert shown[0].citations  # the sources are there at once


@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "whole"])
@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_leaves_the_extractive_answer_with_a_line_that_says_so(
    sample: Assistant, fault: str, stream: bool
) -> None:
    with scripted(TRUE * 8 if fault == "stall" else TRUE, fault, retry_after="30") as server:
        answer = with_model(sample, server, stream=stream).ask(QUESTION)

    if fault in SUCCEEDS:
        assert answer.mode == "llm"
        return
    assert (answer.mode, answer.answer, answer.status) == ("extractive", EXTRACTIVE, "answered")
    assert answer.note is not None
    assert answer.note.startswith("语言模型没有写出回答" if fault != "repeats" else "语言模型")
    assert answer.citations


def test_a_model_that_sees_no_answer_leaves_the_extractive_one(sample: Assistant) -> None:
    with scripted("资料不足。") as server:
        answer = with_model(sample, server).ask(QUESTION)

    assert (answer.mode, answer.answer) == ("extractive", EXTRACTIVE)
    assert "资料不足" in (answer.note or "")


def test_a_figure_is_not_answered_without_one(sample: Assistant) -> None:
    with scripted("示例指数要明显提高[1]。") as server:
        assert with_model(sample, server).ask(QUESTION).answer == EXTRACTIVE


def test_a_reader_who_leaves_ends_the_work_of_the_model(sample: Assistant) -> None:
    with scripted(TRUE * 40, pace=0.05) as server:
        stream = with_model(sample, server).stream(QUESTION)
        next(stream)
        next(stream)
        stream.close()

        assert server.cancelled_within(2)


def test_a_refusal_is_not_written_over(sample: Assistant) -> None:
    with scripted(lambda messages: TRUE) as server:
        answer = with_model(sample, server).ask("示例猫粮补贴多少钱")

    assert (answer.status, answer.mode) == ("refused", "extractive")


def test_the_model_sees_numbered_fenced_sources_and_no_locator(sample: Assistant) -> None:
    seen: list[Messages] = []

    def answer(messages: Messages) -> str:
        seen.append(messages)
        return TRUE

    with scripted(answer) as server:
        with_model(sample, server).ask(QUESTION)

    assert '<资料 编号="1">' in seen[0][-1]["content"]
    assert "（一）" not in seen[0][-1]["content"]
    assert seen[0][0]["content"] == prompt("answer").system


def test_the_budget_limits_what_the_model_is_shown(sample: Assistant) -> None:
    seen: list[str] = []

    def answer(messages: Messages) -> str:
        seen.append(messages[-1]["content"])
        return TRUE

    with scripted(answer) as server:
        model = LanguageModel(server.settings(), FAST)
        for budget in (1, 3000):
            Assistant(sample.library, sample.embedder, model, budget).ask("怎么保障示例事项")

    assert seen[0].count("</资料>") == 1 < seen[1].count("</资料>")


def test_a_question_found_in_policy_words_alone_says_how_it_was_read(sample: Assistant) -> None:
    def answer(messages: Messages) -> str:
        if "口语" in messages[0]["content"]:
            return "示例用水管理怎么优化"
        sources = messages[-1]["content"].split("</资料>")
        number = 1 + next(place for place, source in enumerate(sources) if "重点用水企业" in source)
        return f"用水管理要优化，对重点用水企业给予优惠[{number}]。"

    with scripted(answer) as server:
        read = with_model(sample, server).ask("水龙头里头流的那个费太高咋个整")

    assert read.status == "answered"
    assert read.standalone == "示例用水管理怎么优化"
    assert {citation.clause for citation in read.citations} == {"（三）"}


def test_what_is_to_be_written_is_not_reworded_into_a_question(sample: Assistant) -> None:
    with scripted("示例规模占比的目标是多少") as server:
        answer = with_model(sample, server).ask("帮我写一首诗")

        assert (answer.status, server.requests) == ("refused", [])


def test_without_a_model_there_is_one_answer_and_it_is_extractive(sample: Assistant) -> None:
    shown = list(sample.stream(QUESTION))

    assert [(one.mode, one.answer, one.note, one.prompt) for one in shown] == [
        ("extractive", EXTRACTIVE, None, None)
    ]


def test_the_key_stands_in_no_answer_error_or_representation(
    sample: Assistant, capfd: pytest.CaptureFixture[str]
) -> None:
    key = "sk-canary-4f1b"
    for fault in ("401", "500", "bad json", "html", "cut"):
        with scripted(TRUE, fault) as server:
            settings = server.settings(Path("nowhere"), key=key)
            answer: Answer = Assistant(sample.library, sample.embedder, LanguageModel(settings, FAST)).ask(
                QUESTION
            )
            told = f"{answer}{answer_to_json(answer)}{settings}{settings!r}"

            assert server.requests[0].headers["authorization"] == f"Bearer {key}"
            assert key not in told
    assert key not in "".join(capfd.readouterr())
