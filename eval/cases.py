"""Gold questions: one JSON object a line, checked against the indexed corpus by `lint`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from rag.builds import Build
from rag.errors import CorpusError
from rag.figures import normalise

GOLD = Path(__file__).with_name("gold")
CATEGORIES = (
    "figure", "list", "content", "clause", "where", "everyday", "enterprise", "two_clauses", "unanswerable", "false_premise",
)  # fmt: skip
DUPLICATE = 0.8
"""Jaccard similarity of character bigrams from which two questions count as one."""
Expectation = Literal["answer", "refuse", "correct_premise"]


@dataclass(frozen=True)
class Case:
    """One gold question.

    `facts` is a tuple of alternatives: each fact is present when any of its strings
    is. `gold_clauses` is a tuple of slots with alternatives: a right answer cites one
    clause of every slot.
    """

    id: str
    question: str
    category: str
    style: str
    expect: Expectation
    facts: tuple[tuple[str, ...], ...]
    gold_clauses: tuple[tuple[str, ...], ...]
    evidence: tuple[tuple[str, str], ...]
    """(clause id, words that stand in it)."""
    near_miss_clauses: tuple[str, ...]
    policy: str
    author: str
    split: str


def read_cases(split: str, folder: Path = GOLD) -> list[Case]:
    """The cases of `dev` or `test`.

    Raises:
        CorpusError: the file is missing or a line is no gold record; the message names the line.
    """
    path = folder / f"{split}.jsonl"
    try:
        lines = path.read_text(encoding="utf8").splitlines()
    except OSError as problem:
        raise CorpusError(f"找不到金标文件 {path.name}。") from problem
    cases = []
    for number, line in enumerate(lines, start=1):
        try:
            cases.append(_case(json.loads(line)))
        except (ValueError, KeyError, TypeError) as problem:
            raise CorpusError(f"{path.name} 第 {number} 行不是金标记录：{problem!r}。") from problem
    return cases


def clause_of(clause_id: str) -> str:
    """The clause of an item: #（四）/电子信息产业 -> #（四）."""
    return clause_id.split("/")[0] if "#附件" not in clause_id else clause_id


def lint(splits: Mapping[str, Sequence[Case]], build: Build) -> list[str]:
    """Everything wrong with the cases, as Chinese sentences; empty when all is well."""
    problems: list[str] = []
    seen: dict[str, str] = {}
    questions: list[tuple[str, set[str]]] = []
    for cases in splits.values():
        for case in cases:
            if case.id in seen:
                problems.append(f"{case.id}：编号重复。")
            seen[case.id] = case.question
            problems += _problems_of(case, build)
            grams = _bigrams(case.question)
            problems += [
                f"{case.id} 与 {other} 的问题几乎相同。"
                for other, its in questions
                if _jaccard(grams, its) > DUPLICATE
            ]
            questions.append((case.id, grams))
    return problems


def _problems_of(case: Case, build: Build) -> list[str]:
    problems = []
    if case.category not in CATEGORIES:
        problems.append(f"{case.id}：没有 {case.category!r} 这个类别。")
    if (case.expect == "refuse") != (not case.gold_clauses):
        problems.append(f"{case.id}：应拒答的问题没有金标条款，其他问题必须有。")
    named = [name for slot in case.gold_clauses for name in slot] + list(case.near_miss_clauses)
    problems += [f"{case.id}：文件里没有条款 {name}。" for name in named if name not in build.clause_by_id]
    texts = {name: _whole_text(name, build) for name, _ in case.evidence if name in build.clause_by_id}
    for name, quote in case.evidence:
        if normalise(quote) not in texts.get(name, ""):
            problems.append(f"{case.id}：{name} 里没有“{quote[:30]}”。")
    gold_text = "".join(_whole_text(name, build) for name in named if name in build.clause_by_id)
    for fact in case.facts if case.expect == "answer" else ():
        if normalise(fact[0]) not in gold_text:
            problems.append(f"{case.id}：事实“{fact[0]}”不在金标条款里。")
    return problems


def _whole_text(clause_id: str, build: Build) -> str:
    """The text of a clause with its items, normalised."""
    parts = (
        clause.text
        for clause in build.clauses
        if clause.id == clause_id or clause.id.startswith(f"{clause_id}/")
    )
    return normalise("".join(parts))


def _case(record: dict[str, Any]) -> Case:
    return Case(
        id=record["id"],
        question=record["question"],
        category=record["category"],
        style=record["style"],
        expect=record["expect"],
        facts=tuple(tuple(fact["any_of"]) for fact in record["facts"]),
        gold_clauses=tuple(tuple(slot) for slot in record["gold_clauses"]),
        evidence=tuple((one["clause"], one["quote"]) for one in record["evidence"]),
        near_miss_clauses=tuple(record["near_miss_clauses"]),
        policy=record["policy"],
        author=record["provenance"]["author"],
        split=record["split"],
    )


def _bigrams(text: str) -> set[str]:
    plain = normalise(text)
    return {plain[index : index + 2] for index in range(len(plain) - 1)}


def _jaccard(left: set[str], right: set[str]) -> float:
    return len(left & right) / max(len(left | right), 1)
