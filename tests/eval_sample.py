"""One gold question about the 示例 notice, shared by the tests of the evaluation."""

from eval.cases import Case

CASE = Case(
    id="示例-1", question="示例规模占比的目标是多少", category="figure", style="staff", expect="answer",
    facts=(("35%", "百分之三十五"),), gold_clauses=(("示例#（一）",),), evidence=(("示例#（一）", "占比达到 35%"),),
    near_miss_clauses=(), policy="示例", author="作者", split="dev",
)  # fmt: skip
