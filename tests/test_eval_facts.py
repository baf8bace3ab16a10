"""Facts are found by value, near misses are not, and figures without a source are."""

from dataclasses import replace

import pytest

from eval.metrics import has_fact, unsupported
from rag.types import Answer, Citation

CITED = Citation(
    marker=1, policy_id="示例", title="示例通知", doc_number=None, clause="（一）", item=None, heading="发展目标",
    part="一、总体目标", quote="到 2026 年，示例规模占比达到 35%", start=0, end=20, kind="full_text", validity="未知",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "fact", "present"),
    [
        ("达到 45%", "45%", True), ("达到45％", "45%", True), ("达到百分之四十五", "45%", True), ("达到500万元", "5000000元", True),
        ("到 2027 年", "2027年", True), ("到2030，2027年", "2027", True), ("需二十个工作日", "20个工作日", True),
        ("达到25%", "5%", False), ("达到 145%", "45%", False), ("达到 4.5%", "45%", False), ("达10.5个百分点", "0.5个百分点", False),
        ("到12027号", "2027", False), ("1500强", "500强", False), ("1,500强", "500强", False), ("1,500强", "1500强", True), ("近1,500万元", "500万元", False),
        ("十四个市", "四个", False), ("十六大产业", "六大", False), ("五千亿级", "千亿级", False), ("二十二届三次", "十二届三次", False),
        ("建设智算[1]中心", "智算中心", True), ("建设中心", "智算中心", False),
    ],
)  # fmt: skip
def test_facts_match_by_value_and_near_misses_do_not(text: str, fact: str, present: bool) -> None:
    assert has_fact(text, [fact]) is present


@pytest.mark.parametrize(
    ("clause", "text", "found"),
    [
        ("（一）", "（一）写明", set()), ("（一）", "见（九）和第三条。", {"(九)", "第三条"}), ("（十七）", "第十七条写明", {"第十七条"}),
        ("二、（三）", "二、（三）写明", set()), ("二、（三）", "三、（三）写明", {"三、(三)"}), ("附件1 第五条", "附件1 第五条写明", set()),
        ("第十三条", "第三条写明", {"第三条"}), ("（一）", "占 35%，增 2%[2]", {"2%"}), ("（一）", "到2026年、2030年", {"2030年"}),
    ],
)  # fmt: skip
def test_figures_and_locators_must_stand_in_a_citation(clause: str, text: str, found: set[str]) -> None:
    assert unsupported(Answer("示例问题", "answered", text, (replace(CITED, clause=clause),))) == found
