"""Bytes of a text file become its characters, or are refused: never nonsense."""

import codecs
from pathlib import Path

import pytest

from ingest.formats.text import decode, read_text
from rag.errors import CorpusError

DECISION = (Path(__file__).resolve().parents[1] / "corpus/policies/sc-2023-decision.md").read_text(
    encoding="utf-8"
)
TRADITIONAL = "第一條為規範示例工作，依據有關規定，制定本辦法。各級機關應當按照職責辦理。\n" * 3


@pytest.mark.parametrize(
    "raw",
    [
        DECISION.encode(),
        codecs.BOM_UTF8 + DECISION.encode(),
        codecs.BOM_UTF16_LE + DECISION.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + DECISION.encode("utf-16-be"),
        codecs.BOM_UTF32_LE + DECISION.encode("utf-32-le"),
        codecs.BOM_UTF32_BE + DECISION.encode("utf-32-be"),
        DECISION.encode("utf-16-le"),
        DECISION.encode("utf-16-be"),
        DECISION.encode("gb18030"),
    ],
    ids=["utf-8", "bom", "16-le-bom", "16-be-bom", "32-le-bom", "32-be-bom", "16-le", "16-be", "gb18030"],
)
def test_the_decision_comes_back_character_for_character(raw: bytes) -> None:
    assert decode(raw) == DECISION


@pytest.mark.parametrize(
    "text",
    [
        "第一条　本办法适用于示例（试行）。\n",
        "《示例办法》〔2023〕1号——“示例”……①㈠㎡％",
        "适用于邛崃市、犍为县、筠连县、珙县、郫都区。",
    ],
    ids=["short", "signs", "rare-places"],
)
def test_short_chinese_text_in_gb18030_is_read(text: str) -> None:
    assert decode(text.encode("gb18030")) == text


@pytest.mark.parametrize("raw", [b"", b"Policy 1.2\r\n", "Sample".encode("utf-16-le")])
def test_plain_ascii_needs_no_chinese(raw: bytes) -> None:
    assert decode(raw) == raw.replace(b"\0", b"").decode()


@pytest.mark.parametrize(
    "raw",
    [
        TRADITIONAL.encode("big5"),
        ("《示例辦法》第一條：" * 2).encode("big5"),
        "Règlement général : les bénéficiaires sont énumérés à l’annexe.".encode("cp1252"),
        "Привет, это пример текста.".encode("cp1251"),
        "第一条　本办法。".encode()[:-1],
        codecs.BOM_UTF8 + "第一条".encode("gb18030"),
        codecs.BOM_UTF16_LE + b"\x00",
        bytes(range(256)),
        "第一条 正文\n".encode() + b"\xff\xfe\x00\x01" * 9,
    ],
    ids=["big5", "big5-short", "latin", "cyrillic", "cut", "lying-bom", "odd-bytes", "binary", "mixed"],
)
def test_other_bytes_are_refused_with_what_to_do(raw: bytes) -> None:
    with pytest.raises(CorpusError, match="另存为 UTF-8"):
        decode(raw)


def test_stray_zero_bytes_do_not_make_text_utf_16() -> None:
    assert decode("正\0文。".encode()) == "正\0文。"


def test_characters_lost_before_are_told_of() -> None:
    read = read_text("示例\ufffd办法\ufffd。".encode())

    assert read.text == "示例\ufffd办法\ufffd。"
    assert read.warnings == ("有 2 处文字已损坏，写作“\ufffd”，请对照原件核对。",)


def test_a_sound_file_has_no_warnings() -> None:
    assert read_text(DECISION.encode("gb18030")).warnings == ()
