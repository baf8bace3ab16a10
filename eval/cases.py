"""Gold questions: one JSON object a line, checked against the indexed corpus by `lint`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from rag.builds import Build
from rag.errors import CorpusError
from rag.figures import normalise

GOLD = Path(__file__).with_name("gold")
CATEGORIES = (
    "figure", "list", "content", "clause", "where", "everyday", "enterprise", "two_clauses", "unanswerable", "false_premise",
)  # fmt: skip
STYLES = ("staff", "lay", "enterprise")
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


def clause_of(name: str, build: Build) -> str:
    """The clause of an item: #（四）/电子信息产业 -> #（四）; the slash of #附件1/（三） is no item."""
    clause = build.clause_by_id.get(name)
    if clause is None:
        return name.rpartition("/")[0] or name
    return name.rpartition(f"/{clause.item}")[0] if clause.item else name


def count_by_category(splits: Mapping[str, Sequence[Case]]) -> dict[str, tuple[int, ...]]:
    """How many questions of every category each split has, in the order of `splits`."""
    return {
        category: tuple(sum(case.category == category for case in cases) for cases in splits.values())
        for category in CATEGORIES
    }


def lint(splits: Mapping[str, Sequence[Case]], build: Build) -> list[str]:
    """Everything wrong with the cases, as Chinese sentences; empty when all is well.

    A case that repeats a written question of the index would measure memory, not retrieval.
    """
    problems: list[str] = []
    indexed = [_bigrams(passage.text) for passage in build.questions]
    seen: dict[str, str] = {}
    questions: list[tuple[str, set[str]]] = []
    for split, cases in splits.items():
        for case in cases:
            if case.split != split:
                problems.append(f"{case.id}：写着属于 {case.split!r}，却在 {split} 里。")
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
            if any(_jaccard(grams, its) > DUPLICATE for its in indexed):
                problems.append(f"{case.id} 与索引收录的一个问法几乎相同。")
            questions.append((case.id, grams))
    return problems


def _problems_of(case: Case, build: Build) -> list[str]:
    gold = [name for slot in case.gold_clauses for name in slot]
    named = [*gold, *(name for name, _ in case.evidence), *case.near_miss_clauses]
    problems = _malformed(case)
    problems += [
        f"{case.id}：文件里没有条款 {name}。"
        for name in dict.fromkeys(named)
        if name not in build.clause_by_id
    ]
    problems += [
        f"{case.id}：{name} 里没有“{quote[:30]}”。"
        for name, quote in case.evidence
        if normalise(quote) not in _whole_text(name, build)
    ]
    # Near misses are left out: a fact that stands only there proves the gold clause wrong.
    gold_text = "".join(_whole_text(name, build) for name in gold)
    problems += [
        f"{case.id}：事实“{fact[0]}”不在金标条款里。"
        for fact in case.facts
        if normalise(fact[0]) not in gold_text
    ]
    return problems


def _malformed(case: Case) -> list[str]:
    """What is wrong with the record itself, whatever the corpus says."""
    unanswerable = case.expect == "refuse"
    wrong = {
        f"没有 {case.category!r} 这个类别": case.category not in CATEGORIES,
        f"没有 {case.style!r} 这种问法": case.style not in STYLES,
        f"expect 不能是 {case.expect!r}": case.expect not in get_args(Expectation),
        "应拒答的问题没有金标条款，其他问题必须有": unanswerable == bool(case.gold_clauses),
        # Without facts every answer would have all of them.
        "应拒答的问题没有事实，其他问题必须有": unanswerable == bool(case.facts),
        "有事实或条款是空的": any(not all([slot, *slot]) for slot in (*case.facts, *case.gold_clauses)),
    }
    return [f"{case.id}：{problem}。" for problem, found in wrong.items() if found]


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
