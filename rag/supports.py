"""The nouns of matching: a support that a clause gives, its conditions, its amount. All frozen.

Supports are written by hand in corpus/supports, checked against their clauses by
`python -m ingest lint` and at every ingest (ingest.supports), and stored in the build
with the places of their quotes: what is shown of one comes from there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

KINDS: Final = (
    "资金奖补", "贷款贴息", "融资", "税收", "用地", "用能", "人才", "研发平台",
    "数字化", "绿色", "市场与出口", "数据算力", "认定培育", "政务便利", "方向鼓励",
)  # fmt: skip
NEEDS: Final = (
    "资金补助", "贷款融资", "上市与股权融资", "税费减免", "用地", "用电用能", "人才用工",
    "技术改造", "数字化转型", "绿色低碳", "研发创新", "成果转化", "知识产权", "市场开拓", "出口外贸",
    "品牌标准质量", "物流运输", "园区落户", "资质认定", "数据算力", "营商环境", "招商投资", "产业发展",
)  # fmt: skip
QUALIFICATIONS: Final = (
    "高新技术企业", "科技型中小企业", "创新型中小企业", "专精特新中小企业", "专精特新“小巨人”企业",
    "制造业单项冠军", "链主企业", "龙头企业", "领航企业", "贡嘎培优企业", "瞪羚企业", "独角兽企业",
    "创新型领军企业", "农业产业化龙头企业", "老字号", "上市企业", "上市后备企业", "总部企业", "绿色工厂", "智能制造示范工厂",
    "数字领航企业", "企业技术中心", "新型研发机构", "科技企业孵化器", "省重点实验室", "外贸企业", "军民融合企业",
    "产教融合型企业", "首台套产品企业", "质量标杆企业",
)  # fmt: skip
SIZES: Final = ("大型", "中型", "小型", "微型")
OWNERSHIPS: Final = ("民营", "国有", "外资", "央企", "集体")
ORGANISATIONS: Final = (
    "企业", "个体工商户", "农民专业合作社", "科研院所", "高校", "产业园区", "金融机构", "服务机构",
)  # fmt: skip
REGION_KINDS: Final = (
    "民族地区", "革命老区", "脱贫地区", "盆周山区", "川中丘陵地区", "川渝毗邻地区", "成都都市圈", "成都平原经济区",
    "川南经济区", "川东北经济区", "攀西经济区", "川西北生态示范区", "省域经济副中心", "天府新区", "自贸试验区", "欠发达县域",
    "攀西国家战略资源创新开发试验区", "成渝地区双城经济圈",
)  # fmt: skip
QUANTITIES: Final = {
    "revenue": "元",
    "headcount": "人",
    "investment": "元",
    "equipment_investment": "元",
    "loan": "元",
    "rd_share": "%",
    "revenue_growth": "%",
    "age": "年",
}
"""Fields of a profile that are quantities, with the unit they are compared in."""
Field = Literal[
    "industry", "region", "size", "above_scale", "qualifications", "ownership", "organisation",
    "revenue", "headcount", "investment", "equipment_investment", "loan", "rd_share", "revenue_growth", "age",
    "statement",
]  # fmt: skip
Test = Literal["within", "in", "any_of", "is", "at_least", "more_than", "at_most", "less_than", "confirmed"]


@dataclass(frozen=True)
class Quote:
    """Words of a clause and where they stand: half-open, in characters of the document's text."""

    clause_id: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Condition:
    """One thing a clause asks of an enterprise."""

    id: str
    """Unique within its support."""
    field: Field
    test: Test
    values: tuple[str, ...]
    """Names, or one quantity as the clause writes it: 2000万元; empty for a statement."""
    wording: str
    """For people: 设备（含软件）投资不少于 2000 万元."""
    quote: Quote


@dataclass(frozen=True)
class Amount:
    """What the clause says of the money, each figure as the clause writes it; empty where it says nothing."""

    quote: Quote
    rate: str = ""
    of: str = ""
    """The quantity that the rate is taken of; empty where no field of a profile holds it."""
    fixed: str = ""
    cap: str = ""
    per: str = ""
    """每户, 每年, 单个项目, as the clause writes it."""


@dataclass(frozen=True)
class Exclusion:
    """What cannot be had together, or is left out: 不重复享受, 就高不就低."""

    wording: str
    quote: Quote


@dataclass(frozen=True)
class Support:
    """One support that one clause gives."""

    id: str
    """`policy/name`."""
    title: str
    kind: str
    needs: tuple[str, ...]
    document_id: str
    quote: Quote
    """What it gives, in the clause's words."""
    conditions: tuple[Condition, ...] = ()
    amount: Amount | None = None
    department: str = ""
    opens: str = ""
    closes: str = ""
    """First and last day to apply, ISO; empty where the clause does not say."""
    exclusions: tuple[Exclusion, ...] = ()

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Support":
        """Read back what `dataclasses.asdict` made of one.

        Raises:
            KeyError, TypeError: the row is not a support.
        """
        conditions = tuple(
            Condition(**{**one, "values": tuple(one["values"]), "quote": Quote(**one["quote"])})
            for one in row["conditions"]
        )
        exclusions = tuple(Exclusion(one["wording"], Quote(**one["quote"])) for one in row["exclusions"])
        amount = row["amount"] and Amount(**{**row["amount"], "quote": Quote(**row["amount"]["quote"])})
        own = {"quote": Quote(**row["quote"]), "needs": tuple(row["needs"])}
        return cls(**{**row, **own, "conditions": conditions, "exclusions": exclusions, "amount": amount})
