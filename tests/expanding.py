"""A model that writes questions as it is told, for tests of `python -m ingest expand`."""

import json
import re
from dataclasses import replace
from pathlib import Path

from ingest.expand import read_questions
from ingest.expand_written import Author, Pace
from rag.builds import Build
from rag.prompts import prompt
from tests.hashing_embedder import HashingEmbedder
from tests.scripted_model import MODEL, Messages, Script

FARMING, DIGITAL, LOWALT = "shili-farming", "shili-digital", "shili-lowalt"
FREEZER = "对新建冷库给予投资额百分之十五的补助，单个项目不超过二百万元。"
COUPON = "对中小企业按合同金额的20%补贴，每户每年最高50万元。"
GENERATED = {"generated": True, "model": MODEL, "prompt": prompt("questions").hash}


def asked_sentence(messages: Messages) -> str:
    return re.findall(r'<资料 编号="1">\n(.*?)\n</资料>', messages[1]["content"], re.DOTALL)[0]


def reply(*questions: str) -> str:
    return json.dumps({"questions": questions}, ensure_ascii=False)


def sensible(messages: Messages) -> str:
    """One question in the sentence's own words, its figures left out."""
    return reply(f"{re.sub('[0-9%，、。A-Z]|百分之十五', '', asked_sentence(messages))[:14]}是怎么说的？")


def author(server: Script, home: Path, build: Build, *, model: str = MODEL) -> Author:
    settings = replace(server.settings(home), llm_model=model)
    return Author(settings, build, HashingEmbedder(), Pace(60_000))


def written(home: Path, document: str) -> list[str]:
    path = home / "questions" / f"{document}.jsonl"
    return [one.question for one in read_questions(path)] if path.exists() else []
