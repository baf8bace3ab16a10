"""Did the answer follow, stay or go? One outcome a pair, and the share of pairs that behave."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from eval.cases import Case
from eval.metamorphic_ask import Reply
from eval.metamorphic_choice import Change, Deletion
from eval.metamorphic_questions import Pair
from eval.metrics import has_fact
from eval.statistics import Share

WORDS: Final[Mapping[str, tuple[str, str, str]]] = {
    # relation -> what is changed, what is right, and the second, other measure
    "figure": ("改动条款里的数字", "答出新数，不再答旧数", "答出新数"),
    "delete": ("删去写着答案的条款", "拒答，或不再答出那个事实", "拒答"),
    "old": ("加入各文件已失效或被替代的旧版", "回答不变", "首条不变且不引旧版"),
    "twin": ("加入外省的同类文件", "回答不变", "首条不变且不引外省文件"),
    "noise_1": ("加入无关条款，与语料等量", "回答不变", "首条不变且不引加入的"),
    "noise_5": ("加入无关条款，五倍于语料", "回答不变", "首条不变且不引加入的"),
    "shuffle": ("打乱文件的次序和名称", "回答的每一项都不变", "首条不变"),
    "gold_pairs": ("金标里同一句话的两种问法", "所引条款相同", "首条相同"),
    "written_pairs": ("人写的同一句话的两种问法（索引不收问法）", "所引条款相同", "首条相同"),
    "full_width": ("问题写成全角", "首条不变", "所引条款不变"),
    "traditional": ("问题写成繁体", "首条不变", "所引条款不变"),
    "spaced": ("问题里夹空格", "首条不变", "所引条款不变"),
    "polite": ("问题加客套话", "首条不变", "所引条款不变"),
    "mistyped": ("问题里有一个同音错字", "首条不变", "所引条款不变"),
}
_CHANGING: Final = ("build_id", "elapsed_ms")


@dataclass(frozen=True)
class Outcome:
    """One pair: `passed` by the relation itself, `also` by its second measure; `expected` and `got` are for people."""

    id: str
    question: str
    passed: bool
    also: bool
    expected: str
    got: str


@dataclass(frozen=True)
class Relation:
    """The outcomes of one kind of change; every pair tried is among them."""

    name: str
    outcomes: tuple[Outcome, ...]

    @property
    def passed(self) -> Share:
        """Pairs that behave."""
        return Share.of([one.passed for one in self.outcomes])

    @property
    def also(self) -> Share:
        """Pairs right by the second measure."""
        return Share.of([one.also for one in self.outcomes])

    def to_json(self, *, failures: bool) -> dict[str, Any]:
        """Names, shares with their intervals, and the pairs that failed by either measure if `failures`."""
        label, expected, also = WORDS[self.name]
        shown = [asdict(one) for one in self.outcomes if not (one.passed and one.also)] if failures else []
        return {
            "name": self.name, "label": label, "expected": expected, **_share(self.passed),
            "also": {"label": also, **_share(self.also)}, "failures": shown,
        }  # fmt: skip


def _share(share: Share) -> dict[str, Any]:
    return {"hits": share.hits, "total": share.total, "value": share.value, "interval": list(share.interval)}


def followed(change: Change, reply: Reply) -> Outcome:
    """The new figure is given and the old one is not."""
    text = reply.answer.answer
    new, old = (has_fact(text, (figure,)) for figure in (change.new, change.old))
    answered = reply.answered and new
    return Outcome(
        change.case.id, change.case.question, answered and not old, answered, f"{change.new}，不是 {change.old}", shown(reply)
    )  # fmt: skip


def withheld(deletion: Deletion, reply: Reply) -> Outcome:
    """Refused, or answered without the facts that stood in the clauses taken away."""
    told = reply.answered and all(has_fact(reply.answer.answer, fact) for fact in deletion.facts)
    gone = "、".join(fact[0] for fact in deletion.facts)
    return Outcome(
        deletion.case.id, deletion.case.question, not told, not reply.answered, f"拒答，或不答出 {gone}", shown(reply)
    )  # fmt: skip


def kept(case: Case, before: Reply, after: Reply, documents: frozenset[str]) -> Outcome:
    """The same words from the same places; or at least the same clause first and nothing cited outside `documents`."""
    same = _said(before) == _said(after)
    strangers = {one.policy_id for one in after.answer.citations} - documents
    also = before.answered == after.answered and before.first == after.first and not strangers
    return Outcome(case.id, case.question, same, also, shown(before), shown(after))


def identical(case: Case, before: Reply, after: Reply) -> Outcome:
    """Every field of the answer, but for build and time."""
    fields = [
        {name: value for name, value in asdict(reply.answer).items() if name not in _CHANGING}
        for reply in (before, after)
    ]
    return Outcome(
        case.id, case.question, fields[0] == fields[1], before.first == after.first, shown(before), shown(after)
    )  # fmt: skip


def same_clauses(pair: Pair, one: Reply, other: Reply) -> Outcome:
    """Both questions are answered from the same clauses."""
    both = one.answered and other.answered
    return Outcome(
        pair.id, f"{pair.one} / {pair.other}", both and set(one.clauses) == set(other.clauses), both and one.first == other.first,
        shown(one), shown(other),
    )  # fmt: skip


def same_first(case: Case, question: str, before: Reply, after: Reply) -> Outcome:
    """The reworded `question` is answered from the same clause first."""
    answered = after.answered and before.first == after.first
    return Outcome(
        case.id, question, answered, answered and set(before.clauses) == set(after.clauses), shown(before), shown(after)
    )  # fmt: skip


def shown(reply: Reply) -> str:
    """Status, first words and clauses of a reply on one line."""
    words = " ".join(reply.answer.answer.split())
    return (
        f"{reply.answer.status}：{words}（{'、'.join(reply.clauses)}）"
        if reply.clauses
        else f"{reply.answer.status}：{words}"
    )


def _said(reply: Reply) -> tuple[object, ...]:
    answer = reply.answer
    return (
        answer.status,
        answer.answer,
        [(one.policy_id, one.clause, one.item, one.heading, one.quote) for one in answer.citations],
    )
