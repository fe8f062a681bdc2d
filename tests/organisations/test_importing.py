"""Organisations and memberships that come from elsewhere, and come again."""

from typing import Any

import pytest

from forum.core.actor import SYSTEM
from forum.core.db import db
from forum.core.errors import Denied, Invalid
from forum.core.events import Event
from forum.organisations.importing import take_membership, take_organisation
from forum.organisations.memberships import membership_between
from forum.organisations.models import Membership, Organisation
from tests.conftest import Cast
from tests.factories import LONG_AGO

NETWORK = {
    "name": "Red Umbral",
    "kind": "network",
    "parent_id": None,
    "country": "ES",
    "language": "es",
    "website": "https://umbral.example",
    "description": "Una red.\n\nDe muchas.",
}
MEMBER = NETWORK | {"name": "Puerta Abierta", "kind": "member", "website": "", "country": ""}


def belonging(cast: Cast, role: str = "member", state: str = "active") -> dict[str, Any]:
    return {"person_id": cast.noor.id, "organisation_id": cast.filo.id, "role": role, "state": state}


def kinds_of_events() -> list[str]:
    return list(db.session.scalars(db.select(Event.name).order_by(Event.id)))


def test_what_goes_in_comes_out_and_changes_nothing_the_second_time(cast: Cast) -> None:
    network_id, added = take_organisation(SYSTEM, NETWORK, None)
    member = MEMBER | {"parent_id": network_id}
    member_id, _added = take_organisation(SYSTEM, member, None)
    kept = db.session.get_one(Organisation, member_id)
    assert added
    assert {name: getattr(kept, name) for name in member} == member
    before = kinds_of_events()
    assert take_organisation(SYSTEM, NETWORK, network_id) == (network_id, False)
    assert take_organisation(SYSTEM, member, member_id) == (member_id, False)
    assert kinds_of_events() == before == ["organisation.added", "organisation.added"]


def test_a_change_in_the_source_arrives(cast: Cast) -> None:
    number, _added = take_organisation(SYSTEM, MEMBER, None)
    assert take_organisation(SYSTEM, MEMBER | {"name": "Puerta"}, number) == (number, True)
    assert db.session.get_one(Organisation, number).slug == "puerta-abierta"


def test_two_sources_may_bring_the_same_name(cast: Cast) -> None:
    first, second = take_organisation(SYSTEM, MEMBER, None)[0], take_organisation(SYSTEM, MEMBER, None)[0]
    assert db.session.get_one(Organisation, second).slug == "puerta-abierta-2"
    assert first != second


def test_what_closed_in_the_source_closes_here_and_stays_closed(cast: Cast) -> None:
    number, _added = take_organisation(SYSTEM, MEMBER, None)
    assert take_organisation(SYSTEM, MEMBER | {"closed_at": LONG_AGO}, number) == (number, True)
    assert take_organisation(SYSTEM, MEMBER | {"closed_at": None}, number) == (number, False)
    assert db.session.get_one(Organisation, number).closed_at == LONG_AGO
    other, _added = take_organisation(SYSTEM, MEMBER | {"closed_at": LONG_AGO}, None)
    assert db.session.get_one(Organisation, other).closed_at == LONG_AGO
    assert kinds_of_events() == ["organisation.added", "organisation.closed", "organisation.added"]


@pytest.mark.parametrize("wrong", [{"name": ""}, {"kind": "club"}, {"parent_id": 9999}, {"website": "javascript:x"}])
def test_what_is_wrong_is_refused_whole(cast: Cast, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        take_organisation(SYSTEM, MEMBER | wrong, None)
    assert not kinds_of_events()


def test_only_the_system_and_moderators_import(cast: Cast) -> None:
    with pytest.raises(Denied):
        take_organisation(cast.actor("dora"), MEMBER, None)
    with pytest.raises(Denied):
        take_membership(cast.actor("dora"), belonging(cast), None)


@pytest.mark.parametrize("role", ["member", "editor"])
@pytest.mark.parametrize("state", ["active", "requested", "ended"])
def test_a_membership_goes_in_as_it_is_and_once(cast: Cast, role: str, state: str) -> None:
    values = belonging(cast, role, state)
    number, added = take_membership(SYSTEM, values, None)
    kept = db.session.get_one(Membership, number)
    assert added
    assert {name: getattr(kept, name) for name in values} == values
    before = kinds_of_events()
    assert take_membership(SYSTEM, values, number) == (number, False)
    assert take_membership(SYSTEM, values, None) == (number, False)
    assert kinds_of_events() == before == (["membership.started"] if state == "active" else [])


def test_a_membership_follows_its_source(cast: Cast) -> None:
    number, _added = take_membership(SYSTEM, belonging(cast, "editor"), None)
    for role, state in (("member", "active"), ("editor", "active"), ("editor", "ended"), ("member", "active")):
        assert take_membership(SYSTEM, belonging(cast, role, state), number) == (number, True)
        kept = membership_between(cast.noor.id, cast.filo.id)
        assert kept is not None
        assert (kept.role, kept.state, kept.ended_at is None) == (role, state, state == "active")


def test_a_membership_of_an_unknown_state_is_refused(cast: Cast) -> None:
    for wrong in ({"state": "frozen"}, {"role": "king"}):
        with pytest.raises(Invalid):
            take_membership(SYSTEM, belonging(cast) | wrong, None)
