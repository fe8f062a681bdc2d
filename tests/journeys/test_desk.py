"""The keys of the moderators' desk: they spare ways, take nothing from fields, and can be switched off."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import visiting
from tests.journeys.conftest import PASSWORD
from tests.journeys.serving import Site

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

ROWS = ".desk-list > li"
HERE = """() => [...document.querySelectorAll(".desk-list > li")].indexOf(document.activeElement.closest("li"))"""


@pytest.fixture(scope="module", autouse=True)
def waiting(chromium: Browser, site: Site) -> None:
    """Two questions that wait for a moderator."""
    context = chromium.new_context(base_url=site.url, locale="en-GB")
    page = context.new_page()
    visiting.sign_in(page, "an@example.org", PASSWORD)
    for title in ("Which gloves last longest?", "Who has a spare loom?"):
        page.goto("/en/posts/new/question")
        page.locator("main [name=title]").fill(title)
        page.locator("main [name=body]").fill("We would like to know before the summer.")
        page.locator("input[name=themes][type=checkbox]").first.check()
        page.get_by_role("button", name="Post", exact=True).click()
        page.wait_for_url(lambda url: "/new/" not in url)
    context.close()


@pytest.fixture
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    """A moderator's browser at the desk."""
    context = chromium.new_context(base_url=site.url, locale="en-GB", reduced_motion="reduce")
    opened = context.new_page()
    opened.set_default_timeout(10_000)
    visiting.sign_in(opened, "mia@example.org", PASSWORD)
    opened.goto("/en/review")
    expect(opened.get_by_role("button", name="Keys")).to_be_visible()
    yield opened
    context.close()


def keys(page: Page, typed: str) -> None:
    """Press one key after the other."""
    for key in typed:
        page.keyboard.press(key)


def test_keys_go_through_the_queue_tick_take_and_open(page: Page) -> None:
    keys(page, "jjk")
    assert page.evaluate(HERE) == 0
    keys(page, "x")
    expect(page.locator(ROWS).first.locator("[name=item]")).to_be_checked()
    keys(page, "c")
    expect(page.locator("main")).to_contain_text("Taken by you")
    keys(page, "jc")
    expect(page.locator("main")).to_contain_text("Released")
    title = page.locator(ROWS).first.get_by_role("heading").inner_text()
    keys(page, "jo")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_keys_stay_out_of_fields_and_can_be_switched_off(page: Page) -> None:
    page.locator("#site-search").focus()
    keys(page, "jx?")
    expect(page.locator("#site-search")).to_have_value("jx?")
    page.locator("main h1").click()
    keys(page, "?")
    dialog = page.get_by_role("dialog", name="Keys on this desk")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Use these keys").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()
    page.reload()
    keys(page, "j")
    assert page.evaluate(HERE) == -1
    page.get_by_role("button", name="Keys").click()
    dialog.get_by_label("Use these keys").check()
    dialog.get_by_role("button", name="Close").click()
    page.locator("main h1").click()
    keys(page, "j")
    assert page.evaluate(HERE) == 0


def test_everything_on_a_page_is_ticked_and_unticked_at_once(page: Page) -> None:
    page.get_by_role("button", name="Tick all").click()
    expect(page.locator("[name=item]:not(:checked)")).to_have_count(0)
    page.get_by_role("button", name="Tick all").click()
    expect(page.locator("[name=item]:checked")).to_have_count(0)
