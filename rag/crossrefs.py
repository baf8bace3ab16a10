"""Clauses that a quoted sentence refers to: 依照本条例第十条的规定 -> 第十条 is cited too.

Only references within the same document and scope are followed; 《…》第十条 is another
document's, and 前款 stands in the same clause anyway.
"""

import re
from collections.abc import Sequence
from typing import Final

from rag.builds import Build
from rag.locate import clause_number
from rag.numerals import number_or_none
from rag.segments import trimmed
from rag.types import Clause, Span, Statement

MOST: Final = 2
"""Referenced clauses that are added to an answer."""
_REFERENCE = re.compile(
    r"(?<![》法例定])(?:本(?:法|条例|办法|规定|细则|决定|意见|通知|方案))?第([零〇一二两三四五六七八九十百千\d]{1,7})条(?!之)"
)


def referenced(statements: Sequence[Statement], build: Build) -> tuple[Statement, ...]:
    """A statement with the first sentence of each clause that `statements` refer to and do not quote."""
    quoted = {span.clause_id for statement in statements for span in statement.spans}
    found: dict[str, Statement] = {}
    for statement in statements:
        for clause in _clauses_named(statement, build):
            if clause.id not in quoted and clause.id not in found:
                first = next(iter(build.passages_of(clause.id)), None)
                if first is not None:
                    whole = trimmed(build.documents[clause.document_id].text, first.start, first.end)
                    span = Span(clause.id, whole.start, whole.end)
                    found[clause.id] = Statement(whole.text, (span,), with_locator=True)
    return tuple(found.values())[:MOST]


def _clauses_named(statement: Statement, build: Build) -> list[Clause]:
    """The articles of the same document and scope that the text of `statement` names."""
    source = build.clause_by_id[statement.spans[0].clause_id]
    numbers = [number_or_none(match[1]) for match in _REFERENCE.finditer(statement.text)]
    articles = [
        clause
        for clause in build.clauses_of(source.document_id)
        if numbers and clause.level == 1 and clause.scope == source.scope and clause.label.endswith("条")
    ]
    return [clause for number in numbers for clause in articles if clause_number(clause.label) == number]
