"""A package is read only when every file in it is within the limits and means one thing."""

import struct
import zipfile
from collections.abc import Callable
from io import BytesIO
from random import Random

import pytest

from ingest.formats import archive
from ingest.formats.archive import open_archive
from ingest.formats.docx import read_docx
from rag.errors import CorpusError
from tests.office_files import paragraph, relationships, word, word_parts, zipped

BODY = paragraph("示例正文。")
PART = "word/document.xml"


def with_part(name: str, content: bytes) -> bytes:
    return zipped({**word_parts(BODY), name: content})


def patched(raw: bytes, name: str, offset: int, value: int, size: str) -> bytes:
    """The package with a number overwritten in the directory's entry for `name`."""
    changed = bytearray(raw)
    at = raw.rindex(b"PK\x01\x02", 0, raw.rindex(name.encode()))
    struct.pack_into(size, changed, at + offset, value)
    return bytes(changed)


def test_the_xml_parts_of_a_package_are_read_and_nothing_else() -> None:
    opened = open_archive(with_part("word/media/image1.png", b"\x89PNG"))

    assert set(opened.parts) == {"_rels/.rels", "word/_rels/document.xml.rels", PART}
    assert opened.main_part() == PART
    assert open_archive(opened.packed()).parts == opened.parts


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "不是完好的"),
        (b"MZ" + word(BODY), "不是完好的"),
        (word(BODY)[:-40], "不是完好的"),
        (word(BODY)[:200] + b"\0\0\0\0" + word(BODY)[204:], "不是完好的"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(512), "旧版 Office"),
        (
            bytes.fromhex("D0CF11E0A1B11AE1") + bytes(512) + "EncryptedPackage".encode("utf-16-le"),
            "密码保护",
        ),
        (patched(word(BODY), PART, 8, 1, "<H"), "密码保护"),
        (patched(word(BODY), PART, 10, 12, "<H"), "不是完好的"),
        (zipped({"示例.xml": "<a/>"}), "不是完好的"),
    ],
    ids=["empty", "prefix", "cut", "broken", "ole2", "encrypted-ole2", "encrypted", "bzip2", "no-main"],
)
def test_a_file_that_is_no_readable_package_is_refused(raw: bytes, message: str) -> None:
    with pytest.raises(CorpusError, match=message):
        read_docx(raw)


@pytest.mark.parametrize(
    "name", ["../a.xml", "word/../../a.xml", "/etc/a.xml", "C:/a.xml", "word\\..\\a.xml"]
)
def test_a_name_that_leads_out_of_the_package_is_refused(name: str) -> None:
    with pytest.raises(CorpusError, match="不安全的路径"):
        open_archive(with_part(name, b"<a/>"))


def test_two_files_of_one_name_are_refused() -> None:
    with pytest.raises(CorpusError, match="重名"):
        open_archive(with_part("Word/Document.xml", b"<a/>"))


def test_too_many_files_are_refused() -> None:
    many: dict[str, str | bytes] = {f"word/media/{number}": b"" for number in range(archive.ENTRY_LIMIT + 1)}

    with pytest.raises(CorpusError, match="2,001 个文件"):
        open_archive(zipped(many))


def test_a_file_that_grows_beyond_reason_is_refused() -> None:
    with pytest.raises(CorpusError, match="压缩比异常"):
        open_archive(with_part("word/media/image1.png", bytes(2_000_000)))


def test_files_that_are_too_large_are_refused_while_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "ENTRY_BYTES", 100_000)
    raw = with_part("word/media/image1.png", bytes(range(256)) * 400)

    with pytest.raises(CorpusError, match="解压后超过"):
        open_archive(raw)


def test_files_that_are_too_large_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "TOTAL_BYTES", 100_000)
    media: dict[str, str | bytes] = {f"word/media/{number}": bytes(range(250)) * 100 for number in range(5)}

    with pytest.raises(CorpusError, match="解压后超过"):
        open_archive(zipped({**word_parts(BODY), **media}))


def test_a_forged_size_does_not_decide_how_much_is_read() -> None:
    name, content = "word/media/image1.png", Random(0).randbytes(2_000_000)
    raw = with_part(name, content)

    assert name in open_archive(patched(raw, name, 24, 4_000_000_000, "<L")).names
    with pytest.raises(CorpusError, match="不是完好的"):
        open_archive(patched(raw, name, 24, 10, "<L"))


def test_a_bomb_that_declares_few_bytes_is_refused() -> None:
    name = "word/media/image1.png"

    with pytest.raises(CorpusError, match="不是完好的"):
        open_archive(patched(with_part(name, bytes(20_000_000)), name, 24, 10, "<L"))


def test_two_entries_over_the_same_bytes_are_refused() -> None:
    raw = with_part("word/media/image1.png", b"x" * 500)
    with zipfile.ZipFile(BytesIO(raw)) as package:
        first, last = package.infolist()[0], package.infolist()[-1]
    both = patched(raw, last.filename, 42, first.header_offset, "<L")

    with pytest.raises(CorpusError, match="不是完好的"):
        open_archive(both)


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]>',
        '<?xml version="1.0" encoding="UTF-8"?><!-- 示例 --><!DOCTYPE a SYSTEM "file:///etc/passwd">',
        "<!--" + "示" * 60_000 + "--><!DOCTYPE a []>",
    ],
)
@pytest.mark.parametrize(
    "encode", [str.encode, lambda text: text.replace("UTF-8", "UTF-16").encode("utf-16")]
)
def test_a_document_type_is_refused_in_any_encoding(prolog: str, encode: Callable[[str], bytes]) -> None:
    with pytest.raises(CorpusError, match="DOCTYPE"):
        open_archive(with_part("customXml/item1.xml", encode(f"{prolog}<a/>")))


def test_an_encoding_that_readers_may_take_differently_is_refused() -> None:
    content = '<?xml version="1.0" encoding="ISO-8859-5"?><a/>'

    with pytest.raises(CorpusError, match="不是完好的"):
        open_archive(with_part("customXml/item1.xml", content.encode()))


def test_a_part_that_is_no_xml_is_left_behind_and_a_picture_may_have_a_document_type() -> None:
    opened = open_archive(
        zipped({**word_parts(BODY), "customXml/item1.xml": b"", "word/media/a.svg": b"<!DOCTYPE svg><svg/>"})
    )

    assert set(opened.parts) == {"_rels/.rels", "word/_rels/document.xml.rels", PART}


def test_links_to_the_outside_and_macros_are_named_but_not_followed() -> None:
    outside = (("hyperlink", "https://example.org/"), ("image", "https://example.org/a.png"))
    parts = word_parts(BODY)
    parts["word/_rels/document.xml.rels"] = relationships(
        ("vbaProject", "vbaProject.bin"), ("image", "../NULL"), outside=outside
    )

    extracted = read_docx(zipped({**parts, "word/vbaProject.bin": b"\xd0\xcf"}))

    assert extracted.text == "示例正文。"
    assert extracted.warnings == (
        "有 1 处内容在文件之外（外部图片、模板等），没有读取。",
        "文件带有宏，没有读取，也没有运行。",
    )
