"""Pages of what goes wrong: in the reader's language, with what to do next, and with everything that was typed."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from lxml.html import HtmlElement, fromstring

from forum.core.errors import Conflict, TooMany
from forum.web import home
from tests.conftest import Cast
from tests.factories import make_post

BrowserOf = Callable[[Any], FlaskClient]
TEXT = "We gave everybody the same wage.\nIt took us three years."


@pytest.fixture
def broken_home(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Any], None]]:
    """A function that lets the home page end in what it is given: an error to raise, or a status to abort with."""

    def broken(trouble: Any) -> None:
        def fail(*_args: Any, **_kwargs: Any) -> None:
            if isinstance(trouble, Exception):
                raise trouble
            abort(trouble)

        monkeypatch.setattr(home, "latest_comments", fail)

    return broken


def steps(page: str) -> list[str]:
    """Where the page sends its reader."""
    return [str(address) for address in fromstring(page).xpath("//section[@aria-labelledby='next']//a/@href")]


def title_and_heading(page: str) -> tuple[str, str]:
    read: HtmlElement = fromstring(page)
    return read.xpath("string(//title)").partition(" – ")[0], read.xpath("string(//h1)")


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 422, 429, 500, 503])
def test_every_error_says_what_to_do_next_in_the_readers_language(
    status: int, broken_home: Callable[[Any], None], client: FlaskClient
) -> None:
    broken_home(status)
    for language in ("en", "de"):
        answer = client.get(f"/{language}/")
        assert answer.status_code == status
        page = fromstring(answer.text)
        assert page.get("lang") == language
        title, heading = title_and_heading(answer.text)
        assert title == heading
        assert page.xpath("string(//p[@class='lede'])").strip()
        assert f"/{language}/help" in steps(answer.text)
        assert answer.headers["Cache-Control"] == "no-store"


def test_an_address_that_leads_nowhere_offers_to_search_its_words(client: FlaskClient) -> None:
    answer = client.get("/posts/99999/een-sorteertafel-op-maat")
    assert answer.status_code == 404
    assert "/search?q=een+sorteertafel+op+maat" in steps(answer.text)
    assert "/search" in steps(client.get("/nowhere/7").text)


def test_a_visitor_is_sent_to_sign_in_where_members_may_read(
    cast: Cast, client: FlaskClient, browser_of: BrowserOf
) -> None:
    post = make_post(cast.an, cast.sluis, visibility="members")
    assert f"/sign-in?next=/posts/{post.id}" in steps(client.get(f"/posts/{post.id}").text)
    assert "/sign-in" not in steps(browser_of(cast.noor).get("/posts/99999").text)
    assert "/organisations" in steps(browser_of(cast.noor).get("/review").text)
    assert "/organisations" not in steps(browser_of(cast.an).get("/review").text)


def test_who_signs_in_after_an_ended_session_is_led_back_to_the_form(client: FlaskClient) -> None:
    sent = {"title": "Same wage", "request_key": "Ty61eGUPMLWvm", "kind": "practice", "action": "post"}
    own = client.post(
        "/nl/posts/new/practice", data=sent, headers={"Referer": "http://localhost/nl/posts/new/practice"}
    )
    assert "/nl/sign-in?next=/posts/new/practice" in steps(own.text)
    assert fromstring(own.text).xpath("//ul[@class='kept-words']/li/text()") == ["Same wage"]
    for referrer in ("https://elsewhere.example/posts/1", "http://[", ""):
        answer = client.post("/posts/new/practice", data=sent, headers={"Referer": referrer})
        assert "/sign-in" in steps(answer.text)


def test_what_was_typed_comes_back_without_passwords(
    cast: Cast, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {"title": "Same wage", "body": TEXT, "password": "lichte regen boven Gent", "csrf_token": "x"}
    answer = client.post("/posts/new/practice", data=form)
    assert answer.status_code == 401
    page = fromstring(answer.text)
    assert [box.text.strip() for box in page.xpath("//textarea[@readonly]")] == [TEXT]
    assert "Same wage" in page.xpath("//ul[@class='kept-words']/li/text()")
    assert "regen" not in answer.text


def test_a_crash_gives_a_code_that_the_log_has_and_changes_nothing(
    broken_home: Callable[[Any], None], client: FlaskClient
) -> None:
    broken_home(RuntimeError("secret detail"))
    answer = client.get("/")
    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] in answer.text
    assert "secret detail" not in answer.text


def test_who_is_too_quick_hears_how_long_to_wait(broken_home: Callable[[Any], None], client: FlaskClient) -> None:
    broken_home(TooMany("You search very often. Wait a little, then try again.", retry_after=7))
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert "Wait 7 seconds, then try again." in answer.text


def test_a_conflict_says_its_own_sentence(broken_home: Callable[[Any], None], client: FlaskClient) -> None:
    broken_home(Conflict("This organisation is closed already."))
    answer = client.get("/")
    assert answer.status_code == 409
    assert "This organisation is closed already." in answer.text


def test_programs_get_problem_details(client: FlaskClient) -> None:
    answer = client.get("/api/v1/posts/99999")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
