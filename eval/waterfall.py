"""At which step is the answer lost? Every answerable question that is not strict stands in exactly one box.

| box           | the first thing that went wrong                                             |
|---------------|-----------------------------------------------------------------------------|
| `failed`      | an exception                                                                |
| `not_indexed` | a clause it needs is not in the index                                       |
| `not_in_50`   | a clause it needs is not among the 50 clauses and items ranked              |
| `not_in_10`   | not among the first ten clauses                                             |
| `extraction`  | the clauses were there and an answer was given, but not all facts are in it |
| `citation`    | the facts are there, but a clause is not cited, or a wrong one comes first  |
| `too_long`    | all is there, in a dump                                                     |
| `refusal`     | the clauses were there, and it declined or asked back                       |

Oracle runs ask again with a step made perfect: retrieval that finds nothing but the
clauses of gold, a decision that never declines, both.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Final

from eval.cases import Case, clause_of, with_items
from eval.metrics import Score, score
from eval.ranked import DEPTH
from eval.retrieval import DEPTH as CONTEXT
from eval.retrieval import place_of
from eval.statistics import Share
from eval.steps import steps
from rag.assistant import Assistant
from rag.builds import Build
from rag.decide import Decision, decide
from rag.embedder import Embedder
from rag.retrieve import Ranking, retrieve
from rag.types import Answer, Query

BOXES: Final = {
    "failed": "程序异常", "not_indexed": "条款没有入库", "not_in_50": "没有进前 50", "not_in_10": "没有进前 10",
    "extraction": "条款在手，事实没有答出", "citation": "事实答出，条款引错或漏引", "too_long": "长篇照抄", "refusal": "条款在手，却拒答或反问",
}  # fmt: skip
"""Box -> its Chinese name, in the order of the steps."""
ORACLES: Final = {
    "as_is": "现在", "retrieval": "检索只给应引的条款", "decision": "一律回答，不拒答", "both": "两者都是",
}  # fmt: skip
"""Oracle run -> its Chinese name."""


@dataclass(frozen=True)
class Waterfall:
    """The answerable questions of one system by what became of them."""

    answerable: int
    strict: int
    boxes: Mapping[str, tuple[str, ...]]
    """Box -> ids of its questions, for all of `BOXES`; together `answerable` less `strict`."""

    @property
    def box_of(self) -> dict[str, str]:
        """Question id -> its box."""
        return {name: box for box, names in self.boxes.items() for name in names}


def waterfall(
    cases: Iterable[Case], scores: Mapping[str, Score], ranked: Mapping[str, Sequence[str]], build: Build
) -> Waterfall:
    """Sort the answerable questions; `scores` and `ranked` (best first) are by question id."""
    answerable = [case for case in cases if case.expect == "answer"]
    boxes: dict[str, list[str]] = {box: [] for box in BOXES}
    for case in answerable:
        if not scores[case.id].strict:
            boxes[_box(case, scores[case.id], ranked.get(case.id, ()), build)].append(case.id)
    lost = {box: tuple(names) for box, names in boxes.items()}
    return Waterfall(len(answerable), len(answerable) - sum(map(len, lost.values())), lost)


def _box(case: Case, judged: Score, ranked: Sequence[str], build: Build) -> str:
    if judged.failed:
        return "failed"
    if not all(any(name in build.clause_by_id for name in slot) for slot in case.gold_clauses):
        return "not_indexed"
    slots = [{clause_of(name, build) for name in slot} for slot in case.gold_clauses]
    places = [place_of(slot, ranked[:DEPTH], build) for slot in slots]
    if None in places:
        return "not_in_50"
    if any(place is not None and place >= CONTEXT for place in places):
        return "not_in_10"
    if not judged.answered:
        return "refusal"
    if not judged.facts:
        return "extraction"
    return "too_long" if judged.first_clause and judged.all_clauses else "citation"


def oracle_runs(
    cases: Iterable[Case], assistant: Assistant, progress: Callable[[], None] = lambda: None
) -> dict[str, Share]:
    """Strict share of the answerable questions in every run of `ORACLES`, all asked anew of the current index."""
    build = assistant.library.current()
    asked = [case for case in cases if case.expect == "answer"]
    right: dict[str, list[bool]] = {name: [] for name in ORACLES}
    for case in asked:
        found, forced = {"retrieve": _only(gold_places(case, build))}, {"decide": _never_declining}
        changes: dict[str, dict[str, Callable[..., Any]]] = {
            "as_is": {}, "retrieval": {**found}, "decision": {**forced}, "both": {**found, **forced},
        }  # fmt: skip
        for name, changed in changes.items():
            with steps(**changed) if changed else nullcontext():
                answer = _asked(case, assistant, build)
            right[name].append(score(case, answer, build).strict)
        progress()
    return {name: Share.of(values) for name, values in right.items()}


def gold_places(case: Case, build: Build) -> frozenset[str]:
    """Ids of the clauses of gold, those that gold names whole with their items."""
    return frozenset(
        place.id for slot in case.gold_clauses for name in slot for place in with_items(name, build)
    )


def _asked(case: Case, assistant: Assistant, build: Build) -> Answer | None:
    try:
        return assistant.ask(case.question, as_of=case.as_of, build=build)
    except Exception:  # whatever it is, the question counts as wrong and the run goes on
        return None


def _only(places: frozenset[str]) -> Callable[..., Ranking]:
    """Retrieval that finds nothing but `places`."""

    def found(query: Query, build: Build, embedder: Embedder | None, **_: Any) -> Ranking:  # noqa: ANN401 (as the step)
        return retrieve(query, build, embedder, within=places) if places else Ranking((), 0.0)

    return found


def _never_declining(query: Query, ranking: Ranking, *inputs: Any) -> Decision:  # noqa: ANN401 (as the step)
    """The decision without its reason to decline; where nothing was found there is nothing to say."""
    decision = decide(query, ranking, *inputs)
    return Decision(decision.confidence) if ranking.candidates else decision
