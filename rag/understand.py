"""Question -> Query: what is asked, about which clause, in which form.

Rules only, and only about the shape of a question; which clause answers it is
decided by retrieval. Nothing here knows a policy.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Literal

from opencc import OpenCC

from rag.asks import asked_attributes, is_yes_or_no
from rag.errors import InputError
from rag.figures import canonical_figures, years
from rag.lexicon import lexicon
from rag.references import find_references
from rag.types import ClauseReference, Query

MAXIMUM_LENGTH = 2000
"""Characters; a longer paste is refused with a message rather than cut in silence."""

Form = Literal["figure", "list", "content", "where", "exists", "outline"]


_WHERE = re.compile(
    r"(?:在|是|属于)?(?:文件|决定|政策|条例)?(?:的)?(?:哪|第几|那几)(?:一|几|些|个)?(?:个)?(?:条款|条|款|部分|章|处|地方|里)"
    r"|哪里(?:提|讲|说|写|规定)|(?:出处|依据)(?:在|是)(?:哪|什么)|which clause|where .* mention",
    re.IGNORECASE,
)
_EXISTS = re.compile(
    r"有没有|有无|是否|是不是|提没提|写没写|说没说|讲没讲|管不管|(?:提到|涉及|写到|说到|讲到|规定|支持|鼓励|允许|包括|要求|打算|准备).{0,30}(?:吗|么|没有|不)[?。!]*$"
)
_FIGURE = re.compile(
    r"多少|百分之几|几成|多大|多高|多长|(?<![好哪第])几(?!乎|年期)(?:个|家|年|项|类|大|级|批|名|人|条|亿|万|千|百)|什么时候|哪一?年|何时|几月|几号|哪天|how (?:much|many)|when",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"哪些|哪几|有(?:些)?什么|包括什么|包含什么|都是什么|分别(?:是|指)|都有啥|有啥|列(?:出|举)|which|what are",
    re.IGNORECASE,
)
_OUTLINE_WORDS = re.compile(
    r"关于|主题|主旨|决定|文件|政策|条例|这份|讲一讲|讲讲|还有|另外|再|和|与|跟|及|哪方面|方面|把|将|哪|谢谢|麻烦|说一说|说说|列一下|列出来?|介绍|归纳|概括|总结|梳理|简述|解读|要点|内容|大意|原文|全文|标题|名称|名字|题目|组成|构成|下面|底下|下设|包括|包含|涉及|分别|各|"
    r"讲|说|写|谈|规定|设|是|有|些|了|的|里面?|下|都|请|一下|到底|究竟|大概|主要|让|看看|看|帮我|给我|我|想|知道|summary|about|of|the|is|does|do|what|say|tell|me",
    re.IGNORECASE,
)
_PART_CONTENTS = re.compile(r"哪(?:些|几)(?:个)?(?:条|款)|几条|标题|名称|组成")


# Scaffold: words that shape the question and are not looked up. Longer ones first.
_SCAFFOLD = re.compile(
    r"请问(?:一下)?|(?:我们|我|咱们?)(?:这边|公司|厂|单位|企业)?(?:是|做|搞|从事|生产)+(?=.{2})|想查(?:一下)?|在?(?:全文|文中|通篇|整个文件)(?:里|中)?|(?:都)?有?(?:哪|第)几(?:处|个地方|处地方|处地)(?:都)?|(?:提及|写到|提到|讲到|说到)(?:了|过|它|这个|的)?(?:是|有)?|你好|您好|麻烦(?:您|你)?|谢谢|我想(?:问|知道|了解)(?:一下|下)?|想(?:问|了解|知道)(?:一下|下)?|帮我(?:查|找|看)(?:一?下)?|告诉我|查一下|"
    r"(?:这|该|本)(?:份|个|项)?(?:决定|文件|政策|条例|规定|办法)(?:里面?|中|当中|上)?|《[^》]{0,20}决定》(?:里面?|中)?|(?:决定|文件)(?:里面?|中|当中)|省委(?:的)?(?:这份|这个)?(?:决定|文件)(?:里面?|中)?|"
    r"在?(?:哪|第几)(?:一|几|些)?个?(?:条款|条|款|部分)(?:里|中)?|哪里(?=提|讲|说|写|规定)|(?:都)?(?:有没有|有无|是否|是不是)|(?:提|写|说|讲)没(?:提|写|说|讲)(?:到|过)?|"
    r"提到(?:了|过)?|提及|写到(?:了|过)?|说到|讲到|讲了|说了|写了|规定了?|分别|都?包括|包含|主要|具体|"
    r"哪些(?:方面|内容|措施|举措)?|哪几(?:个|项|类|种|大)?|什么样|什么时候|什么|多少|怎么样|怎么|怎样|如何|为什么|是啥|有啥|啥|咋(?:个|样)?|吗|呢|吧|啊|嘛|么(?=[?]|$)"
)
_COUNTED = tuple("年月日天个条家名人次项款G强辆艘部台场架套面")
_LATIN_WORD = re.compile("[A-Za-z]{2,}")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_BARE_FIGURE = re.compile(r"[\d.,\s]*\d\s*(?:[十百千万亿]*(?:元|块钱?|美元)?|%)")
_EDGE = re.compile(
    r"^(?:里面?|中|的|了|是|在|要|有(?!效)|和|与|对|把|关于)+(?=..)|(?:的|了|是|要|有|会|能|到|在|里|它)+$"
)
_PUNCTUATION = re.compile(r"[?？!！。,，;；:：、\"'“”‘’()（）\s]+")
_REGIONS = [
    "北京",
    "天津",
    "上海",
    "重庆",
    "河北",
    "山西",
    "辽宁",
    "吉林",
    "黑龙江",
    "江苏",
    "浙江",
    "安徽",
    "福建",
    "江西",
    "山东",
    "河南",
    "湖北",
    "湖南",
    "广东",
    "海南",
    "四川",
    "贵州",
    "云南",
    "陕西",
    "甘肃",
    "青海",
    "台湾",
    "内蒙古",
    "广西",
    "西藏",
    "宁夏",
    "新疆",
    "香港",
    "澳门",
    "深圳",
    "杭州",
    "苏州",
    "广州",
    "武汉",
    "西安",
    "贵阳",
    "昆明",
]


def understand(question: str, *, policies: Sequence[str] = ()) -> Query:
    """Read one question.

    Raises:
        InputError: it is empty, over `MAXIMUM_LENGTH` characters or holds no readable character.
    """
    text = normalise_question(question)
    if _BARE_FIGURE.fullmatch(text):
        raise InputError("只读到一个数字。请写明想了解什么，例如：数字经济的目标是多少？")
    references = find_references(text)
    core = _core(text, references)
    foreign = len(_LATIN_WORD.findall(text)) > 1 and not _CHINESE.search(text)
    if foreign:
        # The policies are Chinese: its own words find next to nothing.
        core = " ".join((*lexicon().terms_for(text), core))
    return Query(
        text=text,
        core=core,
        form=_form(text, core, references),
        references=references,
        asks=asked_attributes(text),
        years=years(_without(text, references)),
        figures=tuple(sorted(_asked_figures(_without(text, references)))),
        places=tuple(region for region in _REGIONS if region in text),
        policies=tuple(policies),
        foreign=foreign,
    )


def has_content(piece: str) -> bool:
    """Whether three characters or more are left of a piece of a question once its scaffold is taken off."""
    return len(_PUNCTUATION.sub("", _SCAFFOLD.sub("", piece))) >= 3


_A_SENTENCE = re.compile("[，。？?！!的了吗呢么]|什么|多少|哪|怎")
"""In a list of keywords, spaces part them; in a sentence they are slips."""
_STRAY_SPACE = re.compile("(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff0-9])|(?<=[0-9]) (?=[\u4e00-\u9fff])")


def limited(query: Query, *, core: str, policies: Sequence[str]) -> Query:
    """The query with another core and scope, its form read again."""
    form = _form(query.text, core, query.references)
    return replace(query, core=core, policies=tuple(policies), form=form)


def normalise_question(question: str) -> str:
    """NFKC, simplified characters, no control or invisible characters, single spaces.

    Raises:
        InputError: see `understand`.
    """
    if len(question) > MAXIMUM_LENGTH:
        raise InputError(
            f"问题有 {len(question)} 个字，超过上限 {MAXIMUM_LENGTH} 字。请删去粘贴的材料，只留下要问的一两句话。"
        )
    text = plain_words(question)
    if _A_SENTENCE.search(text):
        text = _STRAY_SPACE.sub("", text)
    if not any(character.isalnum() for character in text):
        raise InputError("没有读到问题。请用一句话写下想了解的内容，例如：数字经济的目标是什么？")
    return text


def plain_words(text: str) -> str:
    """`text` of any length in NFKC and simplified characters, without control or invisible ones, with single spaces."""
    visible = "".join(
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFKC", text)
        if character.isspace() or unicodedata.category(character)[0] != "C"
    )
    return " ".join(_simplifier().convert(visible).split())


def _form(text: str, core: str, references: tuple[ClauseReference, ...]) -> Form:
    if references and len(_OUTLINE_WORDS.sub("", core).replace(" ", "")) <= 1:
        return "outline"
    if references and references[0].kind in {"part", "last_part"} and _PART_CONTENTS.search(text):
        return "outline"
    if _WHERE.search(text):
        return "where"
    if any(name in {"amount", "percentage", "count", "date", "support"} for name in asked_attributes(text)):
        return "figure"
    if _FIGURE.search(text) and not is_yes_or_no(text):
        return "figure"
    if _LIST.search(text):
        return "list"
    return "exists" if _EXISTS.search(text) else "content"


def _core(text: str, references: tuple[ClauseReference, ...]) -> str:
    rest = _PUNCTUATION.sub(" ", _SCAFFOLD.sub(" ", _without(text, references)))
    return " ".join(word for word in (_EDGE.sub("", word) for word in rest.split()) if word)


def _without(text: str, references: tuple[ClauseReference, ...]) -> str:
    for reference in references:
        text = text.replace(reference.surface, " ")
    return text


def _asked_figures(text: str) -> set[str]:
    """Figures other than dates, counts and bare numbers, which rarely carry a claim."""
    return {
        figure
        for figure in canonical_figures(text)
        if not figure.endswith(_COUNTED) and not figure.isdigit() and figure != "1大"  # 一大笔, 一大批
    }


@lru_cache(maxsize=1)
def _simplifier() -> OpenCC:
    return OpenCC("t2s")
