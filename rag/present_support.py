"""One support as a card: what it gives, how each of its conditions stands, and the clause behind it. Every word is escaped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Final

from rag.builds import Build
from rag.conditions import MET, OPEN, UNMET, Finding
from rag.match import FAILS, FITS, MAY_FIT, Matching, Verdict
from rag.present import marked_text, retold_chip, validity_chip
from rag.present_files import ADDRESS, chinese_date, is_official
from rag.present_match import NO_AMOUNT, money, place
from rag.supports import Quote, Support
from rag.tree import body_start, is_retold
from rag.types import Document

NO_NUMBER: Final = "（条号未见）"
"""Locator of a digest's clause whose number was not read."""
_STYLES: Final = {FITS: "fits", MAY_FIT: "may", FAILS: "fails", MET: "met", OPEN: "open-yet", UNMET: "unmet"}
_SIGNS: Final = {MET: "✓", OPEN: "?", UNMET: "✕", FITS: "✓", MAY_FIT: "?", FAILS: "✕"}
"""Shapes beside the words, for those who do not see the colours."""


@dataclass(frozen=True)
class Shown:
    """What the cards of one matching are made from; `counts` as in rag.match_form.Sent."""

    build: Build
    matching: Matching
    counts: Mapping[str, int] = field(default_factory=dict)


def card_html(verdict: Verdict, shown: Shown) -> str:
    """Title, verdict, money, what is not met or was answered; the reasons with the clause open in place."""
    support, build = verdict.support, shown.build
    document = build.documents[support.document_id]
    validity = build.validity_of(document.id, shown.matching.day)
    names = f'<span class="names">点到：{"、".join(verdict.names)}</span>' if verdict.names else ""
    amount = money(verdict)
    no_sum = f'<span class="no-sum">{amount}</span>' if amount == NO_AMOUNT else ""
    sum_line = "" if no_sum else f'<p class="worth">金额：{escape(amount)}</p>'
    pending = [one for one in verdict.findings if one.result != MET or one.condition.field == "statement"]
    lines = "".join(_condition(one, support, shown) for one in pending)
    waiting = f'<ul class="conditions">{lines}</ul>' if lines else ""
    return (
        f'<article class="support" tabindex="-1" data-support="{escape(support.id)}">'
        f'<h5>{escape(support.title)}</h5><p class="chips">{_verdict_chip(verdict.verdict)}'
        f'<span class="kind">{support.kind}</span>{no_sum}{names}</p>{sum_line}{waiting}'
        f'<p class="source">{escape(place(support.quote, build))} {validity_chip(validity)}{retold_chip(document)}</p>'
        f"{_facts(support, document)}{_reasons(verdict, shown)}</article>"
    )


def _verdict_chip(verdict: str) -> str:
    return f'<span class="verdict {_STYLES[verdict]}"><span aria-hidden="true">{_SIGNS[verdict]}</span> {verdict}</span>'


def window(support: Support) -> str:
    """First and last day to apply in words; empty where the clause states neither."""
    days = ((support.opens, "起"), (support.closes, "止"))
    return "，".join(f"{chinese_date(day)}{word}" for day, word in days if day)


def short_place(quote: Quote, build: Build) -> str:
    """The clause by its number; by its heading or item where it has none, by both where the number alone says little."""
    clause = build.clause_by_id[quote.clause_id]
    if clause.label == NO_NUMBER:
        return clause.item or clause.heading
    return clause.label + clause.heading if clause.label.endswith("、") else clause.label


def official_source(document: Document) -> str:
    """The first address of a government site that the document names as its source; empty without one."""
    lines = (document.source_url or "", *document.sources)
    found = (match[0] for line in lines for match in ADDRESS.finditer(line))
    return next((address for address in found if is_official(address)), "")


def _facts(support: Support, document: Document) -> str:
    """Department, window, what is left out and the official page, as far as they are known."""
    rows = {
        "部门": support.department,
        "申报时间": window(support),
        "限制": "；".join(one.wording for one in support.exclusions),
    }
    lines = [f"<div><dt>{name}</dt><dd>{escape(text)}</dd></div>" for name, text in rows.items() if text]
    if address := escape(official_source(document)):
        host = address.split("/")[2]
        link = f'<a href="{address}" target="_blank" rel="noopener noreferrer">打开 {host} 上的原文页</a>'
        lines.append(f"<div><dt>官方网页</dt><dd>{link}</dd></div>")
    return f'<dl class="facts">{"".join(lines)}</dl>' if lines else ""


def _reasons(verdict: Verdict, shown: Shown) -> str:
    """All conditions with their quotes, then every clause they stand in, whole."""
    support = verdict.support
    lines = "".join(_condition(one, support, shown, whole=True) for one in verdict.findings)
    conditions = f'<ul class="conditions">{lines}</ul>' if lines else "<p>条款没有另提条件。</p>"
    quotes = [
        support.quote,
        *(one.condition.quote for one in verdict.findings),
        *(one.quote for one in support.exclusions),
    ]
    if support.amount:
        quotes.append(support.amount.quote)
    clauses = "".join(
        _clause(identifier, quotes, shown.build)
        for identifier in dict.fromkeys(one.clause_id for one in quotes)
    )
    return f'<details class="why" data-key="{escape(support.id)}"><summary>理由和条款</summary>{conditions}{clauses}</details>'


def _condition(finding: Finding, support: Support, shown: Shown, *, whole: bool = False) -> str:
    """One condition and its result: with the buttons that answer a statement, or in the reasons with its quote."""
    condition = finding.condition
    distance = f' <span class="distance">{escape(finding.distance)}</span>' if finding.distance else ""
    quote = f'<span class="words">“{escape(condition.quote.text)}”</span>' if whole else ""
    buttons = ""
    if condition.field == "statement" and not whole:
        buttons = _yes_or_no(f"{support.id}#{condition.id}", condition.wording, shown)
    return (
        f'<li class="{_STYLES[finding.result]}"><span class="result">'
        f'<span aria-hidden="true">{_SIGNS[finding.result]}</span> {finding.result}</span>'
        f'<span class="asked">{escape(condition.wording)}{distance} <span class="at">{escape(short_place(condition.quote, shown.build))}</span>{quote}</span>'
        f"{buttons}</li>"
    )


def _yes_or_no(name: str, wording: str, shown: Shown) -> str:
    answer = shown.matching.profile.confirmed.get(name)
    buttons = "".join(
        f'<button type="button" class="confirm" data-condition="{escape(name)}" data-holds="{str(holds).lower()}" '
        f'aria-pressed="{str(answer is holds).lower()}" aria-label="{word}：{escape(wording)}">{word}</button>'
        for word, holds in (("是", True), ("否", False))
    )
    return f'<span class="yes-or-no">{buttons}</span>'


def _clause(identifier: str, quotes: Sequence[Quote], build: Build) -> str:
    """The whole clause with the words that are relied on marked."""
    clause = build.clause_by_id[identifier]
    own = [one for one in quotes if one.clause_id == identifier]
    lead = len(clause.text) - len(clause.text.lstrip("\n"))
    if is_retold(build.documents[clause.document_id]):
        start = body_start(clause.text)
        lead = start if all(one.start - clause.start >= start for one in own) else lead
    spans = [(one.start - clause.start - lead, one.end - clause.start - lead, "") for one in own]
    return (
        f'<div class="behind"><p class="place">{escape(place(own[0], build))}</p>'
        f'<div class="clause">{marked_text(clause.text[lead:].rstrip(), spans)}</div></div>'
    )
