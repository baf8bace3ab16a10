"""A quote whose figures were amended in its clause: found again by the words around them.

Policies are amended figure by figure (500 万元 becomes 800 万元). A support written for the
old wording then takes the new figures over instead of showing the old ones or vanishing.
"""

import re
from dataclasses import dataclass
from typing import Final

_FIGURE: Final = re.compile(r"\d[\d,]*(?:\.\d+)?|[一二两三四五六七八九十百千]+(?=[个家户年万亿元%人])")


@dataclass(frozen=True)
class Refitted:
    """The words as they stand now, from `start` of the text, and what each old figure became, in order."""

    text: str
    start: int
    figures: tuple[tuple[str, str], ...]
    quote: str = ""
    """As it was written."""

    def value(self, old: str) -> str:
        """`old` (2000万元, a stretch of the quote) with its figures as they stand now."""
        begin = self.quote.find(old)
        places = [found.start() for found in _FIGURE.finditer(self.quote)]
        at = (
            {place - begin: new for place, (_, new) in zip(places, self.figures, strict=False)}
            if begin >= 0
            else {}
        )
        of = dict(reversed(self.figures))  # a wording is no stretch of the quote
        return _FIGURE.sub(lambda found: at.get(found.start()) or of.get(found[0], found[0]), old)


def refitted(quote: str, text: str) -> Refitted | None:
    """Where `quote` stands in `text`, word for word or but for its figures; None when nowhere or in two places."""
    if (start := text.find(quote)) >= 0:
        return Refitted(quote, start, ())
    old = _FIGURE.findall(quote)
    if not old:
        return None
    words = [re.escape(part) for part in _FIGURE.split(quote)]
    found = list(re.finditer(f"({_FIGURE.pattern})".join(words), text))
    if len(found) != 1:
        return None
    return Refitted(found[0][0], found[0].start(), tuple(zip(old, found[0].groups(), strict=True)), quote)
