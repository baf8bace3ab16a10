"""A build folder on disk: where things are, what the manifest says, and whether it is still true.

<home>/current                 name of the build that answers, replaced atomically
<home>/ingest.lock             held by the one process that may write
<home>/builds/<build id>/      one immutable build:
    manifest.json              what it was made from, and the hash of every file below
    documents.jsonl clauses.jsonl passages.jsonl questions.jsonl      row order is the row number used everywhere
    supports.jsonl             rag.supports
    vectors.npy                (passages + questions + clauses, dimension) float32, for exact cosines and reuse
    pieces.npy piece_starts.npy  rag.late; only when the model is a static one
    lexical/                   rag.lexical
    chroma/ chroma_questions/  rag.store; the second only when there are written questions
"""

import dataclasses
import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from rag.errors import ModelMismatchError, StoreError
from rag.late import PIECES, STARTS
from rag.store import settled_files

if TYPE_CHECKING:
    from rag.embedder import Embedder

FORMAT: Final = 5
"""Raised when the files of a build change shape; another number is rebuilt, never migrated."""
POINTER: Final = "current"
LOCK: Final = "ingest.lock"
MANIFEST: Final = "manifest.json"
ROWS: Final = ("documents", "clauses", "passages", "questions", "supports")
VECTORS: Final = "vectors.npy"
LEXICAL: Final = "lexical"
CHROMA: Final = "chroma"
CHROMA_QUESTIONS: Final = "chroma_questions"
REBUILD: Final = "请运行 python -m ingest --rebuild 重建索引。"

PROBE_TEXT: Final = "支持企业加快建设现代化产业体系"

_PROBE_TOLERANCE: Final = 1e-3

Row = TypeVar("Row")


@dataclasses.dataclass(frozen=True)
class Source:
    """A source file as it was read: `path` relative to the project where possible."""

    path: str
    sha256: str
    document_id: str | None = None
    title: str = ""
    failure: str | None = None
    """Why it could not be used; None when it is in the build."""


@dataclasses.dataclass(frozen=True)
class Manifest:
    """What a build was made from and how to tell that it is whole."""

    build_id: str
    created: str
    """UTC, ISO 8601."""
    sources: tuple[Source, ...]
    pipeline: str
    """Hash of the code that cut the sources; another hash makes every source count as changed."""
    model: str
    probe: tuple[float, ...]
    """Vector of `PROBE_TEXT` under the model: a model replaced under its old name is noticed."""
    counts: Mapping[str, int]
    """Rows of each of `ROWS`."""
    files: Mapping[str, str]
    """Path inside the build -> `size:sha256`."""
    format: int = FORMAT

    @property
    def dimension(self) -> int:
        """Length of the model's vectors."""
        return len(self.probe)


def model_problem(manifest: Manifest, embedder: "Embedder | None") -> ModelMismatchError | None:
    """Why the vectors of a build cannot be compared with those of `embedder`; None when they can."""
    if embedder is None:
        return ModelMismatchError(
            f"嵌入模型未能加载（索引所用的模型是 {manifest.model!r}），暂时只能按关键词检索。"
        )
    if embedder.name != manifest.model:
        return ModelMismatchError(
            f"索引是用模型 {manifest.model!r} 建立的，现在设置的是 {embedder.name!r}，两者的向量不能比较，"
            "暂时只能按关键词检索。请改回原来的 CHUANCE_EMBEDDING_MODEL，或运行 python -m ingest 重新入库。"
        )
    probe = np.asarray(embedder.embed_query(PROBE_TEXT), dtype=np.float32)
    if probe.shape != (manifest.dimension,) or np.abs(probe - manifest.probe).max() > _PROBE_TOLERANCE:
        return ModelMismatchError(
            f"模型 {embedder.name!r} 的内容与建立索引时的 {manifest.model!r} 不同（名字相同），"
            "暂时只能按关键词检索。请运行 python -m ingest 重新入库。"
        )
    return None


def builds_folder(home: Path) -> Path:
    """Where the builds of a data folder lie."""
    return home / "builds"


def current_build(home: Path) -> str | None:
    """The build that the pointer names, None when nothing has been published."""
    try:
        return (home / POINTER).read_text(encoding="utf8").strip() or None
    except FileNotFoundError:
        return None


def point_to(home: Path, build_id: str) -> None:
    """Publish a build: after this call, and a power cut, every new reader opens it."""
    partial = home / f"{POINTER}.partial"
    partial.write_text(build_id + "\n", encoding="utf8")
    sync(partial)
    partial.replace(home / POINTER)
    sync(home)


def sync(path: Path) -> None:
    """Flush a file or folder to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_rows(path: Path, rows: Iterable[Any]) -> None:
    """Write dataclass instances as JSON lines."""
    with path.open("w", encoding="utf8") as target:
        for row in rows:
            target.write(json.dumps(dataclasses.asdict(row), ensure_ascii=False) + "\n")


def read_rows(path: Path, kind: type[Row]) -> list[Row]:
    """Read what `write_rows` wrote."""
    with path.open(encoding="utf8") as lines:
        make = getattr(kind, "from_row", None) or (lambda row: kind(**row))
        return [make(json.loads(line)) for line in lines]


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest of a finished build folder."""
    fields = dataclasses.asdict(manifest)
    text = json.dumps({**fields, "checksum": _checksum(fields)}, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf8")


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a build.

    Raises:
        StoreError: it is missing, unreadable or of another format.
    """
    try:
        fields = json.loads((folder / MANIFEST).read_text(encoding="utf8"))
        if fields["format"] != FORMAT:
            raise StoreError(
                f"索引 {folder.name} 是另一版本的格式（{fields['format']!r}，需要 {FORMAT}）。{REBUILD}"
            )
        if fields.pop("checksum") != _checksum(fields):
            raise ValueError("checksum")
        fields["sources"] = tuple(Source(**source) for source in fields["sources"])
        fields["probe"] = tuple(fields["probe"])
        return Manifest(**fields)
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise StoreError(f"索引 {folder.name} 的 {MANIFEST} 缺失或损坏。{REBUILD}") from problem


def fingerprints(folder: Path) -> dict[str, str]:
    """`size:sha256` of every file of a build that may never change."""
    fixed = [folder / f"{name}.jsonl" for name in ROWS] + [folder / VECTORS]
    fixed += [path for name in (PIECES, STARTS) if (path := folder / name).is_file()]
    fixed += [path for path in (folder / LEXICAL).rglob("*") if path.is_file()]
    fixed += settled_files(folder / CHROMA) + settled_files(folder / CHROMA_QUESTIONS)
    return {str(path.relative_to(folder)): _fingerprint(path) for path in sorted(fixed)}


def changed_file(folder: Path, manifest: Manifest) -> str | None:
    """The first file of a build that is missing or not what the manifest says, None when all are."""
    for name, expected in manifest.files.items():
        path = folder / name
        if not path.is_file() or _fingerprint(path) != expected:
            return name
    return None


def _checksum(fields: Mapping[str, Any]) -> str:
    """Hash of a manifest's own fields, as JSON reads them back."""
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return f"{path.stat().st_size}:{hashlib.file_digest(file, 'sha256').hexdigest()}"
