"""Stretches of a file that count on their own: the main text, its attachments, documents it carries.

The list of attachments under a notice (附件：1. 示例表) belongs to the notice; an attachment
begins where its mark stands over its text. A carried document (the 办法 that a notice issues)
begins with its title alone on a line, behind the notice's date or before 第一章 or 第一条.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from ingest.attachments import Mark, lines_of
from ingest.titles import carried_titles, short_name, title_at, titles_quoted

ScopeKind = Literal["main", "attachment", "rule"]
_LONGEST_TITLE = 60
_MOST_LINES = 3
_LIST_MARK = re.compile(r"^附\s*[件表录图]?[^:：.．、]{0,6}[:：.．、]\s*|^\d{1,2}[.．、]\s*")
_GOES_ON = ("、", "的", "和", "与", "及")
"""How a line ends whose title goes on in the next one."""


@dataclass(frozen=True)
class Scope:
    """A stretch [start, end) with a numbering of its own; its words begin at `body`, behind its mark."""

    kind: ScopeKind
    name: str
    """What locators begin with: 附件1, 示例管理办法; empty for the main text."""
    title: str
    start: int
    body: int
    end: int


def find_scopes(text: str, over: Sequence[Mark], lists: Sequence[tuple[int, int]]) -> list[Scope]:
    """The scopes of `text` in reading order: together they cover it.

    `over` and `lists` are what `find_attachments` finds in `text`.
    """
    titles = carried_titles(text, over, lists)
    named = (_LIST_MARK.sub("", line) for start, end in lists for _, _, line in lines_of(text, start, end))
    known = titles_quoted(text) | {short_name(title) for title in named}
    scopes = [Scope("main", "", "", 0, 0, len(text))]
    scopes += [
        *(
            Scope("attachment", mark.label, _title_of(text, mark, known), mark.start, mark.end, 0)
            for mark in over
        ),
        *(Scope("rule", title.name, title.words, title.start, title.end, 0) for title in titles),
    ]
    scopes.sort(key=lambda scope: scope.start)
    ends = [*(scope.start for scope in scopes[1:]), len(text)]
    return _with_own_names([replace(scope, end=end) for scope, end in zip(scopes, ends, strict=True)])


def without_rules(scopes: list[Scope]) -> list[Scope]:
    """The scopes with every carried document made part of the scope before it."""
    kept = [scope for scope in scopes if scope.kind != "rule"]
    ends = [*(scope.start for scope in kept[1:]), scopes[-1].end]
    return [replace(scope, end=end) for scope, end in zip(kept, ends, strict=True)]


def _title_of(text: str, mark: Mark, known: set[str]) -> str:
    """What stands behind the mark, or the line below it, with lines that carry it or a known title on."""
    if mark.title:
        return mark.title
    words = ""
    for start, end, line in islice(lines_of(text, mark.line_end, len(text)), _MOST_LINES):
        title = title_at(text, start, min(end + 200, len(text)), known)
        if title and title.name in known:
            return words + title.words
        if line.endswith(("。", "；", "：", "，")) or line.startswith("|") or len(line) > _LONGEST_TITLE:
            break
        words += line
        if not line.endswith(_GOES_ON):
            break
    return words


def _with_own_names(scopes: list[Scope]) -> list[Scope]:
    """An attachment whose mark stood before belongs to the rule or attachment above it: 示例细则 附件1."""
    seen: set[str] = set()
    above = parent = ""
    named = []
    for scope in scopes:
        name = scope.name
        if scope.kind == "attachment" and name in seen:
            parent = parent or above
            name = f"{parent} {name}".strip()
        else:
            above, parent = name, ""
        seen.add(name)
        named.append(replace(scope, name=name))
    return named
