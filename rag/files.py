"""The documents of a build as a list that is filtered, searched and sorted, and one document as a tree."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from functools import lru_cache
from typing import Final

from rag.builds import Build
from rag.figures import normalise
from rag.lexical import content_words
from rag.types import Clause, Document
from rag.understand import normalise_question
from rag.validity import CURRENT, DRAFT, LAPSED, NOT_YET, REPLACED, UNKNOWN

UNDATED: Final = "日期未知"
LONGEST_ENTRY: Final = 100
"""Characters of a search or a filter that are read."""
KINDS: Final = {"full_text": "全文", "digest": "摘要", "draft": "征求意见稿"}
VALIDITIES: Final = (CURRENT, NOT_YET, UNKNOWN, DRAFT, REPLACED, LAPSED)
_BETWEEN_WORDS = re.compile(r"[\s,，、;；。|/]+")
_AND_OTHERS = re.compile(r"等(?:\d{1,3}|[一二三四五六七八九十]{1,3})?个?(?:部门|单位)?$")
_SHORT_FORMS: Final = (
    ("人民代表大会常务委员会", "人大常委会"),
    ("发展和改革委员会", "发展改革委"),
)
"""Two names of one body as they stand in 文件: the full one and the one used beside others."""


@dataclass(frozen=True)
class Filters:
    """What a reader looks for; an empty field asks for nothing."""

    words: str = ""
    topic: str = ""
    issuer: str = ""
    kind: str = ""
    validity: str = ""
    year: str = ""

    @classmethod
    def read(cls, values: Mapping[str, object]) -> "Filters":
        """From what a page sent: unknown names are left out, values are cut to `LONGEST_ENTRY` characters."""
        given = {field.name: values.get(field.name) for field in fields(cls)}
        return cls(
            **{name: str(value).strip()[:LONGEST_ENTRY] for name, value in given.items() if value is not None}
        )


@dataclass(frozen=True)
class Hit:
    """A document that was found; `quote` is the sentence with the words when its name does not hold them."""

    document: Document
    validity: str
    quote: str = ""
    clause: Clause | None = None
    """Where the quote stands."""


@dataclass(frozen=True)
class Choice:
    """One value of a filter, as a page shows it, and how many documents have it."""

    value: str
    label: str
    count: int


def choices(build: Build, day: date) -> dict[str, list[Choice]]:
    """For every filter its values: years newest first, kinds and validity in a fixed order, else the commonest first."""
    counts: dict[str, Counter[str]] = {
        name: Counter() for name in ("topic", "issuer", "kind", "validity", "year")
    }
    for document in build.documents.values():
        for name, values in _facets(document, build, day).items():
            counts[name].update(values)
    labels = {"kind": KINDS, "issuer": _issuer_labels(build.documents.values())}
    order = {"kind": list(KINDS), "validity": list(VALIDITIES)}
    return {
        name: [
            Choice(value, labels.get(name, {}).get(value, value), count)
            for value, count in _ordered(name, counter, order.get(name, []))
        ]
        for name, counter in counts.items()
    }


def find(filters: Filters, build: Build, day: date) -> list[Hit]:
    """The documents that meet every filter, newest first and undated last.

    With words, those that hold all of them in title, 文号, issuer or topics come first, then
    those that hold them in their text. Words that stand together nowhere are cut into
    shorter ones.
    """
    wanted = {name: value for name, value in asdict(filters).items() if value and name != "words"}
    found = [
        Hit(document, build.validity_of(document.id, day))
        for document in build.documents.values()
        if _meets(wanted, _facets(document, build, day))
    ]
    found.sort(key=lambda hit: hit.document.title)
    found.sort(key=lambda hit: hit.document.issued or "", reverse=True)
    words = search_words(filters.words)
    if not words:
        return found
    shorter = tuple(map(_key, content_words(filters.words)))
    return _holding(words, found, build) or (_holding(shorter, found, build) if shorter else [])


def search_words(text: str) -> tuple[str, ...]:
    """The words of a search in the form they are compared in: simplified, lower case, no punctuation."""
    if not any(character.isalnum() for character in text):
        return ()
    cut = _BETWEEN_WORDS.split(normalise_question(text[:LONGEST_ENTRY]))
    return tuple(dict.fromkeys(word for word in map(_key, cut) if word))


def word_spans(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Where `words` (as `search_words` gives them) stand in `text`, punctuation and white space inside them allowed."""
    patterns = (r"[\W_]*".join(map(re.escape, word)) for word in words)
    return sorted(match.span() for pattern in patterns for match in re.finditer(pattern, text, re.IGNORECASE))


def replacing(document: Document, build: Build) -> list[Document]:
    """The documents of the build that say they end `document`."""
    names = {normalise(name) for name in (document.number, document.title) if name}
    return [
        one
        for one in build.documents.values()
        if one.id != document.id and names & {normalise(name) for name in one.repeals}
    ]


def _holding(words: Sequence[str], found: Sequence[Hit], build: Build) -> list[Hit]:
    named, told = [], []
    for hit in found:
        document = hit.document
        name = _key(
            " ".join((document.title, document.number or "", document.issuer or "", *document.topics))
        )
        rest = [word for word in words if word not in name]
        if not rest:
            named.append(hit)
        elif all(word in _key(document.text) for word in rest):
            told.append(_with_quote(hit, rest, build))
    return [*named, *told]


def _with_quote(hit: Hit, words: Sequence[str], build: Build) -> Hit:
    """With the sentence that holds most of `words`, the first of several."""
    passages = [
        passage
        for clause in build.clauses_of(hit.document.id)
        for passage in build.passages_of(clause.id)
    ]  # fmt: skip
    best = max(passages, key=lambda passage: sum(word in _key(passage.text) for word in words))
    return Hit(hit.document, hit.validity, best.text.strip(), build.clause_by_id[best.clause_id])


def _meets(wanted: Mapping[str, str], facets: Mapping[str, tuple[str, ...]]) -> bool:
    return all(value in facets[name] for name, value in wanted.items())


def _facets(document: Document, build: Build, day: date) -> dict[str, tuple[str, ...]]:
    """The values of one document for every filter."""
    return {
        "topic": tuple(dict.fromkeys(document.topics)),
        "issuer": tuple(_issuers(document)),
        "kind": (document.kind,),
        "validity": (build.validity_of(document.id, day),),
        "year": (document.issued[:4] if document.issued else UNDATED,),
    }


def _ordered(name: str, counter: Counter[str], order: Sequence[str]) -> list[tuple[str, int]]:
    if name == "year":
        return sorted(counter.items(), key=lambda pair: (pair[0] != UNDATED, pair[0]), reverse=True)
    if order:
        return sorted(counter.items(), key=lambda pair: (*order, pair[0]).index(pair[0]))
    return sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))


def _issuers(document: Document) -> dict[str, str]:
    """The bodies that issued a document: what they are compared by -> the name as it stands."""
    found = {}
    for name in re.split("[、，,]", document.issuer or ""):
        body = _AND_OTHERS.sub("", name.strip())
        if body:
            found[_issuer_key(body, document.region or "")] = body
    return found


def _issuer_key(body: str, region: str) -> str:
    """省发展改革委, 四川省发展改革委 and 四川省发展和改革委员会 are one, those of another region are not."""
    for full, short in _SHORT_FORMS:
        body = body.replace(full, short)
    without_region = body.removeprefix(region)
    if without_region == body and region.endswith("省"):
        without_region = body.removeprefix("省")
    return f"{region}{without_region}"


def _issuer_labels(documents: Iterable[Document]) -> dict[str, str]:
    """For every body the longest of its names."""
    labels: dict[str, str] = {}
    for document in documents:
        for key, name in _issuers(document).items():
            labels[key] = max(labels.get(key, ""), name, key=len)
    return labels


@lru_cache(maxsize=16384)
def _key(text: str) -> str:
    """Letters, digits and Chinese characters alone, in one width and case: 川办发〔2025〕49号 and [2025] compare equal."""
    return "".join(character for character in normalise(text).lower() if character.isalnum())
