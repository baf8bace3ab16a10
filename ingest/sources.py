"""Paths given by a person -> source files, read and hashed."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ingest.load import SUFFIXES, LoadedFile, load_file
from ingest.official import is_outdated, with_official_fields
from rag.errors import CorpusError, InputError
from rag.manifest import Source
from rag.settings import PROJECT_FOLDER


@dataclass(frozen=True)
class Reading:
    """A source and, unless it failed, what was read of it."""

    source: Source
    file: LoadedFile | None = None

    @property
    def file_name(self) -> str:
        """The name of the file without its folders."""
        return Path(self.source.path).name

    @property
    def warnings(self) -> tuple[str, ...]:
        """What its reader left out or wants looked at."""
        return self.file.warnings if self.file else ()


def source_files(sources: Iterable[Path]) -> list[Path]:
    """The files behind `sources`: folders are searched for readable formats, hidden files and READMEs left out.

    Raises:
        InputError: a source does not exist, or a folder holds no readable file.
    """
    found: dict[Path, None] = {}
    for source in sources:
        if source.is_dir():
            inside = [
                path for path in sorted(source.rglob("*")) if _is_source(path.relative_to(source), path)
            ]
            if not inside:
                raise InputError(f"文件夹 {source} 里没有可以入库的文件（{'、'.join(SUFFIXES)}）。")
            found.update(dict.fromkeys(path.resolve() for path in inside))
        elif source.exists():
            found[source.resolve()] = None
        else:
            raise InputError(f"找不到 {source}，请检查路径。")
    return list(found)


def _is_source(name: Path, path: Path) -> bool:
    hidden = any(part.startswith(".") for part in name.parts)
    readable = path.is_file() and path.suffix.lower() in SUFFIXES and path.stem.lower() != "readme"
    return readable and not hidden and not is_outdated(path)


def read_source(path: Path) -> Reading:
    """Read one file; what is wrong with it stands in the reading, not in an exception."""
    name = str(path.relative_to(PROJECT_FOLDER)) if path.is_relative_to(PROJECT_FOLDER) else str(path)
    try:
        file = with_official_fields(load_file(path))
    except CorpusError as problem:
        return Reading(Source(name, _hash_of(path), failure=str(problem)))
    return Reading(Source(name, file.sha256), file)


def _hash_of(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
