"""Follow-up questions: are they resolved, is what stands alone left alone, and is the clause found?

`eval/gold/followups_<split>.jsonl` holds one turn of a conversation a line: the turns
before it as they were asked, the question, what it means (null when it stands alone or opens
a new topic), words that the stand-alone question must and must not hold (`a|b`: either),
and the clauses that answer it. Earlier turns are resolved one after the other, as in a
conversation, so that a mistake is carried on as it would be there.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from eval.cases import GOLD, clause_of
from eval.metrics import clause_id_of
from eval.opened import give_up, opened
from eval.show import share_table
from eval.statistics import Share
from ingest.training_data import read_lines
from rag.assistant import Assistant
from rag.builds import Build
from rag.errors import CorpusError, InputError, PolicyError
from rag.followup import Writes, standalone

SPLITS: Final = ("dev", "test")
LABELS: Final = {
    "resolved": "追问：补全正确", "left": "追问：没有补全", "misread": "追问：补全有误", "touched": "独立问题与新话题：被改动",
    "first_plain": "追问首引正确：不补全", "first": "追问首引正确：补全后", "first_reference": "追问首引正确：人工写的完整问题",
    "first_new": "新话题首引正确",
}  # fmt: skip
console = Console(width=200)


@dataclass(frozen=True)
class Turn:
    """One line of the gold."""

    id: str
    turns: tuple[str, ...]
    question: str
    standalone: str | None
    must: tuple[str, ...]
    must_not: tuple[str, ...]
    clauses: frozenset[str]


@dataclass(frozen=True)
class Resolved:
    """What became of one turn: the stand-alone question, and whether the first citation is a gold clause."""

    turn: Turn
    found: str | None
    first_plain: bool
    """Asked as it stands in the conversation."""
    first: bool
    first_reference: bool
    """Asked as the gold says that it is meant."""

    @property
    def right(self) -> bool:
        """Left alone where it stands alone, else resolved with all the words it must hold and none of the others."""
        if self.turn.standalone is None or self.found is None:
            return self.turn.standalone is self.found
        held = all(any(word in self.found for word in words.split("|")) for words in self.turn.must)
        return held and not any(word in self.found for word in self.turn.must_not)


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("followups")(followups_command)


def read_followups(split: str, folder: Path = GOLD) -> list[Turn]:
    """The turns of a split.

    Raises:
        CorpusError: a line lacks a field.
    """
    path = folder / f"followups_{split}.jsonl"
    try:
        return [
            Turn(
                record["id"], tuple(record["turns"]), record["question"], record["standalone"], tuple(record["must"]),
                tuple(record["must_not"]), frozenset(record["clauses"]),
            )
            for record in read_lines(path)
        ]  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise CorpusError(f"{path.name} 读不了，或有一行不是金标记录：{problem!r}。") from problem


def resolved(turns: Sequence[Turn], assistant: Assistant, model: Writes | None = None) -> list[Resolved]:
    """Resolve every turn and ask what was made of it of the whole index."""
    build = assistant.library.current()
    return [_resolved(turn, assistant, build, model) for turn in turns]


def summary(found: Sequence[Resolved]) -> dict[str, Share]:
    """Shares by name: of follow-ups and of questions that stand alone; first citations where gold clauses are given."""
    leaning = [one for one in found if one.turn.standalone is not None]
    alone = [one for one in found if one.turn.standalone is None]
    cited = [one for one in leaning if one.turn.clauses]
    return {
        "resolved": Share.of([one.right for one in leaning]),
        "left": Share.of([one.found is None for one in leaning]),
        "misread": Share.of([one.found is not None and not one.right for one in leaning]),
        "touched": Share.of([one.found is not None for one in alone]),
        "first_plain": Share.of([one.first_plain for one in cited]),
        "first": Share.of([one.first for one in cited]),
        "first_reference": Share.of([one.first_reference for one in cited]),
        "first_new": Share.of([one.first for one in alone if one.turn.clauses]),
    }


def followups_command(
    split: Annotated[str, typer.Option(help="dev 或 test。")] = "dev",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON。")] = False,
) -> None:
    """追问补全：补得对不对、有没有改动独立的问题、补全后首引是否正确；dev 列出不对的。"""
    try:
        if split not in SPLITS:
            raise InputError(f"没有 {split!r} 这一份题，应为 dev 或 test。")
        turns = read_followups(split)
        assistant = opened()
        found = resolved(turns, assistant, assistant.writer)
    except PolicyError as problem:
        give_up(problem)
    shares = summary(found)
    if as_json:
        typer.echo(json.dumps({name: [share.hits, share.total] for name, share in shares.items()}))
        return
    for one in found if split == "dev" else ():  # rules are never made after the other split
        if not one.right:
            console.print(
                f"{one.turn.id} {one.turn.question} → {one.found}；应为 {one.turn.standalone}", markup=False
            )
    console.print(share_table(f"追问（{split}）", [(LABELS[name], share) for name, share in shares.items()]))


def _resolved(turn: Turn, assistant: Assistant, build: Build, model: Writes | None) -> Resolved:
    earlier: list[str] = []
    for question in turn.turns:
        earlier.append(standalone(question, earlier, model) or question)
    found = standalone(turn.question, earlier, model)
    gold = {clause_of(name, build) for name in turn.clauses}
    plain, first, reference = (
        _cites_first(question or turn.question, gold, assistant, build)
        for question in (turn.question, found, turn.standalone)
    )
    return Resolved(turn, found, plain, first, reference)


def _cites_first(question: str, gold: set[str], assistant: Assistant, build: Build) -> bool:
    if not gold:
        return False
    cited = assistant.ask(question, build=build).citations[:1]
    return any(clause_of(clause_id_of(one, build), build) in gold for one in cited)
