"""A post prints as a clean sheet: a page or two of A4, its address and the day at the end, nothing that can only be clicked."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from forum.library.kinds import KINDS
from tests.journeys.looks import SPACED
from tests.journeys.test_style import LARGE, site_of
from tests.web.test_chapters import FULL

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

WORDS = "We work with people who look for a first job, step by step, and each has a coach on the work floor. " * 4
BODY = "\n\n".join(
    [WORDS, "## What we did", WORDS, "- one\n- two\n- three", "| Where | Share |\n|---|---:|\n| Shops | 7 % |", WORDS]
)
PERSON = {"type": "person", "ref": "p", "name": "An Peeters", "email": "an@example.org", "language": "nl"}
ORGANISATION = {"type": "organisation", "ref": "o", "name": "De Sluis", "country": "BE", "language": "nl"}
A4_WIDTH, ON_SCREEN_ONLY = 794, ("nav", "form", "button", ".actions", ".site-footer", "#write", ".post-related")


def network() -> Iterator[dict[str, Any]]:
    """A post of every kind with all that a full one tells, and a comment on each."""
    yield ORGANISATION
    yield PERSON
    for kind in KINDS:
        yield {
            "type": "post",
            "ref": kind,
            "kind": kind,
            "title": f"Printed: {kind}",
            "summary": "Told in two sentences. This is the second.",
            "body": BODY,
            "language": "en",
            "organisation": "o",
            "author": "p",
            "countries": ["BE"],
            "themes": ["work-integration"],
            "target_groups": ["young-people"],
            "details": FULL[kind],
            "visibility": "public",
            "published_at": "2026-01-05T09:00:00Z",
        }
        yield {
            "type": "comment",
            "ref": f"c-{kind}",
            "post": kind,
            "author": "p",
            "body": "It works.",
            "language": "en",
            "created_at": "2026-02-05T09:00:00Z",
        }


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site with a post of every kind."""
    with site_of(tmp_path_factory.mktemp("print"), network()) as site:
        yield site


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A window as wide as the paper."""
    context = chromium.new_context(viewport={"width": A4_WIDTH, "height": 1123})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("number", "kind"), list(enumerate(KINDS, start=1)))
def test_a_post_prints_on_two_pages_at_most(address: str, page: Page, number: int, kind: str) -> None:
    page.goto(f"{address}/en/posts/{number}")
    assert page.locator("h1").inner_text() == f"Printed: {kind}"
    sheet = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) <= 2


@pytest.mark.parametrize(("number", "kind"), list(enumerate(KINDS, start=1)))
def test_what_can_only_be_clicked_is_not_printed(address: str, page: Page, number: int, kind: str) -> None:
    page.goto(f"{address}/en/posts/{number}")
    page.emulate_media(media="print")
    for name in ON_SCREEN_ONLY:
        assert [one for one in page.locator(name).all() if one.is_visible()] == [], name
    for name in ("h1", ".in-short", ".chapter", ".about"):
        assert page.locator(name).first.is_visible(), name
    assert page.locator(".conversation").is_visible() is (kind == "question")
    source = page.locator(".print-only").inner_text()
    assert f"{address}/en/posts/{number}/printed-{kind}" in source
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize(("number", "kind"), list(enumerate(KINDS, start=1)))
def test_a_post_stays_whole_with_larger_and_wider_set_text(
    address: str, chromium: Browser, number: int, kind: str
) -> None:
    context = chromium.new_context(bypass_csp=True)
    page = context.new_page()
    too_wide = {}
    for width, style in ((320, ""), (320, SPACED), (640, LARGE)):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{address}/en/posts/{number}")
        page.add_style_tag(content=style or "/* nothing */")
        too_wide[width, style] = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    context.close()
    assert {look: pixels for look, pixels in too_wide.items() if pixels > 0} == {}, kind
