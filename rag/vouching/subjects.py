"""Who and where: the bodies, people, enterprises and places of a sentence must be those of the sources."""

import re
from collections.abc import Sequence
from functools import cache

from rag.figures import normalise
from rag.lexicon import lexicon, short_name
from rag.vouching.parts import counterpart, joined, pairs_of, parts_of, shared

_KNOWN_AS = {
    # levels of government
    "国家级": "国家|全国|中央|国务院",
    "中央": "中央|国家|中共|国务院|央",
    "省级": "省|四川|全川",
    "市级": "市|州|地方|各地",
    "县级": "县|区(?!域)|地方|各地",
    "市县": "市|县|地方|各地|区",
    "乡镇": "乡|镇",
    "村级": "村|乡|镇",
    "社区": "社区|街道",
    "街道": "社区|街道|乡镇",
    "县(市": "县|区市|市、区",
    "事业单位": "事业单位|机关",
    # people
    "个人": "个人|自然人|本人|人员|人才|创业者|学生|劳动者|居民|群众|农民|职工|毕业生|创业者|消费者|购买者|贡献者|生产者",
    "职工": "职工|员工|工人|人员|人才|劳动者|就业|岗",
    "员工": "职工|员工|工人|人员|人才|劳动者|就业|岗",
    "学生": "学生|毕业生|学校|高校|院校|教育|校",
    "居民": "居民|群众|消费|户|民",
    "农户": "农户|农民|农业|合作社|种粮|养殖|农",
    "农民": "农户|农民|农业|农村|农",
    "消费者": "消费|购买|个人|居民|换新",
    # enterprises by kind
    "大企业": "大企业|大型|龙头|领军|头部|链主|大中小|规模",
    "大型企业": "大企业|大型|龙头|链主|大中",
    "中小": "中小|小微|小型|中型|专精特新",
    "小微": "小微|小型|微型|中小|个体",
    "个体": "个体|市场主体|经营主体|小店|商户",
    "规上": "规上|规模以上",
    "规模以上": "规上|规模以上",
    "高新技术企业": "高新技术企业|高企",
    "专精特新": "专精特新|小巨人",
    "上市公司": "上市",
    "国有企业": "国有|国企|央企|国资",
    "国有资本": "国有|国企|央企|国资",
    "国企": "国有|国企|央企|国资",
    "央企": "央企|中央企业|国有|国企",
    "民营": "民营|民企|非公|私营|民间",
    "民企": "民营|民企|非公|私营|民间",
    "外资": "外资|外商|外国|境外|国际",
    "内资": "内资|内外资",
    "国务院": "国务院",
    "商贸": "商贸|贸易|商业|流通|零售|批发",
    "外贸": "外贸|进出口|出口|跨境|贸易",
    "服务业": "服务业|服务|三次产业|一二三产",
    "工业企业": "工业|制造|规上|规模以上|企业",
    "建筑业": "建筑",
    "农业企业": "农业|农产品|涉农|农",
    "金融机构": "金融|银行|信贷|担保|保险|证券|基金",
    "银行": "银行|金融|信贷|贷款|贷|融资",
    "高校": "高校|院校|大学|学校|高等|院所|科研|学院|产学研",
    "协会": "协会|商会|社会组织|行业组织|联盟",
    # how far it reaches
    "全国": "全国|国内",
    "全球": "全球|世界|国际",
    "世界": "全球|世界|国际",
    "全省": "全省|四川|全川|我省|省|^[^市州县国]*$",
    "合计": "合计|累计|总计|共|总额|总量|总",
    "累计": "合计|累计|总计|共|总",
}
"""Word -> what it may be called in the sources: who is not named there is not meant."""
_NO_PERSON = re.compile("一个人|个人(?=工智能)")
_ALL = re.compile("所有|任何|凡是|不限|一切|全部")
_EVERY = re.compile(
    "所有|任何|凡|不限|一切|无论|不论|不管|全部|全面|全覆盖|普遍|统一|平等|同等|全体|应换尽换|应.{1,3}尽"
)
_EACH = re.compile("一律|(?<![平亩人户])均(?![衡匀等值])|每[家个户]企业|各类企业|各企业")
_EACH_KNOWN = re.compile(
    "一律|(?<![平亩人户])均(?![衡匀等值])|每|各|都|所有|任何|凡|逐|全部|全体|全覆盖|统一"
)
_OWN = ("全省", "全川")
_ENTERPRISE = "企业|公司|市场主体|经营主体|单位|厂|商|机构|主体|园区|项目|产业|户|平台|园|业"


def subjects_are_the_same(sentence: str, sources: Sequence[str]) -> bool:
    """Whether every body, kind of people and enterprise, and every reach is named in the sources."""
    text, plain = joined(sources), _NO_PERSON.sub(" ", normalise(sentence))
    if any(name in plain and not re.search(known, text) for name, known in _KNOWN_AS.items()):
        return False
    return not ("企业" in plain and not re.search(_ENTERPRISE, text))


def subjects_are_not_exchanged(sentence: str, sources: Sequence[str]) -> bool:
    """Whether no part of the sentence that repeats a part of the sources names another subject in it."""
    for part in parts_of(sentence):
        source = counterpart(part, sources)
        if not source or len(pairs_of(part)) < SAYS_ENOUGH or shared(part, source) < REPEATED:
            continue
        said = {name for name in _EXCHANGED if name in part and name not in source}
        left = {name for name in _EXCHANGED if name in source and name not in part}
        if any(said & set(group) and left & set(group) for group in _GROUPS):
            return False
    return True


def scope_is_the_same(sentence: str, sources: Sequence[str]) -> bool:
    """Whether the places are the source's and 所有, 任何, 均 are no wider than it."""
    text, plain = joined(sources), normalise(sentence)
    if _ALL.search(plain) and not _EVERY.search(text):
        return False
    if _EACH.search(plain) and not _EACH_KNOWN.search(text):
        return False
    told = [place for place in _places() if place in plain]
    if any(place not in text for place in told):
        return False
    named = [place for place in _places() if place in text]
    return not (
        named and not told and any(word in plain for word in _OWN) and not any(word in text for word in _OWN)
    )


SAYS_ENOUGH = 3
"""Pairs of characters from which a part says enough to repeat another."""
REPEATED = 0.5
"""Share of a part's words in a part of the sources from which the part repeats it."""
_GROUPS = (
    ("全国", "全球", "全市", "世界", "四川", "国内", "国际"),
    ("国家", "省级", "市级", "县级", "乡镇", "市(州)", "县(市", "中央"),
    (
        "企业",
        "个人",
        "职工",
        "经营者",
        "高校",
        "银行",
        "协会",
        "政府",
        "市(州)",
        "园区",
        "院所",
        "合作社",
        "农户",
        "用户",
        "研制",
    ),
    (
        "中小企业",
        "国有企业",
        "大企业",
        "小微企业",
        "个体工商户",
        "高新技术企业",
        "民营企业",
        "外资企业",
        "上市公司",
    ),
    ("工业企业", "商贸企业", "服务业企业", "外贸企业", "建筑业企业", "农业企业"),
    ("每年", "每月", "每季度", "每周"),
    ("世界级", "国家级", "省级", "市级", "县级"),
    ("首批", "全部", "第二批", "所有", "部分"),
    ("单个", "合计", "每户", "全省合计"),
)
"""Words of which one may not stand where another stands."""
_EXCHANGED = frozenset(name for group in _GROUPS for name in group)


@cache
def _places() -> tuple[str, ...]:
    """Prefectures, larger counties and regions, short and long; two characters at least."""
    short = {short_name(name) for name in lexicon().places}
    return tuple(
        sorted(
            name for name in {*lexicon().places, *short, *_REGIONS} if len(name) > 1 and name not in _WORDS
        )
    )


_REGIONS = (
    "北京", "上海", "重庆", "广东", "浙江", "江苏", "成渝", "川渝", "天府新区", "川南", "川东北", "攀西", "川西北", "成德绵眉",
)  # fmt: skip
_WORDS = frozenset(
    [
        "东区",
        "西区",
        "大安",
        "会理",
        "会东",
        "利州",
        "安州",
        "高县",
        "开江",
        "平武",
        "中江",
        "大英",
        "东兴",
        "市中",
    ]
)
"""Names of places that are also common words or parts of them."""
