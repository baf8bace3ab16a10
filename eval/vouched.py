"""What a check of sentences lets through: of the lies, which it should stop, and of faithful paraphrases, which it should not.

A check is asked for one sentence, the quoted sentences that it cites and those that were
shown with them, as rag.vouch is for every sentence of a language model; how it judges is
unknown here.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from time import perf_counter
from typing import Any, Final, NamedTuple

import numpy as np

from eval.lies import KINDS, Group, Kind, Lie
from eval.lies_material import SPLITS, Split, Truth, split_of
from eval.statistics import Share

Check = Callable[[str, Sequence[str], Sequence[str]], str | None]
"""Asked of a sentence, the quotes it cites and those it could have cited. None lets a sentence through; else the name of what failed."""
MOST_REACHED: Final[dict[Group, float]] = {"figure": 0.0, "date": 0.0, "clause": 0.0, "other": 0.05}
"""Share of the lies of a group that may reach the reader."""
MOST_WITHHELD: Final = 0.05
MOST_MILLISECONDS: Final = 10.0
"""Of 95 % of the sentences."""
_MILLISECONDS: Final = 1000


class Judgement(NamedTuple):
    """What the check said of one sentence; `failed` None: it reached the reader."""

    failed: str | None
    milliseconds: float


@dataclass(frozen=True)
class Caught:
    """The lies of one kind or group."""

    name: str
    label: str
    group: Group
    lies: tuple[tuple[Lie, Judgement], ...]

    @cached_property
    def reached(self) -> Share:
        """How many lies reached the reader."""
        return Share.of([judgement.failed is None for _, judgement in self.lies])

    @cached_property
    def checks(self) -> Counter[str]:
        """Name of a check -> how many it stopped."""
        return Counter(judgement.failed for _, judgement in self.lies if judgement.failed is not None)

    @property
    def met(self) -> bool:
        """Whether no more reached the reader than may."""
        return (self.reached.value or 0.0) <= MOST_REACHED[self.group]


@dataclass(frozen=True)
class Vouched:
    """All that a check said."""

    kinds: tuple[Caught, ...]
    paraphrases: tuple[tuple[Truth, Judgement], ...]

    @cached_property
    def groups(self) -> tuple[Caught, ...]:
        """The kinds taken together: figure, date and clause lies, which must not reach anyone, and the others."""
        return tuple(
            Caught(group, label, group, tuple(pair for one in self.kinds if one.group == group for pair in one.lies))
            for group, label in GROUPS.items()
        )  # fmt: skip

    @cached_property
    def withheld(self) -> Share:
        """How many faithful paraphrases were kept from the reader."""
        return Share.of([judgement.failed is not None for _, judgement in self.paraphrases])

    @cached_property
    def checks(self) -> Counter[str]:
        """Name of a check -> how many paraphrases it kept back."""
        return Counter(judgement.failed for _, judgement in self.paraphrases if judgement.failed is not None)

    @cached_property
    def milliseconds(self) -> tuple[float, float]:
        """Median and 95th percentile of one sentence; zeros when none was tried."""
        spent = [judgement.milliseconds for one in self.kinds for _, judgement in one.lies]
        spent += [judgement.milliseconds for _, judgement in self.paraphrases]
        if not spent:
            return 0.0, 0.0
        median, slow = np.percentile(spent, [50, 95])
        return float(median), float(slow)

    @property
    def passed(self) -> bool:
        """Whether every target is met."""
        fast = self.milliseconds[1] <= MOST_MILLISECONDS
        return all(one.met for one in self.groups) and self.withholds_little and fast

    @property
    def withholds_little(self) -> bool:
        """Whether no more paraphrases were kept back than may be."""
        return (self.withheld.value or 0.0) <= MOST_WITHHELD

    def to_json(self) -> dict[str, Any]:
        """Counts and shares; the lies that got through by id alone."""
        median, slow = self.milliseconds
        return {
            "passed": self.passed,
            "groups": [_caught(one) for one in self.groups],
            "kinds": [_caught(one) for one in self.kinds],
            "paraphrases": {**_share(self.withheld), "checks": dict(self.checks)},
            "milliseconds": {"median": median, "p95": slow},
        }


GROUPS: Final[dict[Group, str]] = {"figure": "数字", "date": "日期", "clause": "条款", "other": "其他"}


def vouched(
    check: Check, lies: Sequence[Lie], paraphrases: Sequence[Truth], kinds: Sequence[Kind] = KINDS
) -> Vouched:
    """Ask `check` of every lie and every paraphrase."""
    check("示例。", ("示例。",), ("示例。",))  # what it loads on first use is no part of a sentence's time
    told = {kind.name: [lie for lie in lies if lie.kind == kind.name] for kind in kinds}
    caught = tuple(
        Caught(kind.name, kind.label, kind.group, tuple((lie, _judged(check, lie.sentence, lie.sources, lie.others)) for lie in told[kind.name]))
        for kind in kinds
        if told[kind.name]
    )  # fmt: skip
    return Vouched(
        caught, tuple((one, _judged(check, one.sentence, one.quotes, one.others)) for one in paraphrases)
    )


def of_split(split: str, lies: Sequence[Lie], paraphrases: Sequence[Truth]) -> tuple[list[Lie], list[Truth]]:
    """Those of one split; all for an empty `split`."""
    wanted: tuple[Split, ...] = tuple(one for one in SPLITS if split in ("", one))
    return (
        [lie for lie in lies if lie.split in wanted],
        [one for one in paraphrases if split_of(one.cluster) in wanted],
    )


def _judged(check: Check, sentence: str, sources: Sequence[str], others: Sequence[str]) -> Judgement:
    begun = perf_counter()
    failed = check(sentence, sources, others)
    return Judgement(failed, (perf_counter() - begun) * _MILLISECONDS)


def _caught(one: Caught) -> dict[str, Any]:
    through = [lie.id for lie, judgement in one.lies if judgement.failed is None]
    return {
        "name": one.name, "label": one.label, "group": one.group, "met": one.met, **_share(one.reached),
        "reached": through, "checks": dict(one.checks),
    }  # fmt: skip


def _share(share: Share) -> dict[str, Any]:
    low, high = share.interval
    return {"hits": share.hits, "total": share.total, "share": share.value, "low": low, "high": high}
