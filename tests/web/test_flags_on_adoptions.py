"""What organisations tell of trying a practice can be reported, decided on with reasons, and looked at again."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from forum.adoption.models import Adoption
from forum.adoption.operations import withdraw_adoption
from forum.core.db import db
from forum.core.errors import Conflict, Denied, Invalid, Missing
from forum.curation.models import NOTE_LENGTH, Decision, Flag
from forum.curation.operations.appeals import decide_appeal, make_appeal
from forum.curation.operations.decisions import Statement, decide_on_adoption, decide_on_post
from forum.curation.operations.flags import raise_flag, raise_notice, resolve_flag
from forum.library.models import Post
from forum.organisations.queries import actor_for
from tests.conftest import Cast
from tests.factories import make_adoption, make_membership, make_organisation, make_person, make_post, make_role
from tests.web.test_decisions import letters, second_moderator, words

BrowserOf = Callable[[Any], FlaskClient]
WHY = Statement(reason="It names a colleague.")
__all__ = ["letters"]


@pytest.fixture
def post(cast: Cast) -> Post:
    return make_post(cast.an, cast.sluis, title="A sorting table", details={"stage": "running"})


@pytest.fixture
def told(cast: Cast, post: Post) -> Adoption:
    return make_adoption(post, cast.filo, cast.chiara, permission="public")


def hidden(told: Adoption) -> bool:
    db.session.rollback()
    return db.session.get_one(Adoption, told.id).hidden_at is not None


def test_a_report_that_is_flagged_waits_on_the_desk_and_is_decided_on(
    cast: Cast, post: Post, told: Adoption, browser_of: BrowserOf, letters: Any
) -> None:
    reader, moderator = browser_of(cast.an), browser_of(cast.mia)
    page = reader.get(f"/adoptions/{told.id}").text
    assert f"/posts/{post.id}/flag?adoption={told.id}" in page
    form = {"adoption": told.id, "reason": "unkind", "note": "It names a colleague."}
    assert "Something is wrong with this report" in reader.get(f"/posts/{post.id}/flag?adoption={told.id}").text
    sent = reader.post(f"/posts/{post.id}/flag", data=form)
    assert sent.location == f"/adoptions/{told.id}"
    desk = moderator.get("/review?kind=flag").text
    assert "About a report of who tried it" in desk
    assert f"/posts/{post.id}/decide?adoption={told.id}" in desk
    assert "It names a colleague." in words(moderator.get(f"/posts/{post.id}/decide?adoption={told.id}"))
    decided = {"adoption": told.id, "action": "hide", "ground": "rules", "reason": "Say it without the name."}
    assert moderator.post(f"/posts/{post.id}/decide", data=decided).location == "/review"
    assert hidden(told)
    sent_to = {letter.to: letter for letter in letters()}
    assert set(sent_to) == {cast.chiara.email, cast.an.email}
    assert "hid something that you wrote" in sent_to[cast.chiara.email or ""].text
    assert browser_of(None).get("/log").text.count("hid a report on") == 1
    decision = db.session.scalars(db.select(Decision)).one()
    statement = words(browser_of(cast.chiara).get(f"/decisions/{decision.id}"))
    assert "Report of Il Filo" in statement
    assert "Say it without the name." in statement


def test_visitors_report_what_is_against_the_law(cast: Cast, post: Post, told: Adoption, browser_of: BrowserOf) -> None:
    visitor = browser_of(None)
    assert f"/posts/{post.id}/notice?adoption={told.id}" in visitor.get(f"/adoptions/{told.id}").text
    form = {"adoption": told.id, "why": "It is a lie.", "name": "Rosa", "email": "rosa@example.org", "good_faith": "1"}
    sent = visitor.post(f"/posts/{post.id}/notice", data=form)
    assert f"On a report on post {post.id}" in words(visitor.get(sent.location))
    flag = db.session.scalars(db.select(Flag)).one()
    assert flag.adoption_id == told.id
    with pytest.raises(Conflict):
        resolve_flag(cast.actor("mia"), flag.id, "dismissed")


def test_flags_on_a_report_and_on_its_practice_are_decided_apart(cast: Cast, post: Post, told: Adoption) -> None:
    on_report = raise_flag(cast.actor("an"), post.id, None, "unkind", adoption_id=told.id)
    on_post = raise_flag(cast.actor("an"), post.id, None, "wrong")
    assert on_report.id != on_post.id
    assert raise_flag(cast.actor("an"), post.id, None, "unkind", adoption_id=told.id).id == on_report.id
    decide_on_post(cast.actor("mia"), post.id, "none", Statement(reason="It is right."))
    assert db.session.get_one(Flag, on_report.id).resolved_at is None
    decide_on_adoption(cast.actor("mia"), told.id, "none", Statement(reason="It is kind."))
    assert db.session.get_one(Flag, on_report.id).outcome == "dismissed"


def test_a_report_for_another_reason_is_another_one_and_more_words_are_added(cast: Cast, post: Post) -> None:
    an = cast.actor("an")
    first = raise_flag(an, post.id, None, "spam", "It sells soap.")
    outdated = raise_flag(an, post.id, None, "outdated", "The law changed in May.")
    assert outdated.id != first.id
    for note in ("It sells soap.", "And candles.", "", "And candles."):
        assert raise_flag(an, post.id, None, "spam", note).id == first.id
    assert db.session.get_one(Flag, first.id).note == "It sells soap.\n\nAnd candles."
    with pytest.raises(Invalid):
        raise_flag(an, post.id, None, "spam", "x" * NOTE_LENGTH)
    assert outdated.note == "The law changed in May."


def test_nobody_reports_what_they_may_not_read(cast: Cast, post: Post, told: Adoption) -> None:
    other = make_post(cast.bert, cast.sluis)
    for_members = make_adoption(post, make_organisation("Third"), cast.noor, permission="members")
    with pytest.raises(Missing):
        raise_flag(cast.actor("an"), other.id, None, "spam", adoption_id=told.id)
    with pytest.raises(Missing):
        raise_flag(cast.actor("noor"), post.id, None, "spam", adoption_id=for_members.id)
    with pytest.raises(Missing):
        raise_notice(cast.actor("visitor"), post.id, why="x", in_good_faith=True, adoption_id=for_members.id)


def test_owners_of_the_practice_and_tellers_decide_nothing(cast: Cast, post: Post, told: Adoption) -> None:
    for person in (cast.bert, cast.chiara):
        make_role(person, "moderator")
    for name in ("bert", "chiara"):
        with pytest.raises(Denied, match="own organisation"):
            decide_on_adoption(cast.actor(name), told.id, "hide", WHY)
    assert not hidden(told)


def test_a_second_look_brings_a_hidden_report_back(
    cast: Cast, post: Post, told: Adoption, browser_of: BrowserOf
) -> None:
    decision = decide_on_adoption(cast.actor("mia"), told.id, "hide", WHY)
    colleague = make_person("Cara")
    make_membership(colleague, cast.filo)
    make_role(colleague, "moderator")
    appeal = make_appeal(cast.actor("chiara"), decision.id, "She agreed.", language="it")
    assert browser_of(colleague).get(f"/appeals/{appeal.id}").status_code == 403
    second = browser_of(second_moderator())
    assert "Report of Il Filo" in words(second.get(f"/appeals/{appeal.id}"))
    second.post(f"/appeals/{appeal.id}", data={"outcome": "reversed", "answer": "She did."})
    assert not hidden(told)


def test_who_reported_asks_for_a_second_look_too(cast: Cast, post: Post, told: Adoption, browser_of: BrowserOf) -> None:
    flag = raise_flag(cast.actor("an"), post.id, None, "unkind", adoption_id=told.id)
    decision = decide_on_adoption(cast.actor("mia"), told.id, "none", Statement(reason="It is kind."))
    appeal = make_appeal(cast.actor("an"), decision.id, "It is not.", flag_id=flag.id, language="nl")
    sara = make_person("Sara")
    make_role(sara, "moderator")
    decide_appeal(actor_for(sara), appeal.id, "reversed", "It names her.", "hide")
    assert hidden(told)


def test_restoring_takes_the_decision_back(cast: Cast, told: Adoption, browser_of: BrowserOf) -> None:
    decision = decide_on_adoption(cast.actor("mia"), told.id, "hide", WHY)
    browser_of(cast.ada).post(f"/adoptions/{told.id}/restore")
    assert not hidden(told)
    assert db.session.get_one(Decision, decision.id).reversed_at is not None


def test_what_its_writers_withdrew_no_longer_waits(
    cast: Cast, post: Post, told: Adoption, browser_of: BrowserOf
) -> None:
    raise_flag(cast.actor("an"), post.id, None, "unkind", adoption_id=told.id)
    moderator = browser_of(cast.mia)
    assert "About a report of who tried it" in moderator.get("/review?kind=flag").text
    withdraw_adoption(cast.actor("chiara"), told.id)
    assert "About a report of who tried it" not in moderator.get("/review?kind=flag").text


def test_moderators_see_reports_on_what_a_person_told(
    cast: Cast, post: Post, told: Adoption, browser_of: BrowserOf
) -> None:
    raise_flag(cast.actor("an"), post.id, None, "unkind", adoption_id=told.id)
    assert f"/adoptions/{told.id}" in browser_of(cast.mia).get(f"/people/{cast.chiara.id}/moderation").text
    assert f"/adoptions/{told.id}" not in browser_of(cast.mia).get(f"/people/{cast.an.id}/moderation").text
