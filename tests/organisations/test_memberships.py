"""Belonging to an organisation, where no page leads: what the operations themselves refuse, and who is told what."""

from collections.abc import Callable

import pytest

from forum.core.db import db
from forum.core.errors import Conflict, Denied, Missing
from forum.core.events import Event
from forum.organisations.invitations import invitations_of
from forum.organisations.memberships import (
    Standing,
    membership_between,
    offered_to,
    people_of,
    requests_for,
    standing_of,
)
from forum.organisations.models import Membership
from forum.organisations.operations.invitations import invite_person, withdraw_invitation
from forum.organisations.operations.memberships import (
    accept_request,
    change_membership_role,
    end_membership,
    join_by_domain,
    request_membership,
)
from forum.organisations.operations.organisations import close_organisation, set_domains
from tests.conftest import Cast
from tests.factories import make_membership


def of(cast: Cast, who: str) -> Membership:
    found = membership_between(getattr(cast, who).id, cast.sluis.id)
    assert found is not None
    return found


def test_everybody_stands_somewhere(cast: Cast) -> None:
    make_membership(cast.noor, cast.sluis, state="requested")
    set_domains(cast.actor("mia"), cast.filo.id, ["example.org"])
    stands = [standing_of(cast.actor(who), cast.sluis) for who in ("visitor", "an", "noor", "chiara")]
    assert stands == [Standing.VISITOR, Standing.MEMBER, Standing.REQUESTED, Standing.MAY_REQUEST]
    assert standing_of(cast.actor("noor"), cast.filo) is Standing.MAY_JOIN
    close_organisation(cast.actor("mia"), cast.filo.id)
    assert standing_of(cast.actor("chiara"), cast.filo) is Standing.CLOSED


def test_joining_by_domain_needs_no_name_of_the_organisation(cast: Cast) -> None:
    set_domains(cast.actor("mia"), cast.filo.id, ["example.org"])
    assert join_by_domain(cast.actor("noor")).organisation_id == cast.filo.id
    assert offered_to(cast.actor("noor")) is None
    with pytest.raises(Denied):
        join_by_domain(cast.actor("noor"))


@pytest.mark.parametrize("operation", [join_by_domain, lambda actor: request_membership(actor, 1)])
def test_a_visitor_joins_nothing(cast: Cast, operation: Callable[..., object]) -> None:
    with pytest.raises(Denied):
        operation(cast.actor("visitor"))


def test_who_belongs_cannot_ask_again(cast: Cast) -> None:
    with pytest.raises(Conflict):
        request_membership(cast.actor("an"), cast.sluis.id)


def test_nobody_joins_what_is_closed_or_was_never_there(cast: Cast) -> None:
    request = request_membership(cast.actor("noor"), cast.sluis.id)
    close_organisation(cast.actor("mia"), cast.sluis.id)
    with pytest.raises(Conflict):
        request_membership(cast.actor("chiara"), cast.sluis.id)
    with pytest.raises(Conflict):
        accept_request(cast.actor("mia"), request.id)
    with pytest.raises(Missing):
        request_membership(cast.actor("noor"), 99_999)


def test_who_left_has_no_role_to_change_and_leaves_once(cast: Cast) -> None:
    bert = of(cast, "bert")
    end_membership(cast.actor("bert"), bert.id)
    end_membership(cast.actor("bert"), bert.id)
    with pytest.raises(Conflict):
        change_membership_role(cast.actor("dora"), bert.id, "editor")
    told = db.session.scalars(db.select(Event).where(Event.name == "membership.ended")).all()
    assert [event.data for event in told] == [{"person": cast.bert.id, "organisation": cast.sluis.id}]


def test_the_same_role_again_is_no_news(cast: Cast) -> None:
    change_membership_role(cast.actor("dora"), of(cast, "an").id, "member")
    assert db.session.scalar(db.select(Event).where(Event.name == "membership.role_changed")) is None


def test_what_does_not_exist_is_missing(cast: Cast) -> None:
    for operation in (end_membership, accept_request, withdraw_invitation):
        with pytest.raises(Missing):
            operation(cast.actor("mia"), 99_999)


def test_lists_are_empty_for_those_who_may_not_see_them(cast: Cast) -> None:
    make_membership(cast.noor, cast.sluis, state="requested")
    invite_person(cast.actor("dora"), cast.sluis.id, "els@example.org")
    seen = {
        who: (
            len(people_of(cast.actor(who), cast.sluis)),
            len(requests_for(cast.actor(who), cast.sluis)),
            len(invitations_of(cast.actor(who), cast.sluis)),
        )
        for who in ("visitor", "noor", "an", "dora")
    }
    assert seen == {"visitor": (0, 0, 0), "noor": (0, 0, 0), "an": (3, 0, 0), "dora": (3, 1, 1)}
