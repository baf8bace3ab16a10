"""它, 这个基金, 其中: a pronoun is exchanged for what the question before is about."""

import re
from typing import Final

from rag.followup_frame import Frame
from rag.followup_words import own_words

_INSIDE: Final = re.compile(r"^(?:其中(?!小)|这?(?:里面|里头|当中)|这里)(?:的)?")
_IT: Final = re.compile(
    r"它们?|(?<![极与及尤])其(?![中他它实余次])(?=[\u4e00-\u9fff]{2})|(?:这个|那个|这些|这(?!个|些|项|种|类|笔|部|份|款|条|套|批|里|样|么|边|次|几|两))(?=(?:是|有|怎么|如何|要|能|会|由|在(?!哪)|谁|最|多|包括|算|适用|申|什么|可以|归|的))"
)
_DEMONSTRATIVE: Final = r"(?:(?:刚才|上面|前面|你)(?:说|提到?|讲)?的)?(?:这|那|该|此|上述|本)(?:一?(?:个|项|些|类|种|笔|部|份|批|款|条|套|只))?"
_DOCUMENTS: Final = "政策|文件|决定|意见|规定|措施|办法|方案|计划|规划|条例|通知|细则|行动|清单"
_MONEY: Final = "钱|资金|经费|款项|专项|贷款|贷|基金|补贴|补助|奖励|奖补|贴息|激励|券|优惠"
_OTHERS: Final = "产业|行业|企业|公司|园区|集群|项目|产品|工程|平台|地区|领域|目标|指标|比例|数字|要求|人才|示范区|试点|机制|改革|产业链|东西|事"
_NAMED: Final = re.compile(rf"{_DEMONSTRATIVE}(?P<noun>{_DOCUMENTS}|{_MONEY}|{_OTHERS})")
_DOCUMENT_NAME: Final = re.compile(rf"(?:{_DOCUMENTS})$|\d+条$|[》”]$|制度$|机制$")
_MONEY_NAME: Final = re.compile(rf"(?:{_MONEY})$")
_BEFORE: Final = re.compile(
    "发展|建设|培育|推进|推动|打造|落实|支持|加入|参与|符合|满足|获得|申请|四川|全省|省里?"
)
"""What may come before a pronoun without being what it means."""


def points_back(question: str, frame: Frame | None = None) -> bool:
    """Whether a pronoun stands where nothing in the question itself comes before it that it could mean."""
    starts = [match.start() for pattern in (_INSIDE, _NAMED, _IT) if (match := pattern.search(question))]
    if frame and (said := _said_again(question, frame)):
        starts.append(said[0])
    return any(not _BEFORE.sub("", own_words(question[:start])) for start in starts)


def with_the_name(question: str, frame: Frame) -> str | None:
    """The question with the name of what its pronoun means; None when the question before names nothing of the kind."""
    if inside := _INSIDE.match(question):
        return f"{frame.topic}中{question[inside.end() :]}"
    if said := _said_again(question, frame):
        return f"{question[: said[0]]}{frame.dated_topic}{question[said[1] :]}"
    if named := _NAMED.search(question):
        meant = _meant(named["noun"], frame)
        return f"{question[: named.start()]}{meant}{question[named.end() :]}" if meant else None
    if it := _IT.search(question):
        joined = "的" if it[0] == "其" else ""
        return f"{question[: it.start()]}{frame.dated_topic}{joined}{question[it.end() :]}"
    return None


def _said_again(question: str, frame: Frame) -> tuple[int, int] | None:
    """Where 这些 and the last characters of the topic stand: 这些试验区 after 人工智能试验区."""
    for match in re.finditer(_DEMONSTRATIVE, question):
        for length in range(min(6, len(frame.topic)), 1, -1):
            if question.startswith(frame.topic[-length:], match.end()):
                return match.start(), match.end() + length
    return None


def _meant(noun: str, frame: Frame) -> str | None:
    """What 这个…, 该… with this noun means; None when the question before names nothing of the kind."""
    topic = frame.dated_topic
    if noun in topic and noun not in {"企业", "项目", "产业", "产品"}:
        return topic
    if noun in _DOCUMENTS.split("|"):
        return topic if _DOCUMENT_NAME.search(topic) else None
    if noun in _MONEY.split("|"):
        if _MONEY_NAME.search(topic):
            return topic
        if frame.verb in {"支持", "用于", "补助", "补贴"}:
            return f"{frame.verb}{topic}的{noun if len(noun) > 1 else '资金'}"
        return f"{topic}{noun}" if noun in frame.text and len(noun) > 1 else None
    if noun in {"产业", "行业"}:
        return topic if topic.endswith("业") else f"{topic}{noun}"
    if (at := frame.text.find(noun, frame.start)) >= 0:
        return frame.text[frame.start : at + len(noun)] if at < frame.end + 6 else topic
    return topic if noun in {"东西", "事"} else None
