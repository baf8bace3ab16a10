"""Which attribute a question asks for: an amount, a ratio, a date, a telephone number …

The names are those of `rag.attributes.MISSING`, which says whether a text holds one.
"""

import re

_ASKS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        (
            "amount",
            r"多少(?:钱|万|亿|元|资金|补贴|奖金|奖励|补助|经费)|几(?:万|亿|十万|百万|千万|百块|千块|百元|千元|块钱)|多少块|(?:金额|额度|数额|标准)(?:是|有|为)?(?:多少|多大|多高|什么|几)|how much",
        ),
        (
            # 补助多少 may be answered by a sum or by a share of what was spent.
            "support",
            r"(?:补|奖|贴|给|拨|拿|领|减|免)[^,。?投强比]{0,6}多少(?!钱|万|亿|元|块|资金|个|家|项|年|天)",
        ),
        (
            "percentage",
            r"百分之几|几成|(?:比例|占比|比重|增速|增长率|强度|利率)[^,。?]{0,10}(?:多少|多高|多大|几|什么|啥|怎么|如何|上限|目标)|(?:多少|多大|多高|什么|啥)(?:的)?(?:比例|占比|比重)|占[^,。?]{0,14}(?:多少|几)|多少个?(?:%|百分点)",
        ),
        ("count", r"(?:多少|(?<![好哪第])几)(?:个|家|项|类|批|名|人|所|座|条|户|亩|种)"),
        ("date", r"什么时候|哪一?年|何时|几月|几号|哪天|\bwhen\b"),
        ("duration", r"多久|多长时间|几年(?![期来前以])|几天|多少天"),
        (
            "place",
            r"(?:哪些|哪几个?|哪个|哪儿的?)(?:城市|市州|市|县|区县|地方|路段|线路|站点)|哪(?:些|几)条线",
        ),
        (
            "organisation",
            r"哪(?:一)?家(?!人)|哪几(?:家|所)|(?:哪些|哪个)(?:公司|大学|高校|学校|银行|服务商|平台|处室)",
        ),
        ("list_of_names", r"名单|名录|目录(?:里|中|上)"),
        ("person", r"哪位|(?:是|叫)谁|谁是|叫什么名字"),
        ("permit", r"(?:什么|哪些|啥)证|(?:操作|许可|采伐|从业|资格|驾驶)证|执照"),
        (
            "conditions",
            r"(?:什么|哪些|啥)(?:样的)?条件|(?:评选|申报|认定|准入)(?:条件|标准|细则)|细则|名额|门槛",
        ),
        ("deadline", r"截止|截至什么|申报(?:时间|期限|窗口)|最(?:晚|迟)|期限|有效期"),
        (
            "phone",
            r"(?:电话|热线|手机号|邮箱)(?:号码?)?(?:是|多少|几号|有没有|给)|(?:什么|哪个|多少)(?:电话|号码)|联系(?:方式|电话|人)|phone number",
        ),
        (
            "address",
            r"(?:办公)?地址|[在去到](?:哪|啥地方)(?:儿|里|点)?(?:办|领|交|考|买|报名|申请|申报|登记|预约|咨询)|哪个窗口|怎么预约|网址|网站",
        ),
        (
            "body",
            r"(?:哪个|哪些|什么)(?:部门|单位|厅|局|机构|领导)|(?:谁|哪个)(?:来)?(?:负责|牵头|管|主管|审批|批)|找谁|归谁",
        ),
        (
            "procedure",
            r"(?:什么|哪些|啥)(?:材料|手续|资料|证明)|怎么(?:申请|申报|办理|报名|领)|如何(?:申请|申报|办理)|申报(?:流程|条件|材料)|流程",
        ),
        ("penalty", r"罚款|罚多少|处罚|怎么罚|坐牢|判刑"),
    )
)

_YES_NO = re.compile(
    r"吗|能不能|可不可以|是不是|会不会|有没有|要不要|行不行|[嘛么](?:[?]|$)|([\u4e00-\u9fff])[不没]\1"
)
_HOW_MUCH = re.compile("多少|哪一?年|什么时候|何时")


def asked_attributes(text: str) -> tuple[str, ...]:
    """The attributes asked for; in a yes-or-no question 几个 and 几年 ask for no number."""
    found = tuple(name for name, pattern in _ASKS if pattern.search(text))
    if is_yes_or_no(text) and not _HOW_MUCH.search(text):
        return tuple(name for name in found if name not in {"amount", "count", "date"})
    return found


def is_yes_or_no(text: str) -> bool:
    """Whether a question wants yes or no, so that its 几个 and 比例 ask for no value."""
    return bool(_YES_NO.search(text))
