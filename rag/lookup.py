"""Reading without answering: search for words, show a clause."""

from collections.abc import Sequence
from typing import Any

from rag.assistant import Assistant
from rag.builds import Build
from rag.errors import InputError
from rag.locate import locate
from rag.references import find_references
from rag.retrieve import retrieve
from rag.types import Clause, Query
from rag.understand import normalise_question

RESULTS = 10


def find_words(words: str, assistant: Assistant, policies: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The best passages for `words`, best first, at most `RESULTS`, one a clause.

    Raises:
        InputError: there is nothing to search for, or a policy id is unknown.
    """
    build = assistant.library.current()
    for policy in policies:
        _known(policy, build)
    text = normalise_question(words)
    ranking = retrieve(Query(text=text, core=text, policies=tuple(policies)), build, assistant.embedder)
    rows: dict[str, dict[str, Any]] = {}
    for candidate in ranking.candidates:
        row = {
            **_fields(candidate.clause, build),
            "quote": candidate.passage.text,
            "score": round(candidate.score, 4),
        }
        rows.setdefault(candidate.clause.id, row)
    return list(rows.values())[:RESULTS]


def shown_clause(policy: str, clause: str, build: Build) -> dict[str, Any]:
    """The whole text of the clause that `clause` names in `policy`, items included.

    Raises:
        InputError: there is no such policy or clause; the message gives what exists.
    """
    _known(policy, build)
    exact = [
        one
        for one in build.clauses_of(policy)
        if one.label == clause.strip() or one.id == f"{policy}#{clause.strip()}"
    ]
    found: tuple[Clause, ...] = tuple(exact)
    first = last = None
    if not found:
        text = normalise_question(clause)
        references = find_references(text)
        located = locate(Query(text=text, core="", references=references), build, [policy])
        if located:
            found, first, last = located[0].clauses, located[0].first, located[0].last
    if not found:
        known = f"，现有 {first.label} 至 {last.label}" if first and last else ""
        raise InputError(f"《{build.documents[policy].title}》没有 {clause!r} 这一条{known}。")
    start, end = found[0].start, found[-1].end
    text = build.documents[policy].text[start:end]
    return {
        **_fields(found[0], build),
        "item": found[0].item if len(found) == 1 else None,
        "text": text.strip(),
        "start": start,
        "end": end,
    }


def _known(policy: str, build: Build) -> None:
    if policy not in build.documents:
        raise InputError(
            f"没有编号为 {policy!r} 的文件。可用的编号：{'、'.join(list(build.documents)[:10])}。"
        )


def _fields(clause: Clause, build: Build) -> dict[str, Any]:
    document = build.documents[clause.document_id]
    return {
        "policy_id": document.id,
        "title": document.title,
        "doc_number": document.number,
        "clause": clause.label,
        "item": clause.item,
        "heading": clause.heading,
    }
