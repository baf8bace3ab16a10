"""Official pages of the catalog -> raw files and a record of each: where from, when, which bytes."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
from filelock import FileLock, Timeout

from ingest.catalog import Entry, load_catalog
from ingest.content_type import checked_suffix, ends_as_it_should
from ingest.download import Downloader
from ingest.robots import Robots
from ingest.transfer import BY_HAND, Limits, Response
from rag.errors import BusyError, CorpusError, InputError
from rag.manifest import sync

RECORD = "record.json"


@dataclass(frozen=True)
class Fetched:
    """How it went for one entry.

    `path` and `sha256` are of the raw file, None and "" after a failure (an earlier copy is kept).
    `fetched_at` (UTC) is when these bytes were first received, after a failure when it was tried.
    """

    id: str
    url: str
    path: Path | None
    sha256: str
    fetched_at: str
    changed: bool
    failure: str | None = None


@dataclass(frozen=True)
class Version:
    """The bytes of one time; `file` is their name in the entry's folder."""

    file: str
    final_url: str
    sha256: str
    fetched_at: str
    content_type: str
    bytes: int


@dataclass(frozen=True)
class Record(Version):
    """record.json: the present version, when it was last compared, and the earlier ones, oldest first."""

    id: str
    url: str
    etag: str
    last_modified: str
    checked_at: str
    history: tuple[Version, ...] = ()


def fetch(
    ids: Sequence[str],
    *,
    catalog: Path,
    folder: Path,
    progress: Callable[[str], None],
    limits: Limits | None = None,
    allow_host: str | None = None,
) -> list[Fetched]:
    """Get the pages of `ids`, or of the whole catalog when there are none, into `folder`/<id>/.

    What is wrong with one page stands in its result and does not stop the others. `progress` gets
    Chinese sentences. `allow_host` is for tests, see `load_catalog`.

    Raises:
        InputError: an id is not in the catalog.
        CorpusError: the catalog or the folder cannot be used.
        BusyError: another fetch writes to `folder`.
    """
    entries = {entry.id: entry for entry in load_catalog(catalog, allow_host=allow_host)}
    if unknown := [name for name in ids if name not in entries]:
        raise InputError(f"官方原文目录里没有 {unknown[0]}，目录里有：{'、'.join(entries)}。")
    with _sole_writer(folder):
        downloader = Downloader(limits, progress=progress)
        robots = Robots(downloader)
        results = []
        for name in dict.fromkeys(ids or entries):
            progress(f"{name}：读取 {entries[name].url}")
            results.append(_fetch_one(entries[name], folder / name, downloader, robots))
        return results


@contextmanager
def _sole_writer(folder: Path) -> Iterator[None]:
    """Two runs at once would ask a site twice as often as either of them knows."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock").acquire(timeout=0)
    except Timeout as problem:
        raise BusyError("另一个进程正在下载官方原文，请等它结束后再试。") from problem
    except OSError as problem:
        raise CorpusError(f"文件夹 {folder} 不能写入（{problem.strerror}），请检查路径和权限。") from problem
    with lock:
        yield


def _fetch_one(entry: Entry, folder: Path, downloader: Downloader, robots: Robots) -> Fetched:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    try:
        known = _read_record(folder)
        conditions = _conditions(known, entry, folder)
        url = httpx.URL(entry.url).copy_with(fragment=None)
        response = downloader.get(url, hosts=entry.hosts, headers=conditions, check=robots.check)
        if known is not None and conditions and response.status == 304:
            record = replace(known, checked_at=now)
        else:
            record = _kept(entry, folder, response, known, now)
        _write(folder / RECORD, (json.dumps(asdict(record), ensure_ascii=False, indent=2) + "\n").encode())
    except CorpusError as problem:
        return Fetched(entry.id, entry.url, None, "", now, changed=False, failure=str(problem))
    except OSError as problem:
        reason = f"文件夹 {folder} 不能读写（{problem.strerror}），请检查权限和剩余空间。"
        return Fetched(entry.id, entry.url, None, "", now, changed=False, failure=reason)
    changed = known is None or known.sha256 != record.sha256
    return Fetched(entry.id, entry.url, folder / record.file, record.sha256, record.fetched_at, changed)


def _conditions(known: Record | None, entry: Entry, folder: Path) -> dict[str, str]:
    """Headers that ask for the page only if it is another one than the undamaged file at hand."""
    if known is None or known.url != entry.url or not _is_whole(folder, known):
        return {}
    validators = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in validators.items() if value}


def _kept(entry: Entry, folder: Path, response: Response, known: Record | None, now: str) -> Record:
    """The record of `response`, whose bytes are written unless they are there."""
    new = _described(entry, response, now)
    if known is None:
        _write(folder / new.file, response.content)
        return new
    if known.sha256 != new.sha256:
        earlier = Version(**{field.name: getattr(known, field.name) for field in fields(Version)})
        _write(folder / new.file, response.content)
        return replace(new, history=(*known.history, earlier))
    if not _is_whole(folder, known):
        _write(folder / known.file, response.content)
    if known.url != new.url:
        return replace(new, file=known.file, fetched_at=known.fetched_at, history=known.history)
    return replace(known, checked_at=now)


def _described(entry: Entry, response: Response, now: str) -> Record:
    if response.status != 200:
        waits = "，要求晚些再来" if "retry-after" in response.headers else ""
        raise CorpusError(f"网站回答 {response.status}{waits}，没有给出网页，{BY_HAND}。")
    if not response.content:
        raise CorpusError(f"网站给出的是空文件，{BY_HAND}。")
    content_type = response.headers.get("content-type", "")
    suffix = checked_suffix(response.content, content_type, response.url.path)
    if not response.length_known and not ends_as_it_should(response.content, suffix):
        raise CorpusError(f"网站没有说明长度，文件又像是没有收完，没有保存，{BY_HAND}。")
    sha256 = hashlib.sha256(response.content).hexdigest()
    return Record(
        file=f"{sha256[:12]}{suffix}",
        final_url=str(response.url),
        sha256=sha256,
        fetched_at=now,
        content_type=content_type,
        bytes=len(response.content),
        id=entry.id,
        url=entry.url,
        etag=response.headers.get("etag", ""),
        last_modified=response.headers.get("last-modified", ""),
        checked_at=now,
    )


def _is_whole(folder: Path, record: Record) -> bool:
    try:
        return hashlib.sha256((folder / record.file).read_bytes()).hexdigest() == record.sha256
    except OSError:
        return False


def _read_record(folder: Path) -> Record | None:
    try:
        value = json.loads((folder / RECORD).read_text(encoding="utf8"))
        history = tuple(Version(**version) for version in value.pop("history"))
        record = Record(**value, history=history)
        texts = (record.file, record.url, record.sha256, record.etag, record.last_modified)
        if not all(isinstance(text, str) for text in texts) or Path(record.file).name != record.file:
            raise ValueError(texts)
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        raise CorpusError(f"{folder.name}/{RECORD} 已损坏，请把文件夹 {folder} 移走后再试。") from problem
    return record


def _write(path: Path, content: bytes) -> None:
    """All of `content` under the name `path`, or nothing, even when the power goes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("wb") as target:
            target.write(content)
            target.flush()
            os.fsync(target.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    sync(path.parent)
