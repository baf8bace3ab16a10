"""Command line: `python -m eval lint|add|related|match`. Exit codes: 0 done, 1 failed, 2 could not evaluate."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from eval.add import drafted
from eval.cases import case_to_json
from eval.gold_figures import count_by_category, count_by_difficulty, not_answered_share, overlap_thirds
from eval.lint_files import SPLITS, lint_problems, read_splits
from eval.matching import TARGETS, is_met, matching_figures
from eval.opened import give_up, opened
from eval.runs import write_lines
from eval.show import share_table
from rag.errors import InputError, PolicyError
from rag.validity import today

console = Console(width=200)
RELATED = {
    "first": "相关政策：首引正确", "cited": "相关政策：引到正确条款", "answerable_declined": "相关政策：不该拒却拒",
    "near_misses_declined": "相关政策：近似但未写的已拒", "given_as_valid": "失效或征求意见稿被当作有效",
    "declined_or_labelled": "只有失效文件或草案写到的：拒答或标明", "current_on_the_policy_in_force": "新旧都写的：依据现行",
    "past_answered_from_it": "明说问旧政策的：据其回答并标明",
}  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command("lint")(lint_command)
    app.command("add")(add_command)
    app.command("related")(related_command)
    app.command("match")(match_command)


def lint_command() -> None:
    """检查金标：引文逐字在条款里、条款存在、事实有据、没有重复。"""
    build = opened().library.current()
    try:
        splits = read_splits()
        found = lint_problems(build)
    except PolicyError as problem:
        give_up(problem)
    for sentence in found:
        console.print(sentence, markup=False)
    table = Table("", *splits, title="题数")
    for category, counts in count_by_category(splits).items():
        table.add_row(category, *map(str, counts))
    levels = [count_by_difficulty(cases) for cases in splits.values()]
    for level in levels[0]:
        table.add_row(f"难度 {level or '未记'}", *(str(counted[level]) for counted in levels))
    table.add_row(
        "要拒答、更正或反问", *(f"{100 * not_answered_share(cases):.0f} %" for cases in splits.values())
    )
    thirds = [overlap_thirds(cases, build) for cases in splits.values()]
    for third in dict.fromkeys(name for its in thirds for name in its):
        ranges = (its.get(third) for its in thirds)
        cells = ("–" if one is None else f"{one[0]}（{one[1]:.2f}–{one[2]:.2f}）" for one in ranges)
        table.add_row(f"与原文用词重合：{third}", *cells)
    console.print(table)
    console.print(f"{sum(map(len, splits.values()))} 题，{len(found)} 处问题。")
    raise typer.Exit(1 if found else 0)


def add_command(
    feedback: Annotated[
        Path,
        typer.Argument(help='每行一个 {"question","answer"?,"comment"?,"policy"?,"clause"?} 的 JSONL 文件。'),
    ],
    out: Annotated[Path, typer.Option(help="草稿写到这个 JSONL 文件。")],
    split: Annotated[str, typer.Option(help="准备放进 dev 还是 test。")] = "dev",
) -> None:
    """把反馈变成金标草稿：所引条款作为建议，还缺什么由 lint 指出。"""
    try:
        if split not in SPLITS:
            raise InputError(f"--split 应为 {' 或 '.join(SPLITS)}，现在是 {split!r}。")
        if out.exists():
            raise InputError(f"{out} 已经存在，请换一个文件名。")
        try:
            lines = feedback.read_text(encoding="utf-8-sig").split("\n")
        except (OSError, UnicodeDecodeError) as problem:
            raise InputError(f"读不了 {feedback}：{problem}。请给出 UTF-8 编码的 JSONL 文件。") from problem
        drafts = drafted(lines, split, read_splits(), opened())
        write_lines(out, map(case_to_json, drafts.cases))
    except PolicyError as problem:
        give_up(problem)
    for sentence in drafts.to_do:
        console.print(f"还要补：{sentence}", markup=False)
    for sentence in drafts.unusable:
        typer.echo(f"没有用上：{sentence}", err=True)
    console.print(
        f"{len(drafts.cases)} 条草稿在 {out}。逐条核对、去掉 draft 后再放进 eval/gold。", markup=False
    )
    raise typer.Exit(1 if drafts.unusable else 0)


def related_command(split: Annotated[str, typer.Option(help="dev 或 test。")] = "dev") -> None:
    """相关政策的问题（在全部文件里问），以及 80 个效力问题。"""
    from eval.related import content_summary, read_related, score_related, validity_summary

    assistant = opened()
    try:
        content = content_summary(score_related(read_related(f"digests_{split}"), assistant))
        validity = validity_summary(score_related(read_related("validity"), assistant))
    except PolicyError as problem:
        give_up(problem)
    rows = [(RELATED[name], share) for name, share in {**content, **validity}.items()]
    console.print(share_table("方括号内为 Wilson 95% 区间", rows))


def match_command(
    split: Annotated[str, typer.Option(help="dev 或 test。")] = "dev",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> None:
    """政策匹配的全部指标，连同目标。"""
    found = matching_figures(split, opened().library.current(), today())
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    table = Table(
        "指标", "实测", "目标", "达标", title=f"政策匹配（{split}，{found['profiles']:.0f} 家企业）"
    )
    for name, label, target, more in TARGETS:
        sign, met = ("≥" if more else "≤"), is_met(found[name], target, more=more)
        table.add_row(label, f"{found[name]:.3f}", f"{sign} {target:g}", "是" if met else "否")
    console.print(table)
