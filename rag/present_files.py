"""The 文件 tab as HTML: filters, list, one policy, the policies a question is limited to. Every word is escaped."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Final
from urllib.parse import urlsplit

from rag.builds import Build
from rag.files import (
    KINDS,
    LONGEST_ENTRY,
    UNDATED,
    Choice,
    Filters,
    Hit,
    find,
    replacing,
    search_words,
    word_spans,
)
from rag.present import marked_text, retold_chip, validity_chip
from rag.tree import Branch, clause_tree
from rag.types import Document
from rag.validity import NOTICES

FILTER_NAMES: Final = {
    "topic": "主题", "issuer": "发文机关", "kind": "类型", "validity": "效力（今天）", "year": "年份",
}  # fmt: skip
PAGE_SIZE: Final = 50
"""Documents listed at once; a button lists as many more."""
OPEN_AT_ONCE: Final = 6
"""A document with at most so many clauses opens with their text in sight."""
_READ_LEVELS: Final = {
    "text": "读到正文", "text-partial": "读到部分正文", "news+text": "读到报道和部分正文", "news": "只读到报道",
    "news-weak": "只读到零散报道", "title-only": "只读到标题",
}  # fmt: skip
_BACK: Final = '<button type="button" class="back">返回列表</button>'
ADDRESS = re.compile(r"https?://[A-Za-z0-9./?&=%_~:#+,;!*'()@$-]*[A-Za-z0-9/=_-]", re.ASCII)


def filters_html(choices: Mapping[str, Sequence[Choice]]) -> str:
    """The form above the list; `choices` of every name in `FILTER_NAMES`."""
    return (
        '<form class="filters" role="search" aria-label="查找文件" autocomplete="off">'
        '<div class="words"><label for="file-words">查找</label>'
        f'<input id="file-words" type="search" name="words" maxlength="{LONGEST_ENTRY}" '
        'placeholder="标题、文号或正文里的词，几个词用空格分开">'
        '<button type="submit">查找</button></div>'
        f'<div class="choices">{"".join(_select(name, choices[name]) for name in FILTER_NAMES)}'
        '<button type="reset">清除条件</button></div></form>'
    )


def found_html(values: Mapping[str, object], build: Build, day: date) -> str:
    """The list for what the form sent: its filters and `shown`, how many rows to show."""
    filters, shown = Filters.read(values), str(values.get("shown") or "")
    rows = int(shown[:6]) if shown.isdecimal() else PAGE_SIZE
    return hits_html(find(filters, build, day), search_words(filters.words), rows)


def hits_html(hits: Sequence[Hit], words: Sequence[str] = (), shown: int = PAGE_SIZE) -> str:
    """The first `shown` hits as a list, with the count; `words` are marked in titles and quotes."""
    if not hits:
        advice = "没有符合条件的文件。请减少条件，或换一个更短的词。"
        return f'<p class="count" data-announce>{advice}</p>'
    rows = "".join(_hit(hit, words) for hit in hits[:shown])
    more = ""
    if len(hits) > shown:
        rest = min(PAGE_SIZE, len(hits) - shown)
        more = (
            f'<button type="button" class="more" data-shown="{shown + PAGE_SIZE}">再列出 {rest} 份</button>'
        )
    return f'<p class="count" data-announce>找到 {len(hits)} 份文件</p><ol class="hits">{rows}</ol>{more}'


def policy_html(policy: str, build: Build, day: date) -> str:
    """One policy: fields, what is uncertain, sources and its clauses, each opening in place."""
    document = build.documents.get(policy)
    if document is None:
        return (
            f'<article class="policy" tabindex="-1">{_BACK}'
            '<p class="problem">这份文件已不在索引中，请重新查找。</p></article>'
        )
    validity = build.validity_of(document.id, day)
    notice = NOTICES.get(validity, "")
    warning = f'<p class="warning">{escape(notice)}</p>' if notice else ""
    clauses = build.clauses_of(document.id)
    opened = len(clauses) <= OPEN_AT_ONCE
    tree = "".join(_branch(branch, opened=opened, depth=0) for branch in clause_tree(document, clauses))
    note = (
        f'<div class="note"><h3>待核与未读</h3><p>{escape(document.note)}</p></div>' if document.note else ""
    )
    identifier = escape(document.id)
    return (
        f'<article class="policy" tabindex="-1" data-policy="{identifier}" aria-labelledby="policy-title">'
        f'{_BACK}<h2 id="policy-title">{escape(document.title)}</h2>'
        f'<p class="chips">{validity_chip(validity)}{retold_chip(document)}</p>{warning}'
        f'<button type="button" class="limit" data-policy="{identifier}">只问这份文件</button>'
        f"{_fields(document, build)}{note}{_sources(document)}"
        f'<h3>条款</h3><div class="tree">{tree}</div></article>'
    )


def scope_html(policies: Sequence[str], build: Build) -> str:
    """The policies that questions are limited to, each with a button that takes it away; empty for none."""
    if not policies:
        return ""
    chips = "".join(_scope_chip(policy, build.documents.get(policy)) for policy in policies)
    return (
        '<div class="scope" role="group" aria-label="提问的范围"><span class="scope-name">只问：</span>'
        f'{chips}<span class="spoken">现在只问 {len(policies)} 份文件</span></div>'
    )


def chinese_date(value: str) -> str:
    """2025-03-28 -> 2025年3月28日, as exact as it is stored."""
    return "".join(f"{int(number)}{unit}" for number, unit in zip(value.split("-"), "年月日", strict=False))


def _select(name: str, choices: Sequence[Choice]) -> str:
    options = "".join(
        f'<option value="{escape(choice.value)}">{escape(choice.label)}（{choice.count}）</option>'
        for choice in choices
    )
    return (
        f"<label>{FILTER_NAMES[name]}"
        f'<select name="{name}"><option value="">全部</option>{options}</select></label>'
    )


def _hit(hit: Hit, words: Sequence[str]) -> str:
    document = hit.document
    about = [
        document.number,
        document.issuer,
        chinese_date(document.issued) if document.issued else UNDATED,
        "、".join(document.topics),
    ]
    quote = ""
    if hit.quote and hit.clause:
        place = escape(f"{hit.clause.label}{hit.clause.heading}")
        quote = f'<p class="quote"><span class="place">{place}</span> {_marked(hit.quote, words)}</p>'
    return (
        f'<li class="hit"><h3><button type="button" class="open" data-policy="{escape(document.id)}">'
        f"{_marked(document.title, words)}</button></h3>"
        f'<p class="about">{" · ".join(_marked(one, words) for one in about if one)}</p>'
        f'<p class="chips">{validity_chip(hit.validity)}{retold_chip(document)}</p>{quote}</li>'
    )


def _marked(text: str, words: Sequence[str]) -> str:
    return marked_text(text, [(start, end, "") for start, end in word_spans(text, words)])


def _fields(document: Document, build: Build) -> str:
    """The fields that are known; those that matter to every reader also when they are not."""
    rows = {
        "文号": document.number or "未知",
        "发文机关": document.issuer or "未知",
        "印发日期": chinese_date(document.issued) if document.issued else "未知",
        "施行日期": chinese_date(document.effective) if document.effective else "",
        "有效期至": chinese_date(document.expires) if document.expires else "",
        "类型": KINDS[document.kind],
        "所读材料": _READ_LEVELS.get(document.read_level or "", document.read_level or ""),
        "主题": "、".join(document.topics),
        "废止或替代": "、".join(document.repeals),
        "被谁替代": "、".join(f"《{one.title}》" for one in replacing(document, build)),
        "文件编号": document.id,
    }
    shown = "".join(
        f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in rows.items() if value
    )
    return f'<dl class="fields">{shown}</dl>'


def _sources(document: Document) -> str:
    lines = dict.fromkeys(one for one in (document.source_url, *document.sources) if one)
    if not lines:
        return ""
    items = "".join(f"<li>{_with_official_links(line)}</li>" for line in lines)
    return f'<div class="origins"><h3>来源</h3><ul>{items}</ul></div>'


def _with_official_links(line: str) -> str:
    """`line` escaped; addresses of government sites become links, all others stay text."""
    parts, position = [], 0
    for match in ADDRESS.finditer(line):
        parts.append(escape(line[position : match.start()]))
        address = escape(match[0])
        official = is_official(match[0])
        parts.append(
            f'<a href="{address}" target="_blank" rel="noopener noreferrer">{address}</a>'
            if official
            else address
        )
        position = match.end()
    return "".join([*parts, escape(line[position:])])


def is_official(address: str) -> bool:
    """Whether an address is that of a government site, so that it may become a link."""
    try:
        found = urlsplit(address)
        host = found.hostname or ""
        return "@" not in found.netloc and (found.port is None) and host.endswith(".gov.cn")
    except ValueError:  # a port that is no number
        return False


def _branch(branch: Branch, *, opened: bool, depth: int) -> str:
    """A part shows what is under it, a clause its text; the one with text stays closed in a long document."""
    own = f'<div class="text">{escape(branch.text)}</div>' if branch.text else ""
    inside = "".join(_branch(one, opened=opened, depth=depth + 1) for one in branch.branches)
    is_clause = branch.clause is not None and branch.clause.level > 0
    state = " open" if opened or not is_clause else ""
    kind = (
        "item" if branch.clause is not None and branch.clause.level == 2 else "entry" if is_clause else "part"
    )
    return f'<details class="{kind}"{state}><summary>{escape(branch.title)}</summary>{own}{inside}</details>'


def _scope_chip(policy: str, document: Document | None) -> str:
    title = document.title if document else f"{policy}（已不在索引中）"
    return (
        f'<button type="button" class="drop" data-policy="{escape(policy)}" '
        f'aria-label="不再只问：{escape(title)}"><span class="name">{escape(title)}</span>'
        '<span class="cross" aria-hidden="true">×</span></button>'
    )
