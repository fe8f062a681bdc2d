"""Posting from the tiny form: four fields, a preview, a draft; sent twice it is one post, and nothing foreign gets in."""

from collections.abc import Callable
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from forum.core.db import db
from forum.library.kinds import KINDS
from forum.library.models import Post
from tests import factories
from tests.conftest import Cast

Browsers = Callable[[Any], FlaskClient]

PRACTICE = {
    "title": "Een fietsatelier dat mecaniciens opleidt",
    "body": "Wij leiden in een jaar fietsmecaniciens op, met een coach voor elke acht mensen in het atelier.",
    "themes": "reuse-repair",
    "stage": "running",
}
FORMS = {
    "practice": PRACTICE,
    "research": PRACTICE | {"source_url": "https://example.org/study"},
    "policy": PRACTICE | {"jurisdiction": "regional", "policy_status": "in_force"},
    "question": PRACTICE,
    "news": PRACTICE,
}


def the_post() -> Post:
    return db.session.scalars(select(Post)).one()


def fields_of(html: str) -> dict[str, Any]:
    """What a browser would send back of the form about a post, as it was shown."""
    form = lxml.html.fromstring(html).xpath("//form[@data-draft]")[0]
    return {name: values for name in {one for one in form.fields if one} if (values := _values(form, name)) is not None}


def _values(form: Any, name: str) -> Any:
    inputs = form.xpath(f".//*[@name='{name}']")
    sent = []
    for one in inputs:
        if one.tag == "button" or (one.get("type") in ("checkbox", "radio") and one.get("checked") is None):
            continue
        sent.append(one.value if one.tag in ("select", "textarea") else one.get("value", ""))
    return [(value or "").removeprefix("\n") for value in sent] or None


def labels_of(html: str) -> set[str]:
    return {" ".join(one.text_content().split()) for one in lxml.html.fromstring(html).iter("label", "legend")}


def test_the_five_kinds_are_offered_in_plain_words(cast: Cast, client: FlaskClient, browser_of: Browsers) -> None:
    answer = client.get("/posts/new")
    assert answer.status_code == 200
    assert "This is for members" in answer.text
    page = lxml.html.fromstring(browser_of(cast.an).get("/posts/new").text)
    assert [link.get("href") for link in page.xpath("//main//h2/a")] == [f"/posts/new/{kind}" for kind in KINDS]
    assert "Join your organisation first" in browser_of(cast.noor).get("/posts/new").text


@pytest.mark.parametrize("kind", KINDS)
def test_a_post_takes_a_few_fields(cast: Cast, browser_of: Browsers, kind: str) -> None:
    browser = browser_of(cast.an)
    shown = browser.get(f"/posts/new/{kind}")
    assert shown.status_code == 200
    sent = fields_of(shown.text) | FORMS[kind] | {"action": "post"}
    answer = browser.post(f"/posts/new/{kind}", data=sent)
    post = the_post()
    assert answer.status_code == 303
    assert answer.location == f"/posts/{post.id}/next"
    assert (post.status, post.kind, post.visibility, post.language) == ("published", kind, "members", "nl")
    assert (post.author_id, post.organisation_id) == (cast.an.id, cast.sluis.id)
    assert [place.country for place in post.countries] == ["BE"]
    assert [link.concept.key for link in post.concepts] == ["reuse-repair"]
    told = browser.get(answer.location).text
    assert "Only members can see this." in told
    assert "Dutch" in told


@pytest.mark.parametrize("kind", KINDS)
def test_four_fields_alone_are_enough(cast: Cast, browser_of: Browsers, kind: str) -> None:
    assert browser_of(cast.an).post(f"/posts/new/{kind}", data=FORMS[kind]).status_code == 303
    assert (the_post().status, the_post().language) == ("published", "nl")


def test_the_form_says_on_whose_behalf_and_who_will_see_it(cast: Cast, browser_of: Browsers) -> None:
    text = browser_of(cast.an).get("/posts/new/practice").text
    assert "Posted on behalf of De Sluis." in text
    assert "Only people of De Sluis can see this." in text
    assert "Only members can see this." in text


def test_who_belongs_to_several_organisations_chooses_one(cast: Cast, browser_of: Browsers) -> None:
    factories.make_membership(cast.an, cast.filo)
    browser = browser_of(cast.an)
    page = lxml.html.fromstring(browser.get("/posts/new/news").text)
    assert page.xpath("//select[@name='organisation']/option/@value") == [str(cast.sluis.id), str(cast.filo.id)]
    assert browser.post("/posts/new/news", data=PRACTICE).status_code == 422
    assert browser.post("/posts/new/news", data=PRACTICE | {"organisation": cast.filo.id}).status_code == 303
    assert the_post().organisation_id == cast.filo.id


@pytest.mark.parametrize("who", ["visitor", "noor"])
def test_who_is_no_member_cannot_post(cast: Cast, browser_of: Browsers, who: str) -> None:
    browser = browser_of(None if who == "visitor" else cast.noor)
    assert browser.get("/posts/new/practice").status_code in (302, 403)
    answer = browser.post("/posts/new/practice", data=PRACTICE)
    assert answer.status_code in (401, 403)
    assert PRACTICE["title"] in answer.text
    assert db.session.scalars(select(Post)).all() == []


def test_a_kind_that_does_not_exist_is_missing(cast: Cast, browser_of: Browsers) -> None:
    assert browser_of(cast.an).get("/posts/new/poem").status_code == 404


def test_what_is_missing_is_said_and_nothing_typed_is_lost(cast: Cast, browser_of: Browsers) -> None:
    browser = browser_of(cast.an)
    answer = browser.post("/posts/new/policy", data={"title": "x" * 130, "body": "Too short", "visibility": "public"})
    assert answer.status_code == 422
    page = lxml.html.fromstring(answer.text)
    assert page.find(".//title").text.startswith("Error: ")
    links = page.xpath("//*[@id='error-summary']//a/@href")
    assert links == ["#field-title"]
    for link in links:
        assert page.xpath(f"//*[@id='{link[1:]}']")
    assert "x" * 130 in answer.text
    sent = fields_of(answer.text)
    assert (sent["body"], sent["visibility"]) == (["Too short"], ["public"])
    again = browser.post("/posts/new/policy", data=sent | {"title": "A title", "action": "post"})
    assert again.status_code == 422
    found = lxml.html.fromstring(again.text).xpath("//*[@id='error-summary']//a/@href")
    assert found == ["#field-body", "#field-themes", "#field-jurisdiction", "#field-policy_status"]
    for link in found:
        assert lxml.html.fromstring(again.text).xpath(f"//*[@id='{link[1:]}']"), link
    assert db.session.scalars(select(Post)).all() == []


def test_a_form_sent_twice_is_one_post(cast: Cast, browser_of: Browsers) -> None:
    browser = browser_of(cast.an)
    sent = fields_of(browser.get("/posts/new/practice").text) | PRACTICE | {"action": "post"}
    first, second = (browser.post("/posts/new/practice", data=sent) for _time in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert the_post().title == PRACTICE["title"]


def test_who_goes_back_and_posts_the_same_again_has_posted_it_once(cast: Cast, browser_of: Browsers) -> None:
    browser = browser_of(cast.an)
    first, second = (
        browser.post("/posts/new/practice", data=fields_of(page) | PRACTICE | {"action": "post"})
        for page in [browser.get("/posts/new/practice").text for _time in range(2)]
    )
    assert first.location == second.location
    assert the_post().title == PRACTICE["title"]


def test_the_same_words_for_another_organisation_are_another_post(cast: Cast, browser_of: Browsers) -> None:
    factories.make_membership(cast.an, cast.filo)
    browser = browser_of(cast.an)
    for organisation in (cast.sluis, cast.filo):
        sent = fields_of(browser.get("/posts/new/practice").text) | PRACTICE | {"action": "post"}
        browser.post("/posts/new/practice", data=sent | {"organisation": str(organisation.id)})
    assert sorted(db.session.scalars(select(Post.organisation_id))) == sorted([cast.sluis.id, cast.filo.id])


def test_a_text_changed_after_posting_is_given_back(cast: Cast, browser_of: Browsers) -> None:
    browser = browser_of(cast.an)
    sent = fields_of(browser.get("/posts/new/practice").text) | PRACTICE | {"action": "post"}
    browser.post("/posts/new/practice", data=sent)
    answer = browser.post("/posts/new/practice", data=sent | {"title": "A second thought"})
    assert answer.status_code == 409
    assert "A second thought" in answer.text


def test_nothing_foreign_gets_in(cast: Cast, browser_of: Browsers) -> None:
    foreign = {
        "status": "hidden",
        "review": "reviewed",
        "author_id": cast.bert.id,
        "organisation_id": cast.filo.id,
        "published_at": "2001-01-01",
        "body_html": "<script>",
        "revision": "99",
        "version": "99",
        "featured_at": "2026-01-01",
        "comment_count": "9",
        "details": "x",
        "translation_of_id": "1",
    }
    assert browser_of(cast.an).post("/posts/new/practice", data=PRACTICE | foreign).status_code == 303
    post = the_post()
    assert (post.status, post.review, post.author_id, post.organisation_id) == (
        "published",
        "new",
        cast.an.id,
        cast.sluis.id,
    )
    assert (post.featured_at, post.comment_count, post.translation_of_id) == (None, 0, None)
    assert post.published_at is not None
    assert post.published_at.year > 2001
    assert post.details == {"stage": "running"}
    assert "<script" not in post.body_html


def test_a_foreign_organisation_or_theme_is_refused(cast: Cast, browser_of: Browsers) -> None:
    browser = browser_of(cast.an)
    assert browser.post("/posts/new/practice", data=PRACTICE | {"organisation": cast.filo.id}).status_code == 422
    assert browser.post("/posts/new/practice", data=PRACTICE | {"themes": "no-such-theme"}).status_code == 422
    assert browser.post("/posts/new/practice", data=PRACTICE | {"themes": "young-people"}).status_code == 422
    draft_of_bert = factories.make_post(cast.bert, cast.sluis, status="draft")
    assert browser.post("/posts/new/practice", data=PRACTICE | {"draft_id": draft_of_bert.id}).status_code == 404


def test_a_preview_shows_the_text_keeps_a_draft_and_ticks_themes(cast: Cast, browser_of: Browsers) -> None:
    browser = browser_of(cast.an)
    sent = fields_of(browser.get("/posts/new/practice").text) | PRACTICE | {"themes": [], "action": "preview"}
    sent["body"] = "We repair **bicycles** and run a circular repair workshop for reuse and repair of goods."
    answer = browser.post("/posts/new/practice", data=sent)
    assert answer.status_code == 200
    page = lxml.html.fromstring(answer.text)
    assert page.xpath("//*[@aria-labelledby='preview']//strong/text()") == ["bicycles"]
    assert "reuse-repair" in page.xpath("//input[@name='themes'][@checked]/@value")
    assert the_post().status == "draft"
    again = fields_of(answer.text)
    assert again["draft_id"] == [str(the_post().id)]
    assert again["language"] == ["en"]
    assert browser.post("/posts/new/practice", data=again | {"action": "post"}).status_code == 303
    assert (the_post().status, the_post().language) == ("published", "en")


def test_saving_a_draft_leads_to_its_whole_form(cast: Cast, browser_of: Browsers) -> None:
    browser = browser_of(cast.an)
    answer = browser.post("/posts/new/practice", data={"title": "Half a", "action": "draft"})
    assert answer.status_code == 303
    assert answer.location == f"/posts/{the_post().id}/edit"
    shown = browser.get(answer.location)
    assert "The draft is saved." in shown.text
    assert fields_of(shown.text)["title"] == ["Half a"]
    assert "The problem (optional)" not in labels_of(shown.text)
    opened = browser.post(answer.location, data=fields_of(shown.text) | {"add": "part-story"}).text
    assert "The problem (optional)" in labels_of(opened)
    assert fields_of(opened)["title"] == ["Half a"]


def test_bodies_of_a_hundred_kilobytes_fit_and_larger_ones_are_given_back(cast: Cast, browser_of: Browsers) -> None:
    browser = browser_of(cast.an)
    longest = ("Wij herstellen fietsen. " * 5000)[:100_000].strip()
    assert browser.post("/posts/new/practice", data=PRACTICE | {"body": longest}).status_code == 303
    assert the_post().body == longest
    answer = browser.post("/posts/new/practice", data=PRACTICE | {"body": "y" * 100_001})
    assert answer.status_code == 422
    assert "y" * 100_001 in answer.text


def test_the_world_comes_on_asking(cast: Cast, browser_of: Browsers) -> None:
    browser = browser_of(cast.an)
    shown = browser.get("/posts/new/practice").text
    assert 'value="CA"' not in shown
    asked = browser.post("/posts/new/practice", data=fields_of(shown) | PRACTICE | {"add": "world"})
    assert asked.status_code == 200
    assert 'value="CA"' in asked.text
    assert PRACTICE["title"] in asked.text
    sent = fields_of(asked.text) | {"countries": ["BE", "CA"], "action": "post"}
    assert browser.post("/posts/new/practice", data=sent).status_code == 303
    assert [place.country for place in the_post().countries] == ["BE", "CA"]


def test_the_enter_key_never_posts(cast: Cast, browser_of: Browsers) -> None:
    page = lxml.html.fromstring(browser_of(cast.an).get("/posts/new/practice").text)
    first = page.xpath("//form[@data-draft]//button")[0]
    assert (first.get("name"), first.get("value")) == ("action", "preview")
