"""Everything an operator can set, read from `CHUANCE_*` variables. Importing has no effects."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from rag.errors import SettingsError

PROJECT_FOLDER = Path(__file__).resolve().parent.parent
BUILTIN_MODEL = PROJECT_FOLDER / "rag" / "encoder"
NO_KEY = SecretStr("")


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
    llm_base_url: str = ""
    """Address of an OpenAI-compatible server, up to and with /v1; empty answers without a language model."""
    llm_model: str = ""
    """Name by which that server knows the model."""
    llm_api_key: SecretStr = NO_KEY
    """Sent as bearer token, shown nowhere; a local server often needs none."""
    llm_temperature: float = 0.0
    llm_token_budget: int = 3000
    """Most tokens of clauses that are put before the model (rag.tokens)."""
    llm_stream: bool = True
    """Whether the server sends its words one by one; 0 waits for the whole text."""

    @property
    def has_language_model(self) -> bool:
        """Whether a language model is configured."""
        return bool(self.llm_base_url)

    @classmethod
    def from_env(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read `CHUANCE_` with the name of each field in capitals, and `CHROMA_URL`.

        Raises:
            SettingsError: a `CHUANCE_*` name is unknown, a number or URL is malformed, or a language
                model has an address without a name or a name without an address.
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
        values: dict[str, object] = {
            "chroma_url": _server_url("CHROMA_URL", environment.get("CHROMA_URL", "").strip())
        }
        values |= {name: _READERS.get(name, _text)(name, value) for name, value in given.items() if value}
        if bool(values.get("llm_base_url")) != bool(values.get("llm_model")):
            raise SettingsError(
                "语言模型须同时设置 CHUANCE_LLM_BASE_URL 和 CHUANCE_LLM_MODEL，或者都不设置。"
            )
        return cls(**values)  # type: ignore[arg-type]


def _server_url(name: str, value: str) -> str:
    try:
        parts = urlsplit(value)
        sound = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        sound = False
    if value and not (sound and not parts.query and not parts.fragment):
        # The value is not repeated: it may hold a password.
        raise SettingsError(f"{name} 应为 http://主机:端口 或 https://主机 形式的地址。")
    return value


def _model_url(name: str, value: str) -> str:
    address = _server_url(f"CHUANCE_{name.upper()}", value)
    if "@" in urlsplit(address).netloc:
        raise SettingsError("CHUANCE_LLM_BASE_URL 里不要写用户名或密钥，密钥请写在 CHUANCE_LLM_API_KEY。")
    return address.rstrip("/")


def _text(name: str, value: str) -> str:
    return value


def _folder(name: str, value: str) -> Path:
    return Path(value).expanduser().resolve()


def _whole_number(name: str, value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 0 < int(value) < 65536:
        raise SettingsError(f"CHUANCE_{name.upper()} 应为 1 到 65535 的整数，现在是 {value!r}。")
    return int(value)


def _temperature(name: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0.0 <= number <= 2.0:
        raise SettingsError(f"CHUANCE_{name.upper()} 应为 0 到 2 的数，现在是 {value!r}。")
    return number


def _switch(name: str, value: str) -> bool:
    if value not in {"0", "1"}:
        raise SettingsError(f"CHUANCE_{name.upper()} 应为 1（是）或 0（否），现在是 {value!r}。")
    return value == "1"


_READERS: Mapping[str, Callable[[str, str], object]] = {
    "home": _folder,
    "port": _whole_number,
    "builds_kept": _whole_number,
    "llm_base_url": _model_url,
    "llm_api_key": lambda name, value: SecretStr(value),
    "llm_temperature": _temperature,
    "llm_token_budget": _whole_number,
    "llm_stream": _switch,
}
"""How a variable is read that is no plain text."""
