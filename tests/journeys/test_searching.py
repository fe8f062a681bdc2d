"""Somebody searches the demonstration network in a real browser, with script and without."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.serving import Site, environment_of, free_port, run_python, serving

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

OpenBrowser = Callable[..., Page]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration network."""
    folder = tmp_path_factory.mktemp("demonstration")
    port = free_port()
    environment = environment_of(folder, port)
    run_python(environment, "forum", "demo")
    with serving(folder, port, environment) as url:
        yield Site(url, folder)


def test_a_misspelt_dutch_word_ends_on_a_french_practice(open_browser: OpenBrowser) -> None:
    page = open_browser(path="/nl/")
    box = page.locator("form[role=search] input[name=q]").first
    box.fill("mattwerkbedrijf")
    box.press("Enter")
    expect(page).to_have_url(re.compile("/nl/search\\?q=mattwerkbedrijf"))
    expect(page.locator(".also-searched").first).to_contain_text("maatwerkbedrijf")
    choose(page, "kind", "practice")
    choose(page, "language", "fr")
    page.locator("#filters button[type=submit]").click()
    expect(page).to_have_url(re.compile("language=fr"))
    page.locator("main h3[lang=fr] a").first.click()
    expect(page).to_have_url(re.compile(r"/nl/posts/\d+/"))
    expect(page.get_by_role("heading", level=1)).to_have_attribute("lang", "fr")


def choose(page: Page, facet: str, value: str) -> None:
    """Choose a value of a facet: a box, or a line of the list for the rarer ones."""
    box = page.locator(f"#filters input[name={facet}][value={value}]")
    if box.count():
        box.check()
    else:
        page.locator(f"#filters select[name={facet}]").select_option(value)


def test_the_search_box_completes_what_somebody_types_at_once(
    open_browser: OpenBrowser, request: pytest.FixtureRequest
) -> None:
    page = open_browser(path="/nl/")
    box = page.locator("form[role=search] input[name=q]").first
    box.focus()
    page.keyboard.type("maatwerk")
    options = page.get_by_role("option")
    if "script off" in request.node.name:
        expect(options).to_have_count(0)
        return
    expect(options.first).to_be_visible()
    expect(box).to_have_attribute("role", "combobox")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("/nl/$"))
