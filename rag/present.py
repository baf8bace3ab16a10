"""Answer -> JSON, Markdown and HTML. Pure functions; every word from users and documents is escaped."""

import re
from collections.abc import Sequence
from dataclasses import asdict
from html import escape
from itertools import groupby
from typing import Any

from rag.builds import Build
from rag.present_words import notice, status_words, told_before
from rag.support_questions import asks_for_supports
from rag.tree import body_start, is_retold
from rag.types import Answer, Citation, Clause, Document
from rag.validity import ANSWERING, CURRENT, DRAFT, LAPSED, NOT_YET, REPLACED, UNKNOWN

WRITING = '<p class="writing">正在撰写，核对过的句子会逐句显示……</p>'
STOPPED = '<p class="told">已停止。以上句子已核对，但回答不完整。</p>'
_MARKER = re.compile(r"\[(\d+)\]")
_CITATION_FIELDS = (
    "marker", "policy_id", "title", "doc_number", "clause", "item", "heading", "quote", "start", "end", "kind", "validity",
)  # fmt: skip
DIGEST = "摘要（非原文，以官方文件为准）"
_KINDS = {"full_text": "", "digest": DIGEST, "draft": DRAFT}
_VALIDITY_STYLES = {
    CURRENT: "current", NOT_YET: "not-yet", DRAFT: "draft", REPLACED: "replaced", LAPSED: "lapsed", UNKNOWN: "unknown",
}  # fmt: skip


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """The contract other programs rely on (README), as JSON values."""
    fields = asdict(answer)
    return {
        **{name: fields[name] for name in ("id", "question", "status", "answer")},
        "citations": [_citation_to_json(citation) for citation in answer.citations],
        "nearest": [_citation_to_json(citation) for citation in answer.nearest],
        **{
            name: fields[name]
            for name in (
                "reason",
                "confidence",
                "mode",
                "withheld",
                "note",
                "prompt",
                "standalone",
                "build_id",
                "elapsed_ms",
            )
        },
    }


def answer_to_markdown(answer: Answer) -> str:
    """The answer with its sources, for a terminal; a source says when it is not the official text or not in force."""
    lines = [f"【{status_words(answer)}】", *told_before(answer), answer.answer]
    lines += [f"[{citation.marker}]{_source_line(citation)}" for citation in answer.citations]
    if answer.nearest:
        lines.append("相近条款：")
        lines += [f"- {_source_line(citation)}：{citation.quote}" for citation in answer.nearest]
    return "\n".join([*lines, f"（{notice(answer)}）"])


def locator(citation: Citation) -> str:
    """Locator, heading and item as a reader would name them: （四）实施优势产业提质倍增行动·电子信息产业."""
    item = f"·{citation.item}" if citation.item else ""
    return f"{citation.clause}{citation.heading}{item}"


def validity_chip(validity: str) -> str:
    """Validity in words and colour."""
    words = "效力未知" if validity == UNKNOWN else validity
    style = _VALIDITY_STYLES.get(validity, "unknown")
    return f'<span class="validity {style}">{escape(words)}</span>'


def retold_chip(document: Document) -> str:
    """The label of a text that is not the official one, after a space; empty for one that is."""
    return f' <span class="kind">{DIGEST}</span>' if is_retold(document) else ""


def turn_html(turn: int, answer: Answer, scope: Sequence[str] = ()) -> str:
    """One question and its answer, with markers as buttons that open the sources of the same turn.

    `scope` are the titles of the policies that the question was limited to.
    """
    body = "".join(
        f"<p>{_with_buttons(line, turn, answer)}</p>" for line in answer.answer.split("\n") if line
    )
    told = "".join(f'<p class="told">{escape(line)}</p>' for line in told_before(answer))
    status = status_words(answer)
    style = {"有依据": "sound", "依据较弱": "weak"}.get(status, "none")
    sources = len(answer.citations)
    spoken = f"回答完毕，{sources} 条依据" if sources else "回答完毕，没有找到依据"
    end = (
        f"{WRITING}</div>"
        if answer.unfinished
        else f'<p class="notice">{notice(answer)}</p></div><span class="spoken">{spoken}</span>'
    )
    limit = (
        f'<p class="limited">只问：{"".join(f"《{escape(title)}》" for title in scope)}</p>' if scope else ""
    )
    return (
        f'<article class="turn" id="turn-{turn}"><h3 class="question">{escape(answer.question)}</h3>'
        f'<div class="answer">{limit}<span class="status {style}">{status}</span>{told}{body}{_to_match(answer)}'
        f"{end}</article>"
    )


def _to_match(answer: Answer) -> str:
    """A button that opens the matching form with what was said, where that was asked for."""
    if not asks_for_supports(answer.question):
        return ""
    return (
        f'<p><button type="button" class="to-match" data-description="{escape(answer.question)}">'
        "在政策匹配里看全部，逐条核对</button></p>"
    )


def sources_html(turn: int, answer: Answer, build: Build) -> str:
    """The cards of one turn: every cited clause once, whole, with all its quotes marked."""
    if answer.citations:
        return _section(turn, "依据", answer.citations, build)
    if answer.nearest:
        return _section(turn, "相近条款（不是依据）", answer.nearest, build)
    return (
        f'<section class="sources" data-turn="{turn}"><p class="empty">这次没有可以显示的条款。</p></section>'
    )


def marked_text(text: str, spans: Sequence[tuple[int, int, str]]) -> str:
    """`text` escaped, with <mark> around `spans` (start, end, the markers that quote it); overlaps are merged."""
    parts, position = [], 0
    for start, end, markers in _merged(spans):
        parts.append(escape(text[position:start]))
        parts.append(f'<mark data-markers="{escape(markers)}">{escape(text[start:end])}</mark>')
        position = end
    return "".join([*parts, escape(text[position:])])


def _section(turn: int, title: str, citations: Sequence[Citation], build: Build) -> str:
    ordered = sorted(citations, key=lambda citation: (_first_marker(citation, citations), citation.start))
    groups = groupby(ordered, key=lambda citation: (citation.policy_id, citation.clause, citation.item))
    cards = "".join(_card(turn, list(group), build) for _, group in groups)
    return f'<section class="sources" data-turn="{turn}"><h2>{title}</h2>{cards}</section>'


def _card(turn: int, citations: Sequence[Citation], build: Build) -> str:
    first = citations[0]
    clause = next(
        one for one in build.clauses_of(first.policy_id) if one.start <= first.start and first.end <= one.end
    )
    document = build.documents[first.policy_id]
    lead = _shown_from(clause, citations) if is_retold(document) else 0
    spans = [
        (one.start - clause.start - lead, one.end - clause.start - lead, str(one.marker)) for one in citations
    ]
    text = clause.text[lead:]
    markers = " ".join(str(one.marker) for one in citations)
    number = f'<span class="number">{escape(first.doc_number)}</span>' if first.doc_number else ""
    return (
        f'<article class="card" tabindex="-1" data-turn="{turn}" data-markers="{markers}">'
        f'<header><span class="markers">{"".join(f"[{one.marker}]" for one in citations)}</span> '
        f"<strong>{escape(locator(first))}</strong> {validity_chip(first.validity)}{retold_chip(document)}"
        f'<div class="title">《{escape(first.title)}》{number}</div>'
        f'<div class="part">{escape(first.part)}</div></header>'
        f'<div class="clause">{marked_text(text.strip(chr(10)), _shifted(spans, text))}</div></article>'
    )


def _shown_from(clause: Clause, citations: Sequence[Citation]) -> int:
    """Offset in the clause of a digest where its words begin, unless a quote stands before that."""
    start = body_start(clause.text)
    return start if all(one.start >= clause.start + start for one in citations) else 0


def _shifted(spans: Sequence[tuple[int, int, str]], text: str) -> list[tuple[int, int, str]]:
    """Spans after the leading line breaks of `text` are gone."""
    lead = len(text) - len(text.lstrip("\n"))
    return [(start - lead, end - lead, markers) for start, end, markers in spans]


def _merged(spans: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    merged: list[tuple[int, int, str]] = []
    for start, end, markers in sorted(spans):
        if merged and start < merged[-1][1]:
            last = merged.pop()
            merged.append((last[0], max(last[1], end), f"{last[2]} {markers}"))
        else:
            merged.append((start, end, markers))
    return merged


def _with_buttons(line: str, turn: int, answer: Answer) -> str:
    known = {str(citation.marker): citation for citation in answer.citations}

    def button(match: re.Match[str]) -> str:
        citation = known.get(match[1])
        if citation is None:
            return match[0]
        label = escape(f"依据 {match[1]}：{locator(citation)}")
        return (
            f'<button type="button" class="marker" data-turn="{turn}" data-marker="{match[1]}" '
            f'title="{label}" aria-label="{label}">[{match[1]}]</button>'
        )

    return _MARKER.sub(button, escape(line))


def _source_line(citation: Citation) -> str:
    labels = dict.fromkeys(
        (_KINDS[citation.kind], "" if citation.validity in ANSWERING else citation.validity)
    )
    return "｜".join([f"《{citation.title}》{locator(citation)}", *filter(None, labels)])


def _first_marker(citation: Citation, citations: Sequence[Citation]) -> int:
    return min(
        one.marker
        for one in citations
        if (one.policy_id, one.clause, one.item) == (citation.policy_id, citation.clause, citation.item)
    )


def _citation_to_json(citation: Citation) -> dict[str, Any]:
    fields = asdict(citation)
    return {name: fields[name] for name in _CITATION_FIELDS}
