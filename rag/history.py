"""Earlier versions of documents: kept readable beside the index, never searched.

A version is one file `<home>/history/<document id>/<first 12 of its sha256>.json`, written once.
"""

import dataclasses
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from rag.errors import InputError
from rag.types import Document

FOLDER: Final = "history"
NAME_LENGTH: Final = 12
"""Hexadecimal digits of the source's sha256 that name a version."""


@dataclasses.dataclass(frozen=True)
class Version:
    """A document as it was until `replaced_on` (UTC, ISO seconds)."""

    document: Document
    replaced_on: str

    @property
    def name(self) -> str:
        """What `python -m rag show ID@NAME` asks for."""
        return version_name(self.document)


def version_name(document: Document) -> str:
    """The short name of this version of a document."""
    return document.sha256[:NAME_LENGTH]


def keep(home: Path, document: Document) -> None:
    """Write a version, unless it is there already; whole or not at all."""
    path = home / FOLDER / document.id / f"{version_name(document)}.json"
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fields = {
        "document": dataclasses.asdict(document),
        "replaced_on": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    partial = path.with_suffix(".part")
    with partial.open("w", encoding="utf8") as file:
        json.dump(fields, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)


def versions(home: Path, document_id: str) -> list[Version]:
    """The earlier versions of a document, oldest first; empty when there are none."""
    folder = home / FOLDER / document_id
    found = [json.loads(path.read_text(encoding="utf8")) for path in sorted(folder.glob("*.json"))]
    read = [Version(Document(**one["document"]), one["replaced_on"]) for one in found]
    return sorted(read, key=lambda version: version.replaced_on)


def version(home: Path, document_id: str, name: str) -> Version:
    """One earlier version.

    Raises:
        InputError: there is none of this name; the message gives those that exist.
    """
    found = versions(home, document_id)
    chosen = next((one for one in found if one.name == name), None)
    if chosen is None:
        known = "、".join(one.name for one in found) or "没有"
        raise InputError(f"{document_id} 没有旧版本 {name!r}。现存的旧版本：{known}。")
    return chosen
