"""What somebody posted is in the index a moment later: journeys search again until it is there, as people do."""

import time

from playwright.sync_api import Locator, Page, expect

PATIENCE_SECONDS = 20  # the promise is five, and `make bench` measures it; beside other tests it may take longer
PAUSE_SECONDS = 0.3


def find(page: Page, words: str, title: str, language: str = "en") -> Locator:
    """The link to a post on the page of results, once it is there. Fails when it does not come."""
    page.goto(f"/{language}/search?q={words}")
    return search_again(page, page.locator("main").get_by_role("link", name=title))


def search_again(page: Page, wanted: Locator) -> Locator:
    """What is wanted of the results of the search that is open, once it is there. Fails when it does not come."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not wanted.count() and time.monotonic() < end:
        time.sleep(PAUSE_SECONDS)
        page.reload()
    expect(wanted.first).to_be_visible()
    return wanted.first
