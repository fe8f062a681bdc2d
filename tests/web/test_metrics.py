"""`/metrics`: for whom it is, what it shows, and that it counts over all processes."""

import json
import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from werkzeug.middleware.proxy_fix import ProxyFix

from forum.core.actor import SYSTEM
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.events import Delivery, Event, record
from forum.core.last_backup import note_backup
from forum.library import events
from forum.notifications.models import OutgoingMail
from forum.search.service import current_engine
from forum.web import metrics
from forum.web.tallies import Tallies
from tests.conftest import Cast, SearchIndex, settings_for
from tests.factories import make_post, saved

BrowserOf = Callable[[Any], FlaskClient]
TOKEN = "a-token-for-the-tests-of-metrics"


def figures(client: FlaskClient, **more: Any) -> dict[str, float]:
    """Every sample by its name and labels, read by Prometheus' own parser."""
    answer = client.get("/metrics", **more)
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    found = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


@pytest.fixture
def other_site(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., FlaskClient]:
    """A function that gives a browser of the site as it is with other settings."""

    def made(**settings: str) -> FlaskClient:
        chosen = settings_for(app.config["SETTINGS"].data_dir, **settings)
        monkeypatch.setitem(app.config, "SETTINGS", chosen)
        if chosen.trusted_proxies:
            monkeypatch.setattr(app, "wsgi_app", ProxyFix(app.wsgi_app, x_for=chosen.trusted_proxies))
        return app.test_client()

    return made


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1"])
def test_this_machine_reads_the_figures_without_cookie_or_cache(address: str, client: FlaskClient) -> None:
    answer = client.get("/metrics", environ_overrides={"REMOTE_ADDR": address})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("address", "status"), [("192.0.2.7", 200), ("10.1.2.3", 200), ("192.0.2.8", 404), ("2001:db8::1", 404), ("x", 404)]
)
def test_only_the_operators_networks_read_the_figures(
    address: str, status: int, other_site: Callable[..., FlaskClient]
) -> None:
    browser = other_site(FORUM_METRICS_FROM="192.0.2.7,10.0.0.0/8")
    assert browser.get("/metrics", environ_overrides={"REMOTE_ADDR": address}).status_code == status


@pytest.mark.parametrize(
    ("word", "status"),
    [(f"Bearer {TOKEN}", 200), (f"bearer {TOKEN}", 404), (TOKEN, 404), ("Bearer ", 404), (f"Bearer {TOKEN}é", 404)],
)
def test_whoever_shows_the_token_reads_the_figures(
    word: str, status: int, other_site: Callable[..., FlaskClient]
) -> None:
    browser = other_site(FORUM_METRICS_TOKEN=TOKEN)
    headers, far = {"Authorization": word}, {"REMOTE_ADDR": "192.0.2.8"}
    assert browser.get("/metrics", headers=headers, environ_overrides=far).status_code == status


def test_without_a_token_none_opens_the_figures(client: FlaskClient) -> None:
    answer = client.get(
        "/metrics", headers={"Authorization": "Bearer "}, environ_overrides={"REMOTE_ADDR": "192.0.2.8"}
    )
    assert answer.status_code == 404


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_behind_a_proxy_that_is_not_declared_nobody_passes_for_this_machine(name: str, client: FlaskClient) -> None:
    assert client.get("/metrics", headers={name: "192.0.2.8"}).status_code == 404


def test_behind_a_declared_proxy_the_readers_own_address_counts(other_site: Callable[..., FlaskClient]) -> None:
    browser = other_site(FORUM_TRUSTED_PROXIES="1", FORUM_METRICS_FROM="192.0.2.7")
    for address, status in (("192.0.2.7", 200), ("192.0.2.8", 404), ("192.0.2.7, 192.0.2.8", 404)):
        assert browser.get("/metrics", headers={"X-Forwarded-For": address}).status_code == status


def test_moderators_and_administrators_are_no_exception(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.ada)
    assert browser.get("/metrics", environ_overrides={"REMOTE_ADDR": "192.0.2.8"}).status_code == 404


def test_requests_are_counted_by_page_and_class_of_status(client: FlaskClient) -> None:
    before = figures(client)
    client.get("/organisations")
    client.get("/organisations/no-such-one")
    client.get("/nl/organisations?q=somebody")
    client.open("/organisations", method="PROPFIND")
    after = figures(client)

    def more(name: str) -> float:
        return after.get(name, 0) - before.get(name, 0)

    page = "endpoint=organisations.list_organisations"
    assert more(f"passerelle_requests_total{{{page},method=GET,status=2xx}}") == 2
    assert more("passerelle_requests_total{endpoint=organisations.show_organisation,method=GET,status=4xx}") == 1
    assert more(f"passerelle_request_duration_seconds_count{{{page}}}") == 2
    assert more(f"passerelle_request_duration_seconds_bucket{{{page},le=+Inf}}") == 2
    assert more(f"passerelle_request_duration_seconds_sum{{{page}}}") > 0
    assert more(f"passerelle_sql_statements_total{{{page}}}") > 0
    assert not [name for name in after if "somebody" in name or "no-such-one" in name or "PROPFIND" in name]


def test_the_outbox_the_index_and_the_mail_have_figures(
    cast: Cast, client: FlaskClient, search_index: SearchIndex, browser_of: BrowserOf
) -> None:
    calm = figures(client)
    assert calm["passerelle_outbox_depth{consumer=search}"] == 0
    assert (calm["passerelle_search_degraded"], calm["passerelle_database_up"]) == (0, 1)
    post = make_post(cast.an, cast.sluis)
    with transaction():
        record(SYSTEM, events.PUBLISHED, "post", post.id)
    ago = now() - timedelta(minutes=10)
    with transaction():
        db.session.execute(update(Event).values(at=ago))
        db.session.execute(update(Delivery).values(next_try_at=ago))
        db.session.execute(update(Delivery).where(Delivery.consumer == "search").values(attempts=3))
    event = db.session.scalar(db.select(Event.id))
    for number, fields in enumerate(({"sent_at": ago}, {"failed_at": ago}, {"attempts": 2}, {})):
        saved(OutgoingMail(event_id=event, recipient=f"person:{number}", template="x", next_try_at=ago, **fields))
    browser_of(cast.an)
    found = figures(client)
    assert found["passerelle_outbox_depth{consumer=search}"] == 1
    assert 599 < found["passerelle_outbox_oldest_seconds{consumer=search}"] < 700
    assert 599 < found["passerelle_outbox_overdue_seconds{consumer=search}"] < 700
    assert found["passerelle_outbox_failing{consumer=search}"] == 1
    assert found["passerelle_index_lag_documents"] == 1
    assert 599 < found["passerelle_index_lag_seconds"] < 700
    assert (found["passerelle_index_documents"], found["passerelle_index_wanted_documents"]) == (0, 1)
    mails = {state: found[f"passerelle_mails{{state={state}}}"] for state in ("sent", "failed", "waiting", "retrying")}
    assert mails == {"sent": 1, "failed": 1, "waiting": 2, "retrying": 1}
    assert 599 < found["passerelle_mail_overdue_seconds"] < 700
    assert found["passerelle_sessions"] == calm["passerelle_sessions"] + 1


def test_a_search_without_its_index_shows(cast: Cast, client: FlaskClient) -> None:
    assert figures(client)["passerelle_search_degraded"] == 0
    make_post(cast.an, cast.sluis)
    assert not current_engine().health().is_well
    assert figures(client)["passerelle_search_degraded"] == 1


def test_the_disk_and_the_last_backup_have_figures(app: Flask, client: FlaskClient) -> None:
    folder = app.config["SETTINGS"].data_dir
    (folder / "last_backup").unlink(missing_ok=True)
    found = figures(client)
    assert found["passerelle_disk_free_bytes"] > 0
    assert "passerelle_backup_age_seconds" not in found
    note_backup(folder)
    assert 0 <= figures(client)["passerelle_backup_age_seconds"] < 60
    (folder / "last_backup").write_text("no time at all")
    assert "passerelle_backup_age_seconds" not in figures(client)
    (folder / "last_backup").unlink()


def test_a_database_that_is_away_leaves_the_other_figures(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise OperationalError("SELECT", {}, Exception("postgresql://forum:geheim@host"))

    monkeypatch.setattr(metrics, "waiting_deliveries", away)
    found = figures(client)
    assert found["passerelle_database_up"] == 0
    assert "passerelle_disk_free_bytes" in found


def test_the_figures_name_nobody(cast: Cast, client: FlaskClient, browser_of: BrowserOf) -> None:
    browser_of(cast.an).get("/profile")
    browser_of(cast.an).get(f"/people/{cast.an.id}")
    text = client.get("/metrics").text
    for word in (cast.an.email or "", "De Sluis", "de-sluis", "127.0.0.1", f"/{cast.an.id}"):
        assert word not in text


def test_counts_of_all_processes_are_added_up_and_those_of_dead_ones_stay(tmp_path: Path) -> None:
    tallies = Tallies(tmp_path / "metrics")
    tallies.note("home.show_home", "GET", 200, 0.02, 3)
    child = os.fork()
    if child == 0:
        tallies.write_at = 0.0
        tallies.note("home.show_home", "GET", 404, 0.7, 4)
        os._exit(0)
    os.waitpid(child, 0)
    for _both in range(2):
        found = tallies.total()
        assert found["requests", "home.show_home", "GET", "2xx"] == 1
        assert found["requests", "home.show_home", "GET", "4xx"] == 1
        assert found["statements", "home.show_home"] == 7
        assert found["seconds", "home.show_home"] == pytest.approx(0.72)
    tallies.forget()
    assert dict(tallies.total()) == {}


def test_what_cannot_be_written_or_read_stops_no_request(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    Tallies(tmp_path / "file" / "metrics").note("home.show_home", "GET", 200, 0.02, 3)
    (tmp_path / "12.json").write_text("[[[")
    (tmp_path / "13.json").write_text(json.dumps([[["requests", "a.b", "GET", "2xx"], 2]]))
    assert dict(Tallies(tmp_path).total()) == {("requests", "a.b", "GET", "2xx"): 2}


@pytest.mark.parametrize(("seconds", "bucket"), [(0.0, 0), (0.01, 0), (0.0101, 1), (0.3, 5), (10.0, 9), (11.0, 10)])
def test_a_duration_is_in_the_bucket_that_holds_it(seconds: float, bucket: int, tmp_path: Path) -> None:
    tallies = Tallies(tmp_path)
    tallies.note("a.b", "GET", 200, seconds, 0)
    assert tallies.total()["bucket", "a.b", str(bucket)] == 1
