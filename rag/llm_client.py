"""The client library for OpenAI-compatible servers, set up to talk to the configured server and to nobody else.

The environment of that library is shut out: no other key, organisation, proxy, header or
tracing service than the product's own settings name.
"""

from collections.abc import AsyncIterator
from contextlib import suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import httpx
from pydantic import SecretStr

from rag.errors import LanguageModelError
from rag.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

MOST_BYTES: Final = 16 * 1024 * 1024
"""Read of one response; two minutes of a fast model that thinks aloud are some 4 MB."""
_SENT_HEADERS: Final = frozenset(
    {
        "host",
        "connection",
        "accept",
        "authorization",
        "content-type",
        "content-length",
        "transfer-encoding",
        "x-stainless-raw-response",  # the library's note to itself, read back from the request
    }
)
_NO_KEY: Final = SecretStr("none")


def chat_model(settings: Settings, *, connect: float, total: float) -> "BaseChatModel":
    """The chat model of `settings`; `connect` and `total` are deadlines in seconds.

    Raises:
        LanguageModelError: the key or the address cannot be sent.
    """
    from langchain_openai import ChatOpenAI

    if not _can_be_sent(settings.llm_api_key):
        raise LanguageModelError("CHUANCE_LLM_API_KEY 里有空格、换行或中文，不能当密钥发送，请重新复制。")
    timeout = httpx.Timeout(total, connect=connect)
    # What the libraries raise may quote the proxy's address with its password.
    with suppress(Exception):
        return ChatOpenAI(
            model=settings.llm_model,
            base_url=settings.llm_base_url,
            api_key=settings.llm_api_key if settings.llm_api_key.get_secret_value() else _NO_KEY,
            temperature=settings.llm_temperature,
            timeout=timeout,
            max_retries=0,
            http_async_client=_http_client(settings.llm_base_url, timeout),
            openai_proxy="",
            use_responses_api=False,
            stream_usage=False,
            stream_chunk_timeout=None,
            cache=False,
        )
    raise LanguageModelError("CHUANCE_LLM_BASE_URL，或者环境里的代理地址（HTTP_PROXY 等）不能用，请检查。")


def _http_client(address: str, timeout: httpx.Timeout) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        timeout=timeout,
        follow_redirects=False,
        trust_env=not is_loopback(address),
        event_hooks={"request": [_send_only_what_is_needed], "response": [_bound]},
    )


def _can_be_sent(key: SecretStr) -> bool:
    """Whether a key can stand in a header; it is not in the frame that raises."""
    text = key.get_secret_value()
    return text.isascii() and text.isprintable() and " " not in text


def is_loopback(address: str) -> bool:
    """Whether an address names this computer, where a proxy has no business."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


async def _send_only_what_is_needed(request: httpx.Request) -> None:
    """The library adds what it knows of this computer, and what it finds in the environment."""
    for name in set(request.headers) - _SENT_HEADERS:
        del request.headers[name]
    request.headers["user-agent"] = "chuance"
    request.headers["accept-encoding"] = "identity"


async def _bound(response: httpx.Response) -> None:
    """End the body at `MOST_BYTES`. Compression was not asked for and is not undone: it could unfold to any size."""
    response.headers.pop("content-encoding", None)
    if isinstance(response.stream, httpx.AsyncByteStream):
        response.stream = _Bounded(response.stream)


class _Bounded(httpx.AsyncByteStream):
    """The first `MOST_BYTES` of a stream; an answer that is longer has lost its end and fails for that."""

    def __init__(self, whole: httpx.AsyncByteStream) -> None:
        self._whole = whole

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        async for chunk in self._whole:
            read += len(chunk)
            if read > MOST_BYTES:
                return
            yield chunk

    async def aclose(self) -> None:
        await self._whole.aclose()
