"""Command line: `python -m eval run|score`. Exit codes: 0 done, 2 could not evaluate."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from eval.chosen import Options, chosen_cases
from eval.opened import give_up, opened
from eval.run import Progress as Told
from eval.run import resume as resume_run
from eval.run import run
from eval.runs import Run
from eval.score import score_run
from eval.show import failing_lines, run_json, run_tables
from rag.errors import InputError, PolicyError
from rag.settings import Settings

console = Console(width=200)
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON。")]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("run")(run_command)
    app.command("score")(score_command)


def run_command(
    split: Annotated[str, typer.Option(help="dev 或 test。")] = "dev",
    category: Annotated[str | None, typer.Option(help="只问一个类别。")] = None,
    sample: Annotated[int | None, typer.Option(min=1, help="随机抽这么多题。")] = None,
    seed: Annotated[int, typer.Option(help="抽题和“随机一条”的种子。")] = 0,
    only_failing: Annotated[
        Path | None, typer.Option(metavar="RUN", help="只问那次评测里没有严格答对的题。")
    ] = None,
    related: Annotated[bool, typer.Option(help="连同 digests_dev（digests_test）的题。")] = False,
    baselines: Annotated[bool, typer.Option(help="同时跑对照组。")] = True,
    peers: Annotated[
        bool, typer.Option("--peers", help="连同 requirements-peers.txt 里的其他框架。")
    ] = False,
    resume: Annotated[
        Path | None, typer.Option(metavar="RUN", help="接着做那次没有做完的评测，答过的不再问。")
    ] = None,
    show_failing: Annotated[bool, typer.Option("--show-failing", help="列出没有通过的问题。")] = False,
    out: Annotated[
        Path | None, typer.Option(help="评测文件夹，默认在 CHUANCE_HOME/eval/ 下按时间命名。")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """提问、打分、列表；答案与得分分开存放，python -m eval score 可以重新打分。"""
    failing = None if only_failing is None else str(only_failing)
    options = Options(split, category, sample, seed, failing, related, baselines, peers)
    assistant = opened()
    try:
        if show_failing and split != "dev":
            raise InputError("留出集只看总分，不列出题目；--show-failing 只用于 dev。")
        if resume is None:
            cases = chosen_cases(options)
            folder = out or new_folder()
            with _bar(folder) as told:
                found = run(assistant, cases, options, folder, told)
        else:
            if out is not None or options != Options():
                raise InputError("--resume 接着做那次评测的题，不能再写选题的选项或 --out。")
            with _bar(folder := resume) as told:
                found = resume_run(assistant, folder, told)
    except PolicyError as problem:
        give_up(problem)
    _print(found, folder, as_json=as_json)
    if show_failing and not as_json:
        for line in failing_lines(found):
            console.print(line, markup=False)


def score_command(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="要重新打分的评测文件夹。")],
    current_gold: Annotated[
        bool, typer.Option("--current-gold", help="按现在的金标打分（题目文字要相同），不按当时的。")
    ] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="索引里的文件变了也打分。")] = False,
    as_json: AsJson = False,
) -> None:
    """用存下的答案重新打分，不再提问。"""
    try:
        found = score_run(folder, opened().library.current(), current_gold=current_gold, anyway=anyway)
    except PolicyError as problem:
        give_up(problem)
    _print(found, folder, as_json=as_json)


def new_folder() -> Path:
    """Where a run goes that nobody named a folder for."""
    now = datetime.now(UTC)
    return Settings.from_env().home / "eval" / f"{now:%Y%m%dT%H%M%S}{now.microsecond // 1000:03d}Z"


@contextmanager
def _bar(folder: Path) -> Iterator[Told]:
    """A bar on standard error; who stops the run is told how to go on."""
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("提问", total=None)
        try:
            yield lambda done, total, system: bar.update(
                task, completed=done, total=total, description=system
            )
        except KeyboardInterrupt as stopped:
            typer.echo(f"已停下。接着做：python -m eval run --resume {folder}", err=True)
            raise typer.Exit(2) from stopped


def _print(run: Run, folder: Path, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"folder": str(folder), **run_json(run)}, ensure_ascii=False))
        return
    for table in run_tables(run):
        console.print(table)
    header = run.header
    typer.echo(
        f"{header.count} 题、{len(header.systems)} 个系统，{header.seconds:.0f} 秒，"
        f"内存最多 {header.peak_memory_mb:.0f} MB。答案与得分在 {folder}",
        err=True,
    )
