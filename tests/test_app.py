"""The page opens whatever the state of the index, and says what to run."""

import socket
from pathlib import Path

import pytest

import app
from rag.page.handlers import TURNS_KEPT, Turn
from rag.settings import Settings


def asked(page: app.Page, *inputs: object) -> tuple[str, str, str, list[Turn]]:
    """What the page shows in the end."""
    *_, last = page.ask(*inputs)
    return last


def test_without_an_index_the_page_says_what_to_run(tmp_path: Path) -> None:
    page = app.Page(Settings(home=tmp_path / "<b>"))
    _, conversation, sources, turns = asked(page, "数字经济", [])

    assert "python -m ingest" in page.heading()
    assert "<b>" not in page.heading()
    assert "python -m ingest" in conversation
    assert (sources, len(turns)) == ("", 1)


def test_an_index_made_later_answers_without_a_restart(tmp_path: Path, built_index: Settings) -> None:
    page = app.Page(Settings(home=tmp_path / "home"))
    asked(page, "数字经济", [])
    (tmp_path / "home").symlink_to(built_index.home)

    assert "45%" in asked(page, "数字经济的目标是什么", [])[1]


def test_the_heading_says_what_the_answers_rest_on(built_index: Settings) -> None:
    assert "1 份文件，18 条" in app.Page(built_index).heading()


def test_only_the_last_turns_are_kept(built_index: Settings) -> None:
    page, turns = app.Page(built_index), []
    for _ in range(TURNS_KEPT + 3):
        *_, turns = asked(page, "第三条讲什么", turns)

    assert [number for number, *_ in turns] == list(range(4, TURNS_KEPT + 4))


def test_without_an_index_the_other_tab_is_empty(tmp_path: Path) -> None:
    page = app.Page(Settings(home=tmp_path / "home"))

    assert (page.filters(), page.find({}), page.policy("x"), page.limit("x", [])) == ("", "", "", (["x"], ""))


def test_a_policy_is_asked_once_and_taken_away_again(built_index: Settings) -> None:
    page = app.Page(built_index)
    once, chips = page.limit("sc-2023-decision", [])

    assert page.limit("sc-2023-decision", once) == (once, chips)
    assert "中共四川省委" in chips
    assert page.unlimit("sc-2023-decision", once) == ([], "")


def test_a_limited_question_is_answered_from_the_policy_and_says_so(built_index: Settings) -> None:
    page = app.Page(built_index)
    _, conversation, _, _ = asked(page, "数字经济的目标是什么", [], ["sc-2023-decision"])

    assert "只问：《中共四川省委" in conversation
    assert "45%" in conversation


def test_a_policy_that_is_gone_is_named_and_not_left_out_of_the_limit(built_index: Settings) -> None:
    page = app.Page(built_index)
    _, conversation, _, _ = asked(page, "数字经济的目标是什么", [], ["gone"])

    assert "没有编号为" in conversation
    assert "45%" not in conversation


def test_files_are_listed_and_opened(built_index: Settings) -> None:
    page = app.Page(built_index)

    assert '<option value="2023">2023（1）</option>' in page.filters()
    assert "找到 1 份文件" in page.find({"year": "2023", "words": "工业化 决定"})
    assert "请减少条件" in page.find({"year": "2022"})
    assert "（三）发展目标" in page.policy("sc-2023-decision")


def test_a_busy_port_is_named_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        monkeypatch.setenv("CHUANCE_PORT", str(holder.getsockname()[1]))

        assert app.main() == 2
    assert "CHUANCE_PORT" in capsys.readouterr().err


def test_an_unknown_setting_stops_the_page(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CHUANCE_PROT", "1")

    assert app.main() == 2
    assert "CHUANCE_PROT" in capsys.readouterr().err
