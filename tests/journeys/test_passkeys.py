"""Passkeys in a real browser, with Chromium's virtual authenticator: added, used alone, used as the second step, refused."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import PASSWORD
from tests.journeys.serving import environment_of, free_port, run_python, serving

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

EVE = "eve@example.org"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def named_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site whose address has a name, since passkeys are bound to one; Eve moderates it, and needs a second step."""
    folder, port = tmp_path_factory.mktemp("passkeys"), free_port()
    more = {"FORUM_BASE_URL": f"http://localhost:{port}", "FORUM_REQUIRE_SECOND_FACTOR": "1"}
    environment = environment_of(folder, port) | more
    who = ("--email", EVE, "--name", "Eve", "--role", "moderator", "--password-stdin")
    run_python(environment, "forum", "person", "add", *who, given=PASSWORD + "\n")
    with serving(folder, port, environment):
        yield f"http://localhost:{port}"


@pytest.fixture
def page(chromium: Browser, named_site: str) -> Iterator[Page]:
    """A browser whose console stays clean."""
    context = chromium.new_context(base_url=named_site, locale="en-GB")
    found, problems = context.new_page(), []
    found.set_default_timeout(10_000)
    found.on("console", lambda told: problems.append(told.text) if told.type == "error" else None)
    found.on("pageerror", lambda error: problems.append(str(error)))
    yield found
    context.close()
    assert problems == []


class Device:
    """The virtual authenticator of a page."""

    def __init__(self, page: Page):
        self.wire = page.context.new_cdp_session(page)
        self.wire.send("WebAuthn.enable", {"enableUI": False})
        self.id = self.wire.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]

    def credentials(self) -> Any:
        """What it holds."""
        return self.wire.send("WebAuthn.getCredentials", {"authenticatorId": self.id})["credentials"]

    def forget_the_finger(self) -> None:
        """Let whoever holds the device not be its owner."""
        self.wire.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": False})


def give_password(page: Page) -> None:
    page.goto("/en/sign-in")
    page.get_by_label("E-mail address").fill(EVE)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    page.locator(".account-menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()


def test_a_moderator_adds_a_passkey_and_comes_in_with_it_alone_and_as_second_step(page: Page) -> None:
    device = Device(page)
    give_password(page)
    expect(page).to_have_url(re.compile("/profile/second-step$"))
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name of the passkey").fill("My laptop")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    assert [one["isResidentCredential"] for one in device.credentials()] == [True]
    page.get_by_role("link", name="Review", exact=True).click()
    expect(page).to_have_url(re.compile("/review$"))

    sign_out(page)
    page.goto("/en/sign-in?next=/en/profile/second-step")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="My laptop")).to_be_visible()
    assert device.credentials()[0]["signCount"] == 2

    sign_out(page)
    give_password(page)
    expect(page.get_by_role("heading", name="The second step")).to_be_visible()
    device.forget_the_finger()
    page.get_by_role("button", name="Use my passkey").click()
    expect(page.get_by_role("alert")).to_have_text("The passkey was not used. Try again, or use another way.")
    expect(page).to_have_url(re.compile("/sign-in/second-step"))


def test_without_a_script_the_page_says_so_and_offers_the_password(chromium: Browser, named_site: str) -> None:
    context = chromium.new_context(base_url=named_site, java_script_enabled=False)
    page = context.new_page()
    page.goto("/en/sign-in")
    expect(page.get_by_text("Passkeys need JavaScript")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_have_count(0)
    expect(page.get_by_label("Password", exact=True)).to_be_visible()
    context.close()
