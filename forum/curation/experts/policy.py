"""Who may ask experts about a post, and who cannot be one."""

from sqlalchemy import select

from forum.accounts.models import Person
from forum.core.actor import Actor
from forum.core.db import db
from forum.core.errors import Denied, Invalid
from forum.core.text import message as _
from forum.curation.experts.models import ExpertInvitation
from forum.library.models import SHOWN_STATUSES, Post
from forum.library.policy import can_review, require_moderate
from forum.organisations.domains import domain_of
from forum.organisations.models import Membership, OrganisationDomain

NOT_YOUR_OWN = _("Experts about posts of your own organisation are invited by another moderator.")


def require_inviter(actor: Actor, post: Post | None) -> Post:
    """The post, or `Missing` / `Denied` when the actor may not ask experts about it: a moderator from elsewhere may."""
    found = require_moderate(actor, post)
    if not can_review(actor, found):
        raise Denied(NOT_YOUR_OWN)
    return found


def opens_to_experts(post: Post) -> bool:
    """Whether an expert's link leads to a post: as long as it is shown to more than its own organisation."""
    return post.status in SHOWN_STATUSES and post.visibility != "organisation"


def refuse_insiders(post: Post, email: str, person: Person | None) -> None:
    """Raise `Invalid` when an address belongs to the author, or to somebody of the post's own organisation."""
    if is_insider(post, email, person):
        raise Invalid({"email": _("This expert belongs to the organisation of the post. Ask somebody from elsewhere.")})


def is_insider(post: Post, email: str, person: Person | None) -> bool:
    """Whether an address is the author's, or somebody's of the organisation: a member, or with one of its domains."""
    if person is not None and _wrote(post, person):
        return True
    if post.organisation_id is None:
        return False
    if person is not None and _belongs(person.id, post.organisation_id):
        return True
    own = select(OrganisationDomain.id).where(
        OrganisationDomain.organisation_id == post.organisation_id, OrganisationDomain.domain == domain_of(email)
    )
    return db.session.scalar(own) is not None


def is_asked(post_id: int, person_id: int | None) -> bool:
    """Whether a person was asked about a post and may still answer, or has; who ended or withdrew is forgotten here."""
    asked = select(ExpertInvitation.id).where(
        ExpertInvitation.post_id == post_id, ExpertInvitation.person_id == person_id
    )
    return person_id is not None and db.session.scalar(asked.limit(1)) is not None


def _wrote(post: Post, person: Person) -> bool:
    return person.id == post.author_id or any(one.person_id == person.id for one in post.coauthors)


def _belongs(person_id: int, organisation_id: int) -> bool:
    active = select(Membership.id).where(
        Membership.person_id == person_id,
        Membership.organisation_id == organisation_id,
        Membership.state == "active",
    )
    return db.session.scalar(active) is not None
