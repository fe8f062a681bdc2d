"""What waits for moderators from this floor and those below: posts, reports by readers, requests to join."""

from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from forum.accounts.models import Person
from forum.adoption.models import Adoption
from forum.adoption.queries import repeated_practices
from forum.core.actor import Actor
from forum.core.clock import now
from forum.curation.entries import Source, about_post, entry, may_act_on, start_of
from forum.curation.freshness.models import Ask
from forum.curation.freshness.waiting import waits_for_its_people
from forum.curation.models import Appeal, Decision, Flag
from forum.library.evidence import REPEATED_FROM, oldest_good
from forum.library.models import Post
from forum.library.policy import listed, readable
from forum.organisations.models import Membership, Organisation
from forum.organisations.policy import managed_by


def _new_posts(actor: Actor) -> Select[Any]:
    rows = about_post(Post.id, func.coalesce(Post.review_since, Post.published_at))
    return rows.where(listed(actor), Post.review == "new", Post.published_at.is_not(None), *may_act_on(actor))


def _changed_posts(actor: Actor) -> Select[Any]:
    return about_post(Post.id, Post.changed_at).where(listed(actor), Post.changed_at.is_not(None), *may_act_on(actor))


def _stale_posts(actor: Actor) -> Select[Any]:
    rows = about_post(Post.id, func.coalesce(Post.review_since, Post.updated_at))
    stale = (Post.review == "needs_recheck", Post.changed_at.is_(None), ~waits_for_its_people())
    return rows.where(listed(actor), *stale, *may_act_on(actor))


def _old_levels(actor: Actor) -> Select[Any]:
    rows = about_post(Post.id, start_of(Post.evidence_set_on), number=Post.evidence_level)
    return rows.where(listed(actor), Post.evidence_set_on < oldest_good(now().date()), *may_act_on(actor))


def _repeated_practices(actor: Actor) -> Select[Any]:
    """Practices that worked elsewhere, below level 4: unless somebody judged them since the last report."""
    latest = select(func.max(Adoption.updated_at)).where(Adoption.post_id == Post.id).scalar_subquery()
    is_news = or_(Post.evidence_set_on.is_(None), Post.evidence_set_on < func.date(latest))
    rows = about_post(Post.id, func.coalesce(latest, Post.updated_at), code="repeated")
    below = func.coalesce(Post.evidence_level, 0) < REPEATED_FROM
    return rows.where(listed(actor), Post.id.in_(repeated_practices()), below, is_news, *may_act_on(actor))


def _open_flags(actor: Actor) -> Select[Any]:
    about = {"number": Flag.comment_id, "adoption_id": Flag.adoption_id}
    rows = about_post(
        Flag.id, Flag.created_at, person_id=Flag.reporter_id, text=Flag.note, code=Flag.reason, **about
    ).join_from(Flag, Post, Post.id == Flag.post_id)
    rows = rows.outerjoin(Adoption, Adoption.id == Flag.adoption_id)  # one that its writers withdrew waits for nobody
    return rows.where(Flag.resolved_at.is_(None), Adoption.withdrawn_at.is_(None), readable(actor))


def _open_appeals(actor: Actor) -> Select[Any]:
    """Decisions by other moderators; on posts that the actor may act on, on people for those of the whole network."""
    rows = entry(
        Appeal.id,
        Appeal.created_at,
        post_id=Decision.post_id,
        organisation_id=Post.organisation_id,
        language=Post.language,
        text=Appeal.body,
        code=Decision.action,
        number=Appeal.decision_id,
    )
    rows = rows.join_from(Appeal, Decision, Decision.id == Appeal.decision_id)
    rows = rows.outerjoin(Post, Post.id == Decision.post_id)
    seen = or_(readable(actor), and_(Post.status == "withdrawn", Post.visibility != "organisation"))
    about_post = and_(Decision.post_id.is_not(None), seen, *may_act_on(actor))
    about = or_(about_post, Decision.post_id.is_(None)) if actor.moderates_any() else about_post
    others = [
        or_(column.is_(None), column != actor.person_id)
        for column in (Decision.decided_by_id, Decision.person_id, Appeal.appellant_id)
    ]
    return rows.where(Appeal.decided_at.is_(None), about, *others)


def _open_requests(actor: Actor) -> Select[Any]:
    rows = entry(
        Membership.id,
        Membership.created_at,
        organisation_id=Membership.organisation_id,
        person_id=Membership.person_id,
        language=Organisation.language,
        country=Organisation.country,
        title=Organisation.name,
        text=Membership.note,
        code=Organisation.slug,
    )
    rows = rows.join_from(Membership, Organisation, Organisation.id == Membership.organisation_id)
    asking = select(Person.id).where(Person.erased_at.is_(None))
    return rows.where(
        Membership.state == "requested",
        Organisation.closed_at.is_(None),
        Membership.person_id.in_(asking),
        managed_by(actor),
    )


def _stale_pages(actor: Actor) -> Select[Any]:
    """Pages of organisations whose own people and whose network were asked in vain whether they are true."""
    rows = entry(
        Organisation.id,
        Ask.created_at,
        organisation_id=Organisation.id,
        language=Organisation.language,
        country=Organisation.country,
        title=Organisation.name,
        code=Organisation.slug,
    )
    left_to_the_desk = and_(
        Ask.subject_type == "organisation",
        Ask.subject_id == Organisation.id,
        Ask.check_by == Organisation.check_by,
        Ask.step == "desk",
    )
    rows = rows.join_from(Ask, Organisation, left_to_the_desk)
    return rows.where(Organisation.closed_at.is_(None), Organisation.check_by < now().date(), managed_by(actor))


NEW_POSTS = Source("new", _new_posts)
CHANGED_POSTS = Source("changed", _changed_posts)
STALE_POSTS = Source("stale", _stale_posts)
REPEATED = Source("repeated", _repeated_practices)
OLD_LEVELS = Source("evidence", _old_levels, is_timed=False)
FLAGS = Source("flag", _open_flags)
APPEALS = Source("appeal", _open_appeals)
REQUESTS = Source("request", _open_requests)
STALE_PAGES = Source("page", _stale_pages)
