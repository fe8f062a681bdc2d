"""A link in a mail answers once, for one record, for one person; opening it changes nothing."""

from datetime import timedelta

import pytest
import time_machine

from forum.accounts.models import Person
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.errors import Denied, Missing
from forum.core.events import Event
from forum.curation.freshness.answering import (
    confirm_by_link,
    confirm_record,
    forget_links,
    forget_questions,
    leave_by_link,
    make_link,
    question_of,
    records_to_confirm,
)
from forum.curation.freshness.asking import ask_about
from forum.curation.freshness.models import Ask, FreshnessToken
from forum.curation.freshness.records import find_record
from forum.library.content import content_of
from forum.library.models import Post
from forum.library.operations.curating import archive_post
from forum.library.operations.writing import edit_field, edit_post
from forum.organisations.models import Membership, Organisation
from tests.conftest import Cast
from tests.factories import make_post


@pytest.fixture
def post(cast: Cast) -> Post:
    """A reviewed practice of An's whose day is past."""
    day = now().date() - timedelta(days=1)
    return make_post(
        cast.an, cast.sluis, review="needs_recheck", review_before="reviewed", check_by=day, details={"stage": "pilot"}
    )


def link_for(person: Person, post: Post) -> str:
    found = find_record("post", post.id)
    assert found
    return make_link(person, found)


def test_a_link_confirms_and_the_former_mark_is_back(cast: Cast, post: Post) -> None:
    confirm_by_link(link_for(cast.an, post))
    found = db.session.get_one(Post, post.id)
    assert (found.review, found.checked_on, found.checked_by) == ("reviewed", now().date(), "owner")
    assert found.check_by
    assert (found.check_by - now().date()).days in range(700, 740)
    event = db.session.scalar(db.select(Event).where(Event.name == "post.confirmed"))
    assert event
    assert event.actor_id == cast.an.id
    assert (event.data["by"], event.data["by_link"]) == ("owner", True)


def test_a_link_works_once_and_ends_the_others_about_the_same(cast: Cast, post: Post) -> None:
    first, second = link_for(cast.an, post), link_for(cast.an, post)
    confirm_by_link(first)
    for secret in (first, second):
        with pytest.raises(Missing):
            confirm_by_link(secret)
    assert question_of(first).is_answered


def test_the_secret_itself_is_kept_nowhere(cast: Cast, post: Post) -> None:
    secret = link_for(cast.an, post)
    kept = db.session.scalar(db.select(FreshnessToken))
    assert kept
    assert secret not in str(vars(kept))


def test_a_link_ends_after_sixty_days_and_is_then_forgotten(cast: Cast, post: Post) -> None:
    secret = link_for(cast.an, post)
    with time_machine.travel(now() + timedelta(days=61)):
        with pytest.raises(Missing):
            confirm_by_link(secret)
        forget_links()
        assert db.session.scalar(db.select(FreshnessToken)) is not None
    with time_machine.travel(now() + timedelta(days=95)):
        forget_links()
        assert db.session.scalar(db.select(FreshnessToken)) is None


@pytest.mark.parametrize("change", ["address", "membership", "archived"])
def test_a_link_is_dead_for_whoever_does_not_answer_for_it_now(cast: Cast, post: Post, change: str) -> None:
    secret = link_for(cast.an, post)
    with transaction():
        if change == "address":
            db.session.get_one(Person, cast.an.id).email = "new@example.org"
        elif change == "membership":
            db.session.execute(db.update(Membership).where(Membership.person_id == cast.an.id).values(state="ended"))
    if change == "archived":
        archive_post(cast.actor("dora"), post.id, "It ended.")
    with pytest.raises(Missing):
        confirm_by_link(secret)


def test_made_up_links_do_nothing(cast: Cast, post: Post) -> None:
    for secret in ("", "t", link_for(cast.an, post)[:-1]):
        with pytest.raises(Missing):
            confirm_by_link(secret)


def test_whoever_is_not_the_right_person_is_not_asked_again(cast: Cast, post: Post) -> None:
    ask_about("post", post.id)
    leave_by_link(link_for(cast.an, post))
    ask_about("post", post.id)
    asks = db.session.execute(db.select(Ask.person_id, Ask.step).order_by(Ask.id)).all()
    assert [tuple(one) for one in asks] == [(cast.an.id, "owner"), (None, "desk")]
    secret = link_for(cast.an, post)
    with pytest.raises(Missing):
        confirm_by_link(secret)


def test_leaving_by_a_link_of_a_readers_report_is_remembered_too(cast: Cast, post: Post) -> None:
    leave_by_link(link_for(cast.an, post))
    with pytest.raises(Missing):
        question_of(link_for(cast.an, post))


def test_colleagues_may_confirm_on_the_site_and_strangers_may_not(cast: Cast, post: Post) -> None:
    for name in ("chiara", "noor", "visitor"):
        with pytest.raises(Denied):
            confirm_record(cast.actor(name), "post", post.id)
    ask_about("post", post.id)
    assert [one.subject_id for one in records_to_confirm(cast.actor("an"))] == []
    with transaction():
        db.session.execute(db.update(Ask).values(asked_at=now()))
    assert [one.subject_id for one in records_to_confirm(cast.actor("an"))] == [post.id]
    confirm_record(cast.actor("bert"), "post", post.id)
    assert db.session.get_one(Post, post.id).checked_by == "owner"
    assert records_to_confirm(cast.actor("an")) == []


def test_an_edit_counts_as_a_look_when_the_day_is_near(cast: Cast, post: Post) -> None:
    with transaction():
        found = db.session.get_one(Post, post.id)
        found.review, found.check_by = "reviewed", now().date() + timedelta(days=3)
    edit_field(cast.actor("an"), post.id, "summary", "Twelve people now, in two kitchens.", post.revision)
    assert db.session.get_one(Post, post.id).checked_on == now().date()


def test_posting_and_saving_nothing_new_differ(cast: Cast, post: Post) -> None:
    edit_post(cast.actor("an"), post.id, content_of(post), post.revision)
    assert db.session.get_one(Post, post.id).checked_on is None


def test_the_page_of_an_organisation_is_confirmed_for_a_year(cast: Cast) -> None:
    with pytest.raises(Denied):
        confirm_record(cast.actor("an"), "organisation", cast.sluis.id)
    confirm_record(cast.actor("dora"), "organisation", cast.sluis.id)
    found = db.session.get_one(Organisation, cast.sluis.id)
    assert found.checked_on == now().date()
    assert found.check_by
    assert (found.check_by - now().date()).days in range(360, 367)


def test_whoever_closes_their_account_leaves_no_name_behind(cast: Cast, post: Post) -> None:
    ask_about("post", post.id)
    link_for(cast.an, post)
    forget_questions(cast.actor("an"))
    assert db.session.scalar(db.select(FreshnessToken)) is None
    assert db.session.scalar(db.select(Ask.person_id)) is None
