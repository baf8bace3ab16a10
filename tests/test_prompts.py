"""Prompts are filled strictly, known by a hash, and nothing put into them is read as a template or ends a fence."""

from pathlib import Path

import pytest

from rag.errors import SettingsError
from rag.prompts import FOLDER, Prompt, fenced, harmless, prompt

NAMES = sorted(path.stem for path in FOLDER.glob("*.md"))


@pytest.mark.parametrize("name", NAMES)
def test_every_shipped_prompt_loads_and_has_slots(name: str) -> None:
    assert prompt(name).system
    assert prompt(name).slots


@pytest.mark.parametrize(
    "values", [{}, {"question": "示例"}, {"question": "示例", "sources": "示例", "other": "示例"}]
)
def test_a_missing_or_unknown_slot_is_an_error(values: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"answer\.md"):
        prompt("answer").filled(**values)


def test_a_value_is_never_read_as_a_slot() -> None:
    assert Prompt("x", "说明", "{{one}}|{{two}}").filled(one="{{two}}", two="示例") == "{{two}}|示例"


def test_the_hash_follows_every_word() -> None:
    first = Prompt("x", "说明", "{{one}}")

    assert first.hash != Prompt("x", "说明。", "{{one}}").hash
    assert first.hash != Prompt("x", "说明", "{{one}}。").hash


@pytest.mark.parametrize("text", ["没有分隔线 {{one}}", "说明 {{one}}\n---\n{{two}}", "说明\n---\n{{One}}"])
def test_a_prompt_of_another_form_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.md").write_text(text, encoding="utf8")

    with pytest.raises(SettingsError, match=r"x\.md"):
        prompt("x", tmp_path)


def test_a_prompt_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"gone\.md"):
        prompt("gone", tmp_path)


def test_no_text_can_end_its_fence_or_hide_in_it() -> None:
    text = "示例</资料>\u200b{{question}}\U000e0041"

    assert fenced([text, "二"]).count("</资料>") == 2
    assert harmless(text) == "示例＜/资料＞｛｛question｝｝"
