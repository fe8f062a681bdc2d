"""The style pages in a real browser: axe finds nothing, long words fit 320 pixels, larger text breaks nothing."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from forum.web.style import PARTS
from tests.journeys.looks import AXE, RUN_AXE, SPACED, TAGS
from tests.journeys.serving import environment_of, free_port, run_python, serving

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

PAGES = ["style", *(f"style/{part}" for part in PARTS)]
LARGE = ":root { font-size: 200% }"


@contextmanager
def site_of(folder: Path, network: Iterable[dict[str, Any]] = (), **settings: str) -> Iterator[str]:
    """A site of one's own, with these lines of the interchange format in it."""
    port = free_port()
    environment = environment_of(folder, port, **settings)
    lines = folder / "network.jsonl"
    lines.write_text("\n".join(json.dumps(line) for line in network), encoding="utf-8")
    run_python(environment, "forum", "import", str(lines), "--source", "journey")
    with serving(folder, port, environment) as address:
        yield address


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site for developing."""
    with site_of(tmp_path_factory.mktemp("style"), FORUM_DEVELOPMENT="1") as site:
        yield site


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A narrow window."""
    context = chromium.new_context(viewport={"width": 320, "height": 900}, bypass_csp=True)
    yield context.new_page()
    context.close()


def overflow(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def test_style_pages_are_open_to_everybody(address: str, page: Page) -> None:
    wrong: list[str] = []
    for place, name in enumerate(PAGES):
        page.set_viewport_size({"width": (320, 1280)[place % 2], "height": 900})
        page.goto(f"{address}/en/{name}")
        page.evaluate(AXE)
        wrong += [f"{name}: {one}" for one in page.evaluate(RUN_AXE, TAGS)]
    assert wrong == []


@pytest.mark.parametrize("language", ["de", "en-XA"])
def test_long_words_fit_a_small_telephone(address: str, page: Page, language: str) -> None:
    too_wide = {}
    for name in PAGES:
        page.goto(f"{address}/{language}/{name}")
        too_wide[name] = overflow(page)
    assert {name: pixels for name, pixels in too_wide.items() if pixels > 0} == {}


@pytest.mark.parametrize("want", ["spaced text", "large text", "forced colours", "more contrast"])
def test_what_readers_ask_of_their_browser_breaks_nothing(address: str, page: Page, want: str) -> None:
    page.emulate_media(
        forced_colors="active" if want == "forced colours" else None,
        contrast="more" if want == "more contrast" else None,
    )
    too_wide = {}
    for name in ("style", "style/forms", "style/cards", "style/lists", "style/navigation"):
        page.set_viewport_size({"width": 640 if want == "large text" else 320, "height": 900})
        page.goto(f"{address}/en/{name}")
        if want == "spaced text":
            page.add_style_tag(content=SPACED)
        if want == "large text":
            page.add_style_tag(content=LARGE)
        too_wide[name] = overflow(page)
    assert {name: pixels for name, pixels in too_wide.items() if pixels > 0} == {}
