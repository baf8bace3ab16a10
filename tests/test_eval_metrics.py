"""Each planted fault lowers the measure that should see it, and no other."""

from dataclasses import asdict, replace
from typing import Any

import pytest

from eval.cases import Forbidden
from eval.metrics import LONGEST, clause_id_of, score
from rag.assistant import Assistant
from rag.builds import Build
from rag.types import Answer, Citation, Clause
from tests.eval_sample import CASE
from tests.sample import NOTICE, assistant_for

ITEM = replace(
    CASE, question="发展哪两种示例产品", facts=(("蓝色木材",), ("绿色石料",)),
    gold_clauses=(("示例#（二）/蓝色木材",), ("示例#（二）/绿色石料",)),
)  # fmt: skip
LEVELS = ("document_precision", "document_recall", "clause_precision", "clause_recall")
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

    assert all(
        judged[name] for name in ("strict", "accurate", "grounded", "facts", "first_clause", "all_clauses")
    )
    assert (judged["unsupported"], judged["false_quotes"], judged["misplaced_quotes"]) == (0, 0, 0)
    assert {judged[name] for name in LEVELS} == {1.0}
    assert (judged["items"], judged["item_precision"], judged["item_recall"]) == (None, None, None)
    assert (judged["cited"], judged["cited_gold"], judged["slots"], judged["slots_cited"]) == (1, 1, 1, 1)


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        (
            {"answer": "到 2026 年，示例规模占比达到 53%[1]。"},
            {"facts": False, "unsupported": 1, "accurate": False, "grounded": False, "fact_recall": 0.0},
        ),
        (
            {"answer": "示例规模占比达到 35%[1]。" + "长" * LONGEST},
            {"accurate": False, "grounded": False},
        ),
        (
            {"citations": ()},
            {"first_clause": False, "all_clauses": False, "cited": 0, "cited_gold": 0, "slots_cited": 0}
            | {"unsupported": 2, "grounded": False}
            | dict.fromkeys(LEVELS, 0.0),
        ),
        ({"status": "refused"}, {"answered": False, "declined": True, "accurate": False, "grounded": False}),
        ({"status": "clarify"}, {"answered": False, "accurate": False, "grounded": False}),
        ({"status": "error"}, {"answered": False, "accurate": False, "grounded": False}),
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
    assert (judged.false_quotes, judged.misplaced_quotes) == (0, 1)
    assert (judged.accurate, judged.grounded) == (True, False)
    assert (judged.clause_precision, judged.clause_recall, judged.document_precision) == (0.0, 0.0, 1.0)


def test_the_right_clause_in_second_place_is_cited_but_not_first(build: Build, right: Answer) -> None:
    other = cite(build.clause_by_id["示例#（四）"], "引进示例人才", build)
    judged = score(CASE, replace(right, citations=(other, *right.citations)), build)

    assert (judged.strict, judged.first_clause, judged.all_clauses) == (False, False, True)
    assert (judged.cited, judged.cited_gold) == (2, 1)
    assert (judged.grounded, judged.clause_precision, judged.clause_recall) == (True, 0.5, 1.0)


def test_every_slot_must_be_cited(build: Build, right: Answer) -> None:
    two = replace(CASE, gold_clauses=(("示例#（一）",), ("示例#（四）", "示例#（三）")))
    judged = score(two, right, build)
    other = cite(build.clause_by_id["示例#（三）"], "优化用水管理", build)
    both = score(two, replace(right, citations=(*right.citations, other)), build)

    assert (judged.strict, judged.first_clause, judged.all_clauses) == (False, True, False)
    assert (judged.slots, judged.slots_cited) == (2, 1)
    assert (judged.grounded, judged.clause_precision, judged.clause_recall) == (False, 1.0, 0.5)
    assert (both.strict, both.slots_cited, both.cited_gold) == (True, 2, 2)
    assert (both.grounded, both.clause_precision, both.clause_recall) == (True, 1.0, 1.0)


def test_what_gold_does_not_name_is_not_measured(build: Build, right: Answer) -> None:
    unanswerable = replace(CASE, expect="refuse", facts=(), gold_clauses=(), evidence=())
    judged = asdict(score(unanswerable, right, build))

    assert {judged[name] for name in (*LEVELS, "fact_recall", "overlap")} == {None}


def test_an_item_counts_for_its_clause_and_is_judged_apart(build: Build) -> None:
    wood = cite(build.clause_by_id["示例#（二）/蓝色木材"], "建设蓝色木材基地", build)
    stone = cite(build.clause_by_id["示例#（二）/绿色石料"], "发展绿色石料开采", build)
    answer = Answer(ITEM.question, "answered", "蓝色木材[1]和绿色石料[2]。", (wood,))
    one, both = (score(ITEM, replace(answer, citations=cited), build) for cited in ((wood,), (wood, stone)))

    assert (one.strict, one.all_clauses, one.items) == (True, True, False)
    assert (one.item_precision, one.item_recall, one.clause_recall) == (1.0, 0.5, 1.0)
    assert (both.strict, both.cited, both.items) == (True, 1, True)
    assert (both.item_precision, both.item_recall) == (1.0, 1.0)


def test_a_clause_of_an_attachment_is_not_the_clause_of_the_main_text(build: Build) -> None:
    attached = build.clause_by_id["附例#附件1/第一条"]

    assert clause_id_of(cite(attached, "附件的首条", build), build) == "附例#附件1/第一条"
    assert clause_id_of(cite(build.clause_by_id["附例#第一条"], "适用", build), build) == "附例#第一条"


def test_an_altered_quote_is_seen(build: Build, right: Answer) -> None:
    altered = (replace(right.citations[0], quote="到 2026 年，示例规模占比达到 36%"),)

    judged = score(CASE, replace(right, citations=altered), build)
    assert (judged.false_quotes, judged.misplaced_quotes, judged.grounded) == (1, 0, False)


def test_an_exception_is_wrong_and_counted(build: Build) -> None:
    judged = score(CASE, None, build)
    unanswerable = replace(CASE, expect="refuse", facts=(), gold_clauses=())

    assert (judged.strict, judged.accurate, judged.failed, judged.declined) == (False, False, True, False)
    assert (judged.fact_recall, judged.clause_recall, judged.clause_precision) == (0.0, 0.0, None)
    assert not score(unanswerable, None, build).strict
    assert not score(unanswerable, None, build).grounded


@pytest.mark.parametrize(
    ("status", "strict"),
    [("refused", True), ("answered", False), ("partial", False), ("clarify", False), ("error", False)],
)
def test_only_a_refusal_is_right_for_the_unanswerable(build: Build, status: Any, strict: bool) -> None:
    unanswerable = replace(CASE, expect="refuse", facts=(), gold_clauses=(), evidence=())

    judged = score(unanswerable, Answer(CASE.question, status, "未找到。"), build)
    assert (judged.strict, judged.accurate, judged.grounded) == (strict, strict, strict)


@pytest.mark.parametrize(
    ("status", "text", "offered", "right"),
    [
        ("clarify", "您问的是哪方面？", ("（一）", "（四）"), (True, True)),
        ("clarify", "您问的是哪方面？", ("（一）",), (True, False)),
        ("answered", "占比达到 35%[1]，引进示例人才[2]。", ("（一）", "（四）"), (True, True)),
        ("answered", "占比达到 35%[1]，引进示例人才[2]。", ("（一）",), (True, False)),
        ("answered", "占比达到 35%[1]。", ("（一）", "（四）"), (False, False)),
        (
            "answered",
            "长" * LONGEST + "占比达到 35%[1]，引进示例人才[2]。",
            ("（一）", "（四）"),
            (False, False),
        ),
        ("refused", "占比达到 35%[1]，引进示例人才[2]。", ("（一）", "（四）"), (False, False)),
    ],
)
def test_what_can_mean_several_things_is_asked_back_or_answered_for_all(
    build: Build, status: Any, text: str, offered: tuple[str, ...], right: tuple[bool, bool]
) -> None:
    ambiguous = replace(
        CASE, expect="clarify", facts=(("35%",), ("人才",)), gold_clauses=(("示例#（一）",), ("示例#（四）",))
    )
    quotes = {"（一）": "示例规模占比达到 35%", "（四）": "引进示例人才"}
    options = tuple(cite(build.clause_by_id[f"示例#{one}"], quotes[one], build) for one in offered)
    cited = {"nearest": options} if status == "clarify" else {"citations": options}
    judged = score(ambiguous, Answer(CASE.question, status, text, **cited), build)

    assert (judged.accurate, judged.strict) == right
    assert judged.grounded is judged.strict


@pytest.mark.parametrize("words", ["也可按 旧标准办理", "也可按旧标准[1]办理"])
def test_what_gold_forbids_is_never_accurate(build: Build, right: Answer, words: str) -> None:
    warned = replace(CASE, forbidden=(Forbidden("按旧标准", "已被替代"),))
    judged = score(warned, replace(right, answer=f"{right.answer}\n{words}。"), build)

    assert (judged.accurate, judged.grounded, judged.strict) == (False, False, True)
    assert score(warned, right, build).accurate


def test_the_score_carries_what_questions_are_grouped_by(build: Build, right: Answer) -> None:
    judged = score(replace(CASE, difficulty=3), replace(right, confidence=0.7), build)

    assert (judged.cluster, judged.difficulty, judged.confidence) == ("示例", 3, 0.7)
    assert judged.overlap == 1 / 11  # 占比 alone of the eleven bigrams of the question


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
