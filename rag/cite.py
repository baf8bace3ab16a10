"""Draft -> verified Answer. Nothing reaches a reader except through `verify`.

A statement passes when every figure, date, ratio and clause locator in it stands
in one of the spans it names, after normalisation (rag.figures). One that fails is
withheld and counted. Locators, titles and 文号 are copied from stored fields here
and nowhere else.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from rag.builds import Build
from rag.figures import canonical_figures, normalise
from rag.types import Answer, Citation, Clause, Draft, Span, Statement
from rag.validity import today

_LOCATOR = re.compile(
    r"第[零〇一二两三四五六七八九十百千\d]+(?:条|款|项|章|编|部分)|\([零〇一二三四五六七八九十百\d]+\)"
)
_NUMBER = re.compile(r"〔\d{4}〕\d+号")
_MARKER = re.compile(r"\[\d+\]")
NOTHING_LEFT = "找到的条文不足以证明答案中的数字，已不予显示。请打开相近条款核对原文。"


def verify(draft: Draft, question: str, build: Build, day: date | None = None) -> Answer:
    """Check every statement of `draft` against `build` and number its citations; `day` is that of their validity, today unless given.

    The answer's status falls to refused when no statement survives.
    """
    day = day or today()
    citations: list[Citation] = []
    lines: list[str] = []
    withheld = 0
    for statement in draft.statements:
        sources = tuple(_source(span, build, day) for span in statement.spans)
        text = _with_locator(statement, sources[0]) if statement.with_locator and sources else statement.text
        if not is_supported(text, sources):
            withheld += 1
            continue
        marks = "".join(f"[{_marker(source, citations)}]" for source in dict.fromkeys(sources))
        lines.append(_place(marks, text))
    nearest = tuple(
        _source(span, build, day, marker) for marker, span in enumerate(dict.fromkeys(draft.nearest), start=1)
    )
    if not lines and draft.status in {"answered", "partial"}:
        return Answer(
            question,
            "refused",
            NOTHING_LEFT,
            nearest=nearest,
            reason=NOTHING_LEFT,
            withheld=withheld,
            build_id=build.id,
        )
    lead = draft.lead if is_supported(draft.lead, ()) else ""
    return Answer(
        question=question,
        status="partial" if withheld and draft.status == "answered" else draft.status,
        answer="\n".join(([lead] if lead else []) + lines),
        citations=tuple(citations),
        nearest=nearest,
        reason=draft.reason,
        confidence=round(draft.confidence, 3),
        build_id=build.id,
        withheld=withheld,
    )


def is_supported(text: str, sources: Iterable[Citation]) -> bool:
    """Whether every figure, 文号 and locator of `text` stands in `sources`.

    A locator also counts as supported when it is the stored locator of a source.
    """
    sources = tuple(sources)
    quotes = normalise("\n".join(source.quote for source in sources))
    labels = normalise(
        "\n".join(f"{source.clause} {source.part} {source.doc_number or ''}" for source in sources)
    )
    plain = normalise(_MARKER.sub("", text))
    locators = {match[0] for pattern in (_LOCATOR, _NUMBER) for match in pattern.finditer(plain)}
    if any(locator not in quotes and locator not in labels for locator in locators):
        return False
    figures = canonical_figures(_LOCATOR.sub(" ", plain))
    known: frozenset[str] = frozenset().union(*(canonical_figures(source.quote) for source in sources))
    known |= canonical_figures(labels)
    return figures <= known


def _with_locator(statement: Statement, source: Citation) -> str:
    name = source.item or source.heading
    return f"{source.clause}{name}：{statement.text}" if statement.text else f"{source.clause}{name}"


def _place(marks: str, text: str) -> str:
    """Markers go before the closing full stop, so that they belong to this sentence and not the next."""
    body = text.rstrip("。；;，, \n")
    return f"{body}{marks}。" if body != text or text[-1:] not in "？！?!" else f"{text}{marks}"


def _source(span: Span, build: Build, day: date, marker: int = 0) -> Citation:
    clause: Clause = build.clause_by_id[span.clause_id]
    document = build.documents[clause.document_id]
    return Citation(
        marker=marker,
        policy_id=document.id,
        title=document.title,
        doc_number=document.number,
        clause=clause.label,
        item=clause.item,
        heading=clause.heading,
        part=clause.part,
        quote=document.text[span.start : span.end],
        start=span.start,
        end=span.end,
        kind=document.kind,
        validity=build.validity_of(document.id, day),
    )


def _marker(source: Citation, citations: list[Citation]) -> int:
    for known in citations:
        if (known.policy_id, known.start, known.end) == (source.policy_id, source.start, source.end):
            return known.marker
    citations.append(replace(source, marker=len(citations) + 1))
    return len(citations)
