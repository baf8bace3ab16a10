"""A quote whose clause had its figures amended is found again, and its values follow; other words are not."""

import pytest

from ingest.refit import refitted

CLAUSE = "示例企业按投资的5%补助，单个项目最高500万元。示例园区补助二百万元。"


@pytest.mark.parametrize("quote", ["单个项目最高500万元", "示例园区补助二百万元", "示例企业"])
def test_a_quote_that_stands_word_for_word_is_found_as_it_is(quote: str) -> None:
    found = refitted(quote, CLAUSE)

    assert found is not None
    assert (found.text, found.start, found.figures) == (quote, CLAUSE.index(quote), ())
    assert found.value("500万元") == "500万元"


@pytest.mark.parametrize(
    ("quote", "text", "values"),
    [
        ("单个项目最高300万元", "单个项目最高500万元", {"300万元": "500万元"}),
        ("按投资的3%补助，单个项目最高300万元", "按投资的5%补助，单个项目最高500万元",
         {"3%": "5%", "300万元": "500万元", "单个项目": "单个项目"}),
        ("示例园区补助一百万元", "示例园区补助二百万元", {"一百万元": "二百万元"}),
        ("示例园区补助100万元", "示例园区补助二百万元", {"100万元": "二百万元"}),
        ("最高1,500万元", "最高500万元", {"1,500万元": "500万元"}),
        ("按投资的5.5%补助", "按投资的5%补助", {"5.5%": "5%"}),
        ("按投资的5%补助，单个项目最高5万元", "按投资的5%补助，单个项目最高500万元", {"5%": "5%", "5万元": "500万元"}),
        ("按投资的5%补助，单个项目最高800万元", "按投资的5%补助，单个项目最高500万元", {"5%": "5%"}),
    ],
)  # fmt: skip
def test_amended_figures_are_taken_over(quote: str, text: str, values: dict[str, str]) -> None:
    found = refitted(quote, CLAUSE)

    assert found is not None
    assert (found.text, found.start) == (text, CLAUSE.index(text))
    assert {old: found.value(old) for old in values} == values


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("单个项目最多500万元", CLAUSE),
        ("单个项目最高500亿元", CLAUSE),
        ("示例学校", CLAUSE),
        ("单个项目最高300万元", "单个项目最高500万元，单个项目最高800万元。"),
        ("单个项目最高300万元", "单个项目最高限额另定。"),
        ("单个项目最高300万元", ""),
    ],
    ids=["other-word", "other-unit", "absent", "two-places", "figure-gone", "empty"],
)
def test_changed_words_or_two_places_are_not_found(quote: str, text: str) -> None:
    assert refitted(quote, text) is None
