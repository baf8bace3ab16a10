"""The form of the 政策匹配 tab: its HTML, what page.js sends of it, and what goes back into it after matching.

Nothing that a reader typed is kept here: the page sends the whole form every time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from json import dumps
from typing import Any, Final

from rag.advice import Advice
from rag.industries import industries
from rag.present_match import told
from rag.printable import printable
from rag.profile import FIELDS, FORM, Profile
from rag.regions import regions
from rag.supports import NEEDS, OWNERSHIPS, QUALIFICATIONS

READ: Final = "由描述读出"
LONGEST: Final = 500
"""Characters of a field but the description that are taken."""
LONGEST_DESCRIPTION: Final = 20_000
_MOST: Final = 1000
"""Entries of a list or mapping that are taken."""
_UNSURE: Final = "不确定"
_LABELS: Final = {
    "headcount": "从业人数（人）",
    "revenue": "年营业收入（万元）",
    "rd_share": "研发投入占比（%）",
    "investment": "计划总投资（万元）",
    "equipment_investment": "其中设备投资（万元）",
}
_EXAMPLES: Final = {
    "industry": "产品或行业，如 白酒、动力电池",
    "headcount": "如 120，或 100—150",
    "revenue": "如 6000，或 1.2亿",
    "founded": "如 2019、2019-05",
    "rd_share": "如 5",
    "investment": "如 2000",
    "equipment_investment": "如 1200",
}
_DESCRIPTION_EXAMPLE: Final = "例如：我们在宜宾做动力电池材料，2019年成立，员工120人，去年营收6000万元，是高新技术企业，想买设备扩产，找银行贷款。"


@dataclass(frozen=True)
class Sent:
    """What page.js sends: the form, and what was answered and opened since."""

    given: Mapping[str, Any] = field(default_factory=dict)
    """For rag.profile_input; without the fields that were filled in from the description."""
    passed_over: tuple[str, ...] = ()
    unfolded: frozenset[str] | None = None
    """Sections that the reader wants open; None when the reader folded none."""
    shown: Mapping[str, int] = field(default_factory=dict)
    """Group -> how many cards of it are drawn."""
    run: int = 0
    """Counts the requests of one page, so that an answer that looks like the last one is still told from it."""
    fresh: bool = False
    """It came from the chat: the form is to be emptied and the description put into it."""

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> "Sent":
        """Whatever a browser sends; what is not of the form is passed over."""
        form, read = _mapping(values.get("form")), set(_texts(values.get("read")))
        given: dict[str, Any] = {
            name: value for name in FORM if name not in read and (value := _given(name, form.get(name)))
        }
        if _texts(form.get("other_qualifications")):
            given["other_qualifications"] = "无"
        cleared = {*_texts(values.get("cleared"))} & FIELDS.keys() - {"description", "confirmed"}
        confirmed = {
            name: one for name, one in _mapping(values.get("confirmed")).items() if isinstance(one, bool)
        }
        return cls(
            {**dict.fromkeys(sorted(cleared), _UNSURE), **given, **({"confirmed": confirmed} if confirmed else {})},
            tuple(_texts(values.get("passed"))),
            None if values.get("unfolded") is None else frozenset(_texts(values.get("unfolded"))),
            {name: one for name, one in _mapping(values.get("shown")).items() if type(one) is int and one > 0},
            run if type(run := values.get("run")) is int else 0,
            values.get("fresh") is True,
        )  # fmt: skip


def form_html() -> str:
    """The empty form."""
    description = (
        f'<label for="match-description">{FIELDS["description"]}：用自己的话写</label>'
        f'<textarea id="match-description" name="description" rows="5" maxlength="{LONGEST_DESCRIPTION}" '
        f'placeholder="{_DESCRIPTION_EXAMPLE}"></textarea>'
    )
    quantities = ("headcount", "revenue", "founded", "rd_share", "investment", "equipment_investment")
    fields = (
        _region()
        + _entry("industry", 'list="match-industries"')
        + "".join(_entry(name) for name in quantities)
        + _ownership()
    )
    options = "".join(f'<option value="{escape(name)}"></option>' for name in industries().by_name)
    return (
        '<form class="profile" aria-label="企业情况" autocomplete="off" novalidate>'
        f'{_field("description", description, "wide")}<div class="extras" hidden></div>'
        f'<details class="details" open><summary>逐项填写（都可不填，填得越多越准）</summary><div class="fields">{fields}'
        f"{_choices('needs', NEEDS, '想办的事')}{_choices('qualifications', QUALIFICATIONS, '资质')}</div></details>"
        f'<datalist id="match-industries">{options}</datalist>'
        '<div class="actions"><button type="submit">开始匹配</button><button type="reset">清空</button></div></form>'
    )


def form_state(advice: Advice, sent: Sent) -> str:
    """What page.js puts into the form, as JSON: fields that were read, problems beside them, what has no field."""
    texts = dict(told(advice.matching.profile, advice.matching.day))
    problems: dict[str, list[str]] = {}
    for one in advice.problems:
        problems.setdefault(one.field, []).append(one.message.removeprefix(f"{FIELDS.get(one.field)}："))
    read = [name for name in advice.understood if name not in sent.given]
    return dumps(
        {
            "fill": {name: _filled(name, advice.matching.profile, texts) for name in read if name in FORM},
            "extra": [[name, FIELDS[name], texts[name]] for name in read if name not in FORM],
            "problems": problems,
            "description": sent.given.get("description", "") if sent.fresh else None,
        },
        ensure_ascii=False,
    )


def _filled(name: str, profile: Profile, texts: Mapping[str, str]) -> str | Sequence[str]:
    """A value as the field takes it: 市州 and county, a list of boxes, or a text."""
    if name == "region" and profile.region:
        return [profile.region.city, profile.region.county]
    return {"needs": profile.needs, "qualifications": profile.qualifications}.get(name, texts[name])


def _given(name: str, value: object) -> str | list[str]:
    if isinstance(value, list):
        return _texts(value)
    text = printable(value) if isinstance(value, str) else ""
    return text[: LONGEST_DESCRIPTION if name == "description" else LONGEST].strip()


def _texts(value: object) -> list[str]:
    rows = value[:_MOST] if isinstance(value, list) else []
    return [printable(one)[:LONGEST] for one in rows if isinstance(one, str) and one]


def _mapping(value: object) -> Mapping[str, Any]:
    return dict(list(value.items())[:_MOST]) if isinstance(value, dict) else {}


def _field(name: str, inside: str, style: str = "") -> str:
    """One field with the places for its mark and its problem."""
    return (
        f'<div class="field {style}" data-field="{name}">{inside}<span class="from-text" hidden>{READ}</span>'
        f'<p class="wrong" id="match-{name}-wrong" hidden></p></div>'
    )


def _entry(name: str, more: str = "") -> str:
    label = _LABELS.get(name, FIELDS[name])
    return _field(
        name,
        f'<label for="match-{name}">{label}</label><input id="match-{name}" type="text" name="{name}" '
        f'maxlength="{LONGEST}" placeholder="{_EXAMPLES[name]}" aria-describedby="match-{name}-wrong" {more}>',
    )


def _region() -> str:
    counties = escape(dumps(regions().counties, ensure_ascii=False))
    cities = "".join(f'<option value="{city}">{city}</option>' for city in regions().counties)
    return _field(
        "region",
        f'<fieldset><legend>{FIELDS["region"]}</legend><div class="pair">'
        f'<select name="city" aria-label="市州" data-counties="{counties}"><option value="">市州</option>{cities}</select>'
        '<select name="county" aria-label="县（市、区）"><option value="">县（市、区）</option></select></div></fieldset>',
    )


def _ownership() -> str:
    options = "".join(f'<option value="{name}">{name}</option>' for name in OWNERSHIPS)
    return _field(
        "ownership",
        f'<label for="match-ownership">{FIELDS["ownership"]}</label><select id="match-ownership" name="ownership">'
        f'<option value="">不填</option>{options}</select>',
    )


def _choices(name: str, choices: Sequence[str], title: str) -> str:
    boxes = "".join(
        f'<label><input type="checkbox" name="{name}" value="{escape(one)}">{escape(one)}</label>'
        for one in choices
    )
    if name == "qualifications":
        boxes += '<label class="none"><input type="checkbox" name="other_qualifications" value="无">没有其他资质</label>'
    return _field(
        name,
        f'<details class="choices"><summary>{title}<span class="chosen"></span></summary>'
        f'<fieldset><legend class="unseen">{title}，可多选</legend>{boxes}</fieldset></details>',
        "wide",
    )
