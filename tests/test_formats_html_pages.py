"""56 State Council pages as published: nothing of the document lost, nothing of the page kept."""

import re
import tarfile
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from lxml import html

from ingest.formats import Extracted
from ingest.formats.html import read_html

PAGES = Path(__file__).resolve().parents[2] / "shared" / "data" / "gov_html" / "state_council_html.tar.xz"
pytestmark = pytest.mark.skipif(not PAGES.exists(), reason="the folder of pages is not beside the project")
CONTAINER = "UCAP-CONTENT"
WITH_MERGED_CELLS = {"004", "044", "052"}


@cache
def pages() -> dict[str, bytes]:
    with tarfile.open(PAGES) as archive:
        found = ((member.name, archive.extractfile(member)) for member in archive if member.isfile())
        return {Path(name).name[:3]: content.read() for name, content in found if content is not None}


@cache
def read(name: str) -> Extracted:
    return read_html(pages()[name])


def characters(text: str) -> str:
    return "".join(text.replace("|", "").split())


def published(name: str) -> str:
    """The text in the page's container, by a parser's plain text."""
    return characters(
        html.document_fromstring(pages()[name].decode()).get_element_by_id(CONTAINER).text_content()
    )


def test_every_page_is_its_container_character_for_character() -> None:
    names = set(pages())

    assert len(names) == 56
    assert {name for name in names if characters(read(name).text) != published(name)} == WITH_MERGED_CELLS


@pytest.mark.parametrize("name", sorted(WITH_MERGED_CELLS))
def test_a_table_with_merged_cells_loses_nothing_and_only_repeats(name: str) -> None:
    found, source = Counter(characters(read(name).text)), Counter(published(name))

    assert not source - found
    assert set(found) == set(source)


def test_the_lines_around_sentences_find_the_same_where_no_container_is_known() -> None:
    for name, page in pages().items():
        assert read_html(page.replace(CONTAINER.encode(), b"a1")).text == read(name).text, name


def test_every_record_table_is_read() -> None:
    for name in pages():
        fields = read(name).metadata
        assert fields.keys() == {"title", "number", "issuer", "issued"}, name
        assert fields["issuer"].startswith("国务院"), name
        assert re.fullmatch(r"国[^〔]{1,5}(?:〔\d{4}〕|第)\d+号", fields["number"]), name
        assert re.fullmatch(r"(?:19|20)\d\d-\d\d-\d\d", fields["issued"]), name
        title = characters(read(name).text)[: len(fields["title"]) + 40]
        assert characters(fields["title"]) in title or fields["number"].startswith("国令"), name


@pytest.mark.parametrize(
    ("name", "lines", "rows", "first", "last"),
    [
        ("001", 42, 0, "国务院关于在市场监管领域全面推行", "（此件公开发布）"),
        ("004", 111, 56, "国务院办公厅关于加强", "12.科技成果转化总金额是指医院科研成果在技术市场合同成交金额总数。"),
        ("022", 34, 0, "国务院办公厅", "（本文有删减）"),
        ("032", 76, 0, "国务院关于印发个人所得税", "第三十二条　本办法自2019年1月1日起施行。"),
        ("036", 42, 0, "国务院办公厅关于国家综合性消防救援车辆", "（三）大型车辆涂装样图。"),
        ("044", 117, 87, "国务院关于授权香港特别行政区实施管辖的", "3、红线是指深圳湾口岸港方口岸区边界。"),
        ("052", 54, 22, "国务院办公厅转发国家教委", "| 安徽 | 45 | 0 | 45 | 45 | 45 |"),
        ("058", 74, 0, "中华人民共和国国务院令", None),
    ],
)  # fmt: skip
def test_pages_that_were_read_by_eye(name: str, lines: int, rows: int, first: str, last: str | None) -> None:
    found = [line for line in read(name).text.split("\n") if line]

    assert (len(found), sum(line.startswith("| ") for line in found)) == (lines, rows)
    assert found[0] == first
    assert found[-1] == (
        last
        or "本条例施行前依法设立的专利代理机构以及依法执业的专利代理人，在本条例施行后可以继续以专利代理机构、专利代理师的名义开展专利代理业务。"
    )


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("004", "| 一、医疗质量 | （二）质量安全 | 10.单病种质量控制▲ | 定量 | 计算方法：符合单病种质量控制标准。 指标来源：病案首页。 |"),
        ("044", "| A4 | 13680.3748 | 103598.5028 | 13670.4534 | 103585.9503 |  | 圆曲线终点 |"),
        ("052", "| 省（市） | 1995年招生人数 | 扩招 | 分年度招生任务 |  |  |"),
        ("052", "| 省（市） | 1995年招生人数 | 扩招 | 1996年 | 1997年 | 1998年 |"),
        ("036", "图5　汽车前号牌　图6　汽车后号牌"),
        ("033", "第707号"),
    ],
)  # fmt: skip
def test_a_line_stands_as_the_page_shows_it(name: str, sentence: str) -> None:
    assert sentence in read(name).text.split("\n")


@pytest.mark.parametrize(
    ("name", "parts", "clauses"),
    [
        ("001", "一二三四", 10),
        ("009", "一二三四五六", 17),
        ("060", "一二三四五", 14),
        ("022", "一二三四五六七八九", 0),
    ],
)
def test_every_heading_stands_at_the_start_of_a_line(name: str, parts: str, clauses: int) -> None:
    text = read(name).text

    assert "".join(re.findall(r"^([一二三四五六七八九])、", text, re.MULTILINE)) == parts
    assert len(re.findall(r"^（[一二三四五六七八九十]+）", text, re.MULTILINE)) == clauses


def test_only_what_is_not_read_is_warned_of() -> None:
    warned = {name: read(name).warnings for name in pages() if read(name).warnings}

    assert warned == {"036": ("正文里有 9 张图片，图中的文字没有读入。",)}
