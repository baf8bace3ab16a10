"""Cut a policy's text into clauses: the unit that is cited.

Two kinds of numbering are read. Regulations count in 第X条 under 编/章/节 (《立法法》
第六十五条); 公文 count 一、（一）1. (《党政机关公文格式》GB/T 9704-2012, 7.3.3), with
——items under a clause. The clauses of a document are contiguous: joining their
`.text` gives the text back, so a quote can always be traced to its source.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace

from ingest.headings import Heading, find_headings
from rag.types import Clause

PREAMBLE = "序言"
_HEADING_LIMIT = 40
"""Characters: a longer first sentence is content, not a heading."""
_STATEMENT = re.compile(r"；|，.*\d|\d.*，")
_ITEM_NAME = re.compile(r"[\u4e00-\u9fff]")
_BRACKETED = re.compile(r"^[【〔\[（(]([^】〕\]）)]{1,20})[】〕\]）)]")


def split_clauses(document_id: str, text: str) -> list[Clause]:
    """Partition `text` into clauses, in reading order.

    `start` and `end` are half-open offsets in characters. Structural text (title,
    part headings and their introductions) becomes clauses of level 0.

    Raises:
        ValueError: `text` is blank; an empty policy is a loading mistake.
    """
    if not text.strip():
        raise ValueError(f"{document_id!r} has no text to split")
    headings = find_headings(text)
    starts = [heading.start for heading in headings]
    if not headings or text[: starts[0]].strip():
        headings = [Heading("preamble", None, PREAMBLE, 0, 0), *headings]
    bounds = [0, *(heading.start for heading in headings[1:]), len(text)]
    clauses = _Namer(document_id, headings).name(text, bounds)
    return _with_unique_ids(clauses)


@dataclass
class _Place:
    """Where the reading stands: scope, part, divisions and clause."""

    scope: str = ""
    part: str = ""
    part_label: str = ""
    divisions: tuple[tuple[str, str], ...] = ()
    clause: Clause | None = None

    def start_scope(self, scope: str) -> None:
        self.scope, self.part, self.part_label, self.divisions, self.clause = scope, "", "", (), None


class _Namer:
    """Gives each stretch between two headings its label, heading, part and id."""

    def __init__(self, document_id: str, headings: list[Heading]) -> None:
        self.document_id = document_id
        self.headings = headings
        self.restarting = self._scopes_where_clauses_restart()
        self.parts_with_clauses = self._parts_with_clauses()

    def name(self, text: str, bounds: list[int]) -> list[Clause]:
        """The clauses of all headings; `bounds` are their starts and the end of the text."""
        place = _Place()
        clauses = []
        for index, heading in enumerate(self.headings):
            start, end = bounds[index], bounds[index + 1]
            clause = self._clause(index, heading, place, text, start, end)
            clauses.append(clause)
            if clause.level == 1:
                place.clause = clause
        return clauses

    def _clause(self, index: int, heading: Heading, place: _Place, text: str, start: int, end: int) -> Clause:
        body = text[max(heading.end, start) : end]
        title = _heading_of(body, bracketed_only=heading.kind in {"article", "preamble"})
        base = Clause("", self.document_id, start, end, text[start:end], heading.label, title)
        if heading.kind == "attachment":
            place.start_scope(heading.label)
            return self._finished(replace(base, level=0, scope=place.scope), heading.label)
        base = replace(base, scope=place.scope)
        if heading.kind == "preamble":
            return self._finished(replace(base, level=0, heading=""), PREAMBLE)
        if heading.kind == "division":
            place.divisions = _deepened(place.divisions, heading.label, title)
            place.part = " / ".join(f"{label} {name}".strip() for label, name in place.divisions)
            return self._finished(replace(base, level=0, part=place.part), heading.label)
        if heading.kind == "part":
            place.part, place.part_label, place.clause = f"{heading.label}{title}", heading.label, None
            level = 0 if index in self.parts_with_clauses else 1
            return self._finished(replace(base, level=level, part=place.part), heading.label)
        if heading.kind in {"item", "paragraph", "numbered"}:
            return self._item(heading, place, base, body)
        label = heading.label
        if heading.kind == "clause" and self._scope_of(index) in self.restarting and place.part_label:
            label = f"{place.part_label}{label}"
        return self._finished(replace(base, label=label, part=place.part), label)

    def _item(self, heading: Heading, place: _Place, base: Clause, body: str) -> Clause:
        name = heading.label or _paragraph_name(body)
        parent = place.clause
        label = parent.label.removeprefix(f"{parent.scope} ") if parent else place.part_label
        title = parent.heading if parent else ""
        item = replace(base, label=label, heading=title, item=name, part=place.part, level=2)
        return self._finished(item, f"{label}/{name}")

    def _finished(self, clause: Clause, name: str) -> Clause:
        """Prefix the scope to the locator and set the id."""
        if clause.scope and name != clause.scope:
            return replace(
                clause, label=f"{clause.scope} {clause.label}", id=f"{self.document_id}#{clause.scope}/{name}"
            )
        return replace(clause, id=f"{self.document_id}#{name}")

    def _scope_of(self, index: int) -> int:
        return sum(1 for heading in self.headings[: index + 1] if heading.kind == "attachment")

    def _scopes_where_clauses_restart(self) -> set[int]:
        firsts = Counter(
            self._scope_of(index)
            for index, heading in enumerate(self.headings)
            if heading.kind == "clause" and heading.number == 1
        )
        return {scope for scope, count in firsts.items() if count > 1}

    def _parts_with_clauses(self) -> set[int]:
        """Indexes of the part headings that have numbered clauses under them."""
        found: set[int] = set()
        part: int | None = None
        for index, heading in enumerate(self.headings):
            if heading.kind == "part":
                part = index
            elif heading.kind == "attachment":
                part = None
            elif heading.kind in {"clause", "article"} and part is not None:
                found.add(part)
        return found


def _heading_of(body: str, *, bracketed_only: bool) -> str:
    """The heading that opens a clause: a bracketed title, its first short sentence, or a line of its own.

    Articles have only the first kind: their first sentence is law, however short.
    """
    stripped = body.lstrip(" \t\u3000、.．:：")
    if bracketed := _BRACKETED.match(stripped):
        return bracketed[1]
    if bracketed_only:
        return ""
    line, _, after = stripped.partition("\n")
    sentence, stop, rest = line.partition("。")
    short = stop and len(sentence) <= _HEADING_LIMIT and sentence.count("“") == sentence.count("”")
    if short and (rest.strip() or after.strip()) and not _STATEMENT.search(sentence):
        return sentence.strip()
    if not stop and len(line) <= 2 * _HEADING_LIMIT and not line.rstrip().endswith(("：", "；", "，", "！")):
        return line.strip(" \u3000*#")
    return ""


def _paragraph_name(body: str) -> str:
    """Name an unmarked paragraph by what it speaks of most: the longest run of its opening that recurs."""
    opening = re.split(r"[，。；：]", body.strip(), maxsplit=1)[0]
    runs = {opening[i:j] for i in range(len(opening)) for j in range(i + 3, min(i + 9, len(opening)) + 1)}
    recurring = [run for run in runs if body.count(run) >= 2 and all(_ITEM_NAME.match(c) for c in run)]
    if not recurring:
        return opening[:20] or "段落"
    return max(recurring, key=lambda run: (body.count(run), len(run), -opening.find(run)))


_DEPTH = {"编": 0, "分编": 1, "章": 2, "节": 3}


def _deepened(divisions: tuple[tuple[str, str], ...], label: str, title: str) -> tuple[tuple[str, str], ...]:
    """Replace the divisions at and below the depth of `label` (第二章 ends 第一节)."""
    depth = _depth(label)
    return (*(pair for pair in divisions if _depth(pair[0]) < depth), (label, title))


def _depth(label: str) -> int:
    return _DEPTH["分编" if label.endswith("分编") else label[-1]]


def _with_unique_ids(clauses: list[Clause]) -> list[Clause]:
    """Number repeated ids (several versions in one file): …#第一条, …#第一条~2."""
    seen: Counter[str] = Counter()
    unique = []
    for clause in clauses:
        seen[clause.id] += 1
        count = seen[clause.id]
        unique.append(clause if count == 1 else replace(clause, id=f"{clause.id}~{count}"))
    return unique
