"""What a support is worth to one enterprise: the clause's own figures, and the sum its formula gives."""

from dataclasses import dataclass
from decimal import Decimal

from rag.profile import FIELDS, Profile
from rag.quantities import read_quantity, written_quantity
from rag.supports import Amount

HUNDRED = Decimal(100)


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
    word = "最多约" if amount.up_to else "约"
    return Worth(f"{word} {written_quantity(value, '元')}", value, formula)


def _in_words(amount: Amount) -> str:
    parts = []
    if amount.rate:
        base = f"{FIELDS[amount.of].removeprefix('其中')}的 " if amount.of else ""
        limit = "不超过 " if amount.up_to and not amount.cap else ""
        parts.append(f"{limit}{base}{amount.rate}")
    if amount.fixed:
        parts.append(f"{'不超过 ' if amount.up_to and not amount.cap else ''}{amount.fixed}")
    if amount.cap:
        parts.append(f"最高 {amount.cap}")
    return f"{amount.per + '：' if amount.per else ''}{'，'.join(parts)}"
