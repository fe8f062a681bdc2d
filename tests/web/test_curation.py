"""What moderators do to posts, reports by readers, and the log. The desk: `test_desk.py`."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml.html import fromstring

from forum.core.db import db
from forum.curation.models import Flag
from forum.library.models import Post, PostVersion
from forum.organisations.operations.organisations import close_organisation
from forum.vocabulary.operations import move_concept
from tests.conftest import Cast
from tests.factories import concept, make_comment, make_post, make_role

BrowserOf = Callable[[Any], FlaskClient]


def test_a_moderator_marks_a_post_as_reviewed_and_the_log_says_so(cast: Cast, browser_of: BrowserOf) -> None:
    post = make_post(cast.an, cast.sluis, title="The laundry that sings")
    answer = browser_of(cast.mia).post(f"/posts/{post.id}/moderate/reviewed")
    assert answer.status_code == 303
    found = db.session.get_one(Post, post.id)
    assert (found.review, found.reviewed_by_id) == ("reviewed", cast.mia.id)
    assert found.check_by is not None
    log = browser_of(None).get("/log").text
    assert "Mia reviewed" in log
    assert "The laundry that sings" in log


@pytest.mark.parametrize("name", ["visitor", "an", "chiara", "noor"])
def test_only_moderators_curate(cast: Cast, browser_of: BrowserOf, name: str) -> None:
    post = make_post(cast.an, cast.sluis)
    browser = browser_of(None if name == "visitor" else getattr(cast, name))
    for action in ("reviewed", "lock", "feature", "hide", "decline"):
        answer = browser.post(f"/posts/{post.id}/moderate/{action}", data={"reason": "No."})
        assert answer.status_code in (401, 403)
    found = db.session.get_one(Post, post.id)
    assert (found.status, found.review, found.locked_at, found.featured_at) == ("published", "new", None, None)


def test_hiding_needs_a_reason_and_is_undone_by_restoring(cast: Cast, browser_of: BrowserOf) -> None:
    post = make_post(cast.an, cast.sluis, title="The laundry that sings")
    moderator = browser_of(cast.mia)
    without = moderator.post(f"/posts/{post.id}/moderate/hide", data={"reason": "  "})
    assert without.status_code == 422
    assert "Give a reason" in without.text
    moderator.post(f"/posts/{post.id}/moderate/hide", data={"reason": "It names a client."})
    assert db.session.get_one(Post, post.id).status == "hidden"
    moderator.post(f"/posts/{post.id}/moderate/restore")
    assert db.session.get_one(Post, post.id).status == "published"


def test_the_log_names_a_hidden_post_only_to_those_who_may_read_it(cast: Cast, browser_of: BrowserOf) -> None:
    post = make_post(cast.an, cast.sluis, title="The laundry that sings")
    browser_of(cast.mia).post(f"/posts/{post.id}/moderate/hide", data={"reason": "It names a client."})
    for stranger in (None, cast.chiara):
        log = browser_of(stranger).get("/log").text
        assert "Mia hid a post" in " ".join(log.split())
        assert "laundry" not in log
        assert "names a client" not in log
    for insider in (cast.an, cast.mia):
        assert "It names a client." in browser_of(insider).get("/log").text


def test_the_log_is_silent_about_posts_of_another_organisation(cast: Cast, browser_of: BrowserOf) -> None:
    make_role(cast.dora, "moderator")
    post = make_post(cast.chiara, cast.filo, visibility="organisation")
    make_role(cast.chiara, "moderator")
    browser_of(cast.chiara).post(f"/posts/{post.id}/moderate/lock")
    assert "Chiara" in browser_of(cast.chiara).get("/log").text
    assert "Chiara" not in browser_of(None).get("/log").text


def test_a_moderator_moves_a_post_to_other_themes_and_the_former_state_is_kept(
    cast: Cast, browser_of: BrowserOf
) -> None:
    post = make_post(cast.an, cast.sluis, themes=("work-integration", "young-people"))
    moderator = browser_of(cast.mia)
    none = moderator.post(f"/posts/{post.id}/moderate/themes", data={})
    assert none.status_code == 422
    moderator.post(f"/posts/{post.id}/moderate/themes", data={"themes": [str(concept("job-coaching").id)]})
    keys = {link.concept.key for link in db.session.get_one(Post, post.id).concepts}
    assert keys == {"job-coaching", "young-people"}
    assert db.session.query(PostVersion).filter_by(post_id=post.id).count() == 1


def test_a_reader_reports_a_post_once_and_a_moderator_closes_the_report(cast: Cast, browser_of: BrowserOf) -> None:
    post = make_post(cast.an, cast.sluis, title="The laundry that sings")
    reader = browser_of(cast.chiara)
    for _time in range(2):
        assert (
            reader.post(f"/posts/{post.id}/flag", data={"reason": "outdated", "note": "The law changed."}).status_code
            == 303
        )
    flag = db.session.query(Flag).one()
    desk = browser_of(cast.mia).get("/review").text
    assert "The law changed." in desk
    browser_of(cast.mia).post(f"/flags/{flag.id}/resolve", data={"outcome": "acted"})
    assert db.session.get_one(Flag, flag.id).outcome == "acted"
    assert "The law changed." not in browser_of(cast.mia).get("/review").text


def test_a_report_needs_a_reason_and_keeps_what_was_typed(cast: Cast, browser_of: BrowserOf) -> None:
    post = make_post(cast.an, cast.sluis)
    answer = browser_of(cast.chiara).post(f"/posts/{post.id}/flag", data={"note": "The law changed."})
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert "The law changed." in answer.text


def test_a_comment_can_be_reported_but_not_through_another_post(cast: Cast, browser_of: BrowserOf) -> None:
    post, other = make_post(cast.an, cast.sluis), make_post(cast.an, cast.sluis)
    comment = make_comment(post, cast.bert)
    reader = browser_of(cast.chiara)
    assert reader.post(f"/posts/{other.id}/flag", data={"reason": "unkind", "comment": comment.id}).status_code == 404
    assert reader.post(f"/posts/{post.id}/flag", data={"reason": "unkind", "comment": comment.id}).status_code == 303


def test_a_featured_post_stands_among_the_collections(cast: Cast, browser_of: BrowserOf) -> None:
    post = make_post(cast.an, cast.sluis, title="The laundry that sings")
    assert "laundry" not in browser_of(None).get("/collections").text
    browser_of(cast.mia).post(f"/posts/{post.id}/moderate/feature")
    assert "The laundry that sings" in browser_of(None).get("/collections").text


def test_desk_and_log_stay_within_their_sql_budgets(
    cast: Cast, browser_of: BrowserOf, count_sql: Callable[[], Any]
) -> None:
    for _number in range(30):
        post = make_post(cast.an, cast.sluis)
    browser = browser_of(cast.mia)
    browser.post(f"/posts/{post.id}/moderate/lock")
    for path, budget in (("/review", 12), ("/log", 8)):
        with count_sql() as statements:
            assert browser.get(path).status_code == 200
        assert len(statements) <= budget, path


def test_the_log_leads_to_concepts_and_organisations(cast: Cast, browser_of: BrowserOf) -> None:
    theme = concept("finance")
    move_concept(cast.actor("mia"), theme.id, theme.revision, concept("work-integration").id)
    close_organisation(cast.actor("ada"), cast.filo.id)
    links = fromstring(browser_of(None).get("/log").text).xpath("//ol//a/@href")
    assert links == [f"/organisations/{cast.filo.id}", "/themes/finance"]
