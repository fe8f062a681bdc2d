"""Who is owed a mail for what happened."""

import pytest
from flask import Flask

from forum.accounts import events as accounts
from forum.accounts import operations
from forum.accounts.queries import person_by_email
from forum.core.actor import SYSTEM, VISITOR
from forum.core.db import db, transaction
from forum.core.events import Event, EventKind, record
from forum.notifications.about_decisions import TO_CONCERNED
from forum.notifications.kinds import ACCOUNT, KIND_OF
from forum.notifications.mailing import MAILS, WANTED, consume
from forum.notifications.models import OutgoingMail
from forum.notifications.recipients import TELLERS, errand_for
from forum.organisations import events as organisations
from forum.organisations.operations import invitations, memberships
from tests.conftest import Cast
from tests.factories import make_membership

GOOD = "lichte regen boven Gent"
GONE = 999
REFERENCES = ("flag", "decision", "appeal", "adoption", "offer", "to", "change", "invitation", "organisation")


def owed() -> list[tuple[str, str]]:
    """Hand every event to the consumer, twice as the outbox may; give (recipient, template)."""
    events = db.session.scalars(db.select(Event).where(Event.name.in_(MAILS)).order_by(Event.id)).all()
    consume(events)
    consume(events)
    rows = db.session.scalars(db.select(OutgoingMail).order_by(OutgoingMail.id))
    return [(one.recipient, one.template) for one in rows]


def test_a_sign_up_owes_a_confirmation_and_asking_again_another(app: Flask) -> None:
    operations.sign_up(VISITOR, "eva@example.org", "Eva", GOOD, "nl")
    operations.request_confirmation(VISITOR, "eva@example.org")
    person = person_by_email("eva@example.org")
    assert person is not None
    assert owed() == [(f"person:{person.id}", "confirmation")] * 2


def test_a_sign_up_with_a_known_address_owes_a_word_about_that(cast: Cast) -> None:
    operations.sign_up(VISITOR, "an@example.org", "Somebody", GOOD, "nl")
    assert owed() == [(f"person:{cast.an.id}", "known_address")]


def test_requests_for_unknown_addresses_owe_nothing(cast: Cast) -> None:
    operations.request_reset(VISITOR, "nobody@example.org")
    operations.request_confirmation(VISITOR, "nobody@example.org")
    assert owed() == []
    operations.request_reset(VISITOR, "an@example.org")
    assert owed() == [(f"person:{cast.an.id}", "reset")]


def test_a_request_to_join_goes_to_the_editors(cast: Cast) -> None:
    memberships.request_membership(cast.actor("noor"), cast.sluis.id)
    assert owed() == [(f"person:{cast.dora.id}", "membership_requested")]


def test_without_an_editor_it_goes_to_the_moderators(cast: Cast) -> None:
    memberships.request_membership(cast.actor("noor"), cast.filo.id)
    assert owed() == [(f"person:{cast.mia.id}", "membership_requested")]


@pytest.mark.parametrize("answer", ["started", "declined"])
def test_the_answer_goes_to_the_person_who_asked(cast: Cast, answer: str) -> None:
    waiting = memberships.request_membership(cast.actor("noor"), cast.sluis.id)
    answers = {"started": memberships.accept_request, "declined": memberships.decline_request}
    answers[answer](cast.actor("dora"), waiting.id)
    assert (f"person:{cast.noor.id}", f"membership_{answer}") in owed()


def test_what_people_do_themselves_and_what_is_imported_owes_nothing(cast: Cast) -> None:
    membership = make_membership(cast.noor, cast.filo)
    with transaction():
        for actor in (SYSTEM, cast.actor("noor")):
            record(actor, organisations.JOINED, "membership", membership.id)
        record(SYSTEM, organisations.REQUESTED, "membership", 999)
        record(cast.actor("mia"), organisations.JOINED, "membership", 999)
    assert owed() == []


def test_an_invitation_is_owed_to_the_invitation(cast: Cast) -> None:
    invitation = invitations.invite_person(cast.actor("dora"), cast.sluis.id, "eva@example.org")
    assert owed() == [(f"invitation:{invitation.id}", "invitation")]


def test_former_members_are_owed_nothing(cast: Cast) -> None:
    with transaction():
        cast.an.erased_at = cast.an.created_at
        record(VISITOR, accounts.PASSWORD_CHANGED, "person", cast.an.id)
    assert owed() == []


def test_no_mail_goes_out_about_what_is_gone_by_now(app: Flask, cast: Cast) -> None:
    with transaction():
        for kind in WANTED:
            record(cast.actor("mia"), kind, "nothing", GONE, dict.fromkeys(REFERENCES, GONE))
    owed()
    mails = db.session.scalars(db.select(OutgoingMail)).all()
    assert [mail.template for mail in mails if errand_for(mail, app.config["SETTINGS"])] == []


def test_a_mail_that_was_owed_already_does_not_tell_of_what_is_gone_by_now(app: Flask, cast: Cast) -> None:
    with transaction():
        event = record(cast.actor("mia"), accounts.SIGNED_UP, "nothing", GONE, dict.fromkeys(REFERENCES, GONE))
    things = [f"person:{cast.ada.id}", *(f"{kind}:{GONE}" for kind in ("flag", "expert", "invitation", "address"))]
    told = []
    for template in (one for one in KIND_OF if KIND_OF[one] is not ACCOUNT):
        to_people = template in TELLERS or template in TO_CONCERNED
        for recipient in things if to_people else things[1:]:
            mail = OutgoingMail(event_id=event.id, recipient=recipient, template=template)
            if errand_for(mail, app.config["SETTINGS"]):
                told.append(f"{template} to {recipient}")
    assert told == []


def test_the_consumer_wants_exactly_the_events_it_knows_mails_for() -> None:
    assert all(isinstance(kind, EventKind) for kind in WANTED)
    assert {kind.name for kind in WANTED} == set(MAILS)
