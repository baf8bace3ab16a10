"""The 评测 tab as HTML: the newest report's headlines, its categories, its failing questions; what to run when there is none.

Reports are `report.json` files that `python -m eval report` wrote into folders of
`CHUANCE_HOME/eval`. A file that is no report of this version is passed over. Every word is escaped.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Final

from rag.present_question import question_html
from rag.sample_run import PARTIAL, Progress

FORMAT: Final = 1
LISTED: Final = 6
"""Reports shown: the newest whole, of the others a line each."""
FAILING: Final = 100
"""Failing questions drawn; more are in the report's own file."""
_SPLITS: Final = {"dev": "开发集", "test": "留出集"}
_SHARES: Final = {"accurate": "答对", "grounded": "答对且有据", "strict": "严格"}


@dataclass(frozen=True)
class StoredReport:
    """One report and the name of the folder it lies in."""

    name: str
    values: Mapping[str, Any]


def stored_reports(home: Path) -> list[StoredReport]:
    """The newest reports of a data folder, newest first, at most `LISTED`."""
    paths = (path for path in (home / "eval").glob("*/report.json") if path.parent.suffix != PARTIAL)
    newest = sorted(paths, key=_written, reverse=True)
    found = (StoredReport(path.parent.name, values) for path in newest if (values := _read(path)))
    return [one for one, _ in zip(found, range(LISTED), strict=False)]


def evaluation_html(home: Path) -> str:
    """The tab without the progress of a sample."""
    reports = stored_reports(home)
    if not reports:
        return (
            '<section class="evaluation"><h2>还没有评测</h2><p>评测拿事先写好答案的问题来问，看答得对不对、有没有引对条款。</p>'
            "<p>点“跑一个小样”问 40 题；要问全部，在命令行里运行 <code>python -m eval run</code>，再运行 "
            "<code>python -m eval report</code> 加上它写下的文件夹。</p></section>"
        )
    try:
        return f'<section class="evaluation">{_newest(reports[0])}{_others(reports[1:])}</section>'
    except (KeyError, TypeError, ValueError, AttributeError):
        return '<section class="evaluation"><p class="problem">最近的评测报告读不懂，请重新运行 <code>python -m eval report</code>。</p></section>'


def sample_html(progress: Progress) -> str:
    """The button, and how far the sample is. `data-announce` is read out when it changes."""
    running = progress.state == "running"
    state = ' disabled aria-busy="true"' if running else ""
    button = f'<button type="button" class="run-sample"{state}>跑一个小样（{progress.total} 题）</button>'
    return f'<div class="evaluation sample">{button}{_state(progress)}</div>'


def _state(progress: Progress) -> str:
    if progress.state == "running":
        done, total = min(progress.answered, progress.total), max(progress.total, 1)
        words = f"已答 {done} / {total} 题" if done else "正在打开索引……"
        words = "正在打分、写报告……" if done == total else words
        return (
            f'<p><progress max="{total}" value="{done}" aria-label="小样的进度"></progress>'
            f'<span class="small">{words}</span></p>'
        )
    if progress.state == "failed":
        return f'<p class="problem" data-announce>没有跑成：{escape(progress.message)}</p>'
    if progress.state == "done":
        return '<p class="small" data-announce>小样跑完了，结果在下面。</p>'
    return '<p class="small">随机抽题，一次只跑一个，大约半分钟；这期间照常可以提问。</p>'


def _newest(report: StoredReport) -> str:
    values = report.values
    header, verdict = values["header"], values["verdict"]
    sentences = "".join(f"<p>{escape(one)}</p>" for one in verdict["sentences"])
    return (
        f'<h2>{_day(header)} 的评测</h2><p class="small">{_about(header)}</p>'
        f'<div class="conclusion {escape(verdict["level"])}"><p class="level">{escape(verdict["words"])}</p>{sentences}</div>'
        f"{_headlines(values['headlines'])}<h3>分类</h3>{_categories(values['groups']['category'])}"
        f"{_failing(values)}"
        f'<p class="small">完整的报告：数据文件夹里的 eval/{escape(report.name)}/report.html</p>'
    )


def _headlines(headlines: Sequence[Mapping[str, Any]]) -> str:
    cards = "".join(
        f'<li class="headline"><h3>{escape(one["label"])}</h3><p class="figure">{_percent(one["share"]["value"])}</p>'
        f'<p class="small">{one["share"]["hits"]} / {one["share"]["total"]} 题，95% 区间 {_bounds(one["share"])}</p>'
        f'<p class="meaning">{escape(one["meaning"])}</p></li>'
        for one in headlines
    )
    return f'<ul class="headlines">{cards}</ul>'


def _categories(rows: Iterable[Mapping[str, Any]]) -> str:
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("类别", "题数", *_SHARES.values()))
    body = "".join(
        f'<tr><th scope="row">{escape(row["label"])}</th><td>{row["strict"]["total"]}</td>'
        + "".join(
            f'<td class="number">{_percent(row[name]["value"])} <span class="small wide-only">{_bounds(row[name])}</span></td>'
            for name in _SHARES
        )
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def _failing(values: Mapping[str, Any]) -> str:
    """The questions that did not pass; of the held-out ones there are none to be read."""
    if not values["questions"]:
        return '<h3>没过的题</h3><p class="small">留出集只看总分，不列出题目。</p>'
    failing = [one for one in values["questions"] if not one["passed"]]
    if not failing:
        return "<h3>没过的题</h3><p>这次全部通过。</p>"
    shown = "".join(question_html(one, values["clauses"]) for one in failing[:FAILING])
    rest = (
        f'<p class="small">其余 {len(failing) - FAILING} 题见完整的报告。</p>'
        if len(failing) > FAILING
        else ""
    )
    return f'<h3>没过的题（{len(failing)}）</h3><div class="questions">{shown}</div>{rest}'


def _others(reports: Sequence[StoredReport]) -> str:
    if not reports:
        return ""
    rows = "".join(
        f"<li>{_day(one.values['header'])} · {_about(one.values['header'])} · "
        + "，".join(
            f"{escape(its['label'])} {_percent(its['share']['value'])}" for its in one.values["headlines"]
        )
        + "</li>"
        for one in reports
    )
    return f"<details><summary>以前的评测（{len(reports)}）</summary><ul>{rows}</ul></details>"


def _about(header: Mapping[str, Any]) -> str:
    split = _SPLITS.get(header["split"], header["split"])
    return escape(f"{split} · {header['count']} 题 · 版本 {header['version']} · 索引 {header['build_id']}")


def _day(header: Mapping[str, Any]) -> str:
    return escape(str(header["created"])[:16].replace("T", " "))


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f}%"


def _bounds(share: Mapping[str, Any]) -> str:
    return f"{100 * share['low']:.1f}–{100 * share['high']:.1f}%"


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _read(path: Path) -> dict[str, Any] | None:
    try:
        values = json.loads(path.read_text(encoding="utf8"))
    except (OSError, ValueError):
        return None
    return values if isinstance(values, dict) and values.get("format") == FORMAT else None
