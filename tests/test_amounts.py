"""What a support is worth: the clause's figures, worked out only from what the enterprise said exactly."""

import random
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from rag.amounts import worth
from rag.figures import canonical_figures
from rag.profile import Interval, Profile
from rag.quantities import read_quantity, written_quantity
from rag.supports import QUANTITIES, Amount, Quote
from tests.corpus_supports import corpus_supports

MONEY = tuple(name for name, unit in QUANTITIES.items() if unit == "元")
EQUIPMENT = {
    "rate": "5%",
    "of": "equipment_investment",
    "cap": "1000万元",
    "quote": "给予不超过5%的补助，最高1000万元",
}
INTEREST = {"rate": "1.5%", "of": "loan"}


def amount(quote: str = "示例", **written: Any) -> Amount:
    return Amount(Quote("示例#一", quote, 0, len(quote)), **written)


def having(**quantities: str | Interval) -> Profile:
    """An enterprise with these quantities of money, each as it is written."""
    read = {
        name: value if isinstance(value, Interval) else Interval.exactly(read_quantity(value, "元"))
        for name, value in quantities.items()
    }
    return Profile(quantities=read)


@pytest.mark.parametrize(
    ("written", "base", "value", "text", "formula"),
    [
        (EQUIPMENT, "1700万元", 850_000, "最多约 85万元",
         "设备投资 1700万元 × 5% = 85万元，未超过上限 1000万元"),
        (EQUIPMENT, "3亿元", 10_000_000, "最多约 1000万元",
         "设备投资 3亿元 × 5% = 1500万元，超过上限，按 1000万元"),
        (EQUIPMENT, "2亿元", 10_000_000, "最多约 1000万元",
         "设备投资 2亿元 × 5% = 1000万元，未超过上限 1000万元"),
        (EQUIPMENT, "200000020元", 10_000_000, "最多约 1000万元",
         "设备投资 2.0000002亿元 × 5% = 1000.0001万元，超过上限，按 1000万元"),
        (EQUIPMENT, "199999980元", Decimal("9999999"), "最多约 999.9999万元",
         "设备投资 1.9999998亿元 × 5% = 999.9999万元，未超过上限 1000万元"),
        (EQUIPMENT, "0元", 0, "最多约 0元", "设备投资 0元 × 5% = 0元，未超过上限 1000万元"),
        (INTEREST, "1000万元", 150_000, "约 15万元", "贷款金额 1000万元 × 1.5% = 15万元"),
        (INTEREST, "1001万元", Decimal("150150"), "约 15.015万元", "贷款金额 1001万元 × 1.5% = 15.015万元"),
        (INTEREST, "3333333元", Decimal("49999.995"), None, None),
        (INTEREST | {"cap": "0.05亿元"}, "5亿元", 5_000_000, "约 500万元",
         "贷款金额 5亿元 × 1.5% = 750万元，超过上限，按 0.05亿元"),
        (INTEREST | {"rate": "百分之二"}, "500万元", 100_000, "约 10万元",
         "贷款金额 500万元 × 百分之二 = 10万元"),
        ({"rate": "0.1%", "of": "revenue", "quote": "最高0.1%"}, "0.3亿元", 30_000, "最多约 3万元",
         "年营业收入 3000万元 × 0.1% = 3万元"),
        ({"rate": "50%", "of": "investment", "cap": "1000万元", "per": "单个项目", "quote": "最高50%，不超过1000万元"},
         "1500万元", 7_500_000, "最多约 750万元",
         "计划总投资 1500万元 × 50% = 750万元，未超过上限 1000万元"),
    ],
)  # fmt: skip
def test_a_rate_of_a_known_base_is_worked_out(
    written: dict[str, Any], base: str, value: int | Decimal, text: str | None, formula: str | None
) -> None:
    found = worth(amount(**written), having(**{written["of"]: base}))

    assert found.value == value
    assert text in (None, found.text)
    assert formula in (None, found.formula)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (EQUIPMENT, "不超过 设备投资的 5%，最高 1000万元"),
        (EQUIPMENT | {"per": "单个项目"}, "单个项目：不超过 设备投资的 5%，最高 1000万元"),
        ({"rate": "5%", "of": "equipment_investment", "quote": "不超过5%"}, "不超过 设备投资的 5%"),
        ({"rate": "10%", "of": "investment"}, "计划总投资的 10%"),
        ({"rate": "0.2%"}, "0.2%（基数见条款）"),
        ({"rate": "30%", "cap": "2000万元", "per": "单个市（州）", "quote": "的30%给予奖励，单个市（州）最高2000万元"},
         "单个市（州）：30%（基数见条款），最高 2000万元"),
        ({"rate": "30%", "of": "investment", "cap": "2000万元", "quote": "投入的30%，不超过2000万元"},
         "计划总投资的 30%，最高 2000万元"),
        ({"cap": "1000万元"}, "最高 1000万元"),
        ({"cap": "1000万元", "per": "单户"}, "单户：最高 1000万元"),
        ({"fixed": "2万元"}, "2万元"),
        ({"fixed": "800元", "per": "每人"}, "每人：800元"),
        ({"fixed": "50万元", "quote": "奖励50万元以内"}, "不超过 50万元"),
        ({"fixed": "1500元", "per": "每人每月"}, "每人每月：1500元"),
    ],
)  # fmt: skip
def test_without_its_base_the_clause_speaks(written: dict[str, Any], text: str) -> None:
    found = worth(amount(**written), Profile())

    assert (found.text, found.value, found.formula) == (text, None, "")


@pytest.mark.parametrize(
    ("written", "profile"),
    [
        (EQUIPMENT, having(investment="5000万元")),
        (EQUIPMENT, having(equipment_investment=Interval(Decimal(10_000_000), Decimal(20_000_000)))),
        ({"rate": "5%", "cap": "1000万元"}, having(equipment_investment="2000万元")),
        ({"fixed": "800元", "per": "每人"}, Profile(quantities={"headcount": Interval.exactly(Decimal(60))})),
        ({"cap": "1000万元"}, having(loan="300万元", revenue="5000万元")),
    ],
    ids=["another-quantity", "inexact", "base-not-named", "per-head", "cap-alone"],
)
def test_nothing_is_worked_out_from_what_is_not_the_base(written: dict[str, Any], profile: Profile) -> None:
    assert worth(amount(**written), profile) == worth(amount(**written), Profile())


def random_profile(seed: int) -> Profile:
    """Quantities of money, some unknown, some exact, some not, in yuan, thousands or millions."""
    chance = random.Random(seed)
    quantities = {}
    for name in MONEY:
        low = Decimal(chance.randrange(1, 5000)) * chance.choice([1, 1000, 10**4, 10**6])
        kind = chance.choice(["unknown", "exact", "exact", "inexact"])
        if kind != "unknown":
            quantities[name] = Interval(low, low * 2 if kind == "inexact" else low)
    return Profile(quantities=quantities)


def expected_sum(given: Amount, base: Decimal) -> Fraction:
    """The product, at most the cap, worked out apart from the code under test."""
    product = Fraction(base) * Fraction(read_quantity(given.rate, "%")) / 100
    return min(product, Fraction(read_quantity(given.cap, "元"))) if given.cap else product


@pytest.mark.parametrize("seed", range(30))
def test_every_figure_shown_stands_in_the_quote_or_was_given_or_is_their_product(seed: int) -> None:
    profile = random_profile(seed)
    for support in corpus_supports().supports:
        if (given := support.amount) is None:
            continue
        found, base = worth(given, profile), profile.quantities.get(given.of)
        known = set(canonical_figures(given.quote.text))
        if given.rate and base and base.low == base.high:
            assert found.value is not None, support.id
            assert Fraction(found.value) == expected_sum(given, base.low), support.id
            product = base.low * read_quantity(given.rate, "%") / 100
            for one in (base.low, product):
                known |= canonical_figures(written_quantity(one, "元"))
        else:
            assert found.value is None, support.id
        assert canonical_figures(f"{found.text} {found.formula}") <= known, support.id


def test_the_corpus_names_amounts_and_money_as_their_base() -> None:
    amounts = [support.amount for support in corpus_supports().supports if support.amount]

    assert len(amounts) >= 40
    assert sum(bool(one.rate and one.of) for one in amounts) >= 10
    assert {one.of for one in amounts} <= {"", *MONEY}
