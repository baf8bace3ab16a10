"""Gold questions: one JSON object a line, checked against the indexed corpus by eval.lint_gold.

| file of `eval/gold`                   | asks                                                             |
|---------------------------------------|------------------------------------------------------------------|
| `dev.jsonl`, `test.jsonl`             | of the Decision                                                  |
| `policies_dev.jsonl`, `policies_test.jsonl` | of the related policies too, in the same form; may be missing |
| `digests_dev.jsonl`, `digests_test.jsonl`   | of the related policies; only the clauses that answer are given |
| `related_facts.jsonl`, `related_facts_test.jsonl` | the facts of the questions of `digests_<split>.jsonl`     |
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from ingest.training_data import read_lines
from rag.builds import Build
from rag.errors import CorpusError
from rag.figures import normalise
from rag.types import Clause

GOLD: Final = Path(__file__).with_name("gold")
RELATED_FACTS: Final = ("related_facts.jsonl", "related_facts_test.jsonl")
RELATED: Final = "related"
"""Category of the answerable questions of `digests_<split>.jsonl`: where no facts were written, clauses alone decide."""
CATEGORIES: Final = (
    "figure", "list", "content", "clause", "where", "everyday", "enterprise", "two_clauses", "unanswerable", "false_premise",
    "definition", "eligibility", "procedure", "body", "prohibition", "multi_policy", "validity", "jurisdiction",
    "out_of_scope", "ambiguous", "robustness", "adversarial", RELATED,
)  # fmt: skip
STYLES: Final = ("staff", "lay", "enterprise")
DIFFICULTIES: Final = (1, 2, 3)
Expectation = Literal["answer", "refuse", "clarify", "correct_premise"]
_REQUIRED: Final = frozenset({
    "id", "question", "category", "style", "expect", "facts", "gold_clauses", "evidence", "near_miss_clauses", "policy",
    "provenance", "split",
})  # fmt: skip
_OPTIONAL: Final = frozenset({"forbidden", "difficulty", "cluster", "as_of", "twin_of", "tags", "draft"})


class Forbidden(NamedTuple):
    """A regular expression that a right answer must not match, and why not."""

    pattern: str
    why: str


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
    policy: str | None
    """The policy asked about; None when the question is asked of everything."""
    author: str
    split: str
    written: tuple[tuple[str, str], ...] = ()
    """What else is known of its making: date, reviewer, comment."""
    forbidden: tuple[Forbidden, ...] = ()
    difficulty: int | None = None
    """1 (the clause's own words) to 3 (everyday words, conditions, several places)."""
    cluster: str | None = None
    """Policy whose questions belong together in statistics, or `none`; None leaves it to `group`."""
    as_of: date | None = None
    """The day of which is asked; None is the day of the run."""
    twin_of: str | None = None
    """Id of the plain question that this one rewords."""
    tags: tuple[str, ...] = ()
    draft: bool = False
    """Made by `python -m eval add` and not yet looked through."""

    @property
    def group(self) -> str:
        """`cluster`, else the document of the first gold clause, else `policy`, else `none`."""
        named = next((name.partition("#")[0] for slot in self.gold_clauses for name in slot), None)
        return self.cluster or named or self.policy or "none"


def read_cases(name: str, folder: Path = GOLD) -> list[Case]:
    """The cases of `<name>.jsonl`: full records, or those of `digests_<split>.jsonl`.

    Raises:
        CorpusError: the file is missing or a line is no gold record; the message names the line.
    """
    path = folder / f"{name}.jsonl"
    try:
        lines = path.read_text(encoding="utf8").split("\n")
    except OSError as problem:
        raise CorpusError(f"找不到金标文件 {path.name}。") from problem
    cases = []
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        try:
            cases.append(case_from_json(json.loads(line), split=name.rpartition("_")[2]))
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            raise CorpusError(f"{path.name} 第 {number} 行不是金标记录：{problem!r}。") from problem
    return cases


def read_split(split: str, folder: Path = GOLD, *, related: bool = False) -> list[Case]:
    """The questions of `dev` or `test`, then those on related policies; `related` adds those of `digests_<split>.jsonl`.

    Raises:
        CorpusError: as `read_cases`.
    """
    names = [split]
    if (folder / f"policies_{split}.jsonl").exists():
        names.append(f"policies_{split}")
    if related:
        names.append(f"digests_{split}")
    return [case for name in names for case in read_cases(name, folder)]


def case_from_json(record: Mapping[str, Any], split: str = "") -> Case:
    """The case that a record says; one with `clauses` is of `digests_<split>.jsonl`.

    Raises:
        KeyError: a field is missing.
        ValueError: a field is unknown (a slip in an optional one would go unseen), or a date is none.
    """
    if "clauses" in record:
        return _related(record, split)
    if missing := _REQUIRED - record.keys():
        raise KeyError(sorted(missing)[0])
    if unknown := record.keys() - _REQUIRED - _OPTIONAL:
        raise ValueError(f"unknown field {sorted(unknown)[0]!r}")
    made = dict(record["provenance"])
    return Case(
        **{
            name: record[name]
            for name in ("id", "question", "category", "style", "expect", "policy", "split")
        },
        facts=tuple(tuple(fact["any_of"]) for fact in record["facts"]),
        gold_clauses=tuple(tuple(slot) for slot in record["gold_clauses"]),
        evidence=tuple((one["clause"], one["quote"]) for one in record["evidence"]),
        near_miss_clauses=tuple(record["near_miss_clauses"]),
        author=made.pop("author"),
        written=tuple(made.items()),
        forbidden=tuple(Forbidden(one["pattern"], one["why"]) for one in record.get("forbidden", ())),
        difficulty=record.get("difficulty"),
        cluster=record.get("cluster"),
        as_of=date.fromisoformat(record["as_of"]) if record.get("as_of") else None,
        twin_of=record.get("twin_of"),
        tags=tuple(record.get("tags", ())),
        draft=record.get("draft", False),
    )


def case_to_json(case: Case) -> dict[str, Any]:
    """The record of a case, as it stands in a gold file; optional fields only when they say something."""
    optional = {
        "forbidden": [one._asdict() for one in case.forbidden],
        "difficulty": case.difficulty,
        "cluster": case.cluster,
        "as_of": case.as_of and case.as_of.isoformat(),
        "twin_of": case.twin_of,
        "tags": list(case.tags),
        "draft": case.draft,
    }
    return {
        **{name: getattr(case, name) for name in ("id", "question", "category", "style", "expect")},
        "facts": [{"any_of": list(fact)} for fact in case.facts],
        "gold_clauses": [list(slot) for slot in case.gold_clauses],
        "evidence": [{"clause": clause, "quote": quote} for clause, quote in case.evidence],
        "near_miss_clauses": list(case.near_miss_clauses),
        "policy": case.policy,
        "provenance": {"author": case.author, **dict(case.written)},
        "split": case.split,
        **{name: value for name, value in optional.items() if value},
    }


def clause_of(name: str, build: Build) -> str:
    """The clause of an item: #（四）/电子信息产业 -> #（四）; the slash of #附件1/（三） is no item."""
    clause = build.clause_by_id.get(name)
    if clause is None:
        return name.rpartition("/")[0] or name
    return name.rpartition(f"/{clause.item}")[0] if clause.item else name


def whole_text(clause_id: str, build: Build) -> str:
    """The text of a clause with its items, normalised; empty for an unknown id."""
    return normalise("".join(clause.text for clause in with_items(clause_id, build)))


def with_items(clause_id: str, build: Build) -> list[Clause]:
    """The clause and its items in reading order; empty for an unknown id."""
    named = build.clause_by_id.get(clause_id)
    return [
        clause
        for clause in (build.clauses_of(named.document_id) if named else ())
        if clause.id == clause_id or clause.id.startswith(f"{clause_id}/")
    ]


def bigrams(text: str) -> frozenset[str]:
    """The character bigrams of `text`, normalised."""
    plain = normalise(text)
    return frozenset(plain[start : start + 2] for start in range(len(plain) - 1))


def lexical_overlap(case: Case, build: Build) -> float | None:
    """Share (0..1) of the question's character bigrams that stand in its evidence; None without evidence.

    The evidence is what the record quotes; the whole gold clauses where it quotes nothing.
    """
    quotes = [quote for _, quote in case.evidence]
    quotes = quotes or [whole_text(name, build) for slot in case.gold_clauses for name in slot]
    asked = bigrams(case.question)
    if not quotes or not asked:
        return None
    return len(asked & frozenset().union(*map(bigrams, quotes))) / len(asked)


@lru_cache(maxsize=1)
def _related_facts() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Facts of the questions on related policies, which name clauses alone: half an answer would pass without them."""
    rows = (row for name in RELATED_FACTS for row in read_lines(GOLD / name))
    return {row["id"]: tuple(tuple(fact["any_of"]) for fact in row["facts"]) for row in rows}


def _related(record: Mapping[str, Any], split: str) -> Case:
    clauses = tuple(record["clauses"])
    return Case(
        id=record["id"], question=record["question"], category=RELATED if clauses else "unanswerable",
        style=record["style"], expect="answer" if clauses else "refuse",
        facts=_related_facts().get(record["id"], ()),
        gold_clauses=(clauses,) if clauses else (), evidence=(), near_miss_clauses=(), policy=None,
        author=record["author"], split=split,
    )  # fmt: skip
