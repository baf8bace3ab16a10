"""The tables of a report as HTML. The input is report.json; every word of it is escaped."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, Final

from eval.compare_command import VERDICTS
from eval.report_charts import interval_bar
from eval.report_words import HEADLINES, percent

UNMEASURED: Final = '<p class="unmeasured">未测</p>'
FEW: Final = 15
"""A group with fewer questions says little."""
_SIGNS: Final = {"better": "▲", "worse": "▼", "undecided": "○"}


def table(headers: Sequence[str], rows: Iterable[Sequence[str]], *, narrow: bool = False) -> str:
    """Cells are HTML already. On a phone a row becomes a card whose lines repeat the headers, unless all fit (`narrow`)."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in headers)
    body = "".join(
        "<tr>"
        + f'<th scope="row">{cells[0]}</th>'
        + "".join(
            f'<td data-label="{escape(name)}"><div>{cell}</div></td>'
            for name, cell in zip(headers[1:], cells[1:], strict=True)
        )
        + "</tr>"
        for cells in rows
    )
    style = "" if narrow else ' class="stacked"'
    return f"<table{style}><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def share_cell(share: Mapping[str, Any]) -> str:
    """Value, interval and count."""
    if share["value"] is None:
        return "–"
    return (
        f"<strong>{percent(share['value'])}</strong> "
        f'<span class="small">{share["hits"]}/{share["total"]}<br>{bounds(share)}</span>'
    )


def bounds(value: Mapping[str, Any]) -> str:
    """The interval alone: 94.2–97.9%."""
    return f"{100 * value['low']:.1f}–{percent(value['high'])}"


def change_words(change: Mapping[str, Any] | None) -> str:
    """▲ 更好 +1.5 [+0.2, +2.8], in percentage points; empty without a run to compare with."""
    if change is None:
        return ""
    style = escape(change["verdict"])
    if change["value"] == change["low"] == change["high"] == 0:
        return '<span class="change undecided">没有变化</span>'
    points = f"{100 * change['value']:+.1f} [{100 * change['low']:+.1f}, {100 * change['high']:+.1f}]"
    return f'<span class="change {style}">{_SIGNS[change["verdict"]]} {VERDICTS[change["verdict"]]} <span class="small">{points}</span></span>'


def headline_cards(headlines: Sequence[Mapping[str, Any]]) -> str:
    """The three figures that matter most."""
    cards = "".join(
        f'<li class="headline"><h3>{escape(one["label"])}</h3><p class="figure">{percent(one["share"]["value"])}</p>'
        f'<p class="small">{one["share"]["hits"]} / {one["share"]["total"]} 题，95% 区间 {bounds(one["share"])}</p>'
        f"{interval_bar(one['share'])}{_change_line(one['change'])}"
        f'<p class="meaning">{escape(one["meaning"])}</p></li>'
        for one in headlines
    )
    return f'<ul class="headlines">{cards}</ul>'


def _change_line(change: Mapping[str, Any] | None) -> str:
    return f'<p>{change_words(change)} <span class="small">与上次比，百分点</span></p>' if change else ""


def grid_table(cells: Mapping[str, int]) -> str:
    """Right or wrong by founded or not, with the share of each cell."""
    total = sum(cells.values()) or 1

    def cell(name: str, style: str, words: str) -> str:
        count = cells[name]
        return (
            f'<td class="{style}"><strong>{count}</strong> <span class="small">{percent(count / total)}</span>'
            f"<br>{words}</td>"
        )

    return (
        '<table class="grid"><thead><tr><td></td><th scope="col">有据</th><th scope="col">无据或引错</th></tr></thead><tbody>'
        f'<tr><th scope="row">答对</th>{cell("right_founded", "good", "可以信")}{cell("right_unfounded", "fair", "碰巧对，核对不了")}</tr>'
        f'<tr><th scope="row">答错</th>{cell("wrong_founded", "fair", "条款找对了，话没剪对")}{cell("wrong_unfounded", "bad", "错了，或不该拒却拒")}</tr>'
        "</tbody></table>"
    )


def groups_table(
    name: str, rows: Sequence[Mapping[str, Any]], changes: Mapping[str, Mapping[str, Any]] | None
) -> str:
    """The three shares of every group, the strict one with a bar, and its change when there is a run to compare with."""
    if not any(row["name"] for row in rows):
        return UNMEASURED
    headers = [
        name,
        "题数",
        "严格",
        "",
        "答对",
        "答对且有据",
        *(["与上次相比（严格，百分点）"] if changes is not None else []),
    ]
    return table(headers, (_group_row(row, changes) for row in rows))


def _group_row(row: Mapping[str, Any], changes: Mapping[str, Mapping[str, Any]] | None) -> list[str]:
    strict = row["strict"]
    few = ' <span class="small">题少</span>' if strict["total"] < FEW else ""
    span = f' <span class="small">{row["from"]:.0%}–{row["to"]:.0%}</span>' if "from" in row else ""
    cells = [
        escape(row["label"]) + span,
        f"{strict['total']}{few}",
        f'<strong>{percent(strict["value"])}</strong> <span class="small">{bounds(strict)}</span>',
        interval_bar(strict),
        *(percent(row[name]["value"]) for name in HEADLINES if name != "strict"),
    ]
    if changes is not None:
        cells.append(change_words(changes.get(row["name"])) or "–")
    return cells


def citations_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Precision, recall and F1 at every level."""
    names = ("precision", "recall", "f1")
    return table(
        ["对到哪一级", "题数", "精度", "召回", "F1"],
        (
            [escape(row["label"]), str(row["questions"]), *(percent(row[name]) for name in names)]
            for row in rows
        ),
        narrow=True,
    )


def systems_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Ours first, then the baselines."""
    return table(
        ["系统", "答对", "答对且有据", "严格", "条款 F1", "回答里答错", "无据数字", "引文不符", "中位毫秒"],
        (
            [
                escape(row["name"]),
                *(share_cell(row[name]) for name in HEADLINES),
                percent(row["clause_f1"]), percent(row["wrong_among_answered"]["value"]),
                str(row["unsupported"]), str(row["false_quotes"]), number(row["median_ms"], 0),
            ]
            for row in rows
        ),
    )  # fmt: skip


def figures_table(headers: tuple[str, str], figures: Iterable[tuple[str, str]]) -> str:
    """Two columns: a name and what was measured, both plain text."""
    return table(headers, ([escape(name), escape(value)] for name, value in figures), narrow=True)


def number(value: float | None, decimals: int = 1) -> str:
    """A plain number with thousands separators; – for None."""
    return "–" if value is None else f"{value:,.{decimals}f}"
