"""Terms that a question names: put in quotation marks, or asked to be defined."""

import re
from dataclasses import replace
from typing import Final

from rag.builds import Build
from rag.figures import normalise
from rag.retrieve import Candidate, Ranking
from rag.types import Draft, Query

_QUOTED = re.compile('[“"「]([^“”"「」]{2,16})[”"」]')
_ASKS_WHAT = re.compile(
    "指(?:的是|的|代)?(?:什么|哪|啥|谁)|什么(?:叫|是|意思|概念)|是(?:个|一个)?(?:什么|啥)(?:东西|概念|意思)?[?。]?$"
    "|(?:怎么|如何|咋个?)(?:定义|解释|界定|理解)|大名|全称|定义|才(?:叫|算)|包括哪些人|啥(?:子)?叫"
)
_DEFINES = re.compile(
    "^(?:《[^》]*》(?:拟)?规定,)?(?:本(?:办法|条例|规定|细则)所称的?)?(?P<subject>[^,。]{2,30}?),?(?:是指|指的是|,指|指是由|是由)"
    "|^(?P<whole>《[^》]*》)简称"
)
DEEP: Final = 12
"""Best candidates among which a definition is looked for."""


def quoted_names(query: Query) -> list[str]:
    """The names that the question puts in quotation marks."""
    return _QUOTED.findall(query.text)


def names_only_retold(query: Query, build: Build) -> bool:
    """Whether the question quotes a name that digests hold and no official text does."""
    names = quoted_names(query)
    official = [one.text for one in build.documents.values() if not one.is_retold]
    return any(
        not any(name in text for text in official)
        and any(name in one.text for one in build.documents.values())
        for name in names
    )


def defines(query: Query, candidate: Candidate) -> bool:
    """Whether the question asks what a term means and the passage begins by saying so."""
    return bool(_ASKS_WHAT.search(query.text)) and _says_what_is_meant(candidate.passage.text, query)


def definition_first(query: Query, ranking: Ranking) -> Ranking:
    """The ranking with the sentence that defines the asked term in front, where one is near the best."""
    if not _ASKS_WHAT.search(query.text):
        return ranking
    found = next(
        (one for one in ranking.candidates[:DEEP] if _says_what_is_meant(one.passage.text, query)), None
    )
    if found is None or found is ranking.candidates[0]:
        return ranking
    best = replace(found, score=ranking.candidates[0].score)
    return replace(ranking, candidates=(best, *(one for one in ranking.candidates if one is not found)))


def is_defined_by(draft: Draft, query: Query) -> bool:
    """Whether the question asks for a definition and the draft begins with it."""
    asks = bool(_ASKS_WHAT.search(query.text))
    return asks and bool(draft.statements) and _says_what_is_meant(draft.statements[0].text, query)


def _says_what_is_meant(sentence: str, query: Query) -> bool:
    """Whether the sentence defines a term of the question, or says what a name in it is short for."""
    match = _DEFINES.match(normalise(sentence))
    if match is None:
        return False
    if match["whole"]:
        return any(name in sentence for name in quoted_names(query))
    subject = match["subject"]
    told = _plain(subject)
    return (bool(told) and told in _plain(query.text)) or any(name in subject for name in quoted_names(query))


def _plain(text: str) -> str:
    return re.sub('[“”"「」《》()（）\\s]|产品|的$', "", text)
