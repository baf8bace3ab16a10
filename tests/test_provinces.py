"""Whose province a document is of, as its title or issuer says."""

from pathlib import Path

import pytest

from rag.provinces import province_of
from rag.types import Document
from tests.sample import NOTICE, assistant_for


@pytest.mark.parametrize(
    ("title", "province"),
    [
        ("四川省数据条例", "四川"),
        ("贵州省示例办法", "贵州"),
        ("重庆市人民政府关于示例的通知", "重庆"),
        ("内蒙古自治区示例条例", "内蒙古"),
        ("中国（云南）自由贸易试验区条例", "云南"),
        ("中共浙江省委关于示例的决定", "浙江"),
        ("示例市农产品加工办法", ""),
        ("落实省政府示例措施的细则", ""),
        ("关于四川示例工作的通知", "四川"),
    ],
)
def test_the_province_is_read_from_the_title(title: str, province: str) -> None:
    assert province_of(Document("x", title, "")) == province


def test_of_two_that_say_the_same_the_home_province_answers_unless_the_other_is_named(tmp_path: Path) -> None:
    home, other = (NOTICE.replace("示例通知", f"{name}示例通知", 1) for name in ("四川省", "示例省"))
    assistant = assistant_for(tmp_path, other=other.replace("35%", "41%"), xhome=home)
    question = "示例规模占比的目标是多少"

    assert {citation.policy_id for citation in assistant.ask(question).citations} == {"xhome"}
    assert "41%" in assistant.ask(f"示例省示例通知里{question}").answer
    assert "41%" in assistant.ask(question, policies=["other"]).answer
