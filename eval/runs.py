"""The folder of one evaluation run: what was asked, what each system answered, and the scores.

| file                | holds                                                                                |
|---------------------|--------------------------------------------------------------------------------------|
| `run.json`          | `RunHeader`                                                                          |
| `cases.jsonl`       | the gold records that were asked, as they stood in eval/gold                         |
| `answers-<n>.jsonl` | answers of system n (0 is ours) as JSON (README) with id, problem, elapsed_ms; of ours also the ranking |
| `scores-<n>.jsonl`  | one `Score` a line, made from the three files above and the index alone               |

Answers are appended as they come, so that a run that was stopped can go on (eval.run).
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from eval.cases import Case, case_from_json, case_to_json
from eval.metrics import Score, score
from rag.builds import Build
from rag.errors import InputError
from rag.present import answer_to_json
from rag.types import Answer, Citation

FORMAT: Final = 1
"""Raised when the files change shape; a run of another format cannot be read."""
HEADER: Final = "run.json"
CASES: Final = "cases.jsonl"
OURS: Final = 0
"""Number of our system among those of a run."""


@dataclass(frozen=True)
class RunHeader:
    """What a run was made with; `seconds` counts asking alone, `peak_memory_mb` is of the whole process."""

    created: str
    """UTC, ISO 8601."""
    split: str
    seed: int
    version: str
    git: str | None
    """Commit of the code, `-dirty` when files were changed; None outside a repository."""
    corpus: str
    """`corpus_fingerprint` of the index that was asked."""
    build_id: str
    model: str
    systems: tuple[str, ...]
    count: int
    seconds: float
    peak_memory_mb: float
    python: str
    libraries: Mapping[str, str]
    options: Mapping[str, Any]
    format: int = FORMAT


@dataclass(frozen=True)
class StoredAnswer:
    """One answer as it was given; without one, `problem` is the exception."""

    answer: Answer | None
    problem: str | None = None
    elapsed_ms: float = 0.0
    ranked: tuple[str, ...] = ()
    """Ids of the clauses and items that retrieval ranked, best first; empty for systems that do not tell."""


@dataclass(frozen=True)
class Run:
    """A run read back. `answers` and `scores` are by system, in the order of the header, then by question id."""

    header: RunHeader
    cases: tuple[Case, ...]
    answers: list[dict[str, StoredAnswer]]
    scores: list[dict[str, Score]] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether every system has answered every question."""
        asked = {case.id for case in self.cases}
        return len(self.answers) == len(self.header.systems) and all(
            asked == set(one) for one in self.answers
        )


def corpus_fingerprint(build: Build) -> str:
    """SHA-256 over the texts of the documents: equal when the same words under the same ids are indexed."""
    digest = hashlib.sha256()
    for name in sorted(build.documents):
        text = hashlib.sha256(build.documents[name].text.encode()).hexdigest()
        digest.update(f"{name}\0{text}\n".encode())
    return digest.hexdigest()


def read_run(folder: Path) -> Run:
    """The finished run in `folder`.

    Raises:
        InputError: as `read_answers`, or the run was not finished.
    """
    run = read_answers(folder)
    with _readable(folder):
        scores = [
            {row["id"]: Score(**row) for row in _read_lines(scores_file(folder, number))}
            for number in range(len(run.header.systems))
        ]
    if not run.complete or any(set(its) != set(run.answers[OURS]) for its in scores):
        raise InputError(f"{folder} 的评测没有做完。请先运行 python -m eval run --resume {folder}。")
    return replace(run, scores=scores)


def read_answers(folder: Path) -> Run:
    """The run in `folder` without its scores; answers may still be missing.

    Raises:
        InputError: there is no run, or it is damaged or of another format.
    """
    with _readable(folder):
        fields = json.loads((folder / HEADER).read_text(encoding="utf8"))
        if fields.get("format") != FORMAT:
            raise InputError(f"{folder} 是另一个版本写下的评测，请用现在的版本重新评测。")
        header = RunHeader(**{**fields, "systems": tuple(fields["systems"])})
        answers = [
            {row["id"]: stored_from_json(row) for row in _read_lines(answers_file(folder, number))}
            for number in range(len(header.systems))
        ]
        cases = tuple(case_from_json(record) for record in _read_lines(folder / CASES))
    return Run(header, cases, answers)


@contextmanager
def _readable(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        raise InputError(f"{folder} 不是评测写下的文件夹，或里面的文件已损坏（{problem!r}）。") from problem


def write_run(run: Run, folder: Path) -> None:
    """Write a run that is held in memory; what `read_run` gives back equals it."""
    folder.mkdir(parents=True, exist_ok=True)
    write_header(run.header, folder)
    write_lines(folder / CASES, map(case_to_json, run.cases))
    for number, answers in enumerate(run.answers):
        rows = (stored_to_json(name, stored) for name, stored in answers.items())
        write_lines(answers_file(folder, number), rows)
    write_scores(run.scores, folder)


def scored(run: Run, build: Build) -> Run:
    """The run with its scores made anew from its answers."""
    return replace(run, scores=[score_all(run.cases, answers, build) for answers in run.answers])


def score_all(cases: Iterable[Case], answers: Mapping[str, StoredAnswer], build: Build) -> dict[str, Score]:
    """The scores of one system, by question id."""
    return {
        case.id: replace(score(case, stored.answer, build), elapsed_ms=stored.elapsed_ms)
        for case in cases
        for stored in [answers[case.id]]
    }


def write_header(header: RunHeader, folder: Path) -> None:
    """Write `run.json`, whole or not at all."""
    partial = folder / f"{HEADER}.part"
    partial.write_text(json.dumps(asdict(header), ensure_ascii=False, indent=1) + "\n", encoding="utf8")
    partial.replace(folder / HEADER)


def write_scores(scores: Sequence[Mapping[str, Score]], folder: Path) -> None:
    """Write the scores of every system."""
    for number, its in enumerate(scores):
        write_lines(scores_file(folder, number), map(asdict, its.values()))


def write_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """One JSON object a line."""
    path.write_text("".join(json_line(row) for row in rows), encoding="utf8")


def json_line(row: Mapping[str, Any]) -> str:
    """One line of a JSON lines file."""
    return json.dumps(row, ensure_ascii=False) + "\n"


def answers_file(folder: Path, number: int) -> Path:
    """Where the answers of a system lie."""
    return folder / f"answers-{number}.jsonl"


def scores_file(folder: Path, number: int) -> Path:
    """Where the scores of a system lie."""
    return folder / f"scores-{number}.jsonl"


def stored_to_json(case_id: str, stored: StoredAnswer) -> dict[str, Any]:
    """One line of an answers file."""
    answer = stored.answer
    shown = answer_to_json(answer) if answer else {"status": "exception"}
    if answer:  # the contract leaves the part out; scoring needs it
        for row, citation in zip(
            [*shown["citations"], *shown["nearest"]], (*answer.citations, *answer.nearest), strict=True
        ):
            row["part"] = citation.part
    row = {**shown, "id": case_id, "problem": stored.problem, "elapsed_ms": stored.elapsed_ms}
    return {**row, "ranked": list(stored.ranked)} if stored.ranked else row


def stored_from_json(row: Mapping[str, Any]) -> StoredAnswer:
    """The answer of one line of an answers file."""
    answer = None if row["status"] == "exception" else answer_from_json(row)
    return StoredAnswer(answer, row["problem"], row["elapsed_ms"], tuple(row.get("ranked", ())))


def answer_from_json(row: Mapping[str, Any]) -> Answer:
    """The answer that `rag.present.answer_to_json` wrote; its `id` stays the question's own, None."""
    known = {name: row[name] for name in Answer.__dataclass_fields__ if name in row and name != "id"}
    cited = {
        name: tuple(Citation(**{"part": "", **citation}) for citation in row[name])
        for name in ("citations", "nearest")
    }
    return Answer(**{**known, **cited})


def _read_lines(path: Path) -> list[Any]:
    """The rows of a file; none when it is missing. A last line without its end was cut off and is left out."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf8").split("\n")[:-1]]
