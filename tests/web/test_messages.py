"""Writing to those who look after the site: by anybody, without a cookie, and nothing that was typed is lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html

from forum.accounts.models import Person
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.errors import Denied
from forum.core.events import Event
from forum.core.mail import MailFailed, MemoryMailer
from forum.core.text import message
from forum.curation.messages import forget_messages, list_messages
from forum.curation.models import MESSAGE_LENGTH, ReaderMessage
from forum.notifications import mailing
from forum.notifications.models import OutgoingMail
from forum.notifications.sending import send_due_mails
from tests.conftest import Cast

BrowserOf = Callable[[Person | None], FlaskClient]
PROBLEM = "The table on the page of repair cafés is cut off."


def stored() -> list[ReaderMessage]:
    """Every message, the oldest first."""
    return list(db.session.scalars(db.select(ReaderMessage).order_by(ReaderMessage.id)))


def test_a_visitor_writes_without_a_cookie_and_is_thanked(client: FlaskClient) -> None:
    page = client.get("/nl/accessibility")
    assert "Set-Cookie" not in page.headers or "session" not in page.headers["Set-Cookie"]
    answer = client.post(
        "/nl/accessibility",
        data={"message": PROBLEM, "tools": "NVDA", "email": "Reader@Example.org", "page": "/posts/7"},
    )
    assert (answer.status_code, answer.location) == (303, "/nl/accessibility/thanks")
    assert "session=" not in answer.headers.get("Set-Cookie", "")
    assert html.fromstring(client.get(answer.location).text).xpath("//h1")
    (sent,) = stored()
    assert (sent.body, sent.tools, sent.page) == (PROBLEM, "NVDA", "/posts/7")
    assert (sent.email, sent.language, sent.sender_id) == ("reader@example.org", "nl", None)


def test_a_visitor_writes_although_tokens_are_asked_for_everywhere_else(app: Any, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert client.post("/accessibility", data={"message": PROBLEM}).status_code == 303
        foreign = client.post("/accessibility", data={"message": PROBLEM}, headers={"Sec-Fetch-Site": "cross-site"})
        assert foreign.status_code == 403
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert len(stored()) == 1


def test_a_person_is_answered_at_their_own_address(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.an)
    assert 'name="email"' not in browser.get("/accessibility").text
    browser.post("/accessibility", data={"message": PROBLEM, "email": "somebody.else@example.org"})
    (sent,) = stored()
    assert (sent.sender_id, sent.email) == (cast.an.id, "")


@pytest.mark.parametrize(
    ("field", "odd"),
    [
        ("message", ""),
        ("message", "  \n "),
        ("message", "x" * (MESSAGE_LENGTH + 1)),
        ("message", "a\0b"),
        ("page", "p" * 501),
        ("tools", "t" * 501),
        ("email", "not an address"),
        ("email", "a@b@c"),
        ("email", "x" * 300 + "@example.org"),
    ],
)
def test_what_cannot_be_sent_comes_back_with_the_reason(field: str, odd: str, client: FlaskClient) -> None:
    sent = {"message": PROBLEM, "page": "Home", "tools": "A tablet", "email": "reader@example.org"} | {field: odd}
    answer = client.post("/accessibility", data=sent)
    assert answer.status_code == 422
    tree = html.fromstring(answer.text)
    assert tree.xpath("string(//title)").startswith("Error: Accessibility")
    assert tree.xpath(f"//*[@id='error-summary']//a[@href='#field-{field}']")
    assert tree.xpath(f"//*[@id='field-{field}'][@aria-invalid='true']")
    kept = {
        "message": tree.xpath("string(//textarea)").strip(),
        **{one.get("name"): one.get("value") for one in tree.xpath("//main//input[@name]")},
    }
    assert {name: kept[name] for name in sent if name != field} == {k: v for k, v in sent.items() if k != field}
    assert stored() == []


def test_markup_in_a_message_stays_text(cast: Cast, browser_of: BrowserOf, client: FlaskClient) -> None:
    client.post("/accessibility", data={"message": "<script>alert(1)</script>\r\nSecond line", "page": '"><b>'})
    page = browser_of(cast.ada).get("/messages").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "Second line" in page


def test_one_address_may_write_five_times_an_hour_and_keeps_its_text_after_that(client: FlaskClient) -> None:
    for number in range(5):
        assert client.post("/accessibility", data={"message": f"{PROBLEM} {number}"}).status_code == 303
    answer = client.post("/accessibility", data={"message": "A sixth thing."})
    assert answer.status_code == 429
    assert "A sixth thing." in answer.text
    assert len(stored()) == 5


def test_only_administrators_read_messages(cast: Cast, browser_of: BrowserOf, client: FlaskClient) -> None:
    client.post("/accessibility", data={"message": PROBLEM, "email": "reader@example.org"})
    assert client.get("/messages").status_code == 302
    for name in ("an", "dora", "mia"):
        assert browser_of(getattr(cast, name)).get("/messages").status_code == 403
    with pytest.raises(Denied):
        list_messages(cast.actor("mia"))
    page = browser_of(cast.ada).get("/messages").text
    assert PROBLEM in page
    assert "reader@example.org" in page
    assert "/messages" in browser_of(cast.ada).get("/review").text
    assert "/messages" not in browser_of(cast.mia).get("/review").text


def test_the_list_of_messages_costs_the_same_for_one_as_for_many(
    cast: Cast, browser_of: BrowserOf, count_sql: Callable[[], Any]
) -> None:
    ada = browser_of(cast.ada)

    def cost() -> int:
        with count_sql() as statements:
            assert ada.get("/messages").status_code == 200
        return len(statements)

    with transaction():
        db.session.add(message_of(cast.an))
    cost()
    before = cost()
    with transaction():
        db.session.add_all([message_of(cast.an) for _number in range(30)])
    assert cost() == before
    assert "Page 2 of 2" in ada.get("/messages?page=2").text


def message_of(person: Person) -> ReaderMessage:
    """A message of a person."""
    return ReaderMessage(sender_id=person.id, language="en", body=PROBLEM, sent_at=now())


def test_a_message_leaves_an_event_without_its_text(client: FlaskClient) -> None:
    client.post("/accessibility", data={"message": PROBLEM})
    event = db.session.scalars(db.select(Event).where(Event.name == "message.sent")).one()
    assert (event.subject_id, event.data) == (stored()[0].id, {})


def test_messages_are_forgotten_after_a_year(cast: Cast) -> None:
    old, young = message_of(cast.an), message_of(cast.an)
    old.sent_at, young.sent_at = now() - timedelta(days=366), now() - timedelta(days=364)
    with transaction():
        db.session.add_all([old, young])
    kept = young.id
    forget_messages()
    assert [one.id for one in stored()] == [kept]


def test_administrators_get_a_mail_that_survives_a_closed_post_office(
    cast: Cast, client: FlaskClient, app: Any
) -> None:
    client.post("/accessibility", data={"message": PROBLEM})
    mailing.consume(db.session.scalars(db.select(Event).where(Event.name == "message.sent")).all())
    post_office = MemoryMailer(failure=MailFailed(message("The mail server is closed."), permanent=False))
    assert send_due_mails(post_office, app.config["SETTINGS"]) == 0
    post_office.failure = None
    with transaction():
        db.session.execute(db.update(OutgoingMail).values(next_try_at=now()))
    assert send_due_mails(post_office, app.config["SETTINGS"]) == 1
    (letter,) = post_office.sent
    assert letter.to == cast.ada.email
    assert "/messages" in letter.text
    assert PROBLEM not in letter.text
