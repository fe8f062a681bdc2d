"""The main job in every interface language, with script and without, by the words that people see."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from forum.core.languages import INTERFACE_LANGUAGES, native_name
from tests.journeys.finding import find
from tests.journeys.turning import turned_to
from tests.journeys.words import Words, words_of

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

OpenBrowser = Callable[..., Page]
BODY = (
    "Elke week leert iemand een machine kennen. Wie het kan, legt het de volgende uit. Zo blijft het werk van iedereen."
)
POSTED = "Thank you, it is posted. %(audience)s The language of the text: %(language)s."
ANOTHER = {code: INTERFACE_LANGUAGES[place - 1] for place, code in enumerate(INTERFACE_LANGUAGES)}


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
def test_a_practice_is_posted_found_discussed_and_moderated_in(
    language: str, open_browser: OpenBrowser, request: pytest.FixtureRequest
) -> None:
    say = words_of(language)
    mark = f"{language}{'scripted' if 'with script' in request.node.name else 'plain'}"
    title = f"Werkplaats {mark}"
    author = open_browser("an@example.org", f"/{language}/posts/new/practice")
    post(author, say, title)
    moderate(open_browser("mia@example.org", f"/{language}/review"), say, title)
    colleague = open_browser("giulia@example.org", f"/{language}/")
    find(colleague, mark, title, language).click()
    comment(colleague, say, title)
    switch(colleague, language)
    choose(colleague, say, language)


def post(page: Page, say: Words, title: str) -> None:
    """Post in four fields."""
    page.get_by_role("textbox", name=say("Title"), exact=True).fill(title)
    page.locator("textarea[name=body]").fill(BODY)
    page.locator("input[name=themes][type=checkbox]").first.check()
    page.get_by_role("button", name=say("Post"), exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text(say(POSTED).partition("%")[0].strip())


def moderate(page: Page, say: Words, title: str) -> None:
    """Mark it as reviewed, at the desk."""
    turned_to(page, page.get_by_role("button", name=f"{say('Mark as reviewed')} {title}")).click()
    expect(page.get_by_role("button", name=f"{say('Undo')} {say('Marked as reviewed')}")).to_be_visible()


def comment(page: Page, say: Words, title: str) -> None:
    """Comment on the post that is open, and mention its author."""
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.get_by_label(say("Your comment"), exact=True).fill("Grazie @An Peeters, lo facciamo anche noi a Bologna.")
    page.get_by_role("button", name=say("Post your comment"), exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text(say("Your comment is posted."))
    expect(page.locator("article.comment").last.get_by_role("link", name="@An Peeters")).to_be_visible()


def switch(page: Page, language: str) -> None:
    """Read the same page in another language, and come back."""
    page.get_by_role("link", name=native_name(ANOTHER[language]), exact=True).first.click()
    expect(page.locator("html")).to_have_attribute("lang", ANOTHER[language])
    page.get_by_role("link", name=native_name(language), exact=True).first.click()
    expect(page.locator("html")).to_have_attribute("lang", language)


def choose(page: Page, say: Words, language: str) -> None:
    """Say what I do, in my profile."""
    page.goto(f"/{language}/profile")
    page.get_by_label(say("Your work")).fill("Coach")
    page.get_by_role("button", name=say("Save my profile"), exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text(say("Your profile is saved."))
