"""Feedback becomes drafts whose gold is what was cited, and which lint keeps out until somebody has read them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from eval.__main__ import app
from eval.add import Drafts, drafted
from eval.cases import case_from_json, case_to_json, read_cases
from eval.lint_gold import lint
from rag.assistant import Assistant
from rag.present import answer_to_json
from rag.settings import Settings
from tests.eval_sample import CASE
from tests.sample import NOTICE, assistant_for

ASKED = "示例规模占比能到多少呢"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return assistant_for(tmp_path_factory.mktemp("add"), 示例=NOTICE)


@pytest.fixture
def draft(sample: Assistant) -> Callable[..., Drafts]:
    def make(*rows: Any, gold: Any = None) -> Drafts:
        lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
        return drafted(lines, "dev", gold or {"dev": [CASE]}, sample)

    return make


def test_what_is_cited_now_is_the_suggested_gold(draft: Callable[..., Drafts]) -> None:
    found = draft({"question": ASKED, "comment": "想知道比例"})
    case = found.cases[0]

    assert (case.question, case.expect, case.category, case.policy) == (ASKED, "answer", "figure", "示例")
    assert case.gold_clauses == (("示例#（一）",),)
    assert any("35%" in quote for _, quote in case.evidence)
    assert ("35%",) in case.facts
    assert (case.draft, case.author, dict(case.written)["comment"]) == (True, "反馈", "想知道比例")
    assert (found.to_do, found.unusable) == ((), ())


def test_what_was_cited_then_counts_when_the_answer_is_given_whole(
    draft: Callable[..., Drafts], sample: Assistant
) -> None:
    given = answer_to_json(sample.ask("怎样保障用水"))
    case = draft({"question": ASKED, "answer": given}).cases[0]

    assert case.gold_clauses == (("示例#（三）",),)
    assert dict(case.written)["answer"] == given["answer"]


@pytest.mark.parametrize(
    ("policy", "clause"),
    [
        ("示例", "（三）"),
        ("《示例通知》", "（三）"),
        ("示例", "第三条"),
        ("示例", "用水保障"),
        (None, "示例#（三）"),
    ],
)
def test_the_clause_that_is_named_is_the_gold(
    draft: Callable[..., Drafts], policy: str | None, clause: str
) -> None:
    case = draft(
        {"question": "用水有什么优惠", "answer": "没有。", "policy": policy, "clause": clause}
    ).cases[0]

    assert case.gold_clauses == (("示例#（三）",),)
    assert case.evidence[0][1].startswith("优化用水管理")


def test_what_is_answered_nowhere_is_to_be_refused(draft: Callable[..., Drafts]) -> None:
    case = draft({"question": "红烧肉怎么做"}).cases[0]

    assert (case.expect, case.category, case.gold_clauses, case.facts) == ("refuse", "unanswerable", (), ())


def test_what_a_draft_lacks_is_said_by_lint(draft: Callable[..., Drafts]) -> None:
    repeated, without_facts = (
        draft({"question": f"{CASE.question}？"}),
        draft({"question": "重点用水企业有什么好处", "policy": "示例", "clause": "（三）"}),
    )

    assert ["几乎相同" in sentence for sentence in repeated.to_do] == [True]
    assert ["没有事实" in sentence for sentence in without_facts.to_do] == [True]


def test_a_draft_is_a_record_that_lint_keeps_out(draft: Callable[..., Drafts], sample: Assistant) -> None:
    case = draft({"question": ASKED}).cases[0]

    assert case_from_json(json.loads(json.dumps(case_to_json(case)))) == case
    assert lint({"dev": [case]}, sample.library.current()) == [f"{case.id}：还是草稿，请核对后去掉 draft。"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("没有", "不是 JSON"),
        ("[1]", "没有问题"),
        ({"answer": "没有问题"}, "没有问题"),
        ({"question": " "}, "没有问题"),
        ({"question": ASKED, "answer": {"text": "x"}}, "回答 JSON"),
        ({"question": ASKED, "clause": "（三）"}, "写明是哪份文件"),
        ({"question": ASKED, "policy": "没有", "clause": "（三）"}, "没有文件 '没有'"),
        ({"question": ASKED, "policy": "示例", "clause": "第九十条"}, "没有条款 '第九十条'"),
    ],
)
def test_a_line_that_cannot_be_used_is_named_and_the_others_are_kept(
    draft: Callable[..., Drafts], row: Any, message: str
) -> None:
    found = draft({"question": ASKED}, "", row, {"question": "红烧肉怎么做"})

    assert [case.question for case in found.cases] == [ASKED, "红烧肉怎么做"]
    assert len(found.unusable) == 1
    assert found.unusable[0].startswith("第 3 行：")
    assert message in found.unusable[0]


def test_the_command_writes_drafts_and_never_over_a_file(
    built_index: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHUANCE_HOME", str(built_index.home))
    feedback, out = tmp_path / "feedback.jsonl", tmp_path / "draft.jsonl"
    feedback.write_text('{"question": "数字经济到2027年占到几成"}\n没有\n', encoding="utf8")
    first, second = (CliRunner().invoke(app, ["add", str(feedback), "--out", str(out)]) for _ in range(2))

    assert (first.exit_code, second.exit_code) == (1, 2)
    assert "第 2 行：不是 JSON" in first.stderr
    assert "已经存在" in second.stderr
    assert [case.draft for case in read_cases("draft", tmp_path)] == [True]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["没有.jsonl"], "读不了 没有.jsonl"), (["没有.jsonl", "--split", "train"], "--split 应为 dev 或 test")],
)
def test_the_command_says_why_it_cannot_begin(tmp_path: Path, arguments: list[str], message: str) -> None:
    finished = CliRunner().invoke(app, ["add", *arguments, "--out", str(tmp_path / "draft.jsonl")])

    assert (finished.exit_code, message in finished.stderr) == (2, True)
