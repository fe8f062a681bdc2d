"""Every request has an id and a line in the log; nothing secret is in any line."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError

from forum.accounts.passwords import hashed
from forum.core.actor import SYSTEM
from forum.core.db import db, transaction
from forum.core.events import EventKind, record
from forum.core.logs import prepare_logs
from forum.web import home
from tests import factories
from tests.conftest import Cast
from tests.factories import make_post

BrowserOf = Callable[[Any], FlaskClient]
Said = Callable[[], list[dict[str, Any]]]
MARKER = "Zirkon7quitten"
THOUGHT_OF = EventKind("test.thought-of", "Something that may be taken back.")


@pytest.fixture
def said(app: Flask, capsys: pytest.CaptureFixture[str]) -> Iterator[Said]:
    """A function that gives what the log said since it was last asked."""
    prepare_logs(as_json=True)
    capsys.readouterr()
    yield lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    prepare_logs(as_json=False)


def test_an_answer_is_one_line_with_the_id_that_its_header_has(client: FlaskClient, said: Said) -> None:
    answer = client.get("/organisations?q=anything")
    (line,) = said()
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert (line["event"], line["level"]) == ("answered", "info")
    assert (line["method"], line["endpoint"], line["status"]) == ("GET", "organisations.list_organisations", 200)
    assert line["sql"] > 0
    assert line["ms"] >= 0
    assert set(line) == {"timestamp", "level", "event", "request_id", "method", "endpoint", "status", "ms", "sql"}


def test_health_and_static_files_fill_no_log(client: FlaskClient, said: Said) -> None:
    for path in ("/healthz", "/readyz", "/static/css/base.css"):
        client.get(path)
    assert said() == []


def test_what_a_request_changes_is_told_with_its_id(cast: Cast, browser_of: BrowserOf, said: Said) -> None:
    post = make_post(cast.an, cast.sluis)
    browser = browser_of(cast.mia)
    said()
    answer = browser.post(f"/posts/{post.id}/moderate/feature", data={})
    lines = [line for line in said() if line["request_id"] == answer.headers["X-Request-Id"]]
    happened = [line for line in lines if line.get("subject") == f"post:{post.id}"]
    assert [line["person"] for line in happened] == [cast.mia.id]
    assert happened[0]["event"].startswith("post.")


def test_signing_in_and_what_is_refused_is_told_by_number(
    cast: Cast, client: FlaskClient, browser_of: BrowserOf, said: Said
) -> None:
    eva = factories.make_person("Eva", email="eva@example.org", password_hash=hashed("lichte regen boven Gent"))
    for password in ("a wrong one, and long", "lichte regen boven Gent"):
        client.post("/sign-in", data={"email": "eva@example.org", "password": password})
    told = [(line["level"], line["event"], line.get("person")) for line in said() if line["event"] != "answered"]
    assert told[0] == ("warning", "sign-in refused", eva.id)
    assert ("info", "signed in", eva.id) in told
    browser_of(cast.an).get("/review")
    refused = [line for line in said() if line["event"] == "answered"]
    assert [(line["status"], line["person"]) for line in refused] == [(403, cast.an.id)]


@pytest.mark.parametrize("fails", [True, False])
def test_nothing_is_told_of_what_did_not_come_to_pass(app: Flask, said: Said, fails: bool) -> None:
    with suppress(ZeroDivisionError), transaction():
        record(SYSTEM, THOUGHT_OF, "test", 7)
        1 / (0 if fails else 1)
    assert [(line["event"], line["subject"]) for line in said()] == ([] if fails else [("test.thought-of", "test:7")])


def test_a_crash_has_its_id_in_the_page_the_header_and_the_log(
    client: FlaskClient, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "latest_comments", lambda *_all, **_named: 1 / 0)
    answer = client.get("/")
    code = answer.headers["X-Request-Id"]
    assert code in answer.text
    crash, end = said()
    assert crash["request_id"] == end["request_id"] == code
    assert (crash["event"], crash["endpoint"], end["status"]) == ("unhandled error", "home.show_home", 500)
    assert "ZeroDivisionError" in crash["exception"]


def test_ids_do_not_stay_for_the_next_request(client: FlaskClient, said: Said) -> None:
    codes = {client.get("/organisations").headers["X-Request-Id"] for _turn in range(3)}
    assert {line["request_id"] for line in said()} == codes
    assert len(codes) == 3


@pytest.mark.parametrize(
    "given", ["0123456789abcdef0123456789abcdef", "short", "x" * 65, "with space inside", "a\"b'c<d>e"]
)
def test_only_a_proxy_of_ours_may_give_a_request_its_id(
    given: str, app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-Id"] != given
    behind = app.config["SETTINGS"].model_copy(update={"trusted_proxies": 1})
    monkeypatch.setitem(app.config, "SETTINGS", behind)
    found = client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-Id"]
    assert (found == given) is bool(re.fullmatch("[0-9a-f]{32}", given))


def crashed(*_all: Any, **_named: Any) -> None:
    """Fail as the database does when a row is there already, its values in what it says."""
    raise IntegrityError("INSERT", {"email": MARKER}, Exception(f"DETAIL: Key (email)=({MARKER}) exists"))


def test_no_secret_reaches_the_log(
    cast: Cast, browser_of: BrowserOf, client: FlaskClient, said: Said, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    member = browser_of(cast.an)
    client.post("/sign-in", data={"email": f"{MARKER}@example.org", "password": MARKER})
    client.post("/sign-in", data={"email": cast.an.email, "password": f"{MARKER} long enough"})
    client.post(
        "/sign-up", data={"email": f"{MARKER}@example.org", "name": MARKER, "password": f"{MARKER} 12 and more"}
    )
    member.post("/profile/password", data={"password": MARKER, "new_password": f"{MARKER} 12 and more"})
    for path in (
        f"/search?q={MARKER}",
        f"/suggest?q={MARKER}",
        f"/invitations/{MARKER}",
        f"/confirm/{MARKER}",
        f"/mail/stop/{MARKER}?key={MARKER}",
        f"/new-password/{MARKER}",
        f"/opinions/{MARKER}",
        f"/{MARKER}/{MARKER}?{MARKER}={MARKER}",
    ):
        client.get(path)
        client.post(path, data={MARKER: MARKER})
    basic = base64.b64encode(f"an:{MARKER}".encode()).decode()
    for value in (f"Bearer {MARKER}", f"Basic {basic}"):
        client.get("/", headers={"Authorization": value, "Cookie": f"session={MARKER}; x={MARKER}"})
    headers = {"User-Agent": MARKER, "Referer": f"http://localhost/{MARKER}", "X-Request-ID": MARKER, "Origin": MARKER}
    client.post("/scheme", data={"scheme": MARKER}, headers=headers)
    client.open(f"/{MARKER}", method="PROPFIND")
    monkeypatch.setattr(home, "latest_comments", crashed)
    assert client.get(f"/?{MARKER}={MARKER}", headers={"Cookie": f"session={MARKER}"}).status_code == 500
    everything = capsys.readouterr().err
    assert everything.count('"event"') > 15
    assert MARKER not in everything
    assert basic not in everything
    assert "example.org" not in everything
    assert db.session.is_active
