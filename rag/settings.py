"""Everything an operator can set, read from `CHUANCE_*` variables. Importing has no effects."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from rag.errors import SettingsError

PROJECT_FOLDER = Path(__file__).resolve().parent.parent
BUILTIN_MODEL = PROJECT_FOLDER / "rag" / "encoder"


@dataclass(frozen=True)
class Settings:
    """The effective settings of one process."""

    home: Path = PROJECT_FOLDER / ".chuance"
    """Data folder: builds, pointer, lock."""
    embedding_model: str = str(BUILTIN_MODEL)
    """Local folder or hub name of a sentence-transformers model."""
    token_encoding: str = ""
    """Name of a tiktoken encoding in the user's cache; empty means the shipped table."""
    host: str = "127.0.0.1"
    port: int = 7860
    builds_kept: int = 3
    chroma_url: str = ""
    """Chroma server that holds the vectors (rag.remote_store); empty keeps them in the build's folder."""

    @classmethod
    def from_env(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read `CHUANCE_HOME`, `_EMBEDDING_MODEL`, `_TOKEN_ENCODING`, `_HOST`, `_PORT`, `_BUILDS_KEPT`, and `CHROMA_URL`.

        Raises:
            SettingsError: a `CHUANCE_*` name is unknown, or a number or URL is malformed.
        """
        given = {
            name.removeprefix("CHUANCE_").lower(): value.strip()
            for name, value in environment.items()
            if name.startswith("CHUANCE_")
        }
        names = [name for name in cls.__dataclass_fields__ if name != "chroma_url"]
        unknown = sorted(set(given) - set(names))
        if unknown:
            known = "、".join([*(f"CHUANCE_{name.upper()}" for name in names), "CHROMA_URL"])
            raise SettingsError(f"不认识的设置 CHUANCE_{unknown[0].upper()}；可用的设置有：{known}。")
        values: dict[str, object] = {"chroma_url": _server_url(environment.get("CHROMA_URL", "").strip())}
        for name, value in given.items():
            if not value:
                continue
            if name == "home":
                values[name] = Path(value).expanduser().resolve()
            elif name in {"port", "builds_kept"}:
                values[name] = _whole_number(name, value)
            else:
                values[name] = value
        return cls(**values)  # type: ignore[arg-type]


def _server_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        sound = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        sound = False
    if value and not (sound and not parts.query and not parts.fragment):
        # The value is not repeated: it may hold a password.
        raise SettingsError("CHROMA_URL 应为 http://主机:端口 或 https://主机 形式的地址。")
    return value


def _whole_number(name: str, value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 0 < int(value) < 65536:
        raise SettingsError(f"CHUANCE_{name.upper()} 应为 1 到 65535 的整数，现在是 {value!r}。")
    return int(value)
