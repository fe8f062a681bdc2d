"""What experts leave for moderators to decide, as a source of the desk: nobody is asked any more, and a next step is proposed."""

from typing import Any

from sqlalchemy import Select, and_, case, exists, func, or_, select

from forum.core.actor import Actor
from forum.curation.entries import Source, about_post, may_act_on
from forum.curation.experts.advice import FAR_APART, GOOD_ON_AVERAGE, MOST_EXPERTS, Proposal
from forum.curation.experts.models import SCORES, ExpertInvitation, ExpertOpinion
from forum.library.models import Post
from forum.library.policy import listed

STANDS = and_(ExpertOpinion.given_at.is_not(None), ExpertOpinion.withdrawn_at.is_(None))


def _to_decide(actor: Actor) -> Select[Any]:
    """The posts in expert review for which `advice.propose` says anything but to wait, and what it says (`code`)."""
    said, ended = _opinions(), _ends()
    since = func.coalesce(ended.c.moment, Post.review_since, Post.updated_at)
    rows = about_post(Post.id, since, code=_proposal(said.c)).select_from(Post)
    rows = rows.outerjoin(said, said.c.post_id == Post.id).outerjoin(ended, ended.c.post_id == Post.id)
    return rows.where(listed(actor), Post.review == "in_expert_review", ~_is_open(), *may_act_on(actor))


def _opinions() -> Any:
    """Of each post with opinions that stand: how many, the sum of all scores, and how far apart those are at most."""
    columns = [getattr(ExpertOpinion, name) for name in SCORES]
    apart = [func.max(column) - func.min(column) for column in columns]
    total = sum((func.sum(column) for column in columns[1:]), func.sum(columns[0]))
    far = or_(*(distance >= FAR_APART for distance in apart))
    return (
        select(
            ExpertOpinion.post_id,
            func.count().label("number"),
            total.label("total"),
            case((far, 1), else_=0).label("far_apart"),
        )
        .where(STANDS)
        .group_by(ExpertOpinion.post_id)
        .subquery("opinions")
    )


def _ends() -> Any:
    """Of each post, when the last expert answered or was given up."""
    asked = ExpertInvitation
    moment = func.max(
        func.coalesce(ExpertOpinion.given_at, asked.declined_at, asked.lapsed_at, asked.taken_back_at, asked.created_at)
    )
    answered = select(asked.post_id, moment.label("moment")).outerjoin(
        ExpertOpinion, ExpertOpinion.invitation_id == asked.id
    )
    return answered.group_by(asked.post_id).subquery("ends")


def _is_open() -> Any:
    """Whether an opinion on the post may still come."""
    answered = exists().where(ExpertOpinion.invitation_id == ExpertInvitation.id, ExpertOpinion.given_at.is_not(None))
    return exists().where(
        ExpertInvitation.post_id == Post.id,
        ExpertInvitation.declined_at.is_(None),
        ExpertInvitation.lapsed_at.is_(None),
        ExpertInvitation.taken_back_at.is_(None),
        ~answered,
    )


def _proposal(said: Any) -> Any:
    """The same as `advice.propose`, in SQL."""
    return case(
        (said.number.is_(None), Proposal.ASK_NEXT.value),
        (said.number == 1, Proposal.DECIDE_WITH_ONE.value),
        (and_(said.far_apart == 1, said.number < MOST_EXPERTS), Proposal.ASK_THIRD.value),
        (said.total >= GOOD_ON_AVERAGE * len(SCORES) * said.number, Proposal.RECOMMEND.value),
        else_=Proposal.KEEP_REVIEWED.value,
    )


EXPERTS = Source("experts", _to_decide)
