"""Export of everything in the interchange format: imported into an empty site and exported again, it is the same file.

An object keeps the ref it came with; one made here is called after its type and id. Parents stand before what is under
them. Passwords, roles, files and former versions are never exported, nor accounts that nobody confirmed.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from forum.accounts.models import Person
from forum.adoption.models import Adoption
from forum.core.db import db
from forum.core.errors import ForumError
from forum.core.text import message as _
from forum.discussion.models import Comment
from forum.interop.adoptions import export_adoptions
from forum.interop.collections import export_collections
from forum.interop.records import Teller, moment
from forum.interop.refs import Refs
from forum.library.models import Post
from forum.organisations.models import Membership, Organisation
from forum.vocabulary.queries import export_concepts

BATCH = 500
TABLES = (Organisation, Person, Membership, Post, Comment, Adoption)
SETTLED = or_(Person.confirmed_at.is_not(None), Person.erased_at.is_not(None))
Step = Callable[[int], None]


def export_file(path: Path, on_start: Step | None = None, on_progress: Step | None = None) -> int:
    """Write everything to a file, whole or not at all; give the number of lines. Raises `ForumError`."""
    partial = path.with_name(f"{path.name}.partial")
    try:
        written = write_lines(partial, on_start, on_progress)
        partial.replace(path)
    except OSError as problem:
        partial.unlink(missing_ok=True)
        reason = problem.strerror or str(problem)
        sentence = _("The file %(path)s cannot be written: %(reason)s.", path=str(path), reason=reason)
        raise ForumError(sentence) from problem
    return written


def write_lines(path: Path, on_start: Step | None, on_progress: Step | None) -> int:
    """Write everything to a file, down to the disk; readable by its owner only, for it holds people's addresses."""
    written = 0
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        hold_still()
        if on_start:
            on_start(count_lines())
        for line in export_lines():
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            written += 1
            if on_progress:
                on_progress(1)
        db.session.remove()
        file.flush()
        os.fsync(file.fileno())
    return written


def hold_still() -> None:
    """Read one state of the database from here on, whatever others write meanwhile."""
    db.session.rollback()
    if db.engine.dialect.name != "sqlite":  # whose reading transactions see one state anyway
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def count_lines() -> int:
    """About how many lines an export has."""
    return sum(db.session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES)


def export_lines() -> Iterator[dict[str, Any]]:
    """Every object as its line: concepts, organisations, people, memberships, posts, comments, reports on practices."""
    yield from export_concepts()
    tell = Teller(
        {name: Refs(name) for name in ("organisation", "person", "post", "comment", "adoption", "collection")}
    )
    yield from map(tell.organisation, parents_first(all_of(Organisation)))
    yield from map(tell.person, all_of(Person, SETTLED))
    yield from map(tell.membership, all_of(Membership))
    links = (selectinload(Post.countries), selectinload(Post.concepts), selectinload(Post.coauthors))
    yield from map(tell.post, all_of(Post, options=links))
    yield from map(tell.comment, all_of(Comment))
    yield from export_adoptions(tell.refs, moment)
    yield from export_collections(tell.refs, moment)


def all_of(model: Any, *conditions: Any, options: Iterable[Any] = ()) -> Iterator[Any]:
    """Every row of a table in the order of the ids, a batch in memory at a time."""
    last = 0
    query = select(model).where(*conditions).options(*options).order_by(model.id).limit(BATCH)
    while rows := list(db.session.scalars(query.where(model.id > last))):
        yield from rows
        last = rows[-1].id
        db.session.expunge_all()


def parents_first(organisations: Iterable[Organisation]) -> list[Organisation]:
    """Organisations by their depth in the network, then by id."""
    by_id = {one.id: one for one in organisations}

    def depth(one: Organisation | None) -> int:
        return 0 if one is None or one.parent_id is None else 1 + depth(by_id.get(one.parent_id))

    return sorted(by_id.values(), key=lambda one: (depth(one), one.id))
