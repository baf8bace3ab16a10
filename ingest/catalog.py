"""The list of official pages: corpus/catalog.yaml -> entries, each checked."""

import re
from dataclasses import dataclass
from pathlib import Path

import httpx
import yaml

from rag.errors import CorpusError

OFFICIAL = ".gov.cn"
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
"""An id names a folder, so it may hold nothing that a file system reads in its own way."""
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+")
_REQUIRED = ("id", "title", "url")
_KNOWN = (*_REQUIRED, "host")


@dataclass(frozen=True)
class Entry:
    """One policy and its official page; `host` is a second host of the same office that may be redirected to."""

    id: str
    title: str
    url: str
    host: str | None = None

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that may answer for this entry."""
        return frozenset({httpx.URL(self.url).host, *([self.host] if self.host else [])})


def load_catalog(path: Path, *, allow_host: str | None = None) -> tuple[Entry, ...]:
    """Read and check every entry, in the order of the file.

    Args:
        path: a YAML list of {id, title, url, host?}.
        allow_host: one host that is accepted although it does not end in .gov.cn; for tests.

    Raises:
        CorpusError: the file or one of its entries cannot be used; the message says which and why.
    """
    try:
        # Strings only: an id such as 2024 stays as it is written.
        listed = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=yaml.BaseLoader)
    except OSError as problem:
        raise CorpusError(f"官方原文目录打不开（{problem.strerror}），请检查路径和权限。") from problem
    except UnicodeDecodeError as problem:
        raise CorpusError("官方原文目录不是 UTF-8 编码，请用文本编辑器另存为 UTF-8。") from problem
    except (yaml.YAMLError, RecursionError) as problem:
        mark = getattr(problem, "problem_mark", None)
        place = f"第 {mark.line + 1} 行" if mark else ""
        raise CorpusError(f"官方原文目录{place}不是有效的 YAML，请检查缩进和冒号。") from problem
    if not isinstance(listed, list) or not listed:
        raise CorpusError("官方原文目录应是一个列表，每项以“- id:”开头，现在一项也没有。")
    entries = tuple(_entry(value, place, allow_host) for place, value in enumerate(listed, 1))
    places: dict[str, int] = {}
    for number, entry in enumerate(entries, 1):
        if places.setdefault(entry.id, number) != number:
            raise CorpusError(
                f"官方原文目录第 {places[entry.id]} 项和第 {number} 项的 id 都是 {entry.id}，请改成不同的。"
            )
    return entries


def _entry(value: object, place: int, allow_host: str | None) -> Entry:
    name = f"官方原文目录第 {place} 项"
    if not isinstance(value, dict):
        raise CorpusError(f"{name}应写成 id、title、url 三行，现在是 {str(value)[:40]!r}。")
    if unknown := sorted(str(key) for key in value if key not in _KNOWN):
        raise CorpusError(f"{name}有不认识的 {unknown[0]}，可以写的有：{'、'.join(_KNOWN)}。")
    for key in value:
        if not isinstance(value[key], str) or not value[key].strip():
            raise CorpusError(f"{name}的 {key} 是空的或不是一行文字，请填写。")
    if missing := [key for key in _REQUIRED if key not in value]:
        raise CorpusError(f"{name}缺少 {'、'.join(missing)}，请补上。")
    if not _ID.fullmatch(value["id"]):
        raise CorpusError(
            f"{name}的 id 是 {value['id']!r}，只能用小写字母、数字和连字符，最多 64 个，如 sc-2024-services。"
        )
    name = f"{name}（{value['id']}）"
    _check_host(_host_of(value["url"], name), name, allow_host)
    if "host" in value:
        _check_host(value["host"], name, allow_host)
    return Entry(value["id"], value["title"].strip(), value["url"], value.get("host"))


def _host_of(url: str, name: str) -> str:
    wrong = CorpusError(
        f"{name}的 url 是 {url!r}，应是 http:// 或 https:// 开头的完整网址，不含空格和用户名。"
    )
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as problem:
        raise wrong from problem
    port_is_real = parsed.port is None or 0 < parsed.port < 65536
    if parsed.scheme not in {"http", "https"} or parsed.userinfo or not port_is_real or re.search(r"\s", url):
        raise wrong
    return parsed.host


def _check_host(host: str, name: str, allow_host: str | None) -> None:
    if host == allow_host or (_HOST.fullmatch(host) and host.endswith(OFFICIAL)):
        return
    raise CorpusError(f"{name}的网站 {host!r} 不是政府网站（{OFFICIAL}），官方原文目录只收政府网站的网页。")
