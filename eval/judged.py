"""Do the scores say what a careful reader says? 369 answers were judged by reading, before any score was seen.

`eval/gold/judged_answers.jsonl` holds the answer as it was given, whether it answers the
question, and why. Sample 1 are 50 questions on the Decision and 50 on the related policies and
their validity, drawn with a seed and judged from question, answer and clauses alone; sample 2
are 49 more on the related policies, judged after their facts had been written down; sample 3 are
100 drawn with a seed from questions of other authors, judged from question, answer and the texts
of the policies alone: 50 of `digests_test`, 30 of `policies_dev`, 20 of `test` and `policies_test`;
sample 4 are 120 more, judged in the same way by three other readers (40 of `digests_test`, 30 of
`test`, 25 each of `policies_dev` and `policies_test`), who also said whether the clause cited
first is one that answers: strict accuracy asks for that, being right does not.
Scored anew from the stored answers, so that a change of the scoring shows.

The gold of the related policies names clauses alone; `eval/gold/related_facts*.jsonl` add the
facts that an answer needs, and agreement is told without them and with them. Questions of the test
splits are counted and not shown, so that nobody tunes to them.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from eval.cases import GOLD, RELATED, Case, read_split
from eval.metrics import ANSWERED, has_fact, score
from eval.related import RelatedCase, read_related
from eval.runs import answer_from_json
from eval.statistics import Share
from ingest.training_data import read_lines
from rag.builds import Build
from rag.errors import CorpusError
from rag.types import Answer
from rag.validity import NOTICES

FILE: Final = "judged_answers.jsonl"
FACTS: Final = "related_facts.jsonl"
MEASURES: Final = ("strict", "accurate", "grounded")
Facts = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Judged:
    """One answer, the reader's judgement and that of each of `MEASURES`."""

    id: str
    source: str
    """The gold file that the question is from."""
    sample: int
    answer: Answer
    right: bool
    """By the reader."""
    why: str
    scored: Mapping[str, bool]
    first: bool | None = None
    """Whether the clause cited first answers, by the reader; None where nobody was asked or nothing is cited."""

    @property
    def held_out(self) -> bool:
        """Whether the question is of a test split."""
        return self.source.endswith("test")

    def agrees(self, measure: str) -> bool:
        """Whether the measure says what the reader says; strict accuracy asks for the first clause as well."""
        said = self.right and self.first is not False if measure == "strict" else self.right
        return said == self.scored[measure]


def read_judged(build: Build, *, facts: bool = True) -> list[Judged]:
    """The judged answers whose documents are in `build`, scored anew; with the `facts` of the related policies or without.

    Answers to questions that are no longer in gold are left out.

    Raises:
        CorpusError: a file is missing or damaged, or an answer is not the one that was judged.
    """
    try:
        records = list(read_lines(GOLD / FILE))
        known = {row["id"]: _alternatives(row) for row in read_lines(GOLD / FACTS)} if facts else {}
        cases = {case.id: case for split in ("dev", "test") for case in read_split(split, related=True)}
        on_validity = {case.id: case for case in read_related("validity")}
        found = []
        for record in records:
            answer = answer_from_json(record["answer"])
            if digest(answer.answer) != record["answer_sha"]:
                raise CorpusError(f"{FILE} 里 {record['id']} 的回答不是当时评判的那一个。")
            if case := cases.get(record["id"]):
                bare = case.category == RELATED and not facts
                scored = _scored(replace(case, facts=()) if bare else case, answer, build)
            elif turning := on_validity.get(record["id"]):
                right = is_right_on_validity(turning, known.get(turning.id, ()), answer)
                scored = dict.fromkeys(MEASURES, right)
            else:  # no longer asked
                continue
            if _indexed(answer, case, build):
                names = ("id", "source", "sample", "right", "why")
                told = {name: record[name] for name in names} | {"first": record.get("first")}
                found.append(Judged(**told, answer=answer, scored=scored))
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise CorpusError(f"读不了 {FILE} 或 {FACTS}（{problem!r}）。") from problem
    return found


def agreement(judged: Sequence[Judged], measure: str = "strict") -> Share:
    """Share of the answers on which the reader and the measure agree."""
    return Share.of([one.agrees(measure) for one in judged])


def is_right_on_validity(case: RelatedCase, facts: Facts, answer: Answer) -> bool:
    """Whether a question of validity.jsonl (eval.related) is answered as its kind asks, and with its facts.

    What only a policy not in force offers may be declined, or told with its notice; of a
    policy in force no notice is due.
    """
    labelled = any(notice in answer.answer for notice in NOTICES.values())
    told = any(one.policy_id in case.policies for one in answer.citations)
    told = told and all(has_fact(answer.answer, fact) for fact in facts)
    if case.kind == "current":
        return told and not labelled
    return answer.status not in ANSWERED or (told and labelled)


def digest(text: str) -> str:
    """SHA-256 of an answer's text."""
    return hashlib.sha256(text.encode()).hexdigest()


def _scored(case: Case, answer: Answer, build: Build) -> dict[str, bool]:
    judged = score(case, answer, build)
    return {name: bool(getattr(judged, name)) for name in MEASURES}


def _indexed(answer: Answer, case: Case | None, build: Build) -> bool:
    """Whether the documents cited and those of gold are in the build; without them nothing can be judged."""
    gold = {name.partition("#")[0] for slot in case.gold_clauses for name in slot} if case else set()
    return (gold | {one.policy_id for one in answer.citations}) <= set(build.documents)


def _alternatives(row: Mapping[str, Any]) -> Facts:
    return tuple(tuple(fact["any_of"]) for fact in row["facts"])
