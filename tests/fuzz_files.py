"""Sound 示例 files of every format, and ways to damage them, all decided by a seed."""

import io
import random
import re
import zipfile
from collections.abc import Callable
from functools import cache

import openpyxl
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Table, TableStyle

from tests.office_files import level, lists, numbered, paragraph, word, zipped

LINES = (
    "示例办法",
    "第一章　总则",
    "第一条　为了示例，制定本办法。",
    "第二条　示例内容包括：",
    "（一）示例甲，按30%计算；",
    "1.示例乙，不超过20万元。",
    "第三条　本办法自2024年5月1日起施行。",
)
ROWS = (("类别", "指标", "数值"), ("甲", "示例", "1"), ("乙", "示例|二", "2.5%"))
NUMBERS = (b"0", b"-1", b"1", b"65536", b"2147483648", b"99999999999999999999", b"1e400", b"")
FRAGMENTS = (
    *("第一条", "第二条", "第十条之一", "第三章", "第一节", "第一编", "附则", "附件1", "附件：", "目录"),
    *(
        "一、",
        "二、",
        "十一、",
        "（一）",
        "（二）",
        "(三)",
        "1.",
        "2．",
        "1、",
        "（1）",
        "①",
        "②",
        "1.1",
        "1.1.1",
    ),
    *("A.", "a)", "i.", "IV", "一是", "二是", "首先，", "其次，", "——", "……", "※", "□", "●", "·"),
    *(
        "　",
        " ",
        "\t",
        "\n",
        "\n\n",
        "\n　　",
        "。",
        "；",
        "：",
        "，",
        "、",
        "“",
        "”",
        "《",
        "》",
        "（",
        "）",
    ),
    *(
        "示例内容",
        "按照第二条第一款第（一）项",
        "本办法",
        "30%",
        "2024年5月1日",
        "示府发〔2024〕7号",
        "20万元",
    ),
    *(
        "| 甲 | 乙 |\n",
        "| --- | --- |\n",
        "|  |\n",
        "|",
        "\ufeff",
        "\u3000\u3000",
        "\u2029",
        "\U000e0041",
        "é",
        "𠮷",
    ),
)
"""Pieces that numbering, tables and sentences of policies are made of, whole and broken."""

Damage = Callable[[bytes, random.Random], bytes]


def page() -> bytes:
    body = "".join(f"<p>{line}</p>" for line in LINES)
    cells = "".join("<tr>" + "".join(f"<td rowspan=1>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)
    return (
        "<!DOCTYPE html><html><head><meta charset='utf-8'><meta name='ArticleTitle' content='示例办法'>"
        f"<style>.a{{display:none}}</style></head><body><div id='UCAP-CONTENT'><h1>示例</h1>{body}"
        f"<ol start=3><li>甲<li>乙</ol><table>{cells}</table><span class='a'>隐藏</span></div></body></html>"
    ).encode()


def document() -> bytes:
    cells = "".join(
        "<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>" for row in ROWS
    )
    items = numbered("示例甲", 1) + numbered("示例乙", 1) + numbered("示例丙", 1, 1)
    numbering = lists(level(0, "chineseCounting", "（%1）") + level(1, "decimal", "%1.%2", start=2))
    body = "".join(map(paragraph, LINES)) + items + f"<w:tbl>{cells}</w:tbl>"
    return word(body, numbering=numbering)


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["示例汇总表"])
    for row in ROWS:
        sheet.append(list(row))
    sheet.append(["丙", 0.25, "=1+1"])
    sheet["B5"].number_format = "0.0%"
    sheet.merge_cells("A1:C1")
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def print_(compressed: int) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, pageCompression=compressed, invariant=1)
    for _ in range(2):
        canvas.setFont("STSong-Light", 12)
        for number, line in enumerate(LINES):
            canvas.drawString(72, 760 - 24 * number, line)
        style = [("GRID", (0, 0), (-1, -1), 1, colors.black), ("FONT", (0, 0), (-1, -1), "STSong-Light")]
        table = Table(ROWS, style=TableStyle(style))
        table.wrapOn(canvas, 400, 400)
        table.drawOn(canvas, 72, 400)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


FRONT_MATTER = "---\nid: shili\ntitle: 示例办法\nadopted: 2024-05-01\n---\n"
SOUND: dict[str, tuple[str, Callable[[], bytes]]] = {
    "txt-utf8": (".txt", lambda: "\n".join(LINES).encode("utf-8-sig")),
    "txt-gb18030": (".txt", lambda: "\n".join(LINES).encode("gb18030")),
    "txt-utf16": (".txt", lambda: "\n".join(LINES).encode("utf-16")),
    "md": (".md", lambda: (FRONT_MATTER + "\n\n".join(LINES)).encode()),
    "html": (".html", page),
    "docx": (".docx", document),
    "xlsx": (".xlsx", workbook),
    "pdf": (".pdf", lambda: print_(0)),
    "pdf-compressed": (".pdf", lambda: print_(1)),
}
"""Name of a sound file -> the suffix that says how it is read, and how it is made."""


@cache
def sound(name: str) -> bytes:
    return SOUND[name][1]()


def flip(raw: bytes, chance: random.Random) -> bytes:
    changed = bytearray(raw)
    for _ in range(chance.choice((1, 1, 2, 20)) if changed else 0):
        changed[chance.randrange(len(changed))] ^= chance.randrange(1, 256)
    return bytes(changed)


def cut(raw: bytes, chance: random.Random) -> bytes:
    start, end = sorted((chance.randrange(len(raw) + 1), chance.randrange(len(raw) + 1)))
    return raw[:start] if chance.random() < 0.3 else raw[:start] + raw[end:]


def duplicate(raw: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(raw) + 1)
    piece = raw[start : start + chance.choice((1, 10, 100, 1000))]
    return raw[:start] + piece * chance.choice((2, 3, 100)) + raw[start:]


def insert(raw: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(raw) + 1)
    return raw[:at] + chance.randbytes(chance.choice((1, 4, 64))) + raw[at:]


def renumber(raw: bytes, chance: random.Random) -> bytes:
    """Another number in place of one: a count, a width, an offset."""
    return _replaced(rb"-?\d+", raw, chance, chance.choice(NUMBERS))


def untag(raw: bytes, chance: random.Random) -> bytes:
    """A tag taken away, written twice or put in the place of another."""
    tags = re.findall(rb"<[^<>]+>", raw)
    tag = chance.choice(tags) if tags else b"<a>"
    return _replaced(rb"<[^<>]+>", raw, chance, chance.choice((b"", tag, tag * 2, tag * 300)))


def _replaced(pattern: bytes, raw: bytes, chance: random.Random, new: bytes) -> bytes:
    places = list(re.finditer(pattern, raw))
    if not places:
        return flip(raw, chance)
    place = chance.choice(places)
    return raw[: place.start()] + new + raw[place.end() :]


WAYS: tuple[Damage, ...] = (flip, cut, duplicate, insert, renumber, untag)


def damaged(raw: bytes, chance: random.Random) -> bytes:
    """`raw` after one to three damages; of a package mostly one member is damaged, so that it still unpacks."""
    if raw.startswith(b"PK") and chance.random() < 0.8:
        with zipfile.ZipFile(io.BytesIO(raw)) as package:
            members: dict[str, str | bytes] = {name: package.read(name) for name in package.namelist()}
        name = chance.choice(list(members))
        members[name] = damaged(bytes(members[name]), chance)  # type: ignore[arg-type]
        return zipped(members)
    for _ in range(chance.choice((1, 1, 2, 3))):
        raw = chance.choice(WAYS)(raw, chance)
    return raw


def arbitrary_text(chance: random.Random) -> str:
    return "".join(chance.choices(FRAGMENTS, k=chance.choice((1, 5, 20, 100, 400))))
