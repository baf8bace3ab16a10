"""Text that a document quotes over several lines: the new wording in an amendment (修改为：“…”).

The numbers in it count in the amended document, so none of them is a heading of this one.
"""

import re

from ingest.contents import blanked

_MARKS = re.compile("[“”]")
_OPENS = re.compile(r"(?:[：:为]|\n|\A)[ \t\u3000#*>]*\Z")
"""What stands before a quotation of whole paragraphs; a mark elsewhere that stays open is a slip."""
_ENDS_INSIDE = re.compile(r"[。；：！？…]\s*\Z")
_ENDS_OUTSIDE = re.compile(r"\s*(?:[。；，,;、]|\n|\Z)")
_LONGEST = 3_000
"""Characters; of some 200 such quotations in 3,498 laws the longest has 550."""


def without_quotations(text: str) -> str:
    """`text` with the lines inside a quotation blanked out: same length, same lines.

    The line on which the quotation opens stays whole, and so does what follows its closing mark.
    """
    open_marks: list[int] = []
    spans: list[tuple[int, int]] = []
    for mark in _MARKS.finditer(text):
        if mark[0] == "“":
            open_marks.append(mark.start())
        elif open_marks:
            start, end = open_marks.pop(), mark.start()
            line_end = text.find("\n", start, end) if end - start <= _LONGEST else -1
            if line_end >= 0 and _is_whole(text, start, end):
                spans.append((line_end, end))
    return blanked(text, _outermost(spans))


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether the marks at `start` and `end` stand where a quotation of paragraphs begins and ends."""
    ends = _ENDS_INSIDE.search(text, max(0, end - 3), end) or _ENDS_OUTSIDE.match(text, end + 1)
    return bool(_OPENS.search(text[max(0, start - 8) : start]) and ends)


def _outermost(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, without those that lie in another one."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept
