"""Whether the sources speak of what the sentence says: the last check, and the only one by degree.

It never lets a figure, name or turn of meaning pass, those have their own checks; it stops
sentences that are about something else, and additions that stand in no source.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from rag.embedder import Embedder, load_embedder
from rag.figures import canonical_figures, normalise
from rag.lexical import content_words
from rag.settings import BUILTIN_MODEL
from rag.vouching.parts import joined, parts_of, shared, without_figures

COVERED, PART_COVERED = 0.5, 0.33
"""Least share of the words of a sentence, and of each of its parts, that the sources hold or say otherwise."""
PROVEN = 0.34
"""The same of a sentence with a figure, which has been found in the sources beside its own words."""
_FRAME_WORDS: Final = (
    "四川 四川省 川省 省里 省上 我省 给予 给到 得到 获得 享受 提供 拿到 还要 还有 要求 必须 需要 应该 直接 都要 就是 这些 那些 这次 "
    "这个 其中 另外 同时 共有 一共 总共 大概 一批 里面 方面 以后 以前 之前 之后 时候 有关 相关 属于 包括 后来 多家 起来 "
    "以上 以下 以内 至少 最少 起码 最多 顶多 最高 最低 超过 低于 达到 左右 大约 将近 目标 一块 这块 做到 这是 给定 讲究 一起 "
    "或者 不能 不得 不要 可能 为了 通过 按照 根据 今后 已经 怎么 直接 里头 东西"
)
_FRAME: Final = frozenset(_FRAME_WORDS.split())
"""Words of no matter of their own."""
_ORDINAL = re.compile("第[零一二三四五六七八九十百]+[次批届个]?")
_ADDED = re.compile("并(?!网|购|联|行|存|非|不)|同时|此外|另外|还(?!是|有)")
"""How a part begins that adds something to the sentence before it."""
FARTHER = 0.25
"""Share of a sentence's words by which another passage must hold more to be the one it was taken from."""
ENOUGH = 3
"""Words, figures aside, from which a part of a sentence says something of its own."""
ALIKE = 0.62
"""Cosine of two words from which one says the other."""


def is_about_the_sources(sentence: str, sources: Sequence[str]) -> bool:
    """Whether enough of the sentence, and something of each part of it, stands in the sources or is said there otherwise."""
    if not _telling(sentence):
        return bool(canonical_figures(sentence))
    text = joined(sources)
    known = content_words(text)
    proven = any(one[-1] not in "年月日" for one in canonical_figures(sentence))
    if coverage(sentence, text, known) < (PROVEN if proven else COVERED):
        return False
    for part in parts_of(sentence):
        enough, least = (1, COVERED) if _ADDED.match(part) else (ENOUGH, PART_COVERED)
        if len(_telling(part)) >= enough and coverage(part, text, known) < least:
            return False
    return True


def is_nearest_to_its_sources(sentence: str, sources: Sequence[str], others: Sequence[str]) -> bool:
    """Whether none of `others`, passages that it could have cited instead, says clearly more of the sentence."""
    text = joined(sources)
    nearer = [one for one in map(normalise, others) if shared(sentence, one) > shared(sentence, text)]
    enough = coverage(sentence, text, content_words(text)) + FARTHER if nearer else 0.0
    return not nearer or all(coverage(sentence, one, content_words(one)) < enough for one in nearer)


def coverage(part: str, text: str, known: Sequence[str]) -> float:
    """Share (0..1) of the words of `part` that stand in `text` or are near one of its words `known`; 1 when it has none."""
    own = _telling(part)
    if not own:
        return 1.0
    missing = [word for word in own if word not in text]
    near = _near(missing, known) if missing and known else 0.0
    return (len(own) - len(missing) + near) / len(own)


def _telling(part: str) -> list[str]:
    """The words of a part, without its figures and without those that any answer may use."""
    return [word for word in content_words(_ORDINAL.sub(" ", without_figures(part))) if word not in _FRAME]


def _near(missing: Sequence[str], known: Sequence[str]) -> float:
    model = _model()
    likeness = model.embed_matrix(missing) @ model.embed_matrix(known).T
    return float((likeness.max(axis=1) >= ALIKE).sum())


@cache
def _model() -> Embedder:
    return load_embedder(str(BUILTIN_MODEL))
