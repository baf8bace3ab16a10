"""The form of the 政策匹配 tab: every field has a label, whatever a browser sends is read safely, what was read goes back into it."""

import re
from pathlib import Path
from typing import Any

import pytest

from rag.builds import Build
from rag.match_form import LONGEST, LONGEST_DESCRIPTION, Sent, form_html
from rag.page.handlers import Page
from rag.profile import FORM
from rag.settings import Settings
from rag.supports import NEEDS, QUALIFICATIONS
from tests.matching_sample import TOLD, matching_build
from tests.test_present_advice import sent, shown, state
from tests.test_present_files import read_tags


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("form") / "home"


@pytest.fixture(scope="module")
def policies(home: Path) -> Build:
    return matching_build(home)


@pytest.mark.parametrize(
    ("values", "given"),
    [
        ({}, {}),
        ({"form": None, "confirmed": 5, "passed": "x", "shown": [], "run": "1"}, {}),
        ({"form": {"revenue": " 6000 ", "headcount": ""}}, {"revenue": "6000"}),
        ({"form": {"needs": ["用地"], "qualifications": []}}, {"needs": ["用地"]}),
        ({"form": {"other_qualifications": ["无"]}}, {"other_qualifications": "无"}),
        ({"form": {"revenue": "6000", "id": "1", "age": "3年"}}, {"revenue": "6000"}),
        ({"form": {"revenue": "6000", "region": "泸州市"}, "read": ["region"]}, {"revenue": "6000"}),
        ({"form": {"revenue": ""}, "cleared": ["revenue", "x", "description"]}, {"revenue": "不确定"}),
        ({"form": {"revenue": "6000"}, "cleared": ["revenue"]}, {"revenue": "6000"}),
        ({"confirmed": {"a#1": True, "a#2": "是"}}, {"confirmed": {"a#1": True}}),
        ({"form": {"industry": "白\x00酒\ud800\x1b"}}, {"industry": "白酒"}),
        ({"form": {"industry": "酒" * 9999}}, {"industry": "酒" * LONGEST}),
        ({"form": {"description": "酒" * 99_999}}, {"description": "酒" * LONGEST_DESCRIPTION}),
        ({"form": {"revenue": 5, "headcount": {"a": 1}, "needs": [1, None, "用地"]}}, {"needs": ["用地"]}),
    ],
)
def test_what_a_browser_sends_is_read_as_the_form_it_is(
    values: dict[str, Any], given: dict[str, Any]
) -> None:
    assert Sent.read(values).given == given


def test_what_was_opened_and_passed_over_is_read() -> None:
    found = sent(
        passed=["region", 5], unfolded=["fails"], shown={"a": 60, "b": "60", "c": -1, "d": True}, run=3
    )

    assert (found.passed_over, found.unfolded, found.shown, found.run) == (
        ("region",),
        {"fails"},
        {"a": 60},
        3,
    )
    assert (sent().unfolded, sent(fresh="yes").fresh, sent(fresh=True).fresh) == (None, False, True)


def test_the_form_has_every_field_with_a_label() -> None:
    form = form_html()

    fields = re.findall(r'data-field="(\w+)"', form)
    assert (fields[0], sorted(fields)) == ("description", sorted(FORM))
    for identifier in re.findall(r'<(?:input|textarea|select) id="([\w-]+)"', form):
        assert f'<label for="{identifier}">' in form
    assert [form.count(f'name="{name}"') for name in ("needs", "qualifications", "other_qualifications")] == [
        len(NEEDS),
        len(QUALIFICATIONS),
        1,
    ]
    assert read_tags(form)[0] & {"script", "img"} == set()


def test_what_was_read_from_the_description_goes_into_the_form(policies: Build) -> None:
    found = state(shown(policies, {"description": TOLD, "headcount": "90", "founded": "明年"}))

    assert found["fill"]["region"] == ["泸州市", ""]
    assert found["fill"]["industry"] == "白酒"
    assert found["fill"]["revenue"] == "6000万元"
    assert found["fill"]["equipment_investment"] == "2000万元"
    assert found["fill"]["needs"] == ["贷款融资"]
    assert "headcount" not in found["fill"]
    assert ["above_scale", "规模以上", "是"] in found["extra"]
    assert found["problems"] == {
        "founded": ["“明年”不是日期，请写成 2019、2019-05、2019-05-20，或 3年以上、不到3年 这样。"]
    }
    assert found["description"] is None


def test_a_description_from_the_chat_goes_into_the_form_as_well(policies: Build) -> None:
    assert state(shown(policies, {"description": TOLD}, fresh=True))["description"] == TOLD


def test_the_page_matches_and_exports(home: Path, policies: Build) -> None:
    page = Page(Settings(home=home))
    values = {"form": {"description": TOLD}, "run": 7}

    assert 'data-run="7"' in page.match(values)
    for kind in ("xlsx", "docx"):
        assert f'.{kind}" href="data:application/vnd.openxmlformats' in page.export({**values, "kind": kind})
    assert [page.export({**values, "kind": kind}) for kind in ("exe", None, ["xlsx"])] == ["", "", ""]


def test_what_is_known_is_not_asked_again(home: Path, policies: Build) -> None:
    page, asked = Page(Settings(home=home)), []
    passed: list[str] = []
    while found := re.findall(
        r'class="asking" data-field="(\w+)"', page.match({"form": {"description": TOLD}, "passed": passed})
    ):
        asked.append(found[0])
        passed = [*passed, found[0]]

    assert "qualifications" in asked
    assert not {"region", "industry", "revenue", "headcount", "equipment_investment"} & set(asked)


def test_without_an_index_the_tab_says_what_to_run(tmp_path: Path) -> None:
    page = Page(Settings(home=tmp_path / "home"))

    assert "python -m ingest" in page.match({"form": {"description": TOLD}})
    assert page.export({"kind": "xlsx"}) == ""
