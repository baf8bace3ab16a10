"""Questions that a language model writes: what is kept of them, where, and what a stopped run leaves."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from eval.injection_payloads import IN_QUESTIONS, PAYLOADS
from ingest.__main__ import main
from ingest.build import build_index
from ingest.expand import read_questions
from ingest.expand_checks import Checks
from ingest.expand_written import FORMAT, STOP_AFTER, Author, Expansion, Pace
from rag.builds import Build
from rag.errors import InputError
from rag.opening import open_current
from rag.prompts import prompt
from rag.settings import PROJECT_FOLDER, Settings
from tests.hashing_embedder import HashingEmbedder
from tests.obedient_model import obedient
from tests.scripted_model import MODEL, Messages, Script, scripted

FARMING, DIGITAL, LOWALT = "shili-farming", "shili-digital", "shili-lowalt"
FREEZER = "对新建冷库给予投资额百分之十五的补助，单个项目不超过二百万元。"
COUPON = "对中小企业按合同金额的20%补贴，每户每年最高50万元。"
GENERATED = {"generated": True, "model": MODEL, "prompt": prompt("questions").hash}


def asked_sentence(messages: Messages) -> str:
    return re.findall(r'<资料 编号="1">\n(.*?)\n</资料>', messages[1]["content"], re.DOTALL)[0]


def reply(*questions: str) -> str:
    return json.dumps({"questions": questions}, ensure_ascii=False)


def sensible(messages: Messages) -> str:
    """One question in the sentence's own words, its figures left out."""
    return reply(f"{re.sub('[0-9%，、。A-Z]|百分之十五', '', asked_sentence(messages))[:14]}是怎么说的？")


def author(server: Script, home: Path, build: Build, *, model: str = MODEL) -> Author:
    settings = replace(server.settings(home), llm_model=model)
    return Author(settings, build, HashingEmbedder(), Pace(60_000))


def written(home: Path, document: str) -> list[str]:
    path = home / "questions" / f"{document}.jsonl"
    return [one.question for one in read_questions(path)] if path.exists() else []


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


ORDERS = (*PAYLOADS, *IN_QUESTIONS)


def test_instructions_in_a_document_are_not_put_to_the_model(tmp_path: Path) -> None:
    orders = [re.split("[。\n]", one.text)[0] for one in PAYLOADS]
    text = "示例办法\n\n" + "\n".join(
        f"第{n}条　示例事项。{order}。" for n, order in zip("一二三四五", orders, strict=False)
    )
    build = _built(tmp_path, text)

    with scripted(sensible) as server:
        found = author(server, tmp_path, build).write()

    assert found.instructions > 0
    told = "".join(request.body["messages"][1]["content"] for request in server.requests)
    assert not any(order in told for order in orders[:5])


def test_an_obedient_model_changes_neither_form_nor_questions(tmp_path: Path) -> None:
    build = _built(
        tmp_path, "示例办法\n\n第一条　示例事项按示例标准办理。\n第二条　示例企业可申请示例补助。\n"
    )
    clean = build.passages[-1]
    home = tmp_path / "told"
    for number, order in enumerate(ORDERS):
        passages = (replace(clean, text=f"{clean.text}{order.text}"),)
        hostile = replace(build, passages=(*build.passages[:-1], *passages))
        for answer in (obedient, lambda _: reply(order.said, order.text[:60], "示例补助怎么申请？")):  # noqa: B023
            with scripted(answer) as server:
                author(server, home / str(number), hostile).write()

    kept = {
        json.loads(line)["question"]
        for path in home.rglob("questions/*.jsonl")
        for line in path.read_text(encoding="utf8").splitlines()[1:]
    }
    assert kept <= {"示例补助怎么申请？"}
    assert not any(
        Checks("示例", [], build, HashingEmbedder()).refusal(one.said, clean) is None for one in ORDERS
    )


def _built(folder: Path, text: str) -> Build:
    source = folder / "示例.txt"
    source.write_text(text, encoding="utf8")
    settings = Settings(home=folder)
    build_index([source], settings, HashingEmbedder())
    return open_current(settings, HashingEmbedder())


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


@pytest.mark.parametrize(("number", "code"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)])
def test_a_run_that_is_stopped_goes_on_and_repeats_nothing(
    indexed: Settings, tiny_model: Path, number: signal.Signals, code: int
) -> None:
    with scripted(sensible, pace=0.05) as server:
        environment = _environment(server, indexed, tiny_model)
        command = [sys.executable, "-m", "ingest", "expand", "--per-minute", "6000", "--json"]
        running = subprocess.Popen(
            command, cwd=PROJECT_FOLDER, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        until(lambda: len(server.requests) == 4)
        running.send_signal(number)
        running.communicate(timeout=30)
        before = {_asked(request.body["messages"]) for request in server.requests[:-1]}
        first = len(server.requests)
        rest = subprocess.run(
            command, cwd=PROJECT_FOLDER, env=environment, capture_output=True, timeout=60, check=False
        )

    after = [_asked(request.body["messages"]) for request in server.requests[first:]]
    assert (running.returncode, rest.returncode) == (code, 0)
    assert not before & set(after)
    assert json.loads(rest.stdout)["asked"] == len(after) == len(set(after))
    assert json.loads(rest.stdout)["left"] == 0


def _asked(messages: Messages) -> str:
    return messages[1]["content"]


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


def _environment(server: Script, settings: Settings, model: Path) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("CHUANCE_")},
        "CHUANCE_HOME": str(settings.home),
        "CHUANCE_EMBEDDING_MODEL": str(model),
        "CHUANCE_LLM_BASE_URL": server.address,
        "CHUANCE_LLM_MODEL": MODEL,
    }


def test_the_command_says_what_it_did(
    indexed: Settings, tiny_model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with scripted(sensible, ["401", ""]) as server:
        for name, value in _environment(server, indexed, tiny_model).items():
            monkeypatch.setenv(name, value)
        code = main(["expand", LOWALT, "--per-minute", "6000"])
    out, err = capsys.readouterr()

    assert code == 1
    assert out == "问了 2 句，收下 1 个问法。\n请运行 python -m ingest，让新的问法入库。\n"
    assert err.startswith("没有写成：《示例省低空经济行动方案》（一）：语言模型的密钥被拒绝（401）")


def test_without_a_model_it_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name in ("CHUANCE_LLM_BASE_URL", "CHUANCE_LLM_MODEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CHUANCE_HOME", str(tmp_path))

    assert main(["expand"]) == 2
    assert "请设置 CHUANCE_LLM_BASE_URL 和 CHUANCE_LLM_MODEL" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_calls_are_evenly_spaced() -> None:
    now = [0.0]
    begun = []
    pace = Pace(30, lambda: now[0], lambda seconds: now.__setitem__(0, now[0] + seconds))
    for lasts in (0.5, 5.0, 0.5, 0.0):
        pace.wait()
        begun.append(now[0])
        now[0] += lasts

    assert begun == [0.0, 2.0, 7.0, 9.0]
