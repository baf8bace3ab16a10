"""Every question of a run as JSON values: what was said, what should have been, and the clauses both refer to."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from eval.cases import Case, clause_of, with_items
from eval.metrics import (
    LONGEST,
    Score,
    clause_id_of,
    has_fact,
    has_forbidden,
    is_as_expected,
    is_asked_back,
    places_of,
)
from eval.report_words import category_label
from eval.runs import OURS, Run, StoredAnswer
from rag.builds import Build
from rag.present import locator
from rag.tree import is_retold
from rag.types import Answer, Citation

_UNEXPECTED: Final = {
    "answer": "不该拒却拒", "refuse": "该拒却答", "clarify": "该反问却没有反问", "correct_premise": "没有指出前提有误",
}  # fmt: skip
_SPACE: Final = re.compile(r"\s")


def questions_json(run: Run, build: Build, boxes: Mapping[str, str]) -> list[dict[str, Any]]:
    """The questions of our system, those that failed first; `boxes` say by question id at which step it was lost."""
    answers, scores = run.answers[OURS], run.scores[OURS]
    rows = [
        _question(case, answers[case.id], scores[case.id], build, boxes.get(case.id)) for case in run.cases
    ]
    return sorted(rows, key=lambda row: row["passed"])


def clauses_json(questions: Iterable[Mapping[str, Any]], build: Build) -> dict[str, dict[str, Any]]:
    """The texts of all clauses that `questions` refer to, by id; those the index lacks are left out."""
    names = dict.fromkeys(
        one["clause"]
        for question in questions
        for one in (*question["cited"], *(one for slot in question["gold"] for one in slot))
    )
    return {name: _clause(name, build) for name in names if name in build.clause_by_id}


def faults_of(case: Case, answer: Answer | None, score: Score) -> list[str]:
    """Why a question is not both strictly right and founded, in the words a reader would use; empty when it is."""
    if score.strict and score.grounded:
        return []
    if answer is None:
        return ["程序异常"]
    if not is_as_expected(case, answer) and not (case.expect == "answer" and score.answered):
        return [_UNEXPECTED[case.expect]]
    wrong = {
        "缺事实": not score.facts,
        "说了不该说的": has_forbidden(case, answer.answer),
        "没有引到应引的条款": bool(score.slots) and not score.slots_cited,
        "条款没有引全": 0 < score.slots_cited < score.slots,
        "第一条引用不对": case.expect == "answer" and bool(score.slots_cited) and not score.first_clause,
        "长篇照抄": score.length >= LONGEST,
        "有无据数字": bool(score.unsupported),
        "引文不符": bool(score.false_quotes),
        "引文不在写着的条款里": bool(score.misplaced_quotes),
    }
    return [words for words, found in wrong.items() if found]


def _told(case: Case, answer: Answer | None) -> tuple[str, Sequence[Citation]]:
    """The words and places that are judged; a question back also says what it offers to choose from."""
    if answer is None:
        return "", ()
    places = places_of(case, answer)
    offered = [one.quote for one in places] if is_asked_back(case, answer) else []
    return "\n".join([answer.answer, *offered]), places


def _question(
    case: Case, stored: StoredAnswer, score: Score, build: Build, box: str | None
) -> dict[str, Any]:
    answer = stored.answer
    said = answer.answer if answer else ""
    told, places = _told(case, answer)
    return {
        "id": case.id, "question": case.question, "category": case.category,
        "category_label": category_label(case.category), "style": case.style, "expect": case.expect,
        "passed": score.strict and score.grounded, "accurate": score.accurate, "grounded": score.grounded,
        "faults": faults_of(case, answer, score), "box": box,
        "status": answer.status if answer else "exception", "problem": stored.problem, "answer": said,
        "confidence": score.confidence, "elapsed_ms": stored.elapsed_ms,
        "facts": [{"any_of": list(fact), "found": has_fact(told, fact)} for fact in case.facts],
        "forbidden": [
            {"pattern": one.pattern, "why": one.why, "found": has_forbidden(replace(case, forbidden=(one,)), said)}
            for one in case.forbidden
        ],
        "gold": _gold(case, places, build),
        "cited": _cited(case, places, build),
        "nearest": [f"《{one.title}》{locator(one)}" for one in answer.nearest] if answer else [],
    }  # fmt: skip


def _gold(case: Case, places: Iterable[Citation], build: Build) -> list[list[dict[str, Any]]]:
    """Slots of gold clauses, with the spans of the evidence in each clause's text."""
    cited = {clause_of(clause_id_of(one, build), build) for one in places}
    return [
        [
            {
                "clause": name,
                "cited": clause_of(name, build) in cited,
                "spans": [
                    span
                    for where, quote in case.evidence
                    if where == name and (span := find_quote(quote, _whole_text(name, build)))
                ],
            }
            for name in slot
        ]
        for slot in case.gold_clauses
    ]


def _cited(case: Case, places: Iterable[Citation], build: Build) -> list[dict[str, Any]]:
    """The clauses cited, each once, with its markers and the spans of its quotes."""
    gold = {clause_of(name, build) for slot in case.gold_clauses for name in slot}
    found: dict[str, dict[str, Any]] = {}
    for citation in places:
        name = clause_id_of(citation, build)
        row = found.setdefault(
            name,
            {
                "clause": name, "gold": clause_of(name, build) in gold, "markers": [], "spans": [], "quotes": [],
                "false_quotes": 0,
            },
        )  # fmt: skip
        row["markers"].append(citation.marker)
        row["quotes"].append(citation.quote)
        span = _span(citation, name, build)
        row["spans"] += [span] if span else []
        row["false_quotes"] += span is None
    return list(found.values())


def _span(citation: Citation, name: str, build: Build) -> list[int] | None:
    """Where the quote stands in the clause it is said to be of; None when it is not there."""
    clause = build.clause_by_id.get(name)
    if clause is None:
        return None
    text, start = _whole_text(name, build), citation.start - clause.start
    end = start + len(citation.quote)
    return [start, end] if start >= 0 and text[start:end] == citation.quote else None


def find_quote(quote: str, text: str) -> list[int] | None:
    """Start and end of `quote` in `text`, white space apart; None when it is not there."""
    places = [index for index, character in enumerate(text) if not _SPACE.match(character)]
    wanted = _SPACE.sub("", quote)
    start = "".join(text[index] for index in places).find(wanted)
    return [places[start], places[start + len(wanted) - 1] + 1] if wanted and start >= 0 else None


def _clause(name: str, build: Build) -> dict[str, Any]:
    clause = build.clause_by_id[name]
    document = build.documents[clause.document_id]
    item = f"·{clause.item}" if clause.item else ""
    return {
        "title": document.title,
        "place": f"{clause.label}{clause.heading}{item}",
        "retold": is_retold(document),
        "text": _whole_text(name, build),
    }


def _whole_text(name: str, build: Build) -> str:
    """The text of a clause with its items, which follow it without a gap; empty for an unknown id."""
    return "".join(one.text for one in with_items(name, build))
