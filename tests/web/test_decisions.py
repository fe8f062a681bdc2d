"""The pages of notices, decisions, second looks and of moderators about a person; the mails they send; the log in numbers."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml.html import fromstring

from forum.accounts.models import Person
from forum.core.db import db
from forum.core.events import consumers, deliver_batch
from forum.core.mail import Letter, MemoryMailer
from forum.curation.freshness.answering import make_link
from forum.curation.freshness.records import find_record
from forum.curation.models import Appeal, Decision, Flag, ModeratorNote
from forum.curation.operations.appeals import decide_appeal, make_appeal
from forum.curation.operations.decisions import Statement, decide_on_post
from forum.curation.operations.flags import raise_flag
from forum.curation.operations.notes import write_note
from forum.curation.operations.sanctions import sanction_person
from forum.library.models import Post
from forum.notifications.sending import send_due_mails
from forum.organisations.queries import actor_for
from forum.web.templating import show_date
from tests.conftest import Cast
from tests.factories import make_comment, make_membership, make_organisation, make_person, make_post, make_role

BrowserOf = Callable[[Any], FlaskClient]
WHY = Statement(reason="It names a client.", facts="Her full name.", ground="law", basis="GDPR, art. 6")
NOTICE = {"why": "It is stolen.", "name": "Rosa", "email": "rosa@example.org", "good_faith": "1"}


@pytest.fixture
def letters(app: Flask) -> Callable[[], list[Letter]]:
    """A function that sends what is due and gives it."""

    def sent() -> list[Letter]:
        mailer = MemoryMailer()
        while deliver_batch(consumers.by_name["mailing"]):
            db.session.rollback()
        send_due_mails(mailer, app.config["SETTINGS"])
        return mailer.sent

    return sent


def link_in(letter: Letter) -> str:
    """The address on the site that a mail leads to."""
    return re.search(r"http://localhost/en(/(?:notices|statements)/\S+)", letter.text)[1]  # type: ignore[index]


def words(answer: Any) -> str:
    """What a page's main part says."""
    return " ".join(fromstring(answer.text).get_element_by_id("main").text_content().split())


def second_moderator() -> Any:
    """A moderator from an organisation of her own."""
    person = make_person("Sara")
    make_membership(person, make_organisation("Second"))
    make_role(person, "moderator")
    return person


def test_a_visitor_reports_by_law_and_hears_of_it_all_the_way(
    cast: Cast, browser_of: BrowserOf, letters: Callable[[], list[Letter]]
) -> None:
    post = make_post(cast.an, cast.sluis, title="The laundry that sings")
    visitor = browser_of(None)
    assert f"/posts/{post.id}/notice" in visitor.get(f"/posts/{post.id}/x", follow_redirects=True).text
    sent = visitor.post(f"/posts/{post.id}/notice", data=NOTICE)
    assert sent.status_code == 303
    assert "We received your report" in words(visitor.get(sent.location))
    receipt = letters()
    assert [letter.to for letter in receipt] == ["rosa@example.org"]
    moderator = browser_of(cast.mia)
    assert "It is stolen." in words(moderator.get(f"/posts/{post.id}/decide"))
    form = {"action": "none", "ground": "rules", "reason": "It is her own photo."}
    assert moderator.post(f"/posts/{post.id}/decide", data=form).location == "/review"
    answer = letters()
    assert [letter.to for letter in answer] == ["rosa@example.org"]
    address = link_in(answer[0])
    assert "It is her own photo." in words(visitor.get(address))
    assert visitor.post(address, data={"body": " "}).status_code == 422
    assert visitor.post(address, data={"body": "It is mine."}).status_code == 303
    appeal = db.session.query(Appeal).one()
    assert moderator.get(f"/appeals/{appeal.id}").status_code == 403
    second = browser_of(second_moderator())
    assert "It is mine." in words(second.get(f"/appeals/{appeal.id}"))
    done = second.post(
        f"/appeals/{appeal.id}", data={"outcome": "reversed", "action": "withdraw", "answer": "It is hers."}
    )
    assert done.status_code == 303
    assert db.session.get_one(Post, post.id).status == "withdrawn"
    assert sorted(letter.to for letter in letters()) == ["an@example.org", "rosa@example.org"]
    assert "It is hers." in words(visitor.get(address))


def test_a_notice_with_errors_keeps_what_was_typed(cast: Cast, browser_of: BrowserOf) -> None:
    post = make_post(cast.an, cast.sluis)
    answer = browser_of(None).post(f"/posts/{post.id}/notice", data={"why": "It is stolen.", "email": "rosa"})
    assert answer.status_code == 422
    assert fromstring(answer.text).findtext(".//title").startswith("Error:")  # type: ignore[union-attr]
    assert "It is stolen." in answer.text
    assert 'value="rosa"' in answer.text
    assert db.session.query(Flag).count() == 0


def test_notices_from_one_address_are_limited(cast: Cast, browser_of: BrowserOf) -> None:
    visitor, post = browser_of(None), make_post(cast.an, cast.sluis)
    for number in range(5):
        sender = {"email": f"rosa{number}@example.org"}
        assert visitor.post(f"/posts/{post.id}/notice", data=NOTICE | sender).status_code == 303
    assert visitor.post(f"/posts/{post.id}/notice", data=NOTICE).status_code == 429


def test_a_form_that_has_to_be_mended_is_not_counted_yet(cast: Cast, browser_of: BrowserOf) -> None:
    visitor, post = browser_of(None), make_post(cast.an, cast.sluis)
    for _time in range(6):
        assert visitor.post(f"/posts/{post.id}/notice", data=NOTICE | {"why": ""}).status_code == 422
    assert visitor.post(f"/posts/{post.id}/notice", data=NOTICE).status_code == 303


def test_whoever_reported_reads_that_a_decision_was_taken_back(cast: Cast, browser_of: BrowserOf) -> None:
    visitor, post = browser_of(None), make_post(cast.an, cast.sluis)
    notice = visitor.post(f"/posts/{post.id}/notice", data=NOTICE).location
    decision = decide_on_post(cast.actor("mia"), post.id, "hide", WHY)
    assert "Taken back on" not in words(visitor.get(notice))
    appeal = make_appeal(cast.actor("an"), decision.id, "She agreed.", language="en")
    decide_appeal(actor_for(second_moderator()), appeal.id, "reversed", "She did.")
    page = words(visitor.get(notice))
    assert "Hidden" in page
    assert "Taken back on" in page


def test_leaving_it_as_it_is_promises_the_author_no_mail(cast: Cast, browser_of: BrowserOf) -> None:
    post = make_post(cast.an, cast.sluis)
    raise_flag(cast.actor("chiara"), post.id, None, "wrong")
    form = {"action": "none", "ground": "rules", "basis": "Our rules, 2", "reason": "It names nobody."}
    answer = browser_of(cast.mia).post(f"/posts/{post.id}/decide", data=form, follow_redirects=True)
    assert "It stays as it is." in words(answer)
    assert "The author gets" not in words(answer)


def test_a_link_that_was_changed_shows_nothing(cast: Cast, browser_of: BrowserOf) -> None:
    for path in ("/notices/MQ.AAAA", "/statements/MQ.AAAA"):
        assert browser_of(None).get(path).status_code == 404


def test_the_author_reads_the_reasons_and_asks_for_a_second_look(
    cast: Cast, browser_of: BrowserOf, letters: Callable[[], list[Letter]]
) -> None:
    post = make_post(cast.an, cast.sluis, title="The laundry that sings")
    decision = decide_on_post(cast.actor("mia"), post.id, "decline", WHY)
    an = browser_of(cast.an)
    assert f"/posts/{post.id}/statement" in an.get(f"/posts/{post.id}/x", follow_redirects=True).text
    page = words(an.get(f"/posts/{post.id}/statement", follow_redirects=True))
    for said in ("Given back to its author", "GDPR, art. 6", "Her full name.", "A person decided this"):
        assert said in page
    assert browser_of(cast.bert).get(f"/decisions/{decision.id}").status_code == 404
    assert browser_of(cast.mia).get(f"/decisions/{decision.id}").status_code == 200
    assert an.post(f"/decisions/{decision.id}", data={"body": "She agreed."}).status_code == 303
    assert "Waits for a second moderator" in words(an.get(f"/decisions/{decision.id}"))
    appeal = db.session.query(Appeal).one()
    browser_of(second_moderator()).post(f"/appeals/{appeal.id}", data={"outcome": "reversed", "answer": "She did."})
    assert db.session.get_one(Post, post.id).status == "published"
    subjects = [letter.subject for letter in letters()]
    assert "Another moderator looked again" in subjects


def test_a_post_that_was_given_back_without_reasons_leads_nowhere(cast: Cast, browser_of: BrowserOf) -> None:
    post = make_post(cast.an, cast.sluis, title="The laundry", status="declined")
    assert "/statement" not in browser_of(cast.an).get(f"/posts/{post.id}/{post.slug}").text


def test_somebody_suspended_reads_why_by_the_link_of_a_mail(
    cast: Cast, browser_of: BrowserOf, letters: Callable[[], list[Letter]]
) -> None:
    an = browser_of(cast.an)
    form = {"action": "suspend", "days": "7", "ground": "rules", "reason": "Three unkind comments."}
    moderator = browser_of(cast.mia)
    assert moderator.post(f"/people/{cast.an.id}/decide", data=form | {"days": "0"}).status_code == 422
    assert moderator.post(f"/people/{cast.an.id}/decide", data=form).status_code == 303
    assert an.get("/profile").status_code == 302
    letter = letters()[0]
    assert letter.to == "an@example.org"
    page = an.get(link_in(letter))
    assert "Three unkind comments." in words(page)
    assert an.post(link_in(letter), data={"body": "I said sorry."}).status_code == 303


def test_what_moderators_know_of_a_person_is_theirs_alone(
    cast: Cast, browser_of: BrowserOf, count_sql: Callable[[], Any]
) -> None:
    post = make_post(cast.an, cast.sluis, title="The laundry that sings")
    comment = make_comment(post, cast.an)
    raise_flag(cast.actor("chiara"), post.id, comment.id, "unkind")
    sanction_person(cast.actor("mia"), cast.an.id, "silence", 3, WHY)
    write_note(cast.actor("mia"), cast.an.id, "We talked on the phone.")
    for _number in range(5):
        decide_on_post(cast.actor("mia"), make_post(cast.an, cast.sluis).id, "hide", WHY)
    for stranger in (cast.an, cast.bert, cast.chiara):
        assert browser_of(stranger).get(f"/people/{cast.an.id}/moderation").status_code == 403
    make_role(cast.an, "moderator")
    assert browser_of(cast.an).get(f"/people/{cast.an.id}/moderation").status_code in (403, 404)
    moderator = browser_of(cast.mia)
    with count_sql() as statements:
        page = words(moderator.get(f"/people/{cast.an.id}/moderation"))
    assert len(statements) <= 14
    for said in ("It is unkind to somebody", "Silenced until", "We talked on the phone.", "The laundry that sings"):
        assert said in page
    assert "(6)" in page
    note = db.session.query(ModeratorNote).one()
    assert moderator.post(f"/notes/{note.id}", data={"body": ""}).status_code == 422
    moderator.post(f"/notes/{note.id}", data={"body": "We talked twice."})
    assert "We talked twice." in words(moderator.get(f"/people/{cast.an.id}/moderation"))
    assert "phone" not in browser_of(cast.bert).get(f"/people/{cast.an.id}").text


def test_a_silenced_member_is_told_so_by_every_form(cast: Cast, browser_of: BrowserOf) -> None:
    post = make_post(cast.chiara, cast.filo)
    sanction_person(cast.actor("mia"), cast.an.id, "silence", 3, WHY)
    an = browser_of(cast.an)
    assert "asked you not to write until" in an.get(f"/posts/{post.id}/x", follow_redirects=True).text
    for path in (
        "/posts/new/practice",
        f"/posts/{post.id}/useful",
        "/collections/new",
        f"/posts/{post.id}/adoptions/new",
    ):
        assert an.post(path, data={"title": "x"}).status_code == 403
    for path in ("/posts/new/practice", f"/posts/{post.id}/adoptions/new"):
        refused = an.get(path)
        assert refused.status_code == 403
        until = db.session.get_one(Person, cast.an.id).silenced_until
        assert f"until {show_date(until)}" in words(refused)
    asked = make_post(cast.an, cast.sluis)
    record = find_record("post", asked.id)
    assert record is not None
    assert an.post(f"/still-true/{make_link(cast.an, record)}").status_code == 303
    assert an.post(f"/posts/{post.id}/flag", data={"reason": "spam"}).status_code == 303
    decision = db.session.query(Decision).one()
    assert an.post(f"/decisions/{decision.id}", data={"body": "Why?"}).status_code == 303


def test_the_log_tells_decisions_once_and_names_nobody_who_was_sanctioned(cast: Cast, browser_of: BrowserOf) -> None:
    post = make_post(cast.an, cast.sluis, title="The laundry that sings")
    decide_on_post(cast.actor("mia"), post.id, "withdraw", WHY)
    sanction_person(cast.actor("mia"), cast.bert.id, "suspend", 3, WHY)
    log = fromstring(browser_of(None).get("/log").text)
    entries = [" ".join(one.text_content().split()) for one in log.xpath("//ol[contains(@class, 'log-entries')]/li")]
    assert len(entries) == 2
    assert entries[0].startswith("Mia suspended somebody for a time")
    assert "The law" in entries[1]
    assert "Bert" not in log.text_content()
    assert "client" not in entries[0]


def test_the_log_is_filtered_by_kind_and_day_within_its_sql_budget(
    cast: Cast, browser_of: BrowserOf, count_sql: Callable[[], Any]
) -> None:
    for _number in range(4):
        decide_on_post(cast.actor("mia"), make_post(cast.an, cast.sluis).id, "hide", WHY)
    browser_of(cast.mia).post(f"/posts/{make_post(cast.an, cast.sluis).id}/moderate/lock")
    visitor = browser_of(None)
    for query, number in (
        ("", 5),
        ("about=decisions", 4),
        ("about=themes", 0),
        ("since=2999-01-01", 0),
        ("until=2001-01-01", 0),
        ("since=nonsense", 5),
    ):
        with count_sql() as statements:
            page = visitor.get(f"/log?{query}")
        assert len(statements) <= 8
        assert len(fromstring(page.text).xpath("//ol[contains(@class, 'log-entries')]/li")) == number, query


def test_the_year_in_numbers(cast: Cast, browser_of: BrowserOf, count_sql: Callable[[], Any]) -> None:
    visitor = browser_of(None)
    assert "Nothing was reported or decided" in words(visitor.get("/log/summary"))
    post = make_post(cast.an, cast.sluis)
    raise_flag(cast.actor("chiara"), post.id, None, "wrong")
    decision = decide_on_post(cast.actor("mia"), post.id, "hide", WHY)
    browser_of(cast.an).post(f"/decisions/{decision.id}", data={"body": "No."})
    browser_of(second_moderator()).post("/appeals/1", data={"outcome": "upheld", "answer": "Yes."})
    with count_sql() as statements:
        page = words(visitor.get("/log/summary"))
    assert len(statements) <= 10
    for said in ("It is wrong1", "Hidden1", "The law1", "The decision stays1", "answered within less than an hour"):
        assert said in page


def test_a_wish_for_a_second_look_waits_on_the_desk_of_other_moderators(cast: Cast, browser_of: BrowserOf) -> None:
    hidden = decide_on_post(cast.actor("mia"), make_post(cast.an, cast.sluis).id, "hide", WHY)
    warned = sanction_person(cast.actor("mia"), cast.bert.id, "warn", None, WHY)
    for person, decision in ((cast.an, hidden), (cast.bert, warned)):
        browser_of(person).post(f"/decisions/{decision.id}", data={"body": "She did agree."})
    desk = browser_of(second_moderator()).get("/review").text
    assert all(f"/appeals/{appeal.id}" in desk for appeal in db.session.query(Appeal))
    assert "/appeals/" not in browser_of(cast.mia).get("/review").text
    make_role(cast.chiara, "moderator", "language:fr")
    assert "/appeals/" not in browser_of(cast.chiara).get("/review").text
