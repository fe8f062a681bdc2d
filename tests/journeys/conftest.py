"""A real site for real browsers: `forum serve` with its worker, on a data directory of its own, and Debian's Chromium."""

import json
import os
from collections.abc import Callable, Iterator, Mapping

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.journeys import visiting
from tests.journeys.serving import CHROMIUM, Site, environment_of, free_port, launch, run_python, serving, showroom
from tests.journeys.visiting import Visitors

PASSWORD = "a quiet bridge at dawn"
NETWORK = [
    {
        "type": "organisation",
        "ref": "net",
        "name": "Threshold Europe",
        "kind": "network",
        "country": "BE",
        "language": "en",
    },
    {"type": "organisation", "ref": "sluis", "name": "De Sluis", "parent": "net", "country": "BE", "language": "nl"},
    {"type": "organisation", "ref": "filo", "name": "Il Filo", "parent": "net", "country": "IT", "language": "it"},
    {"type": "organisation", "ref": "neuland", "name": "Neuland", "parent": "net", "country": "DE", "language": "de"},
    {
        "type": "post",
        "ref": "old",
        "kind": "practice",
        "title": "Una sartoria che forma",
        "language": "it",
        "organisation": "filo",
        "body": "In sartoria lavoriamo con persone che cercano un primo lavoro, passo dopo passo.",
        "countries": ["IT"],
        "themes": ["work-integration"],
        "visibility": "public",
        "published_at": "2026-01-05T09:00:00Z",
    },
]
PEOPLE = (("an@example.org", "An Peeters", "member", "De Sluis"), ("giulia@example.org", "Giulia Ferrari", "member", "Il Filo"),
          ("katrin@example.org", "Katrin Vogel", "member", "Neuland"),
          ("mia@example.org", "Mia Moderator", "moderator", "Threshold Europe"))  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give more time to what may be the first to wait for the sites to be made, on a machine with other work."""
    for item in items:
        if "sites" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site, with four people in four organisations."""
    folder = tmp_path_factory.mktemp("journey")
    port = free_port()
    environment = environment_of(folder, port)
    network = folder / "network.jsonl"
    network.write_text("\n".join(json.dumps(line) for line in NETWORK), encoding="utf-8")
    run_python(environment, "forum", "import", str(network), "--source", "journey")
    for email, name, role, organisation in PEOPLE:
        who = ("--email", email, "--name", name, "--role", role, "--organisation", organisation)
        run_python(environment, "forum", "person", "add", *who, "--password-stdin", given=PASSWORD + "\n")
    with serving(folder, port, environment) as url:
        yield Site(url, folder)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; without it the journeys are skipped, but never on CI."""
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing; .ci/run installs it")
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Site]]:
    """A site that has one of everything, and one that has nothing yet."""
    folder = tmp_path_factory.mktemp("sites")
    with showroom(folder / "full") as full, showroom(folder / "empty", empty=True) as empty:
        yield {"showroom": full, "empty": empty}


@pytest.fixture(scope="module")
def people(chromium: Browser, sites: Mapping[str, Site]) -> Iterator[Visitors]:
    """Everybody, each with a browser of their own."""
    with visiting.visitors(chromium, sites) as opened:
        yield opened


@pytest.fixture(params=[True, False], ids=["with script", "script off"])
def open_browser(request: pytest.FixtureRequest, chromium: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """A function that opens a browser of somebody's own, signed in when an address is given. Fails on any console error."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def open_page(email: str = "", path: str = "/en/", width: int = 1280) -> Page:
        context = chromium.new_context(
            base_url=site.url,
            java_script_enabled=request.param,
            viewport={"width": width, "height": 900},
            locale="en-GB",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        if email:
            sign_in(page, email)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [problem for problem in problems if "status of 4" not in problem] == []


def sign_in(page: Page, email: str) -> None:
    """Sign somebody in through the page."""
    page.goto("/en/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "sign-in" not in url)
