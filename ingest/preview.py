"""The clause tree of one file, to look at before it is ingested."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingest.cut import cut
from ingest.load import load_file
from rag.numerals import number_or_none
from rag.types import Clause, Document

_NUMBERED = re.compile(r"^(?P<before>.*?)(?:第(?P<article>[^第条]+)条|[（(](?P<clause>[^（）()]+)[）)])$")


def preview(path: Path) -> tuple[Document, list[Clause], list[str]]:
    """The document of `path`, its clauses, and what an editor should look at.

    Raises:
        CorpusError: the file cannot be read or parsed.
    """
    file = load_file(path)
    found = cut(file)
    return found.document, list(found.clauses), [*file.warnings, *warnings_about(found.clauses)]


def preview_as_json(path: Path) -> dict[str, Any]:
    """`preview` for programs; `start` and `end` are half-open, in characters of the mended text.

    Raises:
        CorpusError: the file cannot be read or parsed.
    """
    document, clauses, warnings = preview(path)
    rows = [
        {
            "clause": clause.label,
            "item": clause.item,
            "heading": clause.heading,
            "start": clause.start,
            "end": clause.end,
        }
        for clause in clauses
    ]
    return {"title": document.title, "doc_number": document.number, "clauses": rows, "warnings": warnings}


def warnings_about(clauses: Sequence[Clause]) -> list[str]:
    """Signs of a damaged source: no numbering at all, or a number that is missing in a row."""
    if all(clause.level == 0 for clause in clauses):
        return ["没有认出编号条款（第X条、（一）、一、），全文将作为一段引用。"]
    warnings = []
    last: dict[tuple[str, str, str], int] = {}
    for clause in clauses:
        match = _NUMBERED.match(clause.label)
        if clause.level != 1 or match is None:
            continue
        kind = "article" if match["article"] else "clause"
        number = number_or_none(match[kind])
        row = (clause.scope, match["before"], kind)
        if number is not None and row in last and number > last[row] + 1:
            warnings.append(f"{clause.label} 之前缺少编号 {last[row] + 1}，请对照原文检查。")
        if number is not None:
            last[row] = number
    return warnings
