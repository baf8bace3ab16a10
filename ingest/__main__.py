"""Command line: `python -m ingest [PATH ...]` and `python -m ingest preview FILE`.

Chinese for people, `--json` for programs. Exit codes: 0 done, 1 failed or some file
left out, 2 bad usage or input, 75 another ingest is running.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from rag.errors import BusyError, InputError, PolicyError, SettingsError
from rag.settings import PROJECT_FOLDER, Settings

DEFAULT_SOURCES = (PROJECT_FOLDER / "corpus" / "policies", PROJECT_FOLDER / "corpus" / "digests")
STEPS = {
    "read": "读取",
    "parse": "切分条款",
    "embed": "计算向量",
    "write": "写入",
    "verify": "检查",
    "publish": "切换",
}
BUSY = 75
"""EX_TEMPFAIL of sysexits.h: try again later."""

ingest_app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
preview_app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON，供程序使用。")]


@ingest_app.command(
    epilog="另有 python -m ingest preview 文件 [--json]：只显示一份文件会切成哪些条款，不入库。"
)
def ingest(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH]...", help="文件或文件夹；不写则为项目的 corpus/。")
    ] = None,
    as_json: AsJson = False,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="不沿用旧索引，全部重新计算。")] = False,
    without_questions: Annotated[
        bool, typer.Option("--without-questions", help="不收录 corpus/questions 里的问法，用于对比效果。")
    ] = False,
) -> None:
    """把政策文件切成条款、建立索引；索引里就是这些文件，不多不少。没有变化时什么也不做。"""
    # Late, so that --help and usage errors do not wait for the index libraries.
    from ingest.build import build_index
    from ingest.sources import source_files
    from rag.embedder import load_embedder

    settings = Settings.from_env()
    sources = source_files(paths or [folder for folder in DEFAULT_SOURCES if folder.is_dir()])
    embedder = load_embedder(settings.embedding_model)
    with _progress() as progress:
        report = build_index(
            sources,
            settings,
            embedder,
            rebuild=rebuild,
            with_questions=not without_questions,
            progress=progress,
        )
    if as_json:
        failed = [{"path": path, "reason": reason} for path, reason in report.failed]
        _print_json({**asdict(report), "failed": failed})
    else:
        done = (
            f"已入库，新计算 {report.embedded} 段、沿用 {report.reused} 段"
            if report.changed
            else "无变化，沿用现有索引"
        )
        size = f"{report.documents} 份文件、{report.clauses} 条、{report.passages} 段、{report.questions} 个问法、{report.tokens} 个词元"
        typer.echo(f"{done}。共 {size}，用时 {report.elapsed_seconds:.1f} 秒。索引 {report.build_id}。")
        for _, reason in report.failed:
            typer.echo(f"未入库：{reason}", err=True)
    raise typer.Exit(1 if report.failed else 0)


@preview_app.command()
def preview(file: Annotated[Path, typer.Argument(help="要查看的文件。")], as_json: AsJson = False) -> None:
    """显示一份文件会切成哪些条款，不入库。"""
    from ingest.preview import preview as read_preview
    from ingest.preview import preview_as_json

    if not file.is_file():
        raise InputError(f"找不到文件 {file}，请检查路径。")
    if as_json:
        _print_json(preview_as_json(file))
        return
    document, clauses, warnings = read_preview(file)
    typer.echo(f"《{document.title}》{document.number or ''}")
    for clause in clauses:
        name = f"—— {clause.item}" if clause.item else f"{clause.label} {clause.heading}".rstrip()
        typer.echo(f"{'  ' * clause.level}{name}  [{clause.start}, {clause.end})")
    for warning in warnings:
        typer.echo(f"注意：{warning}", err=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. The first word `preview` chooses the second command."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    app = preview_app if words[:1] == ["preview"] else ingest_app
    program = "python -m ingest preview" if app is preview_app else "python -m ingest"
    try:
        code = typer.main.get_command(app).main(
            words[1:] if app is preview_app else words, prog_name=program, standalone_mode=False
        )
    except PolicyError as problem:
        typer.echo(f"错误：{problem}", err=True)
        return _exit_code(problem)
    except typer.Abort:
        typer.echo("已中断，原有索引保持不变。", err=True)
        return 130
    except _USAGE_ERROR as problem:
        message = problem.format_message()  # type: ignore[attr-defined]
        typer.echo(f"用法错误：{message} 用 {program} --help 查看用法。", err=True)
        return 2
    return code if isinstance(code, int) else 0


_USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]
"""Typer's error for any wrong option or argument, which it does not export itself."""


def _exit_code(problem: PolicyError) -> int:
    if isinstance(problem, BusyError):
        return BUSY
    return 2 if isinstance(problem, InputError | SettingsError) else 1


@contextmanager
def _progress() -> Iterator[Any]:
    """A progress bar on standard error when a person is looking, else None."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("准备")
        yield lambda step, done, total: bar.update(task, description=STEPS[step], completed=done, total=total)


def _print_json(value: dict[str, Any]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False))


if __name__ == "__main__":
    sys.exit(main())
