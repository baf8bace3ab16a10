"""Ask every gold question of every system, score, and put the systems side by side."""

import json
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

from eval.baselines import Answerer, PlainPipeline, always_refuse, bm25_sentences, top_clause
from eval.cases import Case, clause_of
from eval.metrics import Score, score
from eval.statistics import Share
from rag.assistant import Assistant
from rag.builds import Build
from rag.errors import InputError, ModelError
from rag.present import answer_to_json
from rag.types import Answer

OURS = "川策问答"


@dataclass(frozen=True)
class Result:
    """The scores of one system, with its answers by question id (None: an exception)."""

    system: str
    scores: tuple[Score, ...]
    answers: dict[str, Answer | None]
    problems: dict[str, str] = field(default_factory=dict)
    """What was raised instead of an answer, by question id."""


class Outcome(NamedTuple):
    """What came of asking once; `problem` is empty unless there is no answer."""

    answer: Answer | None
    problem: str
    elapsed_ms: float


def run(
    assistant: Assistant,
    cases: Sequence[Case],
    *,
    baselines: bool = True,
    progress: Callable[[], None] | None = None,
) -> list[Result]:
    """Score the assistant and, beside it, the baselines.

    Raises:
        ModelError: the plain pipeline needs the embedding model and it could not be loaded.
    """
    build = assistant.library.current()
    with ExitStack() as stack:
        systems: dict[str, Answerer] = {OURS: assistant.ask}
        if baselines:
            if assistant.embedder is None:
                raise ModelError(
                    "嵌入模型未能加载，无法与普通 LangChain 流程对比。请检查 CHUANCE_EMBEDDING_MODEL。"
                )
            gold = {case.question: _gold_clauses(case, build) for case in cases}
            systems |= {
                "普通 LangChain 流程": stack.enter_context(PlainPipeline(build, assistant.embedder, gold)),
                "BM25 首句": bm25_sentences(build, 1),
                "BM25 前三句": bm25_sentences(build, 3),
                "首条全文": top_clause(build),
                "一律拒答": always_refuse,
            }
        return [run_one(name, answerer, cases, build, progress) for name, answerer in systems.items()]


def run_one(
    name: str,
    answerer: Answerer,
    cases: Sequence[Case],
    build: Build,
    progress: Callable[[], None] | None = None,
) -> Result:
    """Ask one system every question; a question that raises is scored as wrong."""
    outcomes: dict[str, Outcome] = {}
    scores = []
    for case in cases:
        outcome = _ask(answerer, case.question)
        outcomes[case.id] = outcome
        scores.append(replace(score(case, outcome.answer, build), elapsed_ms=outcome.elapsed_ms))
        if progress:
            progress()
    return Result(
        name,
        tuple(scores),
        {case_id: outcome.answer for case_id, outcome in outcomes.items()},
        {case_id: outcome.problem for case_id, outcome in outcomes.items() if outcome.problem},
    )


def _ask(answerer: Answerer, question: str) -> Outcome:
    started = time.perf_counter()
    try:
        answer, problem = answerer(question), ""
    except Exception as raised:  # whatever it is, the question counts as wrong and the run goes on
        answer, problem = None, repr(raised)
    elapsed_ms = (time.perf_counter() - started) * 1000
    return Outcome(answer and replace(answer, elapsed_ms=elapsed_ms), problem, elapsed_ms)


def _gold_clauses(case: Case, build: Build) -> frozenset[str]:
    return frozenset(clause_of(name, build) for slot in case.gold_clauses for name in slot)


def summary(scores: Iterable[Score]) -> dict[str, Any]:
    """The measures of one system. Shares have their own denominators; a mean of nothing is None.

    Citation precision counts answered answerable questions, one without a citation
    as 0; recall counts all answerable ones, one that was declined as 0.
    """
    scores = list(scores)
    answerable = [one for one in scores if one.expect == "answer"]
    others = [one for one in scores if one.expect != "answer"]
    answered = [one for one in answerable if one.answered]
    times = [one.elapsed_ms for one in scores]
    return {
        "strict": Share.of([one.strict for one in scores]),
        "first_clause": Share.of([one.first_clause for one in answerable]),
        "all_clauses": Share.of([one.all_clauses for one in answerable]),
        "items": Share.of([one.items for one in answerable if one.items is not None]),
        "facts": Share.of([one.facts for one in answerable]),
        "citation_precision": _mean([one.cited_gold / max(one.cited, 1) for one in answered]),
        "citation_recall": _mean([one.slots_cited / one.slots for one in answerable]),
        "declined_unanswerable": Share.of([one.declined for one in others]),
        "declined_answerable": Share.of([one.declined for one in answerable]),
        "unsupported": sum(one.unsupported for one in scores),
        "false_quotes": sum(one.false_quotes for one in scores),
        "exceptions": sum(one.failed for one in scores),
        "mean_length": _mean([one.length for one in scores]),
        "median_ms": float(np.median(times)) if times else None,
        "p95_ms": float(np.percentile(times, 95)) if times else None,
    }


def _mean(values: Sequence[float]) -> float | None:
    return statistics.fmean(values) if values else None


def by(scores: Iterable[Score], name: Literal["category", "style"]) -> dict[str, Share]:
    """Strict accuracy by `category` or `style`."""
    groups: dict[str, list[bool]] = {}
    for one in scores:
        groups.setdefault(getattr(one, name), []).append(one.strict)
    return {group: Share.of(values) for group, values in groups.items()}


def write(results: Sequence[Result], folder: Path) -> None:
    """Store answers and scores apart, so that scoring again needs no answering."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, result in enumerate(results):
        answers = (
            {
                **(answer_to_json(answer) if answer else {"status": "exception"}),
                "id": case_id,
                "problem": result.problems.get(case_id),
            }
            for case_id, answer in result.answers.items()
        )
        _write_lines(folder / f"answers-{number}.jsonl", answers)
        _write_lines(
            folder / f"scores-{number}.jsonl",
            ({"system": result.system, **asdict(one)} for one in result.scores),
        )


def failing_in(path: Path) -> frozenset[str]:
    """Ids of the questions that did not pass in a scores file of an earlier run.

    Raises:
        InputError: the file cannot be read or is no scores file.
    """
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf8").splitlines()]
        return frozenset(row["id"] for row in rows if not row["strict"])
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise InputError(f"{path} 不是以前评测写下的得分文件（scores-0.jsonl）。") from problem


def _write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf8")
