"""Owners are asked whether their records are still true, then others; nobody twice, and nobody in more than one mail a day."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask

from forum.accounts.models import Person
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.events import Event, consumers, deliver_batch
from forum.core.mail import Letter, MemoryMailer
from forum.curation.freshness.asking import MOST_OPEN, look_after_freshness
from forum.curation.freshness.models import Ask
from forum.library.models import Post
from forum.library.operations.curating import archive_post
from forum.notifications.choices import choose_mails
from forum.notifications.sending import send_due_mails
from forum.organisations.models import Membership, Organisation
from tests.conftest import Cast
from tests.factories import make_membership, make_post

Worker = Callable[..., list[Letter]]
LINK = re.compile(r"/still-true/[\w-]{40,}")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A clock that stands still until it is moved."""
    with time_machine.travel(now(), tick=False) as moved:
        yield moved


@pytest.fixture
def worker(app: Flask, clock: time_machine.Traveller) -> Worker:
    """Let so many days go by, and the worker do what is due, twice; give the mails that went out."""

    def run(days: float = 0) -> list[Letter]:
        clock.shift(timedelta(days=days, seconds=1))
        mailer = MemoryMailer()
        for _round in range(2):
            look_after_freshness()
            while deliver_batch(consumers.by_name["mailing"]):
                pass
            send_due_mails(mailer, app.config["SETTINGS"])
        return mailer.sent

    return run


def make_due(cast: Cast, days: int = 0, **fields: object) -> Post:
    """A practice of An's that is to be checked in so many days."""
    day = now().date() + timedelta(days=days)
    return make_post(cast.an, cast.sluis, **{"check_by": day, "checked_on": day - timedelta(days=730)} | fields)


@pytest.fixture(autouse=True)
def calm(cast: Cast) -> None:
    """Organisations' own pages were checked today: these tests are about posts, unless they say otherwise."""
    with transaction():
        for organisation in db.session.scalars(db.select(Organisation)):
            organisation.checked_on, organisation.check_by = now().date(), now().date() + timedelta(days=3650)


def people(mails: list[Letter]) -> list[str]:
    return sorted(mail.to.split("@")[0] for mail in mails)


def make_editor(cast: Cast, name: str = "ada") -> Person:
    """Somebody edits for the network above De Sluis and Il Filo."""
    with transaction():
        membership = db.session.scalar(
            db.select(Membership).where(
                Membership.person_id == getattr(cast, name).id, Membership.organisation_id == cast.secretariat.id
            )
        )
        assert membership
        membership.role = "editor"
    person: Person = getattr(cast, name)
    return person


def test_an_owner_is_asked_a_fortnight_before_the_day_and_not_earlier(cast: Cast, worker: Worker) -> None:
    make_due(cast, days=16)
    assert worker() == []
    assert people(worker(days=2)) == ["an"]


def test_a_mail_asks_once_however_often_the_worker_looks(cast: Cast, worker: Worker) -> None:
    make_due(cast)
    assert people(worker()) == ["an"]
    assert worker(days=1) == worker(days=3) == []


def test_all_records_of_a_person_come_in_one_mail_each_with_a_link_of_its_own(cast: Cast, worker: Worker) -> None:
    for title in ("The bakery", "The laundry", "The garden"):
        make_due(cast, title=title)
    (mail,) = worker()
    assert mail.subject == "Is this still true? 3 things to confirm"
    assert all(title in mail.text for title in ("The bakery", "The laundry", "The garden"))
    assert len(set(LINK.findall(mail.text))) == 3
    assert "List-Unsubscribe" in mail.headers


def test_a_person_gets_no_second_mail_on_the_same_day(cast: Cast, worker: Worker) -> None:
    make_due(cast)
    worker()
    make_due(cast)
    assert worker(days=0.5) == []
    assert people(worker(days=0.6)) == ["an"]


def test_nobody_has_more_than_twenty_open_questions(cast: Cast, worker: Worker) -> None:
    for _number in range(MOST_OPEN + 2):
        make_due(cast)
    (mail,) = worker()
    assert len(set(LINK.findall(mail.text))) == MOST_OPEN
    assert worker(days=2) == []


def test_after_two_silent_months_the_network_is_asked_and_then_the_moderators(cast: Cast, worker: Worker) -> None:
    make_editor(cast)
    post = make_due(cast)
    assert [people(worker(days=31)) for _month in range(4)] == [["an"], ["an"], ["ada"], []]
    steps = db.session.scalars(db.select(Ask.step).where(Ask.subject_id == post.id).order_by(Ask.id)).all()
    assert list(steps) == ["owner", "again", "network", "desk"]
    assert worker(days=400) == []


@pytest.mark.parametrize("away", ["erased", "suspended", "gone"])
def test_an_owner_who_is_away_is_not_waited_for(cast: Cast, worker: Worker, away: str) -> None:
    make_editor(cast)
    make_due(cast)
    with transaction():
        an = db.session.get_one(Person, cast.an.id)
        if away == "erased":
            an.email, an.erased_at = None, now()
        elif away == "suspended":
            an.suspended_until = now() + timedelta(days=90)
        else:
            membership = db.session.scalar(db.select(Membership).where(Membership.person_id == an.id))
            assert membership
            membership.state = "ended"
    assert people(worker()) == ["ada"]


def test_the_contact_of_a_post_is_asked_before_its_author(cast: Cast, worker: Worker) -> None:
    make_due(cast, contact_id=cast.bert.id)
    assert people(worker()) == ["bert"]


def test_the_contact_of_the_network_is_asked_alone(cast: Cast, worker: Worker) -> None:
    make_editor(cast)
    with transaction():
        db.session.get_one(Organisation, cast.secretariat.id).contact_id = cast.mia.id
    post = make_post(cast.noor, cast.sluis, check_by=now().date())
    assert people(worker()) == ["mia"]
    assert post.author_id == cast.noor.id


def test_with_nobody_to_ask_the_record_goes_to_the_moderators_at_once(cast: Cast, worker: Worker) -> None:
    post = make_post(cast.noor, cast.sluis, check_by=now().date())
    assert worker() == []
    assert db.session.scalar(db.select(Ask.step).where(Ask.subject_id == post.id)) == "desk"


def test_a_day_that_is_past_marks_the_post_and_readers_are_told(cast: Cast, worker: Worker) -> None:
    post = make_due(cast, days=-1, review="reviewed")
    worker()
    found = db.session.get_one(Post, post.id)
    assert (found.review, found.review_before) == ("needs_recheck", "reviewed")


def test_what_is_archived_or_asks_for_changes_is_left_alone(cast: Cast, worker: Worker) -> None:
    archive_post(cast.actor("an"), make_due(cast, days=-1).id, "It ended.")
    make_due(cast, days=-1, review="changes_suggested")
    assert worker() == []


def test_posts_without_a_day_get_one_from_when_they_were_posted(cast: Cast, worker: Worker) -> None:
    policy = make_post(cast.an, cast.sluis, kind="policy", at=now() - timedelta(days=10))
    question = make_post(cast.an, cast.sluis, kind="question")
    worker()
    found = db.session.get_one(Post, policy.id)
    assert found.checked_on == now().date() - timedelta(days=10)
    assert found.check_by
    assert (found.check_by - found.checked_on).days in range(175, 190)
    assert db.session.get_one(Post, question.id).check_by is None


def test_the_page_of_an_organisation_is_asked_about_too(cast: Cast, worker: Worker) -> None:
    with transaction():
        db.session.get_one(Organisation, cast.sluis.id).check_by = date(2026, 1, 1)
    (mail,) = worker()
    assert people([mail]) == ["dora"]
    assert "De Sluis" in mail.text


def test_whoever_stopped_such_mails_gets_none_and_others_are_asked_in_time(cast: Cast, worker: Worker) -> None:
    make_editor(cast)
    choose_mails(cast.actor("an"), ["searches"])
    make_due(cast)
    assert [people(worker(days=31)) for _month in range(3)] == [[], [], ["ada"]]


def test_events_say_that_somebody_was_asked_and_keep_no_text(cast: Cast, worker: Worker) -> None:
    make_due(cast)
    worker()
    event = db.session.scalar(db.select(Event).where(Event.name == "freshness.asked"))
    assert event is not None
    assert (event.subject_type, event.subject_id, event.data) == ("person", cast.an.id, {})


def test_a_record_that_was_confirmed_meanwhile_is_not_in_the_mail(cast: Cast, worker: Worker) -> None:
    make_due(cast)
    make_membership(cast.an, cast.filo)
    look_after_freshness()
    with transaction():
        db.session.execute(db.update(Ask).values(answer="true"))
    assert worker() == []
