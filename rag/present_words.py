"""What is said of every answer, in words: how far it can be relied on, who worded it, how the question was read."""

from typing import Final

from rag.decide import WEAK_BELOW
from rag.types import Answer

NOTICE: Final = "自动生成，仅供参考，以官方原文为准"
WRITTEN: Final = "由语言模型撰写，数字、条款和名称已逐句与原文核对"


def status_words(answer: Answer) -> str:
    """How much the answer can be relied on, in words."""
    if answer.status in {"answered", "partial"}:
        return "有依据" if answer.confidence >= WEAK_BELOW else "依据较弱"
    if answer.status == "refused" and answer.citations:
        return "更正"  # the question takes for granted what the file says otherwise, or no longer says
    return {"refused": "未找到", "clarify": "需要补充", "error": "输入有误"}[answer.status]


def notice(answer: Answer) -> str:
    """What every answer says of itself; words of a language model are told as such."""
    if answer.mode == "extractive":
        return NOTICE
    withheld = f"，另有 {answer.withheld} 句没有通过核对，未显示" if answer.withheld else ""
    return f"{WRITTEN}{withheld}。{NOTICE}"


def told_before(answer: Answer) -> list[str]:
    """Lines before the answer: how the question was read, and why no language model's words follow."""
    read = f"按这个问题回答：{answer.standalone}" if answer.standalone else ""
    return [line for line in (read, answer.note) if line]
