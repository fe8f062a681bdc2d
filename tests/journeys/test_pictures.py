"""Pictures in a real browser: axe finds nothing, squares are large and in their places, narrow screens and paper are whole."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import Site
from tests.journeys.looks import AXE, RUN_AXE, TAGS

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

THEME = "/en/themes/work-integration"
PAGES = (
    "/en/overview",
    THEME,
    f"{THEME}?by=country",
    f"{THEME}?by=group",
    "/en/themes/young-people",
    "/en/organisations",
)
LOOKS = ((1280, "light"), (320, "dark"))
SIDES = "tiles => tiles.map(tile => tile.getBoundingClientRect()).map(box => [box.width, box.height])"
CORNERS = "tiles => Object.fromEntries(tiles.map(tile => [tile.textContent.trim().slice(0, 2), tile.getBoundingClientRect()]))"


@pytest.fixture(scope="module")
def page(chromium: Browser, site: Site) -> Iterator[Page]:
    """A visitor's browser."""
    context = chromium.new_context(base_url=site.url, locale="en-GB")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def findings(page: Page) -> list[str]:
    page.evaluate(AXE)
    found: list[str] = page.evaluate(RUN_AXE, TAGS)
    return found


@pytest.mark.parametrize("path", PAGES)
def test_pictures_are_open_to_everybody(page: Page, path: str) -> None:
    wrong = []
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.goto(path)
        for closed in page.locator("details.as-table").all():
            closed.evaluate("one => one.open = true")
        wrong += [f"{width} px, {scheme}: {one}" for one in findings(page)]
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        wrong += [f"{over} px too wide"] if over > 0 else []
    page.emulate_media(color_scheme="light")
    assert wrong == []


def test_squares_are_large_enough_for_a_finger(page: Page) -> None:
    for width in (1280, 700, 320):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto("/en/")
        sides: list[tuple[float, float]] = page.locator(".tiles a").evaluate_all(SIDES)
        assert sides
        assert min(min(one) for one in sides) >= 42, width  # 44 with the border of the square


def test_countries_stand_where_people_expect_them(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/en/overview")
    at: dict[str, Any] = page.locator("section[aria-labelledby=where] .tiles > li").evaluate_all(CORNERS)
    assert at["NO"]["top"] < at["DK"]["top"] < at["DE"]["top"] < at["IT"]["top"] < at["MT"]["top"] < at["CY"]["top"]
    assert at["PT"]["left"] < at["ES"]["left"] < at["IT"]["left"] < at["GR"]["left"] < at["CY"]["left"]
    assert at["BE"]["left"] == at["CH"]["left"]
    assert at["ES"]["top"] == at["PT"]["top"]
    assert len({(one["left"], one["top"]) for one in at.values()}) == len(at)


def test_on_a_narrow_screen_the_map_is_a_list_of_names(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 900})
    page.goto("/en/overview")
    square = page.locator("section[aria-labelledby=where] .tiles a span")
    assert square.all_inner_texts() == ["Italy"]
    assert square.first.evaluate("name => name.getBoundingClientRect().width") > 30
    assert page.locator(".tiles [aria-hidden]").first.is_hidden()


def test_bars_and_their_numbers_are_in_sight_on_a_narrow_screen(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 900})
    page.goto("/de/overview")
    ends = page.locator(".bars tbody tr").evaluate_all(
        "rows => rows.flatMap(row => [...row.querySelectorAll('rect, td:nth-child(2)')]).map(one => one.getBoundingClientRect())"
    )
    assert len(ends) > 10
    assert max(one["right"] for one in ends) <= 320


def test_the_keyboard_goes_over_the_map_and_shows_where_it_is(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto("/en/organisations")
    page.locator(".directory-filter button").focus()
    page.keyboard.press("Tab")
    name = page.evaluate("document.activeElement.textContent.replace(/\\s+/g, ' ').trim()")
    assert name == "DE Germany 1"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"


def test_a_number_in_a_gap_map_is_read_with_its_row_and_column(page: Page) -> None:
    page.goto(f"{THEME}?by=country")
    assert page.get_by_role("link", name="1 IT Italy Work integration").count() == 1


def test_on_paper_and_in_forced_colours_numbers_stay(page: Page) -> None:
    page.goto("/en/overview")
    page.emulate_media(media="print")
    assert page.locator(".tiles b").first.is_visible()
    assert page.locator(".columns").is_visible()
    assert page.locator("details.as-table summary").first.is_hidden()
    page.emulate_media(media="screen", forced_colors="active")
    assert page.locator(".tiles > li").first.evaluate("one => getComputedStyle(one).borderTopWidth") == "1px"
    page.emulate_media(forced_colors="none")
