"""What a page hides from its reader, how it is written in bytes, and pages that cannot be read."""

from pathlib import Path

import pytest

from ingest.formats.html import read_html
from rag.errors import CorpusError

_SOURCE = Path(__file__).resolve().parents[1] / "corpus/policies/sc-2023-decision.md"
SENTENCE = next(
    line for line in _SOURCE.read_text(encoding="utf-8").split("\n") if line.startswith("党的二十大")
)


@pytest.mark.parametrize(
    ("hiding", "words"),
    [
        ("<p hidden>暗中</p>", "2 个字设为隐藏"),
        ('<p aria-hidden="true" style="DISPLAY: none !important">暗中</p>', "2 个字设为隐藏"),
        ('<div style="visibility:hidden">暗<b style="visibility:visible"></b>中</div>', "2 个字设为隐藏"),
        ('<p style="font-size:0pt">暗<i style="font-size:80%">中</i></p>', "2 个字设为隐藏"),
        ('<p style="opacity:0">暗中</p>', "2 个字设为隐藏"),
        ('<p style="position:absolute;left:-9999px">暗中</p>', "2 个字设为隐藏"),
        ('<p style="color:#FFF">暗中</p>', "2 个字是白底白字（“暗中”）"),
        ('<p><font color="white">暗中</font></p>', "2 个字是白底白字"),
        ('<div style="background:#fff"><p style="color: rgb(254,254,254)">暗中</p></div>', "2 个字是白底白字"),
        ('<p style="color:rgba(0,0,0,0)">暗中</p>', "2 个字是白底白字"),
        ("<table><tr><td>甲</td><td>乙</td></tr><tr hidden><td>暗</td><td>中</td></tr></table>", "2 个字设为隐藏"),
    ],
)  # fmt: skip
def test_what_a_reader_does_not_see_is_left_out_and_told(hiding: str, words: str) -> None:
    read = read_html(f'<div id="zoom"><p>第一条　明示。</p>{hiding}<p>第二条　明示。</p></div>'.encode())

    assert "暗" not in read.text
    assert "中" not in read.text
    assert "第二条　明示。" in read.text
    assert words in "".join(read.warnings)


@pytest.mark.parametrize(
    "shown",
    [
        '<table bgcolor="#0055aa"><tr><th style="color:#fff">甲</th><th>乙</th></tr></table>',
        '<p style="color:white;background:url(red.png)">甲乙</p>',
        '<div style="font-size:0"><span style="font-size:16px">甲乙</span></div>',
        '<div style="visibility:hidden"><p style="visibility:visible">甲乙</p></div>',
        '<p style="color: rgb（0, 0, 0）; opacity: 1">甲乙</p>',
        '<p aria-hidden="true">甲乙</p>',
    ],
)
def test_what_a_reader_sees_is_kept(shown: str) -> None:
    read = read_html(f'<div id="zoom"><p>第一条　示例。</p>{shown}</div>'.encode())

    assert "甲" in read.text
    assert "乙" in read.text
    assert read.warnings == ()


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "找不到正文"),
        ("<html><body><div id=app></div><script>render('正文')</script>".encode(), "找不到正文"),
        (("<div>" * 100_000 + "正文" + "</div>" * 100_000).encode(), "嵌套太深"),
        (("<b>" * 100_000 + "正文").encode(), "嵌套太深"),
        (('<table><tr><td rowspan="9999" colspan="999">甲</td><td>乙</td></tr>' + "<tr><td>丙</td><td>丁</td></tr>" * 2_000).encode(), "表格过大"),
        ("<p>示例辦法第一條為規範</p>".encode("big5"), "另存为 UTF-8"),
    ],
    ids=["empty", "script-only", "nested", "nested-inline", "table-bomb", "unknown-encoding"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_what_to_do(raw: bytes, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        read_html(raw)


def test_nesting_that_a_page_may_have_is_read() -> None:
    assert read_html(("<div>" * 250 + "正文。").encode()).text == "正文。"
    assert read_html(('<div class="share">' * 250 + SENTENCE).encode()).text == SENTENCE


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ('<meta charset="gb2312">', "gb18030"),
        ("<meta http-equiv=Content-Type content='text/html; charset=GBK'>", "gb18030"),
        ('<?xml version="1.0" encoding="gb2312"?>', "gb18030"),
        ('<meta charset="gb2312">', "utf-8"),
        ('<meta charset="utf-8">', "gb18030"),
        ('<meta charset="utf-16">', "utf-8"),
        ('<meta charset="no-such">', "gb18030"),
        ('<meta charset="big5">', "big5"),
        ("", "gb18030"),
        ('<meta charset="gbk">', "utf-8-sig"),
        ('<meta charset="gbk">', "utf-16"),
    ],
)
def test_the_encoding_is_declared_or_shown_by_the_bytes(declared: str, encoding: str) -> None:
    text = "第一，示例。本地方共有三。"

    assert read_html(f"{declared}<p>{text}</p>".encode(encoding)).text == text
