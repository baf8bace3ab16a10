"""The 文件 tab in a real browser: filter, search, read a policy, ask it alone; wide, on a phone, by keyboard."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import ARTIFACTS, CHROMIUM, ROOT, SCRIPT, ask, served
from tests.test_files import POLICIES

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
DECISION = "中共四川省委关于深入推进新型工业化加快建设现代化产业体系的决定"
MANY = 55


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("files")
    sources = folder / "sources"
    sources.mkdir()
    for name, (metadata, text) in POLICIES.items():
        (sources / f"{name}.md").write_text(f"---\n{metadata}\n---\n{text}", encoding="utf8")
    (sources / "script.md").write_text(
        f"---\ntitle: '示例{SCRIPT}'\nkind: digest\nformat: digest\nnote: '{SCRIPT}'\nsources: ['https://www.sc.gov.cn/a', '{SCRIPT}']\n"
        f"---\n# 示例\n\n## 二、（一） 示例{SCRIPT}\n\n示例文字{SCRIPT}。\n",
        encoding="utf8",
    )
    for number in range(MANY):
        (sources / f"old-{number}.md").write_text(
            f"---\ntitle: 示例旧办法之{number}\nissued: 2001-01-{number % 28 + 1:02}\n---\n一、目标\n（一）目标。做好示例{number}。\n",
            encoding="utf8",
        )
    with served(folder / "home", str(sources), str(ROOT / "corpus" / "policies")) as found:
        yield found


@pytest.fixture(params=[1280, 375], ids=["wide", "phone"])
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": request.param, "height": 800})
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    opened.goto(address)
    opened.wait_for_selector("#question textarea")
    opened.get_by_role("tab", name="文件").click()
    expect(opened.locator(".count")).to_have_text(f"找到 {len(POLICIES) + 2 + MANY} 份文件")
    yield opened
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert errors == []
    opened.close()


def titles(page: Page) -> list[str]:
    return page.locator("button.open").all_inner_texts()


def open_policy(page: Page, title: str) -> None:
    page.fill("#file-words", title)
    page.get_by_role("button", name=title, exact=True).click()
    expect(page.locator(".policy h2")).to_have_text(title)


def test_filters_narrow_the_list_and_are_cleared(page: Page) -> None:
    page.get_by_label("年份").select_option("2024")
    expect(page.locator(".count")).to_have_text("找到 2 份文件")
    page.get_by_label("效力（今天）").select_option("现行")
    expect(page.locator(".count")).to_have_text("找到 1 份文件")
    assert titles(page) == ["示例省绿色石料补贴办法"]
    assert page.locator(".hit .chips").inner_text() == "现行"
    page.get_by_label("类型").select_option("digest")
    expect(page.locator(".count")).to_contain_text("没有符合条件的文件")
    page.get_by_role("button", name="清除条件").click()
    expect(page.locator(".count")).to_have_text(f"找到 {len(POLICIES) + 2 + MANY} 份文件")


def test_typed_words_search_names_and_texts_and_the_count_is_announced(page: Page) -> None:
    page.locator("#file-words").press_sequentially("补贴")

    expect(page.locator(".count")).to_have_text("找到 2 份文件")
    assert titles(page) == ["示例省绿色石料补贴办法", "示例省人才措施"]
    assert page.locator(".hit .quote").inner_text() == "（条号未见）补贴 对引进的示例人才给予安家补贴。"
    assert page.locator(".hit .quote mark").inner_text() == "补贴"
    assert "摘要（非原文，以官方文件为准）" in page.locator(".hit").nth(1).inner_text()
    expect(page.locator("#announcer[role=status]")).to_have_text("找到 2 份文件")


def test_a_long_list_grows_and_the_focus_goes_to_the_first_new_one(page: Page) -> None:
    assert len(titles(page)) == 50
    page.get_by_role("button", name="再列出").click()

    expect(page.locator("button.open")).to_have_count(len(POLICIES) + 2 + MANY)
    assert page.locator("button.open").nth(50).evaluate("one => one === document.activeElement")
    assert page.locator("button.more").count() == 0


def test_a_policy_opens_with_its_clauses_in_place(page: Page) -> None:
    open_policy(page, DECISION)
    item = page.locator(".policy .text", has_text="——电子信息产业。着眼培育")
    assert not item.is_visible()
    page.locator("summary", has_text="（四）实施优势产业提质倍增行动").click()
    page.locator("summary", has_text="电子信息产业").click()

    assert item.is_visible()
    assert "2023年6月19日" in page.locator(".policy .fields").inner_text()
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"policy-{page.viewport_size['width']}.png")
    page.get_by_role("button", name="返回列表").click()
    assert not page.locator(".policy").is_visible()
    assert page.locator("button.open").first.evaluate("one => one === document.activeElement")
    page.locator("button.open").first.click()
    assert page.locator(".policy h2").is_visible()


def test_a_policy_held_down_while_its_list_is_replaced_opens_once(page: Page) -> None:
    title = "示例省绿色石料补贴办法"
    opened: list[str] = []
    page.on("request", lambda request: opened.append(request.url) if "/queue/join" in request.url else None)
    page.fill("#file-words", title)
    before = page.get_by_role("button", name=title, exact=True)
    before.hover()
    page.mouse.down()
    expect(page.locator(".count")).to_have_text("找到 1 份文件")
    asked = len(opened)
    page.mouse.up()

    expect(page.locator(".policy h2")).to_have_text(title)
    assert len(opened) == asked + 1


def test_a_phone_shows_the_list_or_the_policy_and_a_search_brings_the_list_back(page: Page) -> None:
    open_policy(page, DECISION)
    narrow = page.viewport_size["width"] < 900
    assert page.locator("ol.hits").is_visible() != narrow
    page.fill("#file-words", "木材规划")

    expect(page.locator("button.open:visible")).to_have_text("示例市木材规划")
    assert page.locator(".policy").is_visible() != narrow


def test_a_digest_and_a_draft_say_what_they_are(page: Page) -> None:
    open_policy(page, "示例省人才条例（征求意见稿）")

    assert page.locator(".policy .chips").inner_text().split() == [
        "征求意见稿",
        "摘要（非原文，以官方文件为准）",
    ]
    assert "不是正式施行的政策" in page.locator(".policy .warning").inner_text()


def test_only_the_chosen_policies_are_asked_until_they_are_taken_away(page: Page) -> None:
    open_policy(page, "示例省绿色石料补贴办法")
    page.get_by_role("button", name="只问这份文件").click()

    expect(page.get_by_role("tab", name="问答")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#question textarea")).to_be_focused()
    assert page.locator("button.drop").inner_text().split("\n")[0] == "示例省绿色石料补贴办法"
    assert "45%" not in ask(page, "数字经济的目标是什么")
    assert "只问：《示例省绿色石料补贴办法》" in page.locator(".turn .limited").inner_text()
    page.get_by_role("button", name="不再只问：示例省绿色石料补贴办法").click()
    expect(page.locator("button.drop")).to_have_count(0)
    assert "45%" in ask(page, "数字经济的目标是什么")
    assert page.locator(".turn").last.locator(".limited").count() == 0
    expect(page.locator("#announcer")).to_contain_text("回答完毕")


def test_several_policies_are_asked_together(page: Page) -> None:
    for title in ("示例省绿色石料补贴办法", DECISION):
        page.get_by_role("tab", name="文件").click()
        open_policy(page, title)
        page.get_by_role("button", name="只问这份文件").click()
        expect(page.locator("button.drop", has_text=title)).to_be_visible()

    assert "45%" in ask(page, "数字经济的目标是什么")
    assert page.locator("button.drop").count() == 2
    page.screenshot(path=ARTIFACTS / f"scope-{page.viewport_size['width']}.png", full_page=True)


def test_the_keyboard_alone_finds_reads_and_limits(page: Page) -> None:
    page.get_by_label("查找", exact=True).focus()
    page.keyboard.type("示例 石料 补贴")
    page.keyboard.press("Enter")
    expect(page.locator(".count")).to_have_text("找到 1 份文件")
    for _ in range(8):
        page.keyboard.press("Tab")
    focused = page.evaluate(
        "[document.activeElement.className, getComputedStyle(document.activeElement, '::after').outlineStyle]"
    )
    assert focused == ["open", "solid"]
    page.keyboard.press("Enter")
    expect(page.locator(".policy")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "只问这份文件"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    clause = page.locator("details.entry").first
    before = clause.get_attribute("open")
    page.keyboard.press("Enter")
    assert clause.get_attribute("open") != before
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#question textarea")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.className") == "drop"


def test_text_of_a_policy_stays_text_and_only_an_official_source_is_a_link(page: Page) -> None:
    open_policy(page, f"示例{SCRIPT}")

    assert page.locator(".policy img, .policy script").count() == 0
    assert SCRIPT in page.locator(".policy .tree").inner_text()
    links = page.locator(".policy a")
    assert [(one.get_attribute("href"), one.get_attribute("rel")) for one in links.all()] == [
        ("https://www.sc.gov.cn/a", "noopener noreferrer")
    ]
    page.get_by_role("button", name="只问这份文件").click()
    expect(page.locator("button.drop")).to_be_visible()
    assert page.evaluate("window.pwned") is None


def test_words_being_composed_are_searched_when_they_are_done(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    page.locator("#file-words").focus()
    session.send("Input.imeSetComposition", {"text": "shi'liao", "selectionStart": 8, "selectionEnd": 8})
    page.wait_for_timeout(800)
    assert page.locator(".count").inner_text() == f"找到 {len(POLICIES) + 2 + MANY} 份文件"
    session.send("Input.insertText", {"text": "石料"})

    expect(page.locator(".count")).to_have_text("找到 2 份文件")
