"""Clause references of a question -> the clauses they mean, or the range that exists.

第三条 means 第三条 where a document counts in 条 and （三） where it counts in
（一）（二）; 第四部分 means the part 四、 or 第四章.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rag.builds import Build
from rag.figures import normalise
from rag.lexical import word_probability
from rag.numerals import number_or_none
from rag.types import Clause, ClauseReference, Query

_LAST_NUMBER = re.compile(
    r"([零〇一二两三四五六七八九十百千0-9]+)(?=[）)条、章编节部分]*(?:之[一二三四五六七八九十]+)?$)"
)
_ATTACHMENT_NUMBER = re.compile(r"附件\s*([\d零〇一二三四五六七八九十百]*)")
_SHORTEST_TITLE = 4
_TITLE_EDGE = re.compile(r"^(?:中华人民共和国|#+)|[(《》].*$")
_PROVINCE = re.compile(r"^(?:中国\(四川\)|四川省)")
_IS_NAME = re.compile("(?:条例|办法|规划|方案|计划|纲要|细则|制度)$")
"""Titles that people say without 四川省; 服务业政策 would be said of any."""
_PART_NUMBER = re.compile(r"^第?([零〇一二两三四五六七八九十百千0-9]+)(?:、|章|编|部分)")


@dataclass(frozen=True)
class Location:
    """What one reference means in one document."""

    reference: ClauseReference
    document_id: str
    clauses: tuple[Clause, ...]
    """The clauses named, with their items; empty when the document has no such clause."""
    first: Clause | None = None
    last: Clause | None = None
    """The range that exists, for the message about a clause that does not."""


def locate(query: Query, build: Build, documents: Sequence[str]) -> tuple[Location, ...]:
    """Resolve every reference of `query` in the first of `documents` that has the clause.

    `documents` are ids in order of preference. A reference that none of them
    knows is located in the first, with no clauses and the range that exists.
    """
    located = []
    distinct = {(one.kind, one.number, one.attachment): one for one in reversed(query.references)}
    for reference in reversed(distinct.values()):
        candidates = [_locate_in(reference, document, build) for document in documents]
        found = next((location for location in candidates if location.clauses), None)
        if found or candidates:
            located.append(found or candidates[0])
    return tuple(located)


def named_documents(text: str, build: Build) -> list[str]:
    """Ids of the documents whose 文号, or title without its official opening, stands in the question."""
    plain = normalise(text)
    numbered = [one.id for one in build.documents.values() if one.number and normalise(one.number) in plain]
    if numbered:
        return numbered
    names = {name: _name_in(plain, document.title) for name, document in build.documents.items()}
    found = [name for name, title in names.items() if title]
    return [
        name
        for name in found
        if not any(names[name] in names[other] and names[name] != names[other] for other in found)
    ]


def without_titles(core: str, documents: Sequence[str], build: Build) -> str:
    """What is left to look up once the titles of `documents` are taken out."""
    plain = normalise(core) if documents else core
    for name in documents:
        title = build.documents[name].title
        plain = plain.replace(_name_in(plain, title) or _short_title(title), " ")
    return (
        " ".join(plain.replace("中华人民共和国", " ").replace("《", " ").replace("》", " ").split())
        if documents
        else core
    )


def _name_in(plain: str, title: str) -> str:
    """The title, or for a rule or plan the title without its province, as it stands in `plain`; empty when neither does."""
    whole = _short_title(title)
    spoken = _PROVINCE.sub("", whole)
    for name in (whole, spoken if _IS_NAME.search(spoken) else ""):
        if len(name) >= _SHORTEST_TITLE and name in plain and not _is_tail_of_a_word(name, plain):
            return name
    return ""


def _is_tail_of_a_word(name: str, plain: str) -> bool:
    """Whether `name` begins inside a longer word: 大数据条例 is not 数据条例."""
    place = plain.index(name)
    return place > 0 and word_probability(plain[place - 1 : place + 2]) > 0


def _short_title(title: str) -> str:
    return _TITLE_EDGE.sub("", normalise(title))


def part_clauses(part_label: str, document_id: str, build: Build) -> tuple[Clause, ...]:
    """The numbered clauses of a part (四、 or 第二章), items left out, in reading order."""
    number = _part_number(part_label)
    return tuple(
        clause
        for clause in build.clauses_of(document_id)
        if clause.level == 1 and number is not None and _part_number(clause.part) == number
    )


def _locate_in(reference: ClauseReference, document_id: str, build: Build) -> Location:
    clauses = build.clauses_of(document_id)
    if reference.kind in {"part", "last_part"}:
        parts = [clause for clause in clauses if clause.level == 0 and _part_number(clause.label) is not None]
        pool = _unique_by(parts, lambda clause: _part_number(clause.label))
        if not pool:  # documents without part clauses of their own name the part in `part` only
            pool = _unique_by(
                [clause for clause in clauses if clause.part], lambda clause: _part_number(clause.part)
            )
        number_of = {clause.id: _part_number(clause.label) or _part_number(clause.part) for clause in pool}
    else:
        pool = [clause for clause in clauses if clause.level == 1 and clause_number(clause.label) is not None]
        pool = [clause for clause in pool if _in_scope(clause, reference)]
        number_of = {clause.id: clause_number(clause.label) for clause in pool}
    wanted = number_of[pool[-1].id] if pool and reference.kind.startswith("last") else reference.number
    named = [clause for clause in pool if number_of[clause.id] == wanted]
    if reference.kind.startswith("last"):
        named = named[-1:]
    labels = {(clause.label, clause.scope) for clause in named}
    whole = tuple(clause for clause in clauses if (clause.label, clause.scope) in labels)
    return Location(reference, document_id, whole, pool[0] if pool else None, pool[-1] if pool else None)


def _in_scope(clause: Clause, reference: ClauseReference) -> bool:
    if reference.attachment is None:
        return not clause.scope.startswith("附")
    number = _ATTACHMENT_NUMBER.search(clause.scope)
    # An only attachment needs no number: 附件 is 附件1.
    return number is not None and number_or_none(number[1] or "1") == reference.attachment


def clause_number(label: str) -> int | None:
    """The number in a locator: （十六） -> 16, 第十二条 -> 12, 二、（三） -> 3, 序言 -> None."""
    match = _LAST_NUMBER.search(label)
    return number_or_none(match[1]) if match else None


def _part_number(label: str) -> int | None:
    match = _PART_NUMBER.match(label.split(" / ")[0])
    return number_or_none(match[1]) if match else None


def _unique_by(clauses: Iterable[Clause], key: Callable[[Clause], int | None]) -> list[Clause]:
    return list({key(clause): clause for clause in reversed(list(clauses))}.values())[::-1]
