"""Damage to every kind of file of a data folder, in every way, and what an opening makes of it."""

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from rag.errors import StoreError
from rag.manifest import MANIFEST, POINTER, ROWS, VECTORS, builds_folder, current_build
from rag.opening import open_current
from tests.fault_tools import Trial, in_process

GRAPH = ("header.bin", "length.bin", "link_lists.bin", "data_level0.bin", "index_metadata.pickle")
FILES = (
    *(f"{name}.jsonl" for name in ROWS),
    *(VECTORS, "pieces.npy", "piece_starts.npy", "chroma/chroma.sqlite3", "chroma_questions/chroma.sqlite3"),
    *(f"chroma/*/{name}" for name in GRAPH),
    "chroma_questions/*/data_level0.bin",
    *(f"lexical/passage_grams/{name}.csc.index.npy" for name in ("data", "indices", "indptr")),
    "lexical/passage_words/data.csc.index.npy",
    "lexical/clause_grams/vocab.index.json",
    "lexical/question_grams/params.index.json",
    *("lexical/dictionary.marshal", "lexical/sounds.json", MANIFEST),
)
"""Patterns within a build, one file each."""
LOST = (
    *("chroma", "chroma/*/", "chroma_questions", "chroma_questions/*/", "lexical"),
    *("lexical/passage_grams", "lexical/passage_words", "lexical/clause_grams", "lexical/question_grams"),
)
"""Patterns of folders within a build, one each."""
SWAPPED = ("chroma", "chroma_questions", "lexical")
FLIPPED = 20
Damage = Callable[[Path, Path, random.Random], None]
"""Damages the first file; the second is its counterpart in an older build."""


def halve(path: Path, older: Path, chance: random.Random) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def cut_end(path: Path, older: Path, chance: random.Random) -> None:
    path.write_bytes(path.read_bytes()[:-FLIPPED])


def empty(path: Path, older: Path, chance: random.Random) -> None:
    path.write_bytes(b"")


def delete(path: Path, older: Path, chance: random.Random) -> None:
    path.unlink()


def flip(path: Path, older: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    for _ in range(FLIPPED):
        content[chance.randrange(len(content))] ^= chance.randrange(1, 256)
    path.write_bytes(content)


def swap(path: Path, older: Path, chance: random.Random) -> None:
    kept = path.read_bytes()
    path.write_bytes(older.read_bytes())
    older.write_bytes(kept)


def zero(path: Path, older: Path, chance: random.Random) -> None:
    """A page that a disk gives back as zeros."""
    content = bytearray(path.read_bytes())
    start = chance.randrange(max(1, len(content) - 4096))
    content[start : start + 4096] = bytes(len(content[start : start + 4096]))
    path.write_bytes(content)


WAYS: tuple[Damage, ...] = (halve, cut_end, empty, delete, flip, zero, swap)


def damages(folder: Path, count: int, chance: random.Random) -> Iterator[tuple[str, list[str]]]:
    """Up to `count` damages, drawn from every way with every file and whole folders lost or exchanged."""
    trial = Trial(folder / "trial")
    for _ in range(2):
        trial.change()
        trial.ingest()
    shutil.copytree(trial.home, folder / "sound")
    cases = [(pattern, way) for pattern in (*FILES, POINTER) for way in WAYS]
    chosen = chance.sample(cases, min(count, len(cases)))
    for pattern, way in chosen:
        restored(trial, folder / "sound")
        path, older = targets(trial, pattern)
        before = path.read_bytes()
        way(path, older, chance)
        if path.is_file() and path.read_bytes() == before:
            continue  # the file was as short, or the same in both builds
        yield judged(trial, f"{way.__name__} {pattern}")
    for name, spoil in FOLDERS.items() if count >= len(cases) else ():
        restored(trial, folder / "sound")
        spoil(trial.home)
        yield judged(trial, name)


def judged(trial: Trial, name: str) -> tuple[str, list[str]]:
    """Refused with the command that heals, or answering in full; and healed by one ingest."""
    code, told = in_process(_opening, trial)
    problems = []
    if code != 0:
        problems.append(f"opening died ({code})")
    elif told.startswith("refused") and "python -m ingest" not in told:
        problems.append(f"no command: {told}")
    elif told.startswith("poorer"):
        problems.append(told)
    if (code := trial.ingest()) != 0:
        problems.append(f"the next run exits {code}: {trial.log.read_text(encoding='utf8')[-300:]}")
    else:
        problems += trial.problems(trial.number, finished=True)
    return f"{name} [{told.split(':')[0]}]", problems


def _opening(trial: Trial) -> str:
    try:
        open_current(trial.settings, trial.embedder)
    except StoreError as problem:
        return f"refused: {problem}"
    if not (problems := trial.problems(trial.number)):
        return "whole"
    # An older build, pointed to or in the place of the newer one, is whole and answers as it did.
    return "older" if not trial.problems(trial.number - 1) else f"poorer: {problems}"


def restored(trial: Trial, sound: Path) -> None:
    shutil.rmtree(trial.home)
    shutil.copytree(sound, trial.home)


def both(home: Path) -> tuple[Path, Path]:
    """The folders of the published build and of the older one."""
    current = builds_folder(home) / str(current_build(home))
    return current, next(path for path in builds_folder(home).iterdir() if path != current)


def targets(trial: Trial, pattern: str) -> tuple[Path, Path]:
    current, older = both(trial.home)
    if pattern == POINTER:
        aside = trial.corpus.with_name("older-pointer")
        aside.write_text(f"{older.name}\n", encoding="utf8")
        return trial.home / POINTER, aside
    return next(current.glob(pattern)), next(older.glob(pattern))


def swap_builds(home: Path) -> None:
    exchange(*both(home), home / "aside")


def swap_folder(name: str) -> Callable[[Path], None]:
    """Exchanges the folder `name` of the two builds."""

    def swap_it(home: Path) -> None:
        current, older = both(home)
        exchange(current / name, older / name, home / "aside")

    return swap_it


def lose_folder(pattern: str) -> Callable[[Path], None]:
    """Removes the folder `pattern` of the published build."""
    return lambda home: shutil.rmtree(next(both(home)[0].glob(pattern)))


def exchange(one: Path, other: Path, aside: Path) -> None:
    one.rename(aside)
    other.rename(one)
    aside.rename(other)


FOLDERS: dict[str, Callable[[Path], None]] = {
    "lose the data folder": shutil.rmtree,
    "lose the build": lambda home: shutil.rmtree(both(home)[0]),
    "lose every build": lambda home: shutil.rmtree(builds_folder(home)),
    **{f"lose {pattern}": lose_folder(pattern) for pattern in LOST},
    **{f"swap {name}": swap_folder(name) for name in SWAPPED},
    "swap the builds": swap_builds,
}
