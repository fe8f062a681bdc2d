"""A site that holds a post in every state, each text of it with a word of its own."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from flask import Flask

from forum.accounts.models import Person
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.storage import Store
from forum.curation.collections_models import CollectionEntry
from forum.library.content import content_of
from forum.library.models import Attachment, AttachmentText, Post, PostCoauthor, PostVersion, slug_of
from forum.library.operations import curating
from forum.organisations.models import Membership
from tests import factories
from tests.access.tables import COMMON, POSTS, ROLES, Site, word
from tests.access.things import make_things
from tests.conftest import Cast
from tests.factories import LONG_AGO, saved

STATES_BY_OPERATION = {"hidden": "mia", "declined": "mia", "withdrawn": "an"}


def make_people(cast: Cast) -> dict[str, Person | None]:
    """The cast, and those whose standing is between the usual ones."""
    more = {name: factories.make_person(name.title()) for name in ("pia", "sus", "emil", "coco", "sil", "tim", "max")}
    factories.make_membership(more["sus"], cast.sluis)
    factories.make_membership(more["emil"], cast.filo, "editor")
    factories.make_membership(more["coco"], cast.filo)
    factories.make_membership(more["sil"], cast.sluis)
    factories.make_role(more["tim"], "moderator", "theme:work-integration")
    factories.make_role(more["max"], "moderator", "language:fr")
    request = Membership(
        person_id=more["pia"].id,
        organisation_id=cast.sluis.id,
        state="requested",
        note=word("request to join"),
        created_at=LONG_AGO,
    )
    saved(request)
    with transaction():
        db.session.get_one(Person, more["sil"].id).silenced_until = now() + timedelta(days=3)
        an = db.session.get_one(Person, cast.an.id)
        an.about = f"I bake. {word('words about oneself')}"
    known = {name: getattr(cast, name) for name in ROLES if hasattr(cast, name)}
    return {name: None if name == "visitor" else (more | known)[name] for name in ROLES}


def make_site(app: Flask, cast: Cast) -> Site:
    """Something in every state."""
    site = Site(cast, make_people(cast))
    site.everywhere["an"] = str(cast.an.id)
    store = Store(app.config["SETTINGS"].upload_dir)
    for row in POSTS:
        make_post(site, store, row)
    collect(site)
    for name, values in site.numbers.items():
        site.everywhere |= {name: values["post"], f"{name}:slug": values["slug"]}
    make_things(site)
    return site


def make_post(site: Site, store: Store, row: dict[str, str]) -> None:
    """A post of An's, with everything that can hang on one, as it is before it comes into its state."""
    name, cast = row["object"], site.cast
    by_operation = row["status"] in STATES_BY_OPERATION and row["visibility"] != "organisation"
    is_policy = name.startswith("policy")
    details = (
        {"in_force_on": (now().date() + timedelta(days=40)).isoformat()}
        if is_policy
        else {"results": word(name, "details")}
    )
    post = factories.make_post(
        cast.an,
        cast.sluis,
        kind="policy" if is_policy else "practice",
        title=f"{COMMON} {word(name, 'title')}",
        summary=f"{word(name, 'summary')} {COMMON} for all who bake.",
        body=f"{word(name, 'body')} {COMMON} in our workshop, told at some length.",
        details=details,
        visibility=row["visibility"],
        status="published" if by_operation else row["status"],
        status_reason=word(name, "reason") if row["status"] in STATES_BY_OPERATION and not by_operation else "",
        published_at=None if row["status"] == "draft" else LONG_AGO - timedelta(days=name.startswith("offered")),
    )
    comment = factories.make_comment(post, cast.an, body=f"{word(name, 'comment')} we asked.")
    file = attach(store, name, post)
    report = factories.make_adoption(
        post, cast.filo, cast.chiara, permission="public", details={"what_we_changed": word(name, "report")}
    )
    former = content_of(post).snapshot() | {"body": word(name, "former")}
    saved(
        PostVersion(
            post_id=post.id,
            number=1,
            editor_id=cast.an.id,
            created_at=LONG_AGO,
            content=former,
            note=word(name, "note"),
        )
    )
    if row["status"] == "draft":
        coauthor = site.people["coco"]
        assert coauthor is not None
        saved(PostCoauthor(post_id=post.id, person_id=coauthor.id))
    title = word(name, "title")
    site.numbers[name] = {
        "post": str(post.id),
        "slug": slug_of(f"{COMMON} {title}"),
        "comment": str(comment.id),
        "attachment": str(file.id),
        "filename": file.filename,
        "report": str(report.id),
        "title": title,
        "misspelt": title[:5] + title[6] + title[5] + title[7:],
        "beginning": title[:9],
        "content": word(name, "content"),
    }
    site.numbers[name]["comment_word"] = word(name, "comment")
    if by_operation:
        steps: dict[str, Any] = {
            "hidden": curating.hide_post,
            "declined": curating.decline_post,
            "withdrawn": curating.withdraw_post,
        }
        steps[row["status"]](cast.actor(STATES_BY_OPERATION[row["status"]]), post.id, word(name, "reason"))


def attach(store: Store, name: str, post: Post) -> Attachment:
    """A document whose name, caption and text have their words."""
    content = store.put(BytesIO(f"%PDF-1.4 {word(name, 'content')}".encode()))
    saved(AttachmentText(sha256=content.sha256, text=f"{word(name, 'content')} in a report.", read_at=LONG_AGO))
    file = Attachment(
        post_id=post.id,
        organisation_id=post.organisation_id,
        sha256=content.sha256,
        thumbnail_sha256=content.sha256,
        filename=f"{word(name, 'file')}.pdf",
        mime="application/pdf",
        size=content.size,
        caption=word(name, "caption"),
        created_at=LONG_AGO,
    )
    return saved(file)  # type: ignore[no-any-return]


def collect(site: Site) -> None:
    """A collection for everybody that holds every post."""
    collection = factories.make_collection(site.cast.mia)
    for place, (name, values) in enumerate(site.numbers.items()):
        entry = {
            "collection_id": collection.id,
            "post_id": int(values["post"]),
            "position": place,
            "added_at": LONG_AGO,
        }
        saved(CollectionEntry(**entry, note=word(name, "entry")))
    site.everywhere["collection"] = str(collection.id)
