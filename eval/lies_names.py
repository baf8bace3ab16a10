"""Lies with what does not exist: programmes and policies named in words of other documents, details of other clauses.

They are made when they are needed and never stored, so that no invented name can be taken for one of a policy.
"""

import random
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from eval.lies_draft import Draft, put
from eval.lies_material import Pool, Truth, covered, document_of
from rag.figures import canonical_figures, normalise

_NAME = re.compile("“([\u4e00-\u9fff]{4,6})”")
_TITLE = re.compile("《[^》]{4,}》")
_PROGRAMMES: Final = ("计划", "工程", "行动", "基金", "平台")
_TAILS: Final = ("行动方案", "若干措施", "实施办法", "管理办法", "发展规划", "促进条例")
_BY_POLICY: Final = ("根据{name}，{told}", "按照{name}，{told}", "{body}，具体按{name}执行。")
_BY_PROGRAMME: Final = (
    "通过{name}，{told}",
    "依托{name}，{told}",
    "{body}，并纳入{name}。",
    "{body}，由{name}统筹实施。",
)
_DETAIL = re.compile(
    "(?:给予|提供|纳入|优先|建立|开展|设立|鼓励|实行|推广|引导(?!基金)|培育|打造|组织|减免|发布|完善)(?!的)[^，；。、：（）]{4,22}$"
)
_NEAREST: Final = 60
_COVERED: Final = 0.4
"""Share of shared pairs of characters from which the sources may be taken to say the detail."""


def invented_name(truth: Truth, pool: Pool, rng: random.Random) -> Iterator[Draft]:
    """A name in place of the true one, or as the means by which it is done."""
    names = [_programme(truth, pool, rng), _plain_programme(truth, pool, rng), _policy(truth, pool, rng)]
    for pattern, name in ((_NAME, names[0]), (_TITLE, names[2])):
        if name and (match := pattern.search(truth.sentence)):
            yield put(truth.sentence, *match.span(), name)
    for name in names:
        if name:
            form = rng.choice(_BY_POLICY if name.startswith("《") else _BY_PROGRAMME)
            body = truth.sentence.rstrip("。；")
            yield Draft(form.format(name=name, told=truth.sentence, body=body), f"∅ → {name}")


def _programme(truth: Truth, pool: Pool, rng: random.Random) -> str | None:
    """“…” of the first and last two characters of two real names."""
    names = _names(pool)
    if len(names) < 2:
        return None
    one, other = rng.sample(names, 2)
    return _unheard(f"“{one[:2]}{other[-2:]}”{rng.choice(('', *_PROGRAMMES))}", pool)


def _plain_programme(truth: Truth, pool: Pool, rng: random.Random) -> str | None:
    """Two subjects of other documents and 计划, 工程 … without quotation marks."""
    topics = _topics(pool, truth)
    if len(topics) < 2:
        return None
    return _unheard("".join(rng.sample(topics, 2)) + rng.choice(_PROGRAMMES), pool)


def _policy(truth: Truth, pool: Pool, rng: random.Random) -> str | None:
    topics = _topics(pool, truth)
    if len(topics) < 2:
        return None
    return _unheard(f"《四川省{''.join(rng.sample(topics, 2))}{rng.choice(_TAILS)}》", pool)


def _unheard(name: str, pool: Pool) -> str | None:
    """The name, unless it or its core stands somewhere in the corpus."""
    return None if normalise(name.strip("“”《》")) in pool.said else name


@lru_cache(maxsize=4)
def _names(pool: Pool) -> tuple[str, ...]:
    return tuple(sorted({one for truth in pool.sentences for one in _NAME.findall(truth.sentence)}))


def _topics(pool: Pool, truth: Truth) -> list[str]:
    """Subjects of the split's other documents, in two to five characters."""
    clusters = {document_of(one.clause_id) for one in pool.sentences} - {document_of(truth.clause_id)}
    found = {topic for one in clusters for topic in pool.build.documents[one].topics}
    return sorted(topic for topic in found if re.fullmatch("[\u4e00-\u9fff]{2,5}", topic))


def added_detail(truth: Truth, pool: Pool, rng: random.Random) -> Iterator[Draft]:
    """A few words more, without a figure, which another document says of a matter near it."""
    body = truth.sentence.rstrip("。；")
    document = document_of(truth.clause_id)
    near = [one for one in pool.related(truth, _NEAREST) if document_of(one.clause_id) != document]
    ends = [match[0] for one in near if (match := _DETAIL.search(one.sentence.rstrip("。；")))]
    free = [
        words for words in ends if not canonical_figures(words) and covered(words, truth.quotes) < _COVERED
    ]
    for words in rng.sample(free, min(2, len(free))):
        yield Draft(f"{body}，并{words}。", f"∅ → 并{words}")
