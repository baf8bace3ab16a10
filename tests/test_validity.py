"""In force, lapsed, replaced, a draft, or not known: by the day, and said in the answer."""

from datetime import date
from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.types import Document, Query
from rag.understand import understand
from rag.validity import NO_LONGER, NOTICES, asks_for_any, asks_for_now, replaced_documents, validity
from tests.sample import assistant_for

DAY = date(2026, 6, 30)
LAPSED = """---
title: 示例省蓝色木材奖补办法
status: 现行
effective: 2021-01-01
expires: 2023
---
第一条　对蓝色木材加工企业按设备投资的15%给予补助。
第二条　蓝色木材加工企业向县级林业部门申请补助。
"""
CURRENT = """示例省绿色石料奖补办法

第一条　对绿色石料开采企业按设备投资的12%给予补助。
第二条　绿色石料开采企业向县级林业部门申请补助。
第三条　本办法自2024年1月1日起施行。
"""


def document(**fields: str) -> Document:
    return Document(**{"id": "shili", "title": "示例办法", "text": "示例。", **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"status": "现行", "expires": "2026-06-30"}, "现行"),
        ({"status": "现行", "expires": "2026-06-29"}, "已失效"),
        ({"status": "现行", "expires": "2026-06"}, "现行"),
        ({"status": "现行", "expires": "2026-05"}, "已失效"),
        ({"status": "未知", "expires": "2025"}, "已失效"),
        ({"status": "现行", "expires": "2026"}, "现行"),
        ({"status": "现行", "effective": "2026-07-01"}, "尚未施行"),
        ({"status": "现行", "effective": "2026-07"}, "尚未施行"),
        ({"status": "现行", "effective": "2026-06"}, "现行"),
        ({"status": "已被替代", "effective": "2027"}, "已被替代"),
        ({"status": "未知"}, "未知"),
        ({"status": "现行", "kind": "draft"}, "征求意见稿"),
    ],
)
def test_validity_on_a_day(fields: dict[str, str], expected: str) -> None:
    assert validity(document(**fields), DAY) == expected


def test_a_document_that_another_one_ends_is_replaced() -> None:
    old = document(id="old", title="示例旧办法", number="示府发〔2019〕1号")
    by_title = document(id="older", title="示例更旧办法")
    new = Document("new", "示例新办法", "示例。", repeals=("示府发〔2019〕1号", "示例更旧办法", "示例新办法"))
    replaced = replaced_documents({one.id: one for one in (old, by_title, new)})

    assert replaced == {"old", "older"}
    assert validity(old, DAY, replaced) == "已被替代"


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("木材加工补多少", False),
        ("2027年的目标", False),
        ("2022年木材加工补多少", True),
        ("征求意见稿里木材加工补多少", True),
        ("当年木材加工补多少", True),
    ],
)
def test_which_questions_ask_for_the_past(question: str, expected: bool) -> None:
    assert asks_for_any(understand(question), DAY) is expected


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return assistant_for(tmp_path_factory.mktemp("validity"), lapsed=LAPSED, current=CURRENT)


def test_a_lapsed_policy_answers_only_with_a_notice(both: Assistant) -> None:
    answer = both.ask("蓝色木材加工企业设备投资补助多少", as_of=DAY)

    assert answer.status == "partial"
    assert answer.answer.startswith(NOTICES["已失效"])
    assert "15%" in answer.answer
    assert {one.validity for one in answer.citations} == {"已失效"}


def test_it_was_in_force_in_its_time(both: Assistant) -> None:
    answer = both.ask("蓝色木材加工企业设备投资补助多少", as_of=date(2022, 5, 1))

    assert (answer.status, {one.validity for one in answer.citations}) == ("answered", {"现行"})
    assert "注意" not in answer.answer


def test_what_is_in_force_is_not_mixed_with_what_is_not(both: Assistant) -> None:
    answer = both.ask("设备投资给予补助", as_of=DAY)

    assert answer.status == "answered"
    assert {one.policy_id for one in answer.citations} == {"current"}


def test_before_its_first_day_a_policy_is_not_in_force(both: Assistant) -> None:
    answer = both.ask("绿色石料开采企业设备投资补助多少", as_of=date(2023, 12, 31))

    assert answer.answer.startswith(NOTICES["尚未施行"])


def test_a_draft_never_answers_as_policy(tmp_path: Path) -> None:
    draft = "示例省木材奖补办法（征求意见稿）\n\n第一条　对木材企业拟按投资的9%给予补助。\n第二条　向省级部门申请。\n"
    answer = assistant_for(tmp_path, draft=draft).ask("木材企业按投资补助多少", as_of=DAY)

    assert answer.answer.startswith(NOTICES["征求意见稿"])
    assert (answer.status, answer.citations[0].kind) == ("partial", "draft")


@pytest.mark.parametrize(
    ("question", "any_of_them"),
    [
        ("以前的技改补助是多少", True),
        ("文件到期了还能用吗", True),
        ("2018年的民营经济目标", True),
        ("比以前快多少", False),
        ("贷款马上到期要还，能不能续", False),
    ],
)
def test_the_past_is_asked_for_in_plain_words_only(question: str, any_of_them: bool) -> None:
    assert asks_for_any(understand(question), date(2026, 11, 27)) is any_of_them


@pytest.mark.parametrize(
    ("question", "now"),
    [
        ("示例补贴现在还能领吗", True),
        ("今年示例补贴给多少", True),
        ("示例补贴还可以申请不", True),
        ("示例补贴给多少", False),
        ("示例办法还规定了什么", False),
    ],
)
def test_a_question_about_now_is_told_from_one_about_the_policy(question: str, now: bool) -> None:
    assert asks_for_now(Query(text=question, core=question)) is now


def test_what_holds_no_longer_is_a_no_that_shows_what_was(tmp_path: Path) -> None:
    assistant = assistant_for(tmp_path, 木材=LAPSED, 石料=CURRENT)
    answer = assistant.ask("蓝色木材加工企业现在还能领设备投资补助吗", as_of=DAY)

    assert answer.status == "refused"
    assert answer.answer.startswith(NO_LONGER)
    assert answer.citations[0].policy_id == "木材"
