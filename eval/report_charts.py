"""Drawings of a report as inline SVG and HTML: intervals, the risk–coverage curve, the waterfall. No script, no request."""

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil
from typing import Any, Final

from eval.report_words import percent

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 640, 320, 64, 56, 36, 32
_TICKS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)


def interval_bar(share: Mapping[str, Any]) -> str:
    """A scale of 0–100 % with the interval as a band and the value as a stroke; empty when nothing was counted."""
    if share["value"] is None:
        return ""
    low, value, high = (100 * share[name] for name in ("low", "value", "high"))
    return (
        f'<span class="bar" aria-hidden="true"><i style="left:{low:.2f}%;width:{high - low:.2f}%"></i>'
        f'<b style="left:{value:.2f}%"></b></span>'
    )


def risk_curve(points: Sequence[Sequence[float]]) -> str:
    """Share of wrong answers (upwards) among the most confident share of questions (to the right)."""
    top = _round_up(max((risk for _, risk in points), default=0.0))
    line = " ".join(f"{_x(coverage):.1f},{_y(risk, top):.1f}" for coverage, risk in points)
    across = "".join(_tick_across(at) for at in _TICKS)
    upwards = "".join(_tick_upwards(top * at, top) for at in (0.0, 0.5, 1.0))
    last = points[-1]
    told = f"全部回答时错误占 {percent(last[1])}"
    return (
        f'<svg class="curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="风险与覆盖率曲线，{told}">'
        f'<g class="axes">{across}{upwards}</g><polyline points="{line}"/>'
        f'<text x="{LEFT}" y="22">其中答错的</text>'
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 6}" text-anchor="end">回答了全部问题的多少（按把握从大到小）</text></svg>'
    )


def waterfall_bars(steps: Sequence[Mapping[str, Any]]) -> str:
    """One bar a step, each beginning where the one before it ended; `kind` is total, loss or rest."""
    whole = max((step["count"] for step in steps if step["kind"] == "total"), default=0) or 1
    rows, reached = [], 0
    for step in steps:
        share = 100 * step["count"] / whole
        reached = reached + step["count"] if step["kind"] == "loss" else reached
        left = 100 - 100 * reached / whole if step["kind"] == "loss" else 0
        rows.append(
            f'<li class="{escape(step["kind"])}"><span class="name">{escape(step["label"])}</span>'
            f'<span class="count">{step["count"]}</span><span class="track" aria-hidden="true">'
            f'<i style="left:{left:.2f}%;width:{max(share, 0.4 if step["count"] else 0):.2f}%"></i></span></li>'
        )
    return f'<ol class="waterfall">{"".join(rows)}</ol>'


def _x(coverage: float) -> float:
    return LEFT + coverage * (WIDTH - LEFT - RIGHT)


def _y(risk: float, top: float) -> float:
    return TOP + (1 - risk / top) * (HEIGHT - TOP - BOTTOM)


def _tick_across(at: float) -> str:
    return (
        f'<line x1="{_x(at):.1f}" y1="{TOP}" x2="{_x(at):.1f}" y2="{HEIGHT - BOTTOM}"/>'
        f'<text x="{_x(at):.1f}" y="{HEIGHT - BOTTOM + 22}" text-anchor="middle">{at:.0%}</text>'
    )


def _tick_upwards(risk: float, top: float) -> str:
    return (
        f'<line x1="{LEFT}" y1="{_y(risk, top):.1f}" x2="{WIDTH - RIGHT}" y2="{_y(risk, top):.1f}"/>'
        f'<text x="{LEFT - 8}" y="{_y(risk, top) + 5:.1f}" text-anchor="end">{100 * risk:g}%</text>'
    )


def _round_up(risk: float) -> float:
    """The end of the scale: a whole multiple of 10 %, at least that."""
    return max(1, ceil(round(risk * 10, 6))) / 10
