"""Who may report content, who decides on it and on people, and who looks after reports and messages."""

from sqlalchemy import ColumnElement, and_, or_

from forum.accounts.models import Person
from forum.adoption.models import Adoption
from forum.core.actor import Actor
from forum.core.db import db
from forum.core.errors import Denied, Missing
from forum.core.text import message as _
from forum.curation.models import Appeal, Decision
from forum.library.models import Post
from forum.library.policy import MODERATORS_SEE, can_moderate, could_moderate, readable
from forum.organisations.queries import organisations_of


def require_reporter(actor: Actor) -> None:
    """Raise `Denied` unless somebody is signed in: a report has a sender."""
    if not actor:
        raise Denied(_("Sign in to report something."))


def require_moderator(actor: Actor) -> None:
    """Raise `Denied` unless the actor moderates something."""
    if not actor.is_moderator:
        raise Denied(_("This is for moderators."))


def require_message_reader(actor: Actor) -> None:
    """Raise `Denied` unless the actor may read what people write to those who look after the site."""
    if not actor.is_admin:
        raise Denied(_("Only administrators read these messages."))


def loggable(actor: Actor) -> ColumnElement[bool]:
    """The posts whose curation an actor may read of: readable ones, and those that would be if they were shown."""
    would_be = Post.visibility == "public"
    if actor.is_member:
        would_be = Post.visibility.in_(("public", "members"))
    return or_(readable(actor), and_(Post.status.in_((*MODERATORS_SEE, "withdrawn")), would_be))


OWN_PERSON = _("You cannot decide about yourself or a colleague. Another moderator will.")


def is_own(actor: Actor, post: Post, author_id: int | None, organisation_id: int | None = None) -> bool:
    """Whether a post, or what somebody wrote below it (for `organisation_id`), is the actor's own or their organisation's."""
    return author_id == actor.person_id or bool({post.organisation_id, organisation_id} & actor.organisation_ids)


def require_decider(actor: Actor, post: Post, author_id: int | None, organisation_id: int | None = None) -> None:
    """Raise unless the actor may decide about a post, or about what `author_id` wrote below it for an organisation."""
    if actor.is_system:
        return
    if not can_moderate(actor, post):
        raise Denied(_("Only a moderator may do this."))
    if bool(actor) and is_own(actor, post, author_id, organisation_id):
        raise Denied(_("You cannot decide about a post of your own organisation. Another moderator will."))


def can_decide(actor: Actor, post: Post, author_id: int | None, organisation_id: int | None = None) -> bool:
    """The same as `require_decider`, as an answer."""
    own = bool(actor) and is_own(actor, post, author_id, organisation_id)
    return actor.is_system or (can_moderate(actor, post) and not own)


def sanction_refusal(actor: Actor, person: Person) -> Denied | None:
    """Why the actor may not warn, silence or suspend a person; None when they may."""
    if not actor.moderates_any() or actor.is_silenced:
        return Denied(_("Only moderators of the whole network decide about people."))
    if any(grant.role == "admin" for grant in person.roles) and not (actor.is_admin or actor.is_system):
        return Denied(_("Only administrators decide about administrators."))
    colleagues = {organisation.id for organisation in organisations_of(person.id)} & actor.organisation_ids
    if person.id == actor.person_id or colleagues:
        return Denied(OWN_PERSON)
    return None


def can_see_decision(actor: Actor, decision: Decision) -> bool:
    """Whether an actor may read a decision with its reasons: whom it concerns, and moderators who may see its subject."""
    if actor.is_system or (bool(actor) and decision.person_id == actor.person_id):
        return True
    if not actor.is_moderator:
        return False
    post = db.session.get(Post, decision.post_id) if decision.post_id else None
    return decision.post_id is None or (post is not None and moderator_sees(actor, post))


def moderator_sees(actor: Actor, post: Post) -> bool:
    """Whether a moderator may see a post or, of a withdrawn one, what remains."""
    return can_moderate(actor, post) or could_moderate(actor, post)


def require_second(actor: Actor, appeal: Appeal) -> None:
    """Raise unless the actor may decide an appeal: another moderator than the first, and nobody it concerns."""
    decision = appeal.decision
    if not can_see_decision(actor, decision) or not actor.is_moderator:
        raise Missing(_("There is no such appeal."))
    if actor.person_id in (decision.decided_by_id, appeal.appellant_id, decision.person_id):
        raise Denied(_("Another moderator than the first one looks at it again."))
    post = db.session.get(Post, decision.post_id) if decision.post_id else None
    if post is None:
        refused = sanction_refusal(actor, db.session.get_one(Person, decision.person_id))
        if refused:
            raise refused
    elif is_own(actor, post, decision.person_id, _teller_of(decision)) or not moderator_sees(actor, post):
        raise Denied(_("You cannot decide about a post of your own organisation. Another moderator will."))


def _teller_of(decision: Decision) -> int | None:
    """The organisation whose report on trying a practice a decision is about."""
    adoption = db.session.get(Adoption, decision.subject_id) if decision.subject_type == "adoption" else None
    return adoption.organisation_id if adoption else None
