"""One factory per model: a plausible object with what matters to the test set by name."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from forum.accounts.models import Person, RoleGrant
from forum.adoption.models import Adoption
from forum.core.db import db, transaction
from forum.core.markdown import render
from forum.curation.collections_models import Collection, CollectionEntry
from forum.curation.improving.models import Suggestion
from forum.curation.models import Decision
from forum.discussion.models import Comment
from forum.library.models import Post, PostConcept, PostCountry
from forum.organisations.models import Membership, Organisation
from forum.vocabulary.models import Concept

LONG_AGO = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
_numbers = count(1)


def saved(thing: Any) -> Any:
    """Store an object and give it back."""
    with transaction():
        db.session.add(thing)
        db.session.flush()
    return thing


def make_person(name: str = "", **fields: Any) -> Person:
    """A confirmed person; no password unless given."""
    number = next(_numbers)
    name = name or f"Person {number}"
    values = {
        "email": f"person{number}@example.org",
        "created_at": LONG_AGO,
        "confirmed_at": LONG_AGO,
        "language": "en",
        "reads": [],
    } | fields
    return saved(Person(name=name, **values))


def make_role(person: Person, role: str, scope: str = "network") -> RoleGrant:
    """A role for the network."""
    return saved(RoleGrant(person_id=person.id, role=role, scope=scope, granted_at=LONG_AGO))


def make_organisation(name: str = "", **fields: Any) -> Organisation:
    """A member organisation in Belgium."""
    number = next(_numbers)
    values = {
        "slug": f"organisation-{number}",
        "country": "BE",
        "language": "nl",
        "kind": "member",
        "created_at": LONG_AGO,
    } | fields
    return saved(Organisation(name=name or f"Organisation {number}", **values))


def make_membership(
    person: Person, organisation: Organisation, role: str = "member", state: str = "active"
) -> Membership:
    """A person in an organisation."""
    return saved(
        Membership(person_id=person.id, organisation_id=organisation.id, role=role, state=state, created_at=LONG_AGO)
    )


def concept(key: str) -> Concept:
    """A concept of the thesaurus, which every test database holds."""
    found = db.session.scalar(db.select(Concept).where(Concept.key == key))
    assert found is not None, key
    return found


def make_post(
    author: Person | None = None,
    organisation: Organisation | None = None,
    *,
    themes: tuple[str, ...] = ("work-integration",),
    countries: tuple[str, ...] = ("BE",),
    **fields: Any,
) -> Post:
    """A published practice for everybody."""
    number = next(_numbers)
    body = fields.pop("body", f"We help people into work, step by step, in workshop {number}.")
    moment = fields.pop("at", LONG_AGO)
    values = {
        "kind": "practice",
        "title": f"Practice {number}",
        "body": body,
        "body_html": render(body).html,
        "language": "en",
        "status": "published",
        "visibility": "public",
        "created_at": moment,
        "updated_at": moment,
        "published_at": moment,
        "last_activity_at": moment,
    } | fields
    post = Post(
        author_id=author.id if author else None, organisation_id=organisation.id if organisation else None, **values
    )
    post.countries = [PostCountry(country=code, position=place) for place, code in enumerate(countries)]
    post.concepts = [PostConcept(concept_id=concept(key).id, position=place) for place, key in enumerate(themes)]
    return saved(post)


def make_comment(post: Post, author: Person | None = None, **fields: Any) -> Comment:
    """A comment on a post, with the post's next number."""
    body = fields.pop("body", "Thank you, this helps us.")
    values = {"body": body, "body_html": render(body).html, "language": "en", "created_at": LONG_AGO} | fields
    with transaction():
        owner = db.session.get_one(Post, post.id)
        owner.last_comment_number += 1
        owner.comment_count += 1
        comment = Comment(
            post_id=post.id, number=owner.last_comment_number, author_id=author.id if author else None, **values
        )
        db.session.add(comment)
        db.session.flush()
    return comment


def make_collection(owner: Person | None, *posts: Post, **fields: Any) -> Collection:
    """A collection for everybody that holds these posts in this order."""
    moments = {"created_at": LONG_AGO, "updated_at": LONG_AGO}
    values = {"title": f"Collection {next(_numbers)}", "audience": "public", "revision": 1} | moments | fields
    collection = saved(Collection(owner_id=owner.id if owner else None, **values))
    for place, post in enumerate(posts, start=1):
        saved(CollectionEntry(collection_id=collection.id, post_id=post.id, position=place, note="", added_at=LONG_AGO))
    return collection


def make_suggestion(post: Post, moderator: Person | None = None, **fields: Any) -> Suggestion:
    """A suggestion for the title of a post, sent to its author."""
    values = {
        "field": "title",
        "sentence": "A verb would help.",
        "language": "en",
        "before": post.title,
        "proposed": f"How we work: {post.title}",
        "suggested_at": LONG_AGO,
        "sent_at": LONG_AGO,
    } | fields
    return saved(Suggestion(post_id=post.id, suggested_by_id=moderator.id if moderator else None, **values))


def make_decision(post: Post, author: Person | None, moderator: Person, **fields: Any) -> Decision:
    """A moderator's decision on a post, by our rules."""
    values = {
        "subject_type": "post",
        "subject_id": post.id,
        "post_id": post.id,
        "person_id": author.id if author else None,
        "action": "hide",
        "ground": "rules",
        "reason": "It names somebody.",
        "language": "en",
        "decided_at": LONG_AGO,
    } | fields
    return saved(Decision(decided_by_id=moderator.id, **values))


def make_adoption(post: Post, organisation: Organisation, reporter: Person | None = None, **fields: Any) -> Adoption:
    """A report that a practice runs and worked, for everybody."""
    values = {
        "intent": "running",
        "outcome": "worked",
        "permission": "public",
        "country": organisation.country or "",
        "language": "en",
        "created_at": LONG_AGO,
        "updated_at": LONG_AGO,
    } | fields
    reporter_id = reporter.id if reporter else None
    adoption = saved(Adoption(post_id=post.id, organisation_id=organisation.id, reporter_id=reporter_id, **values))
    with transaction():
        db.session.get_one(Post, post.id).adoption_count += 1
    return adoption
