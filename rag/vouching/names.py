"""Names: titles, clause numbers, programmes and bodies that the sources must hold."""

import re
from collections.abc import Sequence

from rag.figures import normalise
from rag.lexical import word_probability
from rag.vouching.parts import joined, without_figures

_QUOTED = re.compile('[《“"‘「]([^《》“”"‘’「」]{2,40})[》”"’」]')
_LOCATOR = re.compile(
    r"第[零〇一二两三四五六七八九十百千\d]+(?:条|款|项|章|编|部分)|\([零〇一二三四五六七八九十百\d]{1,4}\)|附件\d*|〔\d{4}〕|\d+号"
)
_PROGRAMME = re.compile(
    "(?=([\u4e00-\u9fffA-Za-z]{2})(计划(?![到在用让将把新建再通推完打])|工程|行动|基金|专项|平台|示范区|试点|(?<=管理|实施|暂行|认定|评价|奖励)办法|条例|方案|联盟|通道|清单|工作组|"
    "专班|领导小组|委员会|管委会|补贴|补助|奖励|贷款|贴息|保险|券|贷|厅|(?<![布格结])局(?![面部限势])|中心|基地|园区|名单|目录|机制|制度|资金))"
)
_WAYS = re.compile("[一两三四五六几多][种个](?:办法|机制|制度)")
_OF_A_KIND = re.compile("(?=([\u4e00-\u9fff]{2})(企业|公司|人员|部门|行业|单位|院校|机构|机关|财政))")
_GENERAL = re.compile(
    "相关|有关|同一|同类|重复|这类|这些|这项|该项|各类|各种|一定|财政|专门|政府|资金|一次|同样|其他|以及|具体|申请|获得|享受|得到|给予|给|提供|护住|改成|变成|就按|按|往|向|里|中|内|上|下|去|进|成|做|拿到|领取|"
    "上述|下列|开展|实施|建设|设立|建立|完善|健全|制定|出台|支持|采取|落实|符合|所需|配套|重点|共建|搭建|打造|培育|安排|使用|"
    "发放|组建|组织|列入|纳入|进入|加入|参加|公布|发布|按照|依照|根据|通过|利用|依托|推动|推进|项目|一笔|一家|两家|几家|每家|这家|哪家|本地|当地|外地|帮助|鼓励|引导|拿到|符合|条件|参与|全省|省内|四川|川内|我省|这批|那些|[\u4e00-\u9fff]种|一项|每年|的|了|和|与|等|"
    "出|靠|式|融到|凭|张|份|于|要|会|来|是|都|也|还|就|又|已|个|类|种|项|些|条|款|为|到|给|替|拿|让|帮|在|把|用|从|由|对|或|及|其|新|好|多|有"
)


def are_quoted_truly(sentence: str, sources: Sequence[str]) -> bool:
    """Whether every 《title》 and “name” stands in the sources."""
    text = _bare(joined(sources))
    return all(_bare(name) in text for name in _QUOTED.findall(normalise(sentence)))


def has_no_locator_of_its_own(sentence: str, sources: Sequence[str]) -> bool:
    """Whether every clause number, attachment and 文号 of the sentence stands in the sources."""
    text = joined(sources)
    return all(one in text for one in _LOCATOR.findall(normalise(sentence)))


def programmes_are_known(sentence: str, sources: Sequence[str]) -> bool:
    """Whether what is called …计划, …基金, …中心 in the sentence is called so in the sources."""
    text = _bare(joined(sources))
    plain = _WAYS.sub("", without_figures(sentence))
    for head, kind in _PROGRAMME.findall(_bare(plain)):
        if kind not in text and len(kind) > 1:
            return False
        short = re.compile(f"{head[0]}[\u4e00-\u9fff]{{0,3}}{head[1]}")  # 社保 for 社会保险
        if not _GENERAL.search(head) and not short.search(text):
            return False
    kinds = (head for head, _ in _OF_A_KIND.findall(plain) if word_probability(head))
    return all(_GENERAL.search(head) or head in text for head in kinds)


def _bare(text: str) -> str:
    return re.sub("[《》“”\"'‘’「」、()·]", "", text)
