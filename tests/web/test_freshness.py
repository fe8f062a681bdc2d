"""The pages by which people say that a post is still true, or that it is not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from forum.accounts.models import Person
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.events import consumers, deliver_batch
from forum.core.mail import Letter, MemoryMailer
from forum.curation.freshness.answering import make_link
from forum.curation.freshness.asking import ask_about
from forum.curation.freshness.models import Ask
from forum.curation.freshness.records import find_record
from forum.curation.models import Flag
from forum.library.models import Post
from forum.notifications.sending import send_due_mails
from tests.conftest import Cast
from tests.factories import make_post

Browsers = Callable[[Person | None], FlaskClient]


@pytest.fixture
def post(cast: Cast) -> Post:
    """A practice of An's that was last checked three years ago."""
    day = now().date() - timedelta(days=365)
    return make_post(
        cast.an, cast.sluis, title="The bakery", review="needs_recheck", check_by=day, checked_on=day - timedelta(730)
    )


@pytest.fixture
def link(cast: Cast, post: Post) -> str:
    """The link in a mail to An."""
    found = find_record("post", post.id)
    assert found
    return f"/en/still-true/{make_link(cast.an, found)}"


@pytest.fixture
def strict(app: Flask) -> Any:
    """The site as it is outside tests: a change needs a token, unless its page says that it does not."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield
    app.config["WTF_CSRF_ENABLED"] = False


def main_of(page: str) -> str:
    return " ".join(html.fromstring(page).xpath("//main")[0].text_content().split())


def mails(app: Flask) -> list[Letter]:
    mailer = MemoryMailer()
    while deliver_batch(consumers.by_name["mailing"]):
        pass
    send_due_mails(mailer, app.config["SETTINGS"])
    return mailer.sent


def test_a_visitor_confirms_with_one_button_and_nothing_else(
    client: FlaskClient, post: Post, link: str, strict: Any
) -> None:
    page = client.get(link)
    assert "The bakery" in main_of(page.text)
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    assert db.session.get_one(Post, post.id).review == "needs_recheck"
    answer = client.post(link)
    assert answer.status_code == 303
    assert "Thank you" in main_of(client.get(answer.location).text)
    assert db.session.get_one(Post, post.id).checked_on == now().date()


def test_opening_a_used_link_says_thanks_again_and_sending_it_again_does_nothing(
    client: FlaskClient, link: str
) -> None:
    client.post(link)
    assert client.get(link).location.endswith("/confirmed")
    assert client.post(link).status_code == 404


def test_somebody_says_that_they_are_not_the_right_person(
    client: FlaskClient, post: Post, link: str, cast: Cast
) -> None:
    assert "network" in main_of(client.get(f"{link}/not-me").text)
    answer = client.post(f"{link}/not-me")
    assert "We will ask somebody else." in main_of(client.get(answer.location).text)
    assert db.session.get_one(Post, post.id).review == "needs_recheck"
    assert client.get(link).status_code == 303


def test_readers_are_told_calmly_that_a_post_may_be_out_of_date(client: FlaskClient, post: Post) -> None:
    page = main_of(client.get(f"/en/posts/{post.id}/the-bakery").text)
    assert "It may be out of date" in page
    assert "Its owner last checked this 3 years ago." in page
    assert "It is still true" not in page


def test_a_fresh_post_says_who_looked_and_when(client: FlaskClient, cast: Cast) -> None:
    day = now().date()
    for by, words in (("owner", "by its owner"), ("moderator", "by a moderator"), ("network", "by its network")):
        fields = {"checked_on": day - timedelta(days=21), "check_by": day + timedelta(days=700), "checked_by": by}
        post = make_post(cast.an, cast.sluis, **fields)
        assert f"Checked 3 weeks ago {words}" in main_of(
            client.get(f"/en/posts/{post.id}/x", follow_redirects=True).text
        )


def test_an_owner_confirms_on_the_page_of_the_post(browser_of: Browsers, post: Post, cast: Cast) -> None:
    browser = browser_of(cast.bert)
    assert "It is still true" in browser.get(f"/en/posts/{post.id}/the-bakery").text
    answer = browser.post(f"/en/posts/{post.id}/confirm", follow_redirects=True)
    assert "Thank you. It is marked as checked today." in answer.text
    assert "Checked today by its owner" in main_of(answer.text)


def test_an_editor_confirms_the_page_of_the_organisation(browser_of: Browsers, cast: Cast) -> None:
    answer = browser_of(cast.dora).post("/en/organisations/de-sluis/confirm", follow_redirects=True)
    assert "It is marked as checked today." in answer.text
    assert browser_of(cast.an).post("/en/organisations/de-sluis/confirm").status_code == 403


def test_what_waits_for_me_stands_on_one_page_in_few_statements(
    browser_of: Browsers, cast: Cast, post: Post, count_sql: Callable[[], Any]
) -> None:
    for _number in range(6):
        ask_about("post", make_post(cast.an, cast.sluis, check_by=now().date()).id)
    ask_about("post", post.id)
    with transaction():
        db.session.execute(db.update(Ask).values(asked_at=now()))
    browser = browser_of(cast.an)
    with count_sql() as statements:
        page = browser.get("/en/to-confirm")
    assert page.text.count("It is still true") >= 7
    assert len(statements) <= 8, statements
    assert browser.post(f"/en/posts/{post.id}/confirm", data={"next": "list"}).location.endswith("/to-confirm")
    assert "The bakery" not in main_of(browser.get("/en/to-confirm").text)
    assert "Nothing to confirm" in browser_of(cast.chiara).get("/en/to-confirm").text


def test_a_reader_reports_with_one_click_and_the_owner_hears_of_it_without_the_name(
    app: Flask, browser_of: Browsers, cast: Cast, post: Post
) -> None:
    browser = browser_of(cast.chiara)
    page = browser.get(f"/en/posts/{post.id}/the-bakery").text
    assert "This looks out of date" in page
    answer = browser.post(f"/en/posts/{post.id}/outdated", data={"note": "The law changed in May."})
    assert answer.status_code == 303
    flag = db.session.scalar(db.select(Flag))
    assert flag
    assert (flag.reason, flag.note) == ("outdated", "The law changed in May.")
    (mail,) = mails(app)
    assert mail.to == "an@example.org"
    assert "The law changed in May." in mail.text
    assert "Chiara" not in mail.text


def test_other_reports_are_not_sent_to_owners(app: Flask, browser_of: Browsers, cast: Cast, post: Post) -> None:
    browser_of(cast.chiara).post(f"/en/posts/{post.id}/flag", data={"reason": "wrong"})
    assert mails(app) == []


def test_readers_cannot_report_without_end(browser_of: Browsers, cast: Cast, post: Post) -> None:
    browser = browser_of(cast.chiara)
    codes = [browser.post(f"/en/posts/{post.id}/outdated").status_code for _time in range(21)]
    assert set(codes[:20]) == {303}
    assert codes[20] == 429
    assert db.session.scalar(db.select(db.func.count()).select_from(Flag)) == 1


def test_strangers_cannot_confirm_nor_report_what_they_may_not_read(browser_of: Browsers, cast: Cast) -> None:
    own = make_post(cast.an, cast.sluis, visibility="organisation", check_by=now().date())
    browser = browser_of(cast.chiara)
    assert browser.post(f"/en/posts/{own.id}/confirm").status_code == 404
    assert browser.post(f"/en/posts/{own.id}/outdated").status_code == 404
    assert db.session.get_one(Post, own.id).checked_on is None
