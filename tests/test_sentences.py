"""What a model writes comes in pieces of any size; sentences come out whole, with the sources they name."""

import pytest

from rag.sentences import Written, sentences


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_sentences_are_the_same_however_the_pieces_are_cut(size: int) -> None:
    text = "示例占比达到 35%[1]。示例体系建成。[2][3]“示例！”【资料4】\n- 第四句［1，2］"
    pieces = [text[start : start + size] for start in range(0, len(text), size)]

    assert list(sentences(pieces)) == [
        Written("示例占比达到 35%。", (1,)),
        Written("示例体系建成。", (2, 3)),
        Written("“示例！”", (4,)),
        Written("第四句", (1, 2)),
    ]


def test_a_sentence_is_told_once_the_next_one_begins() -> None:
    told: list[str] = []

    def pieces() -> object:
        for piece in ("第一句[1]。", "第", "二句[2]。"):
            told.append(piece)
            yield piece

    found = sentences(pieces())  # type: ignore[arg-type]

    assert next(found).text == "第一句。"
    assert told == ["第一句[1]。", "第"]


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_what_is_thought_aloud_is_left_out(size: int) -> None:
    text = "<think>先看资料[1]。再答。</think>\n答案是示例[1]。"

    assert [one.text for one in sentences(text[at : at + size] for at in range(0, len(text), size))] == [
        "答案是示例。"
    ]


def test_a_thought_without_an_end_is_no_answer() -> None:
    assert list(sentences(["<think>还没想完[1]。"])) == []


@pytest.mark.parametrize(
    "text",
    [
        "详见 https://example.com/x 的说明。",
        "详见[此处](//example.com)。",
        "示例![图](//example.com/a.png)好。",
        "示例<img src=x>。",
        "| 甲 | 乙 |",
    ],
)
def test_links_images_and_tables_are_not_plain(text: str) -> None:
    assert not next(sentences([text])).is_plain


def test_list_marks_and_emphasis_are_dropped_and_decimals_kept() -> None:
    assert [one.text for one in sentences(["1. **示例**增长 3.5%[1]。\n> 乙类。"])] == [
        "示例增长 3.5%。",
        "乙类。",
    ]
