"""Supports are read with their quotes found in the clauses; whatever is wrong is named and left out."""

from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingest.clauses import split_clauses
from ingest.supports import FOLDER, Resolved, resolve_supports
from rag.supports import Support
from rag.types import Document
from tests.corpus_supports import corpus_cuts, corpus_supports

TEXT = (
    "示例办法\n\n第一条　为了支持示例企业，制定本办法。\n第二条　对设备投资不少于2000万元的示例企业，"
    "由示例局按设备投资的5%补助，单个项目最高500万元。\n第三条　同一项目不重复享受。\n"
)
SUPPORT: dict[str, Any] = {
    "id": "equipment",
    "title": "示例企业设备投资补助",
    "kind": "资金奖补",
    "needs": ["资金补助"],
    "clause": "第二条",
    "quote": "由示例局按设备投资的5%补助，单个项目最高500万元",
    "conditions": [
        {"field": "equipment_investment", "test": "at_least", "value": ["2000万元"],
         "wording": "设备投资不少于2000万元", "quote": "设备投资不少于2000万元"},
        {"field": "qualifications", "test": "any_of", "value": ["高新技术企业"], "wording": "示例企业", "quote": "示例企业"},
    ],
    "amount": {"quote": "按设备投资的5%补助，单个项目最高500万元", "rate": "5%", "of": "equipment_investment",
               "cap": "500万元", "per": "单个项目"},
    "department": "示例局",
    "exclusions": [{"wording": "不重复享受", "quote": "同一项目不重复享受", "clause": "第三条"}],
}  # fmt: skip


def resolved(folder: Path, *supports: Any, text: str = TEXT, policy: str = "shili") -> Resolved:
    """What is made of `supports` written for 《示例办法》."""
    content = {"policy": policy, "supports": list(supports)}
    (folder / f"{policy}.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf8")
    return resolve_supports([Document("shili", "示例办法", text)], split_clauses("shili", text), folder)


def changed(part: str, **fields: Any) -> dict[str, Any]:
    """`SUPPORT` with `fields` of a part changed: "", amount, condition or exclusion (the first of them)."""
    if not part:
        return SUPPORT | fields
    if part == "amount":
        return SUPPORT | {"amount": SUPPORT["amount"] | fields}
    first, *rest = SUPPORT[f"{part}s"]
    return SUPPORT | {f"{part}s": [first | fields, *rest]}


def test_a_support_is_resolved_with_the_places_of_its_quotes(tmp_path: Path) -> None:
    found = resolved(tmp_path, SUPPORT)

    assert found.findings == ()
    support = found.supports[0]
    assert (support.id, support.document_id, support.quote.clause_id) == (
        "shili/equipment",
        "shili",
        "shili#第二条",
    )
    quotes = [
        support.quote,
        *(one.quote for one in support.conditions),
        *(one.quote for one in support.exclusions),
    ]
    assert support.amount is not None
    for quote in (*quotes, support.amount.quote):
        assert TEXT[quote.start : quote.end] == quote.text
    assert support.exclusions[0].quote.clause_id == "shili#第三条"
    assert (support.amount.rate, support.amount.cap, support.conditions[0].values) == (
        "5%",
        "500万元",
        ("2000万元",),
    )


@pytest.mark.parametrize(
    ("written", "named"),
    [
        (changed("", quote="由示例局按投资的5%补助"), "由示例局按投资的5%补助"),
        (changed("", clause="第九条"), "第九条"),
        (changed("", title="示例企业补助最高800万元"), "8000000元"),
        (changed("", kind="示例类"), "kind"),
        (changed("", needs=["示例需求"]), "needs"),
        (changed("", department="另一局"), "另一局"),
        (changed("", remark="示例"), "remark"),
        (changed("", id="Equipment 1"), "id"),
        (changed("amount", cap="800万元"), "800万元"),
        (changed("amount", rate="8%"), "8%"),
        (changed("amount", of="turnover"), "amount.of"),
        (changed("amount", per="每户"), "每户"),
        (changed("amount", rate="", cap=""), "一个数也没有"),
        (changed("amount", cap="5%"), "5%"),
        (changed("amount", quote="按设备投资的5%奖励"), "按设备投资的5%奖励"),
        (changed("condition", value=["3000万元"]), "3000万元"),
        (changed("condition", wording="设备投资不少于3000万元"), "30000000元"),
        (changed("condition", field="turnover"), "conditions.0.field"),
        (changed("condition", field="headcount"), "2000万元"),
        (changed("condition", test="within"), "equipment_investment"),
        (changed("condition", value=["2000万元", "5%"]), "equipment_investment"),
        (changed("condition", quote="设备投资不低于2000万元"), "设备投资不低于2000万元"),
        (changed("condition", note="示例"), "conditions.0.note"),
        (changed("condition", field="qualifications", test="any_of", value=["示例称号"]), "示例称号"),
        (changed("condition", field="industry", test="within", value=["示例业"]), "示例业"),
        (changed("condition", field="region", test="in", value=["示例市"]), "示例市"),
        (changed("condition", field="size", test="in", value=["超大型"]), "超大型"),
        (changed("condition", field="ownership", test="is", value=["民营"]), "ownership"),
        (changed("condition", field="organisation", test="in", value=[]), "organisation"),
        (changed("condition", field="statement", test="confirmed", value=["是"]), "statement"),
        (changed("exclusion", quote="同一项目可以重复享受"), "同一项目可以重复享受"),
        (changed("exclusion", clause="第八条"), "第八条"),
        (changed("exclusion", wording="3年内不重复享受"), "3年"),
    ],
)  # fmt: skip
def test_whatever_is_wrong_is_named_and_the_support_left_out(
    tmp_path: Path, written: dict[str, Any], named: str
) -> None:
    found = resolved(tmp_path, written)

    assert found.supports == ()
    assert any(named in one.problem for one in found.findings), found.findings
    assert {one.file for one in found.findings} == {"shili.yaml"}


def test_one_wrong_support_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    found = resolved(tmp_path, changed("", id="wrong", department="另一局"), SUPPORT)

    assert [support.id for support in found.supports] == ["shili/equipment"]
    assert [one.problem.split("：")[0] for one in found.findings] == ["wrong"]


def test_an_id_that_two_supports_have_is_named(tmp_path: Path) -> None:
    found = resolved(tmp_path, SUPPORT, SUPPORT)

    assert len(found.supports) == 1
    assert [one.problem for one in found.findings] == ["equipment：编号重复"]


def test_a_file_of_a_policy_that_is_not_there_is_passed_over(tmp_path: Path) -> None:
    assert resolved(tmp_path, changed("", quote="不在任何文件里"), policy="lingyi") == Resolved((), ())


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "shili.part.yaml").write_text("policy: [shili\n", encoding="utf8")
    found = resolved(tmp_path, SUPPORT)

    assert [one.file for one in found.findings] == ["shili.part.yaml"]
    assert len(found.supports) == 1


def test_a_support_follows_a_figure_amended_in_its_clause(tmp_path: Path) -> None:
    text = TEXT.replace("500万元", "800万元").replace("2000万元", "1000万元").replace("5%", "10%")
    found = resolved(tmp_path, SUPPORT, text=text)

    assert found.findings == ()
    support = found.supports[0]
    assert support.amount is not None
    assert (support.amount.rate, support.amount.cap) == ("10%", "800万元")
    assert (support.conditions[0].values, support.conditions[0].wording) == (
        ("1000万元",),
        "设备投资不少于1000万元",
    )
    assert "800万元" in support.quote.text
    assert text[support.amount.quote.start : support.amount.quote.end] == support.amount.quote.text


def test_a_support_whose_clause_says_something_else_now_is_named(tmp_path: Path) -> None:
    found = resolved(tmp_path, SUPPORT, text=TEXT.replace("补助，单个项目", "贴息，单个项目"))

    assert found.supports == ()
    assert any("补助，单个项目最高500万元" in one.problem for one in found.findings)


def test_every_support_of_the_corpus_resolves() -> None:
    found = corpus_supports()
    written = [yaml.safe_load(path.read_text(encoding="utf8")) for path in sorted(FOLDER.glob("*.yaml"))]

    assert found.findings == ()
    assert len(found.supports) == sum(len(file["supports"]) for file in written)
    assert len({support.id for support in found.supports}) == len(found.supports)


def test_the_corpus_has_supports_of_the_decision_and_of_digests() -> None:
    count = Counter(support.document_id for support in corpus_supports().supports)

    assert count["sc-2023-decision"] >= 90
    assert count.total() - count["sc-2023-decision"] >= 110


def test_every_file_belongs_to_the_policy_of_its_name() -> None:
    known = {found.document.id for found in corpus_cuts()}
    for path in FOLDER.glob("*.yaml"):
        name = path.name.split(".")[0]
        assert name in known
        assert yaml.safe_load(path.read_text(encoding="utf8"))["policy"] == name


def test_every_quote_of_the_corpus_stands_in_its_clause() -> None:
    texts = {found.document.id: found.document.text for found in corpus_cuts()}
    clauses = {clause.id: clause for found in corpus_cuts() for clause in found.clauses}
    for support in corpus_supports().supports:
        parts = (*support.conditions, *support.exclusions, *([support.amount] if support.amount else []))
        for quote in (support.quote, *(part.quote for part in parts)):
            clause = clauses[quote.clause_id]
            assert texts[support.document_id][quote.start : quote.end] == quote.text
            assert clause.start <= quote.start < quote.end <= clause.end


def test_a_support_is_read_back_as_it_was_stored() -> None:
    for support in corpus_supports().supports:
        assert Support.from_row(asdict(support)) == support
    bare = replace(corpus_supports().supports[0], amount=None, exclusions=(), conditions=())
    assert Support.from_row(asdict(bare)) == bare
