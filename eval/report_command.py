"""Command line: `python -m eval report RUN`. Exit codes: 0 done, 2 could not report."""

import json
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.progress import Progress

from eval.compare import compare
from eval.opened import give_up, opened
from eval.report import report
from eval.report_files import junit, markdown
from eval.report_html import report_html
from eval.report_stages import oracles_to_json
from eval.runs import Run, corpus_fingerprint, read_run
from eval.waterfall import oracle_runs
from rag.assistant import Assistant
from rag.errors import InputError, PolicyError

FILES: Final = ("report.html", "report.md", "report.json", "junit.xml")
EXTRAS: Final = ("metamorphic", "matching", "oracles", "judge")
"""Files beside the run that belong into its report."""


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("report")(report_command)


def report_command(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="评测文件夹。")],
    against: Annotated[Path | None, typer.Option(metavar="RUN0", help="与这次以前的评测相比。")] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="报告写到哪里；不写就放在评测文件夹里。")
    ] = None,
    oracles: Annotated[
        bool, typer.Option("--oracles", help="先再问几遍：假如检索、取舍全对，能对多少。要几分钟。")
    ] = False,
) -> None:
    """出报告：一个不联网也能看的网页，连同 Markdown、JSON 和 JUnit。"""
    try:
        run = read_run(folder)
        compared = compare(read_run(against), run) if against else None
        assistant = _assistant(run)
        if oracles:
            _ask_oracles(run, assistant, folder)
        extras = {name: _extra(folder / f"{name}.json") for name in EXTRAS}
        made = report(run, assistant.library.current(), compared=compared, extras=extras)
        _write(made, out or folder)
    except PolicyError as problem:
        give_up(problem)
    typer.echo(f"{made['verdict']['words']}。{''.join(made['verdict']['sentences'])}")
    typer.echo(f"报告：{(out or folder) / FILES[0]}")


def _assistant(run: Run) -> Assistant:
    """An assistant over the documents that were asked.

    Raises:
        InputError: the index holds other documents.
    """
    assistant = opened()
    if corpus_fingerprint(assistant.library.current()) != run.header.corpus:
        raise InputError("现在索引里的文件与评测时的不同，对不上条款。请用评测时的文件重新入库，或重新评测。")
    return assistant


def _ask_oracles(run: Run, assistant: Assistant, folder: Path) -> None:
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("假如检索、取舍全对", total=sum(case.expect == "answer" for case in run.cases))
        found = oracle_runs(run.cases, assistant, lambda: bar.advance(task))
    (folder / "oracles.json").write_text(json.dumps(oracles_to_json(found)), encoding="utf8")


def _extra(path: Path) -> Any:  # noqa: ANN401 (any JSON)
    """What another command wrote beside the run; None when it was not run.

    Raises:
        InputError: the file is damaged.
    """
    if not path.exists():
        return None
    try:
        return json.loads(path.read_text(encoding="utf8"))
    except (OSError, ValueError) as problem:
        raise InputError(f"{path} 已损坏，请重新生成或删去。") from problem


def _write(made: dict[str, Any], folder: Path) -> None:
    """Write the four files.

    Raises:
        InputError: the folder cannot be written.
    """
    text = json.dumps(made, ensure_ascii=False)
    contents = (report_html(json.loads(text)).encode(), markdown(made).encode(), text.encode(), junit(made))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in zip(FILES, contents, strict=True):
            partial = folder / f"{name}.part"
            partial.write_bytes(content)
            partial.replace(folder / name)
    except OSError as problem:
        raise InputError(f"报告写不到 {folder}（{problem.strerror}）。") from problem
