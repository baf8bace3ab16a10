"""Metamorphic tests: change the corpus or the question, and the answer must follow, stay or be withheld.

Nothing is annotated for them: gold only says which questions there are and where their
answers stand. What the assistant says before the change is compared with what it says
after it (Chen et al. 2018, https://doi.org/10.1145/3143561), so a wrong answer that stays
as it is is no failure here; eval.run counts it.

| relation                            | change                                             | right                                       |
|-------------------------------------|----------------------------------------------------|---------------------------------------------|
| `figure`                            | a figure of the clause that answers                | the new figure is given, the old one is not |
| `delete`                            | the gold clauses are taken away                    | refused, or answered without the fact       |
| `old`                               | an older version of every policy in force is added | the same answer                             |
| `twin`                              | another province's twin of every policy is added   | the same answer                             |
| `noise_1`, `noise_5`                | as many, five times as many unrelated clauses      | the same answer                             |
| `shuffle`                           | files in another order, with other names           | the same answer in every field              |
| `gold_pairs`, `written_pairs`       | another question about the same words              | the same clauses                            |
| eval.metamorphic_questions.SURFACES | the surface of the question                        | the same clause first                       |
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from eval.cases import Case
from eval.metamorphic_ask import Job, Reply, Runner, runner
from eval.metamorphic_choice import clauses_of
from eval.metamorphic_corpus import CORPUS, read_corpus
from eval.metamorphic_judge import Relation
from eval.metamorphic_relations import Ask, Setting, relations_of
from rag.settings import Settings
from rag.validity import today

COUNT: Final = 100
"""Cases a relation: a share of nine in ten is then known to 6 points either way."""


@dataclass(frozen=True)
class Report:
    """The relations of one run; `cases` is how many there were to choose from."""

    split: str
    seed: int
    cases: int
    seconds: float
    relations: tuple[Relation, ...]

    def to_json(self) -> dict[str, Any]:
        """As stored beside a run; failures only of `dev`, which may be looked at."""
        listed = [one.to_json(failures=self.split == "dev") for one in self.relations]
        return {
            "format": 1, "split": self.split, "seed": self.seed, "cases": self.cases,
            "seconds": self.seconds, "relations": listed,
        }  # fmt: skip


def metamorphic(
    split: str,
    cases: Sequence[Case],
    settings: Settings,
    *,
    folders: Sequence[Path] = CORPUS,
    count: int = COUNT,
    seed: int = 0,
    data: Path | None = None,
    workers: int | None = None,
    progress: Callable[[], None] | None = None,
) -> Report:
    """Every relation on up to `count` of the cases, over the corpus in `folders`; the same for the same seed.

    Laws of the folder `data` are the noise where it is given. `progress` is called after
    each of the `JOBS` (eval.metamorphic_relations).

    Raises:
        InputError: `data` has no laws.
        CorpusError: the corpus cannot be read, or a changed one cannot be indexed.
        ModelError: the embedding model could not be loaded.
    """
    started = time.monotonic()
    corpus = read_corpus(folders)
    known = {clause.id: clause for source in corpus.values() for clause in source.clauses}
    there = tuple(case for case in cases if not case.gold_clauses or clauses_of(case, known))
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder, runner(settings, workers) as run:
        setting = Setting(there, corpus, known, Path(folder), today(), count, seed, data)
        relations = relations_of(setting, _until_all_are_done(run, progress))
    return Report(split, seed, len(there), round(time.monotonic() - started, 1), tuple(relations))


def _until_all_are_done(run: Runner, progress: Callable[[], None] | None) -> Ask:
    def ask(jobs: Sequence[Job]) -> dict[str, tuple[Reply, ...]]:
        found: dict[str, tuple[Reply, ...]] = {job.name: () for job in jobs if not job.questions}
        for job, replies in run([job for job in jobs if job.questions]):
            found[job.name] = replies
            if progress:
                progress()
        return found

    return ask
