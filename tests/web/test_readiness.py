"""`/healthz` and `/readyz`: what they look at, and that they give nothing away."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from forum.core.actor import SYSTEM
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.events import Delivery, record
from forum.library import events
from forum.web import readiness
from tests.conftest import Cast, SearchIndex
from tests.factories import make_post

SECRET = "postgresql://forum:geheim@10.0.0.7/forum"


def reasons(client: FlaskClient) -> tuple[int, list[str]]:
    answer = client.get("/readyz")
    assert "Set-Cookie" not in answer.headers
    found = answer.json or {}
    assert len(found.get("sentences", [])) == len(found.get("reasons", []))
    return answer.status_code, found.get("reasons", [])


def fail(*_all: Any) -> None:
    raise OperationalError("SELECT", {}, Exception(SECRET))


def test_a_sound_site_is_ready(cast: Cast, client: FlaskClient, search_index: SearchIndex) -> None:
    make_post(cast.an, cast.sluis)
    search_index.build()
    assert reasons(client) == (200, [])


def test_a_database_that_is_away_is_named_without_its_address(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(readiness, "present_schema", fail)
    assert reasons(client) == (503, ["database"])
    assert "geheim" not in client.get("/readyz").text
    assert client.get("/healthz").status_code == 200
    assert "geheim" not in capsys.readouterr().err


def test_a_schema_of_another_version_is_named(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "present_schema", lambda: "0001")
    assert reasons(client) == (503, ["schema"])


def test_a_missing_index_is_named_once_there_is_something_to_find(cast: Cast, client: FlaskClient) -> None:
    assert reasons(client) == (200, [])
    make_post(cast.an, cast.sluis)
    assert reasons(client) == (503, ["index"])


@pytest.mark.parametrize(("minutes", "found"), [(6, (503, ["outbox"])), (4, (200, [])), (-60, (200, []))])
def test_changes_that_nobody_takes_away_are_named_but_not_those_put_off(
    minutes: int, found: tuple[int, list[str]], client: FlaskClient
) -> None:
    with transaction():
        record(SYSTEM, events.PUBLISHED, "post", 1)
    with transaction():
        db.session.execute(update(Delivery).values(next_try_at=now() - timedelta(minutes=minutes), attempts=5))
    assert reasons(client) == found


def test_a_full_disk_is_named(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "free_bytes", lambda _place: 199 * 1024 * 1024)
    assert reasons(client) == (503, ["disk"])


def test_a_data_directory_that_is_gone_has_no_room(app: Flask) -> None:
    assert readiness.free_bytes(app.config["SETTINGS"].data_dir / "gone") == 0


def test_asking_whether_the_site_is_well_costs_little(
    cast: Cast, client: FlaskClient, count_sql: Callable[[], Any]
) -> None:
    for path, most in (("/healthz", 0), ("/readyz", 4), ("/metrics", 6)):
        client.get(path)
        with count_sql() as statements:
            client.get(path)
        assert len(statements) <= most, path
