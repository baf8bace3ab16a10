"""One text a policy answers; the others stay readable."""

from pathlib import Path

import pytest

from ingest.build import build_index
from ingest.versions import settle
from rag.errors import InputError
from rag.history import version, versions
from rag.opening import open_current
from rag.settings import Settings
from rag.types import Document
from tests.hashing_embedder import HashingEmbedder


def document(name: str, text: str = "示例。", **fields: str) -> Document:
    return Document(name, f"示例{name}", text, **fields)  # type: ignore[arg-type]


NUMBER = {"number": "示府发〔2024〕7号"}


@pytest.mark.parametrize(
    ("documents", "left_out", "replaced"),
    [
        ([document("甲"), document("乙", "别的。")], {}, []),
        ([document("甲", "全文。"), document("甲", "摘要。", kind="digest")], {1: "已由《示例甲》"}, ["摘要。"]),
        ([document("甲", "摘要。", kind="digest"), document("甲", "全文。")], {0: "已由《示例甲》"}, ["摘要。"]),
        ([document("甲", "旧。", issued="2023-01-01", **NUMBER), document("乙", "新。", issued="2024-01-01", **NUMBER)], {0: "已由《示例乙》"}, ["旧。"]),
        ([document("甲", "一。", **NUMBER), document("乙", "二。", **NUMBER)], {1: "无法判断哪份较新"}, []),
        ([document("甲", "一。", **NUMBER), document("乙", "一。", **NUMBER)], {1: "内容相同"}, []),
        ([document("甲", "一。"), document("甲", "二。")], {1: "请在文件头写一个不同的 id"}, []),
    ],
    ids=["two policies", "digest second", "digest first", "newer date", "undecided", "same text", "same id"],
)  # fmt: skip
def test_one_document_answers_for_a_policy(
    documents: list[Document], left_out: dict[int, str], replaced: list[str]
) -> None:
    settled = settle(documents)

    assert [one.text for one in settled.replaced] == replaced
    for place, problem in enumerate(settled.problems):
        assert (place in left_out) == (problem is not None)
        assert left_out.get(place, "") in (problem or "")


def test_a_changed_file_leaves_its_old_text_readable(
    tmp_path: Path, embedder: HashingEmbedder, corpus: Path
) -> None:
    settings = Settings(home=tmp_path / "home")
    file = corpus / "shili-farming.txt"
    old = file.read_text(encoding="utf8")
    build_index([corpus], settings, embedder)
    file.write_text(old.replace("百分之十五", "百分之十八"), encoding="utf8")
    build_index([corpus], settings, embedder)
    build_index([corpus], settings, embedder, rebuild=True)

    (kept,) = versions(settings.home, "shili-farming")
    assert "百分之十五" in version(settings.home, "shili-farming", kept.name).document.text
    assert "百分之十八" in open_current(settings, embedder).documents["shili-farming"].text
    with pytest.raises(InputError, match=kept.name):
        version(settings.home, "shili-farming", "0")


def test_official_text_takes_the_place_of_a_digest(tmp_path: Path, embedder: HashingEmbedder) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "a-digest.md").write_text(
        "---\nid: shili\nkind: digest\nformat: digest\nread_level: news\n---\n# 示例办法\n\n## - 补助\n\n按5%补助。\n",
        encoding="utf8",
    )
    (sources / "b-full.md").write_text(
        "---\nid: shili\n---\n示例办法\n\n第一条　按6%补助。\n第二条　向县级申请。\n", encoding="utf8"
    )
    settings = Settings(home=tmp_path / "home")
    report = build_index([sources], settings, embedder)
    build = open_current(settings, embedder)

    assert not report.failed
    assert [note for _, note in report.notes] == ["已由《示例办法》（shili）替代，留作历史版本。"]
    assert [clause.label for clause in build.clauses] == ["序言", "第一条", "第二条"]
    assert versions(settings.home, "shili")[0].document.kind == "digest"
