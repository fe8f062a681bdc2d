"""Forms that keep what is typed, at the moment when they are sent: nothing is kept too late, and nothing is let go too early."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.journeys.conftest import PASSWORD, sign_in
from tests.journeys.finding import find
from tests.journeys.serving import Site

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

BODY = "In onze strijkerij leert iedereen eerst vouwen. Wie het kan, legt het de volgende uit."
FORM = "/en/posts/new/practice"


@pytest.fixture
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    """A browser in which An has signed in."""
    context = chromium.new_context(base_url=site.url, locale="en-GB")
    opened = context.new_page()
    opened.set_default_timeout(10_000)
    sign_in(opened, "an@example.org")
    yield opened
    context.close()


def write(page: Page, title: str) -> None:
    """Fill the form of a new practice."""
    page.goto(FORM)
    page.get_by_label("Title").fill(title)
    page.locator("textarea[name=body]").fill(BODY)
    page.locator("input[name=themes][type=checkbox]").first.check()


def test_a_draft_saved_by_hand_is_written_on_in_the_same_window(page: Page) -> None:
    write(page, "Vouwen voor beginners")
    page.locator("button[name=action][value=draft]").click()
    expect(page).to_have_url(re.compile(r"/posts/\d+/edit"))
    page.locator("textarea[name=body]").fill(f"{BODY} Elke week een stap.")
    expect(page.locator("[data-draft-status]")).to_contain_text("Draft saved at")
    page.locator("button[name=action][value=draft]").first.click()
    expect(page.get_by_role("status").first).to_contain_text("draft is saved")


def test_a_comment_that_was_posted_does_not_come_back_as_a_draft(page: Page) -> None:
    find(page, "sartoria", "Una sartoria che forma").click()
    address = page.url
    page.locator("main textarea[name=body]").fill("Hoe lang duurt de opleiding bij jullie?")
    page.get_by_role("button", name="Post your comment").click()
    expect(page.get_by_role("status").first).to_contain_text("Your comment is posted.")
    page.goto(address)
    expect(page.locator("main textarea[name=body]").last).to_have_value("")


def test_what_an_ended_session_refuses_stays_on_the_device_until_it_is_saved(page: Page, site: Site) -> None:
    page.goto(FORM)
    with closing(sqlite3.connect(site.folder / "data" / "forum.sqlite3", timeout=20)) as database, database:
        database.execute("DELETE FROM sessions")
    page.locator("textarea[name=body]").fill(BODY)
    expect(page.locator("[data-draft-status]")).to_contain_text("You are no longer signed in.")
    page.locator("button[name=action][value=post]").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Please sign in")
    page.get_by_role("link", name="Sign in", exact=True).last.click()
    page.get_by_label("E-mail").fill("an@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/posts/new/practice"))
    page.get_by_role("button", name="Put back the text that this device has kept").click()
    expect(page.locator("textarea[name=body]")).to_have_value(BODY)
    expect(page.locator("[data-draft-status]")).to_contain_text("Draft saved at")


def test_a_double_click_sends_a_form_once(page: Page) -> None:
    write(page, "Strijken voor beginners")
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.is_navigation_request():
            sent.append(request.url)

    page.on("request", note)
    page.locator("button[name=action][value=draft]").dblclick(delay=20)
    expect(page).to_have_url(re.compile(r"/posts/\d+/edit"))
    assert len(sent) == 1
