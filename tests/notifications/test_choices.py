"""What a person chose is kept, and heeded when a mail goes out: not when it was owed."""

from collections.abc import Callable

import pytest
from flask import Flask

from forum.accounts.models import Person
from forum.core.actor import VISITOR
from forum.core.db import db
from forum.core.errors import Denied, Missing
from forum.core.events import Event
from forum.core.mail import MemoryMailer
from forum.core.settings import Settings
from forum.notifications import events
from forum.notifications.choices import choose_by_link, choose_mails, forget_choices, wanted_kinds, wants
from forum.notifications.kinds import ACCOUNT, KINDS, MEMBERSHIP, REQUESTS, stoppable_kinds
from forum.notifications.mailing import MAILS, consume
from forum.notifications.models import MailChoice
from forum.notifications.sending import send_due_mails
from forum.notifications.stopping import read_stop_token, stop_path
from forum.organisations.operations.memberships import request_membership
from tests.conftest import Cast


@pytest.fixture
def settings(app: Flask) -> Settings:
    found: Settings = app.config["SETTINGS"]
    return found


@pytest.fixture
def send(settings: Settings) -> Callable[[], list[str]]:
    """Owe what is to be owed, send what is due, and give the addresses that it went to."""

    def run() -> list[str]:
        mailer = MemoryMailer()
        consume(db.session.scalars(db.select(Event).where(Event.name.in_(MAILS))).all())
        send_due_mails(mailer, settings)
        return [letter.to for letter in mailer.sent]

    return run


def chosen_events() -> list[tuple[int | None, dict[str, object]]]:
    rows = db.session.scalars(db.select(Event).where(Event.name == events.CHOSEN.name).order_by(Event.id))
    return [(one.actor_id, one.data) for one in rows]


def test_whoever_chose_nothing_gets_everything(cast: Cast) -> None:
    assert all(wants(cast.dora.id, kind) for kind in KINDS.values())
    assert wanted_kinds(cast.actor("dora")) == {kind.name for kind in stoppable_kinds()}


def test_a_choice_is_kept_for_its_person_alone_and_can_be_taken_back(cast: Cast) -> None:
    every = [kind.name for kind in stoppable_kinds()]
    choose_mails(cast.actor("dora"), [name for name in every if name != REQUESTS.name])
    assert not wants(cast.dora.id, REQUESTS)
    assert wants(cast.dora.id, MEMBERSHIP)
    assert wants(cast.an.id, REQUESTS)
    choose_mails(cast.actor("dora"), every)
    assert wanted_kinds(cast.actor("dora")) == set(every)
    told = [(cast.dora.id, {"kind": "requests", "is_wanted": wanted}) for wanted in (False, True)]
    assert chosen_events() == told


def test_choosing_the_same_again_is_no_event(cast: Cast) -> None:
    for _ in range(2):
        choose_by_link(cast.dora.id, REQUESTS, is_wanted=False)
    assert chosen_events() == [(None, {"kind": "requests", "is_wanted": False})]


def test_mails_about_the_account_cannot_be_stopped(cast: Cast) -> None:
    choose_mails(cast.actor("dora"), [])
    assert wants(cast.dora.id, ACCOUNT)
    assert {row.kind for row in db.session.scalars(db.select(MailChoice))} == {kind.name for kind in stoppable_kinds()}


def test_a_visitor_chooses_nothing(app: Flask) -> None:
    with pytest.raises(Denied):
        choose_mails(VISITOR, [])


def test_a_stopped_kind_of_mail_is_not_sent(cast: Cast, send: Callable[[], list[str]]) -> None:
    choose_mails(cast.actor("dora"), [])
    request_membership(cast.actor("noor"), cast.sluis.id)
    assert send() == []


def test_a_choice_made_after_the_event_still_counts(cast: Cast, send: Callable[[], list[str]]) -> None:
    request_membership(cast.actor("noor"), cast.sluis.id)
    consume(db.session.scalars(db.select(Event).where(Event.name.in_(MAILS))).all())
    choose_by_link(cast.dora.id, REQUESTS, is_wanted=False)
    assert send() == []
    choose_by_link(cast.dora.id, REQUESTS, is_wanted=True)
    request_membership(cast.actor("chiara"), cast.sluis.id)
    assert send() == ["dora@example.org"]


def test_whoever_leaves_leaves_no_choice_behind(cast: Cast) -> None:
    choose_mails(cast.actor("dora"), [])
    choose_mails(cast.actor("an"), [REQUESTS.name])
    forget_choices(cast.actor("dora"))
    assert {row.person_id for row in db.session.scalars(db.select(MailChoice))} == {cast.an.id}


def token_for(settings: Settings, person: Person) -> str:
    return stop_path(settings, person.id, REQUESTS).rsplit("/", 1)[1]


def test_a_link_stops_one_kind_for_one_person(settings: Settings, cast: Cast) -> None:
    assert read_stop_token(settings, token_for(settings, cast.dora)) == (cast.dora.id, REQUESTS)


def test_a_link_of_another_site_or_with_one_letter_changed_stops_nothing(settings: Settings, cast: Cast) -> None:
    token, foreign = token_for(settings, cast.dora), settings.model_copy(update={"secret_key": "another"})
    changed = [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(len(token) - 1)]
    for bad in (*changed, token_for(foreign, cast.dora), "", ".", token[:-3], f"{token}.x"):
        with pytest.raises(Missing):
            read_stop_token(settings, bad)


def test_a_link_for_mails_that_always_come_stops_nothing(settings: Settings, cast: Cast) -> None:
    with pytest.raises(Missing):
        read_stop_token(settings, stop_path(settings, cast.dora.id, ACCOUNT).rsplit("/", 1)[1])


def test_a_link_of_somebody_who_left_stops_nothing(settings: Settings, cast: Cast) -> None:
    token = token_for(settings, cast.dora)
    with db.session.begin_nested():
        cast.dora.erased_at = cast.dora.created_at
    with pytest.raises(Missing):
        read_stop_token(settings, token)
