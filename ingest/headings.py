"""Which lines of a policy are headings: each scope is read in the numbering it uses itself.

A regulation counts in 第X条, a 公文 in 一、（一）1., a plan in 1 and 1.1. Tables hold no
headings: their lines begin with a bar, which opens no mark.
"""

from itertools import zip_longest

from ingest.attachments import find_attachments
from ingest.contents import blanked, without_contents
from ingest.items import find_items, find_running
from ingest.numbering import Heading, find_articles, find_clauses, find_divisions, find_parts
from ingest.quotations import without_quotations
from ingest.scopes import Scope, find_scopes, without_rules
from ingest.sections import find_sections
from ingest.sentence_lists import split_sentence_lists


def find_headings(text: str) -> list[Heading]:
    """The headings of `text` in reading order."""
    visible = without_quotations(without_contents(text))
    over, lists = find_attachments(visible)
    scopes = find_scopes(visible, over, lists)
    visible = blanked(visible, lists)
    found: list[Heading] = []
    for scope in _named_scopes(visible, scopes):
        if scope.kind != "main":
            found.append(Heading(scope.kind, None, scope.name, scope.start, scope.body, scope.title))
        found += _numbering(visible, scope)
    return found


def _named_scopes(text: str, scopes: list[Scope]) -> list[Scope]:
    """The scopes of `text`; the one document that a notice without numbers carries needs no name."""
    rules = {scope.name for scope in scopes if scope.kind == "rule"}
    if len(rules) == 1 and not _numbering(text, scopes[0]):
        return without_rules(scopes)
    return scopes


def _numbering(text: str, scope: Scope) -> list[Heading]:
    """The numbered headings and items of one scope, in reading order."""
    start, end = scope.body, scope.end
    articles = find_articles(text, start, end)
    divisions = find_divisions(text, start, end, counted=True)
    parts = find_parts(text, start, end, divisions)
    above = sorted(divisions + parts, key=_start_of)
    clauses = find_clauses(text, start, end, above)
    if _is_regulation(articles, parts, clauses):
        every_division = find_divisions(text, start, end, counted=False)
        return sorted(articles + every_division, key=_start_of)
    clauses, listed = split_sentence_lists(text, clauses, above, end)
    sections = [] if parts or clauses else find_sections(text, start, end)
    if not (parts or clauses or sections):
        clauses = find_clauses(text, start, end, divisions, arabic=True)
    found = sorted(divisions + parts + clauses + sections + listed, key=_start_of)
    running = find_running(text, found, end) if parts or clauses else []
    found = sorted(found + running, key=_start_of)
    return sorted(found + _items(text, found, end), key=_start_of)


def _items(text: str, found: list[Heading], end: int) -> list[Heading]:
    """The items below each of the headings `found`."""
    items: list[Heading] = []
    last = 0
    for heading, following in zip_longest(found, found[1:]):
        below = find_items(text, heading.end, following.start if following else end, after=last)
        last = next((item.number or 0 for item in reversed(below) if item.label[-1:] == "."), last)
        items += below
    return items


def _start_of(heading: Heading) -> int:
    return heading.start


def _is_regulation(articles: list[Heading], parts: list[Heading], clauses: list[Heading]) -> bool:
    """Whether a text counts in 第X条; articles quoted under 一、二、 do not begin with the first."""
    if len(articles) < 2:
        return bool(articles) and not parts and not clauses
    return articles[0].number == 1 or len(parts) < 2
