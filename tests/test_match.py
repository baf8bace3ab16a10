"""Matching: verdicts, their order, what is left out, and where the words behind each stand."""

from dataclasses import replace
from datetime import date

import pytest

from rag.advice import advise
from rag.builds import Build
from rag.conditions import UNMET
from rag.match import FAILS, FITS, MAY_FIT, Verdict, judge, match, ordered, strength
from rag.present_match import advice_to_json, advice_to_markdown, grouped_by_need, summary
from rag.profile import Profile
from rag.profile_input import read_profile
from rag.quantities import read_quantity
from rag.supports import Amount, Condition, Quote, Support
from tests.corpus_supports import corpus_cuts, corpus_supports

DAY = date(2026, 11, 27)
WORDS = Quote("示例#（一）", "示例文字", 0, 4)


@pytest.fixture(scope="module")
def build(decision) -> Build:
    """The corpus' clauses and supports over the Decision's indexes, which matching does not ask."""
    cuts = corpus_cuts()
    return replace(
        decision.library.current(),
        documents={found.document.id: found.document for found in cuts},
        clauses=tuple(clause for found in cuts for clause in found.clauses),
        supports=corpus_supports().supports,
        embedder=None,
    )


def profile(**given: object) -> Profile:
    return read_profile(given, DAY).profile


def support(name: str, *conditions: Condition, amount: Amount | None = None, kind: str = "融资") -> Support:
    return Support(name, f"示例{name}", kind, ("贷款融资",), "示例", WORDS, conditions, amount)


def condition(field: str, test: str, *values: str) -> Condition:
    return Condition(field, field, test, values, f"示例条件{field}", WORDS)  # type: ignore[arg-type]


SMALL = condition("headcount", "at_most", "300人")
EQUIPPED = condition("equipment_investment", "at_least", "2000万元")
PRIVATE = condition("ownership", "in", "民营")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"headcount": "300人", "equipment_investment": "2000万元", "ownership": "民营"}, FITS),
        ({"headcount": "300人", "ownership": "民营"}, MAY_FIT),
        ({}, MAY_FIT),
        ({"headcount": "301人"}, FAILS),
        ({"headcount": "120人", "equipment_investment": "1700万元", "ownership": "民营"}, FAILS),
    ],
)
def test_one_unmet_condition_excludes_and_an_unknown_one_does_not(
    given: dict[str, object], expected: str
) -> None:
    assert judge(support("甲", SMALL, EQUIPPED, PRIVATE), profile(**given), DAY).verdict == expected


def test_an_unmet_quantity_says_how_far_it_is() -> None:
    verdict = judge(support("甲", EQUIPPED), profile(equipment_investment="1700万元"), DAY)

    assert [one.distance for one in verdict.findings if one.result == UNMET] == ["还差300万元"]


def test_the_order_is_named_then_verdict_then_strength_and_failed_last() -> None:
    amount = Amount(WORDS, cap="500万元")
    found = [
        replace(
            judge(support("失败", SMALL), profile(headcount="900人"), DAY), directness=9.0, names=("行业",)
        ),
        replace(judge(support("一般"), Profile(), DAY), directness=9.0),
        replace(judge(support("点名"), Profile(), DAY), directness=1.0, names=("行业",)),
        replace(judge(support("点名有钱", amount=amount), Profile(), DAY), directness=1.0, names=("行业",)),
        replace(judge(support("点名待定", SMALL), Profile(), DAY), directness=1.0, names=("行业",)),
    ]
    apart = [
        replace(one, support=replace(one.support, quote=replace(WORDS, clause_id=f"示例#{place}")))
        for place, one in enumerate(found)
    ]

    assert [one.support.id for one in ordered(apart)] == ["点名有钱", "点名", "点名待定", "一般", "失败"]


def test_a_second_support_of_a_clause_stands_behind_other_clauses() -> None:
    def verdict(name: str, clause: str, directness: float) -> Verdict:
        own = replace(support(name), quote=replace(WORDS, clause_id=clause))
        return replace(judge(own, Profile(), DAY), directness=directness, names=("需求",))

    found = ordered(
        [verdict("甲", "示例#1", 3.0), verdict("乙", "示例#1", 3.0), verdict("丙", "示例#2", 2.0)]
    )

    assert [one.support.id for one in found] == ["乙", "丙", "甲"]


@pytest.mark.parametrize(
    ("kind", "amount", "expected"),
    [
        ("资金奖补", Amount(WORDS, cap="500万元"), 3),
        ("税收", None, 2),
        ("用地", None, 1),
        ("方向鼓励", None, 0),
    ],
)
def test_strength_is_a_sum_then_money_then_services_then_directions(
    kind: str, amount: Amount | None, expected: int
) -> None:
    assert strength(support("甲", amount=amount, kind=kind)) == expected


def test_supports_of_expired_and_draft_policies_are_left_out_and_counted(build: Build) -> None:
    found = match(profile(region="泸州市", industry="白酒"), build, DAY)
    shown = {build.validity_of(one.support.document_id, DAY) for one in found.verdicts}

    assert shown <= {"现行", "未知"}
    assert found.left_out["已失效"] > 0
    assert found.left_out["征求意见稿"] > 0
    assert len(found.verdicts) + sum(found.left_out.values()) == len(build.supports)


def test_a_policy_counts_until_the_day_it_ends(build: Build) -> None:
    def policies(day: date) -> set[str]:
        return {one.support.document_id for one in match(Profile(), build, day).verdicts}

    assert "sc-2025-lowalt-measures" in policies(DAY)
    assert "sc-2025-lowalt-measures" not in policies(date(2028, 7, 1))


def test_every_quote_stands_in_its_document_and_every_figure_of_an_amount_in_a_quote(build: Build) -> None:
    given = {
        "region": "德阳市旌阳区", "industry": "装备制造", "equipment_investment": "4321万元", "investment": "1亿元",
        "loan": "3000万元",
    }  # fmt: skip
    found = match(profile(**given), build, DAY)

    for one in found.verdicts:
        quotes = [one.support.quote, *(finding.condition.quote for finding in one.findings)]
        quotes += [one.support.amount.quote] if one.support.amount else []
        for quote in quotes:
            clause = build.clause_by_id[quote.clause_id]
            text = build.documents[clause.document_id].text
            assert text[quote.start : quote.end] == quote.text
            assert clause.start <= quote.start <= quote.end <= clause.end
    computed = [one for one in found.verdicts if one.worth and one.worth.value is not None]
    assert computed
    for one in computed:
        amount = one.support.amount
        assert amount is not None
        assert one.worth is not None
        assert one.worth.value is not None
        most = read_quantity(amount.cap, "元") if amount.cap else one.worth.value
        base = profile(**given).quantities[amount.of].low
        assert one.worth.value == min(base * read_quantity(amount.rate, "%") / 100, most)


@pytest.mark.parametrize(
    ("given", "clause"),
    [
        ({"region": "泸州市", "industry": "白酒"}, "sc-2023-decision#（四）/食品轻纺产业"),
        (
            {"industry": "无人机与低空经济", "needs": "资金补助、研发创新"},
            "sc-2025-lowalt-measures#条号未见/低空整机攻关补助",
        ),
        ({"industry": "人工智能", "needs": "研发创新"}, "sc-2023-decision#（五）/人工智能"),
    ],
)
def test_what_names_the_enterprise_stands_among_the_first_ten_clauses(
    given: dict[str, object], clause: str, build: Build
) -> None:
    found = match(profile(**given), build, DAY)
    clauses = list(dict.fromkeys(one.support.quote.clause_id for one in found.verdicts))

    assert clause in clauses[:10]


def test_json_holds_the_contract_and_needs_no_percentages(build: Build) -> None:
    advice = advise({"region": "泸州市", "industry": "白酒", "needs": ["贷款融资"]}, build, DAY)
    found = advice_to_json(advice, build, "甲")

    assert found["id"] == "甲"
    assert found["ask_next"]["answers"][-1] == "不确定"
    first = found["verdicts"][0]
    contract = {"support_id", "title", "policy_id", "clause", "item", "verdict", "why", "amount", "quote"}
    assert contract <= first.keys()
    assert {one["verdict"] for one in found["verdicts"]} == {FITS, MAY_FIT, FAILS}
    assert all(
        {"condition", "result", "clause", "quote"} <= why.keys()
        for one in found["verdicts"]
        for why in one["why"]
    )


def test_the_summary_names_the_clause_and_the_distance(build: Build) -> None:
    asking = next(
        one
        for one in build.supports
        if any(each.field == "equipment_investment" and each.test == "at_least" for each in one.conditions)
    )
    failed = judge(asking, profile(equipment_investment="1万元"), DAY)
    asked = next(one.condition.quote for one in failed.findings if one.distance)

    assert summary(failed, build).startswith("不符合（因为")
    assert build.clause_by_id[asked.clause_id].label in summary(failed, build)
    assert "还差" in summary(failed, build)


def test_the_text_groups_by_stated_need_and_ends_with_the_notice(build: Build) -> None:
    advice = advise({"region": "泸州市", "industry": "白酒", "needs": ["贷款融资"]}, build, DAY)
    text = advice_to_markdown(advice, build)

    assert "### 贷款融资" in text
    assert text.endswith("（自动生成，仅供参考，以官方原文为准）")
    groups = grouped_by_need([one for one in advice.matching.verdicts if one.names], advice.matching.profile)
    assert groups[0][0] == "贷款融资"
