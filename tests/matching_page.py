"""The 政策匹配 tab of a running page, for the tests that use it in a browser."""

from collections.abc import Iterator

from playwright.sync_api import Browser, Page, expect

from tests.matching_sample import TOLD


def opened(browser: Browser, address: str, width: int) -> Iterator[Page]:
    """The tab in a window of `width`; nothing may fail, stick out, or be asked of another host."""
    page = browser.new_page(viewport={"width": width, "height": 800})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on(
        "request",
        lambda request: (
            None if request.url.startswith((address, "data:", "blob:")) else errors.append(request.url)
        ),
    )
    page.goto(address)
    page.wait_for_selector("#question textarea")
    page.get_by_role("tab", name="政策匹配").click()
    page.wait_for_selector("#match-description")
    yield page
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert errors == []
    page.close()


def match(page: Page, description: str = TOLD) -> None:
    """Describe and match; waits until the results are there and have the focus."""
    page.fill("#match-description", description)
    page.get_by_role("button", name="开始匹配").click()
    expect(page.locator(".results h2")).to_be_focused()


def open_fields(page: Page) -> None:
    """On a phone the fields are folded at first."""
    if not page.locator("#match-founded").is_visible():
        page.locator("summary", has_text="逐项填写").click()


def open_card(page: Page, support: str) -> None:
    """Open the section and the group in which a support stands."""
    for section in ("general", "fails"):
        fold = page.locator(f'button.unfold[data-section="{section}"][aria-expanded="false"]')
        if fold.count():
            fold.click()
            expect(page.locator(f'button.unfold[data-section="{section}"]')).to_have_attribute(
                "aria-expanded", "true"
            )
    group = page.locator("details.need", has=page.locator(f'[data-support="{support}"]'))
    if group.get_attribute("open") is None:
        group.locator("summary").first.click()
