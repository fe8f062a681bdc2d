"""From page to page: a short cross-fade below a header that stays, for those who have not asked for less motion; nothing jumps."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.serving import Site

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

LISTEN = """
addEventListener('pagereveal', event => { window.faded = Boolean(event.viewTransition) });
window.shifted = 0;
new PerformanceObserver(list => { for (const one of list.getEntries()) window.shifted += one.value })
  .observe({ type: 'layout-shift', buffered: true });
"""
SHIFT = 0.05


@pytest.mark.parametrize(("motion", "fades"), [("no-preference", True), ("reduce", False)])
def test_pages_fade_into_one_another_unless_motion_is_unwelcome(
    chromium: Browser, site: Site, motion: str, fades: bool
) -> None:
    context = chromium.new_context(
        base_url=site.url, reduced_motion="reduce" if motion == "reduce" else "no-preference"
    )
    page = context.new_page()
    page.add_init_script(LISTEN)
    page.goto("/en/")
    page.locator(".menu").get_by_role("link", name="Themes").click()
    page.wait_for_url("**/en/themes")
    page.wait_for_load_state()
    assert page.evaluate("window.faded") is fades
    assert page.evaluate("getComputedStyle(document.querySelector('.site-header')).viewTransitionName") == (
        "site-header" if fades else "none"
    )
    assert page.evaluate("window.shifted") <= SHIFT
    context.close()
