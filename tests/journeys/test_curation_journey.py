"""From a story to a trusted practice: improved, reviewed, recommended, tried elsewhere; in a browser, with script and without."""

import re
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.serving import Site
from tests.journeys.test_journeys import choose_dutch, choose_theme
from tests.journeys.turning import turned_to

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

OpenBrowser = Callable[..., Page]
BODY = (
    "In onze {word} leren mensen elke week een nieuwe machine kennen. Wie het kan, legt het de volgende uit. "
    "Na een jaar werkt de helft zelfstandig."
)
BETTER = {
    "title": ("Mensen leren elkaar de machines in de {word}", "It names what is special."),
    "body": (BODY + " Wij tellen het elke maand.", "It helps to know how you count."),
}
OPINION = "Sober en helder beschreven. De figuren zijn klein, maar elke werkplaats kan dit morgen proberen."
LINK = re.compile(r"https?://\S+/opinions/\S+")


def test_a_practice_is_improved_reviewed_recommended_and_repeated(
    open_browser: OpenBrowser, site: Site, request: pytest.FixtureRequest
) -> None:
    word = "spinnerij" if "with script" in request.node.name else "weverij"
    title = BETTER["title"][0].format(word=word)

    author = open_browser("an@example.org", "/en/posts/new/practice")
    post(author, word)
    address = author.url

    moderator = open_browser("mia@example.org", address)
    suggest(moderator, word)
    accept(author)
    review(moderator, address, title)

    invite(moderator, f"eva-{word}@university.example")
    give_opinion(open_browser("", link_for(site, f"eva-{word}@university.example")), title)
    recommend(moderator)

    report(open_browser("giulia@example.org", address))
    report(open_browser("katrin@example.org", address))
    confirm_level(moderator, title)
    see_it_all(open_browser("", address), title)


def post(page: Page, word: str) -> None:
    """Share a practice in four fields; afterwards it is on the screen."""
    page.get_by_label("Title").fill(f"Leren in de {word}")
    page.locator("textarea[name=body]").fill(BODY.format(word=word))
    choose_theme(page)
    choose_dutch(page)
    page.get_by_role("button", name="Post", exact=True).click()
    page.get_by_role("link", name="Enough for now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Leren in de {word}")


def suggest(page: Page, word: str) -> None:
    """Suggest better words for two fields, and send both at once."""
    page.get_by_role("link", name="Improve this post together").click()
    for field, (text, why) in BETTER.items():
        page.get_by_label("Field").select_option(field)
        page.get_by_role("button", name="Suggest a change").click()
        page.locator("main textarea[name=text]").fill(text.format(word=word))
        page.get_by_label("Why?").fill(why)
        page.get_by_role("button", name="Keep the suggestion").click()
    page.get_by_role("button", name="Send 2 suggestions").click()
    expect(page.get_by_role("status").first).to_contain_text("The suggestions are sent.")


def accept(page: Page) -> None:
    """Accept both, let everybody read it once it is reviewed, and ask for another look: one click each."""
    page.reload()
    page.get_by_role("link", name="See the suggestions").click()
    for _suggestion in BETTER:
        page.get_by_role("button", name=re.compile("^Accept the suggestion")).first.click()
        expect(page.get_by_role("status").first).to_contain_text("Accepted.")
    page.get_by_role("button", name="Make it public after the review").click()
    page.get_by_role("button", name="Ask for another look").click()
    expect(page.get_by_role("status").first).to_contain_text("A moderator looks at your post again.")


def review(page: Page, address: str, title: str) -> None:
    """Find it on the desk, go through the checklist and mark it as reviewed."""
    page.goto("/en/review")
    turned_to(page, page.locator("main").get_by_role("link", name=title)).click()
    page.get_by_text("Check and mark as reviewed").click()
    for box in page.locator("input[name=checked]").all():
        box.check()
    page.get_by_role("button", name="Mark as reviewed").click()
    page.goto(address)
    expect(page.locator("main")).to_contain_text("Checked by a moderator")


def invite(page: Page, email: str) -> None:
    """Ask an expert from outside."""
    page.get_by_role("link", name="Experts").click()
    page.get_by_label("E-mail address of the expert").fill(email)
    page.get_by_label("Why this expert?").fill("You know how people learn at work.")
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.locator("main")).to_contain_text("No answer yet")


def link_for(site: Site, email: str) -> str:
    """The link in the mail to an expert; a mail is on its way within ten seconds."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        for text in filter(None, (text_to(email, place) for place in (site.folder / "data" / "mail").glob("*.eml"))):
            found = LINK.search(text)
            assert found, text
            return found[0]
        time.sleep(0.2)
    raise AssertionError(f"no mail to {email}")


def text_to(email: str, place: Path) -> str:
    """What a letter says in plain text, if it is to somebody."""
    letter = message_from_bytes(place.read_bytes(), policy=policy.default)
    plain = letter.get_body(("plain",))
    return str(plain.get_content()) if plain and letter["To"] == email else ""


def give_opinion(page: Page, title: str) -> None:
    """Read the practice without an account, and say what it is worth."""
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    page.get_by_label("Opinion", exact=True).fill(OPINION)
    for name, score in (("relevance", 3), ("evidence", 2), ("transferability", 3), ("equity", 3)):
        page.locator(f"input[name={name}][value='{score}']").check()
    page.locator("input[name=has_conflict][value=no]").check()
    page.get_by_label("Your name").fill("Eva Novak")
    page.get_by_label("Where you work").fill("University of Ljubljana")
    page.get_by_label("Readers may see my opinion").check()
    page.get_by_role("button", name="Send my opinion").click()
    expect(page.locator("main")).to_contain_text("You gave your opinion on")


def recommend(page: Page) -> None:
    """Read the opinion and decide."""
    page.reload()
    expect(page.locator("main")).to_contain_text(OPINION)
    page.get_by_role("button", name="Recommend this post").click()
    expect(page.get_by_role("status").first).to_contain_text(re.compile("recommended", re.IGNORECASE))


def report(page: Page) -> None:
    """Tell in three answers that it worked elsewhere, for everybody to read."""
    page.get_by_role("link", name="We tried this").click()
    page.get_by_label("It runs with us").check()
    page.get_by_label("It worked", exact=True).check()
    page.locator("input[name=permission][value=public]").check()
    page.get_by_role("button", name="Post your report").first.click()
    expect(page.get_by_role("status").first).to_contain_text("Thank you")


def confirm_level(page: Page, title: str) -> None:
    """Follow the proposal on the desk, and confirm what it says."""
    page.goto("/en/review")
    row = page.locator(".desk-list > li").filter(has_text="Proposal: level 4").filter(has_text=title)
    turned_to(page, row.get_by_role("link", name="Judge the evidence")).click()
    expect(page.locator("main")).to_contain_text("it worked in 2 other organisations, in 2 countries. That is enough")
    expect(page.get_by_label("4 · Repeated")).to_be_checked()
    page.get_by_label(re.compile("I read the reports")).check()
    page.get_by_role("button", name="Save the level").click()
    expect(page.get_by_role("status").first).to_contain_text("The level of evidence is saved")


def see_it_all(page: Page, title: str) -> None:
    """What a visitor reads in the end."""
    main = page.locator("main")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    for words in (
        "Recommended",
        "Improved after review: 2 changes",
        "Repeated",
        "Tried by 2 organisations in 2 countries: 2 worked.",
        OPINION,
        "Eva Novak",
    ):
        expect(main).to_contain_text(words)
