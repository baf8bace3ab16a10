"""Keyword search: what becomes a token, and which row a question finds."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.builds import Build
from rag.indexed import indexed_text
from rag.lexical import FIELDS, LexicalIndex, content_words, grams, words
from rag.settings import PROJECT_FOLDER


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        pytest.param("低空", ["低", "空", "低空"], id="grams-of-a-run"),
        pytest.param("甲。乙", ["甲", "乙"], id="punctuation-ends-a-run"),
        pytest.param("创\n新", ["创", "新", "创新"], id="line-break-inside-a-word"),
        pytest.param("６Ｇ ESG", ["6g", "esg"], id="latin-words-whole-and-folded"),
        pytest.param("45 ％", ["45%"], id="percentage-whole"),
        pytest.param("1,000 R&D", ["1,000", "r&d"], id="separators-inside"),
        pytest.param(" ，。\n", [], id="nothing-to-index"),
    ],
)
def test_grams_are_characters_and_whole_latin_tokens(text: str, tokens: list[str]) -> None:
    assert grams(text) == tokens


def test_words_hold_the_long_word_and_its_parts() -> None:
    assert {"制造", "制造业", "6g", "2027"} <= set(words("制造业 6G 2027"))


def test_content_words_leave_function_words_out() -> None:
    assert content_words("我们有哪些低空经济的补贴，低空经济") == ["低空", "经济", "补贴"]


@given(st.text())
def test_any_text_can_be_cut(text: str) -> None:
    assert all(token and not token.isspace() for token in (*grams(text), *content_words(text)))


def test_every_passage_finds_itself_by_its_own_words(build: Build) -> None:
    for row, passage in enumerate(build.passages):
        assert int(build.lexical.scores("passage_grams", indexed_text(passage)).argmax()) == row
        assert int(build.lexical.scores("passage_words", indexed_text(passage)).argmax()) == row


def test_every_clause_finds_itself_by_its_own_words(build: Build) -> None:
    for row, clause in enumerate(build.clauses):
        assert int(build.lexical.scores("clause_grams", f"{clause.heading}。{clause.text}").argmax()) == row


def test_a_heading_finds_the_sentences_under_it(build: Build) -> None:
    best = build.passages[int(build.lexical.scores("passage_grams", "发放算力券").argmax())]

    assert "20%" in best.text
    assert "发放算力券" not in best.text


@pytest.mark.parametrize("field", [field for field in FIELDS if field != "question_grams"])
@pytest.mark.parametrize("text", ["", "  。，", "ξψω", "龘"])
def test_unknown_words_score_zero_everywhere(build: Build, field: str, text: str) -> None:
    scores = build.lexical.scores(field, text)

    assert scores.dtype == np.float32
    assert scores.tolist() == [0.0] * len(build.clauses if field == "clause_grams" else build.passages)


def test_without_written_questions_no_field_is_kept_for_them(build: Build) -> None:
    assert not build.questions
    with pytest.raises(KeyError):
        build.lexical.scores("question_grams", "电费")


def test_width_and_case_make_no_difference(build: Build) -> None:
    narrow, wide = (build.lexical.scores("passage_grams", text) for text in ("6g 60%", "６Ｇ ６０％"))

    assert narrow.max() > 0
    assert narrow.tolist() == wide.tolist()


def test_known_words_are_those_of_the_build(build: Build) -> None:
    assert build.lexical.knows("passage_words", "６Ｇ")
    assert build.lexical.knows("passage_words", "航线")
    assert not build.lexical.knows("passage_words", "核电")


def test_nothing_to_index_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="holds a word to index"):
        LexicalIndex.build([], [], [], tmp_path / "lexical")


def test_cutting_words_is_silent_and_writes_nothing_to_the_shared_temporary_folder(tmp_path: Path) -> None:
    code = "from rag.lexical import words; print(words('低空经济'))"
    environment = {"TMPDIR": str(tmp_path), "PYTHONPATH": str(PROJECT_FOLDER)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout == "['低空', '经济']\n"
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []
