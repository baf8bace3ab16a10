"""Supports are shown by verdict and need with the clauses behind them, a part at a time, and nothing in them runs as code."""

import json
import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from rag.advice import Advice, advise
from rag.builds import Build
from rag.match_form import Sent
from rag.present_advice import PAGE_SIZE, results_html
from tests.matching_sample import DAY, INVESTMENT, TOLD, matching_build
from tests.test_present_files import SCRIPT, read_tags


@pytest.fixture(scope="module")
def policies(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return matching_build(tmp_path_factory.mktemp("matching") / "home")


def sent(form: dict[str, Any] | None = None, **more: Any) -> Sent:
    return Sent.read({"form": form or {}, **more})


def shown(build: Build, form: dict[str, Any] | None = None, **more: Any) -> str:
    request = sent(form, **more)
    return results_html(advised(build, request), request, build)


def everything(build: Build, form: dict[str, Any], **more: Any) -> str:
    """The results with all sections opened."""
    return shown(build, form, unfolded=["general", "fails"], **more)


def advised(build: Build, request: Sent) -> Advice:
    return advise(request.given, build, DAY, request.passed_over)


def state(markup: str) -> dict[str, Any]:
    """What the results put into the form."""
    found: dict[str, Any] = json.loads(unescape(re.findall(r'data-form="([^"]*)"', markup)[0]))
    return found


def card(markup: str, support: str) -> str:
    """The card of one support."""
    start = markup.index(f'data-support="{support}"')
    return markup[start : markup.index("</article>", start)]


def test_supports_stand_by_verdict_and_stated_need(policies: Build) -> None:
    markup = everything(policies, {"description": TOLD})
    headings = re.findall(r'<section class="verdicts (\w+)">', markup)
    groups = re.findall(r'data-key="(\w+)/([^"]*)"( open)?>', markup)

    assert headings == [name for name in ("fits", "may", "general", "fails") if name in headings]
    assert {"may", "fails"} <= set(headings)
    for section in headings:
        own = [(need, opened) for name, need, opened in groups if name == section]
        if "贷款融资" in dict(own):
            assert (own[0], {opened for _, opened in own[1:]} - {""}) == (("贷款融资", " open"), set())
    assert "贷款融资" in {need for _, need, _ in groups}
    assert len(re.findall("data-support=", markup)) == len(
        advised(policies, sent({"description": TOLD})).matching.verdicts
    )


def test_the_counts_say_what_was_left_out_and_by_what_order_they_stand(policies: Build) -> None:
    advice = advised(policies, sent({"description": TOLD}))
    markup = shown(policies, {"description": TOLD})
    counts = re.findall(r'class="count" data-announce>(.*?)</p>', markup)[0]
    verdicts = [one.verdict for one in advice.matching.verdicts]

    for name in ("符合", "可能符合", "不符合"):
        assert re.search(rf"(?:^|，){name} {verdicts.count(name)} 项", counts)
    assert "未列入：征求意见稿 5 项" in markup
    assert "点得越具体越靠前" in markup


def test_a_card_says_what_how_much_where_and_why(policies: Build) -> None:
    markup = card(everything(policies, {"description": TOLD}), INVESTMENT)

    for words in (
        "竣工投产的省重点工业和技改项目投资激励",
        "可能符合",
        "金额：约 100万元（设备投资 2000万元 × 5% = 100万元，未超过上限 1000万元）",
        "《关于提升制造业贷款占比支持四川新型工业化建设的若干政策措施》一、工业投资激励",
        "摘要（非原文，以官方文件为准）",
        "现行",
        "理由和条款",
    ):
        assert words in markup
    reasons = markup[markup.index('<details class="why"') :]
    assert re.findall(r"</span> (满足|不满足|待确认)</span>", reasons) == ["满足", "满足", "待确认", "待确认"]
    assert "<mark" in reasons[reasons.index('class="clause"') :]


def test_a_support_without_a_sum_says_so(policies: Build) -> None:
    markup = everything(policies, {"description": TOLD})
    without = next(one.id for one in policies.supports if one.amount is None and f'"{one.id}"' in markup)

    assert "条款没有写金额" in card(markup, without)


@pytest.mark.parametrize(
    ("answers", "verdict"), [([True, True], "符合"), ([True, False], "不符合"), ([True], "可能符合")]
)
def test_statements_are_answered_with_yes_or_no(policies: Build, answers: list[bool], verdict: str) -> None:
    names = [f"{INVESTMENT}#{number}" for number in (3, 4)]
    confirmed = dict(zip(names, answers, strict=False))
    markup = everything(policies, {"description": TOLD}, confirmed=confirmed)
    found = card(markup, INVESTMENT)

    assert f'</span> {verdict}</span><span class="kind">' in found
    for name, answer in zip(names, answers, strict=False):
        pressed = f'data-condition="{name}" data-holds="{str(answer).lower()}" aria-pressed="true"'
        assert pressed in found
    assert found.count('aria-pressed="true"') == len(answers)


def test_the_next_question_offers_its_answers(policies: Build) -> None:
    markup = shown(policies, {"description": TOLD})
    asking = markup[markup.index('<section class="asking"') : markup.index('class="exports"')]

    assert 'data-field="qualifications"' in asking
    assert "接着告诉我们：企业有哪些资质？" in asking
    assert asking.index("选好了") < asking.index("以上都没有") < asking.index("不确定")
    assert re.findall(r'<input type="checkbox" value="(.*?)"', asking)
    later = shown(policies, {"description": TOLD}, passed=["qualifications"])
    assert 'class="asking" data-field="qualifications"' not in later


def test_nothing_told_is_met_with_a_question_instead_of_a_list(policies: Build) -> None:
    markup = shown(policies)

    assert "还没有企业情况" in markup
    assert 'class="asking"' in markup
    assert "data-support=" not in markup


def test_a_group_draws_thirty_cards_and_as_many_more_when_asked(policies: Build) -> None:
    one = next(support for support in policies.supports if support.id == INVESTMENT)
    many = replace(
        policies, supports=tuple(replace(one, id=f"{INVESTMENT}-{number}") for number in range(70))
    )

    first = shown(many, {"description": TOLD})
    assert (first.count("data-support="), "再显示 30 项" in first) == (PAGE_SIZE, True)
    ((group, drawn),) = re.findall(r'class="more" data-group="(.*?)" data-shown="(\d+)"', first)
    second = shown(many, {"description": TOLD}, shown={group: int(drawn)})
    assert (second.count("data-support="), "再显示 10 项" in second) == (60, True)
    third = shown(many, {"description": TOLD}, shown={group: 90})
    assert (third.count("data-support="), "再显示" in third) == (70, False)


def test_a_folded_section_draws_nothing_until_it_is_opened(policies: Build) -> None:
    folded = shown(policies, {"description": TOLD})
    opened = shown(policies, {"description": TOLD}, unfolded=["fails"])

    assert 'data-section="fails" aria-expanded="false"' in folded
    assert 'data-section="fails" aria-expanded="true"' in opened
    assert ('class="verdict fails"' in folded, 'class="verdict fails"' in opened) == (False, True)


def test_nothing_that_was_typed_or_stands_in_a_document_is_markup(policies: Build) -> None:
    hostile = tuple(
        replace(
            support,
            title=SCRIPT,
            department=SCRIPT,
            conditions=tuple(replace(one, wording=SCRIPT) for one in support.conditions),
        )
        for support in policies.supports
    )
    documents = {name: replace(one, title=f"示例{SCRIPT}") for name, one in policies.documents.items()}
    form = dict.fromkeys(("industry", "revenue", "founded", "ownership", "region"), SCRIPT)
    markup = shown(
        replace(policies, supports=hostile, documents=documents),
        {**form, "description": f"{TOLD}{SCRIPT}", "needs": [SCRIPT]},
        unfolded=["fails", "general"],
        fresh=True,
    )

    tags, attributes = read_tags(markup)
    assert {"script", "img"} & tags == set()
    assert [name for name in attributes if name.startswith("on") or name == "src"] == []
    assert state(markup)["description"].endswith(SCRIPT)
    assert "&lt;script&gt;" in markup


def test_a_clause_of_a_digest_is_shown_without_its_markdown_heading(policies: Build) -> None:
    texts = re.findall(r'<div class="clause">(.*?)</div>', shown(policies, {"description": TOLD}), re.DOTALL)

    assert texts
    assert [text for text in texts if text.startswith(("#", "\n"))] == []
