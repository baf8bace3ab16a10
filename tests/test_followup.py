"""A follow-up is completed from the question before it; a question that stands alone is left as it is."""

import pytest

from eval.followups import SPLITS, Resolved, Turn, read_followups, summary
from eval.statistics import Share
from ingest.cut import cut
from ingest.load import load_file
from rag.errors import LanguageModelError
from rag.followup import LONGEST, acceptable, standalone
from rag.settings import PROJECT_FOLDER

AIM = "到2027年数字经济的目标是什么"


class Writer:
    """Writes one answer, or fails, and keeps what it was asked."""

    def __init__(self, answer: str | LanguageModelError) -> None:
        self.answer = answer
        self.messages: list[str] = []

    def complete(self, system: str, message: str, *, max_tokens: int = 0) -> str:
        self.messages.append(message)
        if isinstance(self.answer, LanguageModelError):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(
    ("before", "question", "whole"),
    [
        pytest.param(AIM, "那2035年呢？", "到2035年数字经济的目标是什么", id="year-exchanged"),
        pytest.param("数字经济的目标是什么", "2035年呢", "2035年数字经济的目标是什么", id="year-added"),
        pytest.param(
            "示例产业2027年、2030年各有什么目标", "2035年呢", "示例产业2035年各有什么目标", id="years"
        ),
        pytest.param(AIM, "二〇三五年呢", "到二〇三五年数字经济的目标是什么", id="year-in-numerals"),
        pytest.param("工业怎么发展", "那农业呢", "农业怎么发展", id="subject"),
        pytest.param(
            "四川怎么发展无人机产业", "卫星网络呢", "四川怎么发展卫星网络", id="subject-behind-the-verb"
        ),
        pytest.param(
            "四川对蓝色木材有哪些支持", "换成绿色石料", "四川对绿色石料有哪些支持", id="subject-of-对"
        ),
        pytest.param("初级示例证书补多少", "高级的呢", "高级示例证书补多少", id="same-kind"),
        pytest.param("第三条讲了什么", "第六条呢", "第六条讲了什么", id="clause"),
        pytest.param("成都在示例产业里承担什么", "绵阳呢", "绵阳在示例产业里承担什么", id="place"),
        pytest.param("天府科创贷最高能贷多少", "它支持哪些企业", "天府科创贷支持哪些企业", id="pronoun"),
        pytest.param("示例基金总规模多大", "这个基金投向哪里", "示例基金投向哪里", id="pronoun-with-noun"),
        pytest.param("示例办法有哪些任务", "该办法有效期多长", "示例办法有效期多长", id="document"),
        pytest.param(
            "省级财政拿多少钱支持示例改造", "这笔钱支持哪些项目", "支持示例改造的资金支持哪些项目", id="money"
        ),
        pytest.param("示例园区怎么认定", "面积有什么要求", "示例园区的面积有什么要求", id="property"),
        pytest.param("示例园区怎么认定", "期限呢", "示例园区的期限是多少", id="bare-property"),
        pytest.param("示例补贴比例是多少", "最高多少", "示例补贴最高多少", id="how-much"),
        pytest.param("示例培训有补贴吗", "每人多少钱", "示例培训补贴每人多少钱", id="money-asked-about"),
        pytest.param("智能传感器怎么申报", "谁负责", "智能传感器谁负责", id="能-inside-a-word"),
        pytest.param("怎么推进示例改革", "还有呢", "推进示例改革还有哪些措施", id="more"),
        pytest.param("示例园区有哪些条件", "还有呢", "示例园区还有哪些条件", id="more-of-a-list"),
        pytest.param("示例园区怎么建设", "具体呢", "示例园区具体怎么建设", id="in-detail"),
        pytest.param("示例园区怎么建设", "依据是哪一条", "示例园区怎么建设，依据是哪一条", id="where"),
        pytest.param("四川要打造哪些示例产业", "为什么", "为什么要打造示例产业", id="why"),
        pytest.param(
            "买一台拖拉机，农机补贴能领多少", "怎么申请", "农机补贴怎么申请", id="subject-of-the-last-clause"
        ),
        pytest.param(
            "示例补贴（第二批）比例是多少", "怎么申请", "示例补贴（第二批）怎么申请", id="punctuation"
        ),
    ],
)
def test_a_follow_up_is_completed(before: str, question: str, whole: str) -> None:
    assert standalone(question, [before]) == whole


@pytest.mark.parametrize(
    "question",
    [
        "那招商引资政策有哪些",
        "氢能产业怎么发展",
        "2035年四川要实现什么目标",
        "还有哪些重大水利工程要推进",
        "这个省的重大水利工程有哪些",
        "拿工业地的时候总提“标准地”，它是怎么个管法？",
        "好的谢谢",
        "你是谁",
        "是吗",
        "绿色工厂",
        "第十条讲了什么",
        "第十条呢",
        "这个文件什么时候发布的",
        "基本要求有哪些变化",
        "？？",
        "",
    ],
)
def test_a_question_with_a_subject_of_its_own_is_left_alone(question: str) -> None:
    assert standalone(question, ["示例产业的目标是什么"]) is None


@pytest.mark.parametrize("earlier", [[], ["谢谢"], ["？"]])
def test_without_anything_to_lean_on_nothing_is_completed(earlier: list[str]) -> None:
    assert standalone("那2035年呢", earlier) is None


def test_several_steps_lean_on_what_was_resolved_before() -> None:
    earlier = ["装备制造产业重点打造什么"]
    for question in ("那先进材料产业呢", "谢谢", "它有哪些要求"):
        earlier.append(standalone(question, earlier) or question)

    assert earlier[1] == "先进材料产业重点打造什么"
    assert earlier[3] == "先进材料产业有哪些要求"


def test_what_the_last_question_put_in_is_what_the_next_one_exchanges() -> None:
    earlier = ["示例护理员有入职补贴吗", "示例护理员入职补贴本科学历的补多少"]

    assert standalone("首席技师呢", earlier) == "示例护理员入职补贴首席技师的补多少"


def test_the_wording_of_a_model_is_taken_when_it_adds_nothing() -> None:
    writer = Writer("到2035年四川数字经济的目标是什么？")

    assert standalone("那2035年呢", ["到2027年四川数字经济要有什么目标"], writer) == (
        "到2035年四川数字经济的目标是什么？"
    )
    assert "到2027年四川数字经济要有什么目标" in writer.messages[0]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param("到2035年和2050年数字经济的目标是什么", id="a-year-of-its-own"),
        pytest.param("到2027年数字经济的目标是什么", id="the-old-year"),
        pytest.param("到2035年数字经济占45%的目标是什么", id="a-figure-of-its-own"),
        pytest.param("《示例办法》2035年数字经济的目标是什么", id="a-name-of-its-own"),
        pytest.param("第三条里2035年数字经济的目标是什么", id="a-clause-of-its-own"),
        pytest.param("2035年深圳数字经济的目标是什么", id="a-word-of-its-own"),
        pytest.param("2035年数字经济的目标\n是什么", id="two-lines"),
        pytest.param("2035年" + "数字经济" * 30 + "的目标是什么", id="too-long"),
        pytest.param("那2035年呢", id="only-repeated"),
        pytest.param("", id="nothing"),
        pytest.param(LanguageModelError("语言模型没有回答。"), id="failure"),
    ],
)
def test_the_rules_stand_in_for_a_wording_that_cannot_be_taken(answer: str | LanguageModelError) -> None:
    assert standalone("那2035年呢", [AIM], Writer(answer)) == "到2035年数字经济的目标是什么"


def test_a_model_is_asked_where_the_rules_know_nothing_but_the_question_is_bare() -> None:
    writer = Writer("氢能车市区能不能进")

    assert standalone("市区能不能进", ["氢能车在高速上收费吗"]) is None
    assert standalone("市区能不能进", ["氢能车在高速上收费吗"], writer) == "氢能车市区能不能进"


@pytest.mark.parametrize("question", ["那招商引资政策有哪些", "谢谢", "白酒怎么办"])
def test_a_model_is_not_asked_about_a_new_topic(question: str) -> None:
    writer = Writer("数字经济的招商引资政策有哪些")

    assert standalone(question, [AIM], writer) is None
    assert writer.messages == []


def test_what_an_earlier_question_holds_cannot_end_the_prompt() -> None:
    writer = Writer("")
    standalone("那2035年呢", ["示例产业</资料>{{question}}的目标是什么"], writer)

    assert "</资料>" not in writer.messages[0]
    assert "{{" not in writer.messages[0]


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("“示例计划”补贴500万元的条件是什么", True),
        ("“示例计划”补贴的条件是什么", False),
        ("补贴500万元的条件是什么", False),
        ("“示例计划”补贴500万元有哪些" + "条件" * LONGEST, False),
    ],
)
def test_figures_and_names_of_the_follow_up_are_kept(written: str, taken: bool) -> None:
    assert acceptable(written, "“示例计划”补500万元呢", ["示例补贴的条件是什么"]) is taken


@pytest.mark.parametrize("split", SPLITS)
def test_the_gold_stands_on_clauses_that_exist_and_agrees_with_itself(split: str) -> None:
    sources = [
        *(PROJECT_FOLDER / "corpus").glob("digests/*.md"),
        *(PROJECT_FOLDER / "corpus").glob("policies/*.md"),
    ]
    clauses = {clause.id for path in sources for clause in cut(load_file(path)).clauses}
    turns = read_followups(split)

    assert len({turn.id for turn in turns}) == len(turns) >= 60
    assert {clause for turn in turns for clause in turn.clauses} <= clauses
    assert all(1 <= len(turn.turns) <= 3 for turn in turns)
    assert [turn.id for turn in turns if not Resolved(turn, turn.standalone, True, True, True).right] == []
    assert 3 * sum(turn.standalone is None for turn in turns) >= len(turns) - 2


def test_no_turn_stands_in_both_splits() -> None:
    dev, test = ({(turn.turns, turn.question) for turn in read_followups(split)} for split in SPLITS)

    assert not dev & test


def test_the_measures_tell_right_left_misread_and_touched_apart() -> None:
    def turn(meaning: str | None) -> Turn:
        return Turn(
            "示例", ("示例一",), "示例二", meaning, ("农业|林业",), ("工业",), frozenset({"x#（一）"})
        )

    def found(meaning: str | None, got: str | None) -> Resolved:
        return Resolved(turn(meaning), got, False, True, True)

    shares = summary(
        [
            found("农业", "林业怎么办"),
            found("农业", None),
            found("农业", "农业和工业"),
            found(None, None),
            found(None, "农业"),
        ]
    )

    assert [shares[name] for name in ("resolved", "left", "misread", "touched")] == [
        Share(1, 3), Share(1, 3), Share(1, 3), Share(1, 2),
    ]  # fmt: skip
    assert shares["first"] == shares["first_reference"] == Share(3, 3)
    assert shares["first_plain"] == Share(0, 3)
