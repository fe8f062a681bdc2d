"""The main job by keyboard alone: every stop shows that it has the focus, and nothing covers it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from forum.core.languages import INTERFACE_LANGUAGES
from tests.journeys.conftest import PASSWORD
from tests.journeys.finding import search_again
from tests.journeys.serving import Site
from tests.journeys.words import words_of

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

MOST_STOPS = 150
# What has the focus: how the browser shows it, and what a pointer would meet in its middle.
FOCUS = """selector => {
    const here = document.activeElement, style = getComputedStyle(here), box = here.getBoundingClientRect();
    const middle = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height, 40) / 2);
    return {
        arrived: here.matches(selector),
        shown: here === document.body || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2)
            || style.boxShadow !== 'none',
        covered: middle !== null && !here.contains(middle) && !middle.contains(here) && !here.labels?.length,
        tab: here.tabIndex,
        html: here.outerHTML.slice(0, 120),
    };
}"""


@pytest.fixture
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    """A browser of which only the keyboard is used."""
    context = chromium.new_context(base_url=site.url, locale="en-GB", reduced_motion="reduce")
    opened = context.new_page()
    opened.set_default_timeout(10_000)
    yield opened
    context.close()


def tab_to(page: Page, selector: str, key: str = "Tab") -> None:
    """Go from stop to stop until the focus is where it should be; every stop on the way is seen."""
    for _stop in range(MOST_STOPS):
        page.keyboard.press(key)
        found = page.evaluate(FOCUS, selector)
        assert found["shown"], f"the focus cannot be seen on {found['html']}"
        assert not found["covered"], f"something covers {found['html']}"
        assert found["tab"] <= 0, f"out of order: {found['html']}"
        if found["arrived"]:
            return
    raise AssertionError(f"{MOST_STOPS} stops, and no {selector} among them")


def write(page: Page, selector: str, text: str) -> None:
    """Go to a field and type."""
    tab_to(page, selector)
    page.keyboard.insert_text(text)


def press(page: Page, selector: str, key: str = "Enter") -> None:
    """Go to a button or link and use it."""
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press(key)


def sign_in(page: Page, email: str, path: str) -> None:
    """Come in on the way to a page."""
    page.goto(path)
    write(page, "main [name=email]", email)
    write(page, "main [name=password]", PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
def test_a_practice_is_posted_found_and_discussed_by_keyboard(language: str, page: Page) -> None:
    say, title = words_of(language), f"Toetsenbord {language}"
    sign_in(page, "an@example.org", f"/{language}/posts/new/practice")
    write(page, "[name=title]", title)
    write(
        page,
        "textarea[name=body]",
        "Elke week leert iemand een machine kennen, en legt het daarna aan de volgende uit.",
    )
    tab_to(page, "input[name=themes]")
    page.keyboard.press("Space")
    press(page, "button[name=action][value=post]")
    page.goto(f"/{language}/search")
    write(page, "main [name=q]", "toetsenbord")
    press(page, "main [type=submit]")
    search_again(page, page.locator(f"main a[href*='toetsenbord-{language}']"))
    press(page, f"main a[href*='toetsenbord-{language}']")
    write(page, "main textarea[name=body]", "Dit doen wij ook.")
    press(page, "main form.comment-form .actions [type=submit]", "Space")
    expect(page.get_by_role("status").first).to_contain_text(say("Your comment is posted."))
    page.goto(f"/{language}/profile")
    write(page, "main [name=job_title]", "Coach")
    tab_to(page, "main [name=name]", "Shift+Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text(say("Your profile is saved."))


def test_the_menu_and_the_languages_work_by_keyboard(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto("/en/")
    tab_to(page, ".skip-link")
    press(page, ".languages a[hreflang=nl]")
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    tab_to(page, "[popovertarget=menu]")
    page.keyboard.press("Enter")
    expect(page.locator("#menu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#menu")).not_to_be_visible()


def test_a_moderator_marks_a_post_by_keyboard(page: Page) -> None:
    sign_in(page, "mia@example.org", "/en/review")
    press(page, "main button[value^='reviewed ']")
    expect(page.locator("form[action*='/review/undo/'] button")).to_be_visible()
