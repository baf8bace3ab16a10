"""Command line: `python -m eval gate RUN`. Exit codes: 0 passed, 1 not passed, 2 could not be judged."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from eval.baseline import BASELINE, read_baseline, write_baseline
from eval.cases import read_split
from eval.compare_command import print_comparison
from eval.gate import GateReport, judge, read_must_pass
from eval.lint_files import lint_problems
from eval.opened import give_up, opened
from eval.runs import OURS, Run, read_run
from rag.errors import InputError, PolicyError

console = Console(width=200)


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("gate")(gate_command)


def gate_command(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="要检查的评测文件夹。")],
    baseline: Annotated[Path, typer.Option(help="与这次评测相比；默认是仓库里的基准。")] = BASELINE,
    rebaseline: Annotated[
        str | None, typer.Option(metavar="原因", help="以这次评测为新的基准（写明原因），不再与旧的相比。")
    ] = None,
) -> None:
    """这次改动能不能合入：必过题全对、没有无据数字和错误引文、不比基准差。"""
    try:
        run = read_run(folder)
        report = _judged(run, None if rebaseline is not None else baseline)
        if rebaseline is not None and report.passed:
            write_baseline(run, rebaseline, BASELINE)
    except PolicyError as problem:
        give_up(problem)
    _print(report, run)
    if rebaseline is not None:
        typer.echo(
            f"新的基准已写入 eval/{BASELINE.name}，请一并提交。" if report.passed else "基准没有更换。"
        )
    raise typer.Exit(0 if report.passed else 1)


def _judged(run: Run, baseline: Path | None) -> GateReport:
    if baseline is None:
        _must_be_whole(run)
    build = opened().library.current()
    known = None if baseline is None else read_baseline(baseline)
    return judge(run, build, read_must_pass(), lint_problems(build), known)


def _must_be_whole(run: Run) -> None:
    """Only all development questions together make a baseline.

    Raises:
        InputError: questions are missing.
    """
    wanted = {case.id for case in read_split("dev", related=True)}
    if run.header.split != "dev" or wanted - run.answers[OURS].keys():
        raise InputError(
            "基准要包括 dev 的全部题。请先运行 python -m eval run --related，再以那次评测为基准。"
        )


def _print(report: GateReport, run: Run) -> None:
    table = Table("条件", "通过", "实测")
    for check in report.checks:
        table.add_row(check.name, "是" if check.passed else "否", Text(check.found))
    if report.comparison and report.comparison.discordant and not report.passed:
        print_comparison(report.comparison, run.cases, console)
    console.print(table)
    console.print("通过。" if report.passed else "没有通过。")
