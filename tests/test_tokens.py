"""Tokens are counted with the shipped table and never through the network."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.train_tokens import train
from rag.errors import SettingsError
from rag.tokens import count_tokens


def test_policy_language_costs_less_than_a_token_a_character() -> None:
    text = "加快建设现代化产业体系，推动高质量发展。" * 20

    assert 0.2 * len(text) < count_tokens(text) < len(text)


@given(st.text(max_size=200), st.text(max_size=200))
def test_counts_hardly_depend_on_where_a_text_is_cut(left: str, right: str) -> None:
    assert abs(count_tokens(left) + count_tokens(right) - count_tokens(left + right)) <= 8


def test_an_encoding_that_is_not_cached_is_refused_at_once(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))

    with pytest.raises(SettingsError, match="cl100k_base"):
        count_tokens("文字", "cl100k_base")


def test_a_trained_table_holds_every_byte_first() -> None:
    ranks = train(iter(["推动产业发展。" * 50, "建设产业园区。" * 50]), vocabulary=270)

    assert [ranks[bytes([value])] for value in range(256)] == list(range(256))
    assert len(ranks) == 270
    assert max(map(len, ranks)) > 3
