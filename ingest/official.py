"""Files that `python -m ingest fetch` left: the present version of each, with its id and address."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from ingest.fetch import RECORD
from ingest.load import LoadedFile


def is_outdated(path: Path) -> bool:
    """Whether `path` lies in a fetched policy's folder and is not its present version."""
    record = _record(path)
    return record is not None and record["file"] != path.name


def with_official_fields(file: LoadedFile) -> LoadedFile:
    """A fetched file under the id of its catalog entry, with the page it came from; other files as they are."""
    record = _record(file.path)
    if record is None:
        return file
    return replace(file, metadata={**file.metadata, "id": record["id"], "source_url": record["final_url"]})


def _record(path: Path) -> dict[str, Any] | None:
    try:
        record: dict[str, Any] = json.loads((path.parent / RECORD).read_text(encoding="utf8"))
    except (OSError, ValueError):
        return None
    return record if {"id", "file", "final_url"} <= record.keys() else None
