"""Invitations: who sends them, what the link in the mail shows, and when it no longer works."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient

from forum.accounts import passwords
from forum.accounts.models import Person
from forum.accounts.queries import person_by_email
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.errors import Conflict, Missing, TooMany
from forum.core.events import Event
from forum.core.limits import forget_counts
from forum.organisations.memberships import membership_between
from forum.organisations.models import Invitation, Organisation
from forum.organisations.operations.invitations import (
    MAILS_TO_ONE_ADDRESS,
    invite_person,
    make_secret,
    withdraw_invitation,
)
from forum.organisations.operations.organisations import close_organisation
from forum.organisations.retention import forget_invitations
from tests.conftest import Cast
from tests.factories import make_membership, make_person

BrowserOf = Callable[[Person | None], FlaskClient]
PAGE = "/organisations/de-sluis"
GOOD = "lichte regen boven Gent"


@pytest.fixture(autouse=True)
def _fresh_limits(cast: Cast) -> None:
    forget_counts()


def invited(cast: Cast, email: str = "els@example.org", role: str = "member") -> tuple[Invitation, str]:
    """An invitation, and the address of the link in its mail."""
    invitation = invite_person(cast.actor("dora"), cast.sluis.id, email, role, "nl")
    return invitation, f"/invitations/{make_secret(invitation.id)}"


def role_of(person: Person | None, organisation: Organisation) -> str | None:
    db.session.expire_all()
    found = membership_between(person.id, organisation.id) if person else None
    return found.role if found and found.state == "active" else None


def send(browser: FlaskClient, **changed: str) -> int:
    data = {"email": "els@example.org", "role": "member", "language": "nl"} | changed
    return browser.post(f"{PAGE}/invitations", data=data).status_code


# Sending


@pytest.mark.parametrize("who", ["dora", "mia", "ada"])
def test_an_editor_or_a_moderator_invites(browser_of: BrowserOf, cast: Cast, who: str) -> None:
    browser = browser_of(getattr(cast, who))
    assert send(browser, email=" Els@Example.org ", role="editor") == 303
    kept = db.session.scalars(db.select(Invitation)).one()
    assert (kept.email, kept.role, kept.language, kept.token_hash) == ("els@example.org", "editor", "nl", None)
    assert kept.expires_at - kept.created_at == timedelta(days=14)
    event = db.session.scalars(db.select(Event).where(Event.name == "invitation.sent")).one()
    assert (event.subject_id, event.data) == (kept.id, {"organisation": cast.sluis.id})
    assert "els@example.org" in browser.get(f"{PAGE}/people").text


@pytest.mark.parametrize("who", ["an", "chiara", "noor"])
def test_others_cannot_invite(browser_of: BrowserOf, cast: Cast, who: str) -> None:
    assert send(browser_of(getattr(cast, who))) == 403
    assert db.session.scalars(db.select(Invitation)).all() == []


@pytest.mark.parametrize(
    "wrong", [{"email": "els"}, {"role": "king"}, {"language": "xx"}, {"email": "an@example.org"}, {"email": ""}]
)
def test_a_mistake_is_said_at_the_form(browser_of: BrowserOf, cast: Cast, wrong: dict[str, str]) -> None:
    page = browser_of(cast.dora).post(
        f"{PAGE}/invitations", data={"email": "els@example.org", "role": "member", "language": "nl"} | wrong
    )
    assert page.status_code == 422
    assert f'href="#field-{next(iter(wrong))}"' in page.text


def test_inviting_again_renews_the_invitation(cast: Cast) -> None:
    first, _link = invited(cast)
    second, _link = invited(cast, role="editor")
    assert first.id == second.id
    assert len(db.session.scalars(db.select(Event).where(Event.name == "invitation.sent")).all()) == 2


def test_sending_the_form_twice_sends_one_mail(browser_of: BrowserOf, cast: Cast) -> None:
    browser = browser_of(cast.dora)
    assert [send(browser), send(browser)] == [303, 303]
    assert len(db.session.scalars(db.select(Invitation)).all()) == 1
    assert len(db.session.scalars(db.select(Event).where(Event.name == "invitation.sent")).all()) == 1


def test_nobody_is_flooded_with_invitations(cast: Cast) -> None:
    for _number in range(MAILS_TO_ONE_ADDRESS):
        invited(cast)
    with pytest.raises(TooMany):
        invited(cast)


def test_a_closed_organisation_invites_nobody(cast: Cast) -> None:
    close_organisation(cast.actor("mia"), cast.sluis.id)
    with pytest.raises(Conflict):
        invite_person(cast.actor("mia"), cast.sluis.id, "els@example.org")
    assert db.session.scalars(db.select(Invitation)).all() == []


# Accepting


def test_somebody_new_makes_an_account_and_belongs(client: FlaskClient, cast: Cast) -> None:
    _invitation, link = invited(cast, role="editor")
    page = client.get(link).text
    assert "Dora invites you to join De Sluis." in page
    assert "els@example.org" in page
    assert person_by_email("els@example.org") is None
    answer = client.post(link, data={"name": "Els", "password": GOOD, "email": "other@example.org", "role": "admin"})
    assert (answer.status_code, answer.location) == (303, PAGE)
    els = person_by_email("els@example.org")
    assert role_of(els, cast.sluis) == "editor"
    assert person_by_email("other@example.org") is None
    assert "You belong to this organisation" in client.get(PAGE).text
    assert client.get(link).location == PAGE


def test_a_weak_password_is_said_and_the_link_still_works(client: FlaskClient, cast: Cast) -> None:
    _invitation, link = invited(cast)
    page = client.post(link, data={"name": "Els", "password": "kort"})
    assert page.status_code == 422
    assert 'value="Els"' in page.text
    assert client.post(link, data={"name": "Els", "password": GOOD}).status_code == 303


def test_somebody_with_an_account_signs_in_and_joins(client: FlaskClient, cast: Cast) -> None:
    with transaction():
        cast.noor.password_hash = passwords.hashed(GOOD)
    _invitation, link = invited(cast, "noor@example.org")
    page = client.get(link).text
    assert "Make your account" not in page
    assert f"/sign-in?next={link}" in page
    assert client.post(link, data={"name": "Noor", "password": GOOD}).status_code == 422
    client.post("/sign-in", data={"email": "noor@example.org", "password": GOOD, "next": link})
    assert "Join" in client.get(link).text
    assert client.post(link).location == PAGE
    assert role_of(cast.noor, cast.sluis) == "member"


def test_a_member_invited_as_editor_becomes_one_and_no_editor_loses_the_role(browser_of: BrowserOf, cast: Cast) -> None:
    helen = make_person("Helen", email="helen@example.org")
    links = [invited(cast, "helen@example.org", role="editor")[1]]
    make_membership(helen, cast.sluis)
    browser_of(helen).post(links[0])
    assert role_of(helen, cast.sluis) == "editor"
    bram = make_person("Bram", email="bram@example.org")
    links.append(invited(cast, "bram@example.org", role="member")[1])
    make_membership(bram, cast.sluis, "editor")
    browser_of(bram).post(links[1])
    assert role_of(bram, cast.sluis) == "editor"


def test_another_address_cannot_use_the_link(browser_of: BrowserOf, cast: Cast) -> None:
    _invitation, link = invited(cast)
    browser = browser_of(cast.noor)
    assert "This invitation is for another address" in browser.get(link).text
    assert browser.post(link).status_code == 403
    assert role_of(cast.noor, cast.sluis) is None


def test_opening_the_link_changes_nothing(browser_of: BrowserOf, cast: Cast) -> None:
    invitation, link = invited(cast, "noor@example.org")
    browser_of(cast.noor).get(link)
    assert role_of(cast.noor, cast.sluis) is None
    assert db.session.get_one(Invitation, invitation.id).accepted_at is None


# Links that no longer work


def test_a_used_link_is_dead_and_the_address_forgotten(client: FlaskClient, browser_of: BrowserOf, cast: Cast) -> None:
    invitation, link = invited(cast, "noor@example.org")
    browser_of(cast.noor).post(link)
    page = client.get(link)
    assert page.status_code == 404
    assert "used already" in page.text
    assert client.post(link, data={"name": "X", "password": GOOD}).status_code == 404
    kept = db.session.get_one(Invitation, invitation.id)
    assert (kept.email, kept.accepted_at is None) == ("", False)


def test_a_link_dies_after_14_days(client: FlaskClient, cast: Cast) -> None:
    invitation, link = invited(cast)
    with time_machine.travel(now() + timedelta(days=14, seconds=1)):
        page = client.get(link)
        assert page.status_code == 404
        assert "too old" in page.text
        assert client.post(link, data={"name": "Els", "password": GOOD}).status_code == 404
        with pytest.raises(Missing):
            make_secret(invitation.id)


def test_an_editor_takes_an_invitation_back(client: FlaskClient, browser_of: BrowserOf, cast: Cast) -> None:
    invitation, link = invited(cast)
    url = f"{PAGE}/invitations/{invitation.id}/withdraw"
    assert browser_of(cast.an).post(url).status_code == 403
    assert browser_of(cast.dora).post(url).status_code == 303
    page = client.get(link)
    assert page.status_code == 404
    assert "taken back" in page.text
    assert "els@example.org" not in browser_of(cast.dora).get(f"{PAGE}/people").text


def test_an_accepted_invitation_cannot_be_taken_back(browser_of: BrowserOf, cast: Cast) -> None:
    invitation, link = invited(cast, "noor@example.org")
    browser_of(cast.noor).post(link)
    assert browser_of(cast.dora).post(f"{PAGE}/invitations/{invitation.id}/withdraw").status_code == 409


def test_a_newer_mail_ends_the_link_of_the_older(client: FlaskClient, cast: Cast) -> None:
    invitation, link = invited(cast)
    newer = f"/invitations/{make_secret(invitation.id)}"
    assert client.get(link).status_code == 404
    assert client.get(newer).status_code == 200


def test_a_link_into_a_closed_organisation_is_dead(client: FlaskClient, cast: Cast) -> None:
    _invitation, link = invited(cast)
    close_organisation(cast.actor("mia"), cast.sluis.id)
    assert client.get(link).status_code == 404


def test_made_up_links_find_nothing(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/invitations/made-up").status_code == 404


def test_old_invitations_are_forgotten(cast: Cast) -> None:
    invitation, _link = invited(cast)
    withdraw_invitation(cast.actor("dora"), invitation.id)
    invited(cast, "bram@example.org")
    forget_invitations()
    assert len(db.session.scalars(db.select(Invitation)).all()) == 2
    with time_machine.travel(now() + timedelta(days=45)):
        forget_invitations()
    assert db.session.scalars(db.select(Invitation)).all() == []
