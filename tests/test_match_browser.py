"""The 政策匹配 tab in a real browser: describe, read why, export, print; wide, on a phone, by keyboard."""

from collections.abc import Iterator
from pathlib import Path

import docx
import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from rag.present_words import NOTICE
from tests.browser import ARTIFACTS, CHROMIUM, SCRIPT
from tests.matching_page import match, open_card, open_fields, opened
from tests.matching_sample import INVESTMENT, TOLD

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


@pytest.fixture(params=[1280, 375], ids=["wide", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser, matching_address: str) -> Iterator[Page]:
    yield from opened(browser, matching_address, request.param)


@pytest.fixture
def wide(browser: Browser, matching_address: str) -> Iterator[Page]:
    yield from opened(browser, matching_address, 1280)


def test_a_description_fills_the_form_and_supports_are_listed_with_their_clauses(page: Page) -> None:
    open_fields(page)
    page.fill("#match-founded", "明年")
    match(page)

    expect(page.locator("#announcer[role=status]")).to_contain_text("符合")
    assert page.locator("select[name=city]").input_value() == "泸州市"
    assert page.locator("#match-revenue").input_value() == "6000万元"
    read = page.locator(".field.read .from-text").all_inner_texts()
    assert set(read) == {"由描述读出"}
    assert "“明年”不是日期" in page.locator("#match-founded-wrong").inner_text()
    assert page.locator("#match-founded").get_attribute("aria-invalid") == "true"
    open_card(page, INVESTMENT)
    card = page.locator(f'[data-support="{INVESTMENT}"]')
    assert "约 100万元" in card.inner_text()
    card.locator("summary").click()
    assert "规上工业企业" in card.locator(".behind mark").first.inner_text()
    assert "摘要（非原文，以官方文件为准）" in card.inner_text()
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"match-{page.viewport_size['width']}.png")


def test_exports_are_downloaded_and_open_again(wide: Page, tmp_path: Path) -> None:
    match(wide, f"{TOLD}=1+1")
    for kind in ("Excel", "Word", "Excel"):
        with wide.expect_download() as download:
            wide.get_by_role("button", name=f"导出 {kind}").click()
        download.value.save_as(tmp_path / download.value.suggested_filename)
    book, document = (
        next(iter(tmp_path.glob("川策匹配-*.xlsx"))),
        next(iter(tmp_path.glob("川策匹配-*.docx"))),
    )

    assert openpyxl.load_workbook(book)["说明"]["B2"].value == NOTICE
    assert docx.Document(str(document)).tables[0].rows[0].cells[1].text == NOTICE
    expect(wide.locator("#exported")).to_contain_text("已生成")


def test_the_keyboard_alone_describes_matches_answers_and_reads(page: Page) -> None:
    page.locator("#match-description").focus()
    page.keyboard.type("泸州做白酒，想找银行贷款")
    narrow = page.viewport_size["width"] < 900
    # To the first field, which sends the form with Enter; on a phone the fields are folded behind their heading.
    for key in ("Tab", "Enter") if narrow else ("Tab",):
        page.keyboard.press(key)
    for _ in range(3):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "industry"
    page.keyboard.press("Enter")
    expect(page.locator(".results h2")).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "edit"
    page.keyboard.press("Tab")
    assert page.evaluate("Boolean(document.activeElement.closest('.asking'))")
    for _ in range(60):
        if page.evaluate("document.activeElement.matches('.need > summary')"):
            break
        page.keyboard.press("Tab")
    before = page.evaluate("document.activeElement.parentElement.open")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open") is not before


@pytest.mark.parametrize("text", [SCRIPT, "${window.pwned = 1}{{value}}`'\"<b>"])
def test_text_that_was_typed_stays_text_and_in_the_page(wide: Page, text: str) -> None:
    open_fields(wide)
    wide.fill("#match-industry", text)
    wide.fill("#match-founded", text)
    match(wide, f"{TOLD}{text}")

    assert wide.evaluate("window.pwned") is None
    assert wide.locator("#matching img, #matching b, #matching script").count() == 0
    assert wide.locator("#match-description").input_value() == f"{TOLD}{text}"
    assert text[:12] in wide.locator("#match-founded-wrong").inner_text()
    stored = "[localStorage, sessionStorage].flatMap((one) => Object.values(one)).join() + location.href + document.cookie"
    assert "白酒" not in wide.evaluate(stored)


def test_on_paper_there_are_the_results_with_their_reasons(wide: Page) -> None:
    match(wide)
    wide.emulate_media(media="print")
    wide.evaluate("dispatchEvent(new Event('beforeprint'))")

    assert wide.locator(".profile").is_hidden()
    assert wide.locator(".asking").is_hidden()
    assert wide.locator("#question").is_hidden()
    assert wide.locator(".support .behind").first.is_visible()
    wide.evaluate("dispatchEvent(new Event('afterprint'))")
    wide.emulate_media(media="screen")
    assert wide.locator(".support .behind").first.is_hidden()


def test_every_control_has_a_name_and_no_id_is_used_twice(wide: Page) -> None:
    match(wide)
    unnamed = wide.evaluate(
        "[...document.querySelectorAll('#matching :is(input, select, textarea, button)')].filter((one) =>"
        " !(one.labels && one.labels.length) && !one.ariaLabel && !one.textContent.trim()).map((one) => one.outerHTML)"
    )
    ids = wide.evaluate("[...document.querySelectorAll('#matching [id]')].map((one) => one.id)")

    assert unnamed == []
    assert len(ids) == len(set(ids))
