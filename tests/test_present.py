"""What people see says how sure it is, opens at the right words, and never runs as code."""

import pytest

from rag.assistant import Assistant
from rag.present import answer_to_json, answer_to_markdown, marked_text, sources_html, turn_html
from rag.present_words import status_words
from rag.types import Answer
from tests.sample import NOTICE, assistant_for

CONTRACT = [
    "marker",
    "policy_id",
    "title",
    "doc_number",
    "clause",
    "item",
    "heading",
    "quote",
    "start",
    "end",
    "kind",
    "validity",
]
SCRIPT = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>'


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return assistant_for(
        tmp_path_factory.mktemp("present"), 示例=NOTICE.replace("优化用水管理", f"优化用水管理{SCRIPT}")
    )


def test_the_json_is_the_contract(sample: Assistant) -> None:
    answer = answer_to_json(sample.ask("示例规模占比的目标是多少"))

    assert list(answer) == [
        "id", "question", "status", "answer", "citations", "nearest", "reason", "confidence", "mode", "withheld", "note", "prompt",
        "standalone", "build_id", "elapsed_ms",
    ]  # fmt: skip
    assert [list(citation) for citation in answer["citations"]] == [CONTRACT, CONTRACT]
    assert (answer["status"], answer["mode"], answer["citations"][0]["clause"]) == (
        "answered",
        "extractive",
        "（一）",
    )


def test_markdown_names_the_sources_and_the_notice(sample: Assistant) -> None:
    text = answer_to_markdown(sample.ask("示例规模占比的目标是多少"))

    assert "[1]《示例通知》（一）发展目标" in text
    assert text.endswith("（自动生成，仅供参考，以官方原文为准）")


@pytest.mark.parametrize(
    ("status", "confidence", "words"),
    [
        ("answered", 0.9, "有依据"),
        ("answered", 0.2, "依据较弱"),
        ("refused", 0.9, "未找到"),
        ("error", 0.0, "输入有误"),
        ("clarify", 0.0, "需要补充"),
    ],
)
def test_the_status_is_shown_in_words(status: str, confidence: float, words: str) -> None:
    assert status_words(Answer("问", status, "答", confidence=confidence)) == words


def test_markers_are_buttons_that_name_their_source(sample: Assistant) -> None:
    html = turn_html(3, sample.ask("示例规模占比的目标是多少"))

    assert 'data-turn="3" data-marker="1"' in html
    assert 'aria-label="依据 1：（一）发展目标"' in html


def test_quotes_are_marked_in_the_whole_clause(sample: Assistant) -> None:
    answer = sample.ask("示例规模占比的目标是多少")
    html = sources_html(1, answer, sample.library.current())

    assert '<mark data-markers="1">示例规模占比达到 35%</mark>' in html
    assert "示例体系基本建成" in html
    assert html.count('class="card"') == 1


def test_overlapping_quotes_become_one_mark() -> None:
    assert marked_text("甲乙丙丁", [(0, 2, "1"), (1, 3, "2")]) == '<mark data-markers="1 2">甲乙丙</mark>丁'


def test_nothing_from_a_user_or_a_document_is_markup(sample: Assistant) -> None:
    answer = sample.ask("用水管理怎么优化")
    shown = (
        turn_html(1, sample.ask(SCRIPT))
        + turn_html(2, answer)
        + sources_html(2, answer, sample.library.current())
    )

    assert "&lt;script&gt;" in shown
    assert "<script" not in shown
    assert "<img" not in shown


def test_a_refusal_shows_the_nearest_clauses_under_their_own_name(sample: Assistant) -> None:
    html = sources_html(1, sample.ask("用水优惠补贴多少钱"), sample.library.current())

    assert "相近条款（不是依据）" in html
