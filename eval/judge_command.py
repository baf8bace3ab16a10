"""Command line: `python -m eval judge RUN` and `python -m eval judge --calibrate`. Exit codes: 0 done, 2 could not judge."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from eval.judge import VERDICTS, Judge, Judgement
from eval.judge_calibration import Calibration, Label, calibrated, disagreements, read_labels, to_ask
from eval.judge_items import items_of
from eval.judge_store import Asked, Told, judge_file, judged, read_judgements
from eval.judge_summary import INTERVALS, SHARES, calibration_json, run_json, write_judge_json
from eval.opened import give_up
from eval.report_judge import KIND_LABELS, difference_words
from eval.report_words import interval_words
from eval.runs import read_answers
from rag.errors import InputError, LanguageModelError, PolicyError
from rag.settings import Settings

console = Console(width=200)
GO_ON = "已经评过的都存着，再运行同一条命令就接着评。"


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("judge")(judge_command)


def judge_command(
    folder: Annotated[Path | None, typer.Argument(metavar="[RUN]", help="评测文件夹。")] = None,
    system: Annotated[int, typer.Option(min=0, help="评第几个系统的回答，0 是川策问答。")] = 0,
    sample: Annotated[int | None, typer.Option(min=1, help="随机抽这么多题。")] = None,
    calibrate: Annotated[
        bool, typer.Option("--calibrate", help="用读过的标注校准评卷的模型，不评评测。")
    ] = False,
    parallel: Annotated[int, typer.Option(min=1, help="同时问几项；本机的模型多半只能一项一项来。")] = 1,
    retry_errors: Annotated[bool, typer.Option("--retry-errors", help="上次模型没有作答的重新问。")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> None:
    """请语言模型评卷：逐条事实、逐处引用只判是与否，各三票。只供参考，不参与门禁。"""
    try:
        if calibrate == (folder is not None):
            raise InputError("请写评测文件夹，或者只写 --calibrate。")
        settings = Settings.from_env()
        asking = _Asking(Judge(settings), settings.home / "eval", parallel, retry_errors)
        if folder is None:
            _calibrate(asking, as_json=as_json)
        else:
            _judge_run(asking, folder, system, sample, as_json=as_json)
    except LanguageModelError as problem:
        give_up(LanguageModelError(f"{problem}{GO_ON}"))
    except PolicyError as problem:
        give_up(problem)


@dataclass(frozen=True)
class _Asking:
    """Who is asked, and how."""

    judge: Judge
    home: Path
    parallel: int
    again: bool

    @property
    def calibration_file(self) -> Path:
        """Of one model and prompt, and kept from run to run."""
        name = f"{self.judge.model}\0{self.judge.prompt_hash}"
        return self.home / f"judge-calibration-{hashlib.sha256(name.encode()).hexdigest()[:12]}.jsonl"

    def judged(self, asked: Sequence[Asked], path: Path) -> dict[str, Judgement]:
        with _bar() as told:
            return judged(self.judge, asked, path, told=told, parallel=self.parallel, again=self.again)


def _calibrate(asking: _Asking, *, as_json: bool) -> None:
    labels = read_labels()
    found = asking.judged(to_ask(labels), asking.calibration_file)
    _tell_calibration(asking.judge, labels, found, as_json=as_json)


def _judge_run(asking: _Asking, folder: Path, system: int, sample: int | None, *, as_json: bool) -> None:
    run = read_answers(folder)
    items = items_of(run, system, sample)
    found = asking.judged([Asked(item) for item in items], judge_file(folder, system))
    one = run_json(run, system, items, found)
    calibration = _known_calibration(asking)
    write_judge_json(folder, asking.judge, one, calibration)
    _tell_run(asking.judge, one, calibration, as_json=as_json)


def _known_calibration(asking: _Asking) -> Calibration | None:
    """How this judge did on the labels, if that has been asked."""
    labels, found = read_labels(), read_judgements(asking.calibration_file, asking.judge)
    if any(one.item.key not in found for one in to_ask(labels)):
        return None
    return calibrated(labels, found)


@contextmanager
def _bar() -> Iterator[Told]:
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("评卷", total=None)
        try:
            yield lambda done, total: bar.update(task, completed=done, total=total)
        except KeyboardInterrupt as stopped:
            typer.echo(f"已停下。{GO_ON}", err=True)
            raise typer.Exit(2) from stopped


def _tell_calibration(
    judge: Judge, labels: Sequence[Label], found: Mapping[str, Judgement], *, as_json: bool
) -> None:
    made = calibration_json(calibrated(labels, found))
    apart = disagreements(labels, found)
    if as_json:
        rows = [
            {"id": one.id, "label": one.label, "verdict": its.verdict, "why": one.why} for one, its in apart
        ]
        head = {"model": judge.model, "prompt": judge.prompt_hash}
        typer.echo(json.dumps({**head, **made, "disagreements": rows}, ensure_ascii=False))
        return
    table = Table("指标", "实测", title=f"{judge.model}，提示词 {judge.prompt_hash}，{len(labels)} 条标注")
    for name, label in SHARES.items():
        table.add_row(label, interval_words(made[name]))
    for name, label in INTERVALS.items():
        table.add_row(label, difference_words(name, made[name]))
    console.print(table)
    table = Table("标注", "读者", "评卷", "待查", "读者的理由", title=f"与读者不同的 {len(apart)} 条")
    for one, its in apart:
        table.add_row(one.id, one.label, its.verdict, Text(one.item.claim), Text(one.why))
    console.print(table)


def _tell_run(
    judge: Judge, one: Mapping[str, Any], calibration: Calibration | None, *, as_json: bool
) -> None:
    if as_json:
        made = None if calibration is None else calibration_json(calibration)
        head = {"model": judge.model, "prompt": judge.prompt_hash}
        typer.echo(json.dumps({**head, **one, "calibration": made}, ensure_ascii=False))
        return
    table = Table(
        "评什么", "判“是”", *VERDICTS,
        title=f"{one['name']}，{one['questions']} 题；{judge.model}，提示词 {judge.prompt_hash}",
    )  # fmt: skip
    for kind, label in KIND_LABELS.items():
        counts = one[kind]["counts"]
        table.add_row(label, interval_words(one[kind]["yes"]), *(str(counts[name]) for name in VERDICTS))
    console.print(table)
    rules = one["rules"]
    apart = rules["total"] - rules["hits"]
    typer.echo(f"事实与打分规则一致：{interval_words(rules)}；不一致的有 {apart} 条，开发集的列在报告里。")
    if calibration is None:
        typer.echo("这个模型还没有校准过，先运行 python -m eval judge --calibrate，才知道它的话能信几分。")
    typer.echo("评卷只供参考，不参与门禁。")
