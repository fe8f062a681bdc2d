"""Posts that are offered to another organisation: who offers, who answers, what lapses, and what hears of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from forum.accounts.models import Person
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Conflict, Denied, Invalid, Missing
from forum.curation.offers.models import TransferOffer
from forum.curation.offers.operations import accept_offer, cancel_offer, decline_offer, lapse_offers, offer_post
from forum.curation.operations.converting import move_post
from forum.curation.operations.restructuring_undo import undo_restructuring
from forum.curation.restructuring_models import Restructuring
from forum.library.models import Post
from forum.organisations.operations.organisations import close_organisation
from forum.organisations.queries import actor_for
from tests.conftest import Cast
from tests.factories import make_membership, make_organisation, make_person, make_post
from tests.web.test_decisions import letters, words

BrowserOf = Callable[[Any], FlaskClient]
WHY = "They do it now."
__all__ = ["letters"]


@pytest.fixture
def post(cast: Cast) -> Post:
    return make_post(cast.an, cast.sluis, title="A sorting table")


@pytest.fixture
def elena(cast: Cast) -> Person:
    """The editor of Il Filo."""
    person = make_person("Elena", email="elena@example.org")
    make_membership(person, cast.filo, "editor")
    return person


def owner_of(post: Post) -> int | None:
    db.session.rollback()
    return db.session.get_one(Post, post.id).organisation_id


def test_an_offer_is_accepted_by_an_editor_and_can_be_undone(
    cast: Cast, post: Post, elena: Person, browser_of: BrowserOf, letters: Any
) -> None:
    author, editor = browser_of(cast.an), browser_of(elena)
    assert "The other organisation is asked first." in words(author.get(f"/posts/{post.id}/transfer"))
    sent = author.post(f"/posts/{post.id}/transfer", data={"organisation": cast.filo.id, "reason": WHY})
    assert "Offered to Il Filo" in words(author.get(sent.location))
    assert owner_of(post) == cast.sluis.id
    (letter,) = letters()
    assert letter.to == "elena@example.org"
    assert "A sorting table" in letter.text
    offer = db.session.scalars(db.select(TransferOffer)).one()
    assert "1 post is offered" in editor.get("/organisations/il-filo").text
    assert f"/offers/{offer.id}" in editor.get("/organisations/il-filo/people").text
    assert WHY in words(editor.get(f"/offers/{offer.id}"))
    editor.post(f"/offers/{offer.id}", data={"answer": "accept"})
    assert owner_of(post) == cast.filo.id
    assert [one.to for one in letters()] == [cast.an.email]
    assert f"/offers/{offer.id}" not in editor.get("/organisations/il-filo/people").text
    step = db.session.scalars(db.select(Restructuring)).one()
    undo_restructuring(actor_for(elena), step.id)
    assert owner_of(post) == cast.sluis.id


def test_an_offer_that_is_declined_changes_nothing(cast: Cast, post: Post, elena: Person, letters: Any) -> None:
    offer = offer_post(cast.actor("an"), post.id, cast.filo.id, WHY)
    decline_offer(actor_for(elena), offer.id)
    assert owner_of(post) == cast.sluis.id
    answer = next(letter for letter in letters() if letter.to == cast.an.email)
    assert "does not take over" in answer.text
    with pytest.raises(Conflict):
        accept_offer(actor_for(elena), offer.id)


def test_an_offer_lapses_after_thirty_days(cast: Cast, post: Post, elena: Person, letters: Any) -> None:
    offer = offer_post(cast.actor("an"), post.id, cast.filo.id, WHY)
    lapse_offers()
    assert db.session.get_one(TransferOffer, offer.id).outcome == ""
    with time_machine.travel(now() + timedelta(days=31), tick=False):
        with pytest.raises(Conflict):
            accept_offer(actor_for(elena), offer.id)
        lapse_offers()
        told = [letter.text for letter in letters() if letter.to == cast.an.email]
    assert db.session.get_one(TransferOffer, offer.id).outcome == "lapsed"
    assert ["did not answer in 30 days" in text for text in told] == [True]
    assert offer_post(cast.actor("an"), post.id, cast.filo.id, WHY).id != offer.id


def test_owners_take_an_offer_back_and_offer_it_elsewhere(cast: Cast, post: Post, elena: Person) -> None:
    third = make_organisation("Third")
    offer = offer_post(cast.actor("an"), post.id, cast.filo.id, WHY)
    assert offer_post(cast.actor("bert"), post.id, cast.filo.id, WHY).id == offer.id
    with pytest.raises(Conflict):
        offer_post(cast.actor("an"), post.id, third.id, WHY)
    cancel_offer(cast.actor("bert"), offer.id)
    with pytest.raises(Conflict):
        accept_offer(actor_for(elena), offer.id)
    assert offer_post(cast.actor("an"), post.id, third.id, WHY).id != offer.id


@pytest.mark.parametrize("name", ["visitor", "noor", "an", "bert", "dora", "chiara"])
def test_only_those_who_look_after_the_receiving_organisation_answer(cast: Cast, post: Post, name: str) -> None:
    offer = offer_post(cast.actor("an"), post.id, cast.filo.id, WHY)
    for answer in (accept_offer, decline_offer):
        with pytest.raises(Missing):
            answer(cast.actor(name), offer.id)
    assert owner_of(post) == cast.sluis.id


def test_nobody_answers_for_an_organisation_that_closed_meanwhile(cast: Cast, post: Post, elena: Person) -> None:
    offer = offer_post(cast.actor("an"), post.id, cast.filo.id, WHY)
    close_organisation(cast.actor("ada"), cast.filo.id)
    for person in (elena, cast.mia):
        with pytest.raises(Missing):
            accept_offer(actor_for(person), offer.id)
    assert owner_of(post) == cast.sluis.id


def test_strangers_neither_offer_nor_take_back_nor_read(cast: Cast, post: Post, browser_of: BrowserOf) -> None:
    offer = offer_post(cast.actor("an"), post.id, cast.filo.id, WHY)
    with pytest.raises(Denied):
        offer_post(cast.actor("chiara"), post.id, cast.filo.id, WHY)
    with pytest.raises(Missing):
        cancel_offer(cast.actor("chiara"), offer.id)
    assert browser_of(cast.chiara).get(f"/offers/{offer.id}").status_code == 404


def test_who_edits_both_organisations_moves_a_post_at_once(cast: Cast, post: Post, browser_of: BrowserOf) -> None:
    with pytest.raises(Denied):
        move_post(cast.actor("an"), post.id, cast.filo.id, WHY)
    make_membership(cast.an, cast.filo, "editor")
    browser_of(cast.an).post(f"/posts/{post.id}/transfer", data={"organisation": cast.filo.id, "reason": WHY})
    assert owner_of(post) == cast.filo.id


def test_an_offer_needs_another_open_organisation_and_a_reason(cast: Cast, post: Post) -> None:
    closed = make_organisation("Closed", closed_at=now())
    for number in (cast.sluis.id, closed.id, 999999):
        with pytest.raises(Invalid):
            offer_post(cast.actor("an"), post.id, number, WHY)
    with pytest.raises(Invalid):
        offer_post(cast.actor("an"), post.id, cast.filo.id, " ")


def test_a_post_for_colleagues_is_offered_by_its_title_alone(cast: Cast, elena: Person, browser_of: BrowserOf) -> None:
    post = make_post(cast.an, cast.sluis, visibility="organisation", title="Our wages", body="Quite secret, all of it.")
    offer = offer_post(cast.actor("an"), post.id, cast.filo.id, WHY)
    editor = browser_of(elena)
    page = words(editor.get(f"/offers/{offer.id}"))
    assert "Our wages" in page
    assert "Only they can see it from then on." in page
    assert "Quite secret" not in page
    editor.post(f"/offers/{offer.id}", data={"answer": "accept"})
    assert "Quite secret" in editor.get(f"/posts/{post.id}", follow_redirects=True).text


def test_an_offer_of_a_post_that_moved_meanwhile_no_longer_stands(cast: Cast, post: Post, elena: Person) -> None:
    offer = offer_post(cast.actor("an"), post.id, cast.filo.id, WHY)
    move_post(cast.actor("mia"), post.id, cast.secretariat.id, WHY)
    with pytest.raises(Conflict):
        accept_offer(actor_for(elena), offer.id)
