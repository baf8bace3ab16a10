"""How far can the judge be believed? Its verdicts beside labels made by reading.

`eval/gold/judge_labels.jsonl` holds pairs from answers of the product, as they were given
or altered in one place (`altered`), with what a careful reader says of each and why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from eval.cases import GOLD
from eval.judge import ERROR, NO, VERDICTS, YES, Judgement, Order, Verdict, Vote, orders_of
from eval.judge_items import KINDS, Item
from eval.judge_store import Asked
from eval.resampling import Resampling
from eval.statistics import Interval, Share
from ingest.training_data import read_lines
from rag.errors import CorpusError

FILE: Final = "judge_labels.jsonl"
LABELS: Final = VERDICTS[:3]
_BEFORE: Final = (
    "您好，您的问题已经收到。下面的内容整理自公开的政策文件，方便您快速了解有关情况。"
    "阅读时请留意每一句话的适用范围，不同文件的表述可能有先后和详略的不同。"
)
_AFTER: Final = (
    "以上内容仅供查阅，不代替正式文件。办理具体事项之前，建议先向主管部门咨询，并以发布机关公布的文本为准。"
    "如果您还想了解其他方面的情况，可以继续提问，也可以点开条款查看上下文。感谢您的耐心阅读。"
)


@dataclass(frozen=True)
class Label:
    """One pair and what the reader says of it."""

    id: str
    """Id of the gold question, a slash and a number."""
    item: Item
    label: Verdict
    why: str
    altered: bool

    @property
    def padded(self) -> Item | None:
        """The answer between words that say nothing, for a fact: a judge who trusts long answers gives himself away."""
        if self.item.kind != "fact":
            return None
        return Item(self.item.case, "fact", self.item.claim, f"{_BEFORE}\n{self.item.text}\n{_AFTER}")


@dataclass(frozen=True)
class Calibration:
    """How the judge did on the labels. Errors are in every denominator: they are never right."""

    count: int
    sensitivity: Share
    """Of the pairs that the reader affirms, those the judge affirms."""
    specificity: Share
    """Of the pairs that the reader denies, those the judge denies."""
    agreement: Share
    kappa: Interval | None
    """Cohen 1960, https://doi.org/10.1177/001316446002000104; None when it is not defined."""
    errors: Share
    """Items whose verdict is an error."""
    failed_votes: Share
    unanimous: Share
    """Items whose votes all say the same and none is an error."""
    repeated: Share
    """Items on which the two votes in the same order say the same."""
    order_bias: Interval | None
    """Share of yes with the text first, less that with the claim first."""
    length_bias: Interval | None
    """Share of yes for padded answers, less that for the answers as they were."""


def read_labels() -> list[Label]:
    """The labels.

    Raises:
        CorpusError: the file is missing or damaged.
    """
    try:
        found = [
            Label(
                row["id"],
                Item(row["id"].partition("/")[0], row["kind"], row["fact" if row["kind"] == "fact" else "sentence"], row["text"]),
                row["label"], row["why"], row["altered"],
            )
            for row in read_lines(GOLD / FILE)
        ]  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise CorpusError(f"读不了 {FILE}（{problem!r}）。") from problem
    if bad := [one.id for one in found if one.item.kind not in KINDS or one.label not in LABELS]:
        raise CorpusError(f"{FILE} 里 {bad[0]} 的类别或标注不认识。")
    return found


def to_ask(labels: Sequence[Label]) -> list[Asked]:
    """The labelled pairs with three votes, and the padded answers with one in the order of the first of them."""
    padded = [(one.padded, orders_of(one.item.key)[:1]) for one in labels]
    return [
        *(Asked(one.item) for one in labels),
        *(Asked(item, orders) for item, orders in padded if item is not None),
    ]


def calibrated(labels: Sequence[Label], found: Mapping[str, Judgement]) -> Calibration:
    """Compare the judgements, by key, with the labels.

    Raises:
        ValueError: there is no label.
    """
    if not labels:
        raise ValueError("no labels")
    judgements = [found[one.item.key] for one in labels]
    verdicts = [one.verdict for one in judgements]
    votes = [one.votes for one in judgements]
    draws = Resampling.of([one.item.case for one in labels], [one.id for one in labels])
    pairs = list(zip([one.label for one in labels], verdicts, strict=True))
    return Calibration(
        count=len(labels),
        sensitivity=Share.of([said == YES for label, said in pairs if label == YES]),
        specificity=Share.of([said == NO for label, said in pairs if label == NO]),
        agreement=Share.of([label == said for label, said in pairs]),
        kappa=kappa(pairs, draws),
        errors=Share.of([said == ERROR for said in verdicts]),
        failed_votes=Share.of([vote.verdict == ERROR for its in votes for vote in its]),
        unanimous=Share.of([_same(its) for its in votes]),
        repeated=Share.of([_same((its[0], its[-1])) for its in votes]),
        order_bias=draws.difference(_yes(votes, "claim"), _yes(votes, "text")),
        length_bias=_length_bias(labels, found, draws),
    )  # fmt: skip


def disagreements(labels: Sequence[Label], found: Mapping[str, Judgement]) -> list[tuple[Label, Judgement]]:
    """The labels that the judge does not share, errors among them."""
    pairs = [(one, found[one.item.key]) for one in labels]
    return [(label, judgement) for label, judgement in pairs if label.label != judgement.verdict]


def kappa(pairs: Sequence[tuple[Verdict, Verdict]], draws: Resampling) -> Interval | None:
    """Cohen's κ of label and verdict with the interval of `draws`; None when one could not help agreeing."""
    size = len(VERDICTS)
    cells = np.zeros((draws.weights.shape[1], size, size))
    for unit, (label, said) in zip(draws.unit_of, pairs, strict=True):
        cells[unit, VERDICTS.index(label), VERDICTS.index(said)] += 1
    whole = _kappa(cells.sum(axis=0)[np.newaxis])
    drawn = _kappa(np.einsum("du,uij->dij", draws.weights, cells))
    if np.isnan(whole[0]):
        return None
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return Interval(float(whole[0]), float(low), float(high))


def _kappa(tables: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of every (draws, label, verdict) table of counts; nan where chance alone agrees always."""
    totals = tables.sum(axis=(1, 2))
    observed = np.trace(tables, axis1=1, axis2=2) / totals
    expected = (tables.sum(axis=2) * tables.sum(axis=1)).sum(axis=1) / totals**2
    found: NDArray[np.float64] = np.divide(
        observed - expected, 1 - expected, out=np.full(len(tables), np.nan), where=expected < 1
    )
    return found


def _same(votes: Sequence[Vote]) -> bool:
    """Whether the votes agree, and not in having failed."""
    return len({vote.verdict for vote in votes}) == 1 and votes[0].verdict != ERROR


def _yes(votes: Sequence[Sequence[Vote]], order: Order) -> list[float | None]:
    """Share of yes among the votes in one order, by item; None where none was cast."""
    chosen = [[vote.verdict == YES for vote in its if vote.order == order] for its in votes]
    return [sum(its) / len(its) if its else None for its in chosen]


def _length_bias(
    labels: Sequence[Label], found: Mapping[str, Judgement], draws: Resampling
) -> Interval | None:
    plain: list[float | None] = []
    longer: list[float | None] = []
    for one in labels:
        padded = one.padded
        first = found[one.item.key].votes[0].verdict
        plain.append(None if padded is None else float(first == YES))
        longer.append(None if padded is None else float(found[padded.key].verdict == YES))
    return draws.difference(plain, longer)
