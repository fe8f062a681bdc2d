"""Objects as lines of the interchange format."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from forum.accounts.models import Person
from forum.core.db import db
from forum.discussion.models import Comment
from forum.interop import mentions
from forum.interop.checks import CONCEPT_FIELDS
from forum.interop.refs import Refs
from forum.library.content import LICENCES
from forum.library.kinds import KINDS
from forum.library.models import Post
from forum.organisations.models import Membership, Organisation
from forum.vocabulary.queries import vocabulary

Record = dict[str, Any]


class Teller:
    """Writes lines; knows what everything is called, whom texts may mention, and which comments are accepted answers."""

    def __init__(self, refs: dict[str, Refs]):
        self.refs = refs
        self.concepts = vocabulary()
        self.named = {"person": set(db.session.scalars(select(Person.id))),
                      "organisation": set(db.session.scalars(select(Organisation.id)))}  # fmt: skip
        accepted = select(Post.accepted_comment_id).where(Post.accepted_comment_id.is_not(None))
        self.accepted = set(db.session.scalars(accepted))

    def ref(self, type_name: str, number: int | None) -> str | None:
        """What an object is called; None for none."""
        return self.refs[type_name].of(number)

    def organisation(self, one: Organisation) -> Record:
        """The line of an organisation or network."""
        return {
            "type": "organisation",
            "ref": self.ref("organisation", one.id),
            "name": one.name,
            "kind": one.kind,
            "parent": self.ref("organisation", one.parent_id),
            "country": one.country,
            "language": one.language,
            "website": one.website,
            "description": one.description,
            **filled(closed_at=moment(one.closed_at)),
        }

    def person(self, one: Person) -> Record:
        """The line of a person, without any secret."""
        return {
            "type": "person",
            "ref": self.ref("person", one.id),
            "name": one.name,
            "email": one.email,
            "language": one.language,
            **filled(job_title=one.job_title, about=one.about, reads=one.reads, interests=one.interests),
        }

    def membership(self, one: Membership) -> Record:
        """The line of a person's belonging to an organisation."""
        return {
            "type": "membership",
            "person": self.ref("person", one.person_id),
            "organisation": self.ref("organisation", one.organisation_id),
            "role": one.role,
            **filled(state="" if one.state == "active" else one.state),
        }

    def post(self, one: Post) -> Record:
        """The line of a post, its present version."""
        coauthors = sorted(self.ref("person", each.person_id) or "" for each in one.coauthors)
        return {
            "type": "post",
            "ref": self.ref("post", one.id),
            "kind": one.kind,
            "title": one.title,
            "summary": one.summary,
            "body": self.text(one.body),
            "language": one.language,
            "organisation": self.ref("organisation", one.organisation_id),
            "author": self.ref("person", one.author_id),
            "countries": [place.country for place in one.countries],
            **self.keys(one),
            "details": {
                each.name: one.details[each.name] for each in KINDS[one.kind].fields if each.name in one.details
            },
            "status": one.status,
            "review": one.review,
            "visibility": one.visibility,
            "published_at": moment(one.published_at),
            "translation_of": self.ref("post", one.translation_of_id),
            **filled(coauthors=coauthors, status_reason=one.status_reason),
            **filled(licence="" if one.licence == LICENCES[0] else one.licence),
            **self.evidence(one),
        }

    def evidence(self, post: Post) -> Record:
        """What moderators judged of a practice; nothing where only its author says something."""
        if post.evidence_level is None:
            return {}
        return {
            "evidence_level": post.evidence_level,
            **filled(
                evidence_source=post.evidence_url,
                evidence_post=self.ref("post", post.evidence_post_id),
                evidence_on=post.evidence_set_on.isoformat() if post.evidence_set_on else "",
                evidence_by=self.ref("person", post.evidence_set_by_id),
            ),
        }

    def keys(self, post: Post) -> dict[str, list[str]]:
        """The keys of a post's concepts by field, in their order; a merged one gives its heir."""
        found: dict[str, dict[str, None]] = {name: {} for name in CONCEPT_FIELDS.values()}
        for link in post.concepts:
            entry = self.concepts.by_id(link.concept_id)
            if entry is not None and entry.scheme in CONCEPT_FIELDS:
                found[CONCEPT_FIELDS[entry.scheme]][entry.key] = None
        return {name: list(keys) for name, keys in found.items()}

    def comment(self, one: Comment) -> Record:
        """The line of a comment; of a deleted one only its place remains."""
        return {
            "type": "comment",
            "ref": self.ref("comment", one.id),
            "post": self.ref("post", one.post_id),
            "parent": self.ref("comment", one.parent_id),
            "author": self.ref("person", one.author_id),
            "body": "" if one.deleted_at else self.text(one.body),
            "language": one.language,
            "created_at": moment(one.created_at),
            **filled(state="deleted" if one.deleted_at else "hidden" if one.hidden_at else ""),
            **filled(accepted=one.id in self.accepted),
        }

    def text(self, body: str) -> str:
        """A text with its mentions by ref."""
        return mentions.with_refs(
            body, lambda kind, number: self.ref(kind, number) if number in self.named[kind] else None
        )


def filled(**values: Any) -> Record:
    """The values that are not empty: fields beyond the common ones are left out when they say nothing."""
    return {name: value for name, value in values.items() if value}


def moment(value: datetime | None) -> str | None:
    """A moment as the format writes it, in whole seconds UTC."""
    return value.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z" if value else None
