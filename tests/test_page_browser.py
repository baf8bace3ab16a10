"""The page in a real browser: ask, read, click [1], see the words; wide and on a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

import app
from rag.assistant import Assistant
from rag.settings import Settings
from tests.browser import ARTIFACTS, CHROMIUM, SCRIPT, ask, served
from tests.sample import NOTICE

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


@pytest.fixture(scope="module")
def address(whole_index: Settings) -> Iterator[str]:
    with served(whole_index.home) as found:
        yield found


@pytest.fixture(params=[1280, 375], ids=["wide", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": request.param, "height": 800})
    opened.goto(address)
    opened.wait_for_selector("#question textarea")
    yield opened
    opened.close()


def test_a_question_is_answered_and_its_source_opens_at_the_words(page: Page) -> None:
    answer = ask(page, "数字经济的目标是什么")
    page.locator("button.marker").first.click()
    marked = page.locator(".sources:not([hidden]) mark.active").first

    marked.wait_for(state="visible")
    assert "到 2027 年，数字经济规模占地区生产总值比重达到 45%" in answer
    assert "有依据" in answer
    assert marked.inner_text() == "数字经济规模占地区生产总值比重达到 45%"
    assert "（三）发展目标" in page.locator(".card:visible header").first.inner_text()
    page.wait_for_timeout(800)
    assert marked.evaluate(
        "mark => { const box = mark.getBoundingClientRect(); return box.top < innerHeight && box.bottom > 0 }"
    )
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"answer-{page.viewport_size['width']}.png", full_page=True)


def test_the_page_fits_and_is_chinese(page: Page) -> None:
    ask(page, "第十六条讲了什么")

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert "自动生成，仅供参考，以官方原文为准" in page.inner_text("#conversation")


def test_a_refusal_says_so_and_shows_what_is_near(page: Page) -> None:
    assert "未找到" in ask(page, "技改补贴最高多少万元")
    assert "相近条款" in page.locator(".sources:visible").inner_text()


def test_an_older_turn_opens_its_own_sources(page: Page) -> None:
    ask(page, "数字经济的目标是什么")
    ask(page, "哪几条提到了氢能")
    page.locator("#turn-1 button.marker").first.click()

    assert "发展目标" in page.locator(".sources:visible").inner_text()
    assert page.locator(".sources:visible").count() == 1


def test_text_typed_by_a_user_stays_text(page: Page) -> None:
    ask(page, SCRIPT)

    assert page.locator(".turn .question").last.inner_text() == SCRIPT
    assert page.evaluate("window.pwned") is None


def test_nothing_is_asked_of_another_host_and_nothing_fails(browser: Browser, address: str) -> None:
    page, asked, errors = browser.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(address)
    page.wait_for_selector("#question textarea")
    ask(page, "数字经济的目标是什么")

    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    assert errors == []
    page.close()


def test_enter_while_composing_sends_nothing(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    page.wait_for_selector("#question textarea")
    page.fill("#question textarea", "shuzi")
    page.evaluate(
        "document.querySelector('#question textarea').dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}));"
        "document.querySelector('#question textarea').dispatchEvent(new KeyboardEvent('keypress', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    page.wait_for_timeout(1000)

    assert page.locator(".turn").count() == 0
    page.close()


def test_the_keyboard_alone_reaches_the_source(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(address)
    page.wait_for_selector("#question textarea")
    ask(page, "数字经济的目标是什么")
    page.locator("button.marker").first.focus()
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.classList.contains('card')")
    page.close()


def test_text_of_a_document_stays_text(browser: Browser, tmp_path: Path) -> None:
    source = tmp_path / "示例.md"
    source.write_text(NOTICE.replace("优化用水管理", f"优化用水管理{SCRIPT}"), encoding="utf8")
    with served(tmp_path / "home", str(source)) as address:
        page = browser.new_page()
        page.goto(address)
        page.wait_for_selector("#question textarea")
        ask(page, "用水管理怎么优化")

        assert SCRIPT in page.locator(".card .clause").first.inner_text()
        assert page.evaluate("window.pwned") is None
        page.close()


@pytest.mark.parametrize("example", app.EXAMPLES)
def test_every_example_is_known_to_answer(example: str, decision: Assistant) -> None:
    answer = decision.ask(example)

    assert (answer.status, bool(answer.citations)) == ("answered", True)
