"""A file is read whole or refused with its name and what to do."""

from pathlib import Path

import pytest

from ingest.load import SIZE_LIMIT, load_file
from rag.errors import CorpusError


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_front_matter_is_set_apart_and_dates_stay_text(tmp_path: Path) -> None:
    loaded = load_file(
        written(tmp_path, "示例.md", "---\ntitle: 示例\nadopted: 2023-06-19\n---\n正文。\n".encode())
    )

    assert (loaded.text, loaded.metadata) == ("正文。\n", {"title": "示例", "adopted": "2023-06-19"})


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"\xef\xbb\xbf" + "正文。".encode(), "正文。"),
        ("甲。\r\n乙。\r丙。".encode(), "甲。\n乙。\n丙。"),
        ("正\x00文\u200b\u202e。".encode(), "正文。"),
        ("正\U000e0101文\ufe0f\u3164。".encode(), "正文。"),
        ("甲。\f乙。\v丙。\u2028丁。".encode(), "甲。\n乙。\n丙。\n丁。"),
        (b"---\n---\n" + "正文。".encode(), "正文。"),
        ("第一条　示例内容，按规定办理。".encode("gb18030"), "第一条　示例内容，按规定办理。"),
        ("第一条　示例内容。".encode("utf-16"), "第一条　示例内容。"),
    ],
    ids=["bom", "line-ends", "invisible", "blank", "page-breaks", "empty-front-matter", "gb18030", "utf-16"],
)
def test_bytes_become_readable_text(tmp_path: Path, content: bytes, text: str) -> None:
    assert load_file(written(tmp_path, "示例.txt", content)).text == text


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("示例.exe", b"x", "示例.exe.*还不能读取.*另存为"),
        ("示例.txt", b"\xff\xc1\x81 \xf5\x90", "示例.txt.*UTF-8"),
        ("示例.docx", b"%PDF-1.7 ", "示例.docx.*内容却是PDF"),
        ("示例.txt", b"PK\x03\x04rest", "内容却是DOCX"),
        ("示例.pdf", b"\x89PNG\r\n", "内容却是图片"),
        ("示例.txt", b" \n\n", "没有正文"),
        ("示例.md", "---\ntitle: [\n---\n正文".encode(), "文件头第 . 行"),
        ("示例.md", "---\n- 甲\n---\n正文".encode(), "文件头第 2 行"),
        ("示例.md", "---\ntitle: 示例\n正文".encode(), "却没有结束"),
        ("示例.md", b"---\ntitle: " + b"[" * 5000 + b"\n---\n", "文件头第 . 行"),
        ("示例.txt", b"x" * (SIZE_LIMIT + 1), "超过 20 MB"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        load_file(written(tmp_path, name, content))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"没有\.txt：打不开"):
        load_file(tmp_path / "没有.txt")
