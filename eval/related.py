"""Questions on the related policies, asked of everything at once, and questions on their validity.

`eval/gold/digests_<split>.jsonl` holds question and the clauses that answer it (none in a
near miss); `eval/gold/validity.jsonl` questions that turn on whether a policy is in force:

| kind      | asks                                                   | right                                        |
|-----------|--------------------------------------------------------|----------------------------------------------|
| `lapsed`  | plainly for what only a policy not in force offers      | refused, or said to be no longer in force     |
| `draft`   | the same where only a draft has it                     | the same                                     |
| `current` | for a subject of a policy in force and of one that is not | rests on the policy in force                  |
| `past`    | expressly for the past policy or the draft             | answered from it and labelled, or refused     |

An answer from another policy in force is no fault of `lapsed` and `draft`: it is counted apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eval.cases import GOLD, clause_of
from eval.metrics import clause_id_of
from eval.statistics import Share
from ingest.training_data import read_lines
from rag.assistant import Assistant
from rag.errors import CorpusError
from rag.types import Answer
from rag.validity import ANSWERING, NOTICES


@dataclass(frozen=True)
class RelatedCase:
    """One line of either file; `kind` is empty for a question on content."""

    id: str
    question: str
    clauses: frozenset[str]
    kind: str = ""
    policies: frozenset[str] = frozenset()


@dataclass(frozen=True)
class RelatedScore:
    """What became of one question."""

    case: RelatedCase
    declined: bool
    first: bool
    cited: bool
    given_as_valid: bool
    """A source that is not in force, without a word that it is not."""
    labelled: bool
    of_the_policy: bool
    """Rests on the policy the question is about."""


def read_related(name: str) -> list[RelatedCase]:
    """The cases of `eval/gold/<name>.jsonl`.

    Raises:
        CorpusError: a line lacks a field.
    """
    try:
        return [_case(record) for record in read_lines(GOLD / f"{name}.jsonl")]
    except (ValueError, KeyError, TypeError) as problem:
        raise CorpusError(f"{name}.jsonl 有一行不是金标记录：{problem!r}。") from problem


def _case(record: dict[str, Any]) -> RelatedCase:
    return RelatedCase(
        record["id"], record["question"], frozenset(record["clauses"]), record.get("kind", ""),
        frozenset(record.get("policies", ())),
    )  # fmt: skip


def score_related(cases: Sequence[RelatedCase], assistant: Assistant) -> list[RelatedScore]:
    """Ask every question of the whole index."""
    build = assistant.library.current()
    found = []
    for case in cases:
        answer = assistant.ask(case.question, build=build)
        gold = {clause_of(name, build) for name in case.clauses}
        cited = [clause_of(clause_id_of(one, build), build) for one in answer.citations]
        past = any(one.validity not in ANSWERING for one in answer.citations)
        labelled = any(notice in answer.answer for notice in NOTICES.values())
        found.append(
            RelatedScore(
                case, _declined(answer), bool(gold & set(cited[:1])), bool(gold & set(cited)),
                past and not labelled, labelled, any(one.policy_id in case.policies for one in answer.citations),
            )
        )  # fmt: skip
    return found


def _declined(answer: Answer) -> bool:
    return answer.status not in {"answered", "partial"}


def content_summary(scores: Sequence[RelatedScore]) -> dict[str, Share]:
    """Shares over the questions on content."""
    asked = [one for one in scores if one.case.clauses]
    others = [one for one in scores if not one.case.clauses]
    return {
        "first": Share.of([one.first for one in asked]),
        "cited": Share.of([one.cited for one in asked]),
        "answerable_declined": Share.of([one.declined for one in asked]),
        "near_misses_declined": Share.of([one.declined for one in others]),
    }


def validity_summary(scores: Sequence[RelatedScore]) -> dict[str, Share]:
    """Shares over the questions on validity."""
    plain = [one for one in scores if one.case.kind in {"lapsed", "draft"}]
    return {
        "given_as_valid": Share.of([one.given_as_valid for one in scores]),
        "declined_or_labelled": Share.of([one.declined or one.labelled for one in plain]),
        "current_on_the_policy_in_force": Share.of(
            [one.of_the_policy and not one.labelled for one in scores if one.case.kind == "current"]
        ),
        "past_answered_from_it": Share.of(
            [one.of_the_policy and one.labelled for one in scores if one.case.kind == "past"]
        ),
    }
