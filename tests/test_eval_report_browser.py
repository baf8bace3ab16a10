"""The report in a real browser: nothing is requested, nothing runs, it fits a phone, it can be filtered and printed."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from eval.report import report
from eval.report_html import report_html
from tests.browser import ARTIFACTS, CHROMIUM
from tests.report_sample import sample_assistant, sample_run

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    assistant = sample_assistant(folder)
    run = sample_run(assistant, folder / "run")
    path = folder / "report.html"
    path.write_text(report_html(report(run, assistant.library.current())), encoding="utf8")
    return path


@pytest.fixture(params=[1280, 375], ids=["wide", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser, file: Path) -> Iterator[Page]:
    found = browser.new_page(viewport={"width": request.param, "height": 800})
    requested: list[str] = []
    complaints: list[str] = []
    found.on("request", lambda one: requested.append(one.url))
    found.on("console", lambda one: complaints.append(one.text))
    found.goto(file.as_uri())
    yield found
    assert requested == [file.as_uri()]
    assert complaints == []
    assert found.evaluate("window.pwned") is None
    found.close()


def test_it_fits_the_screen_with_every_question_open(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")

    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"report-{page.viewport_size['width']}.png", full_page=True)


def test_questions_are_filtered_by_outcome_category_and_words(page: Page) -> None:
    def shown() -> list[str]:
        ids = page.locator(".question:visible").evaluate_all("(all) => all.map((one) => one.id)")
        return sorted(ids)

    everything = shown()
    page.select_option("select[name=state]", "passed")
    assert shown() == ["q-示例-1"]
    page.select_option("select[name=state]", "")
    page.select_option("select[name=category]", "content")
    assert shown() == ["q-示例-3", "q-示例-4"]
    page.fill("input[name=words]", "木材")
    assert shown() == ["q-示例-4"]
    assert page.locator("output").inner_text() == "列出 1 题"
    page.fill("input[name=words]", "")
    page.select_option("select[name=category]", "")
    assert shown() == everything


def test_a_link_to_a_question_opens_it_even_when_it_is_filtered_away(page: Page) -> None:
    page.select_option("select[name=state]", "passed")
    page.evaluate("location.hash = '#q-示例-3'")
    page.wait_for_function("document.getElementById('q-示例-3').open")

    assert page.locator("#q-示例-3 .said").is_visible()


def test_on_paper_the_failing_questions_are_open_and_the_others_left_out(page: Page) -> None:
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#q-示例-3 .said").is_visible()
    assert page.locator("#q-示例-1").is_hidden()
    assert page.locator("nav").is_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("#q-示例-3 .said").is_hidden()


def test_without_a_script_everything_can_be_read(browser: Browser, file: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())

    assert page.locator(".question").count() == page.locator(".question:visible").count() == 4
    assert page.locator("form.choose").is_hidden()
    page.locator(".question summary").first.click()
    assert page.locator(".question .said").first.is_visible()
    context.close()


def test_every_table_heading_and_control_has_a_name(page: Page) -> None:
    unnamed = page.evaluate(
        "[...document.querySelectorAll('select, input, nav, svg')].filter((one) =>"
        " !(one.labels && one.labels.length) && !one.getAttribute('aria-label')).map((one) => one.outerHTML)"
    )
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3, h4')].map((one) => +one.tagName[1])")

    assert unnamed == []
    assert all(after - before <= 1 for before, after in pairwise(levels) if after < 4)
