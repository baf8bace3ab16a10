"""What is wrong in `eval/gold` as a whole: every file, and what stands in more than one of them.

| file                             | checked                                                               |
|----------------------------------|-----------------------------------------------------------------------|
| `dev`, `test`, `policies_*`, `digests_*` | every record (eval.lint_gold)                                 |
| `related_facts`, `related_facts_test` | that their questions exist, once; their facts as those of every record |
| `validity`                       | kinds, policies, clauses                                              |
| `documents_*`                    | ids, questions; their documents are not in the index                   |
| `profiles_*`, `profiles_*_judged`| fields, clauses, grades; no enterprise stands in both splits          |
| `off_topic.txt`                  | that none of its questions is a gold question                         |
"""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import yaml

from eval.cases import GOLD, RELATED_FACTS, Case, read_split
from eval.duplicates import near_duplicates
from eval.lint_gold import lint, missing_clauses, repeated_ids
from eval.matching import RELEVANT
from ingest.training_data import read_lines
from rag.builds import Build
from rag.errors import CorpusError
from rag.profile_input import read_profile
from rag.validity import today

SPLITS: Final = ("dev", "test")
KINDS: Final = frozenset({"lapsed", "draft", "current", "past"})
"""Of the questions on validity (eval.related)."""
Record = Mapping[str, Any]


def read_splits(folder: Path = GOLD) -> dict[str, list[Case]]:
    """All questions of both splits.

    Raises:
        CorpusError: a file is missing or a line is no gold record.
    """
    return {split: read_split(split, folder, related=True) for split in SPLITS}


def lint_problems(build: Build, folder: Path = GOLD) -> list[str]:
    """Everything wrong with the gold in `folder`, as sentences; empty when all is well.

    Raises:
        CorpusError: a file is missing or cannot be read.
    """
    splits = read_splits(folder)
    asked = [case for its in splits.values() for case in its]
    validity = _rows(folder / "validity.jsonl")
    documents = [row for split in SPLITS for row in _rows(folder / f"documents_{split}.jsonl")]
    others = [*validity, *documents]
    problems = lint(splits, build)
    problems += repeated_ids([*(case.id for case in asked), *(row["id"] for row in others)])
    for row in validity:
        problems += _validity_problems(row, build)
    problems += _repeated(asked, others, _off_topic(folder))
    known = {*(case.id for case in asked), *(row["id"] for row in others)}
    facts = [(name, row["id"]) for name in RELATED_FACTS for row in _rows(folder / name, "facts")]
    problems += repeated_ids(asked_of for _, asked_of in facts)
    problems += [f"{name}：没有 {asked_of} 这道题。" for name, asked_of in facts if asked_of not in known]
    return list(dict.fromkeys([*problems, *_profile_problems(folder, build, today())]))


def _validity_problems(row: Record, build: Build) -> list[str]:
    problems = missing_clauses(row["id"], row["clauses"], build)
    if row["kind"] not in KINDS:
        problems.append(f"{row['id']}：没有 {row['kind']!r} 这一种效力问题。")
    unknown = [name for name in row["policies"] if name not in build.documents]
    return problems + [f"{row['id']}：索引里没有文件 {name}。" for name in unknown]


def _repeated(asked: Sequence[Case], others: Sequence[Record], off_topic: Sequence[str]) -> list[str]:
    """Questions that stand in two files. Those on different single documents may be alike: they do not name it."""
    names = [*(case.id for case in asked), *(row["id"] for row in others)]
    questions = [*(case.question for case in asked), *(row["question"] for row in others)]
    scopes = [*("" for _ in asked), *(row.get("document", "") for row in others)]
    problems = [
        f"{names[later]} 与 {names[earlier]} 的问题几乎相同。"
        for later, earlier in near_duplicates(questions, questions)
        if later >= len(asked) and later > earlier and scopes[later] == scopes[earlier]
    ]
    found = near_duplicates(questions, off_topic)
    return problems + [f"{names[row]} 与 off_topic.txt 第 {other + 1} 行几乎相同。" for row, other in found]


def _profile_problems(folder: Path, build: Build, day: date) -> list[str]:
    problems: list[str] = []
    described: dict[str, list[Record]] = {}
    for split in SPLITS:
        rows = described[split] = _yaml(folder / f"profiles_{split}.yaml", list)
        judged = _yaml(folder / f"profiles_{split}_judged.yaml", dict)
        problems += repeated_ids(row["id"] for row in rows)
        for row in rows:
            problems += _profile_row_problems(row, build, day)
        for name, grades in judged.items():
            problems += _judged_problems(name, grades, build)
        strangers = judged.keys() - {row["id"] for row in rows}
        problems += [f"profiles_{split}_judged.yaml：没有企业 {name}。" for name in sorted(strangers)]
    for (_, some), (_, more) in combinations(described.items(), 2):
        texts, its = ([row["description"] for row in rows] for rows in (some, more))
        problems += [
            f"{more[other]['id']} 与 {some[row]['id']} 的自述几乎相同。"
            for row, other in near_duplicates(texts, its)
        ]
    return problems


def _profile_row_problems(row: Record, build: Build, day: date) -> list[str]:
    name, relevant, irrelevant = row["id"], row.get("relevant", ()), row.get("irrelevant", ())
    problems = missing_clauses(name, [*relevant, *irrelevant], build)
    problems += [f"{name}：{clause} 又相关又无关。" for clause in sorted({*relevant} & {*irrelevant})]
    return problems + [f"{name}：{one.message}" for one in read_profile(row["profile"], day).problems]


def _judged_problems(name: str, grades: Mapping[str, int], build: Build) -> list[str]:
    return missing_clauses(name, grades, build) + [
        f"{name}：{clause} 的等级 {grade!r} 不在 0 到 {RELEVANT} 之间。"
        for clause, grade in grades.items()
        if grade not in range(RELEVANT + 1)
    ]


def _rows(path: Path, *fields: str) -> list[dict[str, Any]]:
    try:
        rows = list(read_lines(path))
        for number, row in enumerate(rows, start=1):
            if missing := {"id", *(fields or ("question", "clauses"))} - row.keys():
                raise CorpusError(f"{path.name} 第 {number} 行没有 {sorted(missing)[0]}。")
    except (OSError, ValueError, AttributeError) as problem:
        raise CorpusError(f"{path.name} 读不了：{problem!r}。") from problem
    return rows


def _yaml(path: Path, shape: type) -> Any:  # noqa: ANN401 (a list or a mapping, as `shape` says)
    try:
        value = yaml.safe_load(path.read_text(encoding="utf8"))
    except (OSError, yaml.YAMLError) as problem:
        raise CorpusError(f"{path.name} 读不了：{problem!r}。") from problem
    if not isinstance(value, shape):
        raise CorpusError(f"{path.name} 应为{'一列企业' if shape is list else '企业编号到等级的表'}。")
    return value


def _off_topic(folder: Path) -> list[str]:
    try:
        return (folder / "off_topic.txt").read_text(encoding="utf8").splitlines()
    except OSError as problem:
        raise CorpusError("找不到金标文件 off_topic.txt。") from problem
