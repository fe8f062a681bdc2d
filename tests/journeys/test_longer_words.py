"""Words that are two fifths longer, as in the pseudo-language, fit on a narrow screen: so will those of the next language."""

from collections.abc import Iterator, Mapping

import pytest
from playwright.sync_api import Browser

from forum.core.catalogues import PSEUDO_LANGUAGE
from tests.journeys.looks import show, text_problems
from tests.journeys.serving import Site
from tests.journeys.states import PEOPLE, READERS, State
from tests.journeys.visiting import Visitors, visitors

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

# Pages that look the same whoever opens them are looked at once; what is sent gives the same forms again.
SHOWN = [state for state in (*READERS, *PEOPLE) if state.act is None]


@pytest.fixture(scope="module")
def foreigners(chromium: Browser, sites: Mapping[str, Site]) -> Iterator[Visitors]:
    """People who read the site in the pseudo-language."""
    with visitors(chromium, sites, PSEUDO_LANGUAGE) as opened:
        yield opened


@pytest.mark.timeout(480)
def test_every_page_fits_at_320_pixels(foreigners: Visitors) -> None:
    wrong = []
    for state in SHOWN:
        page = foreigners.visit(state).page
        show(page, 320)
        wrong += [f"{state.label}: {problem}" for problem in text_problems(page, "320 px")]
    assert "\n".join(wrong) == ""


def test_the_pages_are_in_the_pseudo_language(foreigners: Visitors) -> None:
    page = foreigners.visit(State("visitor", "search", "search")).page
    assert page.locator("html").get_attribute("lang") == PSEUDO_LANGUAGE
    assert page.locator("h1").inner_text().startswith("[")
