"""Read-only and maintenance: reading goes on, every form comes back with its text, and the site heals by itself."""

import errno
import io
import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pysqlite3.dbapi2 as sqlite
import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml.html import fromstring
from sqlalchemy.exc import InternalError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnection

from forum.core import modes
from forum.core.modes import Mode, choose_mode, look_again
from forum.core.troubles import Trouble, trouble_of
from forum.web import home
from forum.web.modes import KEEP_NOTHING, SIGN_IN
from tests.conftest import Cast
from tests.factories import make_post
from tests.web.everything import World, everything_stored, make_world, routes
from tests.web.test_attachments import DESCRIBED, photo

BrowserOf = Callable[[Any], FlaskClient]
TEXT = "We gave everybody the same wage.\nIt took us three years."
NOTICE = "You can read everything, but nothing can be saved at the moment."
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def choose(app: Flask) -> Iterator[Callable[..., None]]:
    """A function that sets the mode, as the command does; the site is open again afterwards."""
    folder = app.config["SETTINGS"].data_dir

    def chosen(mode: Mode, reason: str = "") -> None:
        choose_mode(folder, mode, reason)
        look_again()

    yield chosen
    chosen(Mode.OPEN)


@pytest.fixture
def room(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """A function that lets so many megabytes be free on the disk."""

    def left(megabytes: int) -> None:
        monkeypatch.setattr(modes.shutil, "disk_usage", lambda _place: Usage(0, 0, megabytes * modes.MEGABYTE))
        look_again()

    return left


@pytest.fixture
def world(app: Flask) -> World:
    return make_world()


def kept(page: str) -> list[str]:
    """What a page gives back of what was typed."""
    read = fromstring(page)
    return [box.text.strip() for box in read.xpath("//textarea[@readonly]")] + list(
        read.xpath("//ul[@class='kept-words']/li/text()")
    )


def test_every_form_comes_back_with_its_text_and_nothing_is_saved(
    app: Flask, world: World, browser_of: BrowserOf, choose: Callable[..., None]
) -> None:
    browser = browser_of(world.people["powerful"])
    choose(Mode.READ_ONLY)
    before = everything_stored()
    for rule in routes(app, "POST"):
        if rule.endpoint in KEEP_NOTHING:
            continue
        answer = browser.post(world.path(rule), data={"title": "Same wage", "body": TEXT})
        assert (rule.rule, answer.status_code) == (rule.rule, 503)
        assert kept(answer.text) == [TEXT, "Same wage"], rule.rule
        assert int(answer.headers["Retry-After"]) > 0
    assert everything_stored() == before


def test_every_page_is_read_as_before_and_says_that_nothing_can_be_saved(
    app: Flask, world: World, browser_of: BrowserOf, choose: Callable[..., None]
) -> None:
    browser = browser_of(world.people["powerful"])
    paths = [world.path(rule) for rule in routes(app, "GET") if rule.endpoint != "static"]
    before = {path: browser.get(path).status_code for path in paths}
    choose(Mode.READ_ONLY)
    for path, status in before.items():
        answer = browser.get(path)
        assert (path, answer.status_code) == (path, status)
        if answer.mimetype == "text/html" and status == 200 and "site-header" in answer.text:
            assert NOTICE in answer.text, path
    choose(Mode.OPEN)
    assert NOTICE not in browser.get("/").text


def test_moderators_read_why_and_others_do_not(
    cast: Cast, client: FlaskClient, browser_of: BrowserOf, choose: Callable[..., None]
) -> None:
    choose(Mode.READ_ONLY, "The machine\nmoves house.")
    assert "The machine moves house." not in client.get("/").text
    for person in (cast.mia, cast.ada):
        assert "An administrator decided so. The machine moves house." in browser_of(person).get("/").text


def test_little_room_stops_writing_and_room_starts_it_again(
    cast: Cast, browser_of: BrowserOf, room: Callable[[int], None]
) -> None:
    browser, form = browser_of(cast.an), {"title": "Same wage", "body": TEXT, "action": "draft"}
    room(199)
    assert browser.post("/posts/new/practice", data=form).status_code == 503
    assert browser.get("/").status_code == 200
    assert "The disk of the site is nearly full." in browser_of(cast.mia).get("/").text
    room(200)
    assert browser.post("/posts/new/practice", data=form).status_code == 303


def test_files_wait_before_texts_do(cast: Cast, browser_of: BrowserOf, room: Callable[[int], None]) -> None:
    browser, post = browser_of(cast.an), make_post(cast.an, cast.sluis)
    address = f"/posts/{post.id}/files"
    room(399)
    assert "There is no room for files at the moment." in browser.get(address).text
    sent = {"file": (io.BytesIO(photo()), "photo.jpg"), "caption": "A sorting table", **DESCRIBED}
    answer = browser.post(address, data=sent)
    assert answer.status_code == 422
    assert "There is no room for files at the moment." in answer.text
    assert "A sorting table" in answer.text
    assert (
        browser.post("/posts/new/practice", data={"title": "Wage", "body": TEXT, "action": "draft"}).status_code == 303
    )
    room(400)
    assert "There is no room for files" not in browser.get(address).text
    sent = {"file": (io.BytesIO(photo()), "photo.jpg"), "caption": "A sorting table", **DESCRIBED}
    assert browser.post(address, data=sent).status_code == 303


def test_the_disk_is_looked_at_once_a_second_however_often_somebody_asks(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[Path] = []
    monkeypatch.setattr(modes.shutil, "disk_usage", lambda place: looks.append(place) or Usage(0, 0, 2**40))
    look_again()
    for _time in range(1000):
        modes.standing()
    assert len(set(looks)) >= 1
    assert len(looks) <= 2 * len(set(looks))


def test_nobody_signs_in_and_whoever_signs_out_is_out(
    cast: Cast, client: FlaskClient, browser_of: BrowserOf, choose: Callable[..., None]
) -> None:
    browser = browser_of(cast.an)
    choose(Mode.READ_ONLY)
    answer = client.post("/sign-in", data={"email": "an@example.org", "password": "lichte regen"})
    assert answer.status_code == 503
    assert "Nobody can sign in at the moment" in answer.text
    assert kept(answer.text) == ["an@example.org"]
    assert browser.post("/sign-out").status_code == 303
    assert "Sign out" not in browser.get("/").text


def test_the_names_of_special_forms_are_names_of_forms(app: Flask) -> None:
    forms = {rule.endpoint for rule in routes(app, "POST")}
    assert [name for name in KEEP_NOTHING | SIGN_IN if name not in forms] == []


def test_programs_read_problem_details(client: FlaskClient, choose: Callable[..., None]) -> None:
    choose(Mode.MAINTENANCE)
    answer = client.get("/api/v1/posts/1")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")


def test_maintenance_shows_one_page_and_asks_the_database_nothing(
    cast: Cast, browser_of: BrowserOf, count_sql: Callable[[], Any], choose: Callable[..., None]
) -> None:
    browser = browser_of(cast.ada)
    choose(Mode.MAINTENANCE)
    with count_sql() as statements:
        for path in ("/", "/nl/search", "/nowhere", "/readyz", "/review"):
            answer = browser.get(path)
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "300")
        posted = browser.post("/posts/new/practice", data={"body": TEXT, "csrf_token": "old"})
        assert (posted.status_code, kept(posted.text)) == (503, [TEXT])
        assert fromstring(browser.get("/nl/search").text).get("lang") == "nl"
        assert browser.get("/healthz").status_code == 200
    assert statements == [], statements
    choose(Mode.OPEN)
    assert browser.get("/").status_code == 200


def sqlite_error(code: int) -> OperationalError:
    """An error as SQLAlchemy hands on one of SQLite."""
    found = sqlite.OperationalError("words")
    found.sqlite_errorcode = code
    return OperationalError("INSERT", {}, found)


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (sqlite_error(sqlite.SQLITE_FULL), Trouble.FULL),
        (sqlite_error(sqlite3.SQLITE_IOERR_WRITE), Trouble.FULL),
        (sqlite_error(sqlite.SQLITE_BUSY), Trouble.BUSY),
        (sqlite_error(sqlite3.SQLITE_ERROR), None),
        (OSError(errno.ENOSPC, "No space left on device"), Trouble.FULL),
        (OSError(errno.EIO, "Input/output error"), Trouble.FULL),
        (OSError(errno.ENOENT, "No such file"), None),
        (NoConnection("QueuePool limit reached"), Trouble.BUSY),
        (OperationalError("SELECT", {}, Exception("server closed the connection")), Trouble.AWAY),
        (OperationalError("INSERT", {}, psycopg.errors.DiskFull("no space left")), Trouble.FULL),
        (InternalError("INSERT", {}, psycopg.errors.ReadOnlySqlTransaction("read-only")), Trouble.FULL),
        (OperationalError("INSERT", {}, psycopg.errors.LockNotAvailable("lock timeout")), Trouble.BUSY),
        (OperationalError("INSERT", {}, psycopg.errors.QueryCanceled("statement timeout")), Trouble.BUSY),
        (OperationalError("INSERT", {}, psycopg.errors.DeadlockDetected("deadlock")), Trouble.BUSY),
        (OperationalError("SELECT", {}, psycopg.errors.AdminShutdown("shutting down")), Trouble.AWAY),
        (ProgrammingError("SELECT", {}, psycopg.errors.UndefinedTable("no such table")), None),
        (ValueError("ours"), None),
    ],
    ids=str,
)
def test_errors_of_the_machine_are_told_from_errors_of_ours(error: Exception, trouble: Trouble | None) -> None:
    assert trouble_of(error) is trouble


@pytest.mark.parametrize(
    "error",
    [
        sqlite_error(sqlite.SQLITE_FULL),
        sqlite_error(sqlite.SQLITE_BUSY),
        OSError(errno.ENOSPC, "No space left on device"),
        OperationalError("SELECT", {}, Exception("server closed the connection")),
    ],
    ids=str,
)
def test_a_machine_in_trouble_gives_the_text_back_and_rests_a_few_seconds(
    error: Exception, cast: Cast, browser_of: BrowserOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise error

    browser, form = browser_of(cast.an), {"title": "Same wage", "body": TEXT, "action": "draft"}
    with monkeypatch.context() as patched:
        patched.setattr("forum.web.posting.keep_draft", fail)
        answer = browser.post("/posts/new/practice", data=form)
        assert (answer.status_code, kept(answer.text)[0]) == (503, TEXT)
        assert int(answer.headers["Retry-After"]) > 0
    assert browser.post("/posts/new/practice", data=form).status_code == 503
    assert browser.get("/").status_code == 200
    later = modes.time.monotonic() + modes.FAILED_SECONDS + modes.LOOK_EVERY
    monkeypatch.setattr(modes.time, "monotonic", lambda: later)
    assert browser.post("/posts/new/practice", data=form).status_code == 303


def test_an_error_of_ours_is_still_a_crash(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: Any, **_kwargs: Any) -> None:
        raise FileNotFoundError(errno.ENOENT, "No such file")

    monkeypatch.setattr(home, "latest_comments", fail)
    assert client.get("/").status_code == 500
