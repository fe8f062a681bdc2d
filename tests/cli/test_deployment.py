"""`forum doctor --deploy`: every thing that is unsafe is found, and said with what mends it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from forum.accounts.passwords import hashed
from forum.cli import deployment
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.events import Event
from forum.core.last_backup import note_backup
from forum.core.settings import settings_from
from forum.interop.demonstration import PASSWORD
from tests.cli.conftest import Site
from tests.databases import is_postgresql
from tests.factories import make_person, saved

SOUND = {
    "FORUM_BASE_URL": "https://forum.example.org",
    "FORUM_MAIL_URL": "smtp://127.0.0.1",
    "FORUM_TRUSTED_PROXIES": "1",
    "FORUM_REQUIRE_SECOND_FACTOR": "1",
}
Doctor = Callable[..., list[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The data directory of a sound site."""
    folder = tmp_path / "var"
    folder.mkdir(mode=0o700)
    note_backup(folder)
    return folder


@pytest.fixture
def doctor(app: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """A function that asks the doctor about a site that is sound but for what a test spoils; gives what was found."""
    monkeypatch.setattr(deployment, "is_running", lambda _data_dir: True)
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", True)

    def asked(**settings: str) -> list[str]:
        given = {"FORUM_DATA_DIR": str(folder)} | SOUND | settings
        monkeypatch.setitem(app.config, "SETTINGS", settings_from(given))
        findings = list(deployment.unsafe_findings(app))
        assert all(remedy for _problem, remedy in findings)
        return [problem for problem, _remedy in findings]

    return asked


def test_the_command_says_what_is_unsafe_and_what_mends_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.create_connection", lambda *_rest: type("Socket", (), {"close": lambda self: None})())
    monkeypatch.setattr(deployment, "is_running", lambda _data_dir: True)
    assert site.run("backup", site.data_dir.parent / "backups").exit_code == 0
    result = site.run("doctor", "--deploy", **SOUND)
    assert (result.exit_code, result.stderr) == (0, "")
    site.data_dir.chmod(0o755)
    result = site.run("doctor", "--deploy", **SOUND)
    assert result.exit_code == 1
    assert result.stderr == (f"Others on this machine can look into {site.data_dir}.\n  -> chmod 700 {site.data_dir}\n")


def test_a_site_that_is_ready_has_no_findings(doctor: Doctor) -> None:
    assert doctor() == []


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({"FORUM_BASE_URL": "http://forum.example.org"}, "FORUM_BASE_URL is not an https:// address."),
        ({"FORUM_BASE_URL": "https://localhost"}, "FORUM_BASE_URL is an address of this machine."),
        ({"FORUM_TRUSTED_PROXIES": "0"}, "No proxy is declared: everybody seems to come from one address"),
        ({"FORUM_MAIL_URL": "console:"}, "Mail is not sent to anybody."),
        ({"FORUM_MAIL_URL": ""}, "Mail is not sent to anybody."),
        ({"FORUM_MAIL_URL": "smtp://me:pw@mail.example.org"}, "The password of the mail server travels in the clear."),
        ({"FORUM_REQUIRE_SECOND_FACTOR": "0"}, "Moderators need no second factor."),
        ({"FORUM_DEVELOPMENT": "1"}, "Pages for people who work on the site are shown."),
        ({"FORUM_SECRET_KEY": "change me"}, "The secret key can be guessed"),
        ({"FORUM_SECRET_KEY": "abc" * 20}, "The secret key can be guessed"),
        ({"FORUM_METRICS_FROM": "0.0.0.0/0"}, "FORUM_METRICS_FROM lets 0.0.0.0/0 read /metrics"),
        ({"FORUM_METRICS_FROM": "10.0.0.1,2000::/3"}, "FORUM_METRICS_FROM lets 2000::/3 read /metrics"),
    ],
)
def test_an_unsafe_setting_is_found(settings: dict[str, str], found: str, doctor: Doctor) -> None:
    (problem,) = doctor(**settings)
    assert problem.startswith(found)


@pytest.mark.parametrize(
    "url", ["smtp://me:pw@mail.example.org?starttls=1", "smtps://me:pw@mail.example.org", "smtp://me:pw@localhost"]
)
def test_a_password_for_mail_that_nobody_overhears_is_fine(url: str, doctor: Doctor) -> None:
    assert doctor(FORUM_MAIL_URL=url) == []


@pytest.mark.parametrize(("name", "mode"), [(".", 0o755), ("secret_key", 0o640), ("secret_key", 0o604)])
def test_files_that_others_can_read_are_found(name: str, mode: int, folder: Path, doctor: Doctor) -> None:
    assert doctor() == []
    place = folder / name
    place.chmod(mode)
    assert doctor() == [f"Others on this machine can look into {place}."]


def test_the_demonstration_is_found(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deployment, "is_loaded", lambda: True)
    assert doctor() == ["The demonstration network is loaded: everybody knows its passwords."]


@pytest.mark.parametrize(("password", "number"), [(PASSWORD, 1), ("another one, and long", 0)])
def test_a_password_of_the_demonstration_is_found(password: str, number: int, doctor: Doctor) -> None:
    address = "helen.marsh@example.org"
    make_person("Helen", email=address, password_hash=hashed(password))
    assert doctor() == [f"{address} has the password of the demonstration."] * number


def test_a_site_without_a_worker_is_found(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deployment, "is_running", lambda _data_dir: False)
    assert doctor() == ["No worker runs: no mail is sent."]


def test_a_worker_that_takes_nothing_up_is_found(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = type("Waiting", (), {"overdue": 301.0})
    monkeypatch.setattr(deployment, "waiting_deliveries", lambda: [waiting])
    assert doctor() == ["A worker runs, but does not take up what waits."]


def test_a_missing_or_old_backup_is_found(folder: Path, doctor: Doctor) -> None:
    place = folder / "last_backup"
    place.write_text((now() - timedelta(hours=50)).isoformat())
    assert doctor() == ["The last backup is 50 hours old."]
    place.unlink()
    assert doctor() == ["No backup is known of."]


def test_an_sqlite_that_is_not_safe_with_wal_is_found(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deployment, "FIRST_SAFE_SQLITE", (99, 0, 0))
    found = doctor()
    assert found == [] if is_postgresql() else "may damage the database (WAL)." in found[0]


def test_clocks_that_differ_are_found(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    event = Event(name="test.ahead", at=now() + timedelta(hours=1), subject_type="test", subject_id=1)
    saved(event)
    assert doctor() == ["The clock goes wrong: things have happened that are still to come."]
    with transaction():
        db.session.delete(event)
    monkeypatch.setattr(deployment, "now", lambda: now() + timedelta(minutes=5))
    assert doctor() == (["The clocks of this machine and of the database differ."] if is_postgresql() else [])


@pytest.mark.parametrize(("present", "number"), [("0001", 1), ("9999", 1), ("", 0)])
def test_a_database_of_another_version_is_found(
    present: str, number: int, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deployment, "present_schema", lambda: present)
    found = list(deployment.schema_findings())
    assert len(found) == number
    assert all(problem.startswith(f"The database is at migration {present}, ") for problem, _remedy in found)


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("SESSION_COOKIE_SECURE", False, "The session's cookie may travel without TLS."),
        ("SESSION_COOKIE_HTTPONLY", False, "Scripts or other sites can use the session's cookie."),
        ("SESSION_COOKIE_SAMESITE", "None", "Scripts or other sites can use the session's cookie."),
        ("TRUSTED_HOSTS", [], "Any host name is answered."),
    ],
)
def test_loose_cookies_and_hosts_are_found(
    name: str, value: Any, found: str, app: Flask, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, name, value)
    assert doctor() == [found]


def test_single_sign_on_without_its_library_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = type("Settings", (), {"require_second_factor": True, "development": False, "oidc_issuer": "https://id"})
    assert list(deployment.choice_findings(settings())) == []  # type: ignore[arg-type]
    monkeypatch.setattr(deployment, "find_spec", lambda _name: None)
    ((problem, _remedy),) = deployment.choice_findings(settings())  # type: ignore[arg-type]
    assert problem == "Single sign-on is set up, but its library is missing."
