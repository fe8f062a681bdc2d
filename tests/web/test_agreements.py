"""Consent: an expert is asked whether readers may see the opinion, unticked; what was agreed, when and in which words is kept."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from lxml import html

from forum.accounts.models import Person
from forum.core.db import db
from forum.core.events import Event
from forum.curation.experts.agreeing import VERSION, WORDS
from forum.curation.experts.inviting import invite_expert, make_link
from forum.curation.experts.models import ExpertInvitation, ExpertOpinion
from forum.library.models import Post
from tests import factories
from tests.conftest import Cast
from tests.web.test_my_data import taken
from tests.web.test_opinions import EVA, FORM, words_of

BrowserOf = Callable[[Person | None], FlaskClient]
UNTICKED = {name: value for name, value in FORM.items() if name != "may_be_shown"}
AGREED = WORDS[VERSION].told(lambda text: text)


@pytest.fixture
def post(cast: Cast) -> Post:
    """A reviewed practice that everybody may read."""
    return factories.make_post(cast.an, cast.sluis, review="reviewed")


def ask(cast: Cast, post: Post, email: str = EVA) -> str:
    """Ask somebody for an opinion; where the link of the mail leads."""
    return f"/opinions/{make_link(invite_expert(cast.actor('mia'), post.id, email, 'en', 'Why').id)}"


def opinion() -> ExpertOpinion:
    """The one opinion that there is."""
    db.session.expire_all()
    return db.session.scalars(db.select(ExpertOpinion)).one()


def seen(client: FlaskClient, post: Post) -> bool:
    """Whether readers see the opinion."""
    return "Clear, and well told." in client.get(f"/posts/{post.id}/{post.slug}").text


def test_the_tick_is_asked_unticked_and_says_what_follows_without_it(
    client: FlaskClient, cast: Cast, post: Post
) -> None:
    page = html.fromstring(client.get(ask(cast, post)).text)
    (tick,) = page.xpath("//input[@name='may_be_shown']")
    assert tick.get("type") == "checkbox"
    assert tick.get("checked") is None
    assert page.xpath("string(//label[@for='field-may_be_shown'])") == AGREED
    assert "only moderators read it" in page.text_content()


def test_without_the_tick_only_moderators_read_an_opinion(
    client: FlaskClient, cast: Cast, post: Post, browser_of: BrowserOf
) -> None:
    answer = client.post(ask(cast, post), data=UNTICKED, follow_redirects=True)
    assert "Only moderators read it" in words_of(answer)
    moderator = browser_of(cast.mia)
    assert "the expert did not agree" in words_of(moderator.get(f"/posts/{post.id}/experts"))
    moderator.post(f"/posts/{post.id}/experts/recommend")
    page = client.get(f"/posts/{post.id}/{post.slug}").text
    assert "Recommended by a moderator" in page
    assert "Eva Roth" not in page
    assert not seen(client, post)
    assert (opinion().agreed_at, opinion().agreed_words) == (None, "")


def test_what_was_agreed_is_kept_with_its_words_and_its_time(client: FlaskClient, cast: Cast, post: Post) -> None:
    link = ask(cast, post)
    answer = client.post(link, data=FORM, follow_redirects=True)
    assert AGREED in words_of(answer)
    kept = opinion()
    assert kept.agreed_words == VERSION
    assert isinstance(kept.agreed_at, datetime)
    assert kept.disagreed_at is None


def test_an_expert_ends_it_with_one_click_and_may_agree_again(
    client: FlaskClient, cast: Cast, post: Post, browser_of: BrowserOf
) -> None:
    link = ask(cast, post)
    client.post(link, data=FORM)
    browser_of(cast.mia).post(f"/posts/{post.id}/experts/recommend")
    assert seen(client, post)
    ended = client.post(link, data={"action": "hide"}, follow_redirects=True)
    assert "do not see your opinion any more" in words_of(ended)
    assert not seen(client, post)
    assert opinion().disagreed_at is not None
    client.post(link, data={"action": "show"})
    assert seen(client, post)
    assert opinion().disagreed_at is None
    told = [
        one.data["agrees"] for one in db.session.scalars(db.select(Event).order_by(Event.id)) if "agrees" in one.data
    ]
    assert told == [False, True]


def test_choosing_the_same_again_keeps_the_first_time(client: FlaskClient, cast: Cast, post: Post) -> None:
    link = ask(cast, post)
    client.post(link, data=FORM)
    first = opinion().agreed_at
    client.post(link, data={"action": "show"})
    assert opinion().agreed_at == first


def test_there_is_nothing_to_show_before_an_opinion_is_given(client: FlaskClient, cast: Cast, post: Post) -> None:
    assert client.post(ask(cast, post), data={"action": "show"}).status_code == 409


def test_an_opinion_that_nobody_could_see_leaves_no_trace_when_it_is_withdrawn(
    client: FlaskClient, cast: Cast, post: Post, browser_of: BrowserOf
) -> None:
    link = ask(cast, post)
    client.post(link, data=UNTICKED)
    browser_of(cast.mia).post(f"/posts/{post.id}/experts/recommend")
    client.post(f"{link}/withdraw")
    assert "withdrawn" not in browser_of(None).get(f"/posts/{post.id}/{post.slug}").text


def test_my_data_says_what_i_agreed_to_and_the_file_holds_it(
    client: FlaskClient, cast: Cast, post: Post, browser_of: BrowserOf
) -> None:
    noor = browser_of(cast.noor)
    assert "What you agreed to" not in noor.get("/profile/data").text
    link = ask(cast, post, "noor@example.org")
    assert db.session.scalar(db.select(ExpertInvitation.person_id)) == cast.noor.id
    client.post(link, data=FORM)
    words = words_of(noor.get("/profile/data"))
    assert "What you agreed to" in words
    assert AGREED in words
    assert "You ended this on" not in words
    client.post(link, data={"action": "hide"})
    assert "You ended this on" in words_of(noor.get("/profile/data"))
    assert f'"agreed_words": "{VERSION}"' in taken(noor).read("data.json").decode()


def test_words_that_were_agreed_to_stay_known() -> None:
    assert max(WORDS) == VERSION
    assert "2026-10" in WORDS
