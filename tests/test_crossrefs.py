"""A sentence that refers to another article brings it along."""

from pathlib import Path

import pytest

from rag.assistant import Assistant
from tests.sample import assistant_for

RULES = """示例条例

第一条 为了规范蓝色木材经营，制定本条例。
第二条 经营蓝色木材应当具备三名检验人员和固定场所。
第三条 绿色石料经营者依照本条例第二条的规定申请登记。
第四条 红色陶土经营者适用《示例矿产法》第二条的规定。
第五条 违反第三条、第十二条规定的，由县级部门责令改正。
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder: Path = tmp_path_factory.mktemp("crossrefs")
    return assistant_for(folder, 示例=RULES)


@pytest.mark.parametrize(
    ("question", "cited"),
    [
        ("绿色石料经营者怎么申请登记", ["第三条", "第二条"]),
        ("红色陶土经营者适用什么规定", ["第四条"]),
        ("违反规定由县级部门责令改正吗", ["第五条", "第三条"]),
    ],
)
def test_articles_named_in_the_answer_are_cited_too(
    assistant: Assistant, question: str, cited: list[str]
) -> None:
    answer = assistant.ask(question)

    assert list(dict.fromkeys(one.clause for one in answer.citations))[: len(cited)] == cited
    assert len({one.clause for one in answer.citations}) == len(cited)
