"""Commands that need the data folder: `python -m eval figures|ablation|rank|calibrate --data FOLDER`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from eval import ablation, answerability, calibrate, rank
from eval.cases import read_cases
from eval.documents import development_cases, documents_indexed
from eval.figures import figures
from eval.related import read_related
from rag.assistant import Assistant
from rag.errors import PolicyError
from rag.settings import Settings

with_data = typer.Typer()
console = Console(width=200)
Data = Annotated[Path, typer.Option(help="数据文件夹（laws/、gov_html/、policy_questions/）。")]


@with_data.command("figures")
def figures_command(data: Data) -> None:
    """检索与回答的全部指标，连同区间、对照和目标。"""
    try:
        rows = figures(Assistant.open(Settings.from_env()), data, lambda what: typer.echo(what, err=True))
    except PolicyError as problem:
        typer.echo(f"错误：{problem}", err=True)
        raise typer.Exit(2) from problem
    table = Table("指标", "实测", "对照 BM25", "p", "目标", "达标")
    for row in rows:
        met = {True: "是", False: "否", None: ""}[row.met]
        table.add_row(row.what, row.value, row.baseline, row.p, row.target, met)
    console.print(table)


@with_data.command("ablation")
def ablation_command(data: Data) -> None:
    """逐一去掉每个信号，重新拟合，看开发文件与《决定》开发集上差多少。"""
    with documents_indexed(data, "dev", with_corpus=True) as assistant:
        build = assistant.library.current()
        cases = [*development_cases(data, build), *rank.decision_cases(read_cases("dev"), build)]
        found = rank.examples(cases, assistant, within=True)
    table = Table("去掉", *(f"{name} {which}" for name in ablation.GROUPS for which in ("第一", "前五")))
    for row in ablation.ablation(found):
        table.add_row(row.without or "（都用）", *(f"{value:.3f}" for value in row.values))
    console.print(table)


@with_data.command("rank")
def rank_command(data: Data) -> None:
    """在开发文件和《决定》的开发集上重新拟合排序的权重，写入 rag/ranking.json。"""
    with documents_indexed(data, "dev", with_corpus=True) as assistant:
        build = assistant.library.current()
        cases = [*development_cases(data, build), *rank.decision_cases(read_cases("dev"), build)]
        found = [
            example for within in (True, False) for example in rank.examples(cases, assistant, within=within)
        ]
    console.print_json(data=rank.write(rank.fit(found)))


@with_data.command("calibrate")
def calibrate_command(data: Data) -> None:
    """重新校准“答还是不答”，写入 rag/answerability.json 和 rag/calibration.json。"""
    answerability.write(answerability.fit(*answerability.training_questions(data)))
    off_topic = calibrate.off_topic_cases()
    cases = read_cases("dev") + off_topic
    related = read_related("digests_dev")
    # What the Decision does not answer the digests do not either, unless it is asked of them too.
    answered = {case.question for case in related}
    unwritten = [
        case for case in read_cases("dev") if case.expect == "refuse" and case.question not in answered
    ]
    with documents_indexed(data, "dev", with_corpus=True) as assistant:
        build = assistant.library.current()
        written = [*development_cases(data, build), *calibrate.stranger_cases(data, list(build.documents))]
        found = [
            *calibrate.examples(cases, assistant),
            *calibrate.examples(cases, assistant, with_questions=False),
            *calibrate.document_examples(written, assistant),
            *calibrate.digest_examples([*related, *unwritten, *off_topic], assistant),
        ]
    fitted = calibrate.fit_kinds(found)
    calibrate.write(fitted)
    console.print_json(data=fitted)
