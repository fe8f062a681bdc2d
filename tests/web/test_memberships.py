"""Belonging to an organisation: joining three ways, answering requests, roles, leaving, and what stays behind."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from forum.accounts import passwords, tokens
from forum.accounts.models import Person
from forum.core.db import db, transaction
from forum.core.events import Event
from forum.library.content import content_of
from forum.library.models import Post
from forum.library.operations.writing import edit_post
from forum.organisations.memberships import count_requests_waiting, membership_between, requests_waiting
from forum.organisations.models import Invitation, Membership, Organisation, OrganisationDomain
from forum.organisations.operations.memberships import leave_everything
from tests.conftest import Cast
from tests.factories import make_membership, make_person, make_post

BrowserOf = Callable[[Person | None], FlaskClient]
PAGE = "/organisations/de-sluis"
GOOD = "lichte regen boven Gent"


def between(person: Person, organisation: Organisation) -> Membership | None:
    db.session.expire_all()
    return membership_between(person.id, organisation.id)


def state(person: Person, organisation: Organisation) -> tuple[str, str] | None:
    found = between(person, organisation)
    return (found.state, found.role) if found else None


def happened(name: str) -> list[Event]:
    return list(db.session.scalars(db.select(Event).where(Event.name == name).order_by(Event.id)))


def list_domain(organisation: Organisation, domain: str) -> None:
    with transaction():
        db.session.add(OrganisationDomain(organisation_id=organisation.id, domain=domain))


def request_of(person: Person, organisation: Organisation) -> Membership:
    return make_membership(person, organisation, state="requested")


def answer(browser: FlaskClient, request: Membership, word: str, slug: str = "de-sluis", **more: str) -> int:
    return browser.post(f"/organisations/{slug}/requests/{request.id}", data={"answer": word} | more).status_code


# Joining at once, by e-mail domain


def test_whoever_has_an_address_of_the_organisation_joins_at_once(browser_of: BrowserOf, cast: Cast) -> None:
    list_domain(cast.sluis, "de-sluis.org")
    els = make_person("Els", email="els@de-sluis.org")
    browser = browser_of(els)
    assert "You can join at once" in browser.get(PAGE).text
    assert browser.post(f"{PAGE}/join").location == PAGE
    assert state(els, cast.sluis) == ("active", "member")
    assert "You belong to this organisation" in browser.get(PAGE).text
    told = [event.data for event in happened("membership.started")]
    assert told == [{"person": els.id, "organisation": cast.sluis.id}]


def test_after_confirming_the_address_joining_is_offered(client: FlaskClient, cast: Cast) -> None:
    list_domain(cast.sluis, "de-sluis.org")
    els = make_person("Els", email="els@de-sluis.org", confirmed_at=None, password_hash=passwords.hashed(GOOD))
    link = f"/confirm/{tokens.make_token(els, tokens.CONFIRM)}"
    assert client.post(link, data={"password": GOOD}).location == PAGE
    page = client.get(PAGE).text
    assert "Your e-mail address belongs to De Sluis." in page
    assert f'action="{PAGE}/join"' in page


@pytest.mark.parametrize("email", ["els@sub.de-sluis.org", "els@de-sluis.org.example.org", "els@xde-sluis.org"])
def test_another_domain_does_not_do(browser_of: BrowserOf, cast: Cast, email: str) -> None:
    list_domain(cast.sluis, "de-sluis.org")
    els = make_person("Els", email=email)
    assert "You can join at once" not in browser_of(els).get(PAGE).text
    assert browser_of(els).post(f"{PAGE}/join").status_code == 403
    assert state(els, cast.sluis) is None


def test_the_domain_of_one_organisation_opens_no_other(browser_of: BrowserOf, cast: Cast) -> None:
    list_domain(cast.sluis, "de-sluis.org")
    els = make_person("Els", email="els@de-sluis.org")
    assert browser_of(els).post("/organisations/il-filo/join").status_code == 403


def test_who_was_taken_out_cannot_come_back_by_domain(browser_of: BrowserOf, cast: Cast) -> None:
    list_domain(cast.sluis, "example.org")
    bert = between(cast.bert, cast.sluis)
    assert bert is not None
    browser_of(cast.dora).post(f"{PAGE}/people/{bert.id}/end")
    assert browser_of(cast.bert).post(f"{PAGE}/join").status_code == 403
    assert browser_of(cast.bert).post(f"{PAGE}/request").status_code == 303
    browser_of(cast.an).post(f"{PAGE}/leave")
    assert browser_of(cast.an).post(f"{PAGE}/join").status_code == 303


# Asking


def test_a_person_asks_to_join_and_may_take_it_back(browser_of: BrowserOf, cast: Cast) -> None:
    browser = browser_of(cast.noor)
    assert "Ask to join" in browser.get(PAGE).text
    assert browser.get(f"{PAGE}/request").status_code == 200
    assert browser.post(f"{PAGE}/request", data={"note": "Ik werk in het atelier."}).location == PAGE
    assert state(cast.noor, cast.sluis) == ("requested", "member")
    assert "You asked to join" in browser.get(PAGE).text
    assert not cast.actor("noor").is_member
    assert "Take your request back" in browser.get(f"{PAGE}/leave").text
    browser.post(f"{PAGE}/leave")
    assert state(cast.noor, cast.sluis) == ("ended", "member")


def test_asking_twice_changes_the_message_and_mails_once(browser_of: BrowserOf, cast: Cast) -> None:
    browser = browser_of(cast.noor)
    browser.post(f"{PAGE}/request", data={"note": "Eerst"})
    assert "Eerst" in browser.get(f"{PAGE}/request").text
    browser.post(f"{PAGE}/request", data={"note": "Daarna"})
    found = between(cast.noor, cast.sluis)
    assert found is not None
    assert found.note == "Daarna"
    assert len(happened("membership.requested")) == 1


def test_a_message_that_is_too_long_is_given_back(browser_of: BrowserOf, cast: Cast) -> None:
    page = browser_of(cast.noor).post(f"{PAGE}/request", data={"note": "lang " * 101})
    assert page.status_code == 422
    assert "lang lang" in page.text
    assert state(cast.noor, cast.sluis) is None


def test_who_belongs_already_is_sent_to_the_page(browser_of: BrowserOf, cast: Cast) -> None:
    assert browser_of(cast.an).get(f"{PAGE}/request").location == PAGE
    assert browser_of(cast.an).post(f"{PAGE}/request").location == PAGE
    assert state(cast.an, cast.sluis) == ("active", "member")


@pytest.mark.parametrize("who", ["dora", "mia", "ada"])
def test_an_editor_or_a_moderator_accepts(browser_of: BrowserOf, cast: Cast, who: str) -> None:
    request = request_of(cast.noor, cast.sluis)
    browser = browser_of(getattr(cast, who))
    assert "Noor" in browser.get(f"{PAGE}/people").text
    assert answer(browser, request, "accept") == 303
    assert state(cast.noor, cast.sluis) == ("active", "member")
    assert cast.actor("noor").is_member
    assert answer(browser, request, "accept") == 409


def test_an_editor_of_the_network_accepts(browser_of: BrowserOf, cast: Cast) -> None:
    helen = make_person("Helen")
    make_membership(helen, cast.secretariat, "editor")
    assert answer(browser_of(helen), request_of(cast.noor, cast.sluis), "accept") == 303


@pytest.mark.parametrize("who", ["an", "chiara", "noor"])
@pytest.mark.parametrize("word", ["accept", "decline"])
def test_others_cannot_answer(browser_of: BrowserOf, cast: Cast, who: str, word: str) -> None:
    request = request_of(cast.noor, cast.sluis)
    assert answer(browser_of(getattr(cast, who)), request, word) == 403
    assert state(cast.noor, cast.sluis) == ("requested", "member")


def test_a_visitor_cannot_answer(client: FlaskClient, cast: Cast) -> None:
    assert answer(client, request_of(cast.noor, cast.sluis), "accept") == 401


def test_a_request_is_answered_at_its_own_organisation(browser_of: BrowserOf, cast: Cast) -> None:
    assert answer(browser_of(cast.mia), request_of(cast.noor, cast.sluis), "accept", slug="il-filo") == 404


def test_a_declined_person_may_ask_again(browser_of: BrowserOf, cast: Cast) -> None:
    request = request_of(cast.noor, cast.sluis)
    assert answer(browser_of(cast.dora), request, "decline") == 303
    assert state(cast.noor, cast.sluis) == ("ended", "member")
    assert [event.subject_id for event in happened("membership.declined")] == [request.id]
    assert browser_of(cast.noor).post(f"{PAGE}/request").status_code == 303
    assert state(cast.noor, cast.sluis) == ("requested", "member")


def test_the_answer_leads_back_to_where_it_was_given(browser_of: BrowserOf, cast: Cast) -> None:
    url = f"{PAGE}/requests/{request_of(cast.noor, cast.sluis).id}"
    assert browser_of(cast.mia).post(url, data={"answer": "accept", "next": "/review"}).location == "/review"


def test_the_desk_shows_each_the_requests_they_may_answer(cast: Cast) -> None:
    helen = make_person("Helen")
    make_membership(helen, cast.secretariat, "editor")
    request_of(cast.noor, cast.sluis)
    request_of(make_person("Iker"), cast.filo)
    seen = {
        who: [one.person.name for one in requests_waiting(cast.actor(who))] for who in ("mia", "dora", "an", "visitor")
    }
    assert seen == {"mia": ["Noor", "Iker"], "dora": ["Noor"], "an": [], "visitor": []}
    cast.noor = helen
    assert count_requests_waiting(cast.actor("noor")) == 2


# Roles and leaving


def test_an_editor_gives_and_takes_roles(browser_of: BrowserOf, cast: Cast) -> None:
    an = between(cast.an, cast.sluis)
    assert an is not None
    browser = browser_of(cast.dora)
    assert browser.post(f"{PAGE}/people/{an.id}/role", data={"role": "editor"}).location == f"{PAGE}/people"
    assert state(cast.an, cast.sluis) == ("active", "editor")
    assert browser_of(cast.an).get(f"{PAGE}/people").status_code == 200
    browser.post(f"{PAGE}/people/{an.id}/role", data={"role": "member"})
    assert state(cast.an, cast.sluis) == ("active", "member")
    assert browser.post(f"{PAGE}/people/{an.id}/role", data={"role": "king"}).status_code == 422


@pytest.mark.parametrize("who", ["an", "chiara", "noor"])
def test_others_give_no_roles_and_take_nobody_out(browser_of: BrowserOf, cast: Cast, who: str) -> None:
    bert = between(cast.bert, cast.sluis)
    assert bert is not None
    browser = browser_of(getattr(cast, who))
    assert browser.post(f"{PAGE}/people/{bert.id}/role", data={"role": "editor"}).status_code == 403
    assert browser.get(f"{PAGE}/people/{bert.id}/end").status_code == 403
    assert browser.post(f"{PAGE}/people/{bert.id}/end").status_code == 403
    assert state(cast.bert, cast.sluis) == ("active", "member")


def test_leaving_says_what_will_happen_first(browser_of: BrowserOf, cast: Cast) -> None:
    browser = browser_of(cast.an)
    page = browser.get(f"{PAGE}/leave").text
    assert "stays with the organisation" in page
    assert "last editor" not in page
    assert state(cast.an, cast.sluis) == ("active", "member")
    assert browser.post(f"{PAGE}/leave").location == PAGE
    assert state(cast.an, cast.sluis) == ("ended", "member")
    assert browser.get(f"{PAGE}/leave").location == PAGE


def test_the_last_editor_is_warned_and_may_go(browser_of: BrowserOf, cast: Cast) -> None:
    assert "This is the last editor" in browser_of(cast.dora).get(f"{PAGE}/leave").text
    assert browser_of(cast.dora).post(f"{PAGE}/leave").status_code == 303
    assert state(cast.dora, cast.sluis) == ("ended", "member")


def test_posts_stay_with_the_organisation_and_colleagues_go_on_editing_them(browser_of: BrowserOf, cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis, visibility="organisation", title="Our manual")
    browser_of(cast.an).post(f"{PAGE}/leave")
    kept = db.session.get_one(Post, post.id)
    assert (kept.organisation_id, kept.author_id) == (cast.sluis.id, cast.an.id)
    assert "Our manual" in browser_of(cast.bert).get(PAGE).text
    assert "Our manual" not in browser_of(cast.an).get(PAGE).text
    edited = edit_post(cast.actor("bert"), post.id, content_of(kept), kept.revision)
    assert edited.id == post.id


def test_who_leaves_is_no_longer_the_contact(browser_of: BrowserOf, cast: Cast) -> None:
    browser_of(cast.dora).post(f"{PAGE}/contact", data={"contact": str(cast.an.id)})
    assert db.session.get_one(Organisation, cast.sluis.id).contact_id == cast.an.id
    browser_of(cast.an).post(f"{PAGE}/leave")
    db.session.expire_all()
    assert db.session.get_one(Organisation, cast.sluis.id).contact_id is None
    refused = browser_of(cast.dora).post(f"{PAGE}/contact", data={"contact": str(cast.chiara.id)})
    assert refused.status_code == 422


def test_before_an_account_closes_all_places_and_invitations_go(cast: Cast) -> None:
    make_membership(cast.an, cast.filo, state="requested")
    with transaction():
        moment = cast.an.created_at
        db.session.add(
            Invitation(organisation_id=cast.filo.id, email="an@example.org", created_at=moment, expires_at=moment)
        )
    leave_everything(cast.actor("an"))
    assert state(cast.an, cast.sluis) == state(cast.an, cast.filo) == ("ended", "member")
    assert db.session.scalars(db.select(Invitation)).all() == []


def test_somebody_without_account_is_not_among_the_people(browser_of: BrowserOf, cast: Cast) -> None:
    with transaction():
        db.session.get_one(Person, cast.bert.id).erased_at = cast.bert.created_at
    page = browser_of(cast.dora).get(f"{PAGE}/people").text
    assert "<h2>2 members</h2>" in page
    assert "Bert" not in page
