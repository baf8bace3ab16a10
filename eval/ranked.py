"""What the assistant's retrieval ranks for a question, best first, as it used it for its answer.

Official texts and digests are ranked apart. The list that the answer rests on leads, and
the other is merged in by log-odds, shifted so that it cannot pass the leading best. What
is looked up by name instead (a clause number, every clause with a word, matching) stands
before what is ranked; separate questions take turns.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest
from typing import Any, Final

import rag.drafting
from eval.steps import steps
from rag.assistant import Assistant
from rag.builds import Build
from rag.retrieve import SPREAD, Candidate, Ranking
from rag.types import Answer, Draft, Query

DEPTH: Final = 50
"""Most clauses and items that are told."""
_LOOK_UPS: Final = ("outline", "mentions", "matched")


@dataclass
class _Record:
    """What one part of a question was looked up with."""

    found: list[str] = field(default_factory=list)
    """Clause ids that were looked up by name."""
    rankings: dict[str, list[Ranking]] = field(default_factory=lambda: defaultdict(list))
    """By standing, in the order they were made; a later one is narrower and counts first."""
    retold_leads: bool = False


class _Recorder:
    """The steps of the assistant, writing down what they find."""

    def __init__(self) -> None:
        self.parts: dict[str, _Record] = {}
        self._current = _Record()

    def steps(self) -> dict[str, Callable[..., Any]]:
        """Replacements for `eval.steps`."""
        wrapped: dict[str, Callable[[Any], Callable[..., Any]]] = {
            "retrieve": self._retrieving,
            "joined": self._joining,
            **dict.fromkeys(_LOOK_UPS, self._looking_up),
        }
        return {name: wrap(getattr(rag.drafting, name)) for name, wrap in wrapped.items()}

    def _retrieving(self, step: Callable[..., Ranking]) -> Callable[..., Ranking]:
        def retrieve(query: Query, *inputs: Any, **limits: Any) -> Ranking:  # noqa: ANN401 (as the step)
            self._current = self.parts.setdefault(query.text, _Record())
            ranking = step(query, *inputs, **limits)
            self._current.rankings[query.standing].append(ranking)
            return ranking

        return retrieve

    def _looking_up(self, step: Callable[..., Draft | None]) -> Callable[..., Draft | None]:
        def look_up(*inputs: Any) -> Draft | None:  # noqa: ANN401 (as the step)
            draft = step(*inputs)
            if draft and not self.parts:  # matching comes before anything is retrieved
                self._current = self.parts.setdefault("", _Record())
            for statement in draft.statements if draft else ():
                self._current.found += [span.clause_id for span in statement.spans]
            return draft

        return look_up

    def _joining(self, step: Callable[..., Draft]) -> Callable[..., Draft]:
        def join(official: Draft, retold: Draft) -> Draft:
            draft = step(official, retold)
            self._current.retold_leads = draft is retold
            return draft

        return join


def ask_ranked(
    question: str, assistant: Assistant, *, day: date | None = None, build: Build | None = None
) -> tuple[Answer, tuple[str, ...]]:
    """The answer, and the ids of clauses and items that were ranked for it, best first, at most `DEPTH`.

    An unexpected exception is passed on, and the ranking is lost with the answer.
    """
    recorder = _Recorder()
    with steps(**recorder.steps()):
        answer = assistant.ask(question, as_of=day, build=build)
    lists = [_ranked(record) for record in recorder.parts.values()]
    turns = (name for row in zip_longest(*lists) for name in row if name is not None)
    return answer, tuple(dict.fromkeys(turns))[:DEPTH]


def ranked_clauses(question: str, assistant: Assistant, day: date | None = None) -> tuple[str, ...]:
    """The ranking alone (`ask_ranked`); asks the question to get it."""
    return ask_ranked(question, assistant, day=day)[1]


def _ranked(record: _Record) -> list[str]:
    official, retold = (_by_log_odds(record.rankings[standing]) for standing in ("official", "retold"))
    lead, other = (retold, official) if record.retold_leads else (official, retold)
    ranked = _clauses(_by_log_odds(record.rankings[""]))
    return list(dict.fromkeys([*record.found, *ranked, *_clauses(_merged(lead, other))]))


def _by_log_odds(rankings: Sequence[Ranking]) -> list[tuple[float, Candidate]]:
    """Candidates with their log-odds, those of a narrower ranking before all others."""
    found: dict[str, tuple[float, Candidate]] = {}
    for ranking in reversed(rankings):
        for one in ranking.candidates:
            found.setdefault(one.passage.id, (ranking.log_odds - SPREAD * (1 - one.score), one))
    return list(found.values())


def _merged(
    lead: Sequence[tuple[float, Candidate]], other: Sequence[tuple[float, Candidate]]
) -> list[tuple[float, Candidate]]:
    """Both lists in their own order, by log-odds where they meet; the first of `lead` stays first."""
    if not (lead and other):
        return [*lead, *other]
    shift = max(other[0][0] - lead[0][0], 0.0)
    merged: list[tuple[float, Candidate]] = []
    waiting = list(other)
    for odds, candidate in lead:
        while waiting and merged and waiting[0][0] > odds + shift:
            merged.append(waiting.pop(0))
        merged.append((odds + shift, candidate))
    return [*merged, *waiting]


def _clauses(candidates: Iterable[tuple[float, Candidate]]) -> list[str]:
    return [candidate.clause.id for _, candidate in candidates]
