"""What can go wrong with a call to a language model, told so that the reader knows who has to act.

A message names the kind of fault. It never holds the key, the prompt or the server's own
words: those may repeat what was sent to it.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from rag.errors import LanguageModelError

FORMAT: Final = (
    "语言模型的回答不是约定的格式，请检查 CHUANCE_LLM_BASE_URL 是不是 OpenAI 兼容的地址（通常以 /v1 结尾）。"
)
UNREACHABLE: Final = "语言模型连不上，请检查 CHUANCE_LLM_BASE_URL 和网络。"
CUT: Final = "语言模型的连接中断了。"
REDIRECTED: Final = (
    "语言模型的服务器把请求转到别处（{}），程序不跟随，请把 CHUANCE_LLM_BASE_URL 改成最终的地址。"
)
SERVER: Final = "语言模型的服务出错（{}）。"
BY_STATUS: Final[Mapping[int, str]] = {
    400: "语言模型的服务器不接受这次请求（{}）：可能内容太长，请减小 CHUANCE_LLM_TOKEN_BUDGET；也可能不支持所要的格式。",
    401: "语言模型的密钥被拒绝（{}），请检查 CHUANCE_LLM_API_KEY。",
    402: "语言模型的账户余额不足（{}）。",
    403: "语言模型的密钥被拒绝（{}），请检查 CHUANCE_LLM_API_KEY 和账户权限。",
    404: "语言模型的服务器没有这个地址或这个模型（{}），请检查 CHUANCE_LLM_BASE_URL 和 CHUANCE_LLM_MODEL。",
    413: "发给语言模型的内容太长（{}），请减小 CHUANCE_LLM_TOKEN_BUDGET。",
    422: "语言模型的服务器不接受这次请求（{}）。",
    429: "语言模型的服务器说请求太多（{}），请稍后再试。",
}
PASSING: Final = frozenset({429, 500, 502, 503})
"""Statuses that another try may mend."""
OF_THE_REQUEST: Final = frozenset({400, 413, 422})
"""Statuses that speak of one request; the next one may well be answered."""
_SECONDS = re.compile(r"\d+(?:\.\d+)?")


class CallError(LanguageModelError):
    """A call came to nothing; the message is for the reader."""

    def __init__(
        self, message: str, *, again: bool = False, wait: float | None = None, of_service: bool = True
    ) -> None:
        """`again`: another try may help, `wait` seconds from now where the server says so.

        `of_service`: the service does not work, as opposed to a fault of one request or its answer.
        """
        super().__init__(message)
        self.again, self.wait, self.of_service = again, wait, of_service


class TruncatedError(CallError):
    """The model stopped at the most tokens it may write."""


def failure_of(problem: Exception, connect: float) -> CallError:
    """The failure behind an exception of the client library; `connect` is the deadline in seconds."""
    import openai

    if isinstance(problem, openai.APIStatusError):
        return _by_status(problem.response.status_code, problem.response.headers)
    if isinstance(problem, openai.APIConnectionError):
        names = {type(cause).__name__ for cause in _causes(problem)}
        if "ConnectTimeout" in names:
            return CallError(f"语言模型连不上，等候超过 {connect:g} 秒，请检查 CHUANCE_LLM_BASE_URL 和网络。")
        return CallError(UNREACHABLE if "ConnectError" in names else CUT, again=True)
    if isinstance(problem, openai.APIError):
        return CallError(SERVER.format("说到一半报错"))
    # HTML, broken JSON, other bytes than UTF-8, missing fields: each raises something else.
    return CallError(FORMAT)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait by `Retry-After` (a number or a date, RFC 9110 §10.2.3); None when it says nothing.

    A date is compared with the server's own `Date` where there is one: clocks differ.
    """
    value = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(value):
        return float(value)
    until, now = _moment(value), _moment(headers.get("date", "")) or datetime.now(UTC)
    return max(0.0, (until - now).total_seconds()) if until else None


def _by_status(status: int, headers: Mapping[str, str]) -> CallError:
    message = BY_STATUS.get(status, REDIRECTED if 300 <= status < 400 else SERVER)
    return CallError(
        message.format(status),
        again=status in PASSING,
        wait=retry_after(headers),
        of_service=status not in OF_THE_REQUEST,
    )


def _causes(problem: BaseException) -> Iterator[BaseException]:
    found: BaseException | None = problem
    while found is not None:
        yield found
        found = found.__cause__


def _moment(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
