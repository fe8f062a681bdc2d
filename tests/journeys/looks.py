"""What must hold on every page in every state, whatever it shows: each check gives sentences about what is wrong."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

from tests.journeys.visiting import Visit

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice", "wcag2aaa"]
RUN_AXE = """tags => axe.run({runOnly: tags, resultTypes: ['violations'], iframes: false})
    .then(found => found.violations.map(one => `${one.id}: ${one.nodes.length} × ${one.nodes[0].html.slice(0, 200)}`))"""
LOOKS = ((1280, "light"), (320, "light"), (320, "dark"), (1280, "dark"))
HEIGHT = 900
TOO_WIDE = """() => {
    const over = document.documentElement.scrollWidth - innerWidth;
    if (over <= 0) return '';
    const wide = [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > innerWidth + 1);
    return `${over} px: ${wide.slice(-1).map(one => one.outerHTML.slice(0, 160))}`;
}"""
CUT_OFF = """() => [...document.querySelectorAll('body *')].filter(one => {
    const style = getComputedStyle(one), words = [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    const isExcerpt = style.webkitLineClamp !== 'none';  // it ends in dots, and its heading leads to the whole
    return words && !isExcerpt && one.clientWidth > 1 && one.checkVisibility() && ['hidden', 'clip'].includes(style.overflowX)
        && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1);
}).map(one => one.outerHTML.slice(0, 160))"""
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
    p { margin-block-end: 2em !important; }"""
WEAR = """css => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = css ? [sheet] : [];
}"""


def problems_of(visit: Visit) -> Iterator[str]:
    """Everything that is wrong with an open page."""
    page = visit.page
    if visit.status != visit.state.status:
        yield f"status {visit.status} instead of {visit.state.status}"
    yield from title_problems(page, has_errors=visit.status == 422)
    page.evaluate(AXE)
    for width, scheme in LOOKS:
        show(page, width, scheme)
        yield from (f"{width} px, {scheme}: {one}" for one in page.evaluate(RUN_AXE, TAGS))
    show(page, 320)
    yield from text_problems(page, "320 px")
    yield from worn(page, SPACED, "320 px, text spaced")
    show(page, 1280)
    yield from worn(page, "html { font-size: 200% !important; }", "1280 px, text of 200 %")
    yield from (one for one in visit.problems if not expected(one, visit.status))


def expected(problem: str, status: int) -> bool:
    """Whether the console only says, on a page of an error, that it is one."""
    return status >= 400 and "responded with a status of" in problem


def show(page: Page, width: int, scheme: Any = "light") -> None:
    """Look at a page through a window of this width, in this scheme."""
    page.set_viewport_size({"width": width, "height": HEIGHT})
    page.emulate_media(color_scheme=scheme)


def title_problems(page: Page, *, has_errors: bool) -> Iterator[str]:
    """One h1, with which the title begins; after an error, "Error:" in front and the summary first in main."""
    headings = page.locator("h1").all_inner_texts()
    title, error = page.title(), page.locator("main .error-summary").count()
    if len(headings) != 1:
        yield f"{len(headings)} headings of the first level"
    elif not title.removeprefix("Error: ").startswith(re.sub(r"\s+", " ", headings[0]).strip()):
        yield f"the title “{title}” does not begin with the heading “{headings[0]}”"
    if has_errors and not (title.startswith("Error: ") and error):
        yield f"errors without a summary, under the title “{title}”"


def worn(page: Page, css: str, name: str) -> Iterator[str]:
    """What is lost when a reader brings a style sheet of their own."""
    page.evaluate(WEAR, css)
    yield from text_problems(page, name)
    page.evaluate(WEAR, "")


def text_problems(page: Page, name: str) -> Iterator[str]:
    """What does not fit: a page that scrolls sideways, words that are cut off."""
    too_wide = page.evaluate(TOO_WIDE)
    if too_wide:
        yield f"{name}: too wide by {too_wide}"
    yield from (f"{name}: cut off: {one}" for one in page.evaluate(CUT_OFF))
