"""A list （一）…；（二）…。 that is one sentence of the 一、 above it, with words of 一、 behind it.

What follows the list belongs to 一、 and not to the last entry, so the entries are items.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest

from ingest.numbering import Heading

_ENTRY_END = re.compile(r"[；;](?:和|及|以及|或|或者|并)?\s*\Z")
_LINE = re.compile(r"[^\n]*\S[^\n]*")
_SENTENCE = re.compile(r"(?![ \t\u3000]*\|)[^\n]*[。：；]\s*\Z")


def split_sentence_lists(
    text: str, clauses: Sequence[Heading], others: Sequence[Heading], end: int
) -> tuple[list[Heading], list[Heading]]:
    """The （一） headings that are clauses, and those that are items with the paragraphs behind their lists.

    `others` are the parts and divisions in reading order. One list that its 一、 goes on behind
    makes items of all such lists of the scope; behind the last one stands the signature, which
    says nothing.
    """
    lists = list(_lists(text, clauses, others, end))
    if not any(tail is not None for stop, _, tail in lists if stop < end):
        return list(clauses), []
    entries = {entry.start for _, found, _ in lists for entry in found}
    items = [
        Heading("item", entry.number, entry.label, entry.start, entry.end)
        for entry in clauses
        if entry.start in entries
    ]
    tails = [Heading("rest", None, "", tail, tail) for _, _, tail in lists if tail is not None]
    return [clause for clause in clauses if clause.start not in entries], items + tails


def _lists(
    text: str, clauses: Sequence[Heading], others: Sequence[Heading], end: int
) -> Iterator[tuple[int, Sequence[Heading], int | None]]:
    """End of the part, entries of its list, and where the paragraph behind it begins."""
    starts = [clause.start for clause in clauses]
    for part, following in zip_longest(others, others[1:]):
        stop = following.start if following else end
        entries = clauses[bisect_left(starts, part.start) : bisect_left(starts, stop)]
        if part.kind != "part" or not _is_sentence(text, part, entries):
            continue
        line_end = text.find("\n", entries[-1].end, stop)
        whole = line_end >= 0 and text[entries[-1].end : line_end].rstrip().endswith("。")
        tail = _LINE.search(text, line_end + 1, stop) if whole else None
        yield stop, entries, tail.start() if tail and _SENTENCE.match(tail[0]) else None


def _is_sentence(text: str, part: Heading, entries: Sequence[Heading]) -> bool:
    """Whether a colon opens the list and each entry is one line that ends in a semicolon, but for the last."""
    if len(entries) < 2 or entries[0].number != 1:
        return False
    bodies = [text[one.end : two.start].strip() for one, two in pairwise(entries)]
    opened = text[part.end : entries[0].start].rstrip().endswith(("：", ":"))
    return opened and all(_ENTRY_END.search(body) and "\n" not in body for body in bodies)
