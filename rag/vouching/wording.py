"""Words that turn a sentence round: not, must, may, more, less. They must be the source's own."""

import re
from collections.abc import Sequence

from rag.figures import normalise
from rag.vouching.figures import tells_the_contrary
from rag.vouching.parts import counterpart, joined, parts_of, shared

_LIMIT = re.compile(
    "不(?:得|能|可|宜|应|许)?(?:低于|少于|小于|短于|下(?=[\\d一二两三四五六七八九十])|超过|高于|多于|大于|超|突破)|不足|(?:[不没未]到|达不到|没达到)(?=[\\d一二两三四五六七八九十])|最高不过|顶多不过|不落下|一[个家户人]不[落漏少]|无[人线废障缝形偿]|未[来成]|不[断同仅但动良利锈]|不只|不光|不止|不单|"
    "不论|不管|无论|不过(?!\\d)|绝不|差不多|非公|非遗|非化石|免[费税征除]|不特定|了不起|不少|不可(?:避免|或缺)"
)
_NOT = re.compile(
    "不得|不能|不可|不准|不许|禁止|严禁|不予|不再|不含|不包括|不属于|除外|无需|无须|不必|不需|不用|用不着|没必要|没有|取消|停止|暂停|拒绝|终止|"
    "[不未无]|别(?=再|拿|去)|没(?![收落淀])"
)
_FORBIDDEN = re.compile(
    "不重复|不得|禁止|严禁|不准|不许|不能|不可|不予|杜绝|严控|严格控制|限制|不再|不允许|停止"
)
_STRONG = re.compile(
    "不得|禁止|严禁|不予|不再|不能|不可|不准|不许|不重复|取消|停止|暂停|除外|不含|不包括|不属于|无需|无须|不必|没有|未"
)
_TURNING = re.compile("改为|改由|转为|转向|扩大到|除")
"""A source that turns from one thing to another, or excepts one: what it denies may be told in other places."""
_SHUT_OUT = re.compile(
    "(?:没有|没|未|不具备|不是|不满|不在|不属于)[^。]{1,40}?(?:的|,)[^。不没未]{0,24}?(?:不能|不得|不可以|报不了|享受不了|得不到|无法|拿不到)"
)
_DEMANDED = re.compile("须|应当|必须|要求|条件|支持|具有|申报|申请|享受")
_CHANGED = re.compile("短板|缺|薄弱|滞后|改为|改由|转为|转向|扩大到|免|除|非|仅|只|限")
"""What may be told by a denial: 由甲改为乙 is 不再由甲."""
_MUST = re.compile(
    "应当|必须|务必|一律|(?<!无)须|(?<![供响相效适反对理照回呼])应(?!用|急|对|届|付|收|税|邀|变|力|聘|诺)|强制"
)
_MAY = re.compile("可以|允许|有权|(?<![不认许])可(?![能持靠再信控见行比追视用观读及])")
_ENCOURAGED = re.compile("鼓励|支持|引导|倡导|提倡|推动|推广|推进|促进|扶持|帮助|加大|给予|优先|优惠")
_BENEFIT = re.compile(
    "给予|补贴|补助|奖励|享受|支持|鼓励|资助|奖补|贴息|减免|减半|优惠|免|提供|优先|发放|兑现|开放|纳入"
)
_UP = re.compile("提高|提升|增长|增加|上升|扩大|上浮|上调|增至|增强|翻番|壮大|升至|延长|放宽|加快")
_DOWN = re.compile(
    "降低|下降|减少|压减|压降|缩短|下浮|下调|减至|降至|缩小|削减|减轻|收窄|收紧|放慢|减缓|减弱"
)
_LESS = re.compile("[减降免压少省低缩下]|取消|优惠|节约")
_CHARGED = {
    "限制|抑制|遏制|压制|打压|约束|管控|收紧|控制(?!系统|器|权|台|室|算法|技术|与)": "限制|抑制|遏制|控制|严控|约束|管控|压|收紧|防止|严",
    "分散|疏散|外迁": "分散|疏散|外迁|疏解|散",
    "放缓|放慢|延缓|推迟|暂缓|推后|延后|延期|减缓": "放缓|放慢|延缓|推迟|缓|推后|延|迟",
    "削弱|弱化|减弱|淡化": "削|弱|淡",
    "延长|拉长": "延长|拉长|延伸|延期|续",
    "减少|减产|缩减|压减|裁减|调减": "减[少产量免轻半排碳负税费损至]|缩|压[减缩降]|降|裁|削|调减|取消|淘汰|退出|节约",
    "放松|放宽": "放松|放宽|宽|灵活",
    "保留": "留|存|保护",
    "(?<!增)加收|加征": "加收|加征|征收",
    "慢于|落后于": "慢于|低于|落后",
    "提前": "提前|超前|先|早",
    "原则上": "原则上",
    "全面实行|全面实施|全面推行|全面推开": "全面|全覆盖",
    "只选|只支持|只用|仅限|唯一": "只|仅|唯一|限|专",
    "责令|勒令|强制|强令|强行|命令": "责令|勒令|强制|必须|应当|须|严格|命令|限期",
    "要求": "要求|须|(?<![供响相效适反对])应(?![用急收付链])|必须|不得|不低于|以上|条件|符合|规定|标准|准入|需(?!求)",
    "确保|保证|保障": "确保|保证|保障|必须|务必|稳|不低于|全覆盖|兜底|守住|一律",
    "已经|早已|业已|已获|已有|已被": "已|完成|建成|达到|实现|末|底|截至|目前|全部",
    "酌情|视情|酌量|自行决定|斟酌": "酌|视情|视|根据.{0,8}情况|自行|自主",
}
"""Words that give a sentence its force -> what the sources must hold for it."""
_INTENDED = re.compile("拟(?![上定态音人合稿])")
_TENTATIVE = re.compile("拟|力争|争取|争创|探索|有望")
_OPEN = re.compile(
    "拟|力争|争|探索|有望|打算|计划|准备|希望|要|将|目标|尝试|试|力求|努力|推动|建议|意见|设想|考虑"
)
_CONDITION = re.compile("(?:具备|符合|满足)[^,。]{0,10}(?:条件|要求|规定|标准)的?|有条件的")
_CONDITION_TOLD = re.compile(
    "条件|符合|具备|满足|达标|达到|合格|够格|合乎|要求|规定|标准|合规|依法|按规定|适合|合适"
)
_DRAFT = re.compile("拟|打算|计划|准备|征求|草案|意见稿|将|考虑|建议|设想|争取|力争|想")
_ENCOURAGE_WORD = re.compile("鼓励|提倡|倡导")
REPEATED = 0.6
"""The same for words that a denial alone sets apart."""
SAME = 0.8
"""Share of a part's words in a part of the sources from which it repeats it, whatever else the sources deny."""
ALIKE = 0.5
"""Share of a part's words in a part of the sources from which both say the same thing."""


def keeps_negation(sentence: str, sources: Sequence[str]) -> bool:
    """Whether nothing is denied that the sources state, and nothing stated that they deny."""
    every = _LIMIT.sub(" ", joined(sources))
    if tells_the_contrary(sentence, sources) or _tells_who_is_shut_out(sentence, every):
        return True
    for part in parts_of(sentence):
        denied = _NOT.search(_LIMIT.sub(" ", part))
        if denied and not any(one.search(every) for one in (_NOT, _FORBIDDEN, _CHANGED)):
            return False
        source = counterpart(part, sources)
        said, given = _NOT.sub(" ", _MUST.sub(" ", part)), _NOT.sub(" ", _MUST.sub(" ", source))
        alike = shared(said, given) >= ALIKE or shared(given, said) >= ALIKE
        same = shared(said, given) >= SAME and shared(given, said) >= ALIKE and not _TURNING.search(source)
        if (
            same
            and bool(denied) != bool(_STRONG.search(_LIMIT.sub(" ", source)))
            and _turned(part, denied, source, every)
        ):
            return False
        whole = _LIMIT.sub(" ", normalise(sentence))
        if (
            alike
            and _STRONG.search(_LIMIT.sub(" ", source))
            and not _NOT.search(whole)
            and not _LESS.search(part)
        ):
            return False
        if (
            alike
            and denied
            and len(_NOT.findall(whole)) > len(_NOT.findall(every))
            and not _NOT.search(_LIMIT.sub(" ", source))
            and not _denied_before(source, every)
            and not _CHANGED.search(every)
        ):
            return False
    return True


def _turned(part: str, denied: re.Match[str] | None, source: str, every: str) -> bool:
    """Whether a part that repeats `source` is denied where that is not, or the reverse."""
    if denied is None:
        return shared(source, part) >= SAME
    return not _NOT.search(_LIMIT.sub(" ", source)) and not _denied_before(source, every)


def _tells_who_is_shut_out(sentence: str, every: str) -> bool:
    """Whether 没有…的不能… says in two denials what the sources demand or give in none."""
    plain = normalise(sentence)
    shut = _SHUT_OUT.search(plain)
    if shut is None or not _DEMANDED.search(every):
        return False
    return not _NOT.search(_LIMIT.sub(" ", f"{plain[: shut.start()]} {plain[shut.end() :]}"))


def _denied_before(part: str, every: str) -> bool:
    """Whether a denial stands in the sources a few characters before `part`, as in 除…外, 不得以…方式."""
    place = every.find(_LIMIT.sub(" ", part))
    return place >= 0 and bool(_NOT.search(every, max(0, place - 12), place))


def keeps_modality(sentence: str, sources: Sequence[str]) -> bool:
    """Whether 不得, 应当, 可以 and 鼓励 are as strong as in the sources."""
    text, plain = joined(sources), _LIMIT.sub(" ", normalise(sentence))
    forbids = bool(re.search("不得|禁止|严禁|不准|不许|不允许", plain))
    if forbids and not _FORBIDDEN.search(_LIMIT.sub(" ", text)):
        return False
    if _MUST.search(plain) and not _MUST.search(text) and not (forbids or _FORBIDDEN.search(text)):
        return False
    if _MAY.search(plain) and not _MAY.search(text):
        if _MUST.search(text) or re.search("不得|禁止|严禁", text):
            return False
        if not _BENEFIT.search(text) and not _ENCOURAGED.search(text):
            return False
    return not (_ENCOURAGE_WORD.search(plain) and not _ENCOURAGED.search(text) and _MUST.search(text))


def keeps_force(sentence: str, sources: Sequence[str]) -> bool:
    """Whether nothing is restrained, ordered, assured or done already that is not so in the sources, and what is tried for stays open."""
    text, plain = joined(sources), normalise(sentence)
    if any(re.search(said, plain) and not re.search(known, text) for said, known in _CHARGED.items()):
        return False
    for part in parts_of(sentence):
        source = counterpart(part, sources)
        for said in _CHARGED:
            if (
                re.search(said, part)
                and shared(part, source) >= ALIKE
                and not re.search(_CHARGED[said], _whole(source, sources))
            ):
                return False
        if (
            _INTENDED.search(_whole(source, sources))
            and shared(part, source) >= ALIKE
            and not _DRAFT.search(plain)
        ):
            return False
        if _TENTATIVE.search(source) and shared(part, source) >= ALIKE and not _OPEN.search(plain):
            return False
    return True


def _whole(part: str, sources: Sequence[str]) -> str:
    """The source that a part stands in."""
    return next((plain for plain in map(normalise, sources) if part and part in plain), "")


def keeps_condition(sentence: str, sources: Sequence[str]) -> bool:
    """Whether what holds under conditions alone is not told without a word of them."""
    plain = normalise(sentence)
    if _CONDITION_TOLD.search(plain):
        return True
    for part in parts_of(sentence):
        source = counterpart(part, sources)
        if _CONDITION.search(source) and shared(part, source) >= ALIKE:
            return False
    return True


def keeps_direction(sentence: str, sources: Sequence[str]) -> bool:
    """Whether nothing rises that falls in the sources, and the reverse."""
    text = joined(sources)
    if _DOWN.search(normalise(sentence)) and not _LESS.search(text):
        return False
    for part in parts_of(sentence):
        source = counterpart(part, sources) or text
        for said, opposite in ((_UP, _DOWN), (_DOWN, _UP)):
            if said.search(part) and not said.search(source) and opposite.search(source):
                return (
                    said.search(text) is not None
                    and not opposite.search(part)
                    and shared(part, source) < ALIKE
                )
    return True
