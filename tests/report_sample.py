"""A finished run over the 示例 notice with right, wrong, refused and crashed answers, for the tests of the report and the page."""

from dataclasses import replace
from pathlib import Path

from eval.cases import Case, Forbidden
from eval.chosen import Options
from eval.run import run
from eval.runs import OURS, Run, StoredAnswer, scored, write_run
from rag.assistant import Assistant
from tests.browser import SCRIPT
from tests.eval_sample import CASE
from tests.sample import NOTICE, assistant_for

CASES = (
    CASE,
    replace(
        CASE, id="示例-2", question=f"示例学校建在哪里{SCRIPT}", category="unanswerable", style="lay", expect="refuse",
        facts=(), gold_clauses=(), evidence=(), difficulty=3,
    ),
    replace(
        CASE, id="示例-3", question="用水有什么优惠", category="content", style="lay", facts=(("给予优惠",), ("不存在的话",)),
        gold_clauses=(("示例#（三）",), ("示例#（四）",)), evidence=(("示例#（三）", "对重点用水企业给予优惠"),),
        forbidden=(Forbidden("免费", "原文没有免费"),), difficulty=1,
    ),
    replace(
        CASE, id="示例-4", question="蓝色木材怎么发展", category="content", facts=(("建设蓝色木材基地",),),
        gold_clauses=(("示例#（二）/蓝色木材",),), evidence=(("示例#（二）/蓝色木材", "建设蓝色木材基地"),), difficulty=2,
    ),
)  # fmt: skip
CRASHED = "示例-4"
INVENTED = f"水价减免 80%，一律免费{SCRIPT}"
"""What the answer to 示例-3 says in the run: a figure without support and forbidden words."""


def sample_assistant(folder: Path) -> Assistant:
    """An assistant over the 示例 notice in `folder`/home."""
    return assistant_for(folder, 示例=NOTICE)


def sample_run(assistant: Assistant, folder: Path) -> Run:
    """Ask all systems, then make one answer of ours an invention and one a crash; written into `folder`."""
    asked = run(assistant, CASES, Options(), folder)
    ours = dict(asked.answers[OURS])
    answer = ours["示例-3"].answer
    assert answer is not None
    ours["示例-3"] = replace(ours["示例-3"], answer=replace(answer, answer=INVENTED))
    ours[CRASHED] = StoredAnswer(None, f"KeyError({SCRIPT!r})", 3.0)
    return rewritten(replace(asked, answers=[ours, *asked.answers[1:]]), assistant, folder)


def rewritten(run: Run, assistant: Assistant, folder: Path) -> Run:
    """The run, scored anew and written into `folder`."""
    found = scored(run, assistant.library.current())
    write_run(found, folder)
    return found


def as_split(run: Run, split: str) -> Run:
    """The run as one of another split."""
    cases: tuple[Case, ...] = tuple(replace(case, split=split) for case in run.cases)
    return replace(run, header=replace(run.header, split=split), cases=cases)
