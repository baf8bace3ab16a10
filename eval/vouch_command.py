"""Command line: `python -m eval vouch`. Exit codes: 0 every target met, 1 one missed, 2 could not be tried."""

import json
from collections import Counter
from dataclasses import replace
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from eval.lies import KINDS, SEED, lies_from
from eval.lies_material import SPLITS, Pool, Truth, pools, read_paraphrases, split_of
from eval.opened import give_up, opened
from eval.vouched import MOST_MILLISECONDS, MOST_REACHED, MOST_WITHHELD, Caught, Vouched, of_split, vouched
from rag.builds import Build
from rag.errors import InputError, PolicyError
from rag.vouch import vouch

PARAPHRASES: Final = "paraphrases"
"""What `--show` calls the faithful paraphrases that were kept back."""
SHOWN_SPLIT: Final = "dev"
"""Sentences of the other split are never printed, so that no check is made after them."""
console = Console(width=200)


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("vouch")(vouch_command)


def vouch_command(
    split: Annotated[str, typer.Option(help="dev 或 test；默认两份都试。")] = "",
    show: Annotated[
        str,
        typer.Option(metavar="KIND", help=f"列出 dev 中漏过的这一种假话（{PARAPHRASES}：被扣下的真话）。"),
    ] = "",
    seed: Annotated[int, typer.Option(help="编假话的种子。")] = SEED,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> None:
    """一千句假话有多少骗过逐句核对，忠实的改写有多少被错扣。"""
    try:
        _must_be_known(split, show)
        build = opened().library.current()
        material = pools(build)
        paraphrases = [one for pool in material for one in _shown(pool, build)]
        found = vouched(vouch, *of_split(split, lies_from(material, seed=seed), paraphrases))
    except PolicyError as problem:
        give_up(problem)
    if as_json:
        typer.echo(json.dumps(found.to_json(), ensure_ascii=False))
    else:
        _print(found)
        _show(found, show)
    raise typer.Exit(0 if found.passed else 1)


def _shown(pool: Pool, build: Build) -> list[Truth]:
    """The paraphrases of a split with what was shown beside their quotes."""
    own = (one for one in read_paraphrases(build) if split_of(one.cluster) == pool.split)
    return [replace(one, others=pool.shown_with(one, one.quotes)) for one in own]


def _must_be_known(split: str, show: str) -> None:
    """Refuse names of no split or kind.

    Raises:
        InputError: `split` or `show` is unknown.
    """
    if split not in ("", *SPLITS):
        raise InputError(f"没有 {split!r} 这一份题，应为 dev 或 test。")
    names = [PARAPHRASES, *(kind.name for kind in KINDS)]
    if show not in ("", *names):
        raise InputError(f"没有 {show!r} 这一种假话，应为 {'、'.join(names)}。")


def _print(found: Vouched) -> None:
    table = Table(
        "假话",
        "句数",
        "漏过",
        "漏过的占比",
        "目标",
        "达标",
        "被哪项核对拦下",
        title="方括号内为 Wilson 95% 区间",
    )
    for one in found.groups:
        target = f"≤ {MOST_REACHED[one.group]:.0%}" if MOST_REACHED[one.group] else "0"
        _row(table, one, one.label, target, "是" if one.met else "否")
    table.add_section()
    for one in found.kinds:
        _row(table, one, f"{one.label} {one.name}", "", "")
    console.print(table)
    median, slow = found.milliseconds
    console.print(
        f"忠实的改写 {found.withheld.total} 句，被扣下 {found.withheld.hits} 句，{found.withheld}，目标 ≤ {MOST_WITHHELD:.0%}："
        f"{_counts(found.checks)}",
        markup=False,
    )
    console.print(
        f"每句核对 {median:.2f} 毫秒（中位），{slow:.2f} 毫秒（95%），目标 ≤ {MOST_MILLISECONDS:.0f} 毫秒。"
    )
    console.print("全部达标。" if found.passed else "没有全部达标。")


def _row(table: Table, one: Caught, label: str, target: str, met: str) -> None:
    table.add_row(
        label, str(one.reached.total), str(one.reached.hits), Text(str(one.reached)), target, met, _counts(one.checks)
    )  # fmt: skip


def _counts(checks: Counter[str]) -> str:
    return "，".join(f"{name} {count}" for name, count in checks.most_common()) or "无"


def _show(found: Vouched, show: str) -> None:
    """The sentences of dev that were judged wrongly."""
    for one in (one for one in found.kinds if one.name == show):
        for lie, judgement in one.lies:
            if judgement.failed is None and lie.split == SHOWN_SPLIT:
                _print_sentence(f"{lie.id}（{lie.changed}）", lie.sentence, lie.sources)
    for truth, judgement in found.paraphrases if show == PARAPHRASES else ():
        if judgement.failed is not None and split_of(truth.cluster) == SHOWN_SPLIT:
            _print_sentence(f"{truth.id}（{judgement.failed}）", truth.sentence, truth.quotes)


def _print_sentence(name: str, sentence: str, sources: tuple[str, ...]) -> None:
    console.print(f"{name} {sentence}", markup=False)
    for source in sources:
        console.print(f"    引文 {source}", markup=False)
