"""Command line: `python -m eval run|lint|match|calibrate|bench`. Exit codes: 0 done, 1 lint failed, 2 could not evaluate."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from eval.cases import CATEGORIES, Case, count_by_category, lint, read_cases
from eval.matching import TARGETS, matching_figures
from eval.run import Result, by, failing_in, run, summary, write
from eval.statistics import Share
from eval.with_data import with_data
from rag.assistant import Assistant
from rag.errors import InputError, PolicyError
from rag.settings import PROJECT_FOLDER, Settings
from rag.validity import today

app = typer.Typer(help="评测：与对照组同场打分。", no_args_is_help=True, pretty_exceptions_enable=False)
console = Console(width=200)
RIGHT = {
    "strict": "严格准确率", "first_clause": "首条正确", "all_clauses": "条款全", "items": "条目对", "facts": "事实齐全",
    "declined_unanswerable": "该拒已拒", "declined_answerable": "不该拒却拒",
}  # fmt: skip
SOUND = {
    "citation_precision": "引用精度", "citation_recall": "引用召回", "unsupported": "无据数字与条号", "false_quotes": "引文不符",
    "exceptions": "异常", "mean_length": "平均字数", "median_ms": "中位毫秒", "p95_ms": "P95 毫秒",
}  # fmt: skip

RELATED = {
    "first": "相关政策：首引正确", "cited": "相关政策：引到正确条款", "answerable_declined": "相关政策：不该拒却拒",
    "near_misses_declined": "相关政策：近似但未写的已拒", "given_as_valid": "失效或征求意见稿被当作有效",
    "declined_or_labelled": "只有失效文件或草案写到的：拒答或标明", "current_on_the_policy_in_force": "新旧都写的：依据现行",
    "past_answered_from_it": "明说问旧政策的：据其回答并标明",
}  # fmt: skip


@app.command("run")
def run_command(
    split: Annotated[str, typer.Option(help="dev 或 test。")] = "dev",
    category: Annotated[str | None, typer.Option(help="只问一个类别。")] = None,
    only_failing: Annotated[
        Path | None, typer.Option(help="只问这个得分文件（scores-0.jsonl）里没有通过的题。")
    ] = None,
    baselines: Annotated[bool, typer.Option(help="同时跑对照组。")] = True,
    show_failing: Annotated[bool, typer.Option("--show-failing", help="列出没有通过的问题。")] = False,
    out: Annotated[Path | None, typer.Option(help="答案与得分写到这个文件夹。")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> None:
    """提问、打分、列表。"""
    assistant = _assistant()
    try:
        if show_failing and split != "dev":
            raise InputError("留出集只看总分，不列出题目；--show-failing 只用于 dev。")
        cases = _chosen(read_cases(split), category, only_failing)
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
                    **{one.system: _plain(summary(one.scores) | _groups(one)) for one in results},
                },
                ensure_ascii=False,
            )
        )
        return
    title = f"{split}：{len(cases)} 题{'（不是全部）' if category or only_failing else ''}，方括号内为 Wilson 95% 区间"
    console.print(_systems_table(results, RIGHT, title))
    console.print(_systems_table(results, SOUND, ""))
    for name, shares in _groups(results[0]).items():
        console.print(_groups_table(results[0].system, name, shares))
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
    table = Table("类别", *splits)
    for category, counts in count_by_category(splits).items():
        table.add_row(category, *map(str, counts))
    console.print(table)
    console.print(f"{sum(map(len, splits.values()))} 题，{len(found)} 处问题。")
    raise typer.Exit(1 if found else 0)


@app.command("related")
def related_command(split: Annotated[str, typer.Option(help="dev 或 test。")] = "dev") -> None:
    """相关政策的问题（在全部文件里问），以及 80 个效力问题。"""
    from eval.related import content_summary, read_related, score_related, validity_summary

    assistant = _assistant()
    try:
        content = content_summary(score_related(read_related(f"digests_{split}"), assistant))
        validity = validity_summary(score_related(read_related("validity"), assistant))
    except PolicyError as problem:
        _fail(problem)
    table = Table("指标", "实测", title="方括号内为 Wilson 95% 区间")
    for name, share in {**content, **validity}.items():
        table.add_row(RELATED[name], str(share))
    console.print(table)


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
        for row in bench(_assistant(), read_cases("dev")[:questions], runs):
            table.add_row(row.what, row.measured, row.target, _met(row.met))
            missed += row.met is False
    except PolicyError as problem:
        _fail(problem)
    console.print(table)
    console.print(f"{missed} 项没有达标。" if missed else "全部达标。")


def _met(met: bool | None) -> str:
    return {True: "是", False: "否", None: "–"}[met]


def _chosen(cases: list[Case], category: str | None, only_failing: Path | None) -> list[Case]:
    if category not in {None, *CATEGORIES}:
        raise InputError(f"没有 {category!r} 这个类别，类别有：{'、'.join(CATEGORIES)}。")
    failing = None if only_failing is None else failing_in(only_failing)
    chosen = [
        case
        for case in cases
        if category in {None, case.category} and (failing is None or case.id in failing)
    ]
    if not chosen:
        raise InputError("没有符合条件的题。")
    return chosen


@app.command("match")
def match_command(
    split: Annotated[str, typer.Option(help="dev 或 test。")] = "dev",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> None:
    """政策匹配的全部指标，连同目标。"""
    found = matching_figures(split, _assistant().library.current(), today())
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    table = Table("指标", "实测", "目标", "达标", title=f"政策匹配（{split}，{found['profiles']:.0f} 家企业）")
    for name, label, target, more in TARGETS:
        sign, met = ("≥" if more else "≤"), (found[name] >= target) == more
        table.add_row(label, f"{found[name]:.3f}", f"{sign} {target:g}", "是" if met else "否")
    console.print(table)


def _systems_table(results: list[Result], columns: dict[str, str], title: str) -> Table:
    table = Table("系统", *columns.values(), title=title)
    for result in results:
        measures = summary(result.scores)
        table.add_row(result.system, *(_cell(measures[name]) for name in columns))
    return table


def _groups(result: Result) -> dict[str, dict[str, Share]]:
    return {"category": by(result.scores, "category"), "style": by(result.scores, "style")}


def _groups_table(system: str, name: str, shares: dict[str, Share]) -> Table:
    table = Table(name, "题数", "严格准确率", title=system)
    for group, share in shares.items():
        table.add_row(group, str(share.total), str(share))
    return table


def _print_failing(result: Result) -> None:
    for one in result.scores:
        answer = result.answers[one.id]
        if one.failed:
            console.print(f"{one.id} {one.category} 异常：{result.problems[one.id]}", markup=False)
        elif not one.strict and answer is not None:
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
        else _plain(value)
        if isinstance(value, dict)
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


app.add_typer(with_data)

if __name__ == "__main__":
    app()
