"""Command line: `python -m eval selftest` and `python -m eval judged`. Exit codes: 0 done, 1 a fault went unseen, 2 could not be tried."""

import json
from collections.abc import Sequence
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from eval.cases import read_split
from eval.judged import Judged, agreement, read_judged
from eval.opened import give_up, opened
from eval.selftest import Outcome, SelfTest, self_test
from rag.errors import PolicyError

ENOUGH: Final = 0.95
"""Agreement with the reader from which the scores can be believed."""
MEASURES: Final = {"strict": "严格", "accurate": "答对", "grounded": "答对且有据"}
console = Console(width=200)
_AS_JSON = Annotated[bool, typer.Option("--json", help="输出 JSON。")]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("selftest")(selftest_command)
    app.command("judged")(judged_command)


def selftest_command(as_json: _AS_JSON = False) -> None:
    """评测自检：金标的回答得满分，故意写错的恰被该看见的指标看见。"""
    try:
        found = self_test(read_split("dev", related=True), opened().library.current())
    except PolicyError as problem:
        give_up(problem)
    if as_json:
        typer.echo(json.dumps(_as_json(found), ensure_ascii=False))
    else:
        _print(found)
    raise typer.Exit(0 if found.passed else 1)


def judged_command(as_json: _AS_JSON = False) -> None:
    """打分与逐条读过的判断有多一致，列出每一处分歧。"""
    try:
        build = opened().library.current()
        judged = {facts: read_judged(build, facts=facts) for facts in (False, True)}
    except PolicyError as problem:
        give_up(problem)
    if as_json:
        typer.echo(
            json.dumps(
                {"with_facts" if facts else "as_is": _agreements(its) for facts, its in judged.items()},
                ensure_ascii=False,
            )
        )
        return
    table = Table(
        "样本", "相关政策的事实", *MEASURES.values(), title=f"与读者一致的占比，目标 ≥ {ENOUGH:.0%}"
    )
    for sample in sorted({one.sample for one in judged[True]}):
        for facts, its in judged.items():
            chosen = [one for one in its if one.sample == sample]
            shares = (str(agreement(chosen, name)) for name in MEASURES)
            table.add_row(f"{sample}（{len(chosen)} 题）", "有" if facts else "无", *shares)
    console.print(table)
    table = Table("样本", "来源", *MEASURES.values(), title="各来源（相关政策带事实）")
    for sample, source in dict.fromkeys((one.sample, one.source) for one in judged[True]):
        chosen = [one for one in judged[True] if (one.sample, one.source) == (sample, source)]
        shares = (str(agreement(chosen, name)) for name in MEASURES)
        table.add_row(str(sample), f"{source}（{len(chosen)} 题）", *shares)
    console.print(table)
    differing = [one for one in judged[True] if not all(map(one.agrees, MEASURES))]
    hidden = sum(one.held_out for one in differing)
    table = Table(
        "题", "读者", *MEASURES.values(), "问题", "读者的理由",
        title=f"有分歧的（相关政策带事实；另有留出集 {hidden} 题，只计数）",
    )  # fmt: skip
    for one in differing:
        if not one.held_out:
            verdicts = (
                "对" if right else "错" for right in (one.right, *(one.scored[name] for name in MEASURES))
            )
            table.add_row(one.id, *verdicts, Text(one.answer.question), Text(one.why))
    console.print(table)


def _agreements(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "source": one.source,
            "sample": one.sample,
            "right": one.right,
            **{name: one.scored[name] for name in MEASURES},
            "why": "" if one.held_out else one.why,
        }
        for one in judged
    ]


def _print(found: SelfTest) -> None:
    table = Table("故意写错", "题数", "应看见的指标", "没看见", "不该动却动了", "通过")
    for one in found.outcomes:
        table.add_row(
            one.fault.name, f"{one.planted}/{one.fitting}", "、".join(sorted(one.fault.seen)), "、".join(one.unseen),
            "、".join(one.disturbed), "是" if one.passed else "否",
        )  # fmt: skip
    console.print(table)
    short = f"，没有满分的：{'、'.join(found.imperfect)}" if found.imperfect else "，各项满分"
    passed = sum(one.passed for one in found.outcomes)
    console.print(f"金标的回答 {found.questions} 题{short}；{passed}/{len(found.outcomes)} 种错处恰被看见。")


def _as_json(found: SelfTest) -> dict[str, Any]:
    return {
        "passed": found.passed,
        "questions": found.questions,
        "imperfect": list(found.imperfect),
        "faults": [_outcome(one) for one in found.outcomes],
    }


def _outcome(one: Outcome) -> dict[str, Any]:
    return {
        "name": one.fault.name, "passed": one.passed, "planted": one.planted, "fitting": one.fitting,
        "seen": sorted(one.fault.seen), "unseen": list(one.unseen), "disturbed": list(one.disturbed),
    }  # fmt: skip
