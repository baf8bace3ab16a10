"""What an ingest would change, without changing anything: `python -m ingest --dry-run`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.sources import Reading
from rag.manifest import Source


@dataclass(frozen=True)
class Plan:
    """Source paths by what would become of them; `failed` pairs a path with the reason."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]


def plan(readings: Sequence[Reading], before: Iterable[Source]) -> Plan:
    """Compare the files that were read with the sources of the published build."""
    then = {source.path: source.sha256 for source in before}
    read = [reading.source for reading in readings if reading.file is not None]
    paths = {reading.source.path for reading in readings}
    return Plan(
        tuple(source.path for source in read if source.path not in then),
        tuple(source.path for source in read if then.get(source.path, source.sha256) != source.sha256),
        tuple(path for path in then if path not in paths),
        tuple(source.path for source in read if then.get(source.path) == source.sha256),
        tuple(
            (reading.source.path, reading.source.failure or "")
            for reading in readings
            if reading.file is None
        ),
    )
