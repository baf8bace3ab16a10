"""A slip of the input method is repaired where it is certain, and nothing else is touched."""

import pytest

from rag.assistant import Assistant
from rag.lexical import LexicalIndex
from rag.pinyin import pinyin, sounds
from rag.spelling import repaired
from rag.understand import normalise_question


@pytest.fixture(scope="module")
def index(decision: Assistant) -> LexicalIndex:
    return decision.library.current().lexical


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("塞马制是啥子", "赛马制是啥子", id="homophone"),
        pytest.param("高新技朮企业", "高新技术企业", id="other-form-of-the-character"),
        pytest.param("数字经济的木标", "数字经济的目标", id="two-characters"),
        pytest.param("人公智能怎么发展", "人工智能怎么发展", id="inside-a-longer-word"),
        pytest.param("zhuanjingtexin有啥支持", "专精特新有啥支持", id="pinyin"),
    ],
)
def test_a_certain_slip_is_repaired(index: LexicalIndex, typed: str, meant: str) -> None:
    assert repaired(normalise_question(typed), index) == meant


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("文件里说的园区的建设任务", id="sounds-alike-across-words"),
        pytest.param("想和人才一起办厂", id="sounds-like-another-word"),
        pytest.param("我既种果树又开民宿", id="nothing-of-the-word-is-left"),
        pytest.param("What does Sichuan plan for baijiu", id="english"),
        pytest.param("CHANGJIA 型号的设备", id="not-all-words-of-the-corpus"),
    ],
)
def test_what_may_be_right_stays(index: LexicalIndex, typed: str) -> None:
    assert repaired(typed, index) == typed


def test_an_answer_follows_the_repaired_question(decision: Assistant) -> None:
    assert [one.quote for one in decision.ask("数字经济的木标是多少").citations] == [
        one.quote for one in decision.ask("数字经济的目标是多少").citations
    ]


def test_words_are_kept_by_their_sound() -> None:
    assert sounds(["赛马", "塞马", "马", "AI", "数字经济集群"]) == {"saima": ["塞马", "赛马"]}
    assert pinyin("专精特新") == "zhuanjingtexin"
