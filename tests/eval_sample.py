"""Gold questions about the 示例 notice, shared by the tests of the evaluation."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from eval.cases import Case, case_to_json

CASE = Case(
    id="示例-1", question="示例规模占比的目标是多少", category="figure", style="staff", expect="answer",
    facts=(("35%", "百分之三十五"),), gold_clauses=(("示例#（一）",),), evidence=(("示例#（一）", "占比达到 35%"),),
    near_miss_clauses=(), policy="示例", author="作者", split="dev",
)  # fmt: skip
UNANSWERED = replace(
    CASE, id="示例-2", question="红烧肉怎么做", category="unanswerable", style="lay", expect="refuse", facts=(),
    gold_clauses=(), evidence=(), policy=None,
)  # fmt: skip


def put_gold(folder: Path, cases: Sequence[Case]) -> None:
    """Make `cases` the dev split of the gold in `folder`."""
    write_rows(folder / "dev.jsonl", [case_to_json(case) for case in cases])
    write_rows(folder / "digests_dev.jsonl", [])


def write_rows(path: Path, rows: Sequence[Any]) -> None:
    """One JSON value a line."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf8")
