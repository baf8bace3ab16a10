"""Judgements as they come, one a line, so that a judge who was stopped goes on without asking again.

Every line names the model and the hash of the prompt: verdicts of two judges do not mix.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from eval.judge import Judge, Judgement, Order, Vote
from eval.judge_items import Item
from eval.runs import json_line, write_lines
from rag.errors import InputError, LanguageModelError

STOP_AFTER: Final = 10
"""Items in a row on which the model gave no answer at all: the service is down, and asking on would only make errors of all the rest."""
Told = Callable[[int, int], None]
"""Items judged now, items that were still to be judged."""


@dataclass(frozen=True)
class Asked:
    """An item and the orders it is to be judged in; None for the three usual votes."""

    item: Item
    orders: Sequence[Order] | None = None


def judge_file(folder: Path, system: int) -> Path:
    """Where the judgements of the answers of a system lie."""
    return folder / f"judge-{system}.jsonl"


def judged(
    judge: Judge,
    asked: Sequence[Asked],
    path: Path,
    *,
    told: Told | None = None,
    parallel: int = 1,
    again: bool = False,
) -> dict[str, Judgement]:
    """The judgements of all items by key; what `path` already holds is not asked again.

    `again` asks anew where a vote had failed; `parallel` is how many items are asked about at once.

    Raises:
        InputError: `path` cannot be read or written, or holds the verdicts of another judge.
        LanguageModelError: the model gave no answer on `STOP_AFTER` items in a row; the rest can be asked later.
    """
    found = read_judgements(path, judge)
    if again:
        found = {key: one for key, one in found.items() if all(vote.answered for vote in one.votes)}
    left = {one.item.key: one for one in asked if one.item.key not in found}
    with _writable(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.part")
        write_lines(partial, (_to_json(one, judge) for one in found.values()))  # a line that was cut off goes
        partial.replace(path)
        with path.open("a", encoding="utf8", buffering=1) as file:
            answers = _until_it_is_down(_answers(judge, list(left.values()), parallel))
            for done, one in enumerate(answers, start=1):
                file.write(json_line(_to_json(one, judge)))
                found[one.key] = one
                if told:
                    told(done, len(left))
    return {one.item.key: found[one.item.key] for one in asked}


def read_judgements(path: Path, judge: Judge) -> dict[str, Judgement]:
    """What `path` holds, by key; nothing when it is missing.

    Raises:
        InputError: it is damaged, or the verdicts are of another model or prompt.
    """
    if not path.exists():
        return {}
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf8").split("\n")[:-1]]
        made = {(row["model"], row["prompt"]) for row in rows}
        found = {
            row["key"]: Judgement(row["key"], tuple(Vote(**vote) for vote in row["votes"])) for row in rows
        }
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise InputError(f"{path} 已损坏，请删去后重新评卷。") from problem
    if made - {(judge.model, judge.prompt_hash)}:
        raise InputError(f"{path} 是另一个模型或另一版提示词评的，不能混在一起。请先把它移走。")
    return found


def _answers(judge: Judge, asked: Sequence[Asked], parallel: int) -> Iterator[Judgement]:
    """In the order of `asked`; who stops listening cancels what has not been asked."""
    pool = ThreadPoolExecutor(parallel)
    try:
        yield from pool.map(lambda one: judge.judge(one.item, one.orders), asked)
    finally:
        pool.shutdown(cancel_futures=True)


def _until_it_is_down(answers: Iterable[Judgement]) -> Iterator[Judgement]:
    silent: list[Judgement] = []
    for one in answers:
        yield one
        silent = [*silent, one] if one.votes and not any(vote.answered for vote in one.votes) else []
        if len(silent) == STOP_AFTER:
            reason = silent[0].votes[0].problem  # later ones may only say that the service is left alone
            raise LanguageModelError(f"连续 {STOP_AFTER} 项没有得到回答，已停下。{reason}")


def _to_json(one: Judgement, judge: Judge) -> Mapping[str, Any]:
    return {
        "key": one.key,
        "verdict": one.verdict,
        "votes": [asdict(vote) for vote in one.votes],
        "model": judge.model,
        "prompt": judge.prompt_hash,
    }


@contextmanager
def _writable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise InputError(f"评卷的结果写不到 {path}（{problem.strerror}）。") from problem
