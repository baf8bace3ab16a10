"""Cut a policy's text into clauses: the unit that is cited.

Several kinds of numbering are read. Regulations count in 第X条 under 编/章/节 (《立法法》
第六十五条); 公文 count 一、（一）1. (《党政机关公文格式》GB/T 9704-2012, 7.3.3), with
——items under a clause; plans count 1, 1.1. The clauses of a document are contiguous: joining
their `.text` gives the text back, so a quote can always be traced to its source.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate, pairwise

from ingest.heading_words import heading_of, paragraph_name
from ingest.headings import find_headings
from ingest.numbering import Heading
from ingest.places import Place, depth_of_division
from ingest.sections import depth_of_section
from rag.types import Clause

PREAMBLE = "序言"
_SCOPES = {"attachment", "rule"}
_COUNTED = _SCOPES | {"division", "part", "clause", "article", "section", "running"}
_RANKS = {"attachment": 0, "rule": 0, "part": 5, "clause": 6, "article": 6, "running": 7}


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


class _Namer:
    """Gives each stretch between two headings its label, heading, part and id."""

    def __init__(self, document_id: str, headings: list[Heading]) -> None:
        self.document_id = document_id
        self.headings = headings
        self.scopes = list(accumulate(int(heading.kind in _SCOPES) for heading in headings))
        self.regulations = {scope for scope, heading in self._scoped() if heading.kind == "article"}
        self.restarting = self._restarting()
        self.structural = self._structural()

    def name(self, text: str, bounds: list[int]) -> list[Clause]:
        """The clauses of all headings; `bounds` are their starts and the end of the text."""
        place = Place()
        clauses = []
        for index, (start, end) in enumerate(pairwise(bounds)):
            clause = self._clause(index, place, text, start, end)
            clauses.append(clause)
            if clause.item is None:
                place.above = clause
        return clauses

    def _clause(self, index: int, place: Place, text: str, start: int, end: int) -> Clause:
        heading = self.headings[index]
        body = text[max(heading.end, start) : end]
        title = heading.title or heading_of(body, bracketed_only=heading.kind in {"article", "preamble"})
        level = 0 if index in self.structural else 1
        base = Clause("", self.document_id, start, end, text[start:end], heading.label, title, level=level)
        if heading.kind in _SCOPES:
            return self._scope(place, base, body)
        base = replace(base, scope=place.scope)
        if heading.kind == "preamble":
            return self._finished(replace(base, level=0, heading=""), PREAMBLE)
        if heading.kind in {"item", "paragraph", "numbered"}:
            return self._item(heading, place, base, body)
        if heading.kind == "rest" and place.above:
            return self._rest(place.above, base)
        label = self._locator(index, place, title)
        part = place.part_and_clause() if heading.kind == "running" else place.part
        return self._finished(replace(base, label=label, part=part), label)

    def _scope(self, place: Place, base: Clause, body: str) -> Clause:
        """An attachment without numbers of its own is one clause; its bare title is structural."""
        place.start_scope(base.label)
        said = body.replace(base.heading, "", 1).strip(" \t\u3000\n:：.．、#*")
        heading = "" if base.heading == base.label else base.heading
        named = replace(base, scope=base.label, heading=heading, level=base.level if said else 0)
        return self._finished(named, base.label)

    def _locator(self, index: int, place: Place, title: str) -> str:
        """The number of a heading with what tells it apart; the reading moves on to it."""
        heading = self.headings[index]
        label = heading.label
        restarting = (self.scopes[index], _row_of(heading)) in self.restarting
        if heading.kind == "division":
            place.start_division(label, title, restarting=restarting)
            return place.division_locator()
        if heading.kind == "part":
            place.start_part(label, title, restarting=restarting)
            return place.part_locator
        if heading.kind == "section" and depth_of_section(label) == 1:
            place.part = f"{label} {title}".strip() if index in self.structural else place.divisions_named()
        if heading.kind == "clause":
            place.clause = f"{label}{title}" if index in self.structural else ""
        if heading.kind == "clause" and restarting:
            return f"{place.part_locator or f'{place.division_locator()} '}{label}".strip()
        return label

    def _item(self, heading: Heading, place: Place, base: Clause, body: str) -> Clause:
        name = heading.label or paragraph_name(body)
        above = place.above
        label = above.label.removeprefix(f"{above.scope} ") if above else ""
        title = above.heading if above and above.level == 1 else ""
        part = above.part if above else ""
        item = replace(base, label=label, heading=title, item=name, part=part, level=2)
        return self._finished(item, f"{label}/{name}")

    def _rest(self, above: Clause, base: Clause) -> Clause:
        """A clause that goes on behind its list; its words are cited like those before the list."""
        label = above.label.removeprefix(f"{above.scope} ")
        return self._finished(replace(base, label=label, heading=above.heading, part=above.part), label)

    def _finished(self, clause: Clause, name: str) -> Clause:
        """Prefix the scope to the locator and set the id."""
        if clause.scope and name != clause.scope:
            label = f"{clause.scope} {clause.label}".strip()
            return replace(clause, label=label, id=f"{self.document_id}#{clause.scope}/{name}")
        return replace(clause, id=f"{self.document_id}#{name}")

    def _scoped(self) -> Iterator[tuple[int, Heading]]:
        return zip(self.scopes, self.headings, strict=True)

    def _restarting(self) -> set[tuple[int, str]]:
        """Scope and row of the numbers that begin again within a scope; those of regulations run through."""
        firsts = Counter(
            (scope, _row_of(heading))
            for scope, heading in self._scoped()
            if heading.number == 1 and scope not in self.regulations
        )
        return {row for row, count in firsts.items() if count > 1}

    def _structural(self) -> set[int]:
        """Indexes of the headings that only introduce deeper ones: 一、 with （一） under it, 第一章, 附件1."""
        counted = [index for index, heading in enumerate(self.headings) if heading.kind in _COUNTED]
        ranks = [_rank(self.headings[index]) for index in counted]
        introducing = (
            index for index, (rank, below) in zip(counted, pairwise(ranks), strict=False) if rank < below
        )
        divisions = (index for index in counted if self.headings[index].kind == "division")
        return {*introducing, *(index for index in divisions if self.scopes[index] in self.regulations)}


def _row_of(heading: Heading) -> str:
    """What a number counts in: 章 and 节 are two rows, and so are 一、 and （一）, an item or none."""
    if heading.kind == "division":
        return f"division {depth_of_division(heading.label)}"
    return "clause" if heading.kind == "item" and heading.number else heading.kind


def _rank(heading: Heading) -> int:
    """How deep a heading stands: scopes, then divisions, parts, clauses."""
    if heading.kind == "division":
        return 1 + depth_of_division(heading.label)
    if heading.kind == "section":
        return 6 + depth_of_section(heading.label)
    return _RANKS[heading.kind]


def _with_unique_ids(clauses: list[Clause]) -> list[Clause]:
    """Number repeated ids (several versions in one file): …#第一条, …#第一条~2."""
    seen: Counter[str] = Counter()
    taken = {clause.id for clause in clauses}
    unique = []
    for clause in clauses:
        seen[clause.id] += 1
        name = clause.id
        while seen[clause.id] > 1 and name in taken:
            name = f"{clause.id}~{seen[clause.id]}"
            seen[clause.id] += name in taken
        taken.add(name)
        unique.append(replace(clause, id=name))
    return unique
