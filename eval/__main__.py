"""Command line: `python -m eval run|lint|calibrate|bench`. Exit codes: 0 done, 1 lint failed, 2 could not evaluate."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from eval.cases import CATEGORIES, lint, read_cases
from eval.run import Result, by, run, summary, write
from eval.statistics import Share
from rag.assistant import Assistant
from rag.errors import InputError, PolicyError
from rag.settings import PROJECT_FOLDER, Settings

app = typer.Typer(help="评测：与对照组同场打分。", no_args_is_help=True, pretty_exceptions_enable=False)
console = Console(width=200)
COLUMNS = {
    "strict": "严格准确率", "first_clause": "首条正确", "facts": "事实齐全", "citation_precision": "引用精度",
    "declined_unanswerable": "该拒已拒", "declined_answerable": "不该拒却拒", "unsupported": "无据数字", "exceptions": "异常",
    "mean_length": "平均字数", "median_ms": "中位毫秒", "p95_ms": "P95 毫秒",
}  # fmt: skip


@app.command("run")
def run_command(
    split: Annotated[str, typer.Option(help="dev 或 test。")] = "dev",
    category: Annotated[str | None, typer.Option(help="只问一个类别。")] = None,
    baselines: Annotated[bool, typer.Option(help="同时跑对照组。")] = True,
    show_failing: Annotated[bool, typer.Option("--show-failing", help="列出没有通过的问题。")] = False,
    out: Annotated[Path | None, typer.Option(help="答案与得分写到这个文件夹。")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> None:
    """提问、打分、列表。"""
    assistant = _assistant()
    try:
        cases = [case for case in read_cases(split) if category in {None, case.category}]
        if not cases:
            raise InputError(f"没有 {category!r} 类的问题，类别有：{'、'.join(CATEGORIES)}。")
        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("提问", total=None)
            results = run(assistant, cases, baselines=baselines, progress=lambda: bar.advance(task))
    except PolicyError as problem:
        _fail(problem)
    build_id = assistant.library.current().id
    write(
        results,
        out or PROJECT_FOLDER / "eval" / "runs" / f"{split}-{datetime.now(UTC):%Y%m%dT%H%M%S}-{build_id}",
    )
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "build_id": build_id,
                    "split": split,
                    **{one.system: _plain(summary(one.scores)) for one in results},
                },
                ensure_ascii=False,
            )
        )
        return
    console.print(_systems_table(results, split, len(cases)))
    for field in ("category", "style"):
        console.print(_groups_table(results[0], field))
    if show_failing:
        _print_failing(results[0])


@app.command("lint")
def lint_command() -> None:
    """检查金标：引文逐字在条款里、条款存在、事实有据、没有重复。"""
    assistant = _assistant()
    try:
        splits = {split: read_cases(split) for split in ("dev", "test")}
    except PolicyError as problem:
        _fail(problem)
    found = lint(splits, assistant.library.current())
    for sentence in found:
        console.print(sentence, markup=False)
    console.print(f"{sum(map(len, splits.values()))} 题，{len(found)} 处问题。")
    raise typer.Exit(1 if found else 0)


@app.command("calibrate")
def calibrate_command() -> None:
    """用开发集重新校准“答还是不答”，写入 rag/calibration.json。"""
    from eval.calibrate import examples, fit, off_topic_cases, write

    assistant, cases = _assistant(), read_cases("dev")
    cases += off_topic_cases()
    fitted = fit(examples(cases, assistant) + examples(cases, assistant, with_questions=False))
    write(fitted)
    console.print_json(data=fitted)


@app.command("bench")
def bench_command(
    questions: Annotated[int, typer.Option(help="热态提问的题数。")] = 150,
    runs: Annotated[int, typer.Option(help="冷启动、入库、开页各测几次。")] = 5,
) -> None:
    """测速：热态、冷启动、入库、开页、内存，与普通 LangChain 流程同场。"""
    from eval.bench import bench

    table = Table("指标", "实测", "目标")
    for row in bench(_assistant(), read_cases("dev")[:questions], runs):
        table.add_row(*row)
    console.print(table)


def _systems_table(results: list[Result], split: str, count: int) -> Table:
    table = Table("系统", *COLUMNS.values(), title=f"{split}：{count} 题，方括号内为 Wilson 95% 区间")
    for result in results:
        measures = summary(result.scores)
        table.add_row(result.system, *(_cell(measures[name]) for name in COLUMNS))
    return table


def _groups_table(result: Result, field: str) -> Table:
    table = Table(field, "题数", "严格准确率", title=result.system)
    for name, share in by(result.scores, field).items():
        table.add_row(name, str(share.total), str(share))
    return table


def _print_failing(result: Result) -> None:
    for one in result.scores:
        answer = result.answers[one.id]
        if not one.strict and answer is not None:
            console.print(
                f"{one.id} {one.category} 首条{'对' if one.first_clause else '错'} 事实{'齐' if one.facts else '缺'}：{answer.question}",
                markup=False,
            )
            console.print(f"    {answer.status}：{answer.answer}", markup=False)


def _cell(value: Any) -> str:  # noqa: ANN401 (a Share, a number or None)
    if value is None:
        return "–"
    return (
        f"{value:.1f}"
        if isinstance(value, float) and value > 1
        else f"{value:.3f}"
        if isinstance(value, float)
        else str(value)
    )


def _plain(measures: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {"hits": value.hits, "total": value.total, "value": value.value, "interval": value.interval}
        if isinstance(value, Share)
        else value
        for name, value in measures.items()
    }


def _assistant() -> Assistant:
    try:
        return Assistant.open(Settings.from_env())
    except PolicyError as problem:
        _fail(problem)


def _fail(problem: PolicyError) -> NoReturn:
    typer.echo(f"错误：{problem}", err=True)
    raise typer.Exit(2)


if __name__ == "__main__":
    app()
