"""Commenting in a real browser: names after an @ and quotations, with script and without."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.finding import find

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

OpenBrowser = Callable[..., Page]
MARK_FIRST_PARAGRAPH = """() => {
    const range = document.createRange();
    range.selectNodeContents(document.querySelector('[data-quote-url] p'));
    getSelection().removeAllRanges();
    getSelection().addRange(range);
}"""


def open_post(open_browser: OpenBrowser, email: str) -> Page:
    """A browser of somebody's own, on the post that every journey finds."""
    page = open_browser(email)
    find(page, "sartoria", "Una sartoria che forma").click()
    return page


def test_somebody_is_mentioned_and_the_post_quoted(open_browser: OpenBrowser, request: pytest.FixtureRequest) -> None:
    scripted = "with script" in request.node.name
    page = open_post(open_browser, "an@example.org")
    words = page.locator("textarea[name=body]")
    words.focus()
    if scripted:
        expect(words).to_have_attribute("aria-autocomplete", "list")  # nobody types before the script is there
        page.keyboard.type("Thank you @giul", delay=30)
        expect(page.get_by_role("option", name="Giulia Ferrari")).to_be_visible()
        page.keyboard.press("Enter")
        expect(words).to_have_value(re.compile(r"^Thank you @\[Giulia Ferrari\]\(person:\d+\) $"))
        words.blur()
        page.evaluate(MARK_FIRST_PARAGRAPH)
        expect(page.get_by_role("button", name="Quote in a comment")).to_be_visible()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(words).to_be_focused()
        expect(words).to_have_value(re.compile(r"> \[Il Filo\]\(/posts/\d+\):\n>\n> In sartoria"))
    else:
        words.fill("Thank you @Giulia Ferrari")
    page.get_by_role("button", name="Post your comment").click()
    expect(page.get_by_role("status").first).to_contain_text("Your comment is posted.")
    mine = page.locator("article.comment").last
    expect(mine.get_by_role("link", name="@Giulia Ferrari")).to_be_visible()
    expect(mine.locator("blockquote")).to_have_count(1 if scripted else 0)


def test_a_reply_quotes_without_a_script_too(open_browser: OpenBrowser, request: pytest.FixtureRequest) -> None:
    question = f"How many {'hours' if 'with script' in request.node.name else 'mornings'} a week do people sew?"
    asker = open_post(open_browser, "an@example.org")
    asker.locator("textarea[name=body]").fill(question)
    asker.get_by_role("button", name="Post your comment").click()
    page = open_post(open_browser, "giulia@example.org")
    page.get_by_role("link", name=re.compile("^Quote comment")).last.click()
    words = page.locator("textarea[name=body]")
    expect(words).to_have_value(re.compile(f"> {re.escape(question)}"))
    words.fill(words.input_value() + "Twenty hours.")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="Preview: nothing is posted yet")).to_be_visible()
    page.get_by_role("button", name="Post your reply").click()
    expect(page.locator("article.comment blockquote").last).to_contain_text(question)
    expect(page.get_by_role("link", name=re.compile("In reply to comment")).last).to_be_visible()
