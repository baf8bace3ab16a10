"""Nothing unproven leaves `cite`: no figure, date, ratio or locator without a quote that holds it."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.builds import Build
from rag.cite import NOTHING_LEFT, verify
from rag.figures import canonical_figures
from rag.types import Draft, Span, Statement
from tests.sample import NOTICE, assistant_for

FIGURES = st.one_of(
    st.integers(0, 10**6).map(str),
    st.integers(0, 100).map(lambda number: f"{number}%"),
    st.integers(0, 100).map(lambda number: f"百分之{number}"),
    st.integers(1990, 2060).map(lambda year: f"{year} 年"),
    st.integers(1, 900).map(lambda number: f"{number}万元"),
    st.sampled_from(
        [
            "35%",
            "百分之三十五",
            "2026年",
            "500亿元",
            "三成五",
            "二〇三〇年",
            "第三条",
            "（三）",
            "（九）",
            "示发〔2024〕9号",
        ]
    ),
)


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return assistant_for(tmp_path_factory.mktemp("cite"), 示例=NOTICE).library.current()


def spans_of(build: Build) -> list[Span]:
    return [Span(passage.clause_id, passage.start, passage.end) for passage in build.passages]


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_no_statement_with_an_unsupported_figure_leaves(build: Build, data: st.DataObject) -> None:
    spans = spans_of(build)
    statements = data.draw(
        st.lists(
            st.builds(
                Statement,
                text=st.lists(
                    st.one_of(FIGURES, st.sampled_from(["示例规模占比达到", "，", "优惠", "。"])), min_size=1
                ).map("".join),
                spans=st.lists(st.sampled_from(spans), min_size=1, max_size=3).map(tuple),
                with_locator=st.booleans(),
            ),
            min_size=1,
            max_size=4,
        )
    )
    answer = verify(Draft(tuple(statements)), "问", build)

    quotes = frozenset().union(*(canonical_figures(citation.quote) for citation in answer.citations))
    locators = {citation.clause for citation in answer.citations}
    shown = re.sub(r"\[\d+\]", "", answer.answer)
    for locator in re.findall(r"（[一二三四五六七八九十]+）|第[一二三四五六七八九十]+条", shown):
        assert locator in locators or any(locator in citation.quote for citation in answer.citations)
        shown = shown.replace(locator, "")
    assert canonical_figures(shown) <= quotes


def test_a_supported_figure_may_be_written_another_way(build: Build) -> None:
    span = next(
        span for span in spans_of(build) if "35%" in build.documents["示例"].text[span.start : span.end]
    )
    answer = verify(Draft((Statement("示例规模占比达到百分之三十五", (span,)),)), "问", build)

    assert (answer.status, answer.answer) == ("answered", "示例规模占比达到百分之三十五[1]。")


def test_a_failed_statement_is_withheld_and_counted(build: Build) -> None:
    span = next(
        span for span in spans_of(build) if "35%" in build.documents["示例"].text[span.start : span.end]
    )
    draft = Draft((Statement("示例规模占比达到 35%", (span,)), Statement("示例规模占比达到 53%", (span,))))
    answer = verify(draft, "问", build)

    assert (answer.status, answer.withheld, answer.answer) == ("partial", 1, "示例规模占比达到 35%[1]。")


def test_when_nothing_is_left_the_answer_is_refused(build: Build) -> None:
    answer = verify(Draft((Statement("占比 99%", (spans_of(build)[0],)),)), "问", build)

    assert (answer.status, answer.answer, answer.citations) == ("refused", NOTHING_LEFT, ())


def test_quotes_are_the_document_character_for_character(build: Build) -> None:
    answer = verify(Draft(tuple(Statement("文字", (span,)) for span in spans_of(build))), "问", build)
    text = build.documents["示例"].text

    assert all(text[citation.start : citation.end] == citation.quote for citation in answer.citations)
    assert [citation.marker for citation in answer.citations] == list(range(1, len(answer.citations) + 1))


def test_the_locator_is_written_from_stored_fields(build: Build) -> None:
    clause = next(clause for clause in build.clauses if clause.label == "（三）")
    span = next(span for span in spans_of(build) if span.clause_id == clause.id)

    assert (
        verify(Draft((Statement("文字", (span,), with_locator=True),)), "问", build).answer
        == "（三）用水保障：文字[1]。"
    )
