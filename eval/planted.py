"""Faults planted in right answers, each with the measures that should see it and no others (eval.selftest)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from eval.cases import Case, Forbidden, clause_of
from eval.metrics import LONGEST, clause_id_of, unsupported
from rag.builds import Build
from rag.types import Answer, Citation, Clause

HEADLINES: Final = frozenset({"strict", "accurate", "grounded"})
RETRIEVAL: Final = frozenset(
    {"recall_1", "recall_3", "recall_5", "recall_10", "ndcg_10", "mrr_10", "all_gold_10"}
)
_RECALLS: Final = frozenset({"fact_recall", "document_recall", "clause_recall", "item_recall"})
_BURIED: Final = 10
"""Clauses that are put before the right one."""
_NUMBER: Final = re.compile(r"\d+")
_MARKERS: Final = re.compile(r"(\[\d+\])")


@dataclass(frozen=True)
class Asked:
    """A question with an answer to it; None stands for an exception."""

    case: Case
    answer: Answer | None
    ranked: tuple[str, ...]


Plant = Callable[[Asked, Build], Asked | None]
"""The question with the fault; None where it cannot be planted."""


@dataclass(frozen=True)
class Fault:
    """One kind of fault; `seen` are the measures of eval.selftest that must get worse."""

    name: str
    plant: Plant
    seen: frozenset[str]


def _answered(change: Callable[[Case, Answer, Build], Answer | None]) -> Plant:
    """Plant a fault in an answer to an answerable question."""

    def plant(asked: Asked, build: Build) -> Asked | None:
        if asked.case.expect != "answer" or asked.answer is None:
            return None
        changed = change(asked.case, asked.answer, build)
        return replace(asked, answer=changed) if changed else None

    return plant


def _wrong_figure(case: Case, answer: Answer, build: Build) -> Answer | None:
    """Every digit of the answer one or more higher, so that none of its numbers stands in a quote."""
    quoted = {number for one in answer.citations for number in _NUMBER.findall(one.quote)}
    if not any(all(map(_NUMBER.search, fact)) for fact in case.facts):
        return None
    for step in range(1, 9):
        text = "".join(
            part if part[:1] == "[" else _moved(part, step) for part in _MARKERS.split(answer.answer)
        )
        if not quoted & set(_NUMBER.findall(_MARKERS.sub("", text))):
            return replace(answer, answer=text)
    return None


def _moved(text: str, step: int) -> str:
    return re.sub(r"\d", lambda digit: str((int(digit[0]) + step - 1) % 9 + 1), text)


def _wrong_clause(case: Case, answer: Answer, build: Build) -> Answer | None:
    """The same quotes under the locator of another clause."""
    others = _other_clauses(case, answer, build)
    if not others:
        return None
    return replace(
        answer,
        citations=tuple(replace(one, clause=others[0].label, item=None) for one in answer.citations),
    )


def _missing_clause(case: Case, answer: Answer, build: Build) -> Answer | None:
    """A slot less, where what is left proves every figure and shows every document."""
    if len(case.gold_clauses) < 2 or _names_items(case, build):
        return None
    last = {clause_of(name, build) for name in case.gold_clauses[-1]}
    first = {clause_of(name, build) for slot in case.gold_clauses[:-1] for name in slot}
    kept = tuple(
        one for one in answer.citations if clause_of(clause_id_of(one, build), build) not in last - first
    )
    shorter = replace(answer, citations=kept)
    dropped = len(kept) < len(answer.citations) and not last & first
    same = {one.policy_id for one in kept} == {one.policy_id for one in answer.citations}
    return shorter if dropped and same and not unsupported(shorter) else None


def _further_clause(case: Case, answer: Answer, build: Build) -> Answer | None:
    """A clause of the same document that is not gold, cited last."""
    others = _other_clauses(case, answer, build)
    if not others or _names_items(case, build):
        return None
    return replace(answer, citations=(*answer.citations, _cited(others[0], answer.citations[0], build)))


def _wrong_item(case: Case, answer: Answer, build: Build) -> Answer | None:
    """The item of the first citation given as another item of its clause, offsets and quote with it."""
    exact = {name for slot in case.gold_clauses for name in slot}
    if not _names_items(case, build):
        return None
    first = answer.citations[0]
    siblings = [
        one
        for one in build.clauses_of(first.policy_id)
        if one.item and one.label == first.clause and one.id not in exact
    ]
    if not siblings or clause_of(siblings[0].id, build) in exact:
        return None
    moved = replace(answer, citations=(_cited(siblings[0], first, build), *answer.citations[1:]))
    return moved if not unsupported(moved) else None


def _false_quote(case: Case, answer: Answer, build: Build) -> Answer | None:
    """A quote that lacks its last character."""
    first = answer.citations[0]
    cut = replace(answer, citations=(replace(first, quote=first.quote[:-1]), *answer.citations[1:]))
    return None if unsupported(cut) else cut


def _answering_the_unanswerable(asked: Asked, build: Build) -> Asked | None:
    """Words and a clause where there is nothing to say."""
    if asked.case.expect != "refuse" or asked.answer is None:
        return None
    clause = next(one for one in build.clauses if one.level)
    document = build.documents[clause.document_id]
    citation = Citation(
        1, document.id, document.title, document.number, clause.label, clause.item, clause.heading, clause.part,
        document.text[clause.start : clause.end], clause.start, clause.end, document.kind, document.status,
    )  # fmt: skip
    said = replace(
        asked.answer, status="answered", answer="文件有这样的规定[1]。", citations=(citation,), confidence=0.9
    )
    return replace(asked, answer=said)


def _forbidden(asked: Asked, build: Build) -> Asked | None:
    """Right facts beside words that gold forbids."""
    if asked.case.expect != "answer" or asked.answer is None:
        return None
    case = replace(asked.case, forbidden=(Forbidden("按旧的标准", "已被替代"),))
    return Asked(
        case, replace(asked.answer, answer=f"{asked.answer.answer}\n也可按旧的标准办理。"), asked.ranked
    )


def _buried(asked: Asked, build: Build) -> Asked | None:
    """Ten other clauses of the same document ranked before the right ones."""
    right = {clause_of(name, build) for slot in asked.case.gold_clauses for name in slot}
    right |= {clause_of(name, build) for name in asked.case.near_miss_clauses}
    if not asked.case.gold_clauses:
        return None
    document = asked.case.gold_clauses[0][0].partition("#")[0]
    names = dict.fromkeys(clause_of(one.id, build) for one in build.clauses_of(document))
    others = [name for name in names if name not in right][:_BURIED]
    return replace(asked, ranked=(*others, *asked.ranked)) if len(others) == _BURIED else None


def _other_clauses(case: Case, answer: Answer, build: Build) -> Sequence[Clause]:
    """Clauses of the first cited document that are not gold and whose locator stands once in it."""
    gold = {clause_of(name, build) for slot in case.gold_clauses for name in slot}
    clauses = [one for one in build.clauses_of(answer.citations[0].policy_id) if not one.item]
    labels = [one.label for one in clauses]
    return [one for one in clauses if one.id not in gold and labels.count(one.label) == 1 and one.level]


def _cited(clause: Clause, like: Citation, build: Build) -> Citation:
    quote = build.documents[clause.document_id].text[clause.start : clause.end]
    return replace(
        like, clause=clause.label, item=clause.item, heading=clause.heading, part=clause.part, quote=quote,
        start=clause.start, end=clause.end,
    )  # fmt: skip


def _names_items(case: Case, build: Build) -> bool:
    return any(clause_of(name, build) != name for slot in case.gold_clauses for name in slot)


def _refused(case: Case, answer: Answer, build: Build) -> Answer:
    return replace(answer, status="refused", answer="未找到。", citations=(), confidence=0.0)


def _dumped(case: Case, answer: Answer, build: Build) -> Answer:
    return replace(answer, answer="\n".join([answer.answer] * (LONGEST // max(len(answer.answer), 1) + 1)))


FAULTS: Final = (
    Fault("数字写错", _answered(_wrong_figure), HEADLINES | {"fact_recall", "unsupported", "aurc"}),
    Fault("条款写错", _answered(_wrong_clause), frozenset({
        "strict", "grounded", "clause_precision", "clause_recall", "item_precision", "item_recall", "misplaced_quotes",
    })),
    Fault("漏引一条", _answered(_missing_clause), frozenset({"strict", "grounded", "clause_recall"})),
    Fault("不该拒却拒", _answered(_refused), HEADLINES | _RECALLS | {"over_refusal", "unanswered", "refusal_precision"}),
    Fault("长篇照抄", _answered(_dumped), HEADLINES | {"aurc"}),
    Fault("程序异常", lambda asked, build: replace(asked, answer=None), HEADLINES | _RECALLS | {
        "exceptions", "unanswered", "refusal_recall",
    }),
    Fault("该拒却答", _answering_the_unanswerable, HEADLINES | {"refusal_recall", "aurc"}),
    Fault("该答却反问", _answered(lambda case, answer, build: replace(answer, status="clarify")), HEADLINES | {"unanswered"}),
    Fault("多引一条", _answered(_further_clause), frozenset({"clause_precision"})),
    Fault("名目引错", _answered(_wrong_item), frozenset({"item_precision", "item_recall"})),
    Fault("引文少一字", _answered(_false_quote), frozenset({"grounded", "false_quotes"})),
    Fault("添一个没有依据的数字", _answered(
        lambda case, answer, build: replace(answer, answer=f"{answer.answer}\n另有 98765 项。")
    ), frozenset({"grounded", "unsupported"})),
    Fault("说了不该说的", _forbidden, frozenset({"accurate", "grounded", "aurc"})),
    Fault("条款排在十条之后", _buried, RETRIEVAL),
)  # fmt: skip
