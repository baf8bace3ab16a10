"""Ask every gold question of every system, score, and put the systems side by side."""

import json
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from eval.baselines import Answerer, PlainPipeline, always_refuse, bm25_sentences, top_clause
from eval.cases import Case
from eval.metrics import Score, score
from eval.statistics import Share
from rag.assistant import Assistant
from rag.errors import ModelError
from rag.present import answer_to_json
from rag.types import Answer

OURS = "川策问答"


@dataclass(frozen=True)
class Result:
    """The scores of one system, with its answers by question id (None: an exception)."""

    system: str
    scores: tuple[Score, ...]
    answers: dict[str, Answer | None]


def run(
    assistant: Assistant,
    cases: Sequence[Case],
    *,
    baselines: bool = True,
    progress: Callable[[], None] | None = None,
) -> list[Result]:
    """Score the assistant and, beside it, the baselines."""
    build = assistant.library.current()
    with ExitStack() as stack:
        systems: dict[str, Answerer] = {OURS: assistant.ask}
        if baselines:
            if assistant.embedder is None:
                raise ModelError(
                    "嵌入模型未能加载，无法与普通 LangChain 流程对比。请检查 CHUANCE_EMBEDDING_MODEL。"
                )
            systems |= {
                "普通 LangChain 流程": stack.enter_context(PlainPipeline(build, assistant.embedder)),
                "BM25 首句": bm25_sentences(build, 1),
                "BM25 前三句": bm25_sentences(build, 3),
                "首条全文": top_clause(build),
                "一律拒答": always_refuse,
            }
        return [_run_one(name, answerer, cases, assistant, progress) for name, answerer in systems.items()]


def _run_one(
    name: str,
    answerer: Answerer,
    cases: Sequence[Case],
    assistant: Assistant,
    progress: Callable[[], None] | None,
) -> Result:
    build = assistant.library.current()
    answers: dict[str, Answer | None] = {}
    scores = []
    for case in cases:
        answer = _timed(answerer, case.question)
        answers[case.id] = answer
        scores.append(score(case, answer, build))
        if progress:
            progress()
    return Result(name, tuple(scores), answers)


def _timed(answerer: Answerer, question: str) -> Answer | None:
    """The answer with its wall time; an exception is an outcome, counted as wrong and apart."""
    started = time.perf_counter()
    try:
        answer = answerer(question)
    except Exception:
        return None
    return replace(answer, elapsed_ms=(time.perf_counter() - started) * 1000)


def summary(scores: Iterable[Score]) -> dict[str, Any]:
    """The measures of one system. Shares have their own denominators, named beside them."""
    scores = list(scores)
    answerable = [one for one in scores if one.expect == "answer"]
    others = [one for one in scores if one.expect != "answer"]
    given = [one for one in answerable if one.cited]
    return {
        "strict": Share.of([one.strict for one in scores]),
        "first_clause": Share.of([one.first_clause for one in answerable]),
        "facts": Share.of([one.facts for one in answerable]),
        "all_clauses": Share.of([one.all_clauses for one in answerable]),
        "citation_precision": statistics.fmean(one.cited_gold / one.cited for one in given)
        if given
        else None,
        "declined_unanswerable": Share.of([one.declined for one in others]),
        "declined_answerable": Share.of([one.declined for one in answerable]),
        "unsupported": sum(one.unsupported for one in scores),
        "false_quotes": sum(one.false_quotes for one in scores),
        "exceptions": sum(one.failed for one in scores),
        "mean_length": statistics.fmean(one.length for one in scores) if scores else None,
        "median_ms": float(np.median([one.elapsed_ms for one in scores])) if scores else None,
        "p95_ms": float(np.percentile([one.elapsed_ms for one in scores], 95)) if scores else None,
    }


def by(scores: Iterable[Score], field: str) -> dict[str, Share]:
    """Strict accuracy by `category` or `style`."""
    groups: dict[str, list[bool]] = {}
    for one in scores:
        groups.setdefault(getattr(one, field), []).append(one.strict)
    return {name: Share.of(values) for name, values in groups.items()}


def write(results: Sequence[Result], folder: Path) -> None:
    """Store answers and scores apart, so that scoring again needs no answering."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, result in enumerate(results):
        answers = (
            {"id": name, **(answer_to_json(answer) if answer else {"status": "exception"}), "case": name}
            for name, answer in result.answers.items()
        )
        _write_lines(folder / f"answers-{number}.jsonl", answers)
        _write_lines(
            folder / f"scores-{number}.jsonl",
            ({"system": result.system, **asdict(one)} for one in result.scores),
        )


def _write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf8")
