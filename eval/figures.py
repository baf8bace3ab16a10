"""`python -m eval figures --data FOLDER`: every figure of retrieval and answering in one table, beside its target."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from eval import unseen, yardsticks
from eval.baselines import bm25_sentences
from eval.cases import Case, read_cases
from eval.documents import documents_indexed, read_document_cases
from eval.metrics import Score
from eval.run import ask_all
from eval.runs import score_all
from eval.statistics import Share, mcnemar, risk_at
from eval.systems import of_question, our_system
from rag.assistant import Assistant
from rag.embedder import Embedder
from rag.errors import StoreError

ENCODED: Final = 20_000
"""Sentences of the speed measurement."""


@dataclass(frozen=True)
class Row:
    """One line: what was measured, its value with the 95 % interval, the baseline, p of the comparison, the target."""

    what: str
    value: str
    baseline: str = "–"
    p: str = "–"
    target: str = ""
    met: bool | None = None


def figures(assistant: Assistant, data: Path, progress: Callable[[str], None]) -> list[Row]:
    """All rows; the Decision is asked in the current index, everything else in indexes of its own.

    Raises:
        StoreError: the embedding model could not be loaded.
        InputError: the data folder lacks a document.
    """
    embedder = assistant.embedder
    if embedder is None:
        raise StoreError("嵌入模型未能加载，无法评测。请检查 CHUANCE_EMBEDDING_MODEL。")
    progress("《决定》")
    rows = decision_rows(assistant, read_cases("test"))
    progress("没有问法的文件")
    with documents_indexed(data, "test") as other:
        rows += document_rows(unseen.summary(unseen.score_documents(read_document_cases("test"), other)))
    progress("STARD")
    rows += _stard_rows(yardsticks.stard(data, embedder))
    progress("2020 年政策问答")
    found = yardsticks.policy_documents(data)
    rows.append(_share("2020 年政策问答，文件第一", found["first"], found["bm25_first"], found["p"], 0.82))
    return [*rows, _speed(embedder, assistant)]


def decision_rows(assistant: Assistant, cases: Sequence[Case]) -> list[Row]:
    """The held-out questions on the Decision, ours and the best sentence by BM25."""
    build = assistant.library.current()
    ours, keywords = (
        list(score_all(cases, ask_all(answerer, cases), build).values())
        for answerer in (our_system(assistant, build), of_question(bm25_sentences(build, 1)))
    )
    rows = [
        _paired(f"《决定》{what}", ours, keywords, chosen, measure, target)
        for what, chosen, measure, target in (
            ("正确条款第一", _answerable, lambda one: one.first_clause, 0.95),
            ("严格准确率", lambda one: True, lambda one: one.strict, None),
            ("严格准确率，工作人员", lambda one: one.style == "staff", lambda one: one.strict, 0.88),
            ("严格准确率，企业", lambda one: one.style == "enterprise", lambda one: one.strict, 0.75),
            ("严格准确率，群众", lambda one: one.style == "lay", lambda one: one.strict, None),
        )
    ]
    asked = [one for one in ours if _answerable(one)]
    others = [one for one in ours if not _answerable(one)]
    return [
        *rows,
        *_risk_rows(ours),
        _share("《决定》答不了的已拒或更正", Share.of([one.declined for one in others]), None, None, 0.92),
        _share("《决定》能答的被拒", Share.of([one.declined for one in asked]), None, None, 0.04, most=True),
    ]


def _risk_rows(ours: Sequence[Score]) -> list[Row]:
    """Risk and coverage: how often an answer's first clause is wrong among the most confident answers."""
    answered = [one for one in ours if one.answered]
    confidence = [one.confidence for one in answered]
    right = [one.first_clause for one in answered]
    return [
        _share(
            f"《决定》回答中把握最高的 {100 * coverage:.0f} %，首条错",
            risk_at(coverage, confidence, right),
            None,
            None,
            None,
        )
        for coverage in (0.5, 0.8, 0.9, 1.0)
    ]


def document_rows(found: dict[str, Share | float]) -> list[Row]:
    """The unseen documents."""
    name = "没有问法的文件："
    return [
        _share(f"{name}正确条款第一", found["first"], found["bm25_first"], found["p"], 0.68),
        _share(f"{name}前五", found["within_5"], found["bm25_within_5"], None, 0.93),
        _share(f"{name}回答首引正确", found["first_cited"], None, None, None),
        _share(f"{name}近似但未写的已拒", found["near_misses_declined"], None, None, 0.92),
        _share(f"{name}能答的被拒", found["answerable_declined"], None, None, 0.04, most=True),
    ]


def _stard_rows(found: dict[str, float]) -> list[Row]:
    size = f"STARD，{found['articles']:.0f} 条、{found['questions']:.0f} 问，"
    return [
        Row(
            f"{size}{what}", f"{found[name]:.3f}", f"{found[f'bm25_{name}']:.3f}", target=f"≥ {target:.2f}",
            met=found[name] >= target,
        )
        for what, name, target in (("前 10 召回", "recall_10", 0.56), ("前 100 召回", "recall_100", 0.78))
    ]  # fmt: skip


def _speed(embedder: Embedder, assistant: Assistant) -> Row:
    texts = [passage.text for passage in assistant.library.current().passages]
    many = (texts * (ENCODED // len(texts) + 1))[:ENCODED]
    started = time.perf_counter()
    embedder.embed_matrix(many)
    speed = ENCODED / (time.perf_counter() - started)
    return Row("自带模型每秒编码句数", f"{speed:,.0f}", target="≥ 2,000", met=speed >= 2000)


def _paired(
    what: str, ours: Sequence[Score], other: Sequence[Score], chosen: Callable[[Score], bool],
    measure: Callable[[Score], bool], target: float | None,
) -> Row:  # fmt: skip
    pairs = [(measure(one), measure(its)) for one, its in zip(ours, other, strict=True) if chosen(one)]
    left, right = [one for one, _ in pairs], [its for _, its in pairs]
    return _share(what, Share.of(left), Share.of(right), mcnemar(left, right), target)


def _share(
    what: str, share: Share | float, baseline: Share | float | None, p: Share | float | None,
    target: float | None, *, most: bool = False,
) -> Row:  # fmt: skip
    value = share.value if isinstance(share, Share) else share
    met = None if target is None or value is None else (value <= target if most else value >= target)
    goal = "" if target is None else f"{'≤' if most else '≥'} {100 * target:.0f} %"
    return Row(
        what, str(share), "–" if baseline is None else str(baseline),
        f"{p:.3g}" if isinstance(p, float) else "–", goal, met,
    )  # fmt: skip


def _answerable(score: Score) -> bool:
    return score.expect == "answer"
