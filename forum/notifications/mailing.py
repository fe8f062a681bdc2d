"""From events to mails owed: who is to hear of what. The text is written when the mail goes out (`sending.py`)."""

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import select

from forum.accounts import events as accounts
from forum.accounts.models import Person
from forum.accounts.queries import administrator_ids, moderator_ids
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.events import EVENT_KINDS, Event
from forum.curation import events as curation
from forum.curation.experts import events as experts
from forum.curation.models import ILLEGAL, Appeal, Decision, Flag
from forum.library import events as library
from forum.notifications import addresses, adoptions, events, improving, offers
from forum.notifications.checks import owners_to_tell
from forum.notifications.models import OutgoingMail
from forum.organisations import events as organisations
from forum.organisations.models import Membership

Owed = tuple[str, str]


def consume(happened: Sequence[Event]) -> None:
    """Owe a mail to everybody who is to hear of these events; taking an event in twice owes nothing more."""
    owed = sorted({(event.id, *one) for event in happened for one in MAILS[event.name](event)})
    if owed:
        _owe(owed)


@operation
def _owe(owed: Sequence[tuple[int, str, str]]) -> None:
    rows = select(OutgoingMail.event_id, OutgoingMail.recipient).where(
        OutgoingMail.event_id.in_({event_id for event_id, _recipient, _template in owed})
    )
    known = {(event_id, recipient) for event_id, recipient in db.session.execute(rows)}
    for event_id, recipient, template in owed:
        if (event_id, recipient) not in known:
            db.session.add(OutgoingMail(event_id=event_id, recipient=recipient, template=template, next_try_at=now()))


def _to_subject(template: str) -> Callable[[Event], Iterable[Owed]]:
    """A mail to the person that the event is about; requests for unknown addresses are about nobody."""

    def owed(event: Event) -> Iterable[Owed]:
        person = db.session.get(Person, event.subject_id)
        return [] if person is None or person.erased_at else [(f"person:{person.id}", template)]

    return owed


def _to_sign_in(event: Event) -> Iterable[Owed]:
    """A link to sign in; whoever never confirmed the address does that first, with the password chosen then."""
    person = db.session.get(Person, event.subject_id)
    return _to_subject("sign_in" if person and person.confirmed_at else "confirmation")(event)


def _to_invited(event: Event) -> Iterable[Owed]:
    return [(f"invitation:{event.subject_id}", "invitation")]


def _to_expert(template: str) -> Callable[[Event], Iterable[Owed]]:
    return lambda event: [(f"expert:{event.data['invitation']}", template)]


def _to_editors(event: Event) -> Iterable[Owed]:
    """A request to join goes to the editors of the organisation, or to the moderators when it has none."""
    membership = db.session.get(Membership, event.subject_id)
    if membership is None:
        return []
    editors = db.session.scalars(
        select(Membership.person_id).where(
            Membership.organisation_id == membership.organisation_id,
            Membership.state == "active",
            Membership.role == "editor",
        )
    ).all()
    return [(f"person:{number}", "membership_requested") for number in editors or moderator_ids()]


def _to_owners(event: Event) -> Iterable[Owed]:
    """What readers find out of date goes to those who answer for the post; other reports are for moderators only."""
    return [(f"person:{number}", "looks_outdated") for number in owners_to_tell(event)]


def _to_administrators(_event: Event) -> Iterable[Owed]:
    return [(f"person:{number}", "message_received") for number in administrator_ids()]


def _to_notifier(template: str) -> Callable[[Event], Iterable[Owed]]:
    """A mail to whoever sent a report: that it came, if it is a notice under the law; what was decided, if that has reasons."""

    def owed(event: Event) -> Iterable[Owed]:
        flag = db.session.get(Flag, event.data["flag"])
        if flag is None or not (flag.reporter_id or flag.notifier_email):
            return []
        wanted = flag.reason == ILLEGAL if template == "notice_received" else flag.decision_id is not None
        return [(f"flag:{flag.id}", template)] if wanted else []

    return owed


def _to_owners_or_notifier(event: Event) -> Iterable[Owed]:
    """A report concerns its sender, if it is a notice under the law, or the owners, if something is out of date."""
    return [*_to_owners(event), *_to_notifier("notice_received")(event)]


def _to_concerned(event: Event) -> Iterable[Owed]:
    """The statement of reasons goes to whom the decision concerns; being left alone needs none."""
    decision = db.session.get(Decision, event.data["decision"])
    if decision is None or decision.person_id is None or decision.action == "none":
        return []
    return [(f"person:{decision.person_id}", "decision_made")]


def _to_appellant(event: Event) -> Iterable[Owed]:
    appeal = db.session.get(Appeal, event.data["appeal"])
    if appeal is None:
        return []
    recipient = f"flag:{appeal.flag_id}" if appeal.flag_id else f"person:{appeal.appellant_id}"
    return [(recipient, "appeal_decided")] if appeal.flag_id or appeal.appellant_id else []


def _to_member(template: str) -> Callable[[Event], Iterable[Owed]]:
    """A mail to the member, when somebody else decided: not for what people do themselves, nor for imports."""

    def owed(event: Event) -> Iterable[Owed]:
        membership = db.session.get(Membership, event.subject_id)
        if membership is None or event.actor_id in (None, membership.person_id):
            return []
        return [(f"person:{membership.person_id}", template)]

    return owed


MAILS: dict[str, Callable[[Event], Iterable[Owed]]] = {
    accounts.SIGNED_UP.name: _to_subject("confirmation"),
    accounts.CONFIRMATION_REQUESTED.name: _to_subject("confirmation"),
    accounts.SIGN_UP_REPEATED.name: _to_subject("known_address"),
    accounts.RESET_REQUESTED.name: _to_subject("reset"),
    accounts.SIGN_IN_REQUESTED.name: _to_sign_in,
    accounts.PROOF_REQUESTED.name: _to_subject("prove"),
    accounts.PASSWORD_CHANGED.name: _to_subject("password_changed"),
    accounts.ADDRESS_CHANGE_ASKED.name: addresses.to_both_addresses,
    accounts.ADDRESS_CHANGED.name: addresses.to_left_address,
    **{kind.name: _to_subject("second_step_changed") for kind in accounts.FACTOR_EVENTS},
    organisations.INVITED.name: _to_invited,
    organisations.REQUESTED.name: _to_editors,
    organisations.JOINED.name: _to_member("membership_started"),
    organisations.DECLINED.name: _to_member("membership_declined"),
    curation.FLAG_RESOLVED.name: _to_notifier("notice_decided"),
    curation.DECIDED.name: _to_concerned,
    curation.APPEAL_DECIDED.name: _to_appellant,
    curation.MESSAGE_SENT.name: _to_administrators,
    curation.CHECKS_DUE.name: _to_subject("checks_due"),
    curation.FLAGGED.name: _to_owners_or_notifier,
    curation.SUGGESTIONS_SENT.name: improving.to_authors("suggestions_sent"),
    curation.AUTHOR_REMINDED.name: improving.to_authors("suggestions_waiting"),
    library.RESUBMITTED.name: improving.to_moderators("suggestions_answered"),
    curation.REQUEST_WRITTEN.name: improving.to_other_side,
    experts.INVITED.name: _to_expert("expert_invited"),
    experts.REMINDED.name: _to_expert("expert_reminded"),
    experts.OPINION_GIVEN.name: _to_expert("expert_thanked"),
    **adoptions.MAILS,
    **offers.MAILS,
    events.SEARCH_MATCHED.name: _to_subject("searches_matched"),
}
WANTED = tuple(EVENT_KINDS[name] for name in MAILS)
