"""Clauses and parts that a question names: 第三条, （十六）, clause 3, 三、, 最后一条, 第四部分.

A number inside a word (第三产业, 第一批, 500强) names no clause.
"""

import re
from typing import Literal

from rag.numerals import number_or_none
from rag.types import ClauseReference

_NUMBER = r"(?:[0-9]{1,4}|[零〇一二两三四五六七八九十百千]{1,7})"
_CLAUSE_WORD = re.compile(rf"第\s*\(?\s*({_NUMBER})\s*\)?\s*(?:条|款项|条款)(?:之{_NUMBER})?")
_PART_WORD = re.compile(rf"第\s*({_NUMBER})\s*(?:个?大?部分|章|大点|大块|篇)")
_PART_MARK = re.compile(rf"(?:^|[^\w、])({_NUMBER})、(?=\s*(?:$|[这那的是里讲说有主]|部分|包括|写))")
_CLAUSE_MARK = re.compile(rf"\(\s*({_NUMBER})\s*\)")
_ENGLISH_CLAUSE = re.compile(r"\b(?:clause|article|item)\s*\(?(\d{1,3})\)?", re.IGNORECASE)
_ENGLISH_PART = re.compile(r"\b(?:part|chapter|section)\s*\(?(\d{1,3})\)?", re.IGNORECASE)
_LAST_CLAUSE = re.compile(r"(?:最后|末|最末)(?:的)?(?:一|那)?(?:个)?(?:条|款)(?!件)")
_LAST_PART = re.compile(r"(?:最后|末)(?:的)?(?:一|那)?(?:个)?(?:大)?(?:部分|章)")
_ATTACHMENT = re.compile(rf"附件\s*({_NUMBER})")


def find_references(text: str) -> tuple[ClauseReference, ...]:
    """Clauses and parts named in a normalised question, in order of appearance."""
    attachment = _ATTACHMENT.search(text)
    scope = number_or_none(attachment[1]) if attachment else None
    found: list[tuple[int, ClauseReference]] = []
    taken: list[tuple[int, int]] = []
    patterns: tuple[tuple[re.Pattern[str], Literal["clause", "part", "last_clause", "last_part"]], ...] = (
        (_LAST_PART, "last_part"),
        (_LAST_CLAUSE, "last_clause"),
        (_PART_WORD, "part"),
        (_CLAUSE_WORD, "clause"),
        (_CLAUSE_MARK, "clause"),
        (_ENGLISH_CLAUSE, "clause"),
        (_ENGLISH_PART, "part"),
        (_PART_MARK, "part"),
    )
    for pattern, kind in patterns:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            number = number_or_none(match[1]) if pattern.groups else None
            if pattern.groups and number is None:
                continue
            found.append((match.start(), ClauseReference(kind, number, match[0].strip(), scope)))
    return tuple(reference for _, reference in sorted(found, key=lambda pair: pair[0]))
