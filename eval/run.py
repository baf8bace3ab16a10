"""Ask every gold question of every system and keep what they answer; go on where a run was stopped.

Answers are appended to the run's folder (eval.runs) one by one; scores are made from
the stored answers at the end. A question that raises counts as wrong, and the run goes on.
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from eval.cases import Case, case_to_json
from eval.chosen import Options
from eval.provenance import header_of, peak_memory_mb
from eval.runs import (
    CASES,
    HEADER,
    Run,
    StoredAnswer,
    answers_file,
    corpus_fingerprint,
    json_line,
    read_answers,
    scored,
    stored_to_json,
    write_header,
    write_lines,
    write_scores,
)
from eval.systems import Answerer, systems
from rag.assistant import Assistant
from rag.errors import InputError

PROGRESS: Final = "progress.json"
"""`done` of `total` answers, the `system` being asked, and the `seconds` it took so far."""
TOLD_EVERY: Final = 0.5
"""Seconds between two updates of `progress.json`."""
Progress = Callable[[int, int, str], None]
"""Answers there are, answers there will be, the system that is being asked."""


def run(
    assistant: Assistant,
    cases: Sequence[Case],
    options: Options,
    folder: Path,
    progress: Progress | None = None,
) -> Run:
    """Ask `cases` as the options say; the folder then holds what is returned.

    Raises:
        InputError: the folder already holds a run, or the packages of the peers are not installed.
        ModelError: there is no embedding model for the systems to compare with.
    """
    if (folder / HEADER).exists():
        raise InputError(f"{folder} 里已经有一次评测。请换一个文件夹，或用 --resume {folder} 接着做。")
    build = assistant.library.current()
    with systems(assistant, baselines=options.baselines, peers=options.peers, seed=options.seed) as answerers:
        header = header_of(build, options, list(answerers), len(cases))
        folder.mkdir(parents=True, exist_ok=True)
        write_lines(folder / CASES, map(case_to_json, cases))
        write_header(header, folder)
        begun = Run(header, tuple(cases), [{} for _ in answerers])
        return _carried_out(assistant, answerers, begun, folder, progress)


def resume(assistant: Assistant, folder: Path, progress: Progress | None = None) -> Run:
    """Go on with the run in `folder`: what has been answered is not asked again.

    Raises:
        InputError: there is no run, or the index has other texts or another model than it was begun with.
        ModelError: as `run`.
    """
    begun, build = read_answers(folder), assistant.library.current()
    if (begun.header.corpus, begun.header.model) != (corpus_fingerprint(build), build.manifest.model):
        raise InputError(f"{folder} 是对另一批文件或另一个模型做的，不能接着做。请另做一次评测。")
    for number, answers in enumerate(begun.answers):  # a line that was cut off goes before others follow it
        write_lines(answers_file(folder, number), (stored_to_json(*pair) for pair in answers.items()))
    begun = replace(begun, header=replace(begun.header, seconds=_seconds_so_far(folder)))
    chosen = {name: begun.header.options[name] for name in ("baselines", "peers", "seed")}
    with systems(assistant, **chosen) as answerers:
        return _carried_out(assistant, answerers, begun, folder, progress)


def ask_all(answerer: Answerer, cases: Iterable[Case]) -> dict[str, StoredAnswer]:
    """What one system answers, by question id."""
    return {case.id: _asked(answerer, case) for case in cases}


def _carried_out(
    assistant: Assistant,
    answerers: Mapping[str, Answerer],
    begun: Run,
    folder: Path,
    progress: Progress | None,
) -> Run:
    """Ask what has not been answered yet, then score all."""
    since, answers = time.perf_counter(), [dict(its) for its in begun.answers]
    tell = _teller(folder, len(begun.cases) * len(answers), begun.header.seconds, progress)
    for number, name in enumerate(begun.header.systems):
        with answers_file(folder, number).open("a", encoding="utf8", buffering=1) as file:
            for case in begun.cases:
                if case.id not in answers[number]:
                    answers[number][case.id] = stored = _asked(answerers[name], case)
                    file.write(json_line(stored_to_json(case.id, stored)))
                    tell(sum(map(len, answers)), name)
    header = replace(
        begun.header,
        seconds=round(begun.header.seconds + time.perf_counter() - since, 2),
        peak_memory_mb=max(begun.header.peak_memory_mb, peak_memory_mb()),
    )
    whole = scored(replace(begun, header=header, answers=answers), assistant.library.current())
    write_header(header, folder)
    write_scores(whole.scores, folder)
    return whole


def _asked(answerer: Answerer, case: Case) -> StoredAnswer:
    """What came of asking once; an exception is kept in place of the answer."""
    begun = time.perf_counter()
    try:
        answer, ranked = answerer(case)
    except Exception as raised:  # whatever it is, the question counts as wrong and the run goes on
        return StoredAnswer(None, repr(raised), (time.perf_counter() - begun) * 1000)
    elapsed_ms = (time.perf_counter() - begun) * 1000
    return StoredAnswer(replace(answer, elapsed_ms=elapsed_ms), None, elapsed_ms, ranked)


def _teller(folder: Path, total: int, before: float, progress: Progress | None) -> Callable[[int, str], None]:
    """Keeps `progress.json` up to date, and whoever else wants to know; `before` are seconds spent earlier."""
    begun, told = time.perf_counter(), 0.0

    def tell(done: int, system: str) -> None:
        nonlocal told
        if progress:
            progress(done, total, system)
        now = time.perf_counter()
        if done == total or now - told > TOLD_EVERY:
            told, seconds = now, round(before + now - begun, 2)
            row = {"done": done, "total": total, "system": system, "seconds": seconds}
            partial = folder / f"{PROGRESS}.part"
            partial.write_text(json.dumps(row, ensure_ascii=False), encoding="utf8")
            partial.replace(folder / PROGRESS)

    return tell


def _seconds_so_far(folder: Path) -> float:
    """What a run that was stopped had taken; 0 when it was stopped before anything was answered."""
    try:
        return float(json.loads((folder / PROGRESS).read_text(encoding="utf8"))["seconds"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0.0
