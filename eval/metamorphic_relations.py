"""One relation after the other: the changed corpora and questions, asked of and judged."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from eval.cases import Case
from eval.metamorphic_ask import Job, Question, Reply
from eval.metamorphic_choice import changes, deletions, numeric, sampled
from eval.metamorphic_corpus import SourceText, edited, in_force, old_version, twin, without, write_texts
from eval.metamorphic_judge import (
    Outcome,
    Relation,
    followed,
    identical,
    kept,
    same_clauses,
    same_first,
    withheld,
)
from eval.metamorphic_noise import laws, senseless, write_noise
from eval.metamorphic_questions import SURFACES, Pair, gold_pairs, written_pairs
from rag.references import find_references
from rag.types import Clause
from rag.understand import normalise_question

NOISE: Final = {"noise_5": 5, "noise_1": 1}
"""Unrelated clauses a clause of the corpus."""
DELETION_GROUPS: Final = 3
"""Indexes over which the deletions are spread, so that each keeps most of the corpus."""
JOBS: Final = 9 + DELETION_GROUPS
Ask = Callable[[Sequence[Job]], Mapping[str, tuple[Reply, ...]]]


@dataclass(frozen=True)
class Setting:
    """What every relation needs; `known` are the clauses of the corpus by id, `folder` is for what is made."""

    cases: tuple[Case, ...]
    corpus: Mapping[str, SourceText]
    known: Mapping[str, Clause]
    folder: Path
    day: date
    count: int
    seed: int
    data: Path | None = None

    def job(
        self, name: str, texts: Iterable[SourceText], cases: Iterable[Case], more: Sequence[Path] = ()
    ) -> Job:
        """Ask `cases` of an index over `texts`, which are written into a folder of their own, and the folders `more`."""
        write_texts(texts, self.folder / name)
        return Job(name, self.folder / f"{name}-index", self.questions(cases), (self.folder / name, *more))

    def questions(self, cases: Iterable[Case]) -> tuple[Question, ...]:
        """What the cases ask, on the day that they say."""
        return tuple(Question(case.question, case.as_of or self.day) for case in cases)


def relations_of(setting: Setting, ask: Ask) -> list[Relation]:
    """Ask before and after every change, and judge."""
    sample = sampled(setting.cases, setting.count, setting.seed)
    figures = sampled(numeric(setting.cases, setting.known), 2 * setting.count, setting.seed)
    pool = list(dict.fromkeys([*sample, *figures]))
    written = written_pairs(setting.corpus, setting.seed)[: setting.count]
    texts = list(setting.corpus.values())
    added = {
        name: [case for case in sample if name == "old" or not _by_number(case)]
        for name in (*NOISE, "old", "twin")
    }
    replies = ask([
        setting.job("base", texts, pool),
        *(_added(name, setting, texts, cases) for name, cases in added.items()),
        _shuffled(setting, texts, sample),
        _written(setting, texts, written),
    ])  # fmt: skip
    before = dict(zip(pool, replies["base"], strict=True))
    documents = frozenset(setting.corpus)
    unchanged = [
        Relation(name, tuple(
            kept(case, before[case], after, documents)
            for case, after in zip(added[name], replies[name], strict=True)
        ))
        for name in ("old", "twin", *sorted(NOISE))
    ]  # fmt: skip
    shuffled = zip(sample, replies["shuffle"], strict=True)
    return [
        *_edited(setting, before, ask),
        *unchanged,
        Relation("shuffle", tuple(identical(case, before[case], after) for case, after in shuffled)),
        *_reworded(setting, {case: before[case] for case in sample}, ask),
        _paired("written_pairs", written, replies["written_pairs"]),
    ]


def _by_number(case: Case) -> bool:
    """Whether the question names a clause by its number: other documents in force have one of that number too."""
    return bool(find_references(normalise_question(case.question)))


def _added(name: str, setting: Setting, texts: Sequence[SourceText], cases: Sequence[Case]) -> Job:
    """A job with something added to the corpus that must not change an answer."""
    seed = setting.seed
    if name == "old":
        before = [old_version(source, seed) for source in texts if in_force(source, setting.day)]
        return setting.job(name, [*texts, *before], cases)
    if name == "twin":
        return setting.job(name, [*texts, *(twin(source, seed) for source in texts)], cases)
    wanted, folder = NOISE[name] * len(setting.known), setting.folder / f"{name}-added"
    said = "".join([*(one.text for one in texts), *(case.question for case in setting.cases)])
    write_noise(laws(setting.data, wanted, seed) if setting.data else senseless(said, wanted, seed), folder)
    return setting.job(name, texts, cases, [folder])


def _shuffled(setting: Setting, texts: Sequence[SourceText], sample: Sequence[Case]) -> Job:
    folder = setting.folder / "shuffle"
    numbers = random.Random(setting.seed).sample(range(1000, 10_000), len(texts))
    write_texts(texts, folder, names=[f"文件{number}" for number in numbers])
    return Job("shuffle", setting.folder / "shuffle-index", setting.questions(sample), (folder,))


def _written(setting: Setting, texts: Sequence[SourceText], pairs: Sequence[Pair]) -> Job:
    """The written questions asked of an index without them: with them each would find itself."""
    write_texts(texts, setting.folder / "written")
    return Job(
        "written_pairs", setting.folder / "written-index", _each_of(pairs, setting.day),
        (setting.folder / "written",), with_questions=False,
    )  # fmt: skip


def _each_of(pairs: Sequence[Pair], day: date) -> tuple[Question, ...]:
    return tuple(Question(question, day) for pair in pairs for question in (pair.one, pair.other))


def _paired(name: str, pairs: Sequence[Pair], replies: Sequence[Reply]) -> Relation:
    """A pair of which neither question is answered says nothing of the clauses and is left out."""
    halves = zip(pairs, replies[::2], replies[1::2], strict=True)
    told = (same_clauses(pair, one, other) for pair, one, other in halves if one.answered or other.answered)
    return Relation(name, tuple(told))


def _edited(setting: Setting, before: Mapping[Case, Reply], ask: Ask) -> list[Relation]:
    """Figures changed in the clauses that answer, all in one index; gold clauses deleted, in a few."""
    changed = changes(before.items(), setting.corpus, setting.known, setting.seed)[: setting.count]
    edits = {(one.document, one.edit) for one in changed}
    texts = [
        edited(source, [edit for document, edit in edits if document == source.id])
        for source in setting.corpus.values()
    ]
    deleted = deletions(before.items(), setting.known, setting.count)
    groups = {f"delete-{start}": deleted[start::DELETION_GROUPS] for start in range(DELETION_GROUPS)}
    jobs = [setting.job("figure", texts, [one.case for one in changed])]
    for name, group in groups.items():
        gone = frozenset().union(*(one.clauses for one in group))
        left = without(setting.corpus.values(), gone)
        jobs.append(setting.job(name, left, [one.case for one in group]))
    replies = ask(jobs)
    followed_ = tuple(followed(*pair) for pair in zip(changed, replies["figure"], strict=True))
    gone_ = tuple(
        withheld(*pair) for name, group in groups.items() for pair in zip(group, replies[name], strict=True)
    )
    return [Relation("figure", followed_), Relation("delete", gone_)]


def _reworded(setting: Setting, before: Mapping[Case, Reply], ask: Ask) -> list[Relation]:
    """Questions answered before, on the surface changed; and pairs of gold questions. No new index is needed."""
    rng = random.Random(setting.seed)
    changed = [
        (name, case, other)
        for name, change in SURFACES.items()
        for case, reply in before.items()
        if case.expect == "answer"
        and reply.answered
        and (other := change(case.question, rng)) != case.question
    ]
    pairs = sampled(gold_pairs(setting.cases), setting.count, setting.seed)
    questions = (
        *(Question(other, case.as_of or setting.day) for _, case, other in changed),
        *_each_of(pairs, setting.day),
    )
    replies = ask([Job("reworded", setting.folder / "base-index", questions)])["reworded"]
    outcomes: dict[str, list[Outcome]] = {name: [] for name in SURFACES}
    for (name, case, other), after in zip(changed, replies, strict=False):
        outcomes[name].append(same_first(case, other, before[case], after))
    return [
        _paired("gold_pairs", pairs, replies[len(changed) :]),
        *(Relation(name, tuple(found)) for name, found in outcomes.items()),
    ]
