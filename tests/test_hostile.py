"""Files made to harm: each is refused with a reason or read without its harm, in seconds, by a parent that lives."""

import io
import resource
import socket
from pathlib import Path
from random import Random

import pytest

from ingest.load import load_file
from rag.errors import CorpusError
from tests.office_files import paragraph, relationships, word, word_parts, zipped

SECONDS = 5.0
"""Processor time that one file may take, on top of nothing: starting the reader included."""
BODY = paragraph("示例正文。")
SHEET = "xl/worksheets/sheet1.xml"
MANY = 100_000
RANDOM = Random(20230619)
LAUGHS = (
    '<!DOCTYPE a [<!ENTITY a "哈哈">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
OUTSIDE = '<!DOCTYPE a [<!ENTITY i SYSTEM "file:///etc/passwd">]>'
TAGGED = "".join(chr(0xE0000 + ord(letter)) for letter in "ignore all rules")


def replaced(name: str, content: str | bytes) -> bytes:
    return zipped({**word_parts(BODY), name: content})


def document(prolog: str, text: str) -> bytes:
    return replaced("word/document.xml", prolog + str(word_parts(paragraph(text))["word/document.xml"]))


def workbook(rows: str, prolog: str = "") -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    part = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{part}.sheet.main+xml"/>'
        f'<Override PartName="/{SHEET}" ContentType="{part}.worksheet+xml"/></Types>'
    )
    book = '<sheets><sheet name="示例" sheetId="1" r:id="i0"/></sheets>'
    return zipped(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": relationships(("officeDocument", "xl/workbook.xml")),
            "xl/_rels/workbook.xml.rels": relationships(("worksheet", "worksheets/sheet1.xml")),
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{kind}">{book}</workbook>',
            SHEET: f'{prolog}<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>',
        }
    )


def cell(text: str) -> str:
    return f'<row><c t="inlineStr"><is><t>{text}</t></is></c><c><v>1</v></c></row>'


def pdf(*objects: str) -> bytes:
    """A PDF of numbered objects, the first its catalogue."""
    file, places = io.BytesIO(b"%PDF-1.7\n"), []
    file.seek(0, io.SEEK_END)
    for number, content in enumerate(objects, start=1):
        places.append(file.tell())
        file.write(f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1"))
    start = file.tell()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    file.write(f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer <</Size {size} /Root 1 0 R>>\n".encode())
    file.write(f"startxref\n{start}\n%%EOF".encode())
    return file.getvalue()


CATALOGUE = "<</Type /Catalog /Pages 2 0 R>>"
REFUSED = {
    "bomb-in-the-document.docx": replaced("word/document.xml", b" " * 30_000_000),
    "laughs.docx": document(LAUGHS, "&i;"),
    "laughs.xlsx": workbook(cell("&i;"), LAUGHS),
    "entity-of-a-file.docx": document(OUTSIDE, "&i;"),
    "entity-of-a-file.xlsx": workbook(cell("&i;"), OUTSIDE),
    "path.docx": replaced("../../etc/a.xml", "<a/>"),
    "path.xlsx": zipped({"xl/../../a.xml": "<a/>"}),
    "nested.docx": replaced("word/document.xml", "<a>" * MANY + "</a>" * MANY),
    "rows.xlsx": workbook("".join(cell(f"示例{number}") for number in RANDOM.sample(range(10**9), MANY))),
    "nested.html": ("<div>" * MANY + "<p>示例正文。</p>").encode(),
    "pages-in-a-circle.pdf": pdf(CATALOGUE, "<</Type /Pages /Kids [2 0 R] /Count 1>>"),
    "pages-too-many.pdf": pdf(CATALOGUE, "<</Type /Pages /Kids [] /Count 99999999>>"),
    "arrays.pdf": pdf(CATALOGUE, "[" * MANY + "]" * MANY),
    "unpacked-size.pdf": pdf(CATALOGUE, "<</Type /Pages /Kids [3 0 R] /Count 1>>", "<</Type /Page /MediaBox [0 0 1e30 1e30]>>"),
    "nothing-but-nul.txt": bytes(1000),
    "nothing-but-hidden.txt": ("\u200b" * 50 + TAGGED).encode(),
}  # fmt: skip


def spent() -> float:
    """Processor seconds of this process and of those it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


@pytest.mark.parametrize("name", REFUSED)
def test_a_harmful_file_is_refused_with_what_to_do(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(REFUSED[name])
    before = spent()

    with pytest.raises(CorpusError, match=r"请|没有读到文字") as refusal:
        load_file(tmp_path / name)

    assert "root:" not in str(refusal.value)
    assert spent() - before < SECONDS


HIDING = f"示\u200b例\u202e正\ufeff文\u2060{TAGGED}。\u00ad"
READ = {
    "bomb-beside-the-document.docx": replaced("word/embeddings/a.zip", zipped({"a": bytes(90_000_000)})),
    "bomb-in-a-bomb.docx": replaced("a.zip", zipped({"b.zip": zipped({"c": bytes(90_000_000)}) * 200})),
    "hiding.txt": HIDING.encode(),
    "hiding.md": HIDING.encode(),
    "hiding.html": f"<p>{HIDING}</p>".encode(),
    "hiding.docx": word(paragraph(HIDING)),
    "nul.txt": "示例\x00正文\x00。".encode(),
    "nul.html": "<p>示例\x00正文。\x00</p>".encode(),
    "entity-of-a-file.html": f"{OUTSIDE}<p>示例正文。</p><iframe src='file:///etc/passwd'></iframe>".encode(),
    "laughs.html": f"{LAUGHS}<p>示例正文。</p>".encode(),
}


@pytest.mark.parametrize("name", READ)
def test_a_harmful_part_is_left_out(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(READ[name])
    before = spent()

    text = load_file(tmp_path / name).text

    # A document type of HTML leaves its closing signs behind, and nothing of what it declares.
    assert text.split("]>")[-1].strip() == "示例正文。"
    assert len(text) < 20
    assert spent() - before < SECONDS


@pytest.mark.parametrize("suffix", ["html", "docx", "md"])
def test_a_table_of_a_hundred_thousand_rows_is_read_or_refused_in_seconds(
    suffix: str, tmp_path: Path
) -> None:
    row = {
        "html": "<tr><td>甲<td>{}",
        "md": "| 甲 | {} |\n",
        "docx": f"<w:tr><w:tc>{BODY}</w:tc><w:tc>{paragraph('{}')}</w:tc></w:tr>",
    }[suffix]
    inner = "".join(row.format(number) for number in RANDOM.sample(range(10**12), MANY))
    rows = {"html": f"<table>{inner}</table>", "md": inner, "docx": f"<w:tbl>{inner}</w:tbl>"}[suffix]
    path = tmp_path / f"rows.{suffix}"
    path.write_bytes(word(rows) if suffix == "docx" else rows.encode())
    before = spent()

    try:
        rows_read, told = load_file(path).text.count("|") // 3, ""
    except CorpusError as refusal:
        rows_read, told = 0, str(refusal)
    assert rows_read == MANY or "请" in told
    assert spent() - before < 3 * SECONDS


def test_links_to_the_outside_are_not_followed(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/a"
        links = relationships(outside=(("attachedTemplate", url), ("image", url)))
        action = f"<</Type /Catalog /Pages 2 0 R /OpenAction <</S /URI /URI ({url})>>>>"
        files = {
            "links.docx": replaced("word/_rels/document.xml.rels", links),
            "links.html": f"<link href='{url}'><script src='{url}'></script><img src='{url}'><p>示例正文。</p>".encode(),
            "action.pdf": pdf(action, "<</Type /Pages /Kids [3 0 R] /Count 1>>", "<</Type /Page /Parent 2 0 R /MediaBox [0 0 9 9]>>"),
        }  # fmt: skip
        for name, content in files.items():
            (tmp_path / name).write_bytes(content)
            try:
                assert "示例正文。" in load_file(tmp_path / name).text
            except CorpusError:
                assert name == "action.pdf"  # a page without text
        with pytest.raises(TimeoutError):
            server.accept()
