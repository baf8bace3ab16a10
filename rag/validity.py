"""Whether a policy is in force on a day, from its stored dates and from what other documents say of it.

Days are Beijing days. A date known only to its month or year counts from its first day
and to its last.
"""

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from rag.figures import normalise
from rag.types import Document, Query

CURRENT, LAPSED, REPLACED, DRAFT, UNKNOWN, NOT_YET = (
    "现行", "已失效", "已被替代", "征求意见稿", "未知", "尚未施行",
)  # fmt: skip
ANSWERING: Final = frozenset({CURRENT, UNKNOWN})
"""Of these a policy answers; of the others only when it is asked for or nothing else does, and labelled."""
NOTICES: Final = {
    LAPSED: "注意：以下内容出自已失效的文件，不能作为现行依据。",
    REPLACED: "注意：以下内容出自已被替代的文件，请以新文件为准。",
    DRAFT: "注意：以下内容出自征求意见稿，不是正式施行的政策。",
    NOT_YET: "注意：以下内容出自尚未施行的文件。",
}
_BEIJING: Final = ZoneInfo("Asia/Shanghai")
_ASKS_FOR_OTHERS = re.compile(
    "征求意见稿?|草案|失效|废止|作废|过期|(?:政策|文件|办法|规定|措施)[^，。]{0,4}到期|(?<!比)(?<!年)以前|过去|当年|那会儿|那时|当时"
    "|历史上|旧的?(?:政策|文件|办法|规定)"
)
_ASKS_FOR_NOW = re.compile(
    "现在|眼下|今天|今年|目前|如今|当下|下个?月|明年|还(?:能|可以|得不得|报得|领得|办得|享受|管用|算数|行不)"
)
NO_LONGER: Final = "现行文件里没有这样的规定。"


def today() -> date:
    """The day in Beijing."""
    return datetime.now(_BEIJING).date()


def validity(document: Document, day: date, replaced: Iterable[str] = ()) -> str:
    """现行, 已失效, 已被替代, 征求意见稿, 尚未施行 or 未知; `replaced` are ids of documents that others end."""
    if document.kind == "draft" or document.status == DRAFT:
        return DRAFT
    if document.status in {LAPSED, REPLACED}:
        return document.status
    if document.id in replaced:
        return REPLACED
    if document.expires and _last_day(document.expires) < day:
        return LAPSED
    if document.effective and _first_day(document.effective) > day:
        return NOT_YET
    return document.status


def replaced_documents(documents: Mapping[str, Document]) -> frozenset[str]:
    """Ids of the documents that another one of `documents` says it ends, by 文号 or title."""
    ended = {normalise(name): one.id for one in documents.values() for name in one.repeals}
    return frozenset(
        document.id
        for document in documents.values()
        for name in (document.number, document.title)
        if name and ended.get(normalise(name), document.id) != document.id
    )


def asks_for_any(query: Query, day: date) -> bool:
    """Whether the question asks for drafts or policies of the past: by a word, a past year or a named policy."""
    past_year = any(year < day.year for year in query.years)
    return bool(query.policies) or past_year or bool(_ASKS_FOR_OTHERS.search(query.text))


def asks_for_now(query: Query) -> bool:
    """Whether the question wants to know what holds now (现在还能领吗), so that what does not is a no."""
    return bool(_ASKS_FOR_NOW.search(query.text.rstrip("?。!")))


def _first_day(value: str) -> date:
    return date.fromisoformat(value + "-01-01"[len(value) - 4 :] if len(value) < 10 else value)


def _last_day(value: str) -> date:
    if len(value) == 10:
        return date.fromisoformat(value)
    year, month = int(value[:4]), int(value[5:7] or 12)
    return date(year, month, monthrange(year, month)[1])
