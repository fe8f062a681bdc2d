"""Single sign-on in a real browser, with script and without: to a provider of another site and back again."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.accounts.sso.running import introduce, provider_running
from tests.journeys.conftest import PASSWORD, sign_in
from tests.journeys.serving import Site, environment_of, free_port, run_python, serving

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

AN = "an@example.org"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """A provider whose host is another than the site's: for browsers that is another site."""
    with provider_running("localhost") as address:
        yield address


@pytest.fixture
def site(provider: str, tmp_path: Path) -> Iterator[Site]:
    """A site that knows the provider, and An."""
    port = free_port()
    more = {"FORUM_OIDC_ISSUER": provider, "FORUM_OIDC_CLIENT_ID": "passerelle", "FORUM_OIDC_CLIENT_SECRET": "a secret",
            "FORUM_OIDC_NAME": "Bridge", "FORUM_OPEN_SIGNUP": "1"}  # fmt: skip
    environment = environment_of(tmp_path, port, **more)
    run_python(
        environment,
        *("forum", "person", "add", "--email", AN, "--name", "An Peeters", "--role", "member", "--password-stdin"),
        given=PASSWORD + "\n",
    )
    with serving(tmp_path, port, environment) as url:
        yield Site(url, tmp_path)


@pytest.fixture(params=[True, False], ids=["with script", "script off"])
def browser(request: pytest.FixtureRequest, chromium: Browser, site: Site) -> Iterator[Callable[[], Page]]:
    """A function that opens a browser of somebody's own. Whatever a page of the site has to complain about fails the test."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def open_page() -> Page:
        context = chromium.new_context(base_url=site.url, java_script_enabled=request.param, locale="en-GB")
        contexts.append(context)
        context.route(re.compile("jsdelivr"), lambda route: route.fulfill(body="", content_type="text/css"))
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    # What Chromium says of every page that has no transitions, as the provider's, and follows one that has.
    problems = [one for one in problems if "ViewTransition opt-in disabled" not in one]
    assert "\n".join(problems) == ""


def sign_in_there(page: Page, subject: str) -> None:
    """On the page of the provider."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Authorize Client")
    page.get_by_placeholder("sub").fill(subject)
    page.get_by_role("button", name="Authorize").click()


def let_the_proof_grow_old(site: Site) -> None:
    """As if everybody had shown yesterday that it is them."""
    with closing(sqlite3.connect(site.folder / "data" / "forum.sqlite3", timeout=20)) as database, database:
        database.execute("UPDATE sessions SET proved_at = '2026-01-01 09:00:00.000000'")


def test_an_account_is_linked_after_the_password_was_asked_again_and_opened_from_then_on(
    browser: Callable[[], Page], site: Site, provider: str, request: pytest.FixtureRequest
) -> None:
    introduce(provider, "an-there", email=AN, email_verified=True)
    page = browser()
    sign_in(page, AN)
    let_the_proof_grow_old(site)
    page.goto("/en/profile/sign-on")
    page.get_by_role("link", name="Link my account").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    if "script off" in request.node.name:
        page.get_by_role("link", name="Go on").click()
    sign_in_there(page, "an-there")
    page.get_by_role("button", name="Link my account").click()
    expect(page.get_by_role("status").first).to_contain_text("Linked. From now on you can sign in with Bridge.")

    another = browser()
    another.goto("/en/sign-in?next=/en/organisations")
    another.get_by_role("link", name="Sign in with Bridge").click()
    sign_in_there(another, "an-there")
    if "script off" in request.node.name:
        another.get_by_role("button", name="Go on").click()
    expect(another).to_have_url(re.compile("/en/organisations$"))
    expect(another.locator(".account-menu summary")).to_contain_text("An Peeters")


def test_whoever_says_no_at_the_provider_is_back_at_signing_in_and_is_told(browser: Callable[[], Page]) -> None:
    page = browser()
    page.goto("/en/sign-in")
    page.get_by_role("link", name="Sign in with Bridge").click()
    page.get_by_role("button", name="Deny").click()
    expect(page).to_have_url(re.compile("/en/sign-in$"))
    expect(page.get_by_role("status").first).to_contain_text("You did not sign in with Bridge. Nothing has changed.")


def test_somebody_new_gets_an_account_with_the_address_that_the_provider_has_verified(
    browser: Callable[[], Page], provider: str
) -> None:
    introduce(provider, "dora-there", email="dora@example.org", email_verified=True, name="Dora Novak")
    page = browser()
    page.goto("/en/sign-in")
    page.get_by_role("link", name="Sign in with Bridge").click()
    sign_in_there(page, "dora-there")
    expect(page.locator("main")).to_contain_text("dora@example.org")
    expect(page.get_by_label("Name")).to_have_value("Dora Novak")
    page.locator("main [type=submit]").first.click()
    expect(page.locator(".account-menu summary")).to_contain_text("Dora Novak")
