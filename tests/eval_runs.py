"""Runs made of scores, for tests of what compares them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from eval.cases import Case
from eval.metrics import Score
from eval.runs import Run, RunHeader, StoredAnswer
from rag.types import Answer
from tests.eval_sample import CASE

HEADER = RunHeader(
    created="2026-01-01T00:00:00+00:00", split="dev", seed=0, version="0.1", git=None, corpus="示例指纹", build_id="示例索引",
    model="示例模型", systems=("川策问答",), count=0, seconds=1.0, peak_memory_mb=1.0, python="3.11", libraries={}, options={},
)  # fmt: skip
RIGHT = Score(
    id="", category="figure", style="staff", expect="answer", strict=True, facts=True, first_clause=True,
    all_clauses=True, items=None, answered=True, declined=False, failed=False, cited=1, cited_gold=1, slots=1,
    slots_cited=1, unsupported=0, false_quotes=0, misplaced_quotes=0, length=20, elapsed_ms=10.0, accurate=True,
    grounded=True, fact_recall=1.0, document_precision=1.0, document_recall=1.0, clause_precision=1.0, clause_recall=1.0,
    item_precision=None, item_recall=None, confidence=0.9, cluster="示例", difficulty=None, overlap=0.5,
)  # fmt: skip
WRONG = replace(
    RIGHT, strict=False, facts=False, first_clause=False, all_clauses=False, cited_gold=0, slots_cited=0, accurate=False,
    grounded=False, fact_recall=0.0, document_precision=0.0, document_recall=0.0, clause_precision=0.0, clause_recall=0.0,
)  # fmt: skip


def cases_of(count: int, **fields: Any) -> list[Case]:
    """`count` questions 示例-0, 示例-1 … on as many clauses."""
    return [
        replace(
            CASE,
            id=f"示例-{number}",
            question=f"示例问题{number}",
            gold_clauses=((f"示例#第{number}条",),),
            **fields,
        )
        for number in range(count)
    ]


def run_of(cases: Sequence[Case], scores: Mapping[str, Score], **header: Any) -> Run:
    """A run in which every question was answered and scored as `scores` says, by default right."""
    stored = {case.id: StoredAnswer(Answer(case.question, "answered", "示例。")) for case in cases}
    its = {
        case.id: replace(
            scores.get(case.id, RIGHT),
            id=case.id,
            category=case.category,
            expect=case.expect,
            cluster=case.group,
        )
        for case in cases
    }
    return Run(replace(HEADER, count=len(cases), **header), tuple(cases), [stored], [its])
