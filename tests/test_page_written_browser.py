"""The page with a language model: sentences appear one by one, a stop or a closed page ends the model's work."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from rag.settings import Settings
from tests.browser import ARTIFACTS, CHROMIUM, ask, served
from tests.scripted_model import MODEL, Script, scripted

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
SAID = "到2027年，数字经济规模要占到地区生产总值的45%[1]。"
LIE = "到2027年，数字经济规模要占到地区生产总值的75%[1]。"
ENDLESS = "".join(f"{SAID}{LIE}" for _ in range(400))


@pytest.fixture(scope="module")
def server() -> Iterator[Script]:
    with scripted(SAID, pace=0.05) as found:
        yield found


@pytest.fixture(scope="module")
def address(built_index: Settings, server: Script) -> Iterator[str]:
    variables = {"CHUANCE_LLM_BASE_URL": server.address, "CHUANCE_LLM_MODEL": MODEL}
    with served(built_index.home, **variables) as found:
        yield found


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1280, "height": 800})
    opened.goto(address)
    opened.wait_for_selector("#question textarea")
    yield opened
    opened.close()


def test_what_the_model_wrote_is_shown_with_its_clause_and_said_to_be_its_words(
    page: Page, server: Script
) -> None:
    server.answer = f"{SAID}另外，数字经济规模在2027年占地区生产总值比重达到45%[1]。"
    ask(page, "数字经济的目标是什么")
    page.wait_for_selector(".turn .notice")
    answer = page.locator(".turn .answer").last.inner_text()
    page.locator("button.marker").first.click()

    assert "到2027年，数字经济规模要占到地区生产总值的45%" in answer
    assert "由语言模型撰写" in answer
    assert "45%" in page.locator(".sources:visible mark.active").first.inner_text()
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / "written.png", full_page=True)


def test_a_lie_is_never_on_the_page_and_the_line_says_what_was_left_out(page: Page, server: Script) -> None:
    server.answer = f"{LIE}{SAID}"
    ask(page, "数字经济的目标是什么")
    seen = ""
    for _ in range(100):
        seen += page.inner_text("#conversation")
        if page.locator(".turn .notice").count():
            break
        time.sleep(0.05)

    assert "75%" not in seen
    assert "没有通过核对" in page.inner_text("#conversation")


def test_stopping_leaves_what_was_vouched_for_and_ends_the_request(page: Page, server: Script) -> None:
    server.answer = ENDLESS
    ask(page, "数字经济的目标是什么")
    page.wait_for_function("document.querySelector('#conversation').innerText.includes('45%')")
    page.click("#stop")

    assert server.cancelled_within(5)
    page.wait_for_function("document.querySelector('#conversation').innerText.includes('已停止')")


def test_a_reader_who_closes_the_page_ends_the_request(
    browser: Browser, address: str, server: Script
) -> None:
    server.answer = ENDLESS
    page = browser.new_page()
    page.goto(address)
    page.wait_for_selector("#question textarea")
    ask(page, "数字经济的目标是什么")
    asked = len(server.requests)
    page.close()

    assert server.cancelled_within(10, asked - 1)


def test_a_follow_up_is_read_in_the_light_of_the_question_before(page: Page, server: Script) -> None:
    server.answer = "资料不足。"
    ask(page, "数字经济的目标是什么")
    page.wait_for_selector(".turn .notice")
    ask(page, "那绿色低碳优势产业呢")
    page.wait_for_function("document.querySelectorAll('.turn .notice').length == 2")

    assert "按这个问题回答：绿色低碳优势产业的目标是什么" in page.locator(".turn").last.inner_text()
    assert "30%" in page.locator(".turn").last.inner_text()
