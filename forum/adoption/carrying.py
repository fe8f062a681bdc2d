"""Reports on a practice that was merged into another: they go with it, and come back when that is undone."""

from typing import NamedTuple

from sqlalchemy import func, select, update

from forum.adoption.content import snapshot
from forum.adoption.models import Adoption, AdoptionVersion
from forum.adoption.queries import count_reports
from forum.core.db import db, operation
from forum.library.models import Post
from forum.library.operations.talking import recount_adoptions


class Carried(NamedTuple):
    """The ids of the reports that went along, and of what the others became: earlier words of the report that was there."""

    reports: list[int]
    versions: list[int]


@operation
def carry_reports(source: Post, target: Post) -> Carried:
    """Give a practice the reports on one that it takes in.

    Of an organisation that told of both, the report there stays, and what it told of the other stands in its history. What the
    target's own organisation told of the source stays behind: nobody reports on their own practice.
    """
    if target.kind != "practice":
        return Carried([], [])
    there = {one.organisation_id: one for one in _reports_on(target.id)}
    coming = [one for one in _reports_on(source.id) if one.organisation_id != target.organisation_id]
    moving = [one.id for one in coming if one.organisation_id not in there]
    versions = [_into_history(there[one.organisation_id], one) for one in coming if one.organisation_id in there]
    move_reports(moving, target.id)
    _recount(source, target)
    return Carried(moving, versions)


@operation
def carry_back(carried: Carried, source: Post, target: Post) -> None:
    """Undo `carry_reports`; what was told since stays where it was told."""
    move_reports(carried.reports, source.id)
    for number in carried.versions:
        version = db.session.get(AdoptionVersion, number)
        if version is not None:
            db.session.delete(version)
    _recount(source, target)


def move_reports(ids: list[int], post_id: int) -> None:
    """Put reports on another practice. Part of an operation."""
    if ids:
        db.session.execute(update(Adoption).where(Adoption.id.in_(ids)).values(post_id=post_id))
        db.session.flush()


def _reports_on(post_id: int) -> list[Adoption]:
    return list(db.session.scalars(select(Adoption).where(Adoption.post_id == post_id).order_by(Adoption.id)))


def _into_history(report: Adoption, other: Adoption) -> int:
    """Keep what an organisation told of the other practice among the earlier words of its report; the version's id."""
    last = select(func.max(AdoptionVersion.number)).where(AdoptionVersion.adoption_id == report.id)
    version = AdoptionVersion(
        adoption_id=report.id,
        number=(db.session.scalar(last) or 0) + 1,
        content=snapshot(other),
        editor_id=other.reporter_id,
        created_at=other.updated_at,
    )
    db.session.add(version)
    db.session.flush()
    return version.id


def _recount(*posts: Post) -> None:
    for post in posts:
        recount_adoptions(post, count_reports(post.id))
