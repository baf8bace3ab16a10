"""One judged question of an evaluation report as HTML: the answer, its facts, and what it should have cited beside what it did.

The report command and the page draw it alike. The input is what `eval.report_questions`
writes into report.json; every word of it is escaped.
"""

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from rag.present import DIGEST, marked_text

_EMPTY_LINES: Final = re.compile(r"\s*\n\s*")
LONGEST: Final = 420
"""Characters of a clause that are shown whole; of a longer one what stands around the quotes."""
AROUND: Final = 120
STATUSES: Final = {
    "answered": "作了回答", "partial": "答了一部分", "refused": "拒答", "clarify": "反问", "error": "报错", "exception": "程序异常",
}  # fmt: skip
EXPECTED: Final = {
    "answer": "应回答", "refuse": "应拒答（文件没有写）", "clarify": "应反问", "correct_premise": "应指出前提有误",
}  # fmt: skip


def question_html(question: Mapping[str, Any], clauses: Mapping[str, Any]) -> str:
    """One question, closed; `clauses` are the texts it refers to, by id."""
    state = "passed" if question["passed"] else "failed"
    faults = "、".join(question["faults"])
    tried = f'<span class="faults">{escape(faults)}</span>' if faults else ""
    return (
        f'<details class="question {state}" id="q-{escape(question["id"])}" data-state="{state}" '
        f'data-category="{escape(question["category"])}"><summary>'
        f'<span class="outcome">{"✓ 通过" if question["passed"] else "✗ 没过"}</span> '
        f'<span class="asked">{escape(question["question"])}</span>{tried}'
        f'<span class="about">{escape(question["id"])} · {escape(question["category_label"])}'
        f" · {EXPECTED.get(question['expect'], escape(question['expect']))}</span></summary>"
        f"{_answer(question)}{_facts(question)}{_sides(question, clauses)}</details>"
    )


def excerpt(text: str, spans: Sequence[tuple[int, int]], longest: int = LONGEST, around: int = AROUND) -> str:
    """`text` with `spans` marked, escaped; of a text over `longest` characters only what stands around the spans."""
    sound = sorted((max(0, start), min(len(text), end)) for start, end in spans if start < end)
    windows = [(0, len(text))]
    if len(text) > longest:
        windows = _joined([(start - around, end + around) for start, end in sound], len(text))
        windows = windows or [(0, longest)]
    parts = []
    for first, last in windows:
        inside = [
            (max(start, first) - first, min(end, last) - first, "") for start, end in sound if start < last
        ]
        marked = marked_text(text[first:last], [one for one in inside if one[0] < one[1]])
        parts.append(("……" if first else "") + marked + ("……" if last < len(text) else ""))
    return _EMPTY_LINES.sub("\n", "\n".join(parts)).strip()


def _joined(windows: Sequence[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in ((max(0, start), min(length, end)) for start, end in windows):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _answer(question: Mapping[str, Any]) -> str:
    status = STATUSES.get(question["status"], question["status"])
    about = [status]
    if question["status"] in {"answered", "partial"}:
        about.append(f"把握 {question['confidence']:.2f}")
    about.append(f"{question['elapsed_ms']:.0f} 毫秒")
    said = question["problem"] or question["answer"] or "（没有文字）"
    style = ' class="problem"' if question["problem"] else ""
    lines = "".join(f"<p{style}>{escape(line)}</p>" for line in said.split("\n") if line.strip())
    return f'<div class="said"><h4>实际回答</h4><p class="small">{escape(" · ".join(about))}</p>{lines}</div>'


def _facts(question: Mapping[str, Any]) -> str:
    """What the answer had to say, and must not have said, each with what became of it."""
    rows = [
        _fact(one["found"], "写到了" if one["found"] else "没有写到", "、或 ".join(one["any_of"]))
        for one in question["facts"]
    ]
    rows += [
        _fact(
            not one["found"],
            "说了不该说的" if one["found"] else "没有误说",
            f"{one['pattern']}（{one['why']}）",
        )
        for one in question["forbidden"]
    ]
    return f'<h4>应有的事实</h4><ul class="facts">{"".join(rows)}</ul>' if rows else ""


def _fact(good: bool, words: str, fact: str) -> str:
    sign, style = ("✓", "good") if good else ("✗", "bad")
    return f'<li class="{style}"><span class="sign">{sign} {words}</span> {escape(fact)}</li>'


def _sides(question: Mapping[str, Any], clauses: Mapping[str, Any]) -> str:
    gold = "".join(_gold_slot(number, slot, clauses) for number, slot in enumerate(question["gold"], start=1))
    cited = "".join(_cited(one, clauses) for one in question["cited"])
    wanted = gold or '<p class="small">没有：这个问题不该有依据。</p>'
    return (
        f'<div class="sides"><section><h4>应引的条款</h4>{wanted}</section>'
        f"<section><h4>实际引用的条款</h4>{cited or _nothing_cited(question)}</section></div>"
    )


def _nothing_cited(question: Mapping[str, Any]) -> str:
    near = "；".join(question["nearest"])
    return f'<p class="small">没有引用。{"列出的相近条款：" + escape(near) if near else ""}</p>'


def _gold_slot(number: int, slot: Sequence[Mapping[str, Any]], clauses: Mapping[str, Any]) -> str:
    """The clauses of one slot, any of which will do."""
    cited = any(one["cited"] for one in slot)
    sign = _sign(cited, "已引到", "没有引到")
    cards = "".join(_clause(one["clause"], one["spans"], clauses) for one in slot)
    either = "（任一即可）" if len(slot) > 1 else ""
    return f'<div class="slot"><p class="small">第 {number} 处{either} {sign}</p>{cards}</div>'


def _cited(one: Mapping[str, Any], clauses: Mapping[str, Any]) -> str:
    markers = "".join(f"[{marker}]" for marker in one["markers"])
    signs = _sign(one["gold"], "是应引的", "不是应引的")
    if one["false_quotes"]:
        signs += " " + _sign(False, "", "引文与原文不符")
    card = _clause(one["clause"], one["spans"], clauses) if one["clause"] in clauses else _bare(one["quotes"])
    return f'<div class="slot"><p class="small">{markers} {signs}</p>{card}</div>'


def _sign(good: bool, yes: str, no: str) -> str:
    return f'<span class="{"good" if good else "bad"}">{"✓ " + yes if good else "✗ " + no}</span>'


def _clause(name: str, spans: Sequence[Sequence[int]], clauses: Mapping[str, Any]) -> str:
    clause = clauses.get(name)
    if clause is None:
        return f'<p class="bad">索引里没有条款 {escape(name)}。</p>'
    kind = f' <span class="kind">{DIGEST}</span>' if clause["retold"] else ""
    text = excerpt(clause["text"], [(start, end) for start, end in spans])
    return (
        f'<div class="clause-card"><p class="place"><strong>{escape(clause["place"])}</strong>{kind}<br>'
        f'<span class="small">《{escape(clause["title"])}》</span></p><div class="clause-text">{text}</div></div>'
    )


def _bare(quotes: Sequence[str]) -> str:
    """Quotes of a place that the index does not have."""
    lines = "".join(f"<p><mark>{escape(quote)}</mark></p>" for quote in quotes)
    return f'<div class="clause-card"><p class="bad">索引里没有写着的这一处。</p>{lines}</div>'
