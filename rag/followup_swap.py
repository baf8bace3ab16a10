"""那农业呢: the subject of the question before is exchanged for another of the same kind."""

import re
from typing import Final

from rag.followup_frame import Frame
from rag.followup_words import ASKING, TIME, own_words
from rag.references import find_references
from rag.regions import regions

ALSO: Final = re.compile("(?:是不是)?也(?:一样|是|有|行|可以|能|算|适用)?(?:这样|如此)?(?:吗|么|的吗)?$")
"""职业院校也一样吗: the same question for another subject."""
_NO_SUBJECT: Final = re.compile(
    r"[和跟与对在].*|\d+年?|再?往后|以后|之后|然后|后来|接下来|以前|之前|现在|目前|其[他它]|别的|.*(?:总数|数量|人数|家数)"
)
_GROUP: Final = "企业|公司|工厂|个人|个体户|农户|单位|机构|高校|院校|学校|院所|人员|职工|员工|学生|农民|协会"
LONGEST: Final = 18
"""Characters of a new subject; more is a sentence."""
_BREAK: Final = re.compile(r"[里中的在和与、,对]")
_SAME_KIND: Final = "级产贷券险费税证市县区州园厂店类期档地法内外"
"""Last characters that alone tell the kind: 初级 and 高级, 顺产 and 剖宫产."""


def swapped(question: str, frame: Frame, about: str = "") -> str | None:
    """The question before with the new subject that `question` consists of; None when it is no bare subject.

    The slot is, in this order: the clause reference or place where the new subject is one;
    what the last question changed in the one before (`about`); the stretch that ends as the
    new subject does (初级, 高级); the group of people or firms; the subject.
    """
    new = re.sub("(?:方面|的话|的|那边|这块|这边|领域)$", "", ALSO.sub("", question))
    if (
        not new
        or _NO_SUBJECT.fullmatch(new)
        or len(new) > LONGEST
        or ASKING.search(new)
        or new in frame.text
        or not _names_something(new, frame)
        or (find_references(new) and not find_references(frame.text))  # 第十七条呢 asks by itself
    ):
        return None
    start, end = (
        _slot_of_reference(new, frame)
        or _slot_of_place(new, frame)
        or _slot_of_change(frame, about)
        or _slot_of_same_end(new, frame)
        or _slot_of_group(new, frame)
        or (
            frame.start,
            frame.start if question.endswith("的") else frame.named_end,
        )  # B类的: before the name
    )
    if end - start == len(frame.text):
        return None
    if frame.text[end : end + 2] in new:  # 环保技改项目 for 普通项目 before 技改补助
        end += 2
    if (time := TIME.search(frame.text[start:end])) and not TIME.search(new):  # 卫星互联网2027年 | 产业规模
        new = f"{new}{time[0]}"
    exchanged = f"{frame.text[:start]}{new}{frame.text[end:]}"
    return exchanged if ASKING.search(exchanged) or not ASKING.search(frame.text) else None


def _names_something(new: str, frame: Frame) -> bool:
    named = find_references(new) or own_words(new) or new in {"企业", "个人", "单位", "项目"}
    return bool(named or _slot_of_same_end(new, frame))


def _slot_of_reference(new: str, frame: Frame) -> tuple[int, int] | None:
    if not find_references(new):
        return None
    surface = find_references(frame.text)[0].surface
    start = frame.text.find(surface)
    return start, start + len(surface)


def _slot_of_place(new: str, frame: Frame) -> tuple[int, int] | None:
    """The place of Sichuan in the question before; the place of its subject when it names none."""
    if not (place := regions().named_in(new)) or (
        place.city[: len(new)] != new and place.county[: len(new)] != new
    ):
        return None
    for city in regions().counties:
        for name in (city, city.removesuffix("市")):
            if (start := frame.text.find(name)) >= 0:
                return start, start + len(name)
    return frame.start, frame.start


def _slot_of_change(frame: Frame, about: str) -> tuple[int, int] | None:
    """The name of the case that the last question put behind what the one before was about (补贴 | 本科学历 | 的补多少)."""
    if not about or not frame.text.startswith(about):
        return None
    case = re.match(r"[\u4e00-\u9fff]{2,8}?(?=的)", frame.text[len(about) :])
    if not case or not own_words(case[0]):
        return None
    return len(about), len(about) + case.end()


def _slot_of_same_end(new: str, frame: Frame) -> tuple[int, int] | None:
    """The last stretch of the subject, between its particles, that ends with the last characters of `new`."""
    ending = new[-2:] if new[-2:] in frame.subject else new[-1]
    if ending == new or (len(ending) < 2 and ending not in _SAME_KIND):
        return None
    at = frame.subject.rfind(ending)
    return _stretch(frame, at, at + len(ending)) if at >= 0 else None


def _slot_of_group(new: str, frame: Frame) -> tuple[int, int] | None:
    """Who is meant: in place of another group, else in front of the subject, which stays (小微企业 before 贷款)."""
    if not re.search(f"(?:{_GROUP})$", new):
        return None
    if there := list(re.finditer(_GROUP, frame.subject)):
        return _stretch(frame, *there[-1].span())
    return (frame.start, frame.start) if frame.start == frame.begin else None


def _stretch(frame: Frame, at: int, end: int) -> tuple[int, int]:
    """From the particle before `at` in the subject to `end`."""
    breaks = [match.end() for match in _BREAK.finditer(frame.subject, 0, at)]
    return frame.start + (breaks[-1] if breaks else 0), frame.start + end
