"""A link from a mail works as it stands there; changed by one character, or used for something else, it is none of ours."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forum.accounts import tokens
from forum.accounts.addresses import ask_address_change, pending_change
from forum.accounts.models import Person
from forum.core.db import db
from forum.core.limits import forget_counts
from forum.curation.experts.inviting import invite_expert
from forum.curation.experts.inviting import make_link as expert_link
from forum.curation.freshness.answering import make_link as freshness_link
from forum.curation.freshness.records import find_record
from forum.curation.models import Flag
from forum.curation.signed_links import notice_path, statement_path
from forum.notifications.kinds import REQUESTS
from forum.notifications.models import SavedSearch
from forum.notifications.stopping import search_stop_path, stop_path
from forum.organisations.operations.invitations import invite_person, make_secret
from tests import factories
from tests.conftest import Cast
from tests.factories import LONG_AGO, saved
from tests.web.everything import ask, complaint, everything_stored, percent

ADDRESSES = {
    "confirm": ("/confirm/{}",),
    "reset": ("/new-password/{}",),
    "sign-in": ("/sign-in/link/{}",),
    "prove": ("/prove/link/{}",),
    "old address": ("/address/old/{}",),
    "new address": ("/address/new/{}",),
    "invitation": ("/invitations/{}",),
    "freshness": ("/still-true/{}", "/still-true/{}/not-me"),
    "expert": ("/opinions/{}", "/opinions/{}/withdraw"),
    "collection": ("/collections/shared/{}",),
    "notice": ("/notices/{}",),
    "statement": ("/statements/{}",),
    "mail": ("/mail/stop/{}", "/mail/start/{}"),
    "search": ("/searches/stop/{}", "/searches/start/{}"),
}
SIGNS = "AZaz09-_.=~!é >'\u202e\x00\U0001f41d"


@dataclass(frozen=True)
class Links:
    """The secret of a link of every purpose, and the browser of who they were sent to."""

    secrets: dict[str, str]
    browser: FlaskClient

    def __repr__(self) -> str:
        return "Links"


def own_secrets(person: Person) -> dict[str, str]:
    """The secrets of links about somebody's own account."""
    change = pending_change(person.id)
    assert change
    return {
        "confirm": tokens.make_token(person, tokens.CONFIRM),
        "reset": tokens.make_token(person, tokens.RESET),
        "sign-in": tokens.make_token(person, tokens.SIGN_IN),
        "prove": tokens.make_token(person, tokens.PROVE),
        "old address": tokens.make_token(person, tokens.OLD_ADDRESS, lambda _: change.old_email),
        "new address": tokens.make_token(person, tokens.NEW_ADDRESS, lambda _: change.new_email),
    }


def signed_paths(app: Flask, cast: Cast) -> dict[str, str]:
    """The addresses that carry what they are about, signed."""
    config = app.config["SETTINGS"]
    post = factories.make_post(cast.an, cast.sluis)
    flag = saved(Flag(post_id=post.id, reporter_id=cast.dora.id, reason="spam", created_at=LONG_AGO))
    moments = {"since": LONG_AGO, "created_at": LONG_AGO, "next_look_at": LONG_AGO}
    search = SavedSearch(person_id=cast.an.id, key="k", name="x", wish=[["q", "x"]], alert="mail", **moments)
    return {
        "notice": notice_path(config, flag.id),
        "statement": statement_path(config, factories.make_decision(post, cast.an, cast.mia).id),
        "mail": stop_path(config, cast.an.id, REQUESTS),
        "search": search_stop_path(config, saved(search).id),
    }


@pytest.fixture
def links(app: Flask, cast: Cast, browser_of: Callable[[Person | None], FlaskClient]) -> Links:
    """Links of every purpose, each of which works."""
    ask_address_change(cast.actor("an"), "an.new@example.org")
    post = factories.make_post(cast.an, cast.sluis, review="reviewed")
    record = find_record("post", post.id)
    assert record
    asked = invite_expert(cast.actor("mia"), post.id, "eva@university.example", "en", "You know laundries.")
    invited = invite_person(cast.actor("dora"), cast.sluis.id, "new@example.org")
    shared = factories.make_collection(cast.an, post, audience="link", key="k" * 22)
    more = {
        "invitation": make_secret(invited.id),
        "freshness": freshness_link(cast.an, record),
        "expert": expert_link(asked.id),
        "collection": str(shared.key),
    }
    signed = {name: path.rpartition("/")[2] for name, path in signed_paths(app, cast).items()}
    return Links(own_secrets(cast.an) | more | signed, browser_of(cast.an))


def test_every_link_works_as_it_stands(links: Links) -> None:
    assert links.secrets.keys() == ADDRESSES.keys()
    for purpose, [address, *_more] in ADDRESSES.items():
        assert ask(links.browser, address.format(links.secrets[purpose])).status_code == 200, purpose


def test_no_link_works_for_another_purpose(links: Links) -> None:
    before = everything_stored()
    for purpose, addresses in ADDRESSES.items():
        for other in ADDRESSES.keys() - {purpose}:
            assert refused(links, addresses, links.secrets[other]) == [], (purpose, other)
    assert everything_stored() == before


def refused(links: Links, addresses: tuple[str, ...], secret: str) -> list[str]:
    """The ways in which these addresses took a secret that is none, or did not say so in words."""
    found = []
    for address in addresses:
        for method in ("GET", "POST"):
            forget_counts()
            data = {"password": "a long enough secret"} if method == "POST" else None
            answer = ask(links.browser, address.format(percent(secret.encode())), method=method, data=data)
            if answer.status_code not in (404, 405) or not complaint(answer):
                found.append(f"{answer.status_code} {method} {address}")
    return found


def changed(secret: str, place: int, sign: str, way: str) -> str:
    """A secret with one thing changed."""
    at = place % (len(secret) + 1)
    return {
        "insert": secret[:at] + sign + secret[at:],
        "replace": secret[:at] + sign + secret[at + 1 :],
        "leave out": secret[:at] + secret[at + 1 :],
        "cut": secret[:at],
        "swap case": secret[:at] + secret[at:].swapcase(),
        "twice": secret + sign + secret,
        "other": sign * (place + 1),
    }[way]


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    purpose=st.sampled_from(list(ADDRESSES)),
    place=st.integers(0, 90),
    sign=st.sampled_from(SIGNS) | st.characters(exclude_characters="/", exclude_categories=["Cs"]),
    way=st.sampled_from(["insert", "replace", "leave out", "cut", "swap case", "twice", "other"]),
)
def test_a_link_with_anything_changed_is_none_and_changes_nothing(
    links: Links, purpose: str, place: int, sign: str, way: str
) -> None:
    genuine = links.secrets[purpose]
    secret = changed(genuine, place, sign, way)
    if secret in ("", genuine):
        return
    before = everything_stored()
    assert refused(links, ADDRESSES[purpose], secret) == []
    assert everything_stored() == before


@pytest.mark.parametrize("purpose", ["notice", "statement", "mail", "search"])
def test_a_signed_link_has_one_spelling(links: Links, purpose: str) -> None:
    genuine = links.secrets[purpose]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for other in {genuine[:-1] + sign for sign in alphabet} | {genuine + "!!!!", genuine + "é"}:
        taken = ask(links.browser, ADDRESSES[purpose][0].format(percent(other.encode()))).status_code == 200
        assert taken == (other == genuine), other
    db.session.rollback()
