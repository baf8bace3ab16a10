"""Command line: `python -m rag ask|search|show|match|doctor`. Chinese for people, `--json` for programs.

Exit codes: 0 done, 1 refused or no index, 2 bad usage or input.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import track

from rag.assistant import Assistant
from rag.doctor import examine, findings_to_json, findings_to_text, works
from rag.errors import InputError, PolicyError, SettingsError
from rag.history import version, versions
from rag.lookup import find_words, shown_clause
from rag.match_cli import match_batch, match_one
from rag.present import answer_to_json, answer_to_markdown
from rag.settings import Settings
from rag.validity import today

app = typer.Typer(
    help="川策问答：用一句话提问，得到带条款出处的回答。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
console = Console(highlight=False, soft_wrap=True)
Policies = Annotated[
    list[str] | None, typer.Option("--policy", help="只在这份文件里找（文件编号，可重复）。")
]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON，供程序使用。")]


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="问题，例如：数字经济的目标是什么")] = None,
    policy: Policies = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="按哪一天判断文件是否有效，例如 2024-01-01；默认今天。")
    ] = None,
    after: Annotated[
        list[str] | None,
        typer.Option(help="这一问之前问过的问题，旧的在前（可重复），用来理解“那2035年呢”。"),
    ] = None,
    as_json: AsJson = False,
    batch: Annotated[
        Path | None, typer.Option(help='批量提问：每行一个 {"id","question"} 的 JSONL 文件。')
    ] = None,
    out: Annotated[Path | None, typer.Option(help="批量回答写到这个 JSONL 文件。")] = None,
) -> None:
    """回答一个问题，或用 --batch 回答一个文件里的所有问题。"""
    day = _day(as_of)
    if batch is not None:
        _ask_batch(batch, out, policy or [], day)
        return
    if question is None:
        _fail(InputError("请写出问题，例如：python -m rag ask 数字经济的目标是什么"))
    answer = _assistant().ask(question, policies=policy or [], as_of=day, earlier=after or [])
    if as_json:
        _print_json(answer_to_json(answer))
    else:
        console.print(answer_to_markdown(answer), markup=False)
    if answer.status == "error":
        raise typer.Exit(2)
    raise typer.Exit(1 if answer.status == "refused" else 0)


@app.command()
def search(
    words: Annotated[str, typer.Argument(help="要找的词，例如：氢能")],
    policy: Policies = None,
    as_json: AsJson = False,
) -> None:
    """列出与这些词有关的条款，不作回答。"""
    assistant = _assistant()
    try:
        found = find_words(words, assistant, policy or [])
    except PolicyError as problem:
        _fail(problem)
    if as_json:
        _print_json(found)
    else:
        for row in found:
            console.print(
                f"{row['policy_id']} {row['clause']}{row['heading']} {row['item'] or ''}\n    {row['quote']}",
                markup=False,
            )
    raise typer.Exit(0 if found else 1)


@app.command()
def show(
    policy: Annotated[str, typer.Argument(help="文件编号，例如：sc-2023-decision；旧版本写成 编号@版本。")],
    clause: Annotated[
        str | None,
        typer.Argument(help="条款号，例如：（三） 或 第十二条；不写则列出旧版本，或显示 @ 所指的旧版本。"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """显示一条的原文，或一份文件的旧版本。"""
    if clause is None:
        _show_versions(policy, as_json=as_json)
        return
    try:
        shown = shown_clause(policy, clause, _assistant().library.current())
    except PolicyError as problem:
        _fail(problem)
    if as_json:
        _print_json(shown)
    else:
        console.print(
            f"《{shown['title']}》{shown['clause']}{shown['heading']}\n\n{shown['text']}", markup=False
        )


@app.command()
def match(
    profile: Annotated[Path | None, typer.Option(help="企业情况的 JSON 文件，字段见 README。")] = None,
    text: Annotated[str | None, typer.Option(help="用自己的话写企业情况。")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="按哪一天判断，默认今天。")] = None,
    as_json: AsJson = False,
    batch: Annotated[Path | None, typer.Option(help="批量：.jsonl、.csv 或 .xlsx，一行一家企业。")] = None,
    out: Annotated[Path | None, typer.Option(help="批量结果写到这个 JSONL 文件。")] = None,
) -> None:
    """按企业情况列出适用的支持，每一条都附条款和理由。"""
    day = _day(as_of) or today()
    build = _assistant().library.current()
    try:
        if batch is None:
            typer.echo(match_one(profile, text, build, day, as_json=as_json))
            return
        if out is None:
            raise InputError("批量匹配需要 --out 指定写到哪个文件。")
        rows, bad = match_batch(batch, out, build, day)
    except PolicyError as problem:
        _fail(problem)
    typer.echo(f"共 {rows} 行，{bad} 行有字段不能用（见上），结果在 {out}。", err=True)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """检查设置、索引、向量和语言模型能不能用。"""
    try:
        findings = examine(Settings.from_env())
    except SettingsError as problem:
        _fail(problem)
    if as_json:
        _print_json(findings_to_json(findings))
    else:
        typer.echo(findings_to_text(findings))
    raise typer.Exit(0 if works(findings) else 1)


def _show_versions(policy: str, *, as_json: bool) -> None:
    """The text of one earlier version (`id@name`), or the list of them."""
    document_id, _, name = policy.partition("@")
    try:
        home = Settings.from_env().home
        found = [version(home, document_id, name)] if name else versions(home, document_id)
    except PolicyError as problem:
        _fail(problem)
    if as_json:
        rows = [
            {"version": one.name, "replaced_on": one.replaced_on, **asdict(one.document)} for one in found
        ]
        _print_json(rows if name else [{**row, "text": None} for row in rows])
        return
    for one in found:
        document = one.document
        typer.echo(
            f"{document.id}@{one.name}《{document.title}》{document.number or ''} 替换于 {one.replaced_on}"
        )
        if name:
            typer.echo(f"\n{document.text}")
    if not found:
        typer.echo(f"{document_id} 没有旧版本。")


def _ask_batch(batch: Path, out: Path | None, policies: list[str], day: date | None) -> None:
    """Answer line by line; a line that cannot be read gets an answer with status `error`."""
    if out is None:
        _fail(InputError("批量提问需要 --out 指定写到哪个文件。"))
    try:
        lines = [line for line in batch.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as problem:
        _fail(InputError(f"读不了 {batch}：{problem}。请给出 UTF-8 编码的 JSONL 文件。"))
    assistant = _assistant()
    shown = track(lines, "回答中", console=Console(stderr=True)) if sys.stderr.isatty() else lines
    partial = out.with_name(out.name + ".part")
    with partial.open("w", encoding="utf8") as target:
        for row in _answers(shown, assistant, policies, day):
            target.write(json.dumps(row, ensure_ascii=False) + "\n")
    partial.replace(out)


def _answers(
    lines: Iterable[str], assistant: Assistant, policies: list[str], day: date | None
) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, start=1):
        try:
            record = json.loads(line)
            question, identifier = str(record["question"]), record.get("id")
        except (ValueError, KeyError, TypeError, AttributeError):
            reason = f'第 {number} 行不是 {{"id","question"}} 形式的 JSON。'
            yield {
                "id": None,
                "question": line[:200],
                "status": "error",
                "answer": reason,
                "citations": [],
                "reason": reason,
            }
            continue
        yield {**answer_to_json(assistant.ask(question, policies=policies, as_of=day)), "id": identifier}


def _day(given: str | None) -> date | None:
    try:
        return date.fromisoformat(given) if given else None
    except ValueError:
        _fail(InputError(f"--as-of 应写成 2024-01-01 这样的日期，现在是 {given!r}。"))


def _assistant() -> Assistant:
    try:
        return Assistant.open(Settings.from_env())
    except PolicyError as problem:
        _fail(problem)


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False))


def _fail(problem: PolicyError) -> NoReturn:
    typer.echo(f"错误：{problem}", err=True)
    raise typer.Exit(2 if isinstance(problem, InputError | SettingsError) else 1)


if __name__ == "__main__":
    app()
