"""Erasing a person: the row stays as "former member", what was theirs alone goes, and their name leaves every text.

Posts, comments and reports stay with the organisations; so do decisions and notices, which the law asks to keep, without the name.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, or_, select, update

from forum.accounts import profiles
from forum.accounts.models import FORMER_MEMBER, Person
from forum.accounts.policy import require_signed_in
from forum.core.actor import SYSTEM, Actor
from forum.core.db import Base, db, operation
from forum.core.events import record
from forum.curation.collections_models import Collection
from forum.curation.experts.models import ExpertInvitation, ExpertOpinion
from forum.curation.freshness.answering import forget_questions
from forum.library import events as posts
from forum.library.models import Post, PostCoauthor
from forum.library.operations import form_drafts
from forum.notifications.choices import forget_choices
from forum.notifications.models import OutgoingMail
from forum.notifications.saved_searches import forget_searches
from forum.organisations.operations.memberships import leave_everything
from forum.organisations.queries import actor_for
from forum.personal.columns import TABLES
from forum.personal.traces import remove_traces, traces_of

FAREWELLS: tuple[Callable[[Actor], None], ...] = (
    leave_everything,
    form_drafts.discard_all,
    forget_choices,
    forget_searches,
    forget_questions,
)


def close_account(actor: Actor, password: str) -> None:
    """Close the actor's own account, knowing its password, if it has one.

    Raises `Invalid` for a wrong password and `Conflict` for the last administrator.
    """
    profiles.close_account(actor, password, (forget_all_of,))


@operation
def forget_all_of(actor: Actor) -> None:
    """Take a person out of every table but their own row, which the account itself empties."""
    person = db.session.get_one(Person, require_signed_in(actor))
    for farewell in FAREWELLS:
        farewell(actor)
    _delete_what_is_private(person.id)
    _forget_as_expert(person.id)
    for table in TABLES:
        _let_go(table.name, table.columns("row"), table.columns("unlinked"), person.id)
    _empty_own_rows(person.id)
    _tell_of_changed(remove_traces(traces_of(person)))


@operation
def erase_again(person_id: int, erased_at: datetime) -> bool:
    """Erase somebody whom a backup brought back; whether that was needed. Somebody newer with the same number is left alone."""
    person = db.session.get(Person, person_id)
    if person is None or person.erased_at or person.created_at > erased_at:
        return False
    forget_all_of(actor_for(person))
    profiles.erase_person(SYSTEM, person_id, erased_at)
    return True


def _delete_what_is_private(person_id: int) -> None:
    """Drafts that nobody else writes, collections that nobody else sees, and mails to the person."""
    shared = select(PostCoauthor.post_id)
    for draft in db.session.scalars(
        select(Post).where(Post.author_id == person_id, Post.status == "draft", Post.id.not_in(shared))
    ):
        db.session.delete(draft)
    private = or_(Collection.audience != "public", Collection.deleted_at.is_not(None))
    db.session.execute(delete(Collection).where(Collection.owner_id == person_id, private))
    db.session.execute(delete(OutgoingMail).where(OutgoingMail.recipient == f"person:{person_id}"))
    db.session.flush()


def _forget_as_expert(person_id: int) -> None:
    """An opinion stays, without the name under which it was given."""
    asked = select(ExpertInvitation.id).where(ExpertInvitation.person_id == person_id)
    nameless = update(ExpertOpinion).where(ExpertOpinion.invitation_id.in_(asked))
    db.session.execute(nameless.values(name=FORMER_MEMBER, affiliation=""))


def _let_go(name: str, whole: list[str], unlinked: list[str], person_id: int) -> None:
    rows = Base.metadata.tables[name]
    for column in whole:
        db.session.execute(rows.delete().where(rows.c[column] == person_id))
    for column in unlinked:
        db.session.execute(rows.update().where(rows.c[column] == person_id).values({column: None}))


def _empty_own_rows(person_id: int) -> None:
    """Empty what a row says of its person; the account empties its own row."""
    for table in TABLES:
        if table.name != "people" and (emptied := table.columns("emptied")):
            rows = Base.metadata.tables[table.name]
            own = rows.c[table.whose] == person_id
            db.session.execute(rows.update().where(own).values(dict.fromkeys(emptied, "")))


def _tell_of_changed(post_ids: set[int]) -> None:
    """Give each post whose texts lost a name a new version, and have the index built without it."""
    for post in db.session.scalars(select(Post).where(Post.id.in_(post_ids))):
        post.version += 1
        record(SYSTEM, posts.NAME_REMOVED, "post", post.id)
