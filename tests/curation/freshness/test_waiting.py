"""Moderators see a post that is out of date when its own people were asked in vain, not before."""

from datetime import timedelta

from forum.core.clock import now
from forum.core.db import db
from forum.curation.freshness.asking import ask_about
from forum.curation.queue import Wanted, page_of_items
from forum.curation.sources import STALE_POSTS
from forum.library.models import Post
from tests.conftest import Cast
from tests.factories import make_post


def stale(cast: Cast) -> list[str]:
    items = page_of_items(cast.actor("mia"), [STALE_POSTS], Wanted())
    return [db.session.get_one(Post, item.post_id).title for item in items]


def test_a_post_comes_to_the_desk_after_its_people(cast: Cast) -> None:
    yesterday = now().date() - timedelta(days=1)
    make_post(cast.an, cast.sluis, title="An is asked", review="needs_recheck", check_by=yesterday)
    lonely = make_post(cast.noor, cast.sluis, title="Nobody is there", review="needs_recheck", check_by=yesterday)
    assert stale(cast) == []
    ask_about("post", lonely.id)
    assert stale(cast) == ["Nobody is there"]


def test_what_a_moderator_or_a_reader_doubts_comes_at_once(cast: Cast) -> None:
    later = now().date() + timedelta(days=100)
    make_post(cast.an, cast.sluis, title="Doubted", review="needs_recheck", check_by=later)
    make_post(cast.an, cast.sluis, title="Without a day", review="needs_recheck")
    assert sorted(stale(cast)) == ["Doubted", "Without a day"]
