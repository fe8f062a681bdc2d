"""Every kind of page in a real browser: axe finds nothing, nothing scrolls sideways, no link is dead, the console is silent."""

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys.conftest import Site, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

Visit = Callable[[str], BrowserContext]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
POST = "post"  # stands for the address of the one post that everybody may read
FOR_VISITORS = (
    f" search search?q=nothinglikethis themes themes/work-integration overview organisations organisations/il-filo sign-in sign-up"
    f" {POST} posts/new collections log help accessibility privacy not-here"
).split(" ")
FOR_MEMBERS = f"{POST} posts/new/practice posts/new/policy profile organisations/il-filo".split()
FOR_MODERATORS = f"review {POST} vocabulary".split()
PAGES = {"": FOR_VISITORS, "giulia@example.org": FOR_MEMBERS, "mia@example.org": FOR_MODERATORS}
CROWDED = ("", "search", POST, "posts/new/practice", "review")  # axe looks at these twice
WIDE_LIGHT, NARROW_DARK = (1280, "light"), (320, "dark")


@pytest.fixture(scope="module")
def visit(chromium: Browser, site: Site) -> Iterator[Visit]:
    """A function that gives the browser of a visitor (no address) or of somebody signed in; each signs in once."""
    contexts: dict[str, BrowserContext] = {}

    def context_of(email: str) -> BrowserContext:
        if email not in contexts:
            contexts[email] = chromium.new_context(base_url=site.url, locale="en-GB")
            contexts[email].set_default_timeout(10_000)
            if email:
                page = contexts[email].new_page()
                sign_in(page, email)
                page.close()
        return contexts[email]

    yield context_of
    for context in contexts.values():
        context.close()


def address(context: BrowserContext, name: str) -> str:
    """Where a page is."""
    if name != POST:
        return f"/en/{name}"
    found = context.request.get("/en/api/v1/search?q=sartoria").json()
    return f"/en/posts/{found['items'][0]['id']}"


def findings(page: Page) -> list[str]:
    """What axe has to say: the rule, and the first place that breaks it."""
    answer = Axe().run(page, options=RULES).response
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in answer["violations"]]


def problems_of(page: Page, looks: tuple[tuple[int, str], ...]) -> Iterator[str]:
    """What is wrong with the page that is open, seen in each of these widths and schemes."""
    heading = re.sub(r"\s+", " ", page.locator("h1").inner_text()).strip()
    title = page.title().removeprefix("Error: ")
    if not title.startswith(f"{heading} – "):
        yield f"the title “{title}” does not begin with the heading “{heading}”"
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        yield from (f"{width} px, {scheme}: {one}" for one in findings(page))
    page.set_viewport_size({"width": 320, "height": 900})
    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if over > 0:
        yield f"{over} px too wide for 320 px"


@pytest.mark.parametrize("email", PAGES, ids=["visitor", "member", "moderator"])
def test_pages_are_open_to_everybody(email: str, visit: Visit) -> None:
    context = visit(email)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
    page.on("console", lambda message: wrong.append(f"console: {message.text}") if message.type == "error" else None)
    for place, name in enumerate(PAGES[email]):
        page.goto(address(context, name))
        looks = (WIDE_LIGHT, NARROW_DARK) if name in CROWDED else ((WIDE_LIGHT, NARROW_DARK)[place % 2],)
        wrong += [f"{name or 'home'}: {one}" for one in problems_of(page, looks)]
    page.close()
    assert [one for one in wrong if "status of 404" not in one] == []


def test_a_form_with_errors_is_open_to_everybody(visit: Visit) -> None:
    page = visit("giulia@example.org").new_page()
    page.goto("/en/posts/new/policy")
    page.get_by_role("button", name="Post", exact=True).click()
    assert page.title().startswith("Error: ")
    assert list(problems_of(page, (NARROW_DARK,))) == []
    page.close()


@pytest.mark.parametrize("email", PAGES, ids=["visitor", "member", "moderator"])
def test_no_link_is_dead(email: str, visit: Visit) -> None:
    context = visit(email)
    page = context.new_page()
    links: set[str] = set()
    for name in PAGES[email]:
        page.goto(address(context, name))
        hrefs = page.locator("a[href]").evaluate_all("links => links.map(link => link.href.split('#')[0])")
        links |= {one for one in hrefs if "/en/" in one and "not-here" not in one}
    page.close()
    answers = {link: context.request.get(link).status for link in sorted(links)}
    assert {link: status for link, status in answers.items() if status >= 400} == {}
