"""What a question demands beside asking: how to answer, what to claim, to write something. Asking is all that is read."""

import re
from typing import Final

from rag.injection import without_instructions

_TAGGED: Final = re.compile(r"<(\w+)[^>]{0,40}>[^<]{0,200}</\1>")
_DEMAND: Final = re.compile(
    "(?:把|将)[^,，。]{1,24}(?:说成|答成)|你(?:都|只|就)*(?:要|得|必须|许|能|准)(?:说|回答|答|写)|"
    "别(?:给|引|写|附|提)[^,，。]{0,10}(?:出处|条文|依据|来源|引文)|抄(?:写)?[一二两三四五六七八九十\\d]+遍|"
    "不管(?:文件|政策|条文|资料)[^,，。]{0,8}(?:咋|怎么|如何)"
)
_LEAD: Final = re.compile("^(?:(?:好|来|然后|接着)[:：,，、\\s]+|直接(?:说|答|回答)[:：,，、\\s]*)")
_PART: Final = re.compile("[^,，。;；!！?？]+[,，。;；!！?？]*")
_WRITING: Final = re.compile(
    "(?:^|[,，。;；:：]|帮我|给我|替我|请|来)(?:写|编|创作|翻译|画|生成|仿写|续写|代写)(?:一|两|三|几|个|篇|首|段|封|份|句|点|出)"
    "|(?:作|写)(?:首|一首)?(?:诗|词|歌词|对联|作文|小说|段子)|讲(?:个|一个)(?:笑话|故事)|小程序$|(?:写|编)(?:一)?(?:段|个)(?:代码|程序|脚本)"
)
MEANINGFUL: Final = 4
"""Characters that must be left of a question once its demands are gone."""


def asked_alone(question: str) -> str:
    """The question without demands on the answer; the whole of it when nothing else would be left."""
    plain = without_instructions(_TAGGED.sub(" ", question))
    kept = "".join(part for part in _PART.findall(plain) if not _DEMAND.search(part))
    if kept == question:
        return question
    kept = _LEAD.sub("", kept.strip()).strip()
    return kept if sum(character.isalnum() for character in kept) >= MEANINGFUL else plain


def is_writing_request(text: str) -> bool:
    """Whether something is to be written, drawn or programmed, not looked up."""
    return bool(_WRITING.search(text))
