"""Mails that are owed go out once, are true when they do, and wait when the post office is closed."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from forum.accounts import operations, passwords
from forum.accounts.addresses import ask_address_change, cancel_address_change
from forum.accounts.events import FACTOR_EVENTS
from forum.accounts.models import LoginSession, Person, Token
from forum.accounts.queries import person_by_email
from forum.core.actor import VISITOR
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.events import Event, consumers, deliver_batch, record
from forum.core.mail import MailFailed, MemoryMailer
from forum.core.settings import Settings
from forum.core.text import message
from forum.curation.messages import forget_messages
from forum.curation.operations.decisions import Statement, decide_on_post
from forum.curation.operations.flags import raise_flag
from forum.notifications.kinds import REQUESTS
from forum.notifications.mailing import MAILS, consume
from forum.notifications.models import OutgoingMail
from forum.notifications.sending import MOST_ATTEMPTS, forget_sent_mails, send_due_mails
from forum.notifications.stopping import stop_path
from forum.organisations.operations import invitations, memberships
from forum.organisations.operations.organisations import close_organisation
from tests.conftest import Cast
from tests.factories import make_post

GOOD = "lichte regen boven Gent"
OTHER = "warme wind over Luik"
CLOSED = MailFailed(message("Nobody opens for an@example.org"), permanent=False)
REFUSED = MailFailed(message("There is no such address."), permanent=True)


class Postbox(MemoryMailer):
    """Where our mails arrive."""

    def link(self) -> str:
        found = re.search(r"^http://localhost(/\S+/\S+)$", self.sent[-1].text, re.MULTILINE)
        assert found is not None
        return found[1]


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def send(app: Flask, postbox: Postbox) -> Callable[[], int]:
    """Take in what happened, and send what is due."""
    settings: Settings = app.config["SETTINGS"]

    def run() -> int:
        consume(db.session.scalars(db.select(Event).where(Event.name.in_(MAILS)).order_by(Event.id)).all())
        return send_due_mails(postbox, settings)

    return run


def the_mail() -> OutgoingMail:
    found: OutgoingMail = db.session.scalars(db.select(OutgoingMail)).one()
    return found


def test_the_way_from_signing_up_to_being_signed_in(
    client: FlaskClient, postbox: Postbox, send: Callable[[], int]
) -> None:
    client.post("/fr/sign-up", data={"name": "Ève", "email": "eve@example.org", "password": GOOD})
    assert db.session.scalars(db.select(Token)).all() == []
    assert send() == 1
    assert postbox.sent[0].to == "eve@example.org"
    assert '<html lang="fr"' in (postbox.sent[0].html or "")
    assert postbox.link().startswith("/fr/confirm/")
    assert client.post(postbox.link(), data={"password": GOOD}).status_code == 303
    assert client.get("/profile").status_code == 200


def test_the_way_from_a_forgotten_password_to_a_new_one(
    client: FlaskClient, cast: Cast, postbox: Postbox, send: Callable[[], int]
) -> None:
    client.post("/forgotten-password", data={"email": "an@example.org"})
    send()
    assert client.post(postbox.link(), data={"password": OTHER}).status_code == 303
    assert passwords.matches(cast.an.password_hash, OTHER)
    assert send() == 1
    assert "was changed" in postbox.sent[-1].text


def test_the_way_from_a_link_by_mail_to_being_signed_in(
    client: FlaskClient, cast: Cast, postbox: Postbox, send: Callable[[], int]
) -> None:
    client.post("/sign-in/link", data={"email": "an@example.org", "next": "/profile"})
    assert db.session.scalars(db.select(Token)).all() == []
    assert send() == 1
    assert client.get(postbox.link()).status_code == 200
    assert client.post(postbox.link()).location == "/profile"
    assert client.get("/profile").status_code == 200


def test_who_asks_for_a_link_before_the_address_is_confirmed_gets_the_mail_that_confirms_it(
    client: FlaskClient, postbox: Postbox, send: Callable[[], int]
) -> None:
    client.post("/sign-up", data={"name": "Eva", "email": "eva@example.org", "password": GOOD})
    client.post("/sign-in/link", data={"email": "eva@example.org"})
    assert send() == 2
    assert len({mail.subject for mail in postbox.sent}) == 1
    assert postbox.link().startswith("/en/confirm/")


def test_the_way_from_a_mailed_link_to_a_proof_for_who_has_no_password(
    cast: Cast, browser_of: Callable[[Person], FlaskClient], postbox: Postbox, send: Callable[[], int]
) -> None:
    browser = browser_of(cast.an)
    with transaction():
        db.session.scalars(db.select(LoginSession)).one().proved_at = None
    assert browser.post("/prove", data={"proof_mail": "1"}).status_code == 200
    assert send() == 1
    assert postbox.sent[0].to == "an@example.org"
    assert browser.post(postbox.link()).status_code == 303
    assert browser.post("/prove", data={"next": "/profile/data"}).location == "/profile/data"


def test_whoever_signs_up_a_second_time_is_led_to_the_account_they_have(
    client: FlaskClient, cast: Cast, postbox: Postbox, send: Callable[[], int]
) -> None:
    client.post("/sign-up", data={"name": "An", "email": "an@example.org", "password": GOOD})
    assert send() == 1
    assert postbox.sent[0].subject == "You have an account on Passerelle already"
    assert postbox.link() == "/en/sign-in"


def test_every_change_of_how_one_signs_in_is_told_in_words_of_its_own(
    cast: Cast, postbox: Postbox, send: Callable[[], int]
) -> None:
    with transaction():
        for kind in FACTOR_EVENTS:
            record(cast.actor("an"), kind, "person", cast.an.id)
    assert send() == len(FACTOR_EVENTS)
    assert len({mail.text for mail in postbox.sent}) == len(FACTOR_EVENTS)
    assert {mail.to for mail in postbox.sent} == {"an@example.org"}
    assert postbox.link() == "/en/forgotten-password"


def links_in(postbox: Postbox) -> dict[str, str]:
    """The one-use link in each mail about a new address, by whom the mail went to."""
    found = {mail.to: re.search(r"http://localhost(/\S+/address/\S+)", mail.text) for mail in postbox.sent}
    return {to: link[1] for to, link in found.items() if link}


def test_the_way_to_a_new_address_goes_through_both_mailboxes_and_the_old_one_hears_of_it(
    client: FlaskClient, cast: Cast, postbox: Postbox, send: Callable[[], int]
) -> None:
    ask_address_change(cast.actor("an"), "an@sluis.example")
    assert send() == 2
    links = links_in(postbox)
    assert set(links) == {"an@example.org", "an@sluis.example"}
    assert "An" not in next(mail.text for mail in postbox.sent if mail.to == "an@sluis.example").split()
    for link in links.values():
        assert client.post(link, data={"answer": "yes"}).status_code == 303
    assert cast.an.email == "an@sluis.example"
    assert send() == 1
    assert postbox.sent[-1].to == "an@example.org"
    assert "an@sluis.example" in postbox.sent[-1].text


def test_a_taken_address_is_told_only_to_its_own_mailbox(cast: Cast, postbox: Postbox, send: Callable[[], int]) -> None:
    ask_address_change(cast.actor("an"), "bert@example.org")
    assert send() == 2
    assert set(links_in(postbox)) == {"an@example.org"}
    mail = next(mail for mail in postbox.sent if mail.to == "bert@example.org")
    assert "You have an account" in mail.subject


def test_nobody_is_asked_about_an_address_that_is_not_wanted_any_more(
    cast: Cast, postbox: Postbox, send: Callable[[], int]
) -> None:
    ask_address_change(cast.actor("an"), "an@sluis.example")
    consume(db.session.scalars(db.select(Event).where(Event.name.in_(MAILS))).all())
    cancel_address_change(cast.actor("an"))
    assert send() == 0
    assert postbox.sent == []


def test_of_two_new_addresses_only_the_last_is_asked(cast: Cast, postbox: Postbox, send: Callable[[], int]) -> None:
    ask_address_change(cast.actor("an"), "an@sluis.example")
    consume(db.session.scalars(db.select(Event).where(Event.name.in_(MAILS))).all())
    ask_address_change(cast.actor("an"), "an@filo.example")
    send()
    assert set(links_in(postbox)) == {"an@example.org", "an@filo.example"}


def test_a_mailbox_that_has_answered_is_not_asked_again(
    client: FlaskClient, cast: Cast, postbox: Postbox, send: Callable[[], int]
) -> None:
    ask_address_change(cast.actor("an"), "an@sluis.example")
    assert send() == 2
    client.post(links_in(postbox)["an@sluis.example"], data={"answer": "yes"})
    with transaction():
        db.session.execute(db.update(OutgoingMail).values(sent_at=None, next_try_at=now()))
    assert send() == 1
    assert postbox.sent[-1].to == "an@example.org"


def test_whoever_reported_something_and_left_hears_no_more_of_it(
    cast: Cast, postbox: Postbox, send: Callable[[], int]
) -> None:
    post = make_post(cast.an, cast.sluis)
    raise_flag(cast.actor("noor"), post.id, None, "spam")
    decide_on_post(cast.actor("mia"), post.id, "none", Statement(reason="It is no advertising."))
    with transaction():
        db.session.get_one(Person, cast.noor.id).erased_at = now()
    assert (send(), postbox.sent) == (0, [])


def test_the_way_from_an_invitation_to_membership(
    client: FlaskClient, cast: Cast, postbox: Postbox, send: Callable[[], int]
) -> None:
    invitations.invite_person(cast.actor("dora"), cast.sluis.id, "eva@example.org", "member", "nl")
    assert send() == 1
    assert "De Sluis" in postbox.sent[0].subject
    assert "Dora" in postbox.sent[-1].text
    secret = postbox.link().rsplit("/", 1)[1]
    person = invitations.accept_with_new_account(secret, "Eva", GOOD, "nl")
    assert person.confirmed_at is not None
    assert send() == 0


def test_a_mail_goes_out_once_with_a_message_id_of_its_own(
    cast: Cast, postbox: Postbox, send: Callable[[], int]
) -> None:
    operations.request_reset(VISITOR, "an@example.org")
    assert [send(), send()] == [1, 0]
    mail = the_mail()
    assert mail.sent_at is not None
    assert postbox.sent[0].message_id == f"<mail-{mail.id}-event-{mail.event_id}@localhost>"


def test_what_is_no_longer_true_is_not_sent(cast: Cast, postbox: Postbox, send: Callable[[], int]) -> None:
    operations.sign_up(VISITOR, "eva@example.org", "Eva", GOOD, "nl")
    asked = memberships.request_membership(cast.actor("noor"), cast.sluis.id)
    invitation = invitations.invite_person(cast.actor("dora"), cast.sluis.id, "new@example.org")
    consume(db.session.scalars(db.select(Event).where(Event.name.in_(MAILS))).all())
    with transaction():
        eva = person_by_email("eva@example.org")
        assert eva is not None
        eva.confirmed_at = now()
    memberships.end_membership(cast.actor("noor"), asked.id)
    invitations.withdraw_invitation(cast.actor("dora"), invitation.id)
    assert send() == 0
    assert postbox.sent == []
    assert all(mail.sent_at for mail in db.session.scalars(db.select(OutgoingMail)))


def test_nobody_is_invited_into_an_organisation_that_closed(
    cast: Cast, postbox: Postbox, send: Callable[[], int]
) -> None:
    invitations.invite_person(cast.actor("dora"), cast.sluis.id, "eva@example.org")
    close_organisation(cast.actor("ada"), cast.sluis.id)
    assert (send(), postbox.sent) == (0, [])


def test_a_membership_that_ended_again_is_not_announced(cast: Cast, postbox: Postbox, send: Callable[[], int]) -> None:
    asked = memberships.request_membership(cast.actor("noor"), cast.sluis.id)
    memberships.accept_request(cast.actor("dora"), asked.id)
    memberships.leave_everything(cast.actor("noor"))
    send()
    assert "noor@example.org" not in {letter.to for letter in postbox.sent}


def test_a_message_that_is_forgotten_by_now_is_not_announced(
    client: FlaskClient, cast: Cast, postbox: Postbox, send: Callable[[], int]
) -> None:
    client.post("/accessibility", data={"message": "The menu cannot be opened with the keyboard."})
    with time_machine.travel(now() + timedelta(days=366), tick=False):
        forget_messages()
        assert (send(), postbox.sent) == (0, [])


def test_only_who_may_still_decide_hears_of_a_request(cast: Cast, postbox: Postbox, send: Callable[[], int]) -> None:
    memberships.request_membership(cast.actor("noor"), cast.sluis.id)
    consume(db.session.scalars(db.select(Event).where(Event.name.in_(MAILS))).all())
    memberships.leave_everything(cast.actor("dora"))
    send()
    assert "dora@example.org" not in {letter.to for letter in postbox.sent}


def test_the_editor_hears_of_a_request_and_the_person_of_the_answer(
    cast: Cast, postbox: Postbox, send: Callable[[], int]
) -> None:
    asked = memberships.request_membership(cast.actor("noor"), cast.sluis.id)
    send()
    assert postbox.sent[0].subject == "Noor would like to join De Sluis"
    assert postbox.link() == "/en/organisations/de-sluis/people"
    memberships.accept_request(cast.actor("dora"), asked.id)
    send()
    assert postbox.sent[1].to == "noor@example.org"


def test_mails_that_can_be_stopped_say_how_to_mail_programs(
    app: Flask, cast: Cast, postbox: Postbox, send: Callable[[], int]
) -> None:
    memberships.request_membership(cast.actor("noor"), cast.sluis.id)
    operations.request_reset(VISITOR, "an@example.org")
    send()
    stoppable, account = sorted(postbox.sent, key=lambda letter: "Unsubscribe" not in str(letter.headers))
    link = f"http://localhost/en{stop_path(app.config['SETTINGS'], cast.dora.id, REQUESTS)}"
    assert stoppable.headers == {
        "List-Unsubscribe": f"<{link}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert link in stoppable.text.splitlines()
    assert account.headers == {}


def test_a_declined_person_hears_of_it(cast: Cast, postbox: Postbox, send: Callable[[], int]) -> None:
    asked = memberships.request_membership(cast.actor("noor"), cast.sluis.id)
    memberships.decline_request(cast.actor("dora"), asked.id)
    assert send() == 1
    assert "did not accept" in postbox.sent[-1].text


def test_nothing_goes_to_people_who_left_or_who_have_no_address(
    cast: Cast, postbox: Postbox, send: Callable[[], int]
) -> None:
    operations.request_reset(VISITOR, "an@example.org")
    consume(db.session.scalars(db.select(Event).where(Event.name.in_(MAILS))).all())
    with transaction():
        db.session.get_one(Person, cast.an.id).email = None
    assert send() == 0


def test_a_closed_post_office_makes_mails_wait_longer_and_longer(
    cast: Cast, postbox: Postbox, send: Callable[[], int]
) -> None:
    operations.request_reset(VISITOR, "an@example.org")
    postbox.failure = CLOSED
    with time_machine.travel(now(), tick=False) as clock:
        assert send() == 0
        mail = the_mail()
        assert (mail.attempts, mail.next_try_at) == (1, now() + timedelta(minutes=1))
        assert mail.last_error == "MailFailed: Nobody opens for …"
        clock.shift(timedelta(minutes=1))
        send()
        assert (the_mail().attempts, the_mail().next_try_at) == (2, now() + timedelta(minutes=2))
        postbox.failure = None
        assert send() == 0
        clock.shift(timedelta(minutes=2))
        assert send() == 1
        assert the_mail().last_error == ""


def test_after_the_last_attempt_a_mail_is_a_dead_letter(cast: Cast, postbox: Postbox, send: Callable[[], int]) -> None:
    operations.request_reset(VISITOR, "an@example.org")
    postbox.failure = CLOSED
    with time_machine.travel(now(), tick=False) as clock:
        for _ in range(MOST_ATTEMPTS + 2):
            send()
            clock.shift(timedelta(hours=7))
    assert the_mail().attempts == MOST_ATTEMPTS
    assert the_mail().failed_at is not None


def test_a_mail_refused_for_good_is_not_tried_again(cast: Cast, postbox: Postbox, send: Callable[[], int]) -> None:
    operations.request_reset(VISITOR, "an@example.org")
    postbox.failure = REFUSED
    send()
    assert (the_mail().attempts, the_mail().failed_at is None) == (1, False)


def test_one_bad_mail_holds_up_no_other(cast: Cast, postbox: Postbox, send: Callable[[], int]) -> None:
    for email in ("an@example.org", "bert@example.org"):
        operations.request_reset(VISITOR, email)
    consume(db.session.scalars(db.select(Event).where(Event.name.in_(MAILS))).all())
    with transaction():
        first = db.session.scalars(db.select(OutgoingMail).order_by(OutgoingMail.id)).first()
        assert first is not None
        first.template = "unknown"
    assert send() == 1


def test_what_was_sent_a_month_ago_is_forgotten(cast: Cast, postbox: Postbox, send: Callable[[], int]) -> None:
    operations.request_reset(VISITOR, "an@example.org")
    send()
    forget_sent_mails()
    assert the_mail().sent_at is not None
    with time_machine.travel(now() + timedelta(days=31), tick=False):
        forget_sent_mails()
    assert db.session.scalars(db.select(OutgoingMail)).all() == []


def test_a_site_hands_its_mails_to_the_worker_and_writes_them_where_the_settings_say(
    client: FlaskClient, app: Flask, cast: Cast
) -> None:
    client.post("/nl/forgotten-password", data={"email": "an@example.org"})
    assert deliver_batch(consumers.by_name["mailing"]) == 1
    folder = app.config["SETTINGS"].data_dir / "mail"
    before = set(folder.glob("*.eml"))
    for chore in app.extensions["chores"]:
        chore()
    (letter,) = (file.read_text(encoding="utf-8") for file in set(folder.glob("*.eml")) - before)
    assert "From: Passerelle <no-reply@localhost>" in letter
    assert "To: an@example.org" in letter
