"""Export of everything in the interchange format: imported into an empty site and exported again, it is the same file.

An object keeps the ref it came with; one made here is called after its type and id. Where two sources use one ref, the
source's name goes in front. Parents stand before what is under them. Passwords, roles and files are never exported.
"""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from forum.accounts.models import Person
from forum.core.db import db
from forum.core.errors import ForumError
from forum.core.origins import Origin
from forum.core.text import message as _
from forum.discussion.models import Comment
from forum.interop.lines import CONCEPT_FIELDS
from forum.library.models import Post
from forum.organisations.models import Membership, Organisation
from forum.vocabulary.queries import export_concepts, vocabulary
from forum.vocabulary.tree import Vocabulary

BATCH = 500
TABLES = {"organisation": Organisation, "person": Person, "membership": Membership, "post": Post, "comment": Comment}


class Refs:
    """The refs of all objects of a type, by id. 100,000 of them take about 15 MB."""

    def __init__(self, type_name: str):
        self.type_name = type_name
        self.by_id: dict[int, str] = {}
        rows = db.session.execute(
            select(Origin.subject_id, Origin.source, Origin.ref).where(Origin.type == type_name).order_by(Origin.id)
        ).all()
        uses = Counter(ref for _id, _source, ref in rows)
        for subject_id, source, ref in rows:
            self.by_id.setdefault(subject_id, ref if uses[ref] == 1 else f"{source}/{ref}")
        self.taken = set(self.by_id.values())

    def of(self, number: int | None) -> str | None:
        """The ref of an object; None for none."""
        if number is None:
            return None
        if number not in self.by_id:
            plain = f"{self.type_name}-{number}"
            self.by_id[number] = plain if plain not in self.taken else f"here/{plain}"
        return self.by_id[number]


def export_file(
    path: Path, on_start: Callable[[int], None] | None = None, on_progress: Callable[[int], None] | None = None
) -> int:
    """Write everything to a file, whole or not at all; give the number of lines. Raises `ForumError`."""
    partial = path.with_name(f"{path.name}.partial")
    if on_start:
        on_start(count_lines())
    written = 0
    try:
        with partial.open("w", encoding="utf-8") as file:
            for line in export_lines():
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                written += 1
                if on_progress and written % BATCH == 0:
                    on_progress(BATCH)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as problem:
        partial.unlink(missing_ok=True)
        reason = problem.strerror or str(problem)
        raise ForumError(
            _("The file %(path)s cannot be written: %(reason)s.", path=str(path), reason=reason)
        ) from problem
    return written


def count_lines() -> int:
    """About how many lines an export has."""
    return sum(db.session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES.values())


def export_lines() -> Iterator[dict[str, Any]]:
    """Every object as its line: concepts, organisations, people, memberships, posts, comments."""
    refs = {name: Refs(name) for name in TABLES if name != "membership"}
    yield from export_concepts()
    yield from (organisation_line(one, refs) for one in parents_first(all_of(Organisation)))
    yield from (person_line(one, refs) for one in all_of(Person))
    yield from (membership_line(one, refs) for one in all_of(Membership))
    known = vocabulary()
    yield from (
        post_line(one, refs, known) for one in all_of(Post, selectinload(Post.countries), selectinload(Post.concepts))
    )
    yield from (comment_line(one, refs) for one in all_of(Comment))


def all_of(model: Any, *options: Any) -> Iterator[Any]:
    """Every row of a table in the order of the ids, a batch in memory at a time."""
    last = 0
    while rows := list(
        db.session.scalars(select(model).where(model.id > last).options(*options).order_by(model.id).limit(BATCH))
    ):
        yield from rows
        last = rows[-1].id
        db.session.expunge_all()


def parents_first(organisations: Iterable[Organisation]) -> list[Organisation]:
    """Organisations by their depth in the network, then by id."""
    by_id = {one.id: one for one in organisations}

    def depth(one: Organisation | None) -> int:
        return 0 if one is None or one.parent_id is None else 1 + depth(by_id.get(one.parent_id))

    return sorted(by_id.values(), key=lambda one: (depth(one), one.id))


def organisation_line(one: Organisation, refs: dict[str, Refs]) -> dict[str, Any]:
    """The line of an organisation or network."""
    return {
        "type": "organisation",
        "ref": refs["organisation"].of(one.id),
        "name": one.name,
        "kind": one.kind,
        "parent": refs["organisation"].of(one.parent_id),
        "country": one.country,
        "language": one.language,
        "website": one.website,
        "description": one.description,
    }


def person_line(one: Person, refs: dict[str, Refs]) -> dict[str, Any]:
    """The line of a person, without any secret."""
    return {
        "type": "person",
        "ref": refs["person"].of(one.id),
        "name": one.name,
        "email": one.email,
        "language": one.language,
        **filled(job_title=one.job_title, about=one.about, reads=one.reads),
    }


def membership_line(one: Membership, refs: dict[str, Refs]) -> dict[str, Any]:
    """The line of a person's belonging to an organisation."""
    return {
        "type": "membership",
        "person": refs["person"].of(one.person_id),
        "organisation": refs["organisation"].of(one.organisation_id),
        "role": one.role,
        **filled(state="" if one.state == "active" else one.state),
    }


def post_line(one: Post, refs: dict[str, Refs], known: Vocabulary) -> dict[str, Any]:
    """The line of a post, its present version."""
    concepts: dict[str, list[str]] = {name: [] for name in CONCEPT_FIELDS.values()}
    for link in one.concepts:
        concept = known.by_id(link.concept_id)
        if (
            concept is not None
            and concept.scheme in CONCEPT_FIELDS
            and concept.key not in concepts[CONCEPT_FIELDS[concept.scheme]]
        ):
            concepts[CONCEPT_FIELDS[concept.scheme]].append(concept.key)
    return {
        "type": "post",
        "ref": refs["post"].of(one.id),
        "kind": one.kind,
        "title": one.title,
        "summary": one.summary,
        "body": one.body,
        "language": one.language,
        "organisation": refs["organisation"].of(one.organisation_id),
        "author": refs["person"].of(one.author_id),
        "countries": [place.country for place in one.countries],
        **concepts,
        "details": one.details,
        "status": one.status,
        "review": one.review,
        "visibility": one.visibility,
        "published_at": moment(one.published_at),
        "translation_of": refs["post"].of(one.translation_of_id),
        **filled(status_reason=one.status_reason, licence="" if one.licence == "CC-BY-4.0" else one.licence),
    }


def comment_line(one: Comment, refs: dict[str, Refs]) -> dict[str, Any]:
    """The line of a comment; of a deleted or hidden one only its place remains."""
    gone = "deleted" if one.deleted_at else "hidden" if one.hidden_at else ""
    return {
        "type": "comment",
        "ref": refs["comment"].of(one.id),
        "post": refs["post"].of(one.post_id),
        "parent": refs["comment"].of(one.parent_id),
        "author": refs["person"].of(one.author_id),
        "body": "" if one.deleted_at else one.body,
        "language": one.language,
        "created_at": moment(one.created_at),
        **filled(state=gone),
    }


def filled(**values: Any) -> dict[str, Any]:
    """The values that are not empty: fields beyond the common ones are left out when they say nothing."""
    return {name: value for name, value in values.items() if value}


def moment(value: datetime | None) -> str | None:
    """A moment as the format writes it, in whole seconds UTC."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if value else None
