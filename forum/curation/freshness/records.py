"""What can be out of date: a post, or what is said of an organisation. Each is one *record* to whoever is asked about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from forum.accounts.models import Person
from forum.core.actor import Actor
from forum.core.db import db
from forum.curation.freshness.stewards import (
    network_of_organisation,
    network_of_post,
    owner_of_organisation,
    owner_of_post,
)
from forum.library.models import Post
from forum.library.policy import can_read, listed
from forum.organisations.models import Organisation
from forum.organisations.queries import reader_for


@dataclass(frozen=True, slots=True)
class Record:
    """A post or an organisation as far as its freshness goes; `path` and `edit_path` are addresses within the site."""

    subject_type: str
    subject_id: int
    title: str
    language: str
    path: str
    edit_path: str
    checked_on: date | None
    check_by: date | None

    @property
    def key(self) -> tuple[str, int]:
        """What it is."""
        return self.subject_type, self.subject_id

    @property
    def confirm_path(self) -> str:
        """Where the button that confirms it sends its form."""
        return f"{self.edit_path.removesuffix('/edit')}/confirm"


def find_record(subject_type: str, subject_id: int) -> Record | None:
    """The record, as long as it is shown: no draft, nothing archived or hidden, no organisation that closed."""
    if subject_type == "post":
        post = db.session.get(Post, subject_id)
        return _of_post(post) if post and post.status == "published" else None
    organisation = db.session.get(Organisation, subject_id)
    return _of_organisation(organisation) if organisation and organisation.closed_at is None else None


def find_records(reader: Actor, keys: Iterable[tuple[str, int]]) -> list[Record]:
    """Those of these records that are shown to a reader, in two statements, the one to be checked first coming first."""
    wanted = list(keys)
    posts, organisations = ([number for kind, number in wanted if kind == name] for name in ("post", "organisation"))
    found = [_of_post(post) for post in db.session.scalars(db.select(Post).where(Post.id.in_(posts), listed(reader)))]
    open_ones = db.select(Organisation).where(Organisation.id.in_(organisations), Organisation.closed_at.is_(None))
    found += [_of_organisation(one) for one in db.session.scalars(open_ones)] if organisations else []
    return sorted(found, key=lambda one: (one.check_by or date.max, one.key))


def owner_of(record: Record, left: frozenset[int]) -> Person | None:
    """Who is asked first about a record; nobody when its people are away. `left` said that they are not the right ones."""
    if record.subject_type == "post":
        post = db.session.get_one(Post, record.subject_id)
        return next(iter(_readers(post, [owner_of_post(post, left)])), None)
    return owner_of_organisation(db.session.get_one(Organisation, record.subject_id), left)


def network_of(record: Record, left: frozenset[int]) -> list[Person]:
    """Who is asked when the owner is away or silent: the contact of the network above, or its editors."""
    if record.subject_type == "post":
        post = db.session.get_one(Post, record.subject_id)
        return _readers(post, network_of_post(post, left))
    return network_of_organisation(db.session.get_one(Organisation, record.subject_id), left)


def _readers(post: Post, people: Iterable[Person | None]) -> list[Person]:
    """Those who may read a post: the network's people are asked about nothing that only an organisation sees."""
    return [one for one in people if one is not None and can_read(reader_for(one), post)]


def _of_post(post: Post) -> Record:
    path = f"/posts/{post.id}"
    return Record(
        "post",
        post.id,
        post.title,
        post.language,
        f"{path}/{post.slug}",
        f"{path}/edit",
        post.checked_on,
        post.check_by,
    )


def _of_organisation(one: Organisation) -> Record:
    path = f"/organisations/{one.slug}"
    return Record("organisation", one.id, one.name, one.language, path, f"{path}/edit", one.checked_on, one.check_by)
