"""Mails that are owed to every role about every sort of post, by what happened before the post came into its state."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from forum.adoption.models import Adoption
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.events import Event
from forum.curation.experts.models import ExpertInvitation, ExpertOpinion
from forum.curation.freshness.models import Ask
from forum.curation.models import Appeal, Decision, Flag, ReaderMessage
from forum.curation.offers.models import TransferOffer
from forum.library.models import Post
from forum.notifications.models import OutgoingMail, SavedSearch, SearchMatch
from forum.organisations.models import Invitation, Membership
from tests import factories
from tests.access.tables import ROLES, UNLIKE, Site, word
from tests.factories import LONG_AGO, saved

PEOPLE = [role for role in ROLES if role != "visitor"]
CONVERSATION = ("suggestions_sent", "suggestions_waiting", "suggestions_answered", "request_written")
SHOWN_ELSEWHERE = "offered organisation"  # the one that is offered to an organisation which cannot read it


@dataclass(frozen=True, slots=True)
class Owed:
    """A mail owed to a role, or to an address (`expert`, `invited`), about a post or ("") about something else."""

    mail: OutgoingMail
    role: str
    thing: str


def every_mail(site: Site) -> Iterator[Owed]:
    """All of them; what they are about is made on the way."""
    ids = {role: str(person.id) for role, person in site.people.items() if person}
    trying = factories.make_organisation("Organisation that is trying it")
    factories.make_membership(site.cast.chiara, trying)
    for thing in UNLIKE:
        post = db.session.get_one(Post, int(site.numbers[thing]["post"]))
        told = [*of_conversation(site, post), *of_reports(site, post, thing, trying.id), *of_flag(post)]
        told += of_offer(site, post, thing)
        for template, data in told:
            event = happened("post", post.id, data)
            yield from (Owed(mail(event, template, f"person:{ids[role]}"), role, thing) for role in PEOPLE)
        for role in PEOPLE:
            yield from own(int(ids[role]), role, post.id, thing)
        yield from of_experts(site, post, thing)
    yield from of_decisions(site, ids)
    yield from of_people(site, ids)


def happened(subject_type: str, subject_id: int, data: dict[str, Any] | None = None) -> Event:
    """Something that happened before; its name plays no part in what a mail says."""
    event = Event(name="something.happened", at=LONG_AGO, subject_type=subject_type, subject_id=subject_id)
    event.data = data or {}
    return saved(event)  # type: ignore[no-any-return]


def mail(event: Event, template: str, recipient: str) -> OutgoingMail:
    """A mail as it is owed."""
    return OutgoingMail(event_id=event.id, recipient=recipient, template=template)


Told = list[tuple[str, dict[str, Any]]]


def of_conversation(site: Site, post: Post) -> Told:
    """Suggestions that wait, and messages."""
    factories.make_suggestion(post, site.cast.mia)
    return [(template, {}) for template in CONVERSATION]


def of_reports(site: Site, post: Post, thing: str, trying_id: int) -> Told:
    """A report with its answer, and one whose outcome nobody knows yet."""
    number = int(site.numbers[thing]["report"])
    with transaction():
        db.session.get_one(Adoption, number).answer = "Thank you."
    values = {"intent": "trying", "permission": "members", "language": "en"}
    times = {"created_at": LONG_AGO, "updated_at": LONG_AGO}
    asked = saved(Adoption(post_id=post.id, organisation_id=trying_id, reporter_id=None, **values, **times))
    known = {"adoption": number}
    return [("adoption_reported", known), ("adoption_answered", known), ("adoption_asked", {"adoption": asked.id})]


def of_flag(post: Post) -> Told:
    """What a reader finds out of date."""
    note = word("report of something out of date")
    flag = saved(Flag(post_id=post.id, reason="outdated", note=note, created_at=LONG_AGO))
    return [("looks_outdated", {"flag": flag.id})]


def of_offer(site: Site, post: Post, thing: str) -> Told:
    """An offer to Il Filo that stands, and one that lapsed. None where only its organisation may read the title."""
    lapsed = offer_of(site, post, outcome="lapsed", answered_at=now())
    told: Told = [("transfer_answered", {"offer": lapsed.id})]
    if post.visibility != "organisation" or post.status not in ("published", "archived") or thing == SHOWN_ELSEWHERE:
        told.append(("transfer_offered", {"offer": offer_of(site, post, offered_at=now()).id}))
    return told


def offer_of(site: Site, post: Post, **fields: Any) -> TransferOffer:
    """An offer of Dora's."""
    sides = {"from_id": site.cast.sluis.id, "organisation_id": site.cast.filo.id, "offered_by_id": site.cast.dora.id}
    values = {"reason": "It is theirs.", "offered_at": LONG_AGO} | fields
    return saved(TransferOffer(post_id=post.id, **sides, **values))  # type: ignore[no-any-return]


def own(person_id: int, role: str, post_id: int, thing: str) -> Iterator[Owed]:
    """What a saved search found for somebody, and what they were asked to confirm, while they could still read it."""
    found, asked = happened("person", person_id), happened("person", person_id)
    keys = {"key": f"post {post_id}", "name": "Bread", "wish": [["q", "bread"]], "alert": "mail"}
    times = {"since": LONG_AGO, "created_at": LONG_AGO, "next_look_at": LONG_AGO}
    search = saved(SavedSearch(person_id=person_id, **keys, **times))
    match = {"post_id": post_id, "found_at": LONG_AGO, "is_owed": True, "event_id": found.id}
    saved(SearchMatch(search_id=search.id, **match))
    question = {"subject_type": "post", "subject_id": post_id, "check_by": now().date(), "step": "owner"}
    moments = {"created_at": LONG_AGO, "asked_at": LONG_AGO}
    saved(Ask(person_id=person_id, event_id=asked.id, **question, **moments))
    for template, event in (("searches_matched", found), ("checks_due", asked)):
        yield Owed(mail(event, template, f"person:{person_id}"), role, thing)


def of_experts(site: Site, post: Post, thing: str) -> Iterator[Owed]:
    """Two experts who were asked; one gave an opinion."""
    event = happened("post", post.id)
    asked, given = (expert_of(site, post, f"{name}{post.id}@u.example") for name in ("asked", "given"))
    scores = dict.fromkeys(("relevance", "evidence", "transferability", "equity"), 3)
    opinion = {"name": "Eva", "text": "Good.", "has_conflict": False, "saved_at": LONG_AGO, "given_at": LONG_AGO}
    saved(ExpertOpinion(invitation_id=given.id, post_id=post.id, **scores, **opinion))
    for template, one in (("expert_invited", asked), ("expert_reminded", asked), ("expert_thanked", given)):
        yield Owed(mail(event, template, f"expert:{one.id}"), "expert", thing)


def expert_of(site: Site, post: Post, email: str) -> ExpertInvitation:
    """An address that was asked about a post."""
    times = {"created_at": LONG_AGO, "ends_at": now() + timedelta(days=9)}
    asked = ExpertInvitation(post_id=post.id, email=email, invited_by_id=site.cast.mia.id, why="Bread.", **times)
    return saved(asked)  # type: ignore[no-any-return]


def of_decisions(site: Site, ids: dict[str, str]) -> Iterator[Owed]:
    """A decision on a post, the wish for a second look, and what the sender of a report hears."""
    decision = db.session.get_one(Decision, int(site.everywhere["decision on a post"]))
    appeal = saved(
        Appeal(decision_id=decision.id, appellant_id=int(ids["an"]), body="No.", language="en", created_at=LONG_AGO)
    )
    event = happened("post", decision.post_id or 0, {"decision": decision.id, "appeal": appeal.id})
    for template in ("decision_made", "appeal_decided"):
        yield Owed(mail(event, template, f"person:{ids['an']}"), "an", "")
    for template in ("notice_received", "notice_decided"):
        flag = Flag(post_id=decision.post_id, reporter_id=int(ids["bert"]), reason="illegal", note="It is.")
        flag.created_at, flag.decision_id = LONG_AGO, decision.id if template == "notice_decided" else None
        yield Owed(mail(event, template, f"flag:{saved(flag).id}"), "bert", "")


def of_people(site: Site, ids: dict[str, str]) -> Iterator[Owed]:
    """Requests, memberships, an invitation, and a message to the administrators."""
    by_note = db.select(Membership).where(Membership.note == word("request to join"))
    request, message = db.session.scalars(by_note).one(), db.session.scalars(db.select(ReaderMessage)).first()
    ended = factories.make_membership(db.session.merge(site.cast.noor), site.cast.filo, state="ended")
    began = db.session.scalars(db.select(Membership).where(Membership.person_id == int(ids["bert"]))).one()
    assert message is not None
    subjects = {
        "membership_requested": request.id,
        "membership_declined": ended.id,
        "membership_started": began.id,
        "message_received": message.id,
    }
    for template, number in subjects.items():
        event = happened("something", number)
        yield from (Owed(mail(event, template, f"person:{ids[role]}"), role, "") for role in PEOPLE)
    invitation = db.session.scalars(db.select(Invitation)).one()
    event = happened("invitation", invitation.id)
    yield Owed(mail(event, "invitation", f"invitation:{invitation.id}"), "invited", "")
