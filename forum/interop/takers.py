"""How a checked line of each type goes into its domain: by that domain's operations."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from forum.accounts.importing import take_person
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db
from forum.core.text import message as _
from forum.discussion.importing import take_comment
from forum.interop.adoptions import take_adoption_line
from forum.interop.checks import Line
from forum.interop.collections import take_collection_line
from forum.interop.known import Names, Waits, concept_ids, is_concept
from forum.interop.lines import Rejected
from forum.library.models import Post
from forum.library.operations.evidence import Judgement
from forum.library.operations.importing import (
    ImportedPost,
    add_imported_posts,
    change_imported_post,
    load_for_import,
)
from forum.organisations.importing import take_membership, take_organisation
from forum.vocabulary.operations import import_concept

Taken = tuple[int, bool]


@dataclass(frozen=True, slots=True)
class Postponed:
    """Something new that is best added together with the rest of its batch."""

    request: Any


def load_nothing(_ids: Iterable[int]) -> list[Any]:
    """For types whose objects are looked up one by one."""
    return []


def add_nothing(_actor: Actor, _requests: Sequence[Any]) -> list[int]:
    """For types whose objects are added one by one."""
    return []


@dataclass(frozen=True, slots=True)
class Taker:
    """Takes a line in, giving the object's id and whether anything changed, or postpones it.

    `load` fetches the objects of a batch before, `add` adds what was postponed, in order, and gives the ids.
    """

    take: Callable[[Actor, Line, Names, int | None], Taken | Postponed]
    load: Callable[[Iterable[int]], list[Any]] = load_nothing
    add: Callable[[Actor, Sequence[Any]], list[int]] = add_nothing


def take_concept_line(actor: Actor, line: Line, _names: Names, _subject_id: int | None) -> Taken:
    """Add a concept or change its labels. Its broader concept must be there."""
    for name in ("broader", "merged_into"):
        key = line.values[name]
        if key and not is_concept(key):
            raise Waits(name, "concept", key)
    taken = import_concept(actor, {"ref": line.ref, **line.values})
    return taken.id, taken.outcome != "unchanged"


def take_organisation_line(actor: Actor, line: Line, names: Names, subject_id: int | None) -> Taken:
    """Add or change an organisation. Its parent must be there."""
    parent_id = names.need("organisation", line.values["parent"], "parent")
    return take_organisation(actor, {**line.values, "parent_id": parent_id}, subject_id)


def take_person_line(actor: Actor, line: Line, _names: Names, subject_id: int | None) -> Taken:
    """Add or change a person."""
    return take_person(actor, line.values, subject_id)


def take_membership_line(actor: Actor, line: Line, names: Names, subject_id: int | None) -> Taken:
    """Let a person belong to an organisation."""
    belonging = {
        "person_id": names.need("person", line.values["person"], "person"),
        "organisation_id": names.need("organisation", line.values["organisation"], "organisation"),
    }
    return take_membership(actor, {**line.values, **belonging}, subject_id)


def take_post_line(actor: Actor, line: Line, names: Names, subject_id: int | None) -> Taken | Postponed:
    """Add a post, or give one that came before a new version."""
    post = db.session.get(Post, subject_id) if subject_id else None
    imported = imported_post(line, names, post)
    return Postponed(imported) if post is None else (post.id, change_imported_post(actor, post, imported))


def add_posts(actor: Actor, requests: Sequence[ImportedPost]) -> list[int]:
    """Add the new posts of a batch."""
    return [post.id for post in add_imported_posts(actor, requests)]


def imported_post(line: Line, names: Names, present: Post | None) -> ImportedPost:
    """The post of a line, its names resolved and the defaults filled in; `present` is the one that came before."""
    values = line.values
    organisation_id = names.need("organisation", values["organisation"], "organisation") or names.defaults.organisation
    if values["content"].visibility == "organisation" and organisation_id is None:
        raise Rejected(_("A post that only its organisation may see needs an organisation."))
    coauthors = (names.need("person", ref, "coauthors") for ref in values["coauthors"])
    return ImportedPost(
        content=replace(values["content"], concept_ids=concept_ids(values["concepts"])),
        organisation_id=organisation_id,
        author_id=names.need("person", values["author"], "author") or names.defaults.author,
        status=values["status"],
        review=values["review"],
        published_at=values["published_at"],
        status_reason=values["status_reason"],
        coauthor_ids=tuple(sorted({number for number in coauthors if number is not None})),
        translation_of_id=original_of(line, names, present),
        evidence=evidence_in(line, names, present),
    )


def evidence_in(line: Line, names: Names, present: Post | None) -> Judgement | None:
    """What moderators judged, where the post comes from; its source, another post, may still come with the file."""
    told = line.values["evidence"]
    if told is None:
        return None
    source_id = names.find("post", told["post"]) or (present.evidence_post_id if present and told["post"] else None)
    set_by = names.need("person", told["by"], "evidence_by")
    return Judgement(told["level"], told["source"], source_id, told["on"] or now().date(), set_by)


def original_of(line: Line, names: Names, present: Post | None) -> int | None:
    """What a post translates: as the line says, if that is here; a line that does not say leaves it as it is."""
    before = present.translation_of_id if present else None
    if not line.values["says_original"]:
        return before
    ref = line.values["translation_of"]
    if ref is None:
        return None
    original = names.original(ref)
    return before if original is None or (present and original == present.id) else original


def take_comment_line(actor: Actor, line: Line, names: Names, subject_id: int | None) -> Taken:
    """Add a comment, or change what one that came before says. Its post and its parent must be there."""
    values = line.values
    resolved = {
        "post_id": names.need("post", values["post"], "post"),
        "parent_id": names.need("comment", values["parent"], "parent"),
        "author_id": names.need("person", values["author"], "author") or names.defaults.author,
        "created_at": values["created_at"] or now(),
    }
    return take_comment(actor, {**values, **resolved}, subject_id)


TAKERS = {
    "concept": Taker(take_concept_line),
    "organisation": Taker(take_organisation_line),
    "person": Taker(take_person_line),
    "membership": Taker(take_membership_line),
    "post": Taker(take_post_line, load_for_import, add_posts),
    "comment": Taker(take_comment_line),
    "adoption": Taker(lambda actor, line, names, subject_id: take_adoption_line(actor, line.values, names, subject_id)),
    "collection": Taker(
        lambda actor, line, names, subject_id: take_collection_line(actor, line.values, names, subject_id)
    ),
}
