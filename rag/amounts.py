"""What a support is worth to one enterprise: the clause's own figures, and the sum its formula gives."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from rag.profile import FIELDS, Profile
from rag.quantities import read_quantity, written_quantity
from rag.supports import Amount

HUNDRED: Final = Decimal(100)
_AT_MOST: Final = "(?:不超过|不高于|不多于|最高|最多|至多|上限)"


@dataclass(frozen=True)
class Worth:
    """`text` for people; `value` in yuan where the formula could be worked out, and the formula as shown."""

    text: str
    value: Decimal | None = None
    formula: str = ""


def worth(amount: Amount, profile: Profile) -> Worth:
    """The amount in words, worked out where the profile holds its base exactly."""
    base = profile.quantities.get(amount.of) if amount.of and amount.rate else None
    if base is None or base.low != base.high:
        return Worth(_in_words(amount))
    rate, name = read_quantity(amount.rate, "%"), FIELDS[amount.of].removeprefix("其中")
    value = base.low * rate / HUNDRED
    formula = f"{name} {written_quantity(base.low, '元')} × {amount.rate} = {written_quantity(value, '元')}"
    if amount.cap and value > (cap := read_quantity(amount.cap, "元")):
        value, formula = cap, f"{formula}，超过上限，按 {amount.cap}"
    elif amount.cap:
        formula += f"，未超过上限 {amount.cap}"
    word = "最多约" if _is_limit(amount.rate, amount.quote.text) else "约"
    return Worth(f"{word} {written_quantity(value, '元')}", value, formula)


def _in_words(amount: Amount) -> str:
    parts = []
    if amount.rate:
        base = f"{FIELDS[amount.of].removeprefix('其中')}的 " if amount.of else ""
        parts.append(
            f"{_limit(amount.rate, amount)}{base}{amount.rate}{'' if amount.of else '（基数见条款）'}"
        )
    if amount.fixed:
        parts.append(f"{_limit(amount.fixed, amount)}{amount.fixed}")
    if amount.cap:
        parts.append(f"最高 {amount.cap}")
    return f"{amount.per + '：' if amount.per else ''}{'，'.join(parts)}"


def _limit(value: str, amount: Amount) -> str:
    return "不超过 " if _is_limit(value, amount.quote.text) else ""


def _is_limit(value: str, quote: str) -> bool:
    """Whether the clause gives a figure as the most there is: 不超过5%, 最高给予2000万元, 50万元以内. 5% and its cap may differ."""
    figure = re.escape(value)
    return bool(re.search(rf"{_AT_MOST}[^，。；、\d]{{0,6}}{figure}|{figure}(?:以内|以下|封顶)", quote))
