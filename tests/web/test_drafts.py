"""Drafts are kept from the first key stroke, listed, and thrown away by a page that says so."""

from collections.abc import Callable
from typing import Any

import lxml.html
from flask.testing import FlaskClient
from sqlalchemy import select

from forum.core.db import db
from forum.core.limits import forget_counts
from forum.library.models import FormDraft, Post
from tests import factories
from tests.conftest import Cast
from tests.web.test_posting import PRACTICE, fields_of, the_post

Browsers = Callable[[Any], FlaskClient]


def keep(browser: FlaskClient, address: str, **typed: Any) -> Any:
    return browser.post(address, data={"kind": "practice", **typed})


def test_the_first_key_stroke_makes_a_draft_and_the_next_ones_fill_it(cast: Cast, browser_of: Browsers) -> None:
    browser = browser_of(cast.an)
    first = keep(browser, "/posts/drafts", title="A", request_key="k")
    assert first.status_code == 200
    kept = first.json
    assert kept == {
        "id": the_post().id,
        "save_url": f"/posts/{kept['id']}/draft",
        "edit_url": f"/posts/{kept['id']}/edit",
        "revision": 1,
        "kept": "",
    }
    assert keep(browser, "/posts/drafts", title="A b", request_key="k").json["id"] == kept["id"]
    assert keep(browser, kept["save_url"], title="A bicycle", body="We").json["id"] == kept["id"]
    assert (the_post().status, the_post().title, the_post().body) == ("draft", "A bicycle", "We")
    assert db.session.scalars(select(FormDraft)).all() == []


def test_what_a_draft_cannot_take_is_kept_as_it_was_typed(cast: Cast, browser_of: Browsers) -> None:
    browser = browser_of(cast.an)
    kept = keep(browser, "/posts/drafts", title="x" * 130, body="The body is fine.", people_supported="many").json
    assert (the_post().title, the_post().body) == ("", "The body is fine.")
    sent = fields_of(browser.get(kept["edit_url"]).text)
    assert (sent["title"], sent["people_supported"]) == (["x" * 130], ["many"])
    keep(browser, kept["save_url"], title="Short", people_supported="12")
    assert fields_of(browser.get(kept["edit_url"]).text)["title"] == ["Short"]
    assert the_post().details["people_supported"] == 12
    assert db.session.scalars(select(FormDraft)).all() == []


def test_of_two_windows_with_one_draft_only_the_first_to_save_goes_on(cast: Cast, browser_of: Browsers) -> None:
    draft = factories.make_post(cast.an, cast.sluis, status="draft", title="T", body="Begun.")
    browser, address = browser_of(cast.an), f"/posts/{draft.id}/draft"
    shown = fields_of(browser.get(f"/posts/{draft.id}/edit").text)
    first = keep(browser, address, **shown | {"body": "By the first window."})
    assert first.json["revision"] == draft.revision
    second = keep(browser, address, **shown | {"body": "By the second window."})
    assert second.status_code == 409
    assert second.json["now"] == {"title": "T", "body": "By the first window."}
    assert "in another window" in second.json["title"]
    more = shown | {"body": "More by the first.", "revision": str(first.json["revision"])}
    assert keep(browser, address, **more).status_code == 200
    assert the_post().body == "More by the first."
    refused = browser.post(f"/posts/{draft.id}/edit", data=shown | {"body": "Sent by the second.", "action": "draft"})
    assert refused.status_code == 409
    apart = lxml.html.fromstring(refused.text).xpath("//*[@aria-labelledby='conflict']")[0].text_content()
    assert "More" in apart
    assert "Sent" in apart
    assert fields_of(refused.text)["body"] == ["Sent by the second."]
    assert the_post().body == "More by the first."
    knowingly = fields_of(refused.text) | {"action": "draft"}
    assert browser.post(f"/posts/{draft.id}/edit", data=knowingly).status_code == 303
    assert the_post().body == "Sent by the second."


def test_a_window_whose_answer_was_lost_is_not_taken_for_another(cast: Cast, browser_of: Browsers) -> None:
    draft = factories.make_post(cast.an, cast.sluis, status="draft", title="T", body="Begun.")
    browser, address = browser_of(cast.an), f"/posts/{draft.id}/draft"
    shown = fields_of(browser.get(f"/posts/{draft.id}/edit").text) | {"body": "Typed."}
    assert [keep(browser, address, **shown).status_code for _again in range(3)] == [200, 200, 200]


def test_two_windows_with_one_post_do_not_overwrite_each_other(cast: Cast, browser_of: Browsers) -> None:
    post = factories.make_post(cast.an, cast.sluis, title="Posted")
    browser, address = browser_of(cast.an), f"/posts/{post.id}/draft"
    shown = fields_of(browser.get(f"/posts/{post.id}/edit").text)
    first = keep(browser, address, **shown | {"title": "By the first"})
    assert first.status_code == 200
    assert keep(browser, address, **shown | {"title": "By the second"}).json["now"]["title"] == "By the first"
    again = fields_of(browser.get(f"/posts/{post.id}/edit").text)
    assert (again["title"], again["kept"]) == (["By the first"], [first.json["kept"]])
    assert keep(browser, address, **again | {"title": "Taken over"}).status_code == 200


def test_only_members_make_drafts_and_only_authors_fill_them(cast: Cast, browser_of: Browsers) -> None:
    assert keep(browser_of(None), "/posts/drafts", title="A").status_code == 401
    assert keep(browser_of(cast.noor), "/posts/drafts", title="A").status_code == 403
    draft = factories.make_post(cast.an, cast.sluis, status="draft", title="Mine")
    for person in (cast.bert, cast.chiara, cast.mia):
        assert keep(browser_of(person), f"/posts/{draft.id}/draft", title="Taken").status_code == 404
    assert keep(browser_of(cast.an), "/posts/drafts", kind="poem").status_code == 404
    assert the_post().title == "Mine"


def test_typing_into_a_posted_post_is_kept_apart(cast: Cast, browser_of: Browsers) -> None:
    post = factories.make_post(cast.an, cast.sluis, title="Posted", details={"stage": "running"})
    browser = browser_of(cast.bert)
    shown = browser.get(f"/posts/{post.id}/edit").text
    assert keep(browser, f"/posts/{post.id}/draft", **fields_of(shown) | {"title": "Better"}).status_code == 200
    assert the_post().title == "Posted"
    again = browser.get(f"/posts/{post.id}/edit").text
    assert "You did not send this yet" in again
    assert fields_of(again)["title"] == ["Better"]
    assert "You did not send this yet" not in browser_of(cast.an).get(f"/posts/{post.id}/edit").text
    sent = fields_of(again) | {"action": "save"}
    assert browser.post(f"/posts/{post.id}/edit", data=sent).status_code == 303
    assert the_post().title == "Better"
    assert "You did not send this yet" not in browser.get(f"/posts/{post.id}/edit").text


def test_what_was_sent_while_it_was_being_kept_is_not_offered_again(cast: Cast, browser_of: Browsers) -> None:
    post = factories.make_post(cast.an, cast.sluis, details={"stage": "running"})
    browser = browser_of(cast.an)
    shown = fields_of(browser.get(f"/posts/{post.id}/edit").text) | {"title": "Sent"}
    browser.post(f"/posts/{post.id}/edit", data=shown | {"action": "save"})
    keep(browser, f"/posts/{post.id}/draft", **shown)  # arrives late
    assert "You did not send this yet" not in browser.get(f"/posts/{post.id}/edit").text


def test_unsent_changes_are_forgotten_on_request(cast: Cast, browser_of: Browsers) -> None:
    post = factories.make_post(cast.an, cast.sluis, title="Posted")
    browser = browser_of(cast.an)
    keep(browser, f"/posts/{post.id}/draft", title="Half a thought")
    assert "Forget your unsent changes?" in browser.get(f"/posts/{post.id}/discard").text
    assert browser.post(f"/posts/{post.id}/discard").status_code == 303
    assert fields_of(browser.get(f"/posts/{post.id}/edit").text)["title"] == ["Posted"]
    assert the_post().title == "Posted"


def test_my_drafts_are_listed_and_thrown_away(cast: Cast, browser_of: Browsers, count_sql: Any) -> None:
    browser = browser_of(cast.an)
    assert "No drafts" in browser.get("/drafts").text
    for number in range(5):
        factories.make_post(cast.an, cast.sluis, status="draft", title=f"Draft {number}")
    factories.make_post(cast.bert, cast.sluis, status="draft", title="Of Bert")
    draft_id = factories.make_post(cast.an, cast.sluis, status="draft", title="").id
    with count_sql() as statements:
        text = browser.get("/drafts").text
    assert len(statements) <= 5
    assert all(f"Draft {number}" in text for number in range(5))
    assert "Without a title" in text
    assert "Of Bert" not in text
    assert "Throw this draft away?" in browser.get(f"/posts/{draft_id}/discard").text
    assert browser.post(f"/posts/{draft_id}/discard").location == "/drafts"
    assert db.session.get(Post, draft_id, populate_existing=True) is None
    assert browser_of(None).get("/drafts").status_code == 302


def test_a_post_is_not_thrown_away(cast: Cast, browser_of: Browsers) -> None:
    post = factories.make_post(cast.an, cast.sluis)
    browser_of(cast.an).post(f"/posts/{post.id}/discard")
    assert the_post().status == "published"


def test_a_draft_is_posted_from_its_whole_form(cast: Cast, browser_of: Browsers) -> None:
    browser = browser_of(cast.an)
    kept = keep(browser, "/posts/drafts", title="A").json
    shown = fields_of(browser.get(kept["edit_url"]).text)
    refused = browser.post(kept["edit_url"], data=shown | {"action": "post"})
    assert refused.status_code == 422
    sent = fields_of(refused.text) | PRACTICE | {"problem": "Nobody hired them.", "action": "post"}
    answer = browser.post(kept["edit_url"], data=sent)
    assert answer.location == f"/posts/{kept['id']}/next"
    assert (the_post().status, the_post().details["problem"]) == ("published", "Nobody hired them.")
    assert browser.post(kept["edit_url"], data=sent).status_code == 303
    assert len(db.session.scalars(select(Post)).all()) == 1


def test_a_declined_post_is_mended_and_posted_again(cast: Cast, browser_of: Browsers) -> None:
    post = factories.make_post(cast.an, cast.sluis, status="declined", status_reason="Too short.", body="Short.")
    browser = browser_of(cast.an)
    assert "Too short." in browser.get(f"/posts/{post.id}/{post.slug}").text
    sent = fields_of(browser.get(f"/posts/{post.id}/edit").text) | PRACTICE | {"action": "post"}
    assert browser.post(f"/posts/{post.id}/edit", data=sent).status_code == 303
    assert (the_post().status, the_post().status_reason) == ("published", "")


def test_a_text_suggests_themes_a_language_and_what_is_there_already(cast: Cast, browser_of: Browsers) -> None:
    forget_counts()
    public = factories.make_post(cast.bert, cast.sluis, title="A repair workshop for bicycles")
    factories.make_post(cast.bert, cast.sluis, title="Secret repair workshop for bicycles", visibility="organisation")
    typed = {
        "kind": "practice",
        "title": "Our repair workshop for bicycles",
        "body": "We run a workshop for the reuse and repair of bicycles and other goods, with young people.",
    }
    browser = browser_of(cast.chiara)
    found = browser.post("/posts/suggest", data=typed).json
    assert {"key": "reuse-repair", "label": found["themes"][0]["label"]} in found["themes"]
    assert found["language"] == {"code": "en", "name": "English"}
    assert [one["url"] for one in found["similar"]] == [f"/posts/{public.id}/{public.slug}"]
    empty = browser.post("/posts/suggest", data={"kind": "news"}).json
    assert empty == {"themes": [], "language": None, "similar": []}
    assert browser_of(None).post("/posts/suggest", data=typed).status_code == 401
    assert browser_of(cast.noor).post("/posts/suggest", data=typed).status_code == 403
