"""A liar: plausible wrong one-sentence answers, each made of a true sentence by one known change.

It stands in for a language model at its worst. Every lie cites passages that are really
about the matter, as a model does, so that only reading them shows that they do not say so.

| group    | kinds                                                                         |
|----------|-------------------------------------------------------------------------------|
| `figure` | another figure, that of another indicator, two exchanged, a limit lost or turned |
| `date`   | another year, month or day                                                    |
| `clause` | another clause cited, a locator or 文号 that is not the source's               |
| `other`  | direction, negation, modal word, invented name, actor, scope, condition, detail, two halves |
"""

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from eval.lies_clauses import joined_halves, other_clause, stated_locator
from eval.lies_draft import Draft, Maker
from eval.lies_figures import exchanged_figures, lost_limit, other_indicator, wrong_date, wrong_figure
from eval.lies_material import Pool, Split, Truth
from eval.lies_names import added_detail, invented_name
from eval.lies_words import (
    changed_modal,
    changed_negation,
    dropped_condition,
    swapped_actor,
    turned_direction,
    widened_scope,
)
from rag.figures import normalise

COUNT: Final = 1000
SEED: Final = 0
Group = Literal["figure", "date", "clause", "other"]


@dataclass(frozen=True)
class Kind:
    """One way of lying; of 1,000 lies `share` are of this kind."""

    name: str
    label: str
    group: Group
    share: int
    make: Maker


KINDS: Final = (
    Kind("figure", "数字写错", "figure", 80, wrong_figure),
    Kind("indicator", "另一指标的数字", "figure", 60, other_indicator),
    Kind("exchange", "两项数字对调", "figure", 60, exchanged_figures),
    Kind("limit", "限定词丢失或颠倒", "figure", 60, lost_limit),
    Kind("date", "日期年份写错", "date", 60, wrong_date),
    Kind("clause", "引到别的条款", "clause", 80, other_clause),
    Kind("locator", "条款号或文号写错", "clause", 60, stated_locator),
    Kind("direction", "方向颠倒", "other", 60, turned_direction),
    Kind("negation", "否定增减", "other", 60, changed_negation),
    Kind("modal", "语气改变", "other", 60, changed_modal),
    Kind("name", "编造名称", "other", 60, invented_name),
    Kind("actor", "主体调换", "other", 60, swapped_actor),
    Kind("scope", "范围改变", "other", 60, widened_scope),
    Kind("condition", "条件丢失", "other", 60, dropped_condition),
    Kind("detail", "添加细节", "other", 60, added_detail),
    Kind("halves", "两句拼接", "other", 60, joined_halves),
)  # fmt: skip


@dataclass(frozen=True)
class Lie:
    """A wrong sentence without markers, and the quoted sentences that it cites."""

    id: str
    kind: str
    split: Split
    sentence: str
    sources: tuple[str, ...]
    true: str
    """The sentence it was made from."""
    changed: str
    """What was changed, in Chinese: 30% → 45%."""
    cluster: str = ""
    """Document, or clause of the Decision, of the true sentence."""
    others: tuple[str, ...] = ()
    """Quotes that were shown as well and are not cited."""


def lies_from(material: Sequence[Pool], count: int = COUNT, seed: int = SEED) -> list[Lie]:
    """`count` lies in the shares of `KINDS`, half of them of each split; the same for the same seed and corpus.

    Fewer where the corpus is too small for a kind.
    """
    told = []
    for kind in KINDS:
        wanted = round(kind.share * count / COUNT)
        ready = [_told(kind, pool, wanted, seed) for pool in material]
        missing = [max(wanted // 2 - len(one), 0) for one in ready]
        for one, short in zip(ready, reversed(missing), strict=True):
            told += one[: wanted // 2 + short]
    return told


def _told(kind: Kind, pool: Pool, wanted: int, seed: int) -> list[Lie]:
    """At most `wanted` lies of a kind, no sentence twice; one of each truth before a second of any."""
    found: dict[str, Lie] = {}
    further = []
    for truth in _in_turn(pool.truths, random.Random(f"{seed}/{kind.name}")):
        rng = random.Random(f"{seed}/{kind.name}/{truth.id}")
        drafts = [one for one in kind.make(truth, pool, rng) if _says_something_else(one, truth, pool)]
        rng.shuffle(drafts)
        made = [
            (
                normalise(draft.sentence),
                _lie(f"{kind.name}/{truth.id}/{number}", kind, truth, draft, pool, rng),
            )
            for number, draft in enumerate(drafts)
        ]
        found |= dict(made[:1])
        further += made[1:]
        if len(found) >= wanted:
            break
    for sentence, lie in further:
        if len(found) < wanted:
            found.setdefault(sentence, lie)
    return list(found.values())


def _lie(name: str, kind: Kind, truth: Truth, draft: Draft, pool: Pool, rng: random.Random) -> Lie:
    sources = draft.sources or _cited(truth, pool, rng)
    sentence = re.sub("；$", "。", draft.sentence)
    others = pool.shown_with(truth, sources)
    return Lie(
        name, kind.name, pool.split, sentence, sources, truth.sentence, draft.changed, truth.cluster, others
    )


def _says_something_else(draft: Draft, truth: Truth, pool: Pool) -> bool:
    """Whether the sentence stands nowhere and is no other true one; a true one must at least cite other sources."""
    if draft.sentence == truth.sentence:
        return draft.sources is not None
    plain = normalise(draft.sentence)
    return plain.strip("。;") not in pool.said and plain not in pool.known


def _cited(truth: Truth, pool: Pool, rng: random.Random) -> tuple[str, ...]:
    """The true source, as often as not among neighbours of its clause."""
    beside = [one for one in pool.of_clause.get(truth.clause_id, ()) if one not in truth.quotes]
    more = rng.sample(beside, min(len(beside), rng.choice((0, 0, 1, 2))))
    cited = [*truth.quotes, *more][:3]
    rng.shuffle(cited)
    return tuple(cited)


def _in_turn(truths: Iterable[Truth], rng: random.Random) -> list[Truth]:
    """One truth of every document, then a second of every one, and so on."""
    groups: dict[str, list[Truth]] = defaultdict(list)
    for truth in truths:
        groups[truth.cluster].append(truth)
    for group in groups.values():
        rng.shuffle(group)
    order = [(place, rng.random(), truth) for group in groups.values() for place, truth in enumerate(group)]
    return [truth for _, _, truth in sorted(order, key=lambda one: one[:2])]
