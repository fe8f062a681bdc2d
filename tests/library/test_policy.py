"""Who may read a post: one object, many in SQL, and the tokens of the search engine always say the same."""

import pytest
from sqlalchemy import select

from forum.core.actor import SYSTEM
from forum.core.db import db, transaction
from forum.core.errors import Denied, Missing
from forum.library.models import SHOWN_STATUSES, STATUSES, VISIBILITIES, Post, PostCoauthor, PostVersion
from forum.library.policy import (
    audience,
    can_edit,
    can_moderate,
    can_read,
    can_restore,
    can_review,
    could_read,
    listed,
    listens_to,
    readable,
    require_edit,
    require_moderate,
    require_read,
    require_restore,
    version_readable,
)
from tests import factories
from tests.conftest import Cast

READERS = ("visitor", "noor", "chiara", "bert", "an", "mia", "ada")


def expected(reader: str, status: str, visibility: str) -> bool:
    """The contract, in its own words: visibility decides on shown posts, status on all others."""
    if status in SHOWN_STATUSES:
        members = ("chiara", "bert", "an", "mia", "ada")
        return {"public": True, "members": reader in members, "organisation": reader in ("an", "bert")}[visibility]
    if status == "draft":
        return reader == "an"
    return status in ("hidden", "declined") and reader in ("an", "mia", "ada")


@pytest.mark.parametrize("visibility", VISIBILITIES)
@pytest.mark.parametrize("status", STATUSES)
def test_reading_is_the_same_for_one_for_many_and_by_tokens(cast: Cast, status: str, visibility: str) -> None:
    post = factories.make_post(cast.an, cast.sluis, status=status, visibility=visibility)
    for reader in READERS:
        actor = cast.actor(reader)
        wanted = expected(reader, status, visibility)
        assert can_read(actor, post) is wanted, reader
        assert bool(audience(post) & listens_to(actor)) is wanted, reader
        assert (db.session.scalar(select(Post.id).where(readable(actor))) == post.id) is wanted, reader
        in_list = db.session.scalar(select(Post.id).where(listed(actor, STATUSES))) == post.id
        assert in_list is (wanted and status in SHOWN_STATUSES), reader
    assert can_read(SYSTEM, post)
    assert db.session.scalar(select(Post.id).where(readable(SYSTEM))) == post.id


@pytest.mark.parametrize("status", STATUSES)
def test_a_coauthor_reads_the_draft_and_nothing_more(cast: Cast, status: str) -> None:
    post = factories.make_post(cast.an, cast.sluis, status=status, visibility="organisation")
    with transaction():
        db.session.add(PostCoauthor(post_id=post.id, person_id=cast.chiara.id))
    chiara = cast.actor("chiara")
    assert can_read(chiara, post) is (status == "draft")
    assert (db.session.scalar(select(Post.id).where(readable(chiara))) == post.id) is (status == "draft")


def test_a_post_without_an_author_belongs_to_no_visitor(cast: Cast) -> None:
    post = factories.make_post(None, None, status="draft")
    assert not can_read(cast.actor("visitor"), post)
    assert db.session.scalar(select(Post.id).where(readable(cast.actor("visitor")))) is None
    lost = factories.make_post(None, None, visibility="organisation")
    assert not any(can_read(cast.actor(reader), lost) for reader in READERS)


def test_a_withdrawn_post_is_remembered_by_those_who_could_read_it(cast: Cast) -> None:
    for visibility in VISIBILITIES:
        post = factories.make_post(cast.an, cast.sluis, status="withdrawn", visibility=visibility)
        for reader in READERS:
            assert could_read(cast.actor(reader), post) is expected(reader, "published", visibility), reader
    assert not could_read(cast.actor("an"), factories.make_post(cast.an, cast.sluis))


@pytest.mark.parametrize("visibility", VISIBILITIES)
def test_a_former_version_is_for_those_who_could_read_it_then(cast: Cast, visibility: str) -> None:
    post = factories.make_post(cast.an, cast.sluis)
    content = {"visibility": visibility}
    factories.saved(PostVersion(post_id=post.id, number=1, content=content, created_at=factories.LONG_AGO))
    versions = select(PostVersion.id).join(Post)
    for reader in READERS:
        wanted = expected(reader, "published", visibility)
        found = db.session.scalar(versions.where(version_readable(cast.actor(reader))))
        assert (found is not None) is wanted, reader
    assert db.session.scalar(versions.where(version_readable(SYSTEM))) is not None


@pytest.mark.parametrize("status", STATUSES)
def test_who_may_edit(cast: Cast, status: str) -> None:
    post = factories.make_post(cast.an, cast.sluis, status=status)
    editors = {reader for reader in READERS if can_edit(cast.actor(reader), post)}
    assert editors == {
        "published": {"an", "bert"},
        "archived": {"an", "bert"},
        "draft": {"an"},
        "declined": {"an"},
    }.get(status, set())


def test_who_may_moderate_and_review(cast: Cast) -> None:
    factories.make_role(cast.chiara, "moderator", "theme:work-integration")
    post = factories.make_post(cast.an, cast.sluis, themes=("work-integration",))
    other = factories.make_post(cast.an, cast.sluis, themes=("finance",))
    own = factories.make_post(cast.chiara, cast.filo, themes=("work-integration",))
    closed = factories.make_post(cast.an, cast.sluis, visibility="organisation")
    chiara, mia = cast.actor("chiara"), cast.actor("mia")
    assert can_moderate(chiara, post)
    assert not can_moderate(chiara, other)
    assert can_review(chiara, post)
    assert not can_review(chiara, own)
    assert can_moderate(mia, other)
    assert not can_moderate(mia, closed)
    assert not can_moderate(cast.actor("dora"), post)


def test_who_may_bring_a_post_back(cast: Cast) -> None:
    def able(status: str) -> set[str]:
        post = factories.make_post(cast.an, cast.sluis, status=status)
        return {reader for reader in READERS if can_restore(cast.actor(reader), post)}

    assert able("archived") == {"an", "bert", "mia", "ada"}
    assert able("withdrawn") == {"mia", "ada"}
    assert able("hidden") == {"mia", "ada"}


def test_what_may_not_be_known_is_missing_and_what_may_not_be_done_is_denied(cast: Cast) -> None:
    closed = factories.make_post(cast.an, cast.sluis, visibility="organisation")
    public = factories.make_post(cast.an, cast.sluis)
    gone = factories.make_post(cast.an, cast.sluis, status="withdrawn", visibility="organisation")
    chiara = cast.actor("chiara")
    for require in (require_read, require_edit, require_moderate, require_restore):
        with pytest.raises(Missing):
            require(chiara, closed)
        with pytest.raises(Missing):
            require(chiara, None)
        with pytest.raises(Missing):
            require(chiara, gone)
    for require in (require_edit, require_moderate, require_restore):
        with pytest.raises(Denied):
            require(chiara, public)
