"""Does a stretch of text hold what a question asks for: an amount, a ratio, a date, a telephone number …

The names are those that rag.asks finds in questions.
"""

import re
from collections.abc import Mapping

from rag.figures import canonical_figures, normalise

_AMOUNT = r"\d(?:[\d,.]*)(?:十|百|千)?[万亿]?元|[一二三四五六七八九十百千万亿]+元|千亿|万亿|百亿"
_PERCENTAGE = r"%|百分之|[一二三四五六七八九十]分之|成(?=以上|左右)|倍"
_ATTRIBUTES: Mapping[str, re.Pattern[str]] = {
    "amount": re.compile(_AMOUNT),
    "support": re.compile(f"{_AMOUNT}|{_PERCENTAGE}"),
    "percentage": re.compile(_PERCENTAGE),
    "count": re.compile(
        r"\d|(?<![第一二两三四五六七八九十])[一二两三四五六七八九十百千]+(?:大|个|家|项|类|所|座|名|条|级|市|年)"
    ),
    "date": re.compile(r"\d{4}年|\d+月|\d+日|(?:年|月|季)(?:初|底|末)|每年|之日|当[年日]"),
    "duration": re.compile(
        r"[一二两三四五六七八九十\d]+(?:年|个月|个?工作日|日|天|小时)|长期|永久|每[年季月周日]|定期"
    ),
    "place": re.compile(
        r"[\u4e00-\u9fff](?:市|县|州|区)(?![场政级区])|成都|绵阳|宜宾|德阳|地区|区域|乡镇|园区|农村"
    ),
    "organisation": re.compile(r"公司|大学|学院|研究院|银行|集团|平台|中心|机构|部门|厅|局|委员会"),
    "list_of_names": re.compile(r"名单|名录|目录|清单"),
    "person": re.compile(r"同志|书记|省长|市长|主任|负责人|法定代表人"),
    "permit": re.compile(r"证|执照|许可|备案|登记|资格|资质"),
    "conditions": re.compile(r"条件|应当(?:符合|具备)|下列|标准|资格|不低于|不少于|不超过|名额|满\d+"),
    "deadline": re.compile(
        r"截止|截至|之前|以前|期限|有效期|内(?:完成|提出|申请)|\d+(?:个工作日|日|天|个月)"
    ),
    "phone": re.compile(r"\d{3,4}-?\d{7,8}|(?<!\d)1\d{10}(?!\d)|(?<!\d)(?:1\d{4}|9\d{4})(?!\d)"),
    "address": re.compile(r"地址|\d+号|窗口|网站|网址|平台"),
    "body": re.compile(r"部门|厅|局|委员会|单位|机构|领导|政府|牵头|负责|主管"),
    "procedure": re.compile(r"申请|申报|材料|手续|办理|备案|提交|报送|审批|审核|流程"),
    "penalty": re.compile(r"罚|处分|追究|责任|没收|吊销"),
}
MISSING = {
    "amount": "具体金额", "support": "具体金额或比例", "percentage": "具体比例", "count": "具体数量", "date": "时间", "deadline": "办理或申报的期限",
    "phone": "联系电话", "address": "办理地址", "body": "负责的部门", "procedure": "申请办理的手续和材料", "penalty": "处罚规定",
    "duration": "时间长短", "place": "具体是哪些地方", "organisation": "具体是哪家单位", "list_of_names": "名单",
    "person": "具体是哪个人", "permit": "需要什么证照", "conditions": "具体条件",
    "figure": "具体数字",
}  # fmt: skip


def holds_attribute(name: str, text: str) -> bool:
    """Whether `text` holds a value of the attribute `name` (a key of `MISSING`)."""
    if name == "figure":
        return any(figure[-1] not in "年月日" for figure in canonical_figures(text))
    return bool(_ATTRIBUTES[name].search(normalise(text)))
