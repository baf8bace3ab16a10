"""Lies with one word: direction, negation, modal word, actor, scope, condition.

The tables say what a word is taken for, as regular expressions of what stands in policies.
"""

import random
import re
from collections.abc import Iterator
from typing import Final

from eval.lies_draft import Draft, put, words_put
from eval.lies_material import Pool, Truth

_FIRST: Final = "(?:(?<=[，；、省川拟])|^)"
"""Where a verb stands that says what is done, not one inside a name or a longer phrase."""
_DIRECTIONS: Final = {
    "提高到": ("降低到",),
    "提高(?![上标])": ("降低",),
    "提升(?![机工行])": ("降低", "削弱"),
    "降低": ("提高",),
    "降至": ("升至",),
    "增加(?!值)": ("减少",),
    "增长(?!激励)": ("下降",),
    "扩大": ("缩小",),
    "加快": ("放缓",),
    "加大": ("减少",),
    "压缩": ("延长",),
    "放宽": ("收紧",),
    "缓缴": ("提前缴纳",),
    "新增(?=[\\d光国])": ("减少",),
    "加强|强化": ("减弱", "放松"),
    "快于": ("慢于",),
    "高于": ("低于",),
    "淘汰": ("保留",),
    "增产": ("减产",),
    "扩容": ("缩减",),
    "拓宽": ("收窄",),
    "减免": ("加收",),
    "集聚": ("分散",),
    "由(“?[^，”]{2,8}”?)转为(“?[^，。”]{2,8}”?)": (r"由\2转为\1",),
    "由(下达经费给市（州）)改为(省级直接[^，]*发放)": (r"由省级直接发放改为\1",),
    f"{_FIRST}(?:促进|推动)(?!力)": ("抑制", "限制"),
    "做大做强": ("压减规模",),
    "翻倍": ("减半",),
    "翻番": ("减半",),
}
_NEGATIONS: Final = {
    "不得再?": ("可以", "应当"),
    "不再": ("继续",),
    "无须|不需": ("须",),
    "禁止": ("允许",),
    "(?<![尚条号])未(?=[列发达禁限获被])": ("已", ""),
    "不计入": ("计入",),
    "不调整": ("可以调整",),
    "不重复享受|不与": ("可重复享受", "可与"),
    "不作负面评价": ("作负面评价",),
    "不在": ("在",),
    "尚无": ("已有",),
    "未裁员": ("裁员",),
    "没有": ("有",),
    "除外": ("同样适用",),
    "(?<!不)可以|(?<![不认许信])可(?=[为由列跨争打提])": ("不可以", "不得"),
    "(?<![不续])给予": ("不给予", "不再给予"),
    "(?<![不已])纳入": ("不纳入",),
    "(?<!不)适用(?!对象|范围)": ("不适用",),
    f"{_FIRST}支持(?![方范对体政领的类])": ("不支持", "不再支持"),
    f"{_FIRST}鼓励": ("不鼓励",),
    f"{_FIRST}实行": ("不实行", "取消"),
    "应当(?!未)": ("不应当",),
    "(?<![无必])须(?!知)": ("不须",),
    "(?<!不)包括": ("不包括",),
    "设立(?!研|总)": ("不设立", "取消"),
    "优先": ("不优先",),
    "(?<!被)取消": ("保留",),
    f"{_FIRST}建立(?!健全)": ("不建立", "取消"),
    "允许": ("禁止",),
    f"{_FIRST}(?:推进|推动)(?!力)": ("不再推进",),
}
_MODALS: Final = {
    "可以": ("应当", "必须"),
    "(?<![不认许信])可(?=[为由列跨争打提])": ("应当", "必须"),
    "应当": ("可以", "可以自愿"),
    "(?<![无必])须(?!知)": ("可以", "可"),
    "不得": ("原则上不",),
    "鼓励": ("要求", "必须由"),
    "力争": ("确保", "已经"),
    "争取": ("确保",),
    "原则上": ("一律",),
    f"{_FIRST}支持(?![方范对体政领的类])": ("要求", "责令"),
    "引导(?!基金)": ("强制",),
    "探索": ("全面实行",),
    f"{_FIRST}推动(?!力)": ("强制",),
    "最多|最高不超过": ("保证",),
    "(?<![不续])给予": ("可以酌情给予",),
    "优先": ("只",),
    "推广": ("强制推广",),
    "必须": ("可以",),
    "坚决": ("适当",),
    "严格": ("适度",),
    "按规定": ("无条件",),
}
_PROPOSED: Final = re.compile("(?<![模虚])拟(?!上市|定)")
_DRAFT: Final = re.compile("征求意见|草案|打算|计划")
_ACTORS: Final = {
    "(?:省级财政|省财政)(?!厅)": ("市级财政", "中央财政", "县级财政"),
    "四川省人民政府": ("成都市人民政府", "国务院"),
    "县级以上政府": ("乡镇政府", "街道办事处"),
    "省级(?=[经资重]|工业|科技|引导|标杆|直接)": ("市级", "国家级"),
    "单个市（州）": ("单个企业",),
    "由市（州）": ("由省级",),
    "市（州）": ("企业", "县（市、区）"),
    "市县": ("省级部门",),
    "四川省财政厅|财政厅": ("科学技术厅", "商务厅"),
    "四川省经济和信息化厅|经济和信息化厅": ("四川省商务厅", "四川省科学技术厅"),
    "经济和信息化部门|经信部门": ("商务部门", "市场监管部门"),
    "网信部门": ("公安部门",),
    "发展改革": ("市场监管",),
    "公安、国家安全机关": ("网信部门",),
    "行业主管部门": ("行业协会",),
    "省直部门|省直有关部门": ("市级部门", "行业协会"),
    "合作银行|合作金融机构": ("融资担保机构", "保险公司"),
    "融资担保机构": ("小额贷款公司", "保险公司"),
    "(?<![银母])银行(?=发放|[为按提])|省内银行": ("保险公司",),
    "科技型中小企业(?!和)": ("个体工商户", "国有企业"),
    "高新技术企业": ("个体工商户", "农业企业"),
    "龙头企业|链主企业|“链主”企业": ("小微企业",),
    "(?<![新型])(?:中小企业|小微企业)(?!发展|促进|专项)": ("国有企业", "个人"),
    "高校院所|高校、科研院所": ("职业院校", "行业协会"),
    "园区管理机构": ("园区企业",),
    "研制单位": ("销售单位",),
    "用户单位": ("中介单位",),
    "外资研发中心": ("内资研发中心",),
    "民营企业": ("国有企业",),
    "企业经营者": ("企业职工",),
    "规上工业企业|规模以上工业企业": ("规上服务业企业",),
    "工业企业": ("商贸企业",),
    "平台企业": ("快递员",),
    "参保企业": ("参保职工",),
    "制造业企业|制造企业": ("服务业企业",),
    "行业协会商会": ("行政机关",),
    "(?:(?<=[，、对由向的和])|^)企业(?![家经会技创主研职法间])": ("个人", "事业单位"),
    "成都(?![平天都市])": ("重庆", "绵阳"),
    "绵阳": ("自贡",),
    "宜宾": ("内江",),
}
_SCOPES: Final = {
    "全省": ("成都市", "全国"),
    "四川省内|省内": ("全国范围内",),
    "科技型中小企业": ("所有中小企业",),
    "小微企业|中小微企业": ("所有企业",),
    "(?<![新型])中小企业(?!发展|促进|专项)": ("所有企业",),
    "规上工业企业|规模以上工业企业": ("所有工业企业",),
    "六大": ("五大", "七大"),
    "省级以上园区": ("所有园区",),
    "省级以上": ("县级以上",),
    "(?<=[^首])首批": ("全部",),
    "重点(?=项目|企业|领域|产业|支持|用能)": ("所有",),
    "部分": ("全部",),
    "每年": ("每月", "五年内"),
    "单个项目": ("所有项目合计",),
    "单个市（州）": ("全省合计",),
    "每人每月": ("每人每年",),
    "每人(?!每)": ("每户企业",),
    "国家级和省级": ("国家级",),
    "有条件的": ("所有",),
    "新增(?=工业|贷款|和更)": ("全部",),
    "国内国际": ("国内",),
    "制造业(?=企业|贷款|中长期)": ("各类",),
    "革命老区、脱贫地区、民族地区、盆周山区": ("全省各地区",),
    "高校、科研院所": ("中小学校",),
    "建成区面积": ("规划面积",),
    "规上": ("全部",),
    "世界级": ("省级",),
    "全国(?=重要|性)": ("全球",),
    "西部地区": ("全国",),
}
_PLACE: Final = {
    "(?<![在和由经、])四川省(?![委人级财经科内第工数优促企重“中大化推交])": ("成都市", "全国"),
    "(?<![在和由经、])四川(?![省造自话])": ("成都", "全国"),
}
_PLACES: Final = 0.3
"""Share of the sentences in which only the place can be changed that are told with another place."""
_EVERYONE: Final = ("所有企业", "任何企业")
_CONDITION: Final = re.compile(
    r"(?:^|(?<=[，；]))(?:对|凡)?(?P<who>(?:(?!不管|无论|不论)[^，；。]){4,60}?)的，(?=(?!拟?不得)[^，。]*(?:给|补|奖|支持|可|纳|列|优先|倾斜|退|贴))"
)
_QUALIFIED: Final = re.compile(
    r"(?P<condition>(?:符合条件的?|有条件的|符合[^，。、的《]{2,20}的|经四川省认定的|年度考核优秀的|列入[^，。、的《]{2,30}的|"
    r"具备条件的|有较高安全风险的|首次认定为[^，。、的]{2,12}的|成效显著的|进步明显的))"
    r"(?P<who>[一-龥“”]{2,16}?(?:企业|项目|园区|单位|机构|院所|平台|中心|市（州）|县（市、区）|地方|港口))"
)
_PREMISE: Final = re.compile(
    r"(?:^|(?<=[，；]))(?:在[^，。；]{4,40}(?:前提下|基础上)|除(?!可)[^，。]{2,20}外(?!，(?:还|新))|[^，。；]{4,40}(?:之后|达标后|认定后))，"
)


def turned_direction(truth: Truth, pool: Pool, rng: random.Random) -> Iterator[Draft]:
    """提高 -> 降低."""
    yield from words_put(truth.sentence, _DIRECTIONS, rng)


def changed_negation(truth: Truth, pool: Pool, rng: random.Random) -> Iterator[Draft]:
    """不得 -> 可以, 给予 -> 不给予."""
    yield from words_put(truth.sentence, _NEGATIONS, rng)


def changed_modal(truth: Truth, pool: Pool, rng: random.Random) -> Iterator[Draft]:
    """可以 -> 应当, 鼓励 -> 要求; what a draft only proposes told as settled."""
    yield from words_put(truth.sentence, _MODALS, rng)
    settled = _PROPOSED.sub("", truth.sentence)
    if settled != truth.sentence and not _DRAFT.search(settled):
        yield Draft(settled, "拟 → ∅")


def swapped_actor(truth: Truth, pool: Pool, rng: random.Random) -> Iterator[Draft]:
    """Who does or gets it: 省级 -> 市级, 企业 -> 个人."""
    yield from _unsaid(truth, words_put(truth.sentence, _ACTORS, rng))


def widened_scope(truth: Truth, pool: Pool, rng: random.Random) -> Iterator[Draft]:
    """For whom, where and how often: 全省 -> 成都市, 中小企业 -> 所有企业."""
    drafts = list(_unsaid(truth, words_put(truth.sentence, _SCOPES, rng)))
    yield from drafts
    if not drafts and rng.random() < _PLACES:
        yield from _unsaid(truth, words_put(truth.sentence, _PLACE, rng))


def dropped_condition(truth: Truth, pool: Pool, rng: random.Random) -> Iterator[Draft]:
    """A support for all that the source gives on a condition."""
    for match in _CONDITION.finditer(truth.sentence):
        for everyone in _EVERYONE if match.start() == 0 else ("均", "一律"):
            yield put(truth.sentence, *match.span(), f"对{everyone}，" if match.start() == 0 else everyone)
    for match in _QUALIFIED.finditer(truth.sentence):
        start, end = match.span("condition")
        for words in ("所有", "任何", ""):
            yield put(truth.sentence, start, end, words)
    for match in _PREMISE.finditer(truth.sentence):
        yield put(truth.sentence, *match.span(), "无论何种情形，")


def _unsaid(truth: Truth, drafts: Iterator[Draft]) -> Iterator[Draft]:
    """Without those whose new word the quotes say as well: it may be true of it."""
    for draft in drafts:
        new = draft.changed.partition(" → ")[2]
        if not any(new in quote for quote in truth.quotes):
            yield draft
