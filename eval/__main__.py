"""Command line: `python -m eval`. Exit codes: 0 done, 1 failed, 2 could not evaluate."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from eval import (
    compare_command,
    followups,
    gate_command,
    gold_command,
    injection_command,
    judge_command,
    metamorphic_command,
    report_command,
    run_command,
    selftest_command,
    vouch_command,
)
from eval.cases import read_cases
from eval.opened import give_up, opened
from eval.with_data import with_data
from rag.errors import PolicyError

app = typer.Typer(help="评测：与对照组同场打分。", no_args_is_help=True, pretty_exceptions_enable=False)
console = Console(width=200)
for part in (
    run_command, gold_command, report_command, compare_command, gate_command, metamorphic_command, selftest_command,
    injection_command,
    vouch_command, followups, judge_command,
):  # fmt: skip
    part.register(app)


@app.command("bench")
def bench_command(
    questions: Annotated[int, typer.Option(help="热态提问的题数。")] = 150,
    runs: Annotated[int, typer.Option(help="冷启动、入库、开页各测几次。")] = 5,
) -> None:
    """测速：热态、冷启动、入库、开页、内存，与普通 LangChain 流程同场。"""
    from eval.bench import bench

    table = Table("指标", "实测", "目标", "达标")
    missed = 0
    try:
        for row in bench(opened(), read_cases("dev")[:questions], runs):
            table.add_row(row.what, row.measured, row.target, _met(row.met))
            missed += row.met is False
    except PolicyError as problem:
        give_up(problem)
    console.print(table)
    console.print(f"{missed} 项没有达标。" if missed else "全部达标。")


def _met(met: bool | None) -> str:
    return {True: "是", False: "否", None: "–"}[met]


app.add_typer(with_data)

if __name__ == "__main__":
    app()
