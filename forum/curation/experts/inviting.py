"""What moderators do: ask experts, take an invitation back, and decide. Experts advise, moderators decide."""

import secrets
from datetime import timedelta

from forum.accounts.models import Person
from forum.accounts.queries import normal_email, person_by_email
from forum.accounts.validation import Problems, email_problem, language_problem
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Conflict, Denied, Invalid, Missing
from forum.core.events import record
from forum.core.limits import check_limit
from forum.core.text import message as _
from forum.curation.experts import events
from forum.curation.experts.models import WHY_LENGTH, ExpertInvitation, ExpertLink
from forum.curation.experts.policy import refuse_insiders, require_inviter
from forum.curation.experts.queries import has_room, invitations_of, token_hash
from forum.library.form_texts import noted_text
from forum.library.models import SHOWN_STATUSES, Post
from forum.library.operations import curating

LIFE = timedelta(days=14)
SECRET_BYTES = 32
INVITATIONS_A_DAY, MAILS_TO_ONE_ADDRESS, DAY = 50, 5, 24 * 60 * 60
READY = ("reviewed", "in_expert_review")


@operation
def invite_expert(actor: Actor, post_id: int, email: str, language: str, why: str) -> ExpertInvitation:
    """Ask an address for an opinion on one post within two weeks, by a mail in `language`.

    Raises `Conflict` when the post is not reviewed yet or has experts enough, `Invalid` for an address of its own people.
    """
    post = require_inviter(actor, db.session.get(Post, post_id))
    if post.status not in SHOWN_STATUSES:
        raise Conflict(_("The status of this post has changed in the meantime."))
    if post.review not in READY:
        raise Conflict(_("Experts look at reviewed posts. Mark this post as reviewed first."))
    address, words = _checked(email, language, why)
    person = person_by_email(address)
    if person is not None and person.id == actor.person_id:
        raise Invalid({"email": _("Ask somebody else than yourself: you decide in the end.")})
    refuse_insiders(post, address, person)
    _require_room(post, address)
    check_limit(f"experts asked by {actor.person_id}", INVITATIONS_A_DAY, DAY)
    check_limit(f"expert {address}", MAILS_TO_ONE_ADDRESS, DAY)
    invitation = ExpertInvitation(
        post_id=post.id,
        email=address,
        person_id=person.id if person else None,
        invited_by_id=actor.person_id,
        language=language,
        why=words,
        created_at=now(),
        ends_at=now() + LIFE,
    )
    db.session.add(invitation)
    db.session.flush()
    if post.review == "reviewed":
        curating.start_expert_review(actor, post.id)
    record(actor, events.INVITED, "post", post.id, {"invitation": invitation.id})
    return invitation


def _checked(email: str, language: str, why: str) -> tuple[str, str]:
    problems = Problems()
    problems.add("email", email_problem(email))
    problems.add("language", language_problem(language))
    words = noted_text(problems, "why", why, WHY_LENGTH, _("Say in a sentence why you ask this expert."))
    problems.settle()
    return normal_email(email) or "", words


def _require_room(post: Post, address: str) -> None:
    """Nobody is asked twice about a post; two experts are enough, unless their opinions are far apart."""
    before = invitations_of(post.id)
    if any(one.email == address for one in before):
        raise Invalid({"email": _("This address is invited already.")})
    if not has_room(before):
        raise Conflict(_("There are enough experts: two, or three when two are far apart."))


@operation
def make_link(invitation_id: int) -> str:
    """Make the secret of a link, when a mail is sent; links of earlier mails go on. Raises `Missing` when it would lead nowhere."""
    invitation = _require(invitation_id)
    may_answer = invitation.is_open and invitation.ends_at > now()
    if not invitation.email or not (may_answer or invitation.state == "given"):
        raise Missing
    secret = secrets.token_urlsafe(SECRET_BYTES)
    db.session.add(
        ExpertLink(invitation_id=invitation.id, email=invitation.email, token_hash=token_hash(secret), created_at=now())
    )
    return secret


@operation
def take_back_invitation(actor: Actor, post_id: int, invitation_id: int) -> None:
    """Take an invitation back that was not answered by an opinion yet; its links end."""
    post = require_inviter(actor, db.session.get(Post, post_id))
    invitation = _require(invitation_id)
    if invitation.post_id != post.id:
        raise Missing(_("There is no such invitation."))
    if not invitation.is_open:
        raise Conflict(_("This invitation is over already."))
    invitation.taken_back_at = now()
    forget(invitation)
    record(actor, events.TAKEN_BACK, "post", post.id, {"invitation": invitation.id})


@operation
def recommend_post(actor: Actor, post_id: int) -> Post:
    """Recommend a post that at least one expert gave an opinion on, and show the opinions with it."""
    require_inviter(actor, db.session.get(Post, post_id))
    invitations = invitations_of(post_id)
    standing = [one.opinion for one in invitations if one.opinion and one.opinion.stands]
    if not standing:
        raise Conflict(_("Nobody gave an opinion yet. Ask an expert first."))
    if any(one.person_id == actor.person_id for one in invitations if one.opinion and one.opinion.stands):
        raise Denied(_("You gave an opinion yourself. Another moderator decides."))
    for one in invitations:
        if one.is_open:
            take_back_invitation(actor, post_id, one.id)
    for opinion in standing:
        opinion.shown_at = opinion.shown_at or now()
    return curating.recommend(actor, post_id, data={"opinions": [one.id for one in standing]})


@operation
def end_review(actor: Actor, post_id: int) -> Post:
    """Stop asking experts without recommending: the post stays reviewed, and open invitations end."""
    post = require_inviter(actor, db.session.get(Post, post_id))
    for one in invitations_of(post_id):
        if one.is_open:
            take_back_invitation(actor, post_id, one.id)
    return curating.end_expert_review(actor, post.id)


def forget(invitation: ExpertInvitation) -> None:
    """Let go of the address and of an unfinished opinion: who was asked in vain stays no longer on a list."""
    invitation.email, invitation.person_id = "", None
    if invitation.opinion and invitation.opinion.given_at is None:
        db.session.delete(invitation.opinion)


def _require(invitation_id: int) -> ExpertInvitation:
    found = db.session.get(ExpertInvitation, invitation_id)
    if found is None:
        raise Missing(_("There is no such invitation."))
    return found


def name_of(person: Person | None) -> str:
    """The name of somebody who still has an account."""
    return "" if person is None or person.erased_at else person.name
