"""The main job, as its people do it, in a real browser, with script and without."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.finding import find
from tests.journeys.turning import turned_to

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

OpenBrowser = Callable[..., Page]
BODY = (
    "In onze wasserij werkt een jobcoach twee dagen per week mee op de werkvloer. "
    "Wie vroeger na drie maanden afhaakte, blijft nu langer. Wij tellen elke week hoe het gaat."
)


def test_a_practice_is_posted_found_discussed_and_moderated(
    open_browser: OpenBrowser, request: pytest.FixtureRequest
) -> None:
    scripted = "with script" in request.node.name
    title = "Een jobcoach in de wasserij" if scripted else "Een jobcoach in de stomerij"
    word = "wasserij" if scripted else "stomerij"

    author = open_browser("an@example.org", "/en/posts/new/practice")
    author.get_by_label("Title").fill(title)
    author.locator("textarea[name=body]").fill(BODY.replace("wasserij", word))
    choose_theme(author)
    choose_dutch(author)
    author.locator("main").get_by_role("button", name=re.compile("^(Post|Share)")).last.click()
    expect(author.locator("main")).to_contain_text(re.compile(title))

    colleague = open_browser("giulia@example.org")
    find(colleague, word, title).click()
    expect(colleague.get_by_role("heading", level=1)).to_have_text(title)
    colleague.locator("textarea[name=body]").fill("Bellissimo. Quante ore lavora il coach ogni settimana?")
    colleague.locator("main").get_by_role("button", name=re.compile("^(Post|Add|Send).*comment", re.IGNORECASE)).click()
    expect(colleague.get_by_role("heading", name=re.compile("Comment 1 by Giulia Ferrari"))).to_be_visible()

    stranger = open_browser()
    stranger.goto(f"/en/search?q={word}")
    expect(stranger.locator("main").get_by_role("link", name=title)).to_have_count(0)

    moderator = open_browser("mia@example.org", "/en/review")
    turned_to(moderator, moderator.get_by_role("button", name=f"Mark as reviewed {title}")).click()
    expect(moderator.locator("main")).to_contain_text("Marked as reviewed")
    find(moderator, word, title).click()
    expect(moderator.locator("main")).to_contain_text(re.compile("Checked by a moderator", re.IGNORECASE))


def choose_theme(page: Page) -> None:
    """Tick the theme of coaching on the work floor."""
    box = page.get_by_label("Coaching on the work floor").first
    if not box.is_visible():
        page.get_by_text("All themes").first.click()
    box.check()


def choose_dutch(page: Page) -> None:
    """Confirm that the text is Dutch."""
    language = page.locator("select[name=language]")
    if not language.is_visible():
        page.get_by_text("Language and country").click()
    language.select_option("nl")
