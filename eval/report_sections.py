"""The sections of a report as HTML. The input is report.json; every word of it is escaped."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any, Final

from eval.report_charts import interval_bar, risk_curve, waterfall_bars
from eval.report_judge import judge_section
from eval.report_tables import (
    UNMEASURED,
    change_words,
    citations_table,
    figures_table,
    grid_table,
    groups_table,
    headline_cards,
    number,
    share_cell,
    systems_table,
    table,
)
from eval.report_words import percent
from rag.present_question import question_html

Section = Callable[[Mapping[str, Any]], str]


def _overview(report: Mapping[str, Any]) -> str:
    return (
        f"{headline_cards(report['headlines'])}<h3>答得对不对，有没有依据</h3>{grid_table(report['grid'])}"
        f'<p class="small">“有据”：该引的条款引全，引文与原文一字不差，没有查不到的数字；不该有依据的问题不引用也算有据。</p>'
        f"<h3>不许出现的</h3>{_soundness(report['soundness'])}"
    )


def _soundness(found: Mapping[str, int]) -> str:
    rows = {
        "回答里没有依据的数字、日期、条号": f"{found['unsupported']} 处（{found['unsupported_answers']} 个回答）",
        "与原文不符的引文": f"{found['false_quotes']} 处",
        "程序异常": f"{found['exceptions']} 题",
    }
    return figures_table(("什么", "有多少"), rows.items())


def _categories(report: Mapping[str, Any]) -> str:
    groups, changes = report["groups"], report["changes"]
    by_category = changes["categories"] if changes else None
    return (
        f"{groups_table('类别', groups['category'], by_category)}"
        f"<h3>问法</h3>{groups_table('问法', groups['style'], None)}"
        f"<h3>难度</h3>{groups_table('难度', groups['difficulty'], None)}"
        "<h3>措辞与原文的远近</h3>"
        '<p class="small">问题里相邻两字有多少也出现在依据里，按多少分成三份。离得远的也答对，才不是靠照抄字面。</p>'
        f"{groups_table('远近', groups['overlap'], None)}"
    )


def _citations(report: Mapping[str, Any]) -> str:
    return (
        '<p class="small">精度：引用的有多少是该引的；召回：该引的有多少引到了。每题先算，再平均；只算金标写明条款的题。</p>'
        f"{citations_table(report['citations'])}"
    )


def _retrieval(report: Mapping[str, Any]) -> str:
    found = report["retrieval"]
    if not found:
        return UNMEASURED
    return (
        f'<p class="small">{found["questions"]} 个有应引条款的题：那些条款排在检索结果的第几位。</p>'
        f"{figures_table(('指标', '实测'), ((one['label'], one['words']) for one in found['figures']))}"
    )


def _abstention(report: Mapping[str, Any]) -> str:
    found = report["abstention"]
    drawn = UNMEASURED
    if found["curve"]:
        area = f"曲线下的面积（AURC）{number(found['aurc'], 4)}"
        order = (
            ""
            if found["normalised"] is None
            else f"；按把握排得全对为 0、随意排为 1，现在是 {number(found['normalised'], 2)}"
        )
        drawn = f'<p class="small">只答最有把握的一部分时，答错的占多少：越低越好。{area}{order}。</p>{risk_curve(found["curve"])}'
    return (
        f"{figures_table(('指标', '实测'), ((one['label'], one['words']) for one in found['figures']))}"
        f"<h3>有把握的是不是真对</h3>{drawn}"
    )


def _waterfall(report: Mapping[str, Any]) -> str:
    found = report["waterfall"]
    if not found:
        return UNMEASURED
    oracles = _hint("加上 <code>--oracles</code> 再出一次报告，就会算假如检索或取舍全对能到多少。")
    if found["oracles"]:
        rows = ((one["label"], one["words"]) for one in found["oracles"])
        oracles = f"<h3>假如这一步全对</h3>{figures_table(('假如', '严格'), rows)}"
    return (
        '<p class="small">每个可答而没有通过的题恰在一格里，指明最早在哪一步丢掉。</p>'
        f"{waterfall_bars(found['steps'])}{oracles}"
    )


def _metamorphic(report: Mapping[str, Any]) -> str:
    found = report["metamorphic"]
    if found is None:
        return UNMEASURED + _hint(
            "运行 <code>python -m eval metamorphic --out 评测文件夹</code>，再出一次报告。"
        )
    rows = (
        [
            escape(one["label"]), escape(one["expected"]), share_cell(one["share"]), interval_bar(one["share"]),
            f"{percent(one['also']['share']['value'])} <span class=\"small\">{escape(one['also']['label'])}</span>",
        ]
        for one in found
    )  # fmt: skip
    failures = "".join(_unlike(one) for one in found if one["failures"])
    return (
        '<p class="small">改动语料或问法，看回答是否照应有的样子变或不变。由金标题推出，不另外标注；原先答错而没有变的不算失败。</p>'
        f"{table(['改动', '应有的结果', '做到', '', '另看'], rows)}{failures}"
    )


def _unlike(relation: Mapping[str, Any]) -> str:
    """The pairs of one relation that did not behave, closed."""
    rows = (
        [f"{escape(one['id'])} {escape(one['question'])}", escape(one["expected"]), escape(one["got"])]
        for one in relation["failures"]
    )
    inside = table(["题", "应有", "实际"], rows)
    return f"<details><summary>{escape(relation['label'])}：没有做到的 {len(relation['failures'])} 对</summary>{inside}</details>"


def _hint(words: str) -> str:
    return f'<p class="small">{words}</p>'


def _matching(report: Mapping[str, Any]) -> str:
    found = report["matching"]
    if found is None:
        return UNMEASURED + _hint(
            "运行 <code>python -m eval match --json &gt; 评测文件夹/matching.json</code>，再出一次报告。"
        )
    rows = (
        [escape(one["label"]), escape(one["value"]), escape(one["target"]), _met(one["met"])] for one in found
    )
    return table(["指标", "实测", "目标", "达标"], rows)


def _met(met: bool) -> str:
    return '<span class="good">✓ 是</span>' if met else '<span class="bad">✗ 否</span>'


def _baselines(report: Mapping[str, Any]) -> str:
    alone = '<p class="small">这次没有跑对照。</p>' if len(report["systems"]) == 1 else ""
    return (
        '<p class="small">同样的题、同样的语料、同一套打分。“一律拒答”和“照抄首条”是钻空子的做法，产品必须明显胜过它们。</p>'
        f"{alone}{systems_table(report['systems'])}"
    )


def _cost(report: Mapping[str, Any]) -> str:
    cost = report["cost"]
    rows = {
        "一题，中位": f"{number(cost['median_ms'])} 毫秒",
        "一题，P95": f"{number(cost['p95_ms'])} 毫秒",
        "最慢的一题": f"{number(cost['longest_ms'])} 毫秒",
        "全部，含对照": f"{number(cost['seconds'])} 秒",
        "内存峰值": f"{number(cost['peak_memory_mb'], 0)} MB",
    }
    return figures_table(("什么", "实测"), rows.items())


def _changes(report: Mapping[str, Any]) -> str:
    changes = report["changes"]
    if not changes:
        return '<p class="small">没有指定用来比较的上一次：<code>python -m eval report 这次 --against 上次</code>。</p>'
    lines = "".join(
        f"<li>{escape(one['label'])}：{change_words(one['change'])}</li>" for one in report["headlines"]
    )
    lists = _changed("修好的", changes["fixed"], changes["fixed_count"]) + _changed(
        "弄坏的", changes["broken"], changes["broken_count"]
    )
    return (
        f"<p>{escape(changes['details'])}</p><ul>{lines}</ul>"
        f'<p class="small">差别以百分点计，方括号里是 95% 区间。</p>{lists}'
    )


def _changed(title: str, questions: Sequence[Mapping[str, str]], count: int) -> str:
    rows = "".join(
        f'<li><a href="#q-{escape(one["id"])}">{escape(one["id"])}</a> {escape(one["question"])}</li>'
        for one in questions
    )
    return f"<h3>{title}（{count} 题）</h3>" + (f'<ul class="changed">{rows}</ul>' if rows else "")


def _questions(report: Mapping[str, Any]) -> str:
    questions = report["questions"]
    if not questions:
        return '<p class="small">留出集只看总分，不列出题目。</p>'
    rows = "".join(question_html(one, report["clauses"]) for one in questions)
    labels = {one["category"]: one["category_label"] for one in questions}
    options = "".join(
        f'<option value="{escape(name)}">{escape(its)}</option>' for name, its in labels.items()
    )
    failed = sum(not one["passed"] for one in questions)
    return (
        f'<p class="small">没过的 {failed} 题在前，通过的 {len(questions) - failed} 题在后；点开看回答、事实和条款。</p>'
        '<form class="choose" hidden><label>看哪些 <select name="state"><option value="">全部</option>'
        '<option value="failed">没过的</option><option value="passed">通过的</option></select></label>'
        f'<label>类别 <select name="category"><option value="">全部</option>{options}</select></label>'
        '<label>题里的词 <input name="words" type="search"></label><output aria-live="polite"></output></form>'
        f'<div class="questions">{rows}</div>'
    )


SECTIONS: Final[Sequence[tuple[str, str, Section]]] = (
    ("overview", "总览", _overview),
    ("categories", "分类", _categories),
    ("citations", "引用", _citations),
    ("retrieval", "检索", _retrieval),
    ("abstention", "拒答与把握", _abstention),
    ("waterfall", "错在哪一步", _waterfall),
    ("metamorphic", "改动试验", _metamorphic),
    ("baselines", "与对照比", _baselines),
    ("judge", "模型评卷", judge_section),
    ("matching", "政策匹配", _matching),
    ("cost", "快慢与内存", _cost),
    ("changes", "与上次比", _changes),
    ("questions", "逐题", _questions),
)
