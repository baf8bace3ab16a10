"""Command line: `python -m ingest expand [ID ...]`. Exit codes: 0 done, 1 some sentence failed, 2 no model or bad usage, 130 stopped."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import SettingsError
from rag.settings import Settings

if TYPE_CHECKING:
    from ingest.expand_written import Expansion, Told

expand_app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
_GO_ON = "写下的都存着，再运行同一条命令就接着写。"
_INTERRUPTED = 130
_MOST_TOLD = 10
"""Failures that are told one by one."""


@expand_app.command()
def expand(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="文件的编号；不写则为索引里的全部。")
    ] = None,
    per_minute: Annotated[float, typer.Option(min=0.1, help="每分钟最多问语言模型几次。")] = 60,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON，供程序使用。")] = False,
) -> None:
    """请语言模型给还没有问法的句子写问法，逐个核对后收下；下次入库时生效。随时可以停下，再运行就接着写。"""
    settings = Settings.from_env()
    if not settings.has_language_model:
        raise SettingsError(
            "写问法要用语言模型，现在没有配置：请设置 CHUANCE_LLM_BASE_URL 和 CHUANCE_LLM_MODEL。"
        )
    # Late, so that --help and usage errors do not wait for the index libraries.
    from ingest.expand_files import sole_expander
    from ingest.expand_written import Author, Pace
    from rag.embedder import load_embedder
    from rag.opening import open_current

    with sole_expander(settings.home):
        embedder = load_embedder(settings.embedding_model)
        author = Author(settings, open_current(settings, embedder), embedder, Pace(per_minute))
        with _bar() as told:
            found = author.write(ids or [], told)
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False))
    else:
        _tell(found)
    if found.interrupted:
        raise typer.Exit(_INTERRUPTED)
    raise typer.Exit(1 if found.failures else 0)


def _tell(found: "Expansion") -> None:
    for failure in found.failures[:_MOST_TOLD]:
        typer.echo(f"没有写成：{failure.clause}：{failure.reason}", err=True)
    if (more := len(found.failures) - _MOST_TOLD) > 0:
        typer.echo(f"另有 {more} 句没有写成。", err=True)
    parts = [f"问了 {found.asked} 句，收下 {found.written} 个问法"]
    if found.refused:
        reasons = "、".join(f"{name} {count}" for name, count in sorted(found.refused.items()))
        parts.append(f"{sum(found.refused.values())} 个没有收（{reasons}）")
    if found.instructions:
        parts.append(f"{found.instructions} 句像是写给程序的指令，没有拿去问")
    typer.echo("，".join(parts) + "。")
    if found.left:
        typer.echo(f"还有 {found.left} 句没有问到。{_GO_ON}", err=True)
    if found.written:
        typer.echo("请运行 python -m ingest，让新的问法入库。")


@contextmanager
def _bar() -> "Iterator[Told | None]":
    """A progress bar on standard error when a person is looking, else None."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("写问法", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
