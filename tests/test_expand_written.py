"""Questions that a language model writes: what is kept of them, where, and what a stopped run leaves."""

import json
from pathlib import Path

import pytest

from ingest.expand_written import FORMAT, STOP_AFTER, Expansion, Pace
from rag.builds import Build
from rag.errors import InputError
from tests.expanding import (
    FARMING,
    FREEZER,
    GENERATED,
    asked_sentence,
    author,
    reply,
    sensible,
    written,
)
from tests.scripted_model import Messages, scripted


def test_what_passes_is_kept_in_the_form_of_the_written_questions(build: Build, tmp_path: Path) -> None:
    def answer(messages: Messages) -> str:
        if asked_sentence(messages) != FREEZER:
            return sensible(messages)
        return reply("新修冷库能补多少钱？", "新修冷库能补多少钱", "盖冷库最多给二百万元是吗？")

    with scripted(answer) as server:
        found = author(server, tmp_path, build).write([FARMING])

    assert found == Expansion(asked=4, written=4, refused={"数字": 1, "重复": 1})
    lines = (tmp_path / "questions" / f"{FARMING}.jsonl").read_text(encoding="utf8").splitlines()
    assert json.loads(lines[0]) == {"policy": FARMING, "title": "示例市农产品加工办法"}
    assert json.loads(lines[2]) == {
        "clause": "第二条", "sentence": FREEZER, "question": "新修冷库能补多少钱？", "provenance": GENERATED,
    }  # fmt: skip


def test_the_model_sees_the_sentence_its_place_and_a_schema(build: Build, tmp_path: Path) -> None:
    with scripted(sensible) as server:
        author(server, tmp_path, build).write([FARMING])

    body = server.requests[1].body
    assert f'<资料 编号="1">\n{FREEZER}\n</资料>' in body["messages"][1]["content"]
    assert "《示例市农产品加工办法》，第二条" in body["messages"][1]["content"]
    assert body["response_format"]["json_schema"]["schema"]["required"] == ["questions"]


def test_nothing_is_asked_twice_unless_by_another_model(build: Build, tmp_path: Path) -> None:
    def stubborn(messages: Messages) -> str:
        return reply("这句没有问法可写。") if asked_sentence(messages) == FREEZER else sensible(messages)

    with scripted(stubborn) as server:
        first = author(server, tmp_path, build).write([FARMING])
        again = author(server, tmp_path, build).write([FARMING])
        other = author(server, tmp_path, build, model="shili-other").write([FARMING])

    assert (first.asked, first.written, first.refused) == (4, 3, {"不是中文问句": 1})
    assert again == Expansion()
    assert (other.asked, other.written) == (1, 0)


def test_an_unknown_id_is_named(build: Build, tmp_path: Path) -> None:
    with scripted() as server, pytest.raises(InputError, match="shili-none"):
        author(server, tmp_path, build).write([FARMING, "shili-none"])


def test_failures_are_listed_and_three_in_a_row_end_the_run(build: Build, tmp_path: Path) -> None:
    with scripted(sensible, ["401", "", "401", "401", "401", ""]) as server:
        found = author(server, tmp_path, build).write()
        # This model is left alone for a minute.
        rest = author(server, tmp_path, build, model="shili-other").write()

    assert (found.asked, found.written, found.left) == (5, 1, 6)
    assert found.failures[0].clause == "《示例省数字经济若干措施》（一）"
    assert all("密钥被拒绝" in one.reason for one in found.failures)
    assert (rest.asked, rest.failures) == (10, ())


@pytest.mark.parametrize(
    "answer", ["好的。", "[1]", '{"questions": "示例有哪些？"}', '{"questions": [], "order": 1}']
)
def test_an_answer_in_another_form_is_a_failure(build: Build, tmp_path: Path, answer: str) -> None:
    with scripted(answer) as server:
        found = author(server, tmp_path, build).write([FARMING])

    assert (found.asked, found.written, found.refused) == (STOP_AFTER, 0, {FORMAT: STOP_AFTER})
    assert {one.reason for one in found.failures} == {"回答不是约定的 JSON。"}


def test_an_answer_in_a_code_fence_is_read(build: Build, tmp_path: Path) -> None:
    with scripted(lambda messages: f"```json\n{sensible(messages)}\n```\n") as server:
        assert author(server, tmp_path, build).write([FARMING]).written == 4


def test_ctrl_c_keeps_what_was_written(build: Build, tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if (done, total) == (2, 4):
            raise KeyboardInterrupt

    with scripted(sensible) as server:
        found = author(server, tmp_path, build).write([FARMING], stop)
        rest = author(server, tmp_path, build).write([FARMING])

    assert (found.asked, found.left, found.interrupted) == (2, 2, True)
    assert (rest.asked, rest.interrupted) == (2, False)
    assert len(written(tmp_path, FARMING)) == 4


def test_calls_are_evenly_spaced() -> None:
    now = [0.0]
    begun = []
    pace = Pace(30, lambda: now[0], lambda seconds: now.__setitem__(0, now[0] + seconds))
    for lasts in (0.5, 5.0, 0.5, 0.0):
        pace.wait()
        begun.append(now[0])
        now[0] += lasts

    assert begun == [0.0, 2.0, 7.0, 9.0]
