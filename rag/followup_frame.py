"""The question before a follow-up, taken apart: what it is about and where in it that stands."""

import re
from dataclasses import dataclass
from typing import Final

from rag.followup_words import ENDING, FILLER, PLACE, PROPERTIES, SMALL_TALK, TIME, own_words
from rag.lexical import content_words, word_probability
from rag.parts import LONGEST, sub_questions
from rag.references import find_references

_HEAD: Final = re.compile(
    rf"(?:{TIME.pattern},?(?:[前内中里],?)?|{PLACE}|(?:我们?|咱们?)(?:这边|厂|公司|单位|企业)?(?:是|做|搞|想)?|对于|针对|关于|按照?)*"
)
_MAKE: Final = (
    "发展|推进|推动|建设|打造|培育|壮大|支持|促进|加快|加强|提升|提高|完善|优化|强化|深化|引进|培养|"
    "布局|鼓励|扶持|保护|改革|推行|实施|开展|扩大|建立|健全|解决|落实|构建|做强|做大|用好"
)
_HOW: Final = "怎么样?|怎样|如何|咋个?"
_ENDS: Final = (
    rf"的(?=[\u4e00-\u9fff]{{0,4}}(?:{PROPERTIES})(?:是|有|呢|要|上|里|写|定|在|到|达|$))|是|有(?![机色限关])|要(?!素)|能(?![源耗力级])|会(?![议展计])|可以|应当?(?!用|急)|"
    rf"有没有|有无|是否|是不是|能不能|会不会|要不要|可不可以|(?:{_HOW})|怎么|为什么|为何|为啥|什么|啥|哪|多少|多[大高长久]|几(?=[个家项年月成类种条点])|最[高低多少晚早]|一次性(?=[最给奖多]|补多)|谁|一共|总共|分别|至少|单列|总规模|占(?!比)|由(?=[谁哪])|找(?=[谁哪])|属于|主要|重点(?=发展|支持|打造|推进|建设|抓|培育|做|布局|攻|关注|是|有|在|围绕)|"
    r"(?:支持|补助|补贴|奖励|包括|规定|涉及|面向|适用|覆盖|安排|明确|提出|承担|攻克)(?=[了到过于]?(?:哪|什么|谁|多少|几))|补(?=多少|几)|奖(?=多少|励多少)|给(?=多少)|"
    r"讲|说|写|在(?=[\u4e00-\u9fff]{1,12}(?:[里中上]|方面|领域))|每[年人户月]|单[个户]项?|管不管|[\u4e00-\u9fff]?不[\u4e00-\u9fff](?=[?]|$)|[吗么](?=$|,)|,|;"
)
_END: Final = re.compile(_ENDS)
_SHAPES: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:什么是|什么叫|啥是|何谓)(?P<subject>.+)",
        r"[^,]{0,10}?(?:拿|安排|投入|拨)出?多少(?:钱|资金)(?:来)?(?P<verb>支持|用于|补助|补贴)(?P<subject>.+)",
        r"(?P<by>[^,]{0,16}?)(?<![针相绝应面核校供])对(?![外口接标应策象话比等])(?P<subject>[^,]{2,20}?)(?:有|给|提供|是怎么|怎么|如何|支持|会|能|的(?=支持|政策))",
        r"(?:都?有?(?:哪些?条款?|哪几条|哪一?条|哪里|哪儿)|有没有|有无|是否|是不是)(?:提到|提及|提|写|讲|说|规定)(?:到|了|过)?(?P<subject>.+)",
        rf"(?:准备|打算|计划|要|将)?(?:{_HOW}|怎么|为什么要?|为何要?)(?P<verb>{_MAKE})(?P<subject>[^,]{{2,}})",
        rf"(?:准备|打算|计划|要|将)?(?P<verb>{_MAKE})(?:哪些|哪几[个大类]|几[个大类]|多少[个家项]|什么样?的?)(?P<subject>[^,]{{2,}})",
    )
)
_BY_NOBODY: Final = re.compile("^(?:省?政府|国家|省委|(?:省委)?(?:这份)?(?:决定|文件|政策))(?:里面?|中)?$")
_GIVES: Final = re.compile(
    r"有(?:没有)?(?P<given>[\u4e00-\u9fff]{0,4}(?:补贴|补助|奖励|奖补|贴息|支持|激励))(?:吗|么|没有)?$"
)
_TRAILING: Final = re.compile(
    rf"(?:(?<!目)的|了|方面|下一步|出现|现在|目前|(?:下达|发放|拨付)[了过]|(?<=[^的])(?:{_HOW})|(?:总|培育|申报)?(?:目标|比例|额度|金额|标准|条件|门槛|利率|期限|规模|占比|比重|流程|对象|范围|任务|定义))$"
)
_BEFORE_ASKING: Final = re.compile(
    r"(?:(?:分别)?指|分[为成]?|归|坚持|看重|采用|实行|按照|依据|出现在?|提出|要求|达到|涉及|用于|来自|需要|定在|定|在|从|到|按|以|为|交|领|拟?做|拿|打|走|报|花|算)(?:了|过|的|于)?$"
)
"""Verbs between a subject and the word that asks; inside a name they are left."""
_ASKS: Final = re.compile("什么|啥|哪|多少|几|怎|如何|谁")
_SENTENCE: Final = re.compile(r"[^?;。!]*\w[^?;。!]*")
_CLAUSE: Final = re.compile("[^,:;]+")
_OF_SENTENCES: Final = re.compile("[我你您咱俺了着就把被让想没又还怕该也请都这那]|不(?!锈|良)|以后|一起|大概")
"""Words that a name does not hold unless they are part of a longer word."""
_LEAST: Final = 2
_MOST: Final = 24
"""Characters of a subject; a longer stretch is a sentence that was not understood."""


@dataclass(frozen=True)
class Frame:
    """A question and its subject: `text[start:end]` with the property asked for, to `named_end` without it."""

    text: str
    begin: int
    """Where the clause with the subject begins, after a year and 四川."""
    start: int
    end: int
    named_end: int
    topic: str
    """What the question is about: the subject without its property, or the policy that says something of the subject."""
    verb: str = ""
    """What is done with the subject, where the question names it in front (怎么培育…)."""
    given: str = ""
    """The money asked about with 有…吗: 补贴."""
    when: str = ""
    """A year right before the subject that belongs to its name: 2022年 in 2022年省级工业发展专项资金."""

    @property
    def subject(self) -> str:
        """The subject as it stands."""
        return self.text[self.start : self.end]

    @property
    def dated_topic(self) -> str:
        """The topic with the year that belongs to it."""
        return f"{self.when}{self.topic}"


def plain_turn(text: str) -> str:
    """A turn without what it politely begins and ends with."""
    before = ""
    while before != text:
        before, text = text, FILLER.sub("", text).strip(" ,。!")
    return ENDING.sub("", text)


def framed(question: str) -> Frame | None:
    """Take a normalised question apart; None when it is about nothing, as 谢谢 is.

    Of several clauses the last one with a subject counts: what comes before it is the
    occasion, unless the last only asks more about it (…, 分母是什么). Without a subject that
    can be named, `topic` is empty.
    """
    last = sub_questions(question)[-1] if len(question) > LONGEST else _SENTENCE.findall(question)[-1]
    text = plain_turn(last)
    if not text or SMALL_TALK.search(text):
        return None
    found = [_framed(text, *match.span()) for match in reversed(list(_CLAUSE.finditer(text)))]
    frames = [frame for frame in found if frame]
    named = next((frame for frame in frames if len(frame.topic) > _LEAST), None) or next(iter(frames), None)
    return named or Frame(text, 0, 0, 0, 0, "")


def _framed(text: str, first: int, last: int) -> Frame | None:
    head = _HEAD.match(text, first, last)
    begin = head.end() if head else first
    matches = (shape.match(text, begin, last) for shape in _SHAPES)
    if match := next((found for found in matches if found), None):
        start, end = match.span("subject")
        verb = match.groupdict().get("verb") or ""
    else:
        start, end, verb = begin, _end_of_subject(text, begin, last), ""
    name = _topic(text[start:end], asked=bool(_ASKS.match(text, end)))
    by = _BY_NOBODY.sub("", match.groupdict().get("by") or "") if match else ""
    topic = by if len(by) > _LEAST and own_words(by) else name
    if not _LEAST <= len(topic) <= _MOST or _is_sentence(topic) or not _names(topic):
        return None
    gives = _GIVES.search(text, start, last)
    times = list(TIME.finditer(text, first, start))
    when = times[-1][0] if times and times[-1].end() == start and not times[-1][0].startswith("到") else ""
    return Frame(
        text, begin, start, end, start + len(name), topic, verb, gives["given"] if gives else "", when
    )


def _end_of_subject(text: str, start: int, last: int) -> int:
    """Where the words that ask begin; 能 in 智能 and 会 in 社会 are parts of words and ask nothing."""
    within = _inside_words(text)
    ends = (
        match
        for match in _END.finditer(text, start, last)
        if len(match[0]) > 1 or match.start() not in within
    )
    return next((match.start() for match in ends), last)


def _is_sentence(text: str) -> bool:
    within = _inside_words(text)
    return any(not {match.start(), match.end()} & within for match in _OF_SENTENCES.finditer(text))


def _inside_words(text: str) -> set[int]:
    """Places inside a word of the dictionary, its first character left out."""
    known = (word for word in content_words(text) if word_probability(word))
    return {
        at
        for word in known
        for match in re.finditer(re.escape(word), text)
        for at in range(match.start() + 1, match.end())
    }


def _names(topic: str) -> bool:
    return bool(own_words(topic) or find_references(topic) or topic in {"企业", "个人", "单位", "项目"})


def _topic(subject: str, *, asked: bool) -> str:
    """The subject without the property asked for at its end, and without the verb before the word that asks."""
    trimmed = _BEFORE_ASKING.sub("", subject) if asked else subject
    while (shorter := _TRAILING.sub("", trimmed)) != trimmed and len(shorter) >= _LEAST:
        trimmed = shorter
    return trimmed
