"""Whatever goes wrong with a form, on every form of the site: the page that says so gives back what was typed."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml.html import fromstring
from werkzeug.routing import Rule

from forum.core.errors import Conflict, Denied, Missing, TooMany
from forum.web.routes import Need
from forum.web.security import csrf
from tests.web.everything import World, make_world, routes

BrowserOf = Callable[[Any], FlaskClient]
TEXT = "We gave everybody the same wage.\nIt took us three years."
FORM = {"title": "Same wage", "body": TEXT, "password": "lichte regen boven Gent"}


@pytest.fixture
def world(app: Flask) -> World:
    return make_world()


def forms(app: Flask) -> list[Rule]:
    """The routes that people send forms to, without those that show anew who they are first."""
    return [rule for rule in routes(app, "POST") if rule.endpoint not in app.extensions["fresh"]]


def kept(answer: Any) -> list[str]:
    """What a page gives back."""
    read = fromstring(answer.text)
    boxes = [box.text.strip() for box in read.xpath("//textarea[@readonly]")]
    return [*boxes, *read.xpath("//ul[@class='kept-words']/li/text()")]


def given_back(answer: Any) -> bool:
    """Whether all is there, and no password."""
    return kept(answer) == [TEXT, "Same wage"] and "lichte regen" not in answer.text


@pytest.fixture
def failing(app: Flask) -> Iterator[Callable[[Exception], None]]:
    """A function that lets every form end in an error."""
    before = dict(app.view_functions)

    def fail_with(error: Exception) -> None:
        def fail(**_values: Any) -> None:
            raise error

        app.view_functions.update({rule.endpoint: fail for rule in routes(app, "POST")})

    yield fail_with
    app.view_functions.update(before)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RuntimeError("ours"), 500),
        (Conflict("Somebody was faster."), 409),
        (Denied(), 403),
        (Missing(), 404),
        (TooMany("Wait."), 429),
    ],
    ids=lambda value: str(value)[:12],
)
def test_every_form_that_ends_in_an_error_gives_the_text_back(
    error: Exception,
    status: int,
    app: Flask,
    world: World,
    browser_of: BrowserOf,
    failing: Callable[[Exception], None],
) -> None:
    browser = browser_of(world.people["powerful"])
    failing(error)
    for rule in forms(app):
        answer = browser.post(world.path(rule), data=FORM)
        assert (rule.rule, answer.status_code, given_back(answer)) == (rule.rule, status, True)


def test_every_form_of_an_ended_session_gives_the_text_back(app: Flask, world: World, client: FlaskClient) -> None:
    for rule in forms(app):
        if app.extensions["needs"][rule.endpoint] is not Need.ANYONE:
            answer = client.post(world.path(rule), data=FORM)
            assert (rule.rule, answer.status_code, given_back(answer)) == (rule.rule, 401, True)


def test_every_form_with_a_token_of_before_gives_the_text_back(
    app: Flask, world: World, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    browser = browser_of(world.people["powerful"])
    for rule in routes(app, "POST"):
        view = app.view_functions[rule.endpoint]
        if f"{view.__module__}.{view.__name__}" not in csrf._exempt_views:
            answer = browser.post(world.path(rule), data=FORM | {"csrf_token": "old"})
            assert (rule.rule, answer.status_code, given_back(answer)) == (rule.rule, 400, True)
