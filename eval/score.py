"""Score stored answers again, without asking: after a change of the scorer, or of a gold record."""

from dataclasses import replace
from pathlib import Path

from eval.cases import GOLD, Case, case_to_json, read_split
from eval.runs import CASES, Run, corpus_fingerprint, read_answers, scored, write_lines, write_scores
from rag.builds import Build
from rag.errors import InputError


def score_run(
    folder: Path, build: Build, *, current_gold: bool = False, anyway: bool = False, gold: Path = GOLD
) -> Run:
    """The run in `folder` with new scores, which replace the old ones there.

    `current_gold` judges by the records that stand in the folder `gold` today.

    Raises:
        InputError: there is no finished run, a question is no longer the same there, or the
            index has other texts than it was asked of and not `anyway`.
    """
    run = read_answers(folder)
    if not run.complete:
        raise InputError(f"{folder} 的评测没有做完。请先运行 python -m eval run --resume {folder}。")
    if run.header.corpus != corpus_fingerprint(build) and not anyway:
        raise InputError(
            f"索引里的文件与 {folder} 提问时不同，条款可能对不上。请重新评测，或加 --anyway 仍按现在的索引打分。"
        )
    if current_gold:
        run = replace(run, cases=_current(run, gold))
        write_lines(folder / CASES, map(case_to_json, run.cases))
    run = scored(run, build)
    write_scores(run.scores, folder)
    return run


def _current(run: Run, gold: Path) -> tuple[Case, ...]:
    """Today's records of the questions that were asked."""
    by_id = {case.id: case for case in read_split(run.header.split, gold, related=True)}
    for case in run.cases:
        if case.id not in by_id or by_id[case.id].question != case.question:
            raise InputError(f"现在的金标里没有 {case.id}“{case.question}”，请重新评测。")
    return tuple(by_id[case.id] for case in run.cases)
