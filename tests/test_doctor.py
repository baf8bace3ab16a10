"""`python -m rag doctor` says what is configured and whether it works, and shows no key."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner, Result

from rag.__main__ import app
from rag.doctor import ANSWER_TOKENS, examine, findings_to_json, findings_to_text, works
from rag.settings import Settings
from tests.scripted_model import FAST, MODEL, scripted

KEY = "sk-canary-5d21e9"


@pytest.fixture
def invoke(monkeypatch: pytest.MonkeyPatch):
    def run(home: Path, *arguments: str, **variables: str) -> Result:
        monkeypatch.setenv("CHUANCE_HOME", str(home))
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(app, ["doctor", *arguments])

    return run


def test_without_a_model_all_that_is_configured_works(built_index: Settings) -> None:
    findings = examine(built_index)
    text = findings_to_text(findings)

    assert works(findings)
    assert "－ 语言模型：没有设置" in text
    assert "✓ 嵌入模型" in text
    assert "与索引相符" in text
    assert "✗" not in text


def test_a_model_that_answers_is_timed(built_index: Settings) -> None:
    with scripted("好") as server:
        findings = examine(server.settings(built_index.home, key=KEY), FAST)
    found = findings_to_json(findings)

    assert (found["ok"], server.requests[0].body["max_tokens"]) == (True, ANSWER_TOKENS)
    assert found["language_model"] == {
        "problem": None,
        "configured": True,
        "host": f"127.0.0.1:{server.port}",
        "model": MODEL,
        "key": "已设置",
        "answers": True,
        "milliseconds": found["language_model"]["milliseconds"],
    }
    assert 0 < found["language_model"]["milliseconds"] < 2000
    assert KEY not in findings_to_text(findings) + json.dumps(found)


@pytest.mark.parametrize(
    ("fault", "said"),
    [("401", "密钥被拒绝"), ("html", "不是约定的格式"), ("no headers", "没有开始回答"), ("down", "连不上")],
)
def test_a_model_that_does_not_answer_is_told_with_the_reason(built_index: Settings, fault, said) -> None:
    with scripted("好", fault) as server:
        findings = examine(server.settings(built_index.home, key=KEY), FAST)

    assert not works(findings)
    assert said in findings_to_text(findings)
    assert KEY not in findings_to_text(findings) + json.dumps(findings_to_json(findings))


def test_a_model_that_thinks_past_the_few_tokens_answers_too(built_index: Settings) -> None:
    with scripted("", "length", thoughts=3) as server:
        assert works(examine(server.settings(built_index.home), FAST))


def test_a_key_that_cannot_be_sent_is_not_shown(built_index: Settings) -> None:
    with scripted() as server:
        settings = replace(server.settings(built_index.home), llm_api_key=SecretStr(f"{KEY}\n密钥"))
        text = findings_to_text(examine(settings, FAST))

    assert "不能当密钥发送" in text
    assert (KEY in text, server.requests) == (False, [])


def test_another_embedding_model_than_the_index_has_is_told(built_index: Settings, tiny_model: Path) -> None:
    findings = examine(replace(built_index, embedding_model=str(tiny_model)))

    assert [finding.key for finding in findings if finding.problem] == ["embedding"]
    assert findings_to_json(findings)["embedding"]["fits_index"] is False


def test_an_embedding_model_that_is_not_there_is_told(built_index: Settings) -> None:
    findings = examine(replace(built_index, embedding_model="./没有这个文件夹"))

    assert [finding.key for finding in findings if finding.problem] == ["embedding"]


def test_the_address_of_a_chroma_server_is_shown_without_its_password(built_index: Settings) -> None:
    address = "http://reader:secret-word@127.0.0.1:9"
    findings = examine(replace(built_index, chroma_url=address))
    text = findings_to_text(findings) + json.dumps(findings_to_json(findings), ensure_ascii=False)

    assert [finding.key for finding in findings if finding.problem] == ["vectors"]
    assert "Chroma 服务器 127.0.0.1:9" in text
    assert "secret-word" not in text


def test_the_command_exits_with_zero_one_or_two(invoke, built_index: Settings, tmp_path: Path) -> None:
    works_, empty = invoke(built_index.home, "--json"), invoke(tmp_path / "empty")
    bad = invoke(built_index.home, CHUANCE_LLM_BASE_URL="http://127.0.0.1:9/v1")

    assert (works_.exit_code, empty.exit_code, bad.exit_code) == (0, 1, 2)
    assert json.loads(works_.stdout)["ok"] is True
    assert "请先运行 python -m ingest" in empty.stdout
    assert "CHUANCE_LLM_MODEL" in bad.stderr
