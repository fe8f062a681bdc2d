"""Reading invitations and opinions: by the link of a mail, for moderators, and for readers of a post."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from forum.accounts.models import Person
from forum.accounts.policy import require_signed_in
from forum.accounts.sessions import hashed
from forum.core.actor import VISITOR, Actor
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Missing
from forum.core.text import message as _
from forum.curation.experts.advice import MOST_EXPERTS, USUAL_EXPERTS, Proposal, differ, propose
from forum.curation.experts.models import ExpertInvitation, ExpertLink, ExpertOpinion
from forum.curation.experts.policy import opens_to_experts, require_inviter
from forum.library.models import Post

PURPOSE = "expert opinion"
UNKNOWN = _("This link does not exist. Use the link in the mail as it stands there.")
ENDED = {
    "declined": _("You said that you cannot do it. Thank you for telling us."),
    "lapsed": _("The two weeks are over. Somebody else is asked now. Thank you all the same."),
    "taken_back": _("A moderator took this invitation back. There is nothing more to do."),
    "withdrawn": _("You withdrew your opinion. It is deleted."),
}
NOT_SHOWN = _("This post is not shown at the moment. Ask the moderator who invited you.")


def token_hash(secret: str) -> str:
    """What is kept of a link's secret: bound to this purpose, so that no other link can be used for it."""
    return hashed(f"{PURPOSE} {secret}")


def invitation_by_secret(secret: str) -> ExpertInvitation:
    """The invitation that a link opens, with its post. Raises `Missing`, with the reason when it no longer leads anywhere."""
    row = db.session.execute(
        select(ExpertInvitation, ExpertLink.email)
        .join(ExpertLink, ExpertLink.invitation_id == ExpertInvitation.id)
        .where(ExpertLink.token_hash == token_hash(secret))
        .options(
            joinedload(ExpertInvitation.post),
            joinedload(ExpertInvitation.invited_by),
            joinedload(ExpertInvitation.opinion),
        )
    ).first()
    if row is None:
        raise Missing(UNKNOWN)
    found: ExpertInvitation = row[0]
    state = "lapsed" if found.is_open and found.ends_at <= now() else found.state
    if state in ENDED:
        raise Missing(ENDED[state])
    if found.email != row[1]:
        raise Missing(UNKNOWN)
    if not opens_to_experts(found.post):
        raise Missing(NOT_SHOWN)
    return found


@dataclass(frozen=True, slots=True)
class ExpertReview:
    """A post with everybody who was asked about it, the latest first, and what the machine proposes."""

    post: Post
    invitations: list[ExpertInvitation]
    proposal: Proposal

    @property
    def has_room(self) -> bool:
        """Whether another expert may be asked: two are enough, unless their opinions are far apart."""
        return has_room(self.invitations)

    @property
    def opinions(self) -> list[ExpertOpinion]:
        """The opinions that stand."""
        return [one.opinion for one in self.invitations if one.opinion and one.opinion.stands]


def expert_review(actor: Actor, post_id: int) -> ExpertReview:
    """What a moderator from elsewhere sees of the experts on a post. Raises `Missing` and `Denied`."""
    post = require_inviter(actor, db.session.get(Post, post_id))
    invitations = invitations_of(post_id)
    return ExpertReview(post, invitations, proposal_from(invitations))


def invitations_of(post_id: int) -> list[ExpertInvitation]:
    """Everybody who was asked about a post, with what they wrote, the latest first."""
    asked = select(ExpertInvitation).where(ExpertInvitation.post_id == post_id)
    whole = asked.options(joinedload(ExpertInvitation.opinion), joinedload(ExpertInvitation.invited_by))
    return list(db.session.scalars(whole.order_by(ExpertInvitation.id.desc())))


def has_room(invitations: list[ExpertInvitation]) -> bool:
    """Whether another expert may be asked beside these: two are enough, or three when two opinions are far apart."""
    at_work = [one for one in invitations if one.is_open or one.state == "given"]
    scores = [one.opinion.scores for one in at_work if one.opinion and one.opinion.stands]
    return len(at_work) < (MOST_EXPERTS if differ(scores) else USUAL_EXPERTS)


def proposal_from(invitations: list[ExpertInvitation]) -> Proposal:
    """What the machine proposes."""
    opinions = [one.opinion.scores for one in invitations if one.opinion and one.opinion.stands]
    asked = sum(1 for one in invitations if one.taken_back_at is None)
    return propose(opinions, still_open=sum(one.is_open for one in invitations), asked=asked)


@dataclass(frozen=True, slots=True)
class ShownOpinion:
    """An opinion as readers of a post see it. Of a withdrawn one, only the date remains."""

    name: str
    affiliation: str
    language: str
    text: str
    conflict: str
    scores: dict[str, int]
    given_at: datetime
    withdrawn_at: datetime | None


def shown_opinions(post: Post) -> list[ShownOpinion]:
    """The opinions that readers of a recommended post see, the first one first. Ask only for a post that they may read."""
    if post.review != "recommended":
        return []
    shown = select(ExpertOpinion).where(ExpertOpinion.post_id == post.id, ExpertOpinion.shown_at.is_not(None))
    return [
        ShownOpinion(
            one.name,
            one.affiliation,
            one.language,
            one.text,
            one.conflict,
            one.scores,
            one.given_at,
            one.withdrawn_at,
        )
        for one in db.session.scalars(shown.order_by(ExpertOpinion.given_at, ExpertOpinion.id))
        if one.given_at and (one.may_be_shown or (one.withdrawn_at and one.agreed_at))
    ]


def agreements_of(actor: Actor) -> list[ExpertOpinion]:
    """The actor's own opinions of which they ever agreed that readers see them, the first agreement first."""
    asked = select(ExpertInvitation.id).where(ExpertInvitation.person_id == require_signed_in(actor))
    agreed = select(ExpertOpinion).where(ExpertOpinion.invitation_id.in_(asked), ExpertOpinion.agreed_at.is_not(None))
    return list(db.session.scalars(agreed.order_by(ExpertOpinion.agreed_at)))


def expert_of(invitation: ExpertInvitation) -> Actor:
    """Who acts by a link: the person whose address it went to, or nobody known here."""
    person: Person | None = invitation.person
    return VISITOR if person is None else Actor(person_id=person.id, name=person.name)
