"""How many tokens a text costs, counted with tiktoken and never through the network.

The shipped table is a byte-level BPE built by `python -m ingest.train_tokens` from
policy and legal text. Model vendors count a little differently; a named encoding is
used instead when its table already lies in tiktoken's cache.
"""

import base64
import hashlib
import os
import tempfile
from functools import lru_cache
from pathlib import Path

import tiktoken

from rag.errors import SettingsError

TABLE = Path(__file__).with_name("policy.tiktoken")
PATTERN = r"\p{N}{1,3}|[^\s\p{L}\p{N}]+|\p{L}+|\s+"
"""Pre-tokenisation: digits in threes, runs of punctuation, runs of letters, white space."""
_TABLE_URL = "https://openaipublic.blob.core.windows.net/encodings/{}.tiktoken"


def count_tokens(text: str, encoding: str = "") -> int:
    """Tokens of `text` under the shipped table, or under the named tiktoken encoding.

    Raises:
        SettingsError: the named encoding is not in the local cache.
    """
    return len(_encoding(encoding).encode(text, disallowed_special=()))


@lru_cache(maxsize=4)
def _encoding(name: str) -> tiktoken.Encoding:
    if not name:
        return tiktoken.Encoding(
            "policy", pat_str=PATTERN, mergeable_ranks=_shipped_ranks(), special_tokens={}
        )
    # tiktoken downloads a missing table without any timeout, so look before asking for it.
    if not _cached(name):
        raise SettingsError(
            f"CHUANCE_TOKEN_ENCODING={name!r} 的词表不在本机缓存里，也不会联网下载。"
            "请把词表放进 TIKTOKEN_CACHE_DIR，或去掉这个设置以使用自带的词表。"
        )
    return tiktoken.get_encoding(name)


def _shipped_ranks() -> dict[bytes, int]:
    """Read the table without tiktoken's own loader, which would keep a copy in a shared temporary folder."""
    lines = (line.split() for line in TABLE.read_text(encoding="ascii").splitlines())
    return {base64.b64decode(token): int(rank) for token, rank in lines}


def _cached(name: str) -> bool:
    folder = os.environ.get("TIKTOKEN_CACHE_DIR") or os.environ.get("DATA_GYM_CACHE_DIR")
    cache = Path(folder) if folder else Path(tempfile.gettempdir()) / "data-gym-cache"
    key = hashlib.sha1(_TABLE_URL.format(name).encode(), usedforsecurity=False).hexdigest()
    return (cache / key).is_file()
