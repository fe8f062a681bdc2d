"""What people say about themselves, where they are signed in, and how they leave."""

from datetime import timedelta

import pytest
from flask import Flask

from forum.accounts import passwords, profiles, roles, sessions, tokens
from forum.accounts.models import LoginSession, Person, RoleGrant, Token
from forum.accounts.policy import can_see_details
from forum.accounts.queries import list_people, live_sessions_of, moderator_ids, require_person
from forum.accounts.retention import forget_stale
from forum.core.actor import VISITOR
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.errors import Conflict, Denied, Invalid, Missing
from forum.core.events import Event
from tests.conftest import Cast
from tests.factories import make_person

GOOD = "lichte regen boven Gent"


@pytest.fixture
def with_password(cast: Cast) -> Cast:
    with transaction():
        cast.an.password_hash = cast.ada.password_hash = passwords.hashed(GOOD)
    return cast


def test_a_person_changes_words_and_languages(cast: Cast) -> None:
    profiles.change_profile(
        cast.actor("an"),
        name=" An  Peeters ",
        language="nl",
        job_title="Job coach",
        about="I know laundries.\n",
        reads=("nl", "fr"),
        interests=("green-circular",),
    )
    an = cast.an
    assert (an.name, an.language, an.job_title, an.about, an.reads, an.interests) == (
        "An Peeters",
        "nl",
        "Job coach",
        "I know laundries.",
        ["nl", "fr"],
        ["green-circular"],
    )


def test_every_problem_of_a_profile_is_told_at_once(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        profiles.change_profile(
            cast.actor("an"),
            name="",
            language="xx",
            job_title="x" * 121,
            about="x" * 2001,
            reads=("nl", "<b>"),
            interests=("<b>",),
        )
    assert set(refused.value.fields) == {"name", "language", "job_title", "about", "reads", "interests"}
    with pytest.raises(Denied):
        profiles.change_profile(VISITOR, name="Nobody", language="en")


def test_a_person_ends_own_sessions_only(cast: Cast) -> None:
    secret, other = sessions.open_session(cast.an.id, "Firefox"), sessions.open_session(cast.bert.id)
    mine = live_sessions_of(cast.actor("an"))
    assert [one.browser for one in mine] == ["Firefox"]
    with pytest.raises(Missing):
        profiles.end_session(cast.actor("bert"), mine[0].id)
    profiles.end_session(cast.actor("an"), mine[0].id)
    assert sessions.live_session(secret) is None
    assert sessions.live_session(other) is not None


def test_signing_out_everywhere_ends_every_session(cast: Cast) -> None:
    secrets = [sessions.open_session(cast.an.id) for _ in range(3)]
    profiles.sign_out_everywhere(cast.actor("an"))
    assert not any(sessions.live_session(secret) for secret in secrets)


def test_a_closed_account_leaves_nothing_personal(with_password: Cast) -> None:
    an = with_password.an
    with transaction():
        an.reads, an.interests = ["nl"], ["green-circular"]
    tokens.make_token(an, tokens.RESET)
    secret = sessions.open_session(an.id)
    profiles.close_account(with_password.actor("an"), GOOD)
    assert (an.name, an.email, an.password_hash, an.about, an.job_title, an.reads, an.interests) == (
        "Former member",
        None,
        None,
        "",
        "",
        [],
        [],
    )
    assert an.erased_at is not None
    assert sessions.live_session(secret) is None
    assert db.session.scalars(db.select(Token)).all() == []
    last = db.session.scalars(db.select(Event).order_by(Event.id.desc())).first()
    assert last is not None
    assert (last.name, last.subject_id) == ("person.erased", an.id)


def test_closing_needs_the_password(with_password: Cast) -> None:
    with pytest.raises(Invalid):
        profiles.close_account(with_password.actor("an"), "not the password")
    assert with_password.an.erased_at is None


def test_the_last_administrator_can_neither_leave_nor_give_up_the_role(with_password: Cast) -> None:
    ada = with_password.actor("ada")
    with pytest.raises(Conflict):
        profiles.close_account(ada, GOOD)
    with pytest.raises(Conflict):
        roles.withdraw_role(ada, with_password.ada.id, "admin")
    roles.grant_role(ada, with_password.mia.id, "admin")
    roles.withdraw_role(ada, with_password.ada.id, "admin")
    assert [grant.role for grant in with_password.ada.roles] == []


def test_an_administrator_without_account_does_not_count_as_another(with_password: Cast) -> None:
    roles.grant_role(with_password.actor("ada"), with_password.bert.id, "admin")
    with transaction():
        with_password.bert.erased_at = now()
    with pytest.raises(Conflict):
        profiles.close_account(with_password.actor("ada"), GOOD)


def test_roles_are_given_once_and_taken_away(cast: Cast) -> None:
    ada = cast.actor("ada")
    for scope in ("network", "theme:work-integration", "language:nl", "language:nl"):
        roles.grant_role(ada, cast.an.id, "moderator", scope)
    assert cast.actor("an").moderates == {"network", "theme:work-integration", "language:nl"}
    roles.withdraw_role(ada, cast.an.id, "moderator", "network")
    roles.withdraw_role(ada, cast.an.id, "moderator", "network")
    assert cast.actor("an").moderates == {"theme:work-integration", "language:nl"}


@pytest.mark.parametrize(
    ("role", "scope"), [("king", "network"), ("moderator", "everything"), ("admin", "language:nl"), ("", "network")]
)
def test_an_unknown_role_or_scope_is_refused(cast: Cast, role: str, scope: str) -> None:
    with pytest.raises(Invalid):
        roles.grant_role(cast.actor("ada"), cast.an.id, role, scope)


def test_only_administrators_give_and_take_roles(cast: Cast) -> None:
    for name in ("visitor", "noor", "an", "dora", "mia"):
        with pytest.raises(Denied):
            roles.grant_role(cast.actor(name), cast.an.id, "moderator")
        with pytest.raises(Denied):
            roles.withdraw_role(cast.actor(name), cast.mia.id, "moderator")


def test_a_former_member_gets_no_role(with_password: Cast) -> None:
    profiles.close_account(with_password.actor("an"), GOOD)
    with pytest.raises(Conflict):
        roles.grant_role(with_password.actor("ada"), with_password.an.id, "moderator")


def test_visitors_see_the_name_only(cast: Cast) -> None:
    assert not can_see_details(VISITOR, cast.an)
    assert can_see_details(cast.actor("chiara"), cast.an)
    cast.an.erased_at = now()
    assert not can_see_details(cast.actor("ada"), cast.an)


def test_nobody_knows_of_people_whose_address_was_never_confirmed(app: Flask) -> None:
    person = make_person(confirmed_at=None)
    with pytest.raises(Missing):
        require_person(person.id)


def test_administrators_find_people_by_name_or_address(cast: Cast) -> None:
    assert [one.name for one in list_people("CHIAR").people] == ["Chiara"]
    assert [one.name for one in list_people("dora@").people] == ["Dora"]
    assert list_people("%").total == 0
    assert list_people().total == 7
    assert [one.name for one in list_people().people][:2] == ["Ada", "An"]
    assert list_people(page=2).people == []


def test_requests_go_to_moderators_or_else_to_administrators(cast: Cast) -> None:
    assert moderator_ids() == [cast.mia.id]
    with transaction():
        db.session.execute(db.delete(RoleGrant).where(RoleGrant.role == "moderator"))
    assert moderator_ids() == [cast.ada.id]
    with transaction():
        db.session.execute(db.delete(RoleGrant))
    assert moderator_ids() == []


def test_accounts_never_confirmed_go_after_a_week_with_sessions_and_links_that_are_over(cast: Cast) -> None:
    old, new = (make_person(confirmed_at=None, created_at=now() - timedelta(days=days)).id for days in (8, 6))
    tokens.make_token(cast.an, tokens.RESET)
    sessions.open_session(cast.an.id)
    with transaction():
        db.session.execute(db.update(Token).values(expires_at=now()))
        db.session.execute(db.update(LoginSession).values(expires_at=now()))
    forget_stale()
    assert db.session.get(Person, old) is None
    assert db.session.get(Person, new) is not None
    assert db.session.get(Person, cast.an.id) is not None
    assert db.session.scalars(db.select(Token)).all() == []
    assert db.session.scalars(db.select(LoginSession)).all() == []
