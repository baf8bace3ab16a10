"""The 文件 tab shows what is known of a policy, links official sites alone, and nothing in it runs as code."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from rag.builds import Build
from rag.files import Choice, Filters, choices, find
from rag.present import answer_to_markdown, sources_html, turn_html, validity_chip
from rag.present_files import (
    FILTER_NAMES,
    PAGE_SIZE,
    chinese_date,
    filters_html,
    found_html,
    hits_html,
    policy_html,
    scope_html,
)
from rag.types import Answer, Citation
from tests.test_files import DAY, POLICIES, build_of

SCRIPT = "<img src=x onerror=alert(1)><script>alert(1)</script>\"'"
HOSTILE = (
    f"id: hostile\ntitle: '示例{SCRIPT.replace(chr(39), chr(39) * 2)}'\nnumber: '示发{SCRIPT[:28]}'\nissuer: '{SCRIPT[:28]}'\n"
    f"kind: digest\nformat: digest\nread_level: '{SCRIPT[:28]}'\ntopics: ['{SCRIPT[:28]}']\nnote: '{SCRIPT[:28]}'\n"
    f"sources: ['http://www.sc.gov.cn/a?b=1&c=\"><script>x</script>', '{SCRIPT[:28]}']",
    f"# 示例\n\n## 二、（一） 示例<script>x</script>\n\n示例{SCRIPT}。\n",
)
REPLACING = (
    "title: 示例省石料新办法\nissued: 2026-01",
    "一、目标\n（一）废止。《示例省石料市场办法》同时废止。\n",
)


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return build_of(tmp_path_factory.mktemp("present"), {**POLICIES, "hostile": HOSTILE, "new": REPLACING})


def read_tags(markup: str) -> tuple[set[str], set[str]]:
    """Names of all tags and of all attributes, as a browser would read them."""
    tags, attributes = set(), set()
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, given: (tags.add(tag), attributes.update(name for name, _ in given))
    reader.feed(markup)
    return tags, attributes


def citation(kind: str, validity: str, policy: str = "digest") -> Citation:
    return Citation(
        1, policy, "示例省人才措施", None, "（一）", None, "补贴", "", "原文", 0, 2, kind, validity
    )


def test_nothing_from_a_document_is_markup(policies: Build) -> None:
    shown = (
        filters_html(choices(policies, DAY))
        + hits_html(find(Filters(words="img"), policies, DAY), ("img",))
        + policy_html("hostile", policies, DAY)
        + scope_html(["hostile", SCRIPT], policies)
    )

    tags, attributes = read_tags(shown)
    assert "示例&lt;script&gt;" in shown
    assert {"script", "img"} & tags == set()
    assert [name for name in attributes if name.startswith("on") or name == "src"] == []


@pytest.mark.parametrize(
    ("source", "linked"),
    [
        ("https://www.sc.gov.cn/10462/a.shtml（原文）", "https://www.sc.gov.cn/10462/a.shtml"),
        ("http://jxt.sc.gov.cn/a?b=1&c=2", "http://jxt.sc.gov.cn/a?b=1&amp;c=2"),
        ("四川省人民政府网站 https://www.sc.gov.cn/", "https://www.sc.gov.cn/"),
        ("https://www.sc.gov.cn.example.com/a", None),
        ("https://examplegov.cn/a", None),
        ("https://www.sc.gov.cn@example.com/a", None),
        ("https://www.sc.gov.cn:x/a", None),
        ("https://www.sc.gov.cn\\@example.com/a", "https://www.sc.gov.cn"),
        ("ftp://www.sc.gov.cn/a", None),
        ("javascript:alert(1)//www.sc.gov.cn", None),
        ("http://news.example.com/a（转载 www.sc.gov.cn）", None),
        ("《示例报》2024年3月5日", None),
    ],
)
def test_only_addresses_of_government_sites_are_links(
    tmp_path: Path, source: str, linked: str | None
) -> None:
    metadata, text = POLICIES["subsidy"]
    quoted = source.replace("'", "''")
    build = build_of(tmp_path, {"subsidy": (f"{metadata}\nsources: ['{quoted}']", text)})
    shown = policy_html("subsidy", build, DAY)

    if linked:
        assert f'<a href="{linked}" target="_blank" rel="noopener noreferrer">{linked}</a>' in shown
    else:
        assert "<a " not in shown
        assert source.split("（")[0].replace("'", "&#x27;") in shown


def test_a_policy_shows_its_fields_and_its_clauses(policies: Build) -> None:
    shown = policy_html("subsidy", policies, DAY)

    for name, value in {
        "文号": "示府办发〔2024〕7号",
        "发文机关": "示例省发展和改革委员会、示例省财政厅",
        "印发日期": "2024年3月5日",
        "类型": "全文",
        "主题": "石料、补贴",
        "文件编号": "subsidy",
    }.items():
        assert f"<dt>{name}</dt><dd>{value}</dd>" in shown
    assert "<summary>（一）支持对象</summary>" in shown
    assert "支持绿色石料开采企业。" in shown
    assert "摘要（非原文" not in shown


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("digest", ["效力未知", "摘要（非原文，以官方文件为准）", "只读到报道"]),
        ("draft", ["征求意见稿", "摘要（非原文，以官方文件为准）", "不是正式施行的政策"]),
        ("market", ["已被替代", "《示例省石料新办法》", "以新文件为准"]),
        ("later", ["尚未施行", "2027年1月1日"]),
        ("new", ["<dt>废止或替代</dt><dd>示例省石料市场办法</dd>"]),
    ],
)
def test_a_policy_says_what_it_is_not(policies: Build, policy: str, expected: list[str]) -> None:
    shown = policy_html(policy, policies, DAY)

    assert [words for words in expected if words not in shown] == []


def test_a_policy_that_is_gone_says_so(policies: Build) -> None:
    assert "已不在索引中" in policy_html("x", policies, DAY)
    assert "x（已不在索引中）" in scope_html(["x"], policies)


def test_the_list_counts_and_shows_a_page_at_a_time(policies: Build) -> None:
    hits = find(Filters(), policies, DAY) * 20

    first, all_shown = hits_html(hits), hits_html(hits, shown=len(hits))
    assert f"找到 {len(hits)} 份文件" in first
    assert first.count('<li class="hit">') == PAGE_SIZE
    assert f'data-shown="{PAGE_SIZE * 2}"' in first
    assert all_shown.count('<li class="hit">') == len(hits)
    assert "再列出" not in all_shown


def test_no_hit_says_what_to_try(policies: Build) -> None:
    assert "请减少条件" in found_html({"words": "蓝色海洋"}, policies, DAY)


@pytest.mark.parametrize("shown", ["-1", "", "x", None, "1e9", ["1"]])
def test_a_number_of_rows_that_is_none_is_the_usual_one(policies: Build, shown: object) -> None:
    assert found_html({"shown": shown}, policies, DAY) == found_html({}, policies, DAY)


def test_every_filter_has_a_label_and_every_choice_its_count() -> None:
    form = filters_html({name: [Choice("a", "甲", 3)] for name in FILTER_NAMES})

    assert [name for name in FILTER_NAMES.values() if f"<label>{name}<select" not in form] == []
    assert form.count('<option value="a">甲（3）</option>') == len(FILTER_NAMES)
    assert '<label for="file-words">' in form


def test_the_scope_names_every_policy_and_is_empty_without(policies: Build) -> None:
    shown = scope_html(["subsidy", "digest"], policies)

    assert shown.count('class="drop"') == 2
    assert 'aria-label="不再只问：示例省人才措施"' in shown
    assert "现在只问 2 份文件" in shown
    assert scope_html([], policies) == ""


@pytest.mark.parametrize(
    ("stored", "shown"), [("2025-03-08", "2025年3月8日"), ("2025-12", "2025年12月"), ("2025", "2025年")]
)
def test_dates_are_shown_as_exactly_as_they_are_known(stored: str, shown: str) -> None:
    assert chinese_date(stored) == shown


@pytest.mark.parametrize(
    ("kind", "validity", "line"),
    [
        ("full_text", "现行", "《示例省人才措施》（一）补贴"),
        ("full_text", "未知", "《示例省人才措施》（一）补贴"),
        ("full_text", "已失效", "《示例省人才措施》（一）补贴｜已失效"),
        ("digest", "现行", "《示例省人才措施》（一）补贴｜摘要（非原文，以官方文件为准）"),
        ("digest", "已被替代", "《示例省人才措施》（一）补贴｜摘要（非原文，以官方文件为准）｜已被替代"),
        ("draft", "征求意见稿", "《示例省人才措施》（一）补贴｜征求意见稿"),
    ],
)
def test_a_source_in_a_terminal_says_what_it_is_not(kind: str, validity: str, line: str) -> None:
    cited = Answer("问", "answered", "答[1]。", citations=(citation(kind, validity),))
    near = Answer("问", "refused", "无", nearest=(citation(kind, validity),))

    assert f"\n[1]{line}\n" in answer_to_markdown(cited)
    assert f"\n- {line}：原文\n" in answer_to_markdown(near)


def test_a_card_of_a_digest_shows_its_words_alone_with_the_quote_marked(policies: Build) -> None:
    quote = "建设示例学校"
    start = policies.documents["digest"].text.index(quote)
    source = Citation(
        1, "digest", "示例省人才措施", None, "二、（一）", None, "学校", "", quote, start, start + len(quote),
        "digest", "未知",
    )  # fmt: skip
    shown = sources_html(1, Answer("问", "answered", "答[1]", citations=(source,)), policies)

    assert '<div class="clause"><mark data-markers="1">建设示例学校</mark>。</div>' in shown
    assert '<span class="validity unknown">效力未知</span>' in shown
    assert "摘要（非原文，以官方文件为准）" in shown


def test_validity_is_told_in_words() -> None:
    assert validity_chip("已失效") == '<span class="validity lapsed">已失效</span>'
    assert validity_chip("<b>") == '<span class="validity unknown">&lt;b&gt;</span>'


def test_an_answer_says_which_policies_were_asked() -> None:
    answer = Answer("问", "refused", "无")

    assert "只问：《示例&lt;b&gt;》" in turn_html(1, answer, ["示例<b>"])
    assert "只问" not in turn_html(1, answer)
