"""Pages of a list: journeys share a site, so what one of them made may stand on a later page."""

from playwright.sync_api import Locator, Page


def turned_to(page: Page, wanted: Locator) -> Locator:
    """What is wanted, once the page of the list is open on which it stands. Fails when it is on none."""
    page.locator("main h1").wait_for()
    while not wanted.count():
        with page.expect_navigation():
            page.locator("main a[rel=next]").click()
    return wanted
