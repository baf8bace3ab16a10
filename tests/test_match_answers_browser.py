"""What the 政策匹配 tab asks is answered in a real browser: corrections, the next question, statements, a call from the chat."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import CHROMIUM
from tests.matching_page import match, open_card, open_fields, opened
from tests.matching_sample import INVESTMENT, TOLD

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


@pytest.fixture
def wide(browser: Browser, matching_address: str) -> Iterator[Page]:
    yield from opened(browser, matching_address, 1280)


@pytest.fixture
def phone(browser: Browser, matching_address: str) -> Iterator[Page]:
    yield from opened(browser, matching_address, 375)


def test_what_was_read_wrongly_is_corrected_or_emptied_and_stays_so(phone: Page) -> None:
    match(phone)
    open_fields(phone)
    phone.fill("#match-revenue", "")
    phone.locator("select[name=city]").select_option("宜宾市")
    phone.locator("select[name=county]").select_option("翠屏区")
    phone.get_by_role("button", name="不对，去掉：规模以上 是").click()
    expect(phone.locator(".told")).not_to_contain_text("规模以上")

    assert "6000万元" not in phone.locator(".told").inner_text()
    assert "宜宾市翠屏区" in phone.locator(".told").inner_text()
    assert phone.locator("#match-revenue").input_value() == ""
    assert phone.locator("[data-field=region] .from-text").is_hidden()


def test_questions_are_answered_by_choosing_until_none_is_left(wide: Page) -> None:
    match(wide)
    question = wide.locator(".asking h3")
    assert question.inner_text() == "接着告诉我们：企业有哪些资质？"
    chosen = wide.locator(".asking label").first.inner_text()
    wide.locator(".asking label").first.click()
    wide.get_by_role("button", name="选好了").click()
    expect(wide.locator(".told")).to_contain_text(chosen)

    expect(question).to_be_focused()
    assert question.inner_text() == "接着告诉我们：哪一年成立的？"
    assert wide.locator("input[name=qualifications]:checked").get_attribute("value") == chosen
    wide.locator(".asking .answer").first.click()
    expect(question).to_have_count(0)
    assert wide.locator("#match-founded").input_value() == "不到1年"
    assert wide.locator(".wrong:visible").count() == 0


def test_none_of_these_and_not_sure_are_answers(wide: Page) -> None:
    match(wide)
    wide.get_by_role("button", name="以上都没有").click()
    expect(wide.locator(".told")).to_contain_text("其他资质 无")

    assert wide.locator("input[name=other_qualifications]").is_checked()
    assert wide.locator("input[name=qualifications]:checked").count() == 0
    wide.locator(".asking").get_by_role("button", name="不确定").click()
    expect(wide.locator(".asking")).to_have_count(0)
    assert "成立时间" not in wide.locator(".told").inner_text()


def test_a_statement_is_answered_in_its_card_and_the_reader_stays_there(phone: Page) -> None:
    match(phone)
    open_card(phone, INVESTMENT)
    card = phone.locator(f'[data-support="{INVESTMENT}"]')
    card.locator("summary").click()
    yes = card.get_by_role("button", name="是：项目是省重点工业和技改项目")
    yes.click()
    expect(yes).to_have_attribute("aria-pressed", "true")

    expect(yes).to_be_focused()
    assert card.locator("details.why").get_attribute("open") is not None
    card.get_by_role("button", name="否：项目已竣工投产").click()
    expect(card.locator(".chips .verdict")).to_contain_text("不符合")
    card.get_by_role("button", name="否：项目已竣工投产").click()
    expect(card.locator(".chips .verdict")).to_contain_text("可能符合")


def test_an_answer_of_the_chat_opens_the_tab_with_its_description(wide: Page) -> None:
    match(wide, "宜宾的示例企业，做动力电池")
    wide.get_by_role("tab", name="问答").click()
    button = f'<button type="button" class="to-match" data-description="{TOLD}">填好的匹配表</button>'
    wide.evaluate(
        "(html) => document.querySelector('#conversation .prose').insertAdjacentHTML('beforeend', html)",
        button,
    )
    wide.get_by_role("button", name="填好的匹配表").click()

    expect(wide.get_by_role("tab", name="政策匹配")).to_have_attribute("aria-selected", "true")
    expect(wide.locator("#match-description")).to_have_value(TOLD)
    expect(wide.locator(".told")).to_contain_text("泸州市")
    assert wide.locator("select[name=city]").input_value() == "泸州市"
    expect(wide.locator(".results h2")).to_be_focused()


def test_the_form_is_emptied_with_its_results(wide: Page) -> None:
    match(wide)
    wide.get_by_role("button", name="清空").click()

    expect(wide.locator(".results")).to_have_count(0)
    assert wide.locator("#match-description").input_value() == ""
    assert wide.locator("select[name=city]").input_value() == ""
    assert wide.locator(".field.read").count() == 0
    wide.get_by_role("button", name="开始匹配").click()
    expect(wide.locator(".told")).to_contain_text("还没有企业情况")
