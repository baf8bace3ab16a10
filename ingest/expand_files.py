"""Where generated questions are kept: beside the written ones, and a journal of the sentences that were asked about.

<data folder>/questions/<document id>.jsonl         questions of documents that a user brought (ingest.expand)
<data folder>/questions/asked/<document id>.jsonl   {"clause", "sentence", "model", "prompt", "kept", "refused"} a line

The journal keeps a sentence for which no question passed from being asked about again
by the same model under the same prompt.
"""

import errno
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from ingest.expand import IN_HOME, QUESTIONS
from rag.builds import Build
from rag.errors import BusyError, StoreError
from rag.manifest import sync
from rag.types import Document, Passage

ASKED: Final = "asked"
_LONGEST_NAME: Final = 200
"""Bytes of a file name; a longer document id is cut and told apart by its hash."""


@contextmanager
def sole_expander(home: Path) -> Iterator[None]:
    """Two runs at once would ask everything twice; an ingest may run beside one.

    Raises:
        BusyError: another process is writing questions.
        StoreError: the folder cannot be written.
    """
    folder = home / IN_HOME / ASKED
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock").acquire(timeout=0)
    except Timeout as problem:
        raise BusyError("另一个进程正在写问法，请等它结束后再试。") from problem
    except OSError as problem:
        raise StoreError(f"文件夹 {folder} 不能写入（{problem.strerror}），请检查权限。") from problem
    with lock:
        yield


def folder_of(document: Document, build: Build, home: Path) -> Path:
    """Where the questions of a document belong: with the project's for its own corpus, else in the data folder.

    A project that was installed for reading only keeps them in the data folder too.
    """
    its = (source.path for source in build.manifest.sources if source.document_id == document.id)
    own = any(Path(path).parts[:1] == (QUESTIONS.parent.name,) for path in its)
    return QUESTIONS if own and os.access(QUESTIONS, os.W_OK) else home / IN_HOME


class Keeper:
    """Keeps what is made of one document; each sentence is on the disk before the next one is asked about."""

    def __init__(self, document: Document, folder: Path, home: Path, provenance: Mapping[str, Any]) -> None:
        """`provenance` is put into every line: generated, model and prompt."""
        self._document, self._provenance = document, provenance
        self._path = folder / _file_name(document.id)
        self._journal = home / IN_HOME / ASKED / _file_name(document.id)
        self._by = {name: provenance[name] for name in ("model", "prompt")}

    def was_asked(self, clause: str, passage: Passage) -> bool:
        """Whether the same model has been asked under the same prompt."""
        return (clause, passage.text) in self._asked_before

    def keep(
        self, clause: str, passage: Passage, questions: Sequence[str], refused: Mapping[str, int]
    ) -> None:
        """Write the questions about `passage`, then that it was asked about.

        Raises:
            StoreError: they could not be written; nothing of them is left.
        """
        place = {"clause": clause, "sentence": passage.text}
        if questions:
            heading = {"policy": self._document.id, "title": self._document.title}
            lines = [{**place, "question": one, "provenance": dict(self._provenance)} for one in questions]
            _append(self._path, heading, lines)
        entry = {**place, **self._by, "kept": len(questions), "refused": dict(refused)}
        _append(self._journal, {"policy": self._document.id}, [entry])
        self._asked_before.add((clause, passage.text))

    @cached_property
    def _asked_before(self) -> set[tuple[str, str]]:
        return _journaled(self._journal, self._by)


def _journaled(path: Path, by: Mapping[str, Any]) -> set[tuple[str, str]]:
    """(clause, sentence) of every line of that model and prompt; lines that cannot be read only cost another call."""
    found = set()
    for line in path.read_bytes().split(b"\n") if path.exists() else ():
        try:
            entry = json.loads(line)
            if by.items() <= entry.items():
                found.add((entry["clause"], entry["sentence"]))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
    return found


def _append(path: Path, heading: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> None:
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_name(f"{path.name}.partial")
            partial.write_bytes(_line(heading))
            sync(partial)
            partial.replace(path)
        with path.open("r+b", buffering=0) as target:
            end, missing = _end(target.read())
            target.truncate(end)
            target.seek(end)
            raw = missing + b"".join(map(_line, lines))
            try:
                if target.write(raw) < len(raw):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.fsync(target.fileno())
            except OSError:
                target.truncate(end)
                raise
    except OSError as problem:
        raise StoreError(f"问法写不进 {path}（{problem.strerror}），请检查磁盘空间和权限。") from problem


def _end(raw: bytes) -> tuple[int, bytes]:
    """Where the whole lines of a file end, and the line break that the last one lacks.

    A power cut leaves half a line, which goes; who edits by hand may leave a line break out.
    """
    end = raw.rfind(b"\n") + 1
    try:
        json.loads(raw[end:])
    except ValueError:
        return end, b""
    return len(raw), b"\n"


def _line(record: Mapping[str, Any]) -> bytes:
    return (json.dumps(record, ensure_ascii=False) + "\n").encode()


def _file_name(document_id: str) -> str:
    raw = document_id.encode()
    if len(raw) > _LONGEST_NAME:
        document_id = f"{raw[:_LONGEST_NAME].decode(errors='ignore')}-{hashlib.sha256(raw).hexdigest()[:8]}"
    return f"{document_id}.jsonl"
