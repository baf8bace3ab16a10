"""Each planted fault lowers the measure that should see it, and no other kind of answer scores."""

from dataclasses import replace

import pytest

from eval.cases import Case, lint, read_cases
from eval.metrics import LONGEST, has_fact, score, unsupported
from eval.run import OURS, by, run, summary
from eval.statistics import Share
from rag.assistant import Assistant
from rag.types import Answer
from tests.sample import NOTICE, assistant_for

CASE = Case(
    id="示例-1", question="示例规模占比的目标是多少", category="figure", style="staff", expect="answer",
    facts=(("35%", "百分之三十五"),), gold_clauses=(("示例#（一）",),), evidence=(("示例#（一）", "占比达到 35%"),),
    near_miss_clauses=(), policy="示例", author="作者", split="dev",
)  # fmt: skip


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return assistant_for(tmp_path_factory.mktemp("metrics"), 示例=NOTICE)


@pytest.fixture(scope="module")
def right(sample: Assistant) -> Answer:
    return sample.ask(CASE.question)


def test_a_right_answer_scores_in_every_measure(sample: Assistant, right: Answer) -> None:
    judged = score(CASE, right, sample.library.current())

    assert (judged.strict, judged.facts, judged.first_clause, judged.all_clauses) == (True, True, True, True)
    assert (judged.unsupported, judged.false_quotes, judged.cited, judged.cited_gold) == (0, 0, 1, 1)


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ({"answer": "到 2026 年，示例规模占比达到 53%[1][2]。"}, {"facts": False, "unsupported": 1}),
        ({"answer": "示例规模占比达到 35%。" + "长" * LONGEST}, {"facts": True}),
        ({"citations": ()}, {"first_clause": False, "all_clauses": False}),
        ({"status": "refused"}, {"declined": True}),
    ],
    ids=["wrong-figure", "dump", "no-citation", "refusal"],
)
def test_a_planted_fault_is_seen_where_it_should_be(
    sample: Assistant, right: Answer, fault: dict, seen: dict
) -> None:
    judged = score(CASE, replace(right, **fault), sample.library.current())

    assert not judged.strict
    assert {name: getattr(judged, name) for name in seen} == seen


def test_a_wrong_clause_is_seen(sample: Assistant, right: Answer) -> None:
    moved = tuple(replace(citation, clause="（四）") for citation in right.citations)
    judged = score(CASE, replace(right, citations=moved), sample.library.current())

    assert (judged.strict, judged.facts, judged.first_clause, judged.cited_gold) == (False, True, False, 0)


def test_an_altered_quote_is_seen(sample: Assistant, right: Answer) -> None:
    altered = (replace(right.citations[0], quote="示例规模占比达到 36%"), *right.citations[1:])

    assert score(CASE, replace(right, citations=altered), sample.library.current()).false_quotes == 1


def test_an_exception_is_wrong_and_counted(sample: Assistant) -> None:
    judged = score(CASE, None, sample.library.current())

    assert (judged.strict, judged.failed) == (False, True)


@pytest.mark.parametrize(
    ("text", "fact", "present"),
    [
        ("达到 45%", "45%", True), ("达到百分之四十五", "45%", True), ("达到 145%", "45%", False), ("达到 4.5%", "45%", False),
        ("到 2027 年", "2027年", True), ("建设智算中心", "智算中心", True), ("建设中心", "智算中心", False),
    ],
)  # fmt: skip
def test_facts_match_by_value_and_near_misses_do_not(text: str, fact: str, present: bool) -> None:
    assert has_fact(text, [fact]) is present


def test_locators_without_a_citation_are_unsupported(right: Answer) -> None:
    assert unsupported(replace(right, answer="见（九）和第三条。")) == {"(九)", "第三条"}


@pytest.mark.parametrize(("hits", "total", "low", "high"), [(90, 100, 0.8256, 0.9448), (0, 10, 0.0, 0.2775)])
def test_wilson_agrees_with_published_values(hits: int, total: int, low: float, high: float) -> None:
    assert Share(hits, total).interval == pytest.approx((low, high), abs=1e-3)


def test_nothing_counted_is_not_zero() -> None:
    assert (Share(0, 0).value, str(Share(0, 0))) == (None, "–")


def test_every_question_is_in_the_denominator_and_baselines_stand_beside(sample: Assistant) -> None:
    refused = replace(
        CASE, id="示例-2", question="红烧肉怎么做", expect="refuse", facts=(), gold_clauses=(), evidence=()
    )
    results = {result.system: result for result in run(sample, [CASE, refused])}

    assert all(len(result.scores) == 2 for result in results.values())
    assert summary(results[OURS].scores)["strict"] == Share(2, 2)
    assert summary(results["一律拒答"].scores)["strict"] == Share(1, 2)
    assert summary(results["普通 LangChain 流程"].scores)["declined_unanswerable"] == Share(0, 1)
    assert by(results[OURS].scores, "category") == {"figure": Share(2, 2)}


def test_lint_names_what_is_wrong(sample: Assistant) -> None:
    build = sample.library.current()
    broken = replace(
        CASE,
        id="示例-1",
        gold_clauses=(("示例#（九）",),),
        evidence=(("示例#（一）", "没有的话"),),
        facts=(("没有的事",),),
    )

    assert lint({"dev": [CASE]}, build) == []
    assert len(lint({"dev": [CASE], "test": [broken]}, build)) == 6


def test_the_shipped_gold_is_clean(decision: Assistant) -> None:
    splits = {split: read_cases(split) for split in ("dev", "test")}

    assert lint(splits, decision.library.current()) == []
    assert len(splits["dev"]) >= 120
    assert sum(case.expect != "answer" for case in splits["dev"]) >= 25
