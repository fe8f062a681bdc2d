"""What somebody was to be told of is narrowed: nobody hears of it, by mail, by a link or on the page of what they were asked."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from forum.accounts.models import Person
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.errors import Missing
from forum.curation.experts.inviting import make_link
from forum.curation.experts.models import ExpertInvitation
from forum.curation.experts.queries import invitation_by_secret
from forum.curation.freshness.models import Ask
from forum.curation.freshness.records import find_record, network_of, owner_of
from forum.curation.offers.models import TransferOffer
from forum.library.models import Post
from forum.notifications.offers import tell_offerer
from forum.organisations.models import Organisation
from tests import factories
from tests.access.occasions import happened
from tests.conftest import Cast
from tests.factories import LONG_AGO, saved


@pytest.mark.parametrize(("visibility", "expected"), [("members", {"Mia"}), ("organisation", set())])
def test_the_network_above_is_asked_only_about_what_it_may_read(
    cast: Cast, visibility: str, expected: set[str]
) -> None:
    with transaction():
        db.session.get_one(Organisation, cast.secretariat.id).contact_id = cast.mia.id
    post = factories.make_post(cast.noor, cast.sluis, visibility=visibility, check_by=now().date())
    record = find_record("post", post.id)
    assert record is not None
    assert owner_of(record, frozenset()) is None  # Noor does not belong there
    assert {one.name for one in network_of(record, frozenset())} == expected


def test_what_somebody_was_asked_about_is_gone_when_they_may_not_read_it_any_more(
    cast: Cast, browser_of: Callable[[Person | None], FlaskClient]
) -> None:
    post = factories.make_post(cast.an, cast.sluis, title="Zuurdesem", visibility="members", check_by=now().date())
    asked = {"step": "network", "created_at": LONG_AGO, "asked_at": LONG_AGO, "check_by": now().date()}
    saved(Ask(subject_type="post", subject_id=post.id, person_id=cast.chiara.id, **asked))
    chiara = browser_of(cast.chiara)
    assert "Zuurdesem" in chiara.get("/to-confirm").text
    with transaction():
        db.session.get_one(Post, post.id).visibility = "organisation"
    assert "Zuurdesem" not in chiara.get("/to-confirm").text


def test_who_gave_a_post_away_hears_its_title_as_they_gave_it(cast: Cast) -> None:
    post = factories.make_post(cast.an, cast.filo, title="Zuurdesem", visibility="organisation")
    sides = {"from_id": cast.sluis.id, "organisation_id": cast.filo.id, "offered_by_id": cast.dora.id}
    times = {"offered_at": LONG_AGO, "answered_at": now(), "outcome": "accepted"}
    offer = saved(TransferOffer(post_id=post.id, reason="It is theirs.", **sides, **times))
    event = happened("post", post.id, {"offer": offer.id})
    dora = db.session.get_one(Person, cast.dora.id)
    assert (tell_offerer(dora, event) or {})["title"] == "Zuurdesem"
    with transaction():
        edited = db.session.get_one(Post, post.id)
        edited.title, edited.updated_at = "Desem en wat niemand weten mag", now()
    assert tell_offerer(dora, event) is None


def test_an_experts_link_ends_when_the_post_is_for_its_organisation_only(cast: Cast) -> None:
    post = factories.make_post(cast.an, cast.sluis, visibility="members")
    times = {"created_at": LONG_AGO, "ends_at": now() + timedelta(days=9)}
    asked = saved(ExpertInvitation(post_id=post.id, email="eva@u.example", why="Bread.", **times))
    secret = make_link(asked.id)
    assert invitation_by_secret(secret).post_id == post.id
    with transaction():
        db.session.get_one(Post, post.id).visibility = "organisation"
    with pytest.raises(Missing):
        invitation_by_secret(secret)
