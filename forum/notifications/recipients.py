"""Whom a mail owed is for, and what it has to tell, looked up when it goes out: what is no longer true is not sent."""

from collections.abc import Callable
from typing import Any

from forum.accounts import tokens
from forum.accounts.models import Person
from forum.core.db import db
from forum.core.errors import Missing
from forum.core.events import Event
from forum.core.settings import Settings
from forum.curation.models import Flag, ReaderMessage
from forum.notifications import addresses, adoptions, improving, offers
from forum.notifications.about_decisions import TO_CONCERNED, errand_for_concerned, errand_for_notifier
from forum.notifications.checks import outdated_told, records_told
from forum.notifications.choices import wants
from forum.notifications.experts import letter_to_expert
from forum.notifications.kinds import KIND_OF
from forum.notifications.letters import Errand
from forum.notifications.models import OutgoingMail
from forum.notifications.news import news_of
from forum.organisations.models import Invitation, Membership
from forum.organisations.operations.invitations import make_secret
from forum.organisations.policy import can_manage_people
from forum.organisations.queries import reader_for

Told = dict[str, Any]
Teller = Callable[[Person, Event], Told | None]


def errand_for(mail: OutgoingMail, settings: Settings) -> Errand | None:
    """The errand of a mail owed, its one-use link made now; None when nobody needs it, or wants it, any more."""
    event = db.session.get_one(Event, mail.event_id)
    kind, number = mail.recipient.split(":")
    if kind == "expert":
        return letter_to_expert(mail.template, int(number))
    if kind == "invitation":
        return _invitation(db.session.get(Invitation, int(number)))
    if kind == "address":
        return addresses.letter_to_address(mail.template, int(number))
    if kind == "flag":
        return errand_for_notifier(mail.template, db.session.get(Flag, int(number)), settings)
    if mail.template in TO_CONCERNED:
        return errand_for_concerned(mail.template, event, settings)
    person = db.session.get(Person, int(number))
    if person is None or person.email is None or person.erased_at or not wants(person.id, KIND_OF[mail.template]):
        return None
    values = TELLERS[mail.template](person, event)
    if values is None:
        return None
    return Errand(person.name, person.email, person.language, mail.template, values, person.id)


def _invitation(invitation: Invitation | None) -> Errand | None:
    """To an address that is invited and has not answered; what is over has no secret any more."""
    if invitation is None or invitation.organisation.closed_at:
        return None
    try:
        secret = make_secret(invitation.id)
    except Missing:
        return None
    values = {
        "organisation": invitation.organisation.name,
        "inviter": _name_of(invitation.invited_by),
        "until": invitation.expires_at.date(),
        "link": f"/invitations/{secret}",
    }
    return Errand("", invitation.email, invitation.language, "invitation", values)


def _name_of(person: Person | None) -> str:
    return "" if person is None or person.erased_at else person.name


def _confirmation(person: Person, _event: Event) -> Told | None:
    if person.confirmed_at:
        return None
    return {"link": f"/confirm/{tokens.make_token(person, tokens.CONFIRM)}"}


def _reset(person: Person, _event: Event) -> Told:
    return {"link": f"/new-password/{tokens.make_token(person, tokens.RESET)}"}


def _sign_in(person: Person, _event: Event) -> Told:
    return {"link": f"/sign-in/link/{tokens.make_token(person, tokens.SIGN_IN)}"}


def _prove(person: Person, _event: Event) -> Told:
    return {"link": f"/prove/link/{tokens.make_token(person, tokens.PROVE)}"}


def _known_address(_person: Person, _event: Event) -> Told:
    return {"link": "/sign-in"}


def _password_changed(_person: Person, event: Event) -> Told:
    return {"link": "/forgotten-password", "day": event.at.date()}


def _second_step_changed(_person: Person, event: Event) -> Told:
    return {"link": "/forgotten-password", "day": event.at.date(), "change": event.name.removeprefix("person.")}


def _membership_requested(person: Person, event: Event) -> Told | None:
    """To an editor or moderator who still is one, while the request still waits."""
    asked = db.session.get(Membership, event.subject_id)
    if asked is None or asked.state != "requested" or not can_manage_people(reader_for(person), asked.organisation):
        return None
    return {
        "person": asked.person.name,
        "organisation": asked.organisation.name,
        "link": f"/organisations/{asked.organisation.slug}/people",
    }


def _membership(state: str) -> Teller:
    def tell(person: Person, event: Event) -> Told | None:
        membership = db.session.get(Membership, event.subject_id)
        if membership is None or membership.state != state or membership.person_id != person.id:
            return None
        organisation = membership.organisation
        return {"organisation": organisation.name, "link": f"/organisations/{organisation.slug}"}

    return tell


def _message_received(person: Person, event: Event) -> Told | None:
    """To somebody who still administers the site, while the message is there to be read. Its text stays on the site."""
    if db.session.get(ReaderMessage, event.subject_id) is None or not reader_for(person).is_admin:
        return None
    return {"link": "/messages"}


def _searches_matched(person: Person, event: Event) -> Told | None:
    """To somebody who still may see some of what was found, and has not paused the search meanwhile."""
    found = news_of(person, event.id)
    return {"searches": found, "link": "/searches"} if found else None


def _checks_due(person: Person, event: Event) -> Told | None:
    """To somebody who still is to answer for some of these records, each with a link of its own."""
    found = records_told(person, event.id)
    return {"records": found, "link": "/to-confirm"} if found else None


TELLERS: dict[str, Teller] = {
    "confirmation": _confirmation,
    "known_address": _known_address,
    "reset": _reset,
    "sign_in": _sign_in,
    "prove": _prove,
    "address_old": addresses.old_told,
    "address_taken": addresses.taken_told,
    "password_changed": _password_changed,
    "second_step_changed": _second_step_changed,
    "membership_requested": _membership_requested,
    "membership_started": _membership("active"),
    "membership_declined": _membership("ended"),
    "message_received": _message_received,
    "searches_matched": _searches_matched,
    "checks_due": _checks_due,
    "looks_outdated": outdated_told,
    **improving.TELLERS,
    **adoptions.TELLERS,
    **offers.TELLERS,
}
