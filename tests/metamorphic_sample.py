"""A small corpus called 示例 with gold questions on it, for the tests of the metamorphic tests."""

from dataclasses import replace
from pathlib import Path

from eval.cases import Case
from tests.eval_sample import CASE
from tests.sample import NOTICE

DIGEST = """---
id: shili-wood
title: 四川示例木材办法
kind: digest
format: digest
read_level: news
region: 四川省
status: 现行
---
# 四川示例木材办法

## - 木材补助

四川省木材加工企业按设备投资的15%给予补助，单个项目不超过200万元。

## - 木材示范

四川省评选木材示范企业，每家奖励30万元。
"""


def case(name: str, question: str, clause: str, *facts: str) -> Case:
    """An answerable question with one gold clause; without facts as in the gold on related policies."""
    quotes = tuple((clause, fact) for fact in facts)
    return replace(
        CASE, id=name, question=question, facts=tuple((fact,) for fact in facts), gold_clauses=((clause,),),
        evidence=quotes,
    )  # fmt: skip


CASES = [
    replace(CASE, gold_clauses=(("示例#（一）",),)),
    case("示例-2", "到2026年示例规模占比要达到百分之几", "示例#（一）", "35%"),
    case("示例-3", "木材加工企业设备投资补助比例是多少", "shili-wood#条号未见/木材补助"),
    case("示例-4", "木材示范企业每家奖励多少", "shili-wood#条号未见/木材示范", "30万元"),
    replace(
        CASE, id="示例-5", question="红烧肉怎么做", expect="refuse", facts=(), gold_clauses=(), evidence=()
    ),
]


def write_corpus(folder: Path) -> Path:
    """Write the corpus into the new folder `folder`."""
    folder.mkdir()
    (folder / "示例.md").write_text(NOTICE, encoding="utf8")
    (folder / "wood.md").write_text(DIGEST, encoding="utf8")
    return folder
