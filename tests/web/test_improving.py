"""The pages of the request conversation, the line about where a post stands, and the list of one's own posts."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from lxml.html import fromstring

from forum.core.db import db
from forum.curation.improving.models import Suggestion
from forum.library.models import Post
from forum.library.operations import curating
from forum.library.operations.texts import edit_text
from tests.conftest import Cast
from tests.factories import make_post, make_suggestion

BrowserOf = Callable[[Any], FlaskClient]
RUNNING = {"stage": "running"}


def text(answer: Any) -> str:
    """The words of a page, on one line."""
    return " ".join(fromstring(answer.text).xpath("//main")[0].text_content().split())


def test_the_conversation_is_closed_to_everybody_else(cast: Cast, browser_of: BrowserOf) -> None:
    post = make_post(cast.an, cast.sluis)
    assert browser_of(None).get(f"/posts/{post.id}/request").status_code == 302
    assert browser_of(cast.chiara).get(f"/posts/{post.id}/request").status_code == 404
    assert browser_of(cast.bert).get(f"/posts/{post.id}/request").status_code == 404
    for person in (cast.an, cast.dora, cast.mia):
        assert browser_of(person).get(f"/posts/{post.id}/request").status_code == 200


def test_a_draft_has_no_conversation_and_leads_to_none(cast: Cast, browser_of: BrowserOf) -> None:
    draft = make_post(cast.an, cast.sluis, status="draft", published_at=None)
    an = browser_of(cast.an)
    assert f"/posts/{draft.id}/request" not in an.get(f"/posts/{draft.id}/{draft.slug}").text
    assert an.get(f"/posts/{draft.id}/request").status_code == 404


def test_from_a_suggestion_to_an_improved_post(cast: Cast, browser_of: BrowserOf) -> None:
    post = make_post(cast.an, cast.sluis, title="Laundry", details=RUNNING)
    moderator, author = browser_of(cast.mia), browser_of(cast.an)
    address = f"/posts/{post.id}/request"
    form = moderator.get(f"{address}/suggest?field=title")
    assert "Laundry" in form.text
    sent = {"field": "title", "text": "A laundry that sings", "sentence": "It names what is special."}
    assert moderator.post(f"{address}/suggest", data=sent).status_code == 303
    assert "It names what is special." not in author.get(address).text
    assert moderator.post(f"{address}/send").status_code == 303
    assert "Accept or decline each one" in author.get(f"/posts/{post.id}/laundry").text
    page = fromstring(author.get(address).text)
    assert page.xpath("//ins//text()")
    accept = page.xpath("//form[contains(@action, '/accept')]/@action")[0]
    assert author.post(accept).status_code == 303
    assert author.post(f"{address}/again").status_code == 303
    found = db.session.get_one(Post, post.id)
    assert (found.title, found.review) == ("A laundry that sings", "new")
    assert "Improved after review: 1 change" in text(browser_of(None).get(f"/posts/{post.id}/a-laundry-that-sings"))
    assert "A suggestion was accepted" in author.get(f"/posts/{post.id}/history").text
    assert "answered the suggestions" in text(moderator.get(address))


def test_a_text_that_changed_meanwhile_is_shown_beside_the_suggestion(cast: Cast, browser_of: BrowserOf) -> None:
    post = make_post(cast.an, cast.sluis, title="Laundry", details=RUNNING)
    suggestion = make_suggestion(post, cast.mia, proposed="A laundry that sings")
    edited = edit_text(cast.actor("dora"), post.id, "title", "The laundry", post.revision)
    author = browser_of(cast.an)
    answer = author.post(f"/suggestions/{suggestion.id}/accept")
    assert answer.status_code == 409
    page = fromstring(answer.text)
    assert "The laundry" in "".join(page.xpath("//del//text()"))
    assert "sings" in "".join(page.xpath("//ins//text()"))
    words = {"text": "The laundry that sings", "revision": str(edited.revision)}
    assert author.post(f"/suggestions/{suggestion.id}/change", data=words).status_code == 303
    assert db.session.get_one(Post, post.id).title == "The laundry that sings"


def test_no_thanks_asks_why_beside_its_field(cast: Cast, browser_of: BrowserOf) -> None:
    post = make_post(cast.an, cast.sluis)
    suggestion = make_suggestion(post, cast.mia)
    author = browser_of(cast.an)
    refused = author.post(f"/suggestions/{suggestion.id}/decline", data={})
    assert refused.status_code == 422
    assert fromstring(refused.text).xpath(f"//a[@href='#field-because-{suggestion.id}']")
    because = {f"because-{suggestion.id}": "It is our name."}
    assert author.post(f"/suggestions/{suggestion.id}/decline", data=because).status_code == 303
    assert db.session.get_one(Suggestion, suggestion.id).state == "declined"
    assert "It is our name." in browser_of(cast.mia).get(f"/posts/{post.id}/request").text


def test_a_message_is_kept_while_it_is_typed_and_gone_from_the_form_when_sent(
    cast: Cast, browser_of: BrowserOf
) -> None:
    post = make_post(cast.an, cast.sluis)
    author, address = browser_of(cast.an), f"/posts/{post.id}/request"
    assert author.post(f"{address}/draft", data={"body": "Thank you, but"}).status_code == 200
    assert fromstring(author.get(address).text).xpath("//textarea[@name='body']")[0].text.strip() == "Thank you, but"
    assert author.post(address, data={"body": ""}).status_code == 422
    assert author.post(address, data={"body": "Thank you, **but** no."}).status_code == 303
    page = fromstring(author.get(address).text)
    assert page.xpath("//li[starts-with(@id, 'message-')]//strong/text()") == ["but"]
    assert not (page.xpath("//textarea[@name='body']")[0].text or "").strip()


def test_everybody_sees_that_results_changed_since_the_review_and_how(cast: Cast, browser_of: BrowserOf) -> None:
    details = RUNNING | {"results": "Ten people found work."}
    post = make_post(cast.an, cast.sluis, title="Laundry", review="reviewed", details=details)
    edit_text(cast.actor("an"), post.id, "results", "Forty people found work.", post.revision)
    assert "Changed since the review" in browser_of(None).get(f"/posts/{post.id}/laundry").text
    differences = fromstring(browser_of(None).get(f"/posts/{post.id}/history/since-review").text)
    assert "Forty" in "".join(differences.xpath("//ins//text()"))
    moderator = browser_of(cast.mia)
    assert "I looked at the changes" in moderator.get(f"/posts/{post.id}/laundry").text
    moderator.post(f"/posts/{post.id}/moderate/reviewed")
    assert "Changed since the review" not in browser_of(None).get(f"/posts/{post.id}/laundry").text
    assert browser_of(None).get(f"/posts/{post.id}/history/since-review").status_code == 404


def test_the_checklist_stands_beside_the_mark(cast: Cast, browser_of: BrowserOf) -> None:
    post = make_post(cast.an, cast.sluis, title="Laundry")
    page = fromstring(browser_of(cast.mia).get(f"/posts/{post.id}/laundry").text)
    assert len(page.xpath("//form[contains(@action, 'moderate/reviewed')]//input[@name='checked']")) == 7


def test_an_author_agrees_that_the_post_may_be_public_once_reviewed(cast: Cast, browser_of: BrowserOf) -> None:
    post = make_post(cast.an, cast.sluis, visibility="members")
    assert browser_of(cast.mia).post(f"/posts/{post.id}/request/public", data={"agreed": "1"}).status_code == 403
    browser_of(cast.an).post(f"/posts/{post.id}/request/public", data={"agreed": "1"})
    curating.mark_review(cast.actor("mia"), post.id, "reviewed")
    assert db.session.get_one(Post, post.id).visibility == "public"


def test_my_posts_say_where_each_stands_within_their_budget(
    cast: Cast, browser_of: BrowserOf, count_sql: Callable[[], Any]
) -> None:
    for review in ("new", "changes_suggested", "reviewed", "recommended", "needs_recheck", "in_expert_review"):
        post = make_post(cast.an, cast.sluis, review=review)
    make_suggestion(post, cast.mia)
    author = browser_of(cast.an)
    with count_sql() as statements:
        page = text(author.get("/posts/mine"))
    assert "6 posts" in page
    assert "within five working days" in page
    assert "1 suggestion waits for an answer" in page
    assert len(statements) <= 6
    assert "Nothing posted yet" in text(browser_of(cast.chiara).get("/posts/mine"))
    assert author.get("/posts/mine?page=9").status_code == 404


def test_the_conversation_stays_within_its_sql_budget(
    cast: Cast, browser_of: BrowserOf, count_sql: Callable[[], Any]
) -> None:
    post = make_post(cast.an, cast.sluis)
    for _number in range(12):
        make_suggestion(post, cast.mia)
    author = browser_of(cast.an)
    author.post(f"/posts/{post.id}/request", data={"body": "Thank you."})
    with count_sql() as statements:
        assert author.get(f"/posts/{post.id}/request").status_code == 200
    assert len(statements) <= 14
