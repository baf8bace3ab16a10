"""Each planted fault lowers the measure that should see it, and no other."""

from dataclasses import asdict, replace
from typing import Any

import pytest

from eval.metrics import LONGEST, clause_id_of, has_fact, score, unsupported
from rag.assistant import Assistant
from rag.builds import Build
from rag.types import Answer, Citation, Clause
from tests.eval_sample import CASE
from tests.sample import NOTICE, assistant_for

ITEM = replace(
    CASE, question="发展哪两种示例产品", facts=(("蓝色木材",), ("绿色石料",)),
    gold_clauses=(("示例#（二）/蓝色木材",), ("示例#（二）/绿色石料",)),
)  # fmt: skip
ATTACHED = "示例办法\n\n第一条　适用本办法。\n\n附件1\n\n第一条　附件的首条。\n"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return assistant_for(tmp_path_factory.mktemp("metrics"), 示例=NOTICE, 附例=ATTACHED)


@pytest.fixture(scope="module")
def build(sample: Assistant) -> Build:
    return sample.library.current()


@pytest.fixture(scope="module")
def right(build: Build) -> Answer:
    """Right by hand, so that these tests say nothing of how well questions are answered."""
    cited = cite(build.clause_by_id["示例#（一）"], "到 2026 年，示例规模占比达到 35%", build)
    return Answer(CASE.question, "answered", "到 2026 年，示例规模占比达到 35%[1]。", (cited,))


def cite(clause: Clause, quote: str, build: Build) -> Citation:
    document = build.documents[clause.document_id]
    start = document.text.index(quote, clause.start)
    return Citation(
        marker=1, policy_id=document.id, title=document.title, doc_number=document.number, clause=clause.label,
        item=clause.item, heading=clause.heading, part=clause.part, quote=quote, start=start,
        end=start + len(quote), kind=document.kind, validity=document.status,
    )  # fmt: skip


def test_a_right_answer_scores_in_every_measure(build: Build, right: Answer) -> None:
    judged = asdict(score(CASE, right, build))

    assert {name: judged[name] for name in ("strict", "facts", "first_clause", "all_clauses")} == {
        "strict": True, "facts": True, "first_clause": True, "all_clauses": True,
    }  # fmt: skip
    assert (judged["unsupported"], judged["false_quotes"], judged["items"]) == (0, 0, None)
    assert (judged["cited"], judged["cited_gold"], judged["slots"], judged["slots_cited"]) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ({"answer": "到 2026 年，示例规模占比达到 53%[1]。"}, {"facts": False, "unsupported": 1}),
        ({"answer": "示例规模占比达到 35%[1]。" + "长" * LONGEST}, {}),
        (
            {"citations": ()},
            {"first_clause": False, "all_clauses": False, "cited": 0, "cited_gold": 0, "slots_cited": 0}
            | {"unsupported": 2},
        ),
        ({"status": "refused"}, {"answered": False, "declined": True}),
        ({"status": "clarify"}, {"answered": False}),
        ({"status": "error"}, {"answered": False}),
    ],
    ids=["wrong-figure", "dump", "no-citation", "refusal", "asking-back", "error"],
)
def test_a_planted_fault_is_seen_where_it_should_be_and_nowhere_else(
    build: Build, right: Answer, fault: dict[str, Any], seen: dict[str, Any]
) -> None:
    expected = asdict(score(CASE, right, build)) | {"strict": False} | seen
    judged = asdict(score(CASE, replace(right, **fault), build))

    assert judged == expected | {"length": len(fault.get("answer", right.answer))}


def test_a_wrong_clause_is_seen_though_its_offsets_are_right(build: Build, right: Answer) -> None:
    moved = tuple(replace(citation, clause="（四）") for citation in right.citations)
    judged = score(CASE, replace(right, citations=moved), build)

    assert (judged.strict, judged.facts, judged.first_clause, judged.cited_gold) == (False, True, False, 0)
    assert judged.false_quotes == 0


def test_the_right_clause_in_second_place_is_cited_but_not_first(build: Build, right: Answer) -> None:
    other = cite(build.clause_by_id["示例#（四）"], "引进示例人才", build)
    judged = score(CASE, replace(right, citations=(other, *right.citations)), build)

    assert (judged.strict, judged.first_clause, judged.all_clauses) == (False, False, True)
    assert (judged.cited, judged.cited_gold) == (2, 1)


def test_every_slot_must_be_cited(build: Build, right: Answer) -> None:
    two = replace(CASE, gold_clauses=(("示例#（一）",), ("示例#（四）", "示例#（三）")))
    judged = score(two, right, build)
    other = cite(build.clause_by_id["示例#（三）"], "优化用水管理", build)
    both = score(two, replace(right, citations=(*right.citations, other)), build)

    assert (judged.strict, judged.first_clause, judged.all_clauses) == (False, True, False)
    assert (judged.slots, judged.slots_cited) == (2, 1)
    assert (both.strict, both.slots_cited, both.cited_gold) == (True, 2, 2)


def test_an_item_counts_for_its_clause_and_is_judged_apart(build: Build) -> None:
    wood = cite(build.clause_by_id["示例#（二）/蓝色木材"], "建设蓝色木材基地", build)
    stone = cite(build.clause_by_id["示例#（二）/绿色石料"], "发展绿色石料开采", build)
    answer = Answer(ITEM.question, "answered", "蓝色木材[1]和绿色石料[2]。", (wood,))
    one, both = (score(ITEM, replace(answer, citations=cited), build) for cited in ((wood,), (wood, stone)))

    assert (one.strict, one.all_clauses, one.items) == (True, True, False)
    assert (both.strict, both.cited, both.items) == (True, 1, True)


def test_a_clause_of_an_attachment_is_not_the_clause_of_the_main_text(build: Build) -> None:
    attached = build.clause_by_id["附例#附件1/第一条"]

    assert clause_id_of(cite(attached, "附件的首条", build), build) == "附例#附件1/第一条"
    assert clause_id_of(cite(build.clause_by_id["附例#第一条"], "适用", build), build) == "附例#第一条"


def test_an_altered_quote_is_seen(build: Build, right: Answer) -> None:
    altered = (replace(right.citations[0], quote="到 2026 年，示例规模占比达到 36%"),)

    assert score(CASE, replace(right, citations=altered), build).false_quotes == 1


def test_an_exception_is_wrong_and_counted(build: Build) -> None:
    judged = score(CASE, None, build)
    unanswerable = replace(CASE, expect="refuse", facts=(), gold_clauses=())

    assert (judged.strict, judged.failed, judged.declined) == (False, True, False)
    assert not score(unanswerable, None, build).strict


@pytest.mark.parametrize(
    ("status", "strict"),
    [("refused", True), ("answered", False), ("partial", False), ("clarify", False), ("error", False)],
)
def test_only_a_refusal_is_right_for_the_unanswerable(build: Build, status: Any, strict: bool) -> None:
    unanswerable = replace(CASE, expect="refuse", facts=(), gold_clauses=(), evidence=())

    assert score(unanswerable, Answer(CASE.question, status, "未找到。"), build).strict is strict


@pytest.mark.parametrize(
    ("change", "strict"),
    [
        ({"status": "refused"}, True), ({"status": "partial"}, True), ({"status": "answered"}, False),
        ({"status": "refused", "answer": "您提到的数字与文件不符。"}, False), ({"status": "refused", "citations": ()}, False),
    ],
)  # fmt: skip
def test_a_correction_declines_and_gives_what_the_text_says(
    build: Build, right: Answer, change: dict[str, Any], strict: bool
) -> None:
    premise = replace(CASE, expect="correct_premise")

    assert score(premise, replace(right, **change), build).strict is strict


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
def test_figures_and_locators_must_stand_in_a_citation(
    right: Answer, clause: str, text: str, found: set[str]
) -> None:
    cited = tuple(replace(citation, clause=clause) for citation in right.citations)

    assert unsupported(replace(right, answer=text, citations=cited)) == found
