"""Reading decisions, what was asked of them again, and all that moderators know of a person."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from forum.accounts.models import Person
from forum.adoption.models import Adoption
from forum.core.actor import Actor
from forum.core.db import db
from forum.core.errors import Missing
from forum.core.text import message as _
from forum.curation.models import Appeal, Decision, Flag, ModeratorNote
from forum.curation.policy import can_see_decision, require_moderator
from forum.curation.subjects import Subject
from forum.discussion.models import Comment
from forum.library.models import Post
from forum.library.policy import readable

MOST = 50
NO_DECISION = _("There is no such decision.")


def decision_for(actor: Actor, decision_id: int) -> Decision:
    """A decision with its reasons, for whom it concerns and for moderators. Raises `Missing`."""
    decision = db.session.get(Decision, decision_id)
    if decision is None or not can_see_decision(actor, decision):
        raise Missing(NO_DECISION)
    return decision


def decision_by_link(decision_id: int) -> Decision:
    """The decision that a signed link leads to. Raises `Missing`."""
    decision = db.session.get(Decision, decision_id)
    if decision is None:
        raise Missing(NO_DECISION)
    return decision


def notice_by_link(flag_id: int) -> Flag:
    """The report that a signed link leads to. Raises `Missing`."""
    flag = db.session.get(Flag, flag_id)
    if flag is None:
        raise Missing(_("There is no such report."))
    return flag


def latest_decision(actor: Actor, subject_type: str, subject_id: int) -> Decision:
    """The last decision on something that the actor may read. Raises `Missing`."""
    about = select(Decision.id).where(Decision.subject_type == subject_type, Decision.subject_id == subject_id)
    return decision_for(actor, db.session.scalar(about.order_by(Decision.id.desc()).limit(1)) or 0)


@dataclass(frozen=True, slots=True)
class About:
    """The post that a decision is about, or below which stands what it is about: a comment, or who tried it."""

    post: Post | None = None
    comment: Comment | None = None
    adoption: Adoption | None = None


def about(decision: Decision) -> About:
    """What a decision is about."""
    post = db.session.get(Post, decision.post_id) if decision.post_id else None
    if decision.subject_type == "comment":
        return About(post, comment=db.session.get(Comment, decision.subject_id))
    if decision.subject_type == "adoption":
        return About(post, adoption=db.session.get(Adoption, decision.subject_id))
    return About(post)


def reports_on(subject: Subject) -> list[Flag]:
    """The open reports on something, for the moderator who decides."""
    query = select(Flag).where(subject.flagged(), Flag.resolved_at.is_(None))
    return list(db.session.scalars(query.options(joinedload(Flag.reporter)).order_by(Flag.id)))


def appeal_for(actor: Actor, appeal_id: int) -> Appeal:
    """An appeal, for moderators who may see what it is about. Raises `Missing`."""
    require_moderator(actor)
    appeal = db.session.get(Appeal, appeal_id)
    if appeal is None or not can_see_decision(actor, appeal.decision) or appeal.decision.person_id == actor.person_id:
        raise Missing(_("There is no such appeal."))
    return appeal


@dataclass(frozen=True, slots=True)
class FlagOnPerson:
    """A report on something a person wrote."""

    flag: Flag
    title: str
    language: str
    number: int | None


@dataclass(frozen=True, slots=True)
class PersonHistory:
    """What moderators know of a person: the latest of each, and how many there are in all."""

    person: Person
    decisions: list[Decision]
    flags: list[FlagOnPerson]
    appeals: list[Appeal]
    notes: list[ModeratorNote]
    counts: dict[str, int]


def history_of_person(actor: Actor, person: Person) -> PersonHistory:
    """Reports on what a person wrote, decisions, appeals and notes, in seven statements; of what the moderator may see."""
    require_moderator(actor)
    if person.id == actor.person_id:
        raise Missing
    decisions = and_(Decision.person_id == person.id, _about_seen(actor))
    appeals = and_(Appeal.appellant_id == person.id, _about_seen(actor))
    wrote = or_(
        and_(Flag.comment_id.is_(None), Flag.adoption_id.is_(None), Post.author_id == person.id),
        and_(Flag.comment_id.is_not(None), Comment.author_id == person.id),
        and_(Flag.adoption_id.is_not(None), Adoption.reporter_id == person.id),
    )
    flags = (
        select(Flag, Post.title, Post.language, Comment.number)
        .join(Post, Post.id == Flag.post_id)
        .outerjoin(Comment, Comment.id == Flag.comment_id)
        .outerjoin(Adoption, Adoption.id == Flag.adoption_id)
        .where(wrote, readable(actor))
    )
    made = select(Decision).outerjoin(Post, Post.id == Decision.post_id).where(decisions)
    asked = select(Appeal).join(Decision).outerjoin(Post, Post.id == Decision.post_id).where(appeals)
    notes = select(ModeratorNote).where(ModeratorNote.person_id == person.id).options(joinedload(ModeratorNote.author))
    return PersonHistory(
        person,
        list(db.session.scalars(_newest(made.options(joinedload(Decision.decided_by)), Decision.id))),
        [FlagOnPerson(*tuple(row)) for row in db.session.execute(_newest(flags, Flag.id))],
        list(db.session.scalars(_newest(asked.options(joinedload(Appeal.decision)), Appeal.id))),
        list(db.session.scalars(_newest(notes, ModeratorNote.id))),
        {"decisions": _count(made), "flags": _count(flags), "appeals": _count(asked)},
    )


def _about_seen(actor: Actor) -> ColumnElement[bool]:
    """That a decision is about a person, or about a post that the moderator may read (or that was withdrawn)."""
    return or_(
        Decision.post_id.is_(None), readable(actor), and_(Post.status == "withdrawn", Post.visibility != "organisation")
    )


def _newest(query: Any, key: Any) -> Any:
    return query.order_by(key.desc()).limit(MOST)


def _count(query: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
