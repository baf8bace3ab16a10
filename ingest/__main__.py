"""Command line: `python -m ingest [PATH ...]`, and `preview FILE`, `lint [FOLDER]`, `fetch [ID ...]`, `expand [ID ...]` behind it.

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

from ingest.expand_command import expand_app
from rag.errors import BusyError, InputError, PolicyError, SettingsError
from rag.settings import PROJECT_FOLDER, Settings

CATALOG = PROJECT_FOLDER / "corpus" / "catalog.yaml"
FETCHED = "official"
"""Folder of the data folder that `fetch` downloads into."""
DIGESTS = PROJECT_FOLDER / "corpus" / "digests"
DEFAULT_SOURCES = (PROJECT_FOLDER / "corpus" / "policies", DIGESTS)
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
preview_app, lint_app, fetch_app = (
    typer.Typer(add_completion=False, pretty_exceptions_enable=False) for _ in range(3)
)
COMMANDS = {"preview": preview_app, "lint": lint_app, "fetch": fetch_app, "expand": expand_app}
"""Second commands by the word that chooses them; everything else is a path to ingest."""
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON，供程序使用。")]


@ingest_app.command(
    epilog="另有 python -m ingest preview 文件（看一份文件会切成哪些条款）、lint（核对摘要）、fetch（下载官方原文）、expand（请语言模型写问法），各有 --help。"
)
def ingest(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH]...", help="文件或文件夹；不写则为项目的 corpus/。")
    ] = None,
    as_json: AsJson = False,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="不沿用旧索引，全部重新计算。")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只说会改变什么，不写入。")] = False,
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
    default = (*DEFAULT_SOURCES, settings.home / FETCHED)
    sources = source_files(paths or [folder for folder in default if folder.is_dir()])
    if dry_run:
        raise typer.Exit(_dry_run(sources, settings, as_json=as_json))
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
        for path, note in report.notes:
            typer.echo(f"{Path(path).name}：{note}", err=True)
        for _, reason in report.failed:
            typer.echo(f"未入库：{reason}", err=True)
    raise typer.Exit(1 if report.failed else 0)


def _dry_run(sources: Sequence[Path], settings: Settings, *, as_json: bool) -> int:
    """Say what an ingest of `sources` would change; returns the exit code."""
    from ingest.plan import plan
    from ingest.sources import read_source
    from rag.manifest import builds_folder, current_build, read_manifest

    build = current_build(settings.home)
    before = read_manifest(builds_folder(settings.home) / build).sources if build else ()
    found = plan([read_source(path) for path in sources], before)
    if as_json:
        _print_json(
            {**asdict(found), "failed": [{"path": path, "reason": why} for path, why in found.failed]}
        )
        return 1 if found.failed else 0
    for words, names in (("新增", found.added), ("更新", found.changed), ("移除", found.removed)):
        for name in names:
            typer.echo(f"{words}：{name}")
    for _, reason in found.failed:
        typer.echo(f"读不了：{reason}", err=True)
    typer.echo(
        f"会新增 {len(found.added)} 份、更新 {len(found.changed)} 份、移除 {len(found.removed)} 份，"
        f"{len(found.unchanged)} 份不变，{len(found.failed)} 份读不了。什么也没有写入。"
    )
    return 1 if found.failed else 0


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


@lint_app.command()
def lint(
    folder: Annotated[Path, typer.Argument(help="摘要文件夹。")] = DIGESTS, as_json: AsJson = False
) -> None:
    """核对摘要：每个数字、文号、日期都要在事实记录里有依据，编号不重复，日期可读，问法所问的句子还在。"""
    from ingest.lint import lint as check

    report = check(folder, Settings.from_env().home)
    if as_json:
        _print_json(asdict(report))
    else:
        for finding in report.findings:
            typer.echo(f"{finding.file}：{finding.problem}", err=True)
        problems = f"{len(report.findings)} 处问题" if report.findings else "没有问题"
        typer.echo(f"核对了 {report.digests} 份摘要、{report.clauses} 条，{problems}。")
    raise typer.Exit(1 if report.findings else 0)


@fetch_app.command()
def fetch(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="目录里的编号；不写则为全部。")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """下载目录（corpus/catalog.yaml）里的官方原文，存入数据目录；下次入库时由原文代替摘要回答。"""
    from ingest.fetch import fetch as download

    settings = Settings.from_env()
    found = download(
        ids or [], catalog=CATALOG, folder=settings.home / FETCHED,
        progress=lambda line: typer.echo(line, err=True) if sys.stderr.isatty() else None,
    )  # fmt: skip
    if as_json:
        _print_json(
            {"fetched": [{**asdict(one), "path": str(one.path) if one.path else None} for one in found]}
        )
    else:
        for one in found:
            news = "有新内容" if one.changed else "没有变化"
            typer.echo(
                f"{one.id}：{f'未取得（{one.failure}）' if one.failure else news}", err=bool(one.failure)
            )
        if any(one.changed for one in found):
            typer.echo("请运行 python -m ingest，让原文入库。")
    raise typer.Exit(1 if any(one.failure for one in found) else 0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. A first word of `COMMANDS` chooses that command."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    chosen = words[0] if words and words[0] in COMMANDS else ""
    program = f"python -m ingest {chosen}".rstrip()
    app = COMMANDS.get(chosen, ingest_app)
    try:
        code = typer.main.get_command(app).main(
            words[1:] if chosen else words, prog_name=program, standalone_mode=False
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
