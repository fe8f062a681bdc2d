"""Every route says whom it is for, and answers every method as it declares: no more, and nothing in passing."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from forum.accounts.models import Person
from forum.app import create_app
from forum.core.limits import forget_counts
from forum.web import areas
from forum.web.routes import Area, Need, guard_routes
from tests.conftest import Cast, settings_for
from tests.web.everything import World, everything_stored, make_world, routes

Browsers = Callable[[Person | None], FlaskClient]

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
EACH_ITS_OWN = {"X-Request-Id", "Set-Cookie", "Date", "ETag", "Last-Modified"}  # times and tokens are in the page
UNREAD = {"Content-Length"}  # of what is streamed, nobody knows it before it is read


def small_app(*more: Area) -> Flask:
    """An application without pages but these."""
    app = Flask("small", static_folder="static")
    for area in more:
        app.register_blueprint(area)
    return app


@pytest.mark.one_database
def test_a_route_without_a_declaration_stops_the_app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forgetful = Area("forgetful", __name__)
    forgetful.add_url_rule("/open-door", "open_door", lambda: "Come in.")
    monkeypatch.setattr("forum.app.AREAS", (*areas.AREAS, forgetful))
    with pytest.raises(RuntimeError, match=r"whom they are for: forgetful\.open_door$"):
        create_app(settings_for(tmp_path))


@pytest.mark.one_database
def test_a_route_of_an_extension_without_a_declaration_stops_the_app_too() -> None:
    app = small_app()
    app.add_url_rule("/metrics", "some_extension.metrics", lambda: "")
    with pytest.raises(RuntimeError, match=r"some_extension\.metrics"):
        guard_routes(app)


@pytest.mark.one_database
def test_files_of_an_area_are_no_exception() -> None:
    with pytest.raises(RuntimeError, match=r"pictures\.static"):
        guard_routes(small_app(Area("pictures", __name__, static_folder="pictures")))


@pytest.mark.one_database
def test_a_route_that_is_added_after_the_start_is_closed_to_everybody(tmp_path: Path) -> None:
    app = create_app(settings_for(tmp_path))
    app.add_url_rule("/late", "late", lambda: "Come in.")
    answer = app.test_client().get("/late", base_url="http://localhost")
    assert answer.status_code == 403
    assert "Come in" not in answer.text


@pytest.mark.one_database
def test_a_page_cannot_be_declared_for_two_sorts_of_people() -> None:
    area = Area("torn", __name__)
    area.page("/one", needs=Need.ADMIN, endpoint="page")(lambda: "")
    with pytest.raises(RuntimeError, match="page is declared for"):
        area.page("/two", needs=Need.ANYONE, endpoint="page")(lambda: "")


def test_every_route_of_the_site_is_declared_in_one_area_and_only_style_is_outside(app: Flask) -> None:
    declared = set(app.extensions["needs"])
    assert {rule.endpoint for rule in app.url_map.iter_rules()} == declared | {"static"}


def addresses(app: Flask, world: World) -> Iterator[tuple[str, set[str]]]:
    """Every address with the methods that its routes declare."""
    adapter = app.url_map.bind("localhost")
    for rule in routes(app, "OPTIONS"):
        path = world.path(rule).replace("<path:filename>", "css/base.css")
        yield path, {one for one in METHODS if answers(adapter, path, one)}


def answers(adapter: Any, path: str, method: str) -> bool:
    """Whether a route takes the method at this address."""
    try:
        adapter.match(path, method)
    except RequestRedirect:
        return True
    except (NotFound, MethodNotAllowed):
        return False
    return True


def test_every_address_refuses_the_methods_it_does_not_declare_and_names_those_it_does(
    app: Flask, browser_of: Browsers
) -> None:
    world = make_world()
    browser, wrong = browser_of(world.people["powerful"]), []
    for path, declared in addresses(app, world):
        for method in METHODS:
            if method in declared:  # told by the walks over pages, by the tests of forms, and below
                continue
            answer = browser.open(path, method=method)
            allowed = {one.strip() for one in answer.headers.get("Allow", "").split(",")}
            if answer.status_code != 405 or allowed != declared:
                wrong.append(f"{method} {path} answers {answer.status_code} and allows {allowed}, not {declared}")
    assert wrong == []


@pytest.mark.parametrize("who", ["visitor", "powerful"])
def test_head_is_get_without_its_body(app: Flask, browser_of: Browsers, who: str) -> None:
    world = make_world()
    browser, wrong = browser_of(world.people[who]), []
    for path, declared in addresses(app, world):
        if "GET" not in declared:
            continue
        forget_counts()
        browser = browser if who == "powerful" else browser_of(None)  # to whom no page before said "Sign in"
        whole, head = browser.get(path), browser.head(path)
        if (whole.status_code, seen(whole)) != (head.status_code, seen(head)):
            wrong.append(
                f"{path}: {whole.status_code}, {head.status_code}; {set(seen(whole).items()) ^ set(seen(head).items())}"
            )
        if head.data:
            wrong.append(f"{path}: HEAD has a body")
        whole.close()
        head.close()
    assert "\n".join(wrong) == ""


def seen(answer: Any) -> dict[str, str]:
    """The headers of an answer but those that differ each time."""
    return {name: value for name, value in answer.headers.items() if name not in EACH_ITS_OWN | UNREAD}


def test_asking_for_the_head_of_a_form_is_not_sending_it(cast: Cast, browser_of: Browsers) -> None:
    browser, before = browser_of(cast.an), everything_stored()
    assert browser.head("/organisations/de-sluis/leave").status_code == 200
    assert browser_of(cast.ada).head("/organisations/de-sluis/close").status_code == 200
    assert everything_stored() == before | {"sessions": before["sessions"] + 1}
    assert browser.get("/organisations/de-sluis/leave").status_code == 200


def test_options_says_the_methods_of_a_route_and_nothing_of_what_is_there(
    app: Flask, cast: Cast, browser_of: Browsers
) -> None:
    world = make_world()
    missing = World({name: "99999" if value.isdigit() else value for name, value in world.values.items()}, {})
    browser, wrong = browser_of(None), []
    there = [answer_to_options(browser, path) for path, _methods in addresses(app, world)]
    not_there = [answer_to_options(browser, path) for path, _methods in addresses(app, missing)]
    for one, other, (path, declared) in zip(there, not_there, addresses(app, world), strict=True):
        if one != other:
            wrong.append(f"{path}: {one} but {other} where there is nothing")
        if one[0] == 200 and (one[1] or set(one[2].get("Allow", "").split(", ")) != declared):
            wrong.append(f"{path}: {one}, not {declared}")
    assert wrong == []


def answer_to_options(browser: FlaskClient, path: str) -> tuple[int, bytes, dict[str, str]]:
    """Status, body and headers; of a refusal, which gives a page or leads to signing in, only the status."""
    answer = browser.options(path)
    return (200, answer.data, seen(answer)) if answer.status_code == 200 else (answer.status_code, b"", {})
