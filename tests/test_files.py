"""Documents are found by filters and words, newest first, and a document is a tree in which no text is lost."""

from datetime import date
from pathlib import Path

import pytest

from ingest.build import build_index
from ingest.clauses import split_clauses
from rag.builds import Build
from rag.files import LONGEST_ENTRY, Filters, choices, find, search_words, word_spans
from rag.opening import open_current
from rag.settings import Settings
from rag.tree import Branch, clause_tree
from rag.types import Document
from tests.hashing_embedder import HashingEmbedder

DAY = date(2026, 11, 27)
POLICIES = {
    "subsidy": (
        "title: 示例省绿色石料补贴办法\nnumber: 示府办发〔2024〕7号\nissuer: 示例省发展和改革委员会、示例省财政厅\n"
        "region: 示例省\nissued: 2024-03-05\nstatus: 现行\ntopics: [石料, 补贴]",
        "一、支持范围\n（一）支持对象。支持绿色石料开采企业。\n（二）支持方式。给予设备补贴。\n",
    ),
    "market": (
        "title: 示例省石料市场办法\nissuer: 省发展改革委等3部门\nregion: 示例省\nissued: 2024-03\nstatus: 现行\n"
        "expires: 2025\ntopics: [石料]",
        "一、市场管理\n（一）登记。石料经营者应当登记，联系电话为示例热线。\n",
    ),
    "later": (
        "title: 示例市木材规划\nnumber: 示发[2026]1号\nissuer: 示例市人民政府\nregion: 示例市\nissued: 2026\n"
        "effective: 2027-01-01\nstatus: 现行\ntopics: [木材]",
        "一、规划目标\n（一）目标。到 2030 年，木材产值明显提高。\n",
    ),
    "digest": (
        "title: 示例省人才措施\nissuer: 示例省人民政府\nregion: 示例省\nissued: 2025-06\nstatus: 未知\nkind: digest\n"
        "format: digest\nread_level: news\ntopics: [人才]",
        "# 示例省人才措施\n\n## - 补贴\n\n对引进的示例人才给予安家补贴。\n\n## 二、（一） 学校\n\n建设示例学校。\n",
    ),
    "draft": (
        "title: 示例省人才条例（征求意见稿）\nissuer: 示例省司法厅\nregion: 示例省\nstatus: 征求意见稿\nkind: draft\n"
        "format: digest\nread_level: text-partial\ntopics: [人才]",
        "# 示例省人才条例\n\n## 第二条 定义\n\n本条例所称人才，是指示例人才。\n",
    ),
}
"""File name -> front matter and text."""


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return build_of(tmp_path_factory.mktemp("files"))


def build_of(folder: Path, policies: dict[str, tuple[str, str]] = POLICIES) -> Build:
    """The index of `policies`."""
    sources = folder / "sources"
    sources.mkdir()
    for name, (metadata, text) in policies.items():
        (sources / f"{name}.md").write_text(f"---\n{metadata}\n---\n{text}", encoding="utf8")
    settings = Settings(home=folder / "home")
    build_index([sources], settings, HashingEmbedder())
    return open_current(settings, HashingEmbedder())


def found(build: Build, **filters: str) -> list[str]:
    return [hit.document.id for hit in find(Filters(**filters), build, DAY)]


def test_without_filters_all_are_listed_newest_first_and_undated_last(policies: Build) -> None:
    assert found(policies) == ["later", "digest", "subsidy", "market", "draft"]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"topic": "石料"}, ["subsidy", "market"]),
        ({"topic": "石"}, []),
        ({"issuer": "示例省发展改革委"}, ["subsidy", "market"]),
        ({"issuer": "示例省财政厅"}, ["subsidy"]),
        ({"issuer": "示例省人民政府"}, ["digest"]),
        ({"kind": "digest"}, ["digest"]),
        ({"kind": "draft"}, ["draft"]),
        ({"kind": "full_text"}, ["later", "subsidy", "market"]),
        ({"validity": "现行"}, ["subsidy"]),
        ({"validity": "已失效"}, ["market"]),
        ({"validity": "尚未施行"}, ["later"]),
        ({"validity": "征求意见稿"}, ["draft"]),
        ({"year": "2024"}, ["subsidy", "market"]),
        ({"year": "日期未知"}, ["draft"]),
        ({"year": "2024", "validity": "已失效"}, ["market"]),
        ({"year": "2024", "validity": "现行", "kind": "digest"}, []),
        ({"kind": "digest", "validity": "未知", "year": "2025", "words": "学校"}, ["digest"]),
    ],
)
def test_every_filter_must_be_met(policies: Build, filters: dict[str, str], names: list[str]) -> None:
    assert found(policies, **filters) == names


def test_validity_is_that_of_the_day(policies: Build) -> None:
    later = find(Filters(validity="现行"), policies, date(2027, 1, 1))
    before = find(Filters(validity="现行"), policies, date(2025, 12, 31))

    assert [hit.document.id for hit in later] == ["later", "subsidy"]
    assert [hit.document.id for hit in before] == ["subsidy", "market"]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("补贴 石料", ["subsidy"]),
        ("石料，办法", ["subsidy", "market"]),
        ("示府办发〔2024〕7号", ["subsidy"]),
        ("示府办发[2024]7号", ["subsidy"]),
        ("示府办发 (2024) 7", ["subsidy"]),
        ("示发〔2026〕1号", ["later"]),
        ("石料補貼辦法", ["subsidy"]),
        ("2030年", ["later"]),
        ("木材规划 示例市人民政府", ["later"]),
        ("石料办法", ["subsidy", "market"]),
        ("蓝色海洋", []),
        ("《》 ……", ["later", "digest", "subsidy", "market", "draft"]),
    ],
)
def test_words_are_found_in_any_order_width_and_bracket(
    policies: Build, words: str, names: list[str]
) -> None:
    assert found(policies, words=words) == names


def test_a_name_comes_before_a_text_and_a_text_shows_its_sentence(policies: Build) -> None:
    hits = find(Filters(words="补贴"), policies, DAY)

    assert [hit.document.id for hit in hits] == ["subsidy", "digest"]
    assert (hits[0].quote, hits[1].quote) == ("", "对引进的示例人才给予安家补贴。")
    assert hits[1].clause
    assert hits[1].clause.heading == "补贴"


def test_choices_count_documents_and_join_the_names_of_one_issuer(policies: Build) -> None:
    given = choices(policies, DAY)

    assert [(one.value, one.count) for one in given["year"]] == [
        ("2026", 1), ("2025", 1), ("2024", 2), ("日期未知", 1),
    ]  # fmt: skip
    assert [(one.label, one.count) for one in given["kind"]] == [("全文", 3), ("摘要", 1), ("征求意见稿", 1)]
    assert [one.value for one in given["validity"]] == ["现行", "尚未施行", "未知", "征求意见稿", "已失效"]
    assert given["issuer"][0].label == "示例省发展和改革委员会"
    assert given["issuer"][0].count == 2
    assert [(one.value, one.count) for one in given["topic"]][:2] == [("人才", 2), ("石料", 2)]


def test_every_choice_finds_as_many_documents_as_it_says(policies: Build) -> None:
    for name, values in choices(policies, DAY).items():
        for choice in values:
            assert len(found(policies, **{name: choice.value})) == choice.count


def test_what_a_page_sends_is_cut_and_unknown_names_are_left_out() -> None:
    filters = Filters.read({"words": " 石" * 300, "year": 2024, "topic": None, "text": "x"})

    assert (len(filters.words), filters.year, filters.topic) == (LONGEST_ENTRY, "2024", "")


def test_search_words_are_simple_and_stand_where_they_are_marked() -> None:
    text = "到 2030 年，示府办发〔2024〕7号"

    assert search_words("示府办发[2024]7号、２０３０年 ") == ("示府办发20247号", "2030年")
    assert [text[start:end] for start, end in word_spans(text, search_words("示府办发[2024]7号 2030年"))] == [
        "2030 年",
        "示府办发〔2024〕7号",
    ]


LAW = (
    "示例条例\n\n（示例会议通过）\n\n第一章　总则\n\n第一条　为了示例，制定本条例。\n\n第二章　管理\n\n第一节　登记\n\n"
    "第二条　示例应当登记。\n登记包括：\n（一）名称；\n（二）地址。\n"
)
NOTICE = (
    "示例通知\n\n现通知如下。\n\n一、目标\n\n按以下推进。\n\n（一）任务。抓好以下任务。\n\n——木材。发展木材。\n\n"
    "——石料。发展石料。\n\n（二）保障。做好保障。\n\n二、附则\n\n本通知自印发之日起施行。\n\n附件1\n\n示例清单\n"
)


def outline(branches: list[Branch]) -> list[object]:
    return [
        (branch.title, outline(branch.branches)) if branch.branches else branch.title for branch in branches
    ]


def tree_of(text: str, title: str) -> list[Branch]:
    return clause_tree(Document("x", title, text), split_clauses("x", text))


def test_items_stand_under_their_clause_and_clauses_under_their_part() -> None:
    assert outline(tree_of(NOTICE, "示例通知")) == [
        "序言",
        ("一、目标", [("（一）任务", ["木材", "石料"]), "（二）保障"]),
        "二、附则",
        "附件1 示例清单",
    ]


def test_attachments_and_their_parts_stand_in_the_tree_once() -> None:
    text = (
        "示例通知\n\n一、目标\n\n做好示例。\n\n附件1\n示例指南\n一、条件\n（一）甲。示例甲。\n1.子项一。内容。\n2.子项二。内容。\n\n"
        "附件2\n示例表\n\n| 序号 | 名称 |\n| 1 | 甲 |\n"
    )

    assert outline(tree_of(text, "示例通知")) == [
        "一、目标",
        ("附件1 示例指南", [("一、条件", [("（一）甲", ["1.子项一。内容。", "2.子项二。内容。"])])]),
        "附件2　示例表",
    ]


def test_sections_stand_under_their_chapter_and_articles_show_how_they_begin() -> None:
    assert outline(tree_of(LAW, "示例条例")) == [
        "序言",
        ("第一章 总则", ["第一条　为了示例，制定本条例。"]),
        ("第二章 管理", [("第一节 登记", ["第二条　示例应当登记。登记包括：（一）名称；（二）地址。"])]),
    ]


@pytest.mark.parametrize(("text", "title"), [(LAW, "示例条例"), (NOTICE, "示例通知")])
def test_no_text_is_lost_in_the_tree(text: str, title: str) -> None:
    def written(branches: list[Branch]) -> str:
        return "".join(f"{branch.title}{branch.text}{written(branch.branches)}" for branch in branches)

    told = "".join(f"{title}{written(tree_of(text, title))}".split())

    assert [line for line in text.split("\n") if "".join(line.split()) not in told] == []


def test_a_digest_shows_its_words_without_the_marks_of_its_file(policies: Build) -> None:
    branches = clause_tree(policies.documents["digest"], policies.clauses_of("digest"))

    assert [(branch.title, branch.text) for branch in branches] == [
        ("（条号未见）补贴", "对引进的示例人才给予安家补贴。"),
        ("二、（一）学校", "建设示例学校。"),
    ]
