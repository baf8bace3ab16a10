"""Labels on 示例 texts, and judges of every character to try on them."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rag.settings import Settings
from tests.scripted_model import Messages, Script

FACTS = (
    ("占比是多少", "35%", "示例规模占比达到 35%。", "是"),
    ("占比是多少", "36%", "示例规模占比达到 35%。", "否"),
    ("产值是多少", "500亿元", "示例产值超过五百亿元。", "是"),
    ("产值是多少", "600亿元", "示例产值超过 500 亿元。", "否"),
    ("谁来建设", "示例学校", "引进示例人才，建设示例学校。", "是"),
    ("谁来建设", "示例公司", "引进示例人才，建设示例学校。", "否"),
)
SENTENCES = (
    ("示例用水给予优惠。", "（三）用水保障：对重点用水企业给予优惠", "是"),
    ("示例用水不给予优惠。", "（三）用水保障：对重点用水企业给予优惠", "否"),
    ("建设蓝色木材基地。", "（二）重点领域·蓝色木材：建设蓝色木材基地", "是"),
    ("建设绿色石料基地。", "（二）重点领域·蓝色木材：建设蓝色木材基地", "否"),
)
Parts = Mapping[str, str]
"""What a judge is shown: text, claim, and which of them comes first."""


def label_rows() -> list[dict[str, Any]]:
    """Ten lines of a file of labels."""
    rows: list[dict[str, Any]] = [
        {
            "id": f"示例-{number}/1",
            "kind": "fact",
            "fact": f"问题：{asked}\n应答出：{fact}",
            "text": text,
            "label": label,
        }
        for number, (asked, fact, text, label) in enumerate(FACTS)
    ]
    rows += [
        {"id": f"示例-{number}/2", "kind": "citation", "sentence": sentence, "text": text, "label": label}
        for number, (sentence, text, label) in enumerate(SENTENCES)
    ]
    return [{**row, "why": "示例", "altered": False} for row in rows]


def parts_of(messages: Messages) -> Parts:
    """What a judge is shown; `first` tells which part comes first."""
    message = messages[-1]["content"]
    text, claim = (re.search(rf"<{name}>\n(.*?)\n</{name}>", message, re.DOTALL) for name in ("文字", "待查"))
    assert text
    assert claim
    first = "text" if text.start() < claim.start() else "claim"
    return {"text": text[1], "claim": claim[1], "first": first}


def says(verdict: Callable[[Parts], str]) -> Callable[[Messages], str]:
    """A judge that quotes the beginning of the text and says what `verdict` says."""

    def answer(messages: Messages) -> str:
        parts = parts_of(messages)
        return json.dumps({"quote": parts["text"][:5], "verdict": verdict(parts)}, ensure_ascii=False)

    return answer


def truthful(rows: Sequence[Mapping[str, Any]]) -> Callable[[Parts], str]:
    """The judge who says what the label says, however the text is padded."""
    known: dict[tuple[str, str], str] = {
        (row.get("fact") or row["sentence"], row["text"]): row["label"] for row in rows
    }

    def verdict(parts: Parts) -> str:
        return next(
            label
            for (claim, text), label in known.items()
            if claim == parts["claim"] and text in parts["text"]
        )

    return verdict


def settings_of(server: Script, home: Path) -> Settings:
    return server.settings(home, stream=False)
