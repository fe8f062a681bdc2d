"""Editing a posted post: versions, conflicts with both texts, rows without a script, and the questions after posting."""

from collections.abc import Callable
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from forum.core.db import db
from forum.library.content import content_from, content_of
from forum.library.kinds import KINDS
from forum.library.models import Post, PostVersion
from forum.library.operations.versions import changed_fields
from forum.library.operations.writing import edit_field
from tests import factories
from tests.conftest import Cast
from tests.web.test_posting import fields_of, the_post

Browsers = Callable[[Any], FlaskClient]

RUNNING = {"stage": "running"}
REQUIRED = {"practice": RUNNING, "policy": {"jurisdiction": "eu", "policy_status": "adopted"}}
ROWS = [{"indicator": "Found a job", "value": "14", "unit": "people", "period": "2025", "source": "own"}]
FILLED = RUNNING | {
    "problem": "Nobody hired them.",
    "numbers": ROWS,
    "people_supported": 48,
    "staff_fte": 2.5,
    "visit_us": False,
    "visit_languages": ["nl", "en"],
    "transfer_needs": ["law", "partner"],
    "cost_band": 3,
    "evidence_claimed": 0,
    "started_on": "2019-03-01",
}


def versions() -> list[PostVersion]:
    return list(db.session.scalars(select(PostVersion).order_by(PostVersion.number)))


def edited(browser: FlaskClient, post: Post, **changes: Any) -> Any:
    """The answer after the form was fetched, changed and sent."""
    address = f"/posts/{post.id}/edit"
    return browser.post(address, data=fields_of(browser.get(address).text) | {"action": "save"} | changes)


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_that_is_sent_as_it_was_shown_changes_nothing(cast: Cast, browser_of: Browsers, kind: str) -> None:
    details = FILLED if kind == "practice" else REQUIRED.get(kind, {"source_url": "https://example.org"})
    details = {} if kind == "question" else details
    post = factories.make_post(
        cast.an,
        cast.sluis,
        kind=kind,
        title="A title",
        summary="In short.",
        body="# A heading\n\nAnd <b>a text</b> that is long enough to be posted.",
        language="nl",
        details=details,
        themes=("reuse-repair", "young-people", "finance"),
        countries=("NL", "CA"),
        visibility="public",
        licence="all-rights",
    )
    answer = edited(browser_of(cast.an), post)
    assert answer.status_code == 303
    assert [changed_fields(content_from(one.content), content_of(the_post())) for one in versions()] == []
    assert the_post().details == details


def test_a_change_makes_a_version_with_a_note(cast: Cast, browser_of: Browsers) -> None:
    post = factories.make_post(cast.an, cast.sluis, title="Before", details=FILLED)
    answer = edited(browser_of(cast.bert), post, title="After", note="Clearer words", people_supported="1 250")
    assert answer.status_code == 303
    assert answer.location == f"/posts/{post.id}/after"
    assert (the_post().title, the_post().details["people_supported"]) == ("After", 1250)
    version = versions()[0]
    assert (version.content["title"], version.note, version.editor_id) == ("Before", "Clearer words", cast.bert.id)


def test_nothing_foreign_is_edited(cast: Cast, browser_of: Browsers) -> None:
    post = factories.make_post(cast.an, cast.sluis, details=RUNNING)
    edited(browser_of(cast.bert), post, title="Edited", status="archived", author_id=cast.bert.id, review="reviewed")
    after = the_post()
    assert (after.title, after.status, after.author_id, after.review) == ("Edited", "published", cast.an.id, "new")


def test_who_may_open_the_form(cast: Cast, browser_of: Browsers) -> None:
    post = factories.make_post(cast.an, cast.sluis)
    closed = factories.make_post(cast.an, cast.sluis, visibility="organisation")
    wanted = {"an": (200, 200), "bert": (200, 200), "chiara": (403, 404), "mia": (403, 404), "noor": (403, 404)}
    for name, statuses in wanted.items():
        browser = browser_of(getattr(cast, name))
        assert tuple(browser.get(f"/posts/{one.id}/edit").status_code for one in (post, closed)) == statuses, name
        posted = browser.post(f"/posts/{post.id}/edit", data={"title": "Changed", "revision": "1"}).status_code
        assert (posted in (403, 404)) is (name not in ("an", "bert")), name
    assert browser_of(None).get(f"/posts/{post.id}/edit").status_code == 302


def test_two_editors_at_once_see_both_texts(cast: Cast, browser_of: Browsers) -> None:
    post = factories.make_post(cast.an, cast.sluis, title="A workshop", details=RUNNING)
    an, bert = browser_of(cast.an), browser_of(cast.bert)
    address = f"/posts/{post.id}/edit"
    mine = fields_of(an.get(address).text) | {"title": "A workshop for bicycles", "action": "save"}
    edited(bert, post, title="A workshop in Ghent")
    answer = an.post(address, data=mine)
    assert answer.status_code == 409
    page = lxml.html.fromstring(answer.text)
    assert page.find(".//title").text.startswith("Error: ")
    shown = page.xpath("//*[@aria-labelledby='conflict']")[0].text_content()
    assert "in Ghent" in shown
    assert "for bicycles" in shown
    assert "[taken out:" in shown
    again = fields_of(answer.text)
    assert again["title"] == ["A workshop for bicycles"]
    assert the_post().title == "A workshop in Ghent"
    assert an.post(address, data=again | {"action": "save"}).status_code == 303
    assert the_post().title == "A workshop for bicycles"
    assert [one.content["title"] for one in versions()] == ["A workshop", "A workshop in Ghent"]


def test_a_row_is_added_filled_and_taken_off_without_a_script(cast: Cast, browser_of: Browsers) -> None:
    post = factories.make_post(cast.an, cast.sluis, details=RUNNING | {"numbers": ROWS})
    browser, address = browser_of(cast.an), f"/posts/{post.id}/edit"
    shown = fields_of(browser.get(address).text)
    assert "numbers-1-value" not in shown
    more = browser.post(address, data=shown | {"title": "Typed so far", "add": "numbers"})
    assert more.status_code == 200
    again = fields_of(more.text)
    assert again["title"] == ["Typed so far"]
    assert again["numbers-1-value"] == [""]
    assert lxml.html.fromstring(more.text).xpath("//section[@id='part-results']//input[@name='numbers-1-value']")
    assert versions() == []
    browser.post(address, data=again | {"numbers-1-indicator": "Stayed", "numbers-1-value": "9", "action": "save"})
    assert [row["value"] for row in the_post().details["numbers"]] == ["14", "9"]
    last = {"numbers": "2", "numbers-1-indicator": "Stayed", "numbers-1-value": "9"}
    emptied = {f"numbers-0-{name}": "" for name in ROWS[0]} | last
    edited(browser, post, **emptied)
    assert the_post().details["numbers"] == [{"indicator": "Stayed", "value": "9"}]
    edited(browser, post, **{"numbers-0-indicator": "", "numbers-0-value": "", "numbers": "1"})
    assert "numbers" not in the_post().details


def test_mistakes_open_their_section(cast: Cast, browser_of: Browsers) -> None:
    post = factories.make_post(cast.an, cast.sluis, details=FILLED)
    answer = edited(browser_of(cast.an), post, people_supported="many", staff_fte="1,250")
    assert answer.status_code == 422
    page = lxml.html.fromstring(answer.text)
    links = page.xpath("//*[@id='error-summary']//a/@href")
    assert links == ["#field-people_supported", "#field-staff_fte"]
    assert page.xpath("//section[@id='part-results']//*[@id='field-people_supported']")
    assert fields_of(answer.text)["people_supported"] == ["many"]


def test_a_preview_of_an_edit_saves_nothing(cast: Cast, browser_of: Browsers) -> None:
    post = factories.make_post(cast.an, cast.sluis, details=RUNNING)
    answer = edited(browser_of(cast.an), post, body="The *new* text is long enough for everybody.", action="preview")
    assert answer.status_code == 200
    assert lxml.html.fromstring(answer.text).xpath("//*[@aria-labelledby='preview']//em/text()") == ["new"]
    assert versions() == []


def test_moderators_edit_nothing_of_others(cast: Cast, browser_of: Browsers) -> None:
    post = factories.make_post(cast.an, cast.sluis)
    assert browser_of(cast.ada).post(f"/posts/{post.id}/edit", data={"title": "Mine"}).status_code == 403


@pytest.mark.parametrize("kind", KINDS)
def test_after_posting_one_question_is_asked_at_a_time(cast: Cast, browser_of: Browsers, kind: str) -> None:
    details = REQUIRED.get(kind, {})
    post = factories.make_post(cast.an, cast.sluis, kind=kind, details=details)
    browser, address, asked = browser_of(cast.an), f"/posts/{post.id}/next", []
    for _step in range(20):
        page = lxml.html.fromstring(browser.get(address).text)
        fields = page.xpath("//input[@name='field']/@value")
        if not fields:
            break
        asked += fields
        address = page.xpath("//main//a[starts-with(normalize-space(), 'Skip')]/@href")[0]
    assert asked == list(KINDS[kind].nudges)
    assert "Thank you, that is all" in browser.get(address).text


ANSWERS = {
    "summary": "Two sentences.",
    "target_groups": "young-people",
    "problem": "Nobody hired them.",
    "results": "They found work.",
    "how_it_works": "Step by step.",
    "what_went_wrong": "Too large a group.",
    "staff_fte": "2,5",
    "legal_frame": "The decree.",
    "conditions_for_success": "A coach.",
    "transferability": "Yes.",
    "evidence_claimed": "1",
}


def test_every_answer_is_saved_and_never_asked_again(cast: Cast, browser_of: Browsers) -> None:
    post = factories.make_post(cast.an, cast.sluis, details=RUNNING, themes=("reuse-repair",))
    browser, address, told = browser_of(cast.an), f"/posts/{post.id}/next", []
    for _step in range(20):
        page = lxml.html.fromstring(browser.get(address).text)
        fields = page.xpath("//input[@name='field']/@value")
        if not fields:
            break
        revision = page.xpath("//input[@name='revision']/@value")[0]
        told += fields
        answer = browser.post(address, data={"field": fields[0], "revision": revision, fields[0]: ANSWERS[fields[0]]})
        assert answer.status_code == 303
    assert told == list(ANSWERS)
    after = the_post()
    assert after.summary == "Two sentences."
    assert [link.concept.key for link in after.concepts] == ["reuse-repair", "young-people"]
    assert after.details["staff_fte"] == 2.5
    assert after.details["evidence_claimed"] == 1


def test_a_wrong_answer_is_given_back_and_no_answer_is_a_skip(cast: Cast, browser_of: Browsers) -> None:
    post = factories.make_post(cast.an, cast.sluis, details=RUNNING)
    browser, address = browser_of(cast.an), f"/posts/{post.id}/next"
    wrong = browser.post(address, data={"field": "staff_fte", "revision": 1, "staff_fte": "many"})
    assert wrong.status_code == 422
    assert "Write a number, like 12 or 3.5." in wrong.text
    assert 'value="many"' in wrong.text
    skipped = browser.post(address, data={"field": "summary", "revision": 1, "summary": ""})
    assert skipped.location.endswith("?skip=summary")
    assert versions() == []


def test_an_answer_to_an_edited_post_is_given_back_once(cast: Cast, browser_of: Browsers) -> None:
    post = factories.make_post(cast.an, cast.sluis, details=RUNNING)
    browser, address = browser_of(cast.an), f"/posts/{post.id}/next"
    edit_field(cast.actor("bert"), post.id, "problem", "Bert's answer.", 1)
    late = browser.post(address, data={"field": "summary", "revision": 1, "summary": "An's answer."})
    assert late.status_code == 409
    revision = lxml.html.fromstring(late.text).xpath("//input[@name='revision']/@value")[0]
    sent = {"field": "summary", "revision": revision, "summary": "An's answer."}
    assert browser.post(address, data=sent).status_code == 303
    assert the_post().summary == "An's answer."


def test_only_questions_of_the_kind_are_answered_by_those_who_may_edit(cast: Cast, browser_of: Browsers) -> None:
    post = factories.make_post(cast.an, cast.sluis, details=RUNNING)
    address = f"/posts/{post.id}/next"
    for name in ("status", "author_id", "title", "people_supported", ""):
        sent = {"field": name, "revision": 1, name or "x": "x"}
        assert browser_of(cast.an).post(address, data=sent).status_code == 404, name
    assert browser_of(cast.chiara).get(address).status_code == 403
    assert browser_of(cast.chiara).post(address, data={"field": "summary", "summary": "x"}).status_code == 403
    draft = factories.make_post(cast.an, cast.sluis, status="draft")
    assert browser_of(cast.an).get(f"/posts/{draft.id}/next").location == f"/posts/{draft.id}/edit"
