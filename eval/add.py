"""Feedback -> draft gold records: what somebody asked, with the clauses that were cited as suggested gold.

A line of feedback is {"question", "answer"?, "comment"?, "policy"?, "clause"?}. `answer` is the
text that was given or the whole answer as JSON (README); `clause` is the right clause in `policy`
(id or title): its locator, its item, or its id. What a line does not say is taken from the answer
that the assistant gives now. A draft is a start for somebody who looks into the clause; it is
marked `draft`, and lint refuses it among the gold until that mark is taken away.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from eval.cases import Case
from eval.lint_gold import lint
from eval.metrics import clause_id_of
from eval.runs import answer_from_json
from rag.assistant import Assistant
from rag.builds import Build
from rag.errors import InputError
from rag.locate import locate
from rag.references import find_references
from rag.types import Answer, Clause, Query
from rag.understand import normalise_question, understand
from rag.validity import today

AUTHOR: Final = "反馈"
DRAFTS: Final = "草稿"
"""The split that drafts are linted as."""
CATEGORY_OF_FORM: Final = {"figure": "figure", "list": "list", "where": "where", "outline": "clause"}
_FIGURE = re.compile(
    r"\d[\d,.]*\s*(?:%|％|‰|[十百千万亿]*(?:元|个百分点|个月|个工作日|年|天|个|家|户|项|条|亩|吨))"
)


@dataclass(frozen=True)
class Drafts:
    """Draft cases, what each still needs, and the lines that could not be used."""

    cases: tuple[Case, ...]
    to_do: tuple[str, ...]
    unusable: tuple[str, ...]


def drafted(
    lines: Iterable[str], split: str, gold: Mapping[str, Sequence[Case]], assistant: Assistant
) -> Drafts:
    """A draft for `split` from every line of feedback that can be used, checked like the rest of the gold."""
    cases, unusable = [], []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            cases.append(_draft(_read(line), f"feedback-{today():%Y%m%d}-{number:03d}", split, assistant))
        except InputError as problem:
            unusable.append(f"第 {number} 行：{problem}")
    finished = [replace(case, split=DRAFTS, draft=False) for case in cases]
    known = set(lint(gold, assistant.library.current()))
    found = lint({**gold, DRAFTS: finished}, assistant.library.current())
    to_do = tuple(problem for problem in found if problem not in known)
    return Drafts(tuple(cases), to_do, tuple(unusable))


def _read(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as problem:
        raise InputError("不是 JSON。") from problem
    if not isinstance(row, dict) or not isinstance(row.get("question"), str) or not row["question"].strip():
        raise InputError('没有问题，应为 {"question": …} 形式的 JSON。')
    return row


def _draft(row: Mapping[str, Any], case_id: str, split: str, assistant: Assistant) -> Case:
    build = assistant.library.current()
    question = str(row["question"]).strip()
    answer = _given_answer(row) or assistant.ask(question, build=build)
    if row.get("clause"):
        clause = _named_clause(row.get("policy"), str(row["clause"]), build)
        evidence = [(clause.id, _best_passage(question, clause, build))]
    else:
        cited = [(clause_id_of(citation, build), citation.quote) for citation in answer.citations]
        evidence = [pair for pair in dict.fromkeys(cited) if pair[0] in build.clause_by_id]
    gold = tuple(dict.fromkeys(name for name, _ in evidence))
    policies = {build.clause_by_id[name].document_id for name in gold}
    form = understand(normalise_question(question)).form
    made = {"date": today().isoformat(), "comment": row.get("comment"), "answer": _said(row)}
    return Case(
        id=case_id, question=question,
        category=CATEGORY_OF_FORM.get(form, "content") if gold else "unanswerable",
        style="lay", expect="answer" if gold else "refuse",
        facts=tuple((figure,) for figure in _figures(quote for _, quote in evidence)),
        gold_clauses=tuple((name,) for name in gold), evidence=tuple(evidence), near_miss_clauses=(),
        policy=policies.pop() if len(policies) == 1 else None, author=AUTHOR, split=split,
        written=tuple((name, str(value)) for name, value in made.items() if value), draft=True,
    )  # fmt: skip


def _given_answer(row: Mapping[str, Any]) -> Answer | None:
    """The answer of the line where it is given whole, with its citations."""
    if not isinstance(row.get("answer"), dict):
        return None
    try:
        return answer_from_json(row["answer"])
    except (KeyError, TypeError) as problem:
        raise InputError("answer 应为文字，或 README 所写的回答 JSON。") from problem


def _said(row: Mapping[str, Any]) -> str:
    answer = row.get("answer")
    return str(answer.get("answer", "")) if isinstance(answer, dict) else str(answer or "")


def _named_clause(policy: object, name: str, build: Build) -> Clause:
    """The clause meant by an id, or by a locator or item in a policy.

    Raises:
        InputError: there is no such policy or clause, or only the policy could tell which is meant.
    """
    if name in build.clause_by_id:
        return build.clause_by_id[name]
    if not policy:
        raise InputError(f"没有条款 {name!r}；请写条款编号，或用 policy 写明是哪份文件。")
    wanted = str(policy).strip("《》 ")
    documents = [one.id for one in build.documents.values() if wanted in {one.id, one.title}]
    if not documents:
        raise InputError(f"索引里没有文件 {wanted!r}。")
    clauses = build.clauses_of(documents[0])
    exact = [one for one in clauses if name in {one.label, one.item, one.heading, one.id.partition("#")[2]}]
    text = normalise_question(name)
    located = locate(Query(text=text, core="", references=find_references(text)), build, documents[:1])
    found = [*exact, *(clause for place in located for clause in place.clauses)]
    if not found:
        raise InputError(f"{documents[0]} 里没有条款 {name!r}。")
    return found[0]


def _best_passage(question: str, clause: Clause, build: Build) -> str:
    """The sentence of the clause that shares most with the question, by BM25 over character 1- to 3-grams."""
    scores = build.lexical.scores("passage_grams", question)
    rows = [row for row, passage in enumerate(build.passages) if passage.clause_id == clause.id]
    return build.passages[max(rows, key=lambda row: scores[row])].text if rows else clause.text.strip()


def _figures(quotes: Iterable[str]) -> list[str]:
    """Figures with their units as they are written, each once."""
    return list(dict.fromkeys(found for quote in quotes for found in _FIGURE.findall(quote)))
