"""The committed baseline: answers of an earlier run, without scores.

Scores are made anew whenever something is compared with it, so that a change of the
scorer or of a gold record is no regression. `run.json` tells in `options.rebaselined`
when and why it was replaced.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from eval.cases import Case
from eval.runs import (
    OURS,
    Run,
    StoredAnswer,
    answers_file,
    read_answers,
    scored,
    stored_to_json,
    write_header,
    write_lines,
)
from rag.builds import Build
from rag.errors import InputError
from rag.types import Answer, Citation

BASELINE: Final = Path(__file__).with_name("baseline")
HISTORY: Final = "rebaselined"


def read_baseline(folder: Path = BASELINE) -> Run:
    """The committed answers, or the run in `folder`.

    Raises:
        InputError: there is none, or it cannot be read.
    """
    if not folder.exists():
        raise InputError(
            f"没有基准 {folder}。请先运行 python -m eval run --related，看过结果后用 python -m eval gate 评测文件夹 --rebaseline 原因 写下。"
        )
    return read_answers(folder)


def scored_on(baseline: Run, cases: Sequence[Case], build: Build) -> Run:
    """The baseline, scored by the gold records `cases` where it was asked the same question."""
    answers = baseline.answers[OURS]
    same = tuple(case for case in cases if _question_of(answers.get(case.id)) == case.question)
    return scored(replace(baseline, cases=same, answers=[answers]), build)


def write_baseline(run: Run, reason: str, folder: Path = BASELINE) -> None:
    """Put the answers of `run` in the place of the baseline, with the reason.

    Raises:
        InputError: no reason is given.
    """
    if not reason.strip():
        raise InputError("请写明为什么更换基准。")
    entry = {"created": run.header.created, "corpus": run.header.corpus, "reason": reason.strip()}
    header = replace(
        run.header,
        systems=run.header.systems[:1],
        options={**run.header.options, HISTORY: [*_history(folder), entry]},
    )
    folder.mkdir(parents=True, exist_ok=True)
    rows = [stored_to_json(name, _compact(stored)) for name, stored in run.answers[OURS].items()]
    write_lines(answers_file(folder, OURS), rows)
    write_header(header, folder)


def _history(folder: Path) -> Sequence[Mapping[str, Any]]:
    return read_answers(folder).header.options.get(HISTORY, ()) if folder.exists() else ()


def _question_of(stored: StoredAnswer | None) -> str | None:
    return stored.answer.question if stored and stored.answer else None


def _compact(stored: StoredAnswer) -> StoredAnswer:
    """Without what no score looks at, as are the title and heading of a citation."""
    answer = stored.answer
    return replace(
        stored, answer=answer and _compact_answer(answer), elapsed_ms=round(stored.elapsed_ms, 1), ranked=()
    )


def _compact_answer(answer: Answer) -> Answer:
    nearest = answer.nearest if answer.status == "clarify" else ()
    return replace(
        answer,
        citations=tuple(map(_compact_citation, answer.citations)),
        nearest=tuple(map(_compact_citation, nearest)),
        reason=None,
        build_id=None,
        elapsed_ms=round(answer.elapsed_ms, 1),
    )


def _compact_citation(citation: Citation) -> Citation:
    return replace(citation, title="", heading="")
