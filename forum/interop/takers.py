"""How a checked line of each type goes into its domain: by that domain's operations."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from forum.accounts.importing import take_person
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db
from forum.core.text import message as _
from forum.discussion.importing import take_comment
from forum.interop.known import Known, Waits, is_concept
from forum.interop.lines import Line, Rejected
from forum.library.content import Content
from forum.library.models import Post
from forum.library.operations.importing import ImportedPost, add_imported_post, change_imported_post, link_translation
from forum.organisations.importing import take_membership, take_organisation
from forum.vocabulary.operations import import_concept

Taken = tuple[int, bool]


@dataclass(frozen=True, slots=True)
class Taker:
    """Takes a line in, giving the object's id and whether anything changed; `link` connects objects of one type."""

    take: Callable[[Actor, Line, Known, int | None], Taken]
    link: Callable[[Line, Known, int], None] | None = None


def take_concept_line(actor: Actor, line: Line, _known: Known, _subject_id: int | None) -> Taken:
    """Add a concept or change its labels. Its broader concept must be there."""
    for name in ("broader", "merged_into"):
        key = line.values[name]
        if key and not is_concept(key):
            raise Waits(name, "concept", key)
    taken = import_concept(actor, {"ref": line.ref, **line.values})
    return taken.id, taken.outcome != "unchanged"


def take_organisation_line(actor: Actor, line: Line, known: Known, subject_id: int | None) -> Taken:
    """Add or change an organisation. Its parent must be there."""
    parent_id = known.id_of("organisation", line.values["parent"], "parent")
    values: dict[str, Any] = {name: value for name, value in line.values.items() if name != "parent"}
    return take_organisation(actor, {**values, "parent_id": parent_id}, subject_id)


def take_person_line(actor: Actor, line: Line, _known: Known, subject_id: int | None) -> Taken:
    """Add or change a person."""
    return take_person(actor, line.values, subject_id)


def take_membership_line(actor: Actor, line: Line, known: Known, subject_id: int | None) -> Taken:
    """Let a person belong to an organisation."""
    person_id = known.id_of("person", line.values["person"], "person")
    organisation_id = known.id_of("organisation", line.values["organisation"], "organisation")
    values = {
        "person_id": person_id,
        "organisation_id": organisation_id,
        "role": line.values["role"],
        "state": line.values["state"],
    }
    return take_membership(actor, values, subject_id)


def take_post_line(actor: Actor, line: Line, known: Known, subject_id: int | None) -> Taken:
    """Add a post, or give one that came before a new version."""
    imported = imported_post(line, known)
    post = db.session.get(Post, subject_id) if subject_id else None
    if post is None:
        return add_imported_post(actor, imported).id, True
    return change_imported_post(actor, post, imported).id, True


def imported_post(line: Line, known: Known) -> ImportedPost:
    """The post of a line, its names resolved and the defaults filled in."""
    values = line.values
    content: Content = values["content"]
    organisation_id = known.id_of("organisation", values["organisation"], "organisation") or known.defaults.organisation
    status = values["status"]
    if content.visibility == "organisation" and organisation_id is None:
        raise Rejected(_("A post that only its organisation may see needs an organisation."))
    return ImportedPost(
        content=replace(content, concept_ids=known.concept_ids(values["concepts"])),
        organisation_id=organisation_id,
        author_id=known.id_of("person", values["author"], "author") or known.defaults.author,
        status=status,
        review=values["review"],
        published_at=values["published_at"] or (None if status == "draft" else now()),
        status_reason=values["status_reason"],
    )


def link_post_line(line: Line, known: Known, subject_id: int) -> None:
    """Say what a post translates, if that came too; an original that is missing may come with a later file."""
    origin = known.origins.get(("post", line.values["translation_of"] or ""))
    post = db.session.get(Post, subject_id)
    if post is not None and (origin is not None or line.values["translation_of"] is None):
        link_translation(post, origin.subject_id if origin else None)


def take_comment_line(actor: Actor, line: Line, known: Known, subject_id: int | None) -> Taken:
    """Add a comment, or change what one that came before says. Its post and its parent must be there."""
    values = line.values
    found = {
        "post_id": known.id_of("post", values["post"], "post"),
        "parent_id": known.id_of("comment", values["parent"], "parent"),
        "author_id": known.id_of("person", values["author"], "author") or known.defaults.author,
        "body": values["body"],
        "language": values["language"],
        "created_at": values["created_at"] or now(),
        "state": values["state"],
    }
    return take_comment(actor, found, subject_id)


TAKERS = {
    "concept": Taker(take_concept_line),
    "organisation": Taker(take_organisation_line),
    "person": Taker(take_person_line),
    "membership": Taker(take_membership_line),
    "post": Taker(take_post_line, link_post_line),
    "comment": Taker(take_comment_line),
}
