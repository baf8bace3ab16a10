"""Instructions inside a document change neither the form of what a model writes nor the questions that are kept."""

import json
import re
from dataclasses import replace
from pathlib import Path

from eval.injection_payloads import IN_QUESTIONS, PAYLOADS
from ingest.build import build_index
from ingest.expand_checks import Checks
from rag.builds import Build
from rag.opening import open_current
from rag.settings import Settings
from tests.expanding import (
    author,
    reply,
    sensible,
)
from tests.hashing_embedder import HashingEmbedder
from tests.obedient_model import obedient
from tests.scripted_model import scripted

ORDERS = (*PAYLOADS, *IN_QUESTIONS)


def test_instructions_in_a_document_are_not_put_to_the_model(tmp_path: Path) -> None:
    """Ingest takes them out; what an older index still holds of them is left out here."""
    orders = [re.split("[。\n]", one.text)[0] for one in PAYLOADS]
    build = built(tmp_path, f"示例办法\n\n第一条　{'示例企业可申请示例补助。' * (len(orders) + 1)}\n")
    first, *rest = build.passages[1:]
    planted = [replace(one, text=order) for one, order in zip(rest, orders, strict=True)]
    hostile = replace(build, passages=(build.passages[0], replace(first, context=orders[0]), *planted))

    with scripted(sensible) as server:
        found = author(server, tmp_path, hostile).write()

    told = "".join(request.body["messages"][1]["content"] for request in server.requests)
    assert (found.asked, found.instructions) == (1, len(orders))
    assert told.count("</资料>") == 2
    assert [order for order in orders if order in told.replace("</资料>", "")] == []


def test_an_obedient_model_changes_neither_form_nor_questions(tmp_path: Path) -> None:
    build = built(
        tmp_path, "示例办法\n\n第一条　示例事项按示例标准办理。\n第二条　示例企业可申请示例补助。\n"
    )
    clean = build.passages[-1]
    home = tmp_path / "told"
    for number, order in enumerate(ORDERS[::5]):
        passages = (replace(clean, text=f"{clean.text}{order.text}"),)
        hostile = replace(build, passages=(*build.passages[:-1], *passages))
        obeying = reply(order.said, order.text[:60], "示例补助怎么申请？")
        for name, answer in (("free", obedient), ("bound", obeying)):
            with scripted(answer) as server:
                author(server, home / f"{name}-{number}", hostile).write()

    kept = {
        json.loads(line)["question"]
        for path in home.rglob("questions/*.jsonl")
        for line in path.read_text(encoding="utf8").splitlines()[1:]
    }
    assert kept == {"示例补助怎么申请？"}
    checks = Checks("示例", [], build, HashingEmbedder())
    assert all(checks.refusal(text, clean) for order in ORDERS for text in (order.said, order.text))


def built(folder: Path, text: str) -> Build:
    source = folder / "示例.txt"
    source.write_text(text, encoding="utf8")
    settings = Settings(home=folder)
    build_index([source], settings, HashingEmbedder())
    return open_current(settings, HashingEmbedder())
