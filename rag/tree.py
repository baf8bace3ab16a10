"""The clauses of a document as a tree: attachment, part or chapter, clause, item."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.types import Clause, Document

TITLE_ONLY = "序言"
_DIGEST_HEADING = re.compile(r"\A\s*#{1,2} [^\n]*\n*")
_PREVIEW = 26
"""Characters of a clause without heading that are shown beside its number."""


@dataclass
class Branch:
    """One entry of the tree; grows while the clauses are read in order."""

    title: str
    text: str = ""
    """Its own text, without that of its branches; empty for a part that only has clauses under it."""
    clause: Clause | None = None
    branches: list["Branch"] = field(default_factory=list)


def is_retold(document: Document) -> bool:
    """Whether the text is ours, not the official one: digests, those of drafts included."""
    return document.kind == "digest" or (document.kind == "draft" and bool(document.read_level))


def body_start(text: str) -> int:
    """Where the words of a digest's clause begin: after its Markdown heading and the empty lines behind it."""
    heading = _DIGEST_HEADING.match(text)
    return heading.end() if heading else len(text) - len(text.lstrip("\n"))


def clause_tree(document: Document, clauses: Sequence[Clause]) -> list[Branch]:
    """The uppermost branches of `clauses`, which are in reading order; items stand under their clause.

    Chapters nest as their names say (第一章 总则 / 第一节 目的). No text is lost but for
    that of a title and of headings, which are the branches' titles.
    """
    root = Branch("")
    places: dict[tuple[str, ...], Branch] = {(): root}
    current: Branch | None = None
    for clause in clauses:
        path = tuple(name for name in (clause.scope, *clause.part.split(" / ")) if name)
        text = _own_text(clause, document)
        if clause.level == 0:
            current = None
            if text or clause.label != TITLE_ONLY:
                branch = _place(path, places) if path else _under(root, Branch(clause.label))
                branch.text, branch.clause = text, clause
                branch.title = _scope_title(clause) if len(path) == 1 and clause.scope else branch.title
        elif clause.level == 1:
            itself = _is_place(clause)
            current = _under(
                _place(path[:-1] if itself else path, places), Branch(_title(clause), text, clause)
            )
            if itself:
                places[path] = current
        else:
            _under(current or _place(path, places), Branch(_item_title(clause), text, clause))
    return root.branches


def _place(path: tuple[str, ...], places: dict[tuple[str, ...], Branch]) -> Branch:
    """The branch at `path`, made with those above it when it is not there yet."""
    if path not in places:
        places[path] = _under(_place(path[:-1], places), Branch(path[-1]))
    return places[path]


def _is_place(clause: Clause) -> bool:
    """Whether a clause is itself a part or an attachment, one without clauses of its own."""
    label = _label(clause)
    return clause.label == clause.scope != "" or (label != "" and clause.part == f"{label}{clause.heading}")


def _under(parent: Branch, branch: Branch) -> Branch:
    parent.branches.append(branch)
    return branch


def _own_text(clause: Clause, document: Document) -> str:
    """The text to show: of a clause the whole, of a part what follows its heading line."""
    text = clause.text.strip("\n")
    if is_retold(document):
        return text[body_start(text) :].strip()
    first, _, rest = text.partition("\n")
    bare = re.sub(r"[\s#*]", "", first)
    names = (document.title, clause.label, clause.part.split(" / ")[-1], f"{clause.label}{clause.heading}")
    heading_only = clause.level == 0 and bare in {re.sub(r"[\s#*]", "", name) for name in names}
    return (rest if heading_only else text).strip()


def _scope_title(clause: Clause) -> str:
    return f"{clause.label} {clause.heading}".strip()


def _label(clause: Clause) -> str:
    """The locator without the attachment, which stands above in the tree."""
    return clause.label.removeprefix(clause.scope).strip()


def _title(clause: Clause) -> str:
    label = _label(clause) or clause.label
    if clause.heading:
        between = "　" if label.endswith("条") or label == clause.scope else ""
        return f"{label}{between}{clause.heading}"
    words = _preview("".join(clause.text.split()).removeprefix("".join(label.split())))
    return f"{label}　{words}".strip()


def _item_title(clause: Clause) -> str:
    """The item's name, or how it begins where it is but a number."""
    name = clause.item or ""
    return name if name.strip("0123456789.．、") else _preview("".join(clause.text.split()))


def _preview(words: str) -> str:
    return words if len(words) <= _PREVIEW else f"{words[:_PREVIEW]}…"
