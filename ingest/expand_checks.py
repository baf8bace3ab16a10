"""What a question written by a language model must hold before it is kept, checked by code.

The model is not believed: a question that gives its answer away, names what the sentence
does not, or leads the product's own search elsewhere would make the index worse.
"""

import re
from collections.abc import Iterable
from typing import Final

from rag.asks import asked_attributes
from rag.builds import Build
from rag.embedder import Embedder
from rag.errors import InputError
from rag.figures import canonical_figures, normalise
from rag.injection import is_instruction
from rag.references import find_references
from rag.retrieve import retrieve
from rag.types import Passage
from rag.understand import understand

SHORTEST, LONGEST = 6, 60
"""Characters of a question."""
DUPLICATE: Final = 0.8
"""Jaccard similarity of character bigrams above which two questions of a document count as one."""
FOUND_WITHIN: Final = 3
"""Clauses of the document, best first, among which the search must find the one that is asked about."""

_SIGNS = re.compile(r"[\u4e00-\u9fffA-Za-z\d ，,、：:“”‘’《》()（）·%％.．+\-—~～]+[？?]?")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_ASKING = re.compile(
    r"[？?]$|什么|啥|[哪谁几怎咋何]|多少|多[久大长高快远]|还是|没得|[是能可]否|[吗呢嘛]|好多|好久|有没|[不没么][？?]?$|([\u4e00-\u9fff])[不没]\1"
)
_PLACE = re.compile(
    r"第[\d零〇一二两三四五六七八九十百千]+[条款项章节编目]|附件|[〔〕]|\d号文?|[(（][一二三四五六七八九十\d]+[)）]"
)
_NAME = re.compile("[《“‘]([^》”’]*)[》”’]?")
# 一家企业, 一年: said of any one, and no figure.
_ANY_ONE = re.compile(
    "(?<![零〇二两三四五六七八九十百千万亿点])一(?=[家个户年月天次人名项件条种位类座台辆张块笔份批套])"
)
_BARE_YEAR = re.compile(r"(?:19|20)\d\d")
# 5G, 世界500强 and 二十大 are names.
_NO_VALUE = re.compile(r"\d{4}年(?:\d+月(?:\d+日)?)?|\d+[G强大]")
_TIMES: Final = ("年", "月", "日", "天", "小时")
_WHEN: Final = frozenset({"date", "duration", "deadline"})
_HOW_MUCH = re.compile("多少|几|好多|多[久大长高快]|比例|占比|标准|上限|额度")


class Checks:
    """The checks of the questions about one document, which know what has been asked of it."""

    def __init__(
        self, document_id: str, known: Iterable[str], build: Build, embedder: Embedder | None
    ) -> None:
        """`known`: the questions that the document has."""
        self._document_id, self._build, self._embedder = document_id, build, embedder
        self._title = build.documents[document_id].title
        self._known = [bigrams(question) for question in known]

    def refusal(self, question: str, passage: Passage) -> str | None:
        """The check that a question about `passage` fails, in Chinese; None when it may be kept."""
        if not SHORTEST <= len(question) <= LONGEST or "\n" in question:
            return "长短"
        shown = normalise(f"{self._title}，{passage.context}，{passage.text}")
        checks = {
            "不是中文问句": not _is_question(question),
            "像指令": is_instruction(question),
            "条款号": bool(_PLACE.search(question) or find_references(question)),
            "没有的名称": any(name not in shown for name in _names(question)),
            "数字": not holds_no_figure_too_many(question, passage.text),
            "重复": self._is_known(question),
        }
        failed = next((name for name, fails in checks.items() if fails), None)
        return failed or (None if self._finds(question, passage) else "检索不到")

    def add(self, question: str) -> None:
        """Count `question` among those that the document has."""
        self._known.append(bigrams(question))

    def _is_known(self, question: str) -> bool:
        its = bigrams(question)
        return any(len(its & other) > DUPLICATE * len(its | other) for other in self._known)

    def _finds(self, question: str, passage: Passage) -> bool:
        try:
            query = understand(question, policies=(self._document_id,))
        except InputError:
            return False
        ranking = retrieve(query, self._build, self._embedder)
        clauses = list(dict.fromkeys(one.clause.id for one in ranking.candidates))
        return passage.clause_id in clauses[:FOUND_WITHIN]


def bigrams(text: str) -> frozenset[str]:
    """The character bigrams of `text`, normalised."""
    plain = normalise(text)
    return frozenset(plain[start : start + 2] for start in range(len(plain) - 1))


def holds_no_figure_too_many(question: str, sentence: str) -> bool:
    """Whether every figure of the question stands in the sentence and one is left there for the answer.

    A year may always be named (2027年的占比要达到多少), unless the question is when; an amount or ratio
    only as the condition of another one (超过5亿元的奖励多少).
    """
    said, asked = _figures(sentence), _figures(question)
    if _figures(_ANY_ONE.sub("", normalise(question))) - said:
        return False
    named, left = asked & said, said - asked
    if not named:
        return True
    if _WHEN & set(asked_attributes(question)):
        return any(one.endswith(_TIMES) for one in left)
    if all(_NO_VALUE.fullmatch(one) for one in named):
        return True
    return bool(_HOW_MUCH.search(question)) and not all(_NO_VALUE.fullmatch(one) for one in left)


def _figures(text: str) -> set[str]:
    return {f"{one}年" if _BARE_YEAR.fullmatch(one) else one for one in canonical_figures(text)}


def _is_question(text: str) -> bool:
    chinese = len(_CHINESE.findall(text))
    return bool(_SIGNS.fullmatch(text) and _ASKING.search(text)) and 2 * chinese >= len(text)


def _names(text: str) -> list[str]:
    return [normalise(name) for name in _NAME.findall(text)]
