"""Which gold questions a run asks."""

import random
from dataclasses import dataclass
from pathlib import Path

from eval.cases import CATEGORIES, GOLD, Case, read_split
from eval.runs import OURS, read_run
from rag.errors import InputError


@dataclass(frozen=True)
class Options:
    """Which questions are asked of whom; kept in the header of the run."""

    split: str = "dev"
    category: str | None = None
    sample: int | None = None
    """How many of the questions, drawn at random with `seed`; None asks all."""
    seed: int = 0
    only_failing: str | None = None
    """Folder of an earlier run: only what ours did not answer strictly right there."""
    related: bool = False
    """Also the questions of `digests_<split>.jsonl`."""
    baselines: bool = True
    peers: bool = False


def chosen_cases(options: Options, folder: Path = GOLD) -> list[Case]:
    """The questions that the options choose, in the order of the files.

    Raises:
        InputError: there is no such category, no such run, or no question is left.
        CorpusError: a gold file is missing or damaged.
    """
    if options.category not in {None, *CATEGORIES}:
        raise InputError(f"没有 {options.category!r} 这个类别，类别有：{'、'.join(CATEGORIES)}。")
    cases = [
        case
        for case in read_split(options.split, folder, related=options.related)
        if options.category in {None, case.category}
    ]
    if options.only_failing is not None:
        failing = failing_in(Path(options.only_failing))
        cases = [case for case in cases if case.id in failing]
    if options.sample is not None and options.sample < len(cases):
        kept = set(random.Random(options.seed).sample([case.id for case in cases], options.sample))
        cases = [case for case in cases if case.id in kept]
    if not cases:
        raise InputError("没有符合条件的题。")
    return cases


def failing_in(folder: Path) -> frozenset[str]:
    """Ids of the questions that ours did not answer strictly right in an earlier run.

    Raises:
        InputError: there is no finished run in `folder`.
    """
    return frozenset(name for name, its in read_run(folder).scores[OURS].items() if not its.strict)
