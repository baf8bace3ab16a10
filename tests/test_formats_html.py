"""A page gives its document, whole and alone: the Decision in pages of many makes, lists and fields."""

import re
from html import escape
from pathlib import Path

import pytest

from ingest.formats.html import read_html

_SOURCE = (Path(__file__).resolve().parents[1] / "corpus/policies/sc-2023-decision.md").read_text(
    encoding="utf-8"
)
DECISION = [line for line in _SOURCE.split("---\n", 2)[2].split("\n") if line]
TITLE = DECISION[0]
TABLE = (
    "<table border=1><caption>附表　示例对照表</caption><thead><tr><th>类别</th><th>项目</th><th>数额</th></tr></thead>"
    '<tr><td rowspan="2">示例甲</td><td>一项</td><td>1 万元</td></tr><tr><td>二项</td><td>2 万元</td></tr></table>'
)
TABLE_LINES = [
    *("附表　示例对照表", "", "| 类别 | 项目 | 数额 |", "| 示例甲 | 一项 | 1 万元 |"),
    "| 示例甲 | 二项 | 2 万元 |",
]
LINKS = "".join(f'<li><a href="/{n}.htm">示例网站的另一篇文件名称之{n}</a></li>' for n in range(5))
HEAD = (
    '<div class="top_bar">欢迎访问示例网！今天是星期一，<a href="/login">登录</a></div><div class="nav_box"><ul>' + LINKS
    + '</ul></div><div class="dqwz">当前位置：<a href="/">首页</a> &gt; <a href="/zc">政策</a> &gt; 正文</div>'
)  # fmt: skip
FOOT = (
    '<div class="share">分享到：微信 微博</div><p>【字体：<a>大</a> <a>中</a> <a>小</a>】　打印本页　关闭窗口</p>'
    '<div id="qr_container">扫一扫在手机打开当前页</div><p>责任编辑：示例</p><h3>相关链接</h3><ul>' + LINKS + "</ul>"
    '<div class="foot">版权所有：示例网　主办单位：示例单位，建议使用新版浏览器以获得更好的体验，谢谢。</div>'
    "<script>var text = '<p>脚本里的文字。</p>';</script><!-- 注释里的文字。 -->"
)  # fmt: skip
RECORD = (
    "<table><tr><td><b>索 引 号：</b></td><td>示例-1</td><td><b>主题分类：</b></td><td>示例</td></tr>"
    "<tr><td><b>发文机关：</b></td><td>中共四川省委</td><td><b>成文日期：</b></td><td>2023年6月19日</td></tr>"
    f'<tr><td><b>标　　题：</b></td><td colspan="3">{TITLE}</td></tr>'
    "<tr><td><b>发文字号：</b></td><td>示例发〔2023〕1号</td><td><b>发布日期：</b></td><td></td></tr></table>"
)


def paragraphs(lines: list[str], tag: str = "p") -> str:
    return "\n".join(f"<{tag}>　　{escape(line)}</{tag}>" for line in lines)


def split_inline(lines: list[str]) -> str:
    """Every line in spans, cut every seven characters as editors leave it, in divs within divs."""
    return "".join(
        "<div><div><span>&nbsp;&nbsp;</span>"
        + "".join(f"<span><font><b>{escape(piece)}</b></font></span>" for piece in re.findall(".{1,7}", line))
        + "</div>\n  </div>"
        for line in lines
    )


PAGES = {
    "gov.cn": f'{RECORD}<table><tr><td><table><tr><td id="UCAP-CONTENT">{paragraphs(DECISION)}{TABLE}</td></tr>'
    "</table></td><td></td></tr></table>",
    "sc.gov.cn": f'{RECORD}<div class="articlebox"><div class="contText"><UCAPCONTENT>{paragraphs(DECISION)}{TABLE}'
    "</UCAPCONTENT></div></div>",
    "trs": f'<div class="xl"><div class="TRS_Editor"><div class="TRS_Editor">{split_inline(DECISION)}{TABLE}</div></div></div>',
    "breaks": f'<div id="zoom">{"<br/>".join("&nbsp;&nbsp;" + escape(line) for line in DECISION)}{TABLE}</div>',
    "loose container": f'<div class="content">{HEAD}{paragraphs(DECISION)}{TABLE}{FOOT}</div>',
    "no container": f'{RECORD}<div class="a1"><div class="b2">{paragraphs(DECISION)}{TABLE}</div></div>',
    "no container, divs": f"<div><section>{split_inline(DECISION)}</section>{TABLE}</div>",
    "no container, layout tables": f"<table><tr><td><table><tr><td>{paragraphs(DECISION)}{TABLE}</td></tr></table>"
    f"</td><td><ul>{LINKS}</ul></td></tr></table>",
}


def page(body: str, head: str = "") -> bytes:
    text = (
        f'<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">{head}'
        f"<title>示例网</title><style>p{{color:red}}</style></head><body>{HEAD}{body}{FOOT}</body></html>"
    )
    return text.encode("gb18030")


def body_of(content: str) -> str:
    return read_html(f'<div id="UCAP-CONTENT">{content}</div>'.encode()).text


@pytest.mark.parametrize("make", PAGES)
def test_the_decision_comes_back_character_for_character(make: str) -> None:
    read = read_html(page(PAGES[make]))

    assert read.text.split("\n") == [*DECISION, *TABLE_LINES]
    assert read.warnings == ()


@pytest.mark.parametrize("make", ["gov.cn", "sc.gov.cn", "no container"])
def test_the_record_table_gives_the_fields_and_is_no_text(make: str) -> None:
    assert read_html(page(PAGES[make])).metadata == {
        "title": TITLE,
        "number": "示例发〔2023〕1号",
        "issuer": "中共四川省委",
        "issued": "2023-06-19",
    }


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ('<meta name="ArticleTitle" content="示例办法&lt;br/&gt;（试行）">', "示例办法（试行）"),
        ('<meta name="ArticleTitle" content="示例一"><meta name="ArticleTitle" content="示例二">', None),
        ('<meta property="og:title" content="示例管理办法">', "示例管理办法"),
        ('<meta property="og:title" content="示例网站政务栏目">', None),
        ("<h1>示例管理\n办法</h1>", "示例管理 办法"),
        ("<h1>政务公开专栏</h1>", None),
        ("<h1>示例管理办法</h1><h1>示例管理办法细则</h1>", None),
        ("<title>示例管理办法细则_示例网</title><h1>示例管理办法细则</h1>", "示例管理办法细则"),
    ],
)
def test_a_title_is_read_only_where_it_is_certain(head: str, title: str | None) -> None:
    text = f'{head}<div class="TRS_Editor"><p>示例管理办法</p><p>第一条　示例。</p></div>'

    assert read_html(text.encode()).metadata.get("title") == title


@pytest.mark.parametrize("date", ["2023年06月19日", "2023-6-19", "二〇二三年六月十九日", " 2023/06/19 "])
def test_a_date_of_the_record_table_is_written_as_iso(date: str) -> None:
    record = f"<table><tr><td>成文日期：</td><td>{date}</td></tr></table>"

    assert read_html(f"{record}<p>第一条　示例。</p>".encode()).metadata == {"issued": "2023-06-19"}


@pytest.mark.parametrize("date", ["2023年6月", "2023年13月1日", "长期"])
def test_what_is_no_whole_date_is_left_out(date: str) -> None:
    record = f"<table><tr><td>成文日期：</td><td>{date}</td></tr></table>"

    assert read_html(f"{record}<p>第一条　示例。</p>".encode()).metadata == {}


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<p>甲<b>乙</b><o:p></o:p>\n<i>丙</i></p>", "甲乙丙"),
        ("<p>&nbsp; 　甲　　乙&nbsp;&nbsp;丙 </p>", "甲　乙 丙"),
        ("<p>10m<sup>2</sup>、CO<sub>2</sub></p>", "10m2、CO2"),
        ("<p>低于<5%且a < b</p>", "低于<5%且a < b"),
        ("甲<div>乙</div>丙<br>丁", "甲\n乙\n丙\n丁"),
        ("<pre>甲\n  乙</pre>", "甲\n乙"),
        ("<div>甲<span style='display:block'>乙</span></div>", "甲\n乙"),
        ('<p>附件：<a href="/1.docx">1.示例表.docx</a></p>', "附件：1.示例表.docx"),
        ("<p>首页&gt;政策&gt;正文</p><p>打印 | 关闭窗口</p><p>正文。</p>", "正文。"),
        ("<p>推广“扫一扫”支付。</p><p>位置：示例区。</p>", "推广“扫一扫”支付。\n位置：示例区。"),
        ("<p>甲</p></div></body></html><html><body><div id='UCAP-CONTENT'><p>乙</p>", "甲\n乙"),
        ('<header>示例文件</header><p class="related">一、示例</p><p>甲。</p>', "示例文件\n一、示例\n甲。"),
    ],
)
def test_inline_and_block_elements(content: str, text: str) -> None:
    assert body_of(content) == text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<ol><li>甲</li><li><p>乙</p><p>丙</p></li></ol>", "1. 甲\n2. 乙\n丙"),
        ('<ol start="3" type="A"><li>甲<li value="7">乙<li>丙</ol>', "C. 甲\nG. 乙\nH. 丙"),
        ("<ol reversed><li>甲</li><li>乙</li></ol>", "2. 甲\n1. 乙"),
        ('<ol type="i"><li>甲<ol><li>乙</li></ol></li><li>丙</li></ol>', "i. 甲\n1. 乙\nii. 丙"),
        ('<ol style="list-style-type: cjk-ideographic"><li>甲</li></ol>', "一、甲"),
        ('<ol class="custom_cn2"><li>甲</li><li>乙</li></ol>', "（一）甲\n（二）乙"),
        ('<ol style="list-style: none"><li>甲</li></ol>', "甲"),
        ("<ol><li>（一）甲</li><li>2.5 万元</li></ol>", "（一）甲\n2. 2.5 万元"),
        ("<ul><li>甲</li><li>乙</li></ul>", "甲\n乙"),
    ],
)
def test_numbers_of_lists_are_written_out(content: str, text: str) -> None:
    assert body_of(content) == text


def test_pictures_and_files_that_are_not_read_are_told_of() -> None:
    read = read_html(
        '<div id="zoom"><p>第一条　示例。</p><img src="1.jpg"><img src="i.gif" width="16"></div>'
        '<div class="fj">附件：<a href="/f.xlsx">示例表</a></div>'.encode()
    )

    assert read.text == "第一条　示例。\n附件：示例表"
    assert read.warnings == (
        "正文里有 1 张图片，图中的文字没有读入。",
        "网页附有文件（附件：示例表），文件里的文字没有读入，需要时请下载后另行入库。",
    )


def test_text_beside_the_container_is_told_of() -> None:
    beside = "".join(f"<p>这是网页上另一段示例文字，写在正文的容器之外，第{n}段。</p>" for n in range(9))
    read = read_html(f'<div id="zoom">{paragraphs(DECISION[:9])}</div><div>{beside}</div>'.encode())

    assert read.text.split("\n") == DECISION[:9]
    assert "像是正文" in read.warnings[0]


@pytest.mark.parametrize(
    "last",
    [
        "企业应当登录示例平台注册，并使用示例浏览器提交申请，联系我们的方式见附件。",
        "主题词：示例　办法　通知",
        "主办单位：示例单位",
        "时间：2023年6月19日",
        "四川省示例单位",
    ],
)
def test_a_last_line_that_speaks_of_what_pages_speak_of_is_kept(last: str) -> None:
    read = read_html(page(f"<div>{paragraphs([*DECISION, last, '示例办公室', '2023年6月19日'])}</div>"))

    assert read.text.split("\n") == [*DECISION, last, "示例办公室", "2023年6月19日"]


def test_links_within_a_document_are_kept_and_menus_are_not() -> None:
    items = "".join(f'<p>{n}.<a href="/{n}.htm">《示例办法之{n}》</a></p>' for n in range(1, 5))
    menu = f"<div><ul>{LINKS}</ul></div><table><tr><td><a href='/'>首页</a></td><td><a href='/a'>政策</a></td></tr></table>"
    text = f"{paragraphs(DECISION[:3])}{items}{menu}{paragraphs(DECISION[3:6])}"

    kept = [*DECISION[:3], *(f"{n}.《示例办法之{n}》" for n in range(1, 5))]
    assert read_html(page(f"<div>{menu}{text}{menu}</div>")).text.split("\n")[:7] == kept
    assert "另一篇" not in read_html(page(f"<div>{text}</div>")).text


def test_an_empty_container_is_passed_over_and_a_copy_read_once() -> None:
    text = paragraphs(DECISION[:9])

    assert read_html(f'<div id="zoom"> <p>&nbsp;</p></div><div>{text}</div>'.encode()).text == "\n".join(
        DECISION[:9]
    )
    copied = f'<div class="TRS_Editor">{text}</div><div class="m"><div class="TRS_Editor">{text}</div></div>'
    assert read_html(copied.encode()).text == "\n".join(DECISION[:9])


def test_a_single_broken_byte_is_shown_and_told_of() -> None:
    raw = page(PAGES["gov.cn"]).replace("殷切期望".encode("gb18030"), b"\xff" + "切期望".encode("gb18030"), 1)
    read = read_html(raw)

    assert "\ufffd切期望" in read.text
    assert read.warnings == ("有 1 处文字已损坏，写作“\ufffd”，请对照原件核对。",)
