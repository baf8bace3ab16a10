"""Digests: one clause a heading, and nothing in them that their fact record does not say."""

import json
from pathlib import Path

import pytest

from ingest.cut import cut
from ingest.digests import split_digest
from ingest.lint import lint
from ingest.load import load_file
from rag.errors import CorpusError
from rag.settings import PROJECT_FOLDER

FRONT = {
    "id": "shili", "title": "示例办法", "issuer": "示例省人民政府", "number": "示府发〔2024〕7号", "issued": "2024-05",
    "status": "现行", "kind": "digest", "format": "digest", "read_level": "news",
}  # fmt: skip
BODY = "对示例企业按投资的10%补助，最高500万元。"
RECORD = {
    "id": "shili", "title": "示例办法（节选）", "issuer": "示例省人民政府", "doc_number": "示府发〔2024〕7号", "date": "2024-05",
    "status": "有效，有效期3年", "sources": ["示例报"], "read_level": "news",
    "clauses": [{"no": "一", "facts": "按投资10%补助，≤500万元", "amounts": ["10%", "500万元"]}],
}  # fmt: skip


def written(folder: Path, body: str = BODY, **front: str) -> Path:
    fields = "".join(f"{name}: {value}\n" for name, value in {**FRONT, **front}.items() if value)
    (folder / "facts").mkdir(exist_ok=True)
    (folder / "facts" / "shili.json").write_text(json.dumps(RECORD, ensure_ascii=False), encoding="utf8")
    path = folder / "shili.md"
    path.write_text(
        f"---\n{fields}sources:\n  - 示例报\n---\n\n# 示例办法\n\n## 一、 投资补助\n\n{body}\n",
        encoding="utf8",
    )
    return path


def test_a_digest_that_says_what_its_record_says_is_clean(tmp_path: Path) -> None:
    written(tmp_path)
    report = lint(tmp_path)

    assert (report.digests, report.clauses, report.findings) == (1, 1, ())


@pytest.mark.parametrize(
    ("body", "front", "problem"),
    [
        ("对示例企业按投资的15%补助。", {}, "数字 15%"),
        ("对示例企业最高补助50万元。", {}, "数字 50"),
        ("对2023年投产的示例企业补助。", {}, "2023"),
        ("依据示府发〔2020〕10号给予补助。", {}, "文号 府发〔2020〕10号"),
        ("对示例企业给予补助", {}, "以句号结束"),
        (BODY, {"number": "示府发〔2024〕8号"}, "文号不在事实记录里"),
        (BODY, {"issued": "2024-06"}, "issued 的日期 2024-06"),
        (BODY, {"expires": "2026-06"}, "expires 的日期 2026-06"),
        (BODY, {"status": "征求意见稿"}, "kind 应为"),
        (BODY, {"issuer": "别的机关"}, "发文单位"),
        (BODY, {"read_level": "text"}, "read_level"),
        (BODY, {"issued": "2024-13-01"}, "issued 应写成"),
    ],
)
def test_what_the_record_does_not_say_is_found(
    tmp_path: Path, body: str, front: dict[str, str], problem: str
) -> None:
    written(tmp_path, body, **front)

    assert any(problem in finding.problem for finding in lint(tmp_path).findings)


def test_an_end_may_follow_from_a_term_in_the_record(tmp_path: Path) -> None:
    written(tmp_path, expires="2027-05")

    assert lint(tmp_path).findings == ()


def test_clauses_partition_the_text_and_headings_are_no_passages(tmp_path: Path) -> None:
    found = cut(load_file(written(tmp_path)))

    assert "".join(clause.text for clause in found.clauses) == found.document.text
    assert [(clause.label, clause.heading) for clause in found.clauses[1:]] == [("一、", "投资补助")]
    assert [passage.text for passage in found.passages if passage.clause_id.endswith("投资补助")] == [BODY]


@pytest.mark.parametrize("heading", ["## 投资补助", "## 1 投资补助", "##- 投资补助", "## - "])
def test_a_heading_written_otherwise_is_refused(heading: str) -> None:
    with pytest.raises(CorpusError, match="条号 小标题"):
        split_digest("shili", f"# 示例\n\n## - 别的\n\n示例。\n\n{heading}\n\n示例。\n")


def test_the_shipped_digests_are_clean_and_many() -> None:
    report = lint(PROJECT_FOLDER / "corpus" / "digests")

    assert report.findings == ()
    assert report.digests >= 75
    assert report.clauses >= 230
