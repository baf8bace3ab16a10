"""Command line: `python -m eval metamorphic`."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from eval.cases import read_split
from eval.metamorphic import COUNT, Report, metamorphic
from eval.metamorphic_corpus import CORPUS
from eval.metamorphic_judge import WORDS
from eval.metamorphic_relations import JOBS
from rag.errors import InputError, PolicyError
from rag.settings import Settings

SPLITS = ("dev", "test")
STORED = "metamorphic.json"
console = Console(width=200)


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("metamorphic")(metamorphic_command)


def metamorphic_command(
    split: Annotated[str, typer.Option(help="dev 或 test。")] = "dev",
    count: Annotated[int, typer.Option(min=1, help="每种改动至多试多少题。")] = COUNT,
    seed: Annotated[int, typer.Option(help="抽题和改动的种子。")] = 0,
    data: Annotated[
        Path | None, typer.Option(help="数据文件夹；给出时无关条款取自其中的法律（laws/）。")
    ] = None,
    out: Annotated[Path | None, typer.Option(help=f"把结果写进这个评测文件夹的 {STORED}。")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> None:
    """改动语料或问法，看回答是否照应有的样子变或不变。"""
    try:
        if split not in SPLITS:
            raise InputError(f"没有 {split!r} 这一份题，应为 dev 或 test。")
        if out is not None and not out.is_dir():
            raise InputError(f"没有文件夹 {out}。请先运行 python -m eval run --out {out}。")
        cases = read_split(split, related=True)
        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("建索引、提问", total=JOBS)
            report = metamorphic(
                split, cases, Settings.from_env(), folders=CORPUS, count=count, seed=seed, data=data,
                progress=lambda: bar.advance(task),
            )  # fmt: skip
    except PolicyError as problem:
        typer.echo(f"错误：{problem}", err=True)
        raise typer.Exit(2) from problem
    stored = json.dumps(report.to_json(), ensure_ascii=False)
    if out is not None:
        (out / STORED).write_text(stored, encoding="utf8")
    if as_json:
        typer.echo(stored)
    else:
        print_report(report)


def print_report(report: Report) -> None:
    """The table of relations and, of `dev`, the pairs that failed."""
    table = Table(
        "改动", "应有的结果", "题数", "做到", "另看", "",
        title=f"{report.split}，种子 {report.seed}，{report.seconds:.0f} 秒；方括号内为 Wilson 95% 区间",
    )  # fmt: skip
    for one in report.relations:
        label, expected, also = WORDS[one.name]
        table.add_row(label, expected, str(len(one.outcomes)), str(one.passed), also, str(one.also))
    console.print(table)
    if report.split != "dev":
        return
    for one in report.relations:
        for outcome in (outcome for outcome in one.outcomes if not outcome.passed):
            console.print(f"{one.name} {outcome.id} {outcome.question}", markup=False)
            console.print(f"    应为 {outcome.expected}", markup=False)
            console.print(f"    实为 {outcome.got}", markup=False)
