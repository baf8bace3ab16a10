"""Runs as tables on a terminal and as JSON for programs."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.table import Table

from eval.runs import OURS, Run
from eval.statistics import Share
from eval.summary import by, summary

HEADLINES: Final = {
    "strict": "严格准确率", "grounded": "有据准确率", "accurate": "答案准确率", "declined_unanswerable": "该拒已拒",
    "declined_answerable": "不该拒却拒",
}  # fmt: skip
PARTS: Final = {
    "first_clause": "首条正确", "all_clauses": "条款全", "items": "条目对", "facts": "事实齐全",
    "citation_precision": "引用精度", "citation_recall": "引用召回",
}  # fmt: skip
SOUND: Final = {
    "unsupported": "无据数字与条号", "false_quotes": "引文不符", "exceptions": "异常", "mean_length": "平均字数",
    "median_ms": "中位毫秒", "p95_ms": "P95 毫秒",
}  # fmt: skip
GROUPS: Final = {"category": "类别", "style": "问法"}


def run_tables(run: Run) -> list[Table]:
    """All systems side by side, then ours by category and style."""
    header = run.header
    chosen = any(header.options.get(name) is not None for name in ("category", "sample", "only_failing"))
    title = f"{header.split}：{header.count} 题{'（不是全部）' if chosen else ''}，方括号内为 Wilson 95% 区间"
    tables = [
        _systems_table(run, HEADLINES, title),
        *(_systems_table(run, its, "") for its in (PARTS, SOUND)),
    ]
    for name, shares in _groups(run, OURS).items():
        table = Table(GROUPS[name], "题数", "严格准确率", title=header.systems[OURS])
        for group, share in shares.items():
            table.add_row(group, str(share.total), str(share))
        tables.append(table)
    return tables


def run_json(run: Run) -> dict[str, Any]:
    """The measures of every system by its name, with what the run was made with."""
    header = run.header
    told = ("build_id", "split", "corpus", "count", "seconds", "peak_memory_mb")
    return {name: getattr(header, name) for name in told} | {
        system: _plain(summary(scores.values()) | _groups(run, number))
        for number, (system, scores) in enumerate(zip(header.systems, run.scores, strict=True))
    }


def failing_lines(run: Run) -> list[str]:
    """Every question that ours did not answer strictly right: what is wrong, and what it said."""
    lines = []
    for name, score in run.scores[OURS].items():
        stored = run.answers[OURS][name]
        if stored.answer is None:
            lines.append(f"{name} {score.category} 异常：{stored.problem}")
        elif not score.strict:
            first, facts = "对" if score.first_clause else "错", "齐" if score.facts else "缺"
            lines.append(f"{name} {score.category} 首条{first} 事实{facts}：{stored.answer.question}")
            lines.append(f"    {stored.answer.status}：{stored.answer.answer}")
    return lines


def share_table(title: str, rows: Sequence[tuple[str, Share]]) -> Table:
    """One share a row."""
    table = Table("指标", "实测", title=title)
    for label, share in rows:
        table.add_row(label, str(share))
    return table


def _systems_table(run: Run, columns: Mapping[str, str], title: str) -> Table:
    table = Table("系统", *columns.values(), title=title)
    for system, scores in zip(run.header.systems, run.scores, strict=True):
        measures = summary(scores.values())
        table.add_row(system, *(_cell(measures[name]) for name in columns))
    return table


def _groups(run: Run, number: int) -> dict[str, dict[str, Share]]:
    scores = run.scores[number].values()
    return {"category": by(scores, "category"), "style": by(scores, "style")}


def _cell(value: Share | float | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.1f}" if value > 1 else f"{value:.3f}"
    return str(value)


def _plain(measures: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: {"hits": value.hits, "total": value.total, "value": value.value, "interval": value.interval}
        if isinstance(value, Share)
        else _plain(value)
        if isinstance(value, dict)
        else value
        for name, value in measures.items()
    }
