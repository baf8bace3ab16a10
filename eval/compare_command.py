"""Command line: `python -m eval compare RUN1 RUN2`. Exit codes: 0 done, 2 could not compare."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from eval.cases import Case
from eval.compare import Comparison, Difference, compare
from eval.opened import give_up
from eval.runs import read_run
from rag.errors import PolicyError

VERDICTS: Final = {"better": "更好", "worse": "更差", "undecided": "未决"}
LISTED: Final = 20
"""Questions printed of a list; the JSON has all."""
console = Console(width=200)


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("compare")(compare_command)


def compare_command(
    first: Annotated[Path, typer.Argument(metavar="RUN1", help="原先的评测文件夹。")],
    second: Annotated[Path, typer.Argument(metavar="RUN2", help="新的评测文件夹。")],
    anyway: Annotated[bool, typer.Option("--anyway", help="所问的文件不同也比较。")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> None:
    """比较两次评测：只比两次都问过、金标相同的题，差别带区间和显著性。"""
    try:
        old, new = read_run(first), read_run(second)
        found = compare(old, new, anyway=anyway)
    except PolicyError as problem:
        give_up(problem)
    if as_json:
        typer.echo(json.dumps(found.to_json(), ensure_ascii=False))
    else:
        print_comparison(found, new.cases, console)


def print_comparison(found: Comparison, cases: Sequence[Case], console: Console) -> None:
    """Print tables, the verdict and the questions that changed; `cases` give their words."""
    title = f"{found.asked} 题，方括号内为 95% 区间"
    console.print(_table("指标", title, found.measures))
    console.print(_table("类别（严格）", "", found.categories))
    for sentence in _remarks(found):
        console.print(sentence, markup=False)
    console.print(summary_sentence(found), markup=False)
    if found.held_out:
        console.print(f"修好 {len(found.fixed)} 题，弄坏 {len(found.broken)} 题（留出集不列出题目）。")
        return
    words = {case.id: f"{case.category} {case.question}" for case in cases}
    for name, ids in (("修好", found.fixed), ("弄坏", found.broken)):
        console.print(f"{name} {len(ids)} 题{'：' if ids else '。'}", highlight=False)
        for one in ids[:LISTED]:
            console.print(f"  {one} {words[one]}", markup=False)
        if len(ids) > LISTED:
            console.print(f"  ……另有 {len(ids) - LISTED} 题，--json 列出全部。")


def summary_sentence(found: Comparison) -> str:
    """The verdict on strict accuracy in one sentence."""
    strict = found.strict
    return (
        f"严格准确率 {points(strict)}，McNemar 精确检验 p = {_p(strict.p)}：{VERDICTS[strict.verdict]}。"
        f"{found.discordant} 题结果不一致；这么多题能看出的最小差别约 {100 * found.smallest_detectable:.1f} 个百分点。"
    )


def points(one: Difference) -> str:
    """A change in percentage points with its interval: -1.2 [-2.5, +0.3]."""
    if one.change is None:
        return "–"
    value, low, high = map(_signed, one.change)
    return f"{value} [{low}, {high}]"


def _table(name: str, title: str, rows: Sequence[Difference]) -> Table:
    adjusted = any(one.adjusted is not None for one in rows)
    table = Table(name, "题数", "原先", "现在", "差（百分点）", "p", title=title)
    if adjusted:
        table.add_column("Holm p")
    table.add_column("结论")
    for one in rows:
        more = [_p(one.adjusted)] if adjusted else []
        table.add_row(
            one.label, str(one.total), _percent(one.first), _percent(one.second), points(one), _p(one.p), *more,
            VERDICTS[one.verdict],
        )  # fmt: skip
    return table


def _remarks(found: Comparison) -> list[str]:
    """What the reader should know before trusting the figures."""
    first, second = found.first, found.second
    left_out = found.only_first + found.only_second + found.changed
    remarks = {
        f"{first.created} → {second.created}": True,
        f"没有比较的：只有原先问过 {found.only_first} 题，只有现在问过 {found.only_second} 题，金标改过 {found.changed} 题。": left_out,
        "两次所问的文件不同，差别也可能来自文件。": first.corpus != second.corpus,
        f"两次的嵌入模型不同：{first.model} → {second.model}。": first.model != second.model,
        f"两次由不同版本打分（{first.version} → {second.version}）；先用 python -m eval score 重新打分，差别才只来自回答。": (
            first.version != second.version
        ),
    }
    return [sentence for sentence, applies in remarks.items() if applies]


def _signed(share: float) -> str:
    shown = f"{100 * share:+.1f}"
    return "0.0" if shown in {"+0.0", "-0.0"} else shown


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


def _p(value: float | None) -> str:
    if value is None:
        return "–"
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
