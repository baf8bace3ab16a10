"""The results of the 政策匹配 tab as HTML: what was understood, the next question, supports as cards. Every word is escaped."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import Final

from rag.advice import Advice
from rag.builds import Build
from rag.match import FAILS, FITS, MAY_FIT, Matching, Verdict
from rag.match_form import READ, Sent, form_state
from rag.next_question import UNSURE, NextQuestion
from rag.present_match import grouped_by_need, told
from rag.present_support import Shown, card_html
from rag.present_words import NOTICE
from rag.profile import FIELDS, FORM

PAGE_SIZE: Final = 30
"""Cards of a group drawn at once; a button draws as many more."""
OPEN_GROUPS: Final = 2
"""Groups opened in a section when no need was stated."""
NONE_OF_THESE: Final = "以上都没有"
ORDER: Final = (
    "先列条款点到本企业行业、资质、地区或需求的，点得越具体越靠前；同样具体时，条件都满足的、写明金额的在前。"
)
_SECTIONS: Final[Mapping[str, tuple[str, Callable[[Verdict], bool]]]] = {
    "fits": (FITS, lambda one: one.verdict == FITS and bool(one.names)),
    "may": (MAY_FIT, lambda one: one.verdict == MAY_FIT and bool(one.names)),
    "general": ("面向所有企业", lambda one: one.verdict != FAILS and not one.names),
    "fails": (FAILS, lambda one: one.verdict == FAILS),
}
"""Section -> its heading and what belongs to it."""
_FOLDED: Final = ("general", "fails")
_EXPLAINED: Final = {
    "fits": "点到本企业，条款里写的条件都满足。",
    "may": "点到本企业，还有条件要确认；能答的请直接点“是”或“否”。",
    "general": "没有点名行业、资质或地区，符合和可能符合的都在这里。",
    "fails": "至少有一个条件不满足，写明了是哪一条。",
}


def results_html(advice: Advice, sent: Sent, build: Build) -> str:
    """Everything below the form after a match."""
    matching = advice.matching
    sections = {name: sorted_into(name, matching.verdicts) for name in _SECTIONS}
    unnamed = told(matching.profile, matching.day) and not sections["fits"] and not sections["may"]
    unfolded = sent.unfolded if sent.unfolded is not None else {"general"} if unnamed else set()
    shown = "".join(
        _section(
            name,
            verdicts,
            Shown(build, matching, sent.shown),
            unfolded=name not in _FOLDED or name in unfolded,
        )
        for name, verdicts in sections.items()
    )
    return (
        f'<section class="results" data-run="{sent.run}" data-form="{escape(form_state(advice, sent))}" '
        'aria-labelledby="match-title"><h2 id="match-title" tabindex="-1">匹配结果</h2>'
        f"{_understood(advice)}{_counts(matching, sections)}{_question(advice.question)}{_exports(sections)}{shown}"
        f'<p class="notice">{NOTICE}</p></section>'
    )


def problem_html(message: str, run: int) -> str:
    """Shown in place of results when there is no index."""
    return f'<section class="results" data-run="{run}" data-form="{{}}"><p class="problem" data-announce>{escape(message)}</p></section>'


def sorted_into(section: str, verdicts: Iterable[Verdict]) -> list[Verdict]:
    """The verdicts that belong to a section, in their order."""
    belongs = _SECTIONS[section][1]
    return [one for one in verdicts if belongs(one)]


def _understood(advice: Advice) -> str:
    """The profile in one paragraph, and how many entries could not be used."""
    known = told(advice.matching.profile, advice.matching.day)
    read = [_known(name, text) for name, text in known if name in advice.understood]
    given = [_known(name, text) for name, text in known if name not in advice.understood]
    parts = [f"{title}：{'；'.join(own)}。" for title, own in ((READ, read), ("表里填的", given)) if own]
    line = (
        f'<p class="told">{"".join(parts)}<button type="button" class="edit">改一改</button></p>'
        if known
        else '<p class="told">还没有企业情况。可以先回答下面一问，或在表里写几句。</p>'
    )
    others = "".join(f"<li>{escape(one.message)}</li>" for one in advice.problems if one.field not in FORM)
    if advice.problems:
        line += f'<div class="problem">有 {len(advice.problems)} 处没能读懂，已按不知道处理，请看表里的红字。<ul>{others}</ul></div>'
    return line


def _known(name: str, text: str) -> str:
    return f'<span class="known">{FIELDS[name]} <strong>{escape(text)}</strong></span>'


def _counts(matching: Matching, sections: Mapping[str, Sequence[Verdict]]) -> str:
    number = {name: sum(one.verdict == name for one in matching.verdicts) for name in (FITS, MAY_FIT, FAILS)}
    named = {FITS: len(sections["fits"]), MAY_FIT: len(sections["may"])}
    parts = "，".join(
        f"{name} {count} 项" + (f"（{named[name]} 项点到本企业）" if named.get(name) else "")
        for name, count in number.items()
    )
    left = "，".join(f"{escape(name)} {count} 项" for name, count in matching.left_out.items())
    return (
        f'<p class="count" data-announce>{parts}。</p>'
        f'<p class="order">{ORDER}未列入：{left or "无"}。按 {matching.day.isoformat()} 的效力计。</p>'
    )


def _question(question: NextQuestion | None) -> str:
    """The question that would decide most, with its answers; qualifications can be chosen together."""
    if question is None:
        return ""
    label = FIELDS[question.field]
    if question.field == "qualifications":
        boxes = "".join(
            f'<label><input type="checkbox" value="{escape(one)}">{escape(one)}</label>'
            for one in question.answers
            if one not in {UNSURE, NONE_OF_THESE}
        )
        answers = (
            f'<fieldset class="boxes"><legend class="unseen">{escape(question.text)}</legend>{boxes}</fieldset>'
            '<button type="button" class="choose">选好了</button>'
            + "".join(_answer(one) for one in (NONE_OF_THESE, UNSURE))
        )
    else:
        own = f'<button type="button" class="fill">自己填{label}</button>'
        answers = "".join(_answer(one) for one in question.answers if one != UNSURE) + own + _answer(UNSURE)
    return (
        f'<section class="asking" data-field="{question.field}" aria-labelledby="match-question">'
        f'<h3 id="match-question" tabindex="-1">接着告诉我们：{escape(question.text)}</h3>'
        f'<p class="waiting">还有 {question.waiting} 个条件要看这一点。</p><div class="answers">{answers}</div></section>'
    )


def _answer(answer: str) -> str:
    return f'<button type="button" class="answer" data-answer="{escape(answer)}">{escape(answer)}</button>'


def _exports(sections: Mapping[str, Sequence[Verdict]]) -> str:
    every = sum(len(one) for one in sections.values())
    named = len(sections["fits"]) + len(sections["may"])
    word = f"点到本企业的 {named} 项" if named else f"面向所有企业的 {len(sections['general'])} 项"
    return (
        '<p class="exports">'
        f'<button type="button" class="export" data-kind="xlsx">导出 Excel（全部 {every} 项）</button>'
        f'<button type="button" class="export" data-kind="docx">导出 Word（{word}）</button></p>'
    )


def _section(name: str, verdicts: Sequence[Verdict], shown: Shown, *, unfolded: bool) -> str:
    """A section with its groups; one that is folded draws nothing but its heading."""
    title = f'{_SECTIONS[name][0]}<span class="number">{len(verdicts)} 项</span>'
    if not verdicts:
        return ""
    if name in _FOLDED:
        state = "true" if unfolded else "false"
        title = f'<button type="button" class="unfold" data-section="{name}" aria-expanded="{state}">{title}</button>'
    inside = ""
    if unfolded:
        groups = grouped_by_need(verdicts, shown.matching.profile)
        stated = {need for need, _ in groups} & set(shown.matching.profile.needs)
        inside = f'<p class="explained">{_EXPLAINED[name]}</p>' + "".join(
            _group(name, need, own, shown, opened=need in stated if stated else number < OPEN_GROUPS)
            for number, (need, own) in enumerate(groups)
        )
    return f'<section class="verdicts {name}"><h3>{title}</h3>{inside}</section>'


def _group(section: str, need: str, verdicts: Sequence[Verdict], shown: Shown, *, opened: bool) -> str:
    key = f"{section}/{need}"
    drawn = shown.counts.get(key, PAGE_SIZE)
    more = ""
    if len(verdicts) > drawn:
        rest = min(PAGE_SIZE, len(verdicts) - drawn)
        more = f'<button type="button" class="more" data-group="{key}" data-shown="{drawn + PAGE_SIZE}">再显示 {rest} 项</button>'
    cards = "".join(card_html(one, shown) for one in verdicts[:drawn])
    return (
        f'<details class="need" data-key="{key}"{" open" if opened else ""}>'
        f'<summary><h4>{need}</h4><span class="number">{len(verdicts)} 项</span></summary>{cards}{more}</details>'
    )
