"""The judge's section of a report: what it said, and how far it can be believed. The input is judge.json; every word is escaped."""

from collections.abc import Mapping
from html import escape
from typing import Any, Final

from eval.judge import VERDICTS
from eval.judge_summary import INTERVALS, SHARES
from eval.report_tables import UNMEASURED, figures_table, share_cell, table
from eval.report_words import interval_words
from rag.errors import InputError

KIND_LABELS: Final = {"fact": "事实在回答里", "citation": "引文支持句子"}
LISTED: Final = 200
"""Facts shown on which judge and rule differ; judge.json has all."""
_COMMAND: Final = "python -m eval judge"


def judge_json(found: Any) -> dict[str, Any] | None:  # noqa: ANN401 (any JSON)
    """What `python -m eval judge` wrote beside the run.

    Raises:
        InputError: it is something else.
    """
    if found is None:
        return None
    try:
        made = {name: found[name] for name in ("model", "prompt", "judged", "calibration")}
        judge_section({"judge": made})  # what cannot be shown is damaged
    except (KeyError, TypeError, AttributeError, ValueError) as problem:
        raise InputError(f"judge.json 不是 {_COMMAND} 写下的，请删去后重新评卷。") from problem
    return made


def judge_section(report: Mapping[str, Any]) -> str:
    """The section as HTML."""
    found = report["judge"]
    if found is None:
        return f'{UNMEASURED}<p class="small">运行 <code>{_COMMAND} 评测文件夹</code>，再出一次报告。要配置语言模型。</p>'
    rows = (
        [
            f"{escape(one['name'])} <span class=\"small\">{one['questions']}/{one['of']} 题</span>", label,
            share_cell(one[kind]["yes"]), *(str(one[kind]["counts"][name]) for name in VERDICTS),
        ]
        for one in found["judged"] for kind, label in KIND_LABELS.items()
    )  # fmt: skip
    return (
        '<p class="small">请语言模型逐条判“是”与“否”，各三票，两段文字的先后轮换；没有答好的（judge_error）也在分母里。'
        f"只供参考，不参与门禁。评卷的模型 {escape(found['model'])}，提示词 {escape(found['prompt'])}。</p>"
        f"{table(['系统', '评什么', '判“是”', *VERDICTS], rows)}"
        f"<h3>评卷的话能信几分</h3>{_calibration(found['calibration'])}{''.join(map(_apart, found['judged']))}"
    )


def judge_words(found: Mapping[str, Any] | None) -> str:
    """The same in a paragraph of Markdown; nothing when no judge was asked."""
    if found is None:
        return ""
    sentences = [
        f"{one['name']}：{label} {interval_words(one[kind]['yes'])}，失败 {one[kind]['counts']['judge_error']} 项。"
        for one in found["judged"]
        for kind, label in KIND_LABELS.items()
    ]
    known = found["calibration"]
    kappa = difference_words("kappa", known["kappa"]) if known else "没有校准过"
    return f"模型评卷（{found['model']}，只供参考，κ {kappa}）：{''.join(sentences)}"


def difference_words(name: str, value: Mapping[str, float] | None) -> str:
    """κ as a plain number, a bias in percentage points, both with their interval."""
    if value is None:
        return "–"
    numbers = [value[part] for part in ("value", "low", "high")]
    if name == "kappa":
        shown = [f"{one:.2f}" for one in numbers]
        return f"{shown[0]} [{shown[1]}, {shown[2]}]"
    shown = [f"{100 * one + 0.0:+.1f}" for one in numbers]
    return f"{shown[0]} [{shown[1]}, {shown[2]}] 个百分点"


def _calibration(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return f'<p class="unmeasured">没有校准过</p><p class="small">运行 <code>{_COMMAND} --calibrate</code>，再评一次。</p>'
    rows = [(label, interval_words(found[name])) for name, label in SHARES.items()]
    rows += [(label, difference_words(name, found[name])) for name, label in INTERVALS.items()]
    return f'<p class="small">与 {found["count"]} 条逐条读过的标注相比。</p>{figures_table(("指标", "实测"), rows)}'


def _apart(one: Mapping[str, Any]) -> str:
    """The facts on which judge and rule differ, closed."""
    apart = one["disagreements"]
    if not apart:
        return ""
    rows = (
        [
            f"{escape(its['id'])} {escape(its['question'])}", escape(its["claim"]),
            "有" if its["rule"] else "没有", escape(its["verdict"]), escape(its["quote"]),
        ]
        for its in apart[:LISTED]
    )  # fmt: skip
    inside = table(["题", "事实", "打分规则", "评卷", "评卷抄的原话"], rows)
    return f"<details><summary>{escape(one['name'])}：打分规则与评卷不同的 {len(apart)} 条，值得再读一遍</summary>{inside}</details>"
