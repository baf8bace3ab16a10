"""The closed word classes of short follow-up questions: what may stand in one without giving it a subject."""

import re
from typing import Final

FILLER: Final = re.compile(
    r"^(?:(?:好的?|嗯+|哦+|谢谢[你您]?|感谢|明白了?|知道了|了解了?)+(?=[,。!\s])|请问(?:一下)?|那么|那就|那(?!些|个|里|边|儿|几|种|样|时|曲|项|笔|部|份)|对了|另外|然后|"
    r"再问(?:一下)?|顺便问(?:一下)?|我?[还也]?想(?:再)?(?:问|知道|了解)(?:一下|下)?|我(?:是说|说的是|问的是|指的是)|"
    r"(?:请|帮我|麻烦)?(?:找|查|看|说)一下|还有(?=,)|换成|换做|换作|如果是|要是|至于|那要是|同样(?:是)?)[,。!\s]*"
)
"""What a turn of a conversation begins with."""
ENDING: Final = re.compile(r"(?:[?。!,\s呢啊呀吧嘛哈]|(?<=[,。?!\s])(?:谢谢|多谢)[你您]?)+$")
SMALL_TALK: Final = re.compile("^(?:你|您)(?:好|是谁|叫什么)|谢谢|感谢|再见|天气")
SPEAKER: Final = re.compile(f"你|您|今天|{SMALL_TALK.pattern}")
"""Of the conversation or the day, not of a policy."""
EXCHANGE: Final = re.compile(
    r"呢[?。!]*$|^(?:[好嗯哦]的?[,\s])?(?:那么?|换[成做作]|如果是|要是|至于|我?[还也]想|我(?:说的是|问的是|指的是|是说))"
)
"""What shows that a bare noun is meant to take another's place; without it, it is a search of its own."""

TIME: Final = re.compile(
    r"(?:到了?|截至|在)?(?:(?:19|20)\d\d(?:年)?[—–\-~至到](?:20)?\d\d年|(?:19|20)\d\d年(?:度|底|末|初)?|(?<![\d〔\[(【])(?:19|20)\d\d(?![\d.%万亿元千])|"
    r"[一二][零〇一二三四五六七八九]{3}年|[今明后去前]年|“?十[三四五六]五”?(?:时期|期间|末)?)(?:之前|以前|前(?!沿|列|瞻))?"
)
PLACE: Final = r"(?:在?(?:四川省?|全省|省里|我省|本省)(?:的|要|准备|打算)?)"

PROPERTIES: Final = (
    r"金额|额度|限额|[上下]限|封顶线?|比例|比重|占比|利率|利息|费率|期限|增速|年均增长|增长率|总?规模|总量|数量|面积|人数|门槛|有效期|投资额门槛|投资额|名额|标准|"
    r"部门|牵头单位|时间|日期|电话|联系方式|地址|网址|窗口|条件|资格|要求|目标|指标|流程|程序|手续|材料|资料|对象|范围|领域|方向|布局|分工|原因|理由|"
    r"意义|作用|背景|定义|含义|目的|区别|定位|任务|措施|举措|办法|方式|内容|细则|名单|期数|水平|力度|重点"
)
_GIVEN: Final = "补贴|补助|奖励|奖补|贴息|优惠|支持|资金"
ATTRIBUTES: Final = f"{PROPERTIES}|{_GIVEN}"
_PRICED: Final = r"封顶线?|金额|额度|限额|[上下]限|比例|比重|占比|利率|利息|费率|期限|增速|增长|增长率|规模|总量|数量|面积|人数|门槛|有效期|投资额|名额|标准"
_LISTED: Final = "任务|措施|举措|办法|方式|材料|资料|手续|要求|条件|领域|指标"
_NUMBERED: Final = re.compile(rf"(?:{_PRICED})$")
_LISTED_END: Final = re.compile(rf"(?:{_LISTED})$")
_GIVEN_END: Final = re.compile(rf"(?:{_GIVEN})$")
_QUALIFIERS: Final = (
    "申报|申请|认定|贷款|培育|具体|最高|最低|办理|评选|建设|产业|资金|补助|补贴|支持|受理|发展|主要|立法"
)
ATTRIBUTE: Final = re.compile(rf"(?:的|那个)?(?P<name>(?:{_QUALIFIERS})?(?:{ATTRIBUTES}))")
"""A property of any subject, at most with a word in front that suits every subject (申报条件)."""

_QUESTION_WORDS: Final = (
    "什么时候|什么样|什么|哪一?年|哪些|哪几个?|哪个|哪家|哪里|哪儿|哪一?条|第几条|哪|多少|多大|多高|多长|多久|几个?|怎么样|怎么办|怎么|怎样|如何|"
    "为什么|为何|为啥|凭什么|啥|谁|吗|么|有没有|有无|要不要|能不能|可不可以|是不是|是否|会不会|几个点|[大多高好难快行]不[大多高好难快行]"
)
_FUNCTION_WORDS: Final = (
    "可以|能够|需要|必须|应该|应当|不能|不得|还有|这样|那样|这些|那些|一共|总共|全部|其他|其它|别的|同时|直接|马上|里面|具体|详细|分别|大概|一般|"
    "到底|究竟|基本|主要|自己|自行|我们|我|咱们|咱|它们|它|其中|其|重点|单独|另外|之间|左右|以上|以下|按照|根据|通过|关于|方面|部分|例如|比如|"
    "单户|单个|每户|首批(?!次)|首期|第[一二三四五]期|才|来|去|能|会|要|需|不|没|无|还|都|也|就|再|又|只|的|了|得|过|是|有|在|到|由|被|把|给|对|向|从|按|用|为|和|与|或|里|中|上|下|个|家|条|项|种|次|位|每|各|一|两|这|那|最|更|高|低|多|少|大|小|长|短|前|后|内|算"
)
_COMMON_VERBS: Final = (
    "申请|申报|办理|报名|领取|认定|评估|评价|评选|遴选|审核|审批|审查|批准|验收|考核|监督|监管|管理|负责|牵头|主管|执行|实施|落实|开始|结束|截止|截至|发布|印发|出台|"
    "施行|生效|享受|获得|拿到|得到|达到|完成|实现|计算|核定|兑现|发放|拨付|适用|符合|满足|参加|参与|限制|规定|安排|单列|覆盖|包括|包含|属于|提到|支持|使用|用于|"
    "准备|提供|提交|打算|联系|说明|解释|展开|介绍|举例|限定|确定|选择|拿|领|报|管|写|说|讲|查|找|看|交|批|投|补|奖|贷|借|算|招满?|建成|分成?"
)
_COMMON_NOUNS: Final = (
    "政策|扶持|经费|费用|钱|机构|单位|依据|出处|原文|来源|做法|方法|好处|情况|进展|效果|结果|影响|例子|周期|步骤|阶段|年限|人员|文件|决定|条款|款|"
    "联系人|材料|证明|平台|渠道|途径|哪方面|季度|年度|期|级|年|月|日|天|元|万|亿|人|户"
)
_ENTERPRISES: Final = r"(?<=[些么样个类家种选定])(?:企业|公司|单位|项目|地区|地方|人)|^(?:企业|单位|个人)(?=怎么申|如何申|要满足|要符合|需要|能不能)|(?<=什么阶段的)企业|(?<=需要)企业|(?<=我们)(?:公司|企业|单位|厂)"
"""Nouns that are asked for (哪些企业, 怎么遴选企业); at the beginning they are the subject (企业有什么支持)."""
COMMON: Final = re.compile(
    "|".join(
        (
            _ENTERPRISES,
            _QUESTION_WORDS,
            ATTRIBUTES,
            _COMMON_NOUNS,
            _COMMON_VERBS,
            _FUNCTION_WORDS,
            r"[?!。,;:、()（）“”\s]",
        )
    )
)
ASKING: Final = re.compile(f"{_QUESTION_WORDS}|每人|最高|最低")
_SUBSTANCE: Final = re.compile(
    f"{ATTRIBUTES}|{_COMMON_VERBS}|{_COMMON_NOUNS}|多少|谁|什么时候|多久|多长|哪些|哪里|哪儿|怎么办|怎样"
)


def own_words(text: str) -> str:
    """What is left of a question once every word that suits any subject is taken out; empty when it has no subject."""
    return COMMON.sub("", TIME.sub("", text))


def asks_of_something(text: str) -> bool:
    """Whether a question without a subject asks for a property at all: 最高多少 does, 是吗 does not."""
    return bool(ASKING.search(text) and _SUBSTANCE.search(text))


def completed(attribute: str) -> str:
    """An attribute as the end of a question: 期限 -> 期限是多少, 任务 -> 任务有哪些."""
    if attribute.endswith(("时间", "日期")):
        return f"{attribute}是什么时候"
    if attribute.endswith(("部门", "单位")):
        return f"{attribute}是哪个"
    if _NUMBERED.search(attribute):
        return f"{attribute}是多少"
    if _GIVEN_END.search(attribute):
        return f"{attribute}有哪些"
    return f"{attribute}有哪些" if _LISTED_END.search(attribute) else f"{attribute}是什么"
