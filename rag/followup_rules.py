"""Rules that complete a follow-up from the question before it.

Every rule takes the follow-up without its fillers and gives the stand-alone question,
or None where the follow-up does not have its form. Words of the follow-up and of the
question before it are put together; nothing is added but function words and, where
only a property is named (期限呢), the question word that asks for it.
"""

import re
from typing import Final

from rag.asks import is_yes_or_no
from rag.followup_frame import Frame
from rag.followup_pronoun import points_back, with_the_name
from rag.followup_swap import ALSO, swapped
from rag.followup_words import (
    ASKING,
    ATTRIBUTE,
    SPEAKER,
    TIME,
    asks_of_something,
    completed,
    own_words,
)

_NOW: Final = ("现在", "目前", "当前")
_ONLY_TIME: Final = re.compile(
    rf"(?:到了?)?(?P<time>{TIME.pattern}|{'|'.join(_NOW)}|(?P<short>[2-9]\d)年)(?:的|的话)?(?:[是要]?(?:多少|什么|怎么样|怎样|如何|有多少))?"
)
_MORE: Final = re.compile(
    r"(?:就|只有?)(?:这些|这个|这么多)(?:吗|了吗)?|(?:还有(?:哪些|什么|别的|其他的?|其它的?|没有|吗)*|别的|其他的?|除此之外|还有没有(?:别的|其他的?)?|更多)(?:呢|吗|么|内容|措施|政策)?(?:还有)?(?:哪些|什么|吗)?"
)
_DETAIL: Final = re.compile(
    r"(?:再|请|麻烦)?(?:多|细)?(?:说|讲)(?:得)?(?:再)?(?:说|讲|详细|具体|清楚|细致?)(?:一?点|些|一下)?|(?:能)?(?:再)?举(?:个|一个|几个)?例(?:子)?(?:吗)?|"
    r"(?:能)?(?:再)?(?:具体|详细|展开|仔细)(?:一?点|些)?(?:地)?(?:说说|讲讲|说一下|讲一下|说|讲|介绍一?下?|呢|的|是什么|是怎样的?|怎么说|点|有哪些|内容)*"
)
_WHERE: Final = re.compile(
    r"(?:这个?|这话|这么说|这样说|(?:上面|刚才|前面)(?:说|提到|讲)?的?|它)?(?:的)?(?:都|分别)?(?:有(?:什么|没有))?(?:文件|政策|决定|原文|条文)?(?:里|中)?(?:的)?(?:"
    r"(?:依据|出处|原文|来源)(?:是|在|来自|怎么说|怎么写)*(?:什么|哪里?|哪儿|哪一?条|哪几条|哪个(?:文件|条款)|第几条)?(?:的|里)?|"
    r"(?:在|是|出自|写在|来自)*(?:哪一?条|第几条|哪几条|哪里|哪儿|哪个(?:文件|条款|政策|部分)|第几部分)(?:里|中|上)?(?:面)?(?:写|说|讲|规定|提到|提)?(?:的|到的?|了)?)"
)
_HOW_TO: Final = re.compile(r"(?:怎么|如何|怎样|咋)(?P<verb>[\u4e00-\u9fff]{1,2})")
_LISTING: Final = re.compile(
    r"(?:有|是|要|能|可以|会|包括|支持|涉及|规定)(?=[\u4e00-\u9fff]{0,3}(?:哪|什么|啥))"
)
_PLACE_OF_DETAIL: Final = re.compile(
    "(?:怎么|如何|怎样)(?!的)|(?:是|有|要|讲)(?=[\u4e00-\u9fff]{0,4}(?:什么|哪|多少|几|怎|安排|百分))"
)
_WHICH: Final = re.compile("(?:分别|都|具体)?(?:有|是)?(?:哪几|哪些)[个家项类条种大]?")
_HOW_MANY: Final = re.compile("(?:多少|几)(?=[个家项类条种大])")
_YES_NO: Final = re.compile("(?<![什怎这那多])[吗么]$")
_JOINING: Final = ("", "、", "和", "与")
_OWN_TIME: Final = re.compile("哪一?年|什么时候|何时|现在|目前|当前|那阵|那会儿|以前")
"""Of a time of its own, so that no year may be put in."""
_WHY: Final = re.compile(r"(?:这是)?(?:为什么|为何|为啥)(?:要)?(?:这样|这么)?(?:规定|安排|做|要求)?")
_HEADLESS: Final = re.compile(
    r"(?P<which>[\u4e00-\u9fff]{2,6})的(?=补多少|奖多少|给多少|报多少|多少|怎么|能|要|最高|可以|算|是多少|是怎么)"
)
_COMPARED: Final = re.compile(
    "(?:和|跟|与).{2,14}(?:关系|区别|不同|差别|一样|相比)|比.{2,14}(?:高|低|多|少|大|小|快|好|严)[吗么多]?"
)
_BARE: Final = re.compile(
    "(?:还|现在还?|都|也)?(?:能(?![源耗力级效])|可以|可不可以|要不要|谁|由谁|由哪|什么时候|哪一?年|[在到]哪|从什么|多久|多长时间|[一每]年|每|适用于|违反)"
)
"""A beginning after which a noun as subject hardly comes: 能跨市用吗, 谁来清理; 怎么养猪 has its object."""
_FEW: Final = 3
"""Characters of its own up to which a yes-or-no question (市区能不能进) may still lean on another; 白酒怎么办 opens a topic."""
_AMOUNT: Final = re.compile("多少|标准|最高|怎么申|如何申|怎么领|几次|封顶")


def by_rule(question: str, frame: Frame, about: str = "", *, exchanges: bool = True) -> str | None:
    """The stand-alone question for a follow-up without fillers, `frame` being the question before it; None without a rule.

    `about` is what the question before that was about, so that what the last one changed in it can be told.
    A bare noun is put in place of another only where `exchanges` says that it is meant so (呢, 换成).
    """
    if SPEAKER.search(question):
        return None
    for rule in (_at_another_time, _where, _why, _which, _more, _in_detail):
        if found := rule(question, frame):
            return found
    if not frame.topic:
        return None
    if points_back(question, frame):
        found = with_the_name(question, frame)
        return found and _whole(found)
    if (property_ := ATTRIBUTE.fullmatch(TIME.sub("", question))) and property_["name"]:
        return _of_the_topic(question, frame)
    if (exchanges or ALSO.search(question)) and (swap := swapped(question, frame, about)):
        return swap
    if (match := _HEADLESS.match(question)) and not own_words(question[match.end() :]):
        return f"{frame.topic}{frame.given}{question}"
    if _COMPARED.match(question):
        return f"{frame.subject}{question}"
    return _of_the_topic(question, frame) if _has_no_subject(question, frame) else None


def _has_no_subject(question: str, frame: Frame) -> bool:
    """Whether a question names nothing but what suits any subject, or what the question before says of its own."""
    own = own_words(question)
    said = frame.text[frame.start + len(frame.topic) :]
    if not own or (len(own) > 1 and own in said):
        return asks_of_something(question)
    return bool(_BARE.match(question)) and len(own) <= _FEW


def leans(question: str) -> bool:
    """Whether a follow-up without fillers has so little of its own that a language model may be asked what it means."""
    if SPEAKER.search(question):
        return False
    return points_back(question) or (is_yes_or_no(question) and len(own_words(question)) <= _FEW)


def _at_another_time(question: str, frame: Frame) -> str | None:
    match = _ONLY_TIME.fullmatch(question)
    if not match:
        return None
    times = list(TIME.finditer(frame.text))
    if match["short"] and not times:
        return None
    time = f"20{match['time']}" if match["short"] else _dated(match["time"])
    if not times:
        before, after = frame.text[: frame.begin], frame.text[frame.begin :]
        return None if _OWN_TIME.search(frame.text) else f"{before}{time}{after}"
    first = last = times[-1]
    for other in reversed(times[:-1]):  # 2027年、2030年
        if frame.text[other.end() : first.start()] not in _JOINING:
            break
        first = other
    kept = "到" if first[0].startswith("到") and time not in _NOW and not time.startswith("到") else ""
    return f"{frame.text[: first.start()]}{kept}{time}{frame.text[last.end() :]}"


def _dated(time: str) -> str:
    return f"{time}年" if time[-1].isdigit() else time


def _where(question: str, frame: Frame) -> str | None:
    if not _WHERE.fullmatch(question):
        return None
    asked = re.sub(
        "^(?:这个?|这话|这么说|这样说|(?:上面|刚才|前面)(?:说|提到|讲)?的?|它)(?:的)?", "", question
    )
    if not ASKING.search(asked):
        asked = "依据是哪一条"
    return f"{_YES_NO.sub('', frame.text)}，{asked}"


def _why(question: str, frame: Frame) -> str | None:
    if not _WHY.fullmatch(question):
        return None
    if frame.verb:
        return f"为什么要{frame.verb}{frame.topic}"
    return f"{_YES_NO.sub('', frame.text)}，为什么"


def _which(question: str, frame: Frame) -> str | None:
    if not _WHICH.fullmatch(question) or not _HOW_MANY.search(frame.text):
        return None
    return _HOW_MANY.sub("哪几", frame.text)


def _more(question: str, frame: Frame) -> str | None:
    if not _MORE.fullmatch(question):
        return None
    before, rest = frame.text[: frame.end], frame.text[frame.end :]
    if frame.verb and not rest:
        return f"{frame.verb}{frame.topic}还有哪些措施"
    if how := _HOW_TO.fullmatch(rest):
        return f"{frame.topic}{how['verb'].removeprefix('办')}还有哪些措施"
    if listed := _LISTING.match(rest):
        return f"{before}{'还有' if listed[0] == '是' else '还' + listed[0]}{rest[listed.end() :]}"
    return f"{frame.topic}还有哪些内容" if frame.topic else None


def _in_detail(question: str, frame: Frame) -> str | None:
    if not _DETAIL.fullmatch(question):
        return None
    before, rest = frame.text[: frame.end], frame.text[frame.end :]
    if frame.verb and not rest:
        return f"{frame.text[: frame.begin]}具体{frame.text[frame.begin :]}"
    if _PLACE_OF_DETAIL.match(rest):
        return f"{before}具体{rest}"
    return f"{frame.text}，具体是怎样的"


def _whole(question: str) -> str:
    """A question that ends with a bare property (产业的布局) gets its question word."""
    if ASKING.search(question):
        return question
    match = re.search(rf"{ATTRIBUTE.pattern}$", question)
    return question[: match.start("name")] + completed(match["name"]) if match else question


def _of_the_topic(question: str, frame: Frame) -> str:
    """The subject in front of a question for one of its properties."""
    topic = frame.topic if TIME.search(question) else frame.dated_topic
    if frame.given and _AMOUNT.search(question) and frame.given not in topic:
        topic = topic if topic.endswith(frame.given[:2]) else f"{topic}{frame.given}"
    asked = re.sub("^(?:那个|的)", "", question).removeprefix(topic[-2:])
    asked = asked if ASKING.search(asked) else completed(asked)
    joined = "的" if ATTRIBUTE.match(asked) and not asked.startswith(("支持", "补", "具体", "奖")) else ""
    return f"{topic}{joined}{asked}"
