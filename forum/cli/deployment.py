"""What `forum doctor --deploy` refuses on a site that the public can reach: each finding says how to mend it."""

import ipaddress
from collections.abc import Iterator
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pysqlite3.dbapi2 as sqlite
from flask import Flask
from sqlalchemy import func, select

from forum.accounts.models import Person
from forum.accounts.passwords import matches
from forum.core.clock import now
from forum.core.db import FIRST_SAFE_SQLITE, db
from forum.core.events import Event
from forum.core.last_backup import backup_age
from forum.core.mail import LOCAL_HOSTS
from forum.core.outbox import waiting_deliveries
from forum.core.schema import newest_schema, present_schema
from forum.core.settings import LOOPBACK, Settings, secret_key
from forum.interop.demonstration import PASSWORD, SIGN_INS, is_loaded
from forum.web.readiness import OVERDUE_SECONDS
from forum.worker import is_running

Finding = tuple[str, str]
LEAST_KEY, LEAST_CHARACTERS = 32, 10
OLDEST_BACKUP = 36 * 3600
MOST_APART = timedelta(seconds=10)
WIDEST = {4: 8, 6: 32}  # the shortest prefixes of networks that can be one operator's


def schema_findings() -> Iterator[Finding]:
    """Whether the database is of this version; a database without tables is made at the first start."""
    present = present_schema()
    if present not in ("", newest_schema()):
        yield (
            f"The database is at migration {present}, the software at {newest_schema()}.",
            "Make a backup, then restart the web processes and the worker: they migrate at the start.",
        )


def unsafe_findings(app: Flask) -> Iterator[Finding]:
    """Everything that is unsafe, or would go unnoticed until it hurts. To be called in the application's context."""
    settings: Settings = app.config["SETTINGS"]
    for findings in (
        key_findings(settings),
        address_findings(settings),
        cookie_findings(app),
        mail_findings(settings),
        choice_findings(settings),
        mode_findings(settings),
        demonstration_findings(),
        database_findings(),
        work_findings(settings.data_dir),
    ):
        yield from findings


def key_findings(settings: Settings) -> Iterator[Finding]:
    """Whether the key that signs cookies can be guessed."""
    key = secret_key(settings)
    if len(key) < LEAST_KEY or len(set(key)) < LEAST_CHARACTERS:
        yield (
            "The secret key can be guessed: it is short, or repeats itself.",
            "Set FORUM_SECRET_KEY to what `openssl rand -hex 32` gives. Everybody signs in, and sets up apps, anew.",
        )


def address_findings(settings: Settings) -> Iterator[Finding]:
    """Whether people reach the site by TLS, under a name of its own, through a proxy that is declared."""
    if not settings.is_secure:
        yield "FORUM_BASE_URL is not an https:// address.", "Put a proxy with TLS in front, and set its address."
    if settings.host in LOOPBACK or settings.host == "::1":
        yield "FORUM_BASE_URL is an address of this machine.", "Set it to the name under which people reach the site."
    elif settings.is_secure and not settings.trusted_proxies:
        yield (
            "No proxy is declared: everybody seems to come from one address, and without TLS.",
            "Set FORUM_TRUSTED_PROXIES=1 (or how many proxies of yours stand in front).",
        )
    for network in map(ipaddress.ip_network, settings.metrics_from):
        if network.prefixlen < WIDEST[network.version]:
            yield (
                f"FORUM_METRICS_FROM lets {network} read /metrics: that is most of the world.",
                "Name the address of the machine that watches the site.",
            )


def cookie_findings(app: Flask) -> Iterator[Finding]:
    """Whether cookies travel by TLS only and are out of reach of scripts; whether other host names are refused."""
    if app.config["SETTINGS"].is_secure and not app.config["SESSION_COOKIE_SECURE"]:
        yield "The session's cookie may travel without TLS.", "Set FORUM_BASE_URL to the https:// address."
    if not app.config["SESSION_COOKIE_HTTPONLY"] or app.config["SESSION_COOKIE_SAMESITE"] not in ("Lax", "Strict"):
        yield (
            "Scripts or other sites can use the session's cookie.",
            "Start the site from forum.app.create_app, unchanged.",
        )
    if not app.config["TRUSTED_HOSTS"]:
        yield "Any host name is answered.", "Start the site from forum.app.create_app, unchanged."


def mail_findings(settings: Settings) -> Iterator[Finding]:
    """Whether mail goes to people, and its password not in the clear. That the server answers is asked elsewhere."""
    parts = urlsplit(settings.mail_url)
    if parts.scheme not in ("smtp", "smtps"):
        yield "Mail is not sent to anybody.", "Set FORUM_MAIL_URL to an smtp:// address."
    starts_tls = parse_qs(parts.query).get("starttls") == ["1"]
    if parts.scheme == "smtp" and parts.username and not starts_tls and parts.hostname not in LOCAL_HOSTS:
        yield (
            "The password of the mail server travels in the clear.",
            "Add ?starttls=1 to FORUM_MAIL_URL, or use smtps://.",
        )


def choice_findings(settings: Settings) -> Iterator[Finding]:
    """Settings that are good for trying things out only; and a setting that lacks its library."""
    if not settings.require_second_factor:
        yield "Moderators need no second factor.", "Set FORUM_REQUIRE_SECOND_FACTOR=1."
    if settings.development:
        yield "Pages for people who work on the site are shown.", "Unset FORUM_DEVELOPMENT."
    if getattr(settings, "oidc_issuer", "") and find_spec("authlib") is None:
        yield "Single sign-on is set up, but its library is missing.", "Install it: pip install 'passerelle[sso]'."


def mode_findings(settings: Settings) -> Iterator[Finding]:
    """Whether others on this machine can read what is ours."""
    for path, right, wrong in ((settings.data_dir, 0o700, 0o077), (settings.data_dir / "secret_key", 0o600, 0o177)):
        if path.exists() and path.stat().st_mode & wrong:
            yield f"Others on this machine can look into {path}.", f"chmod {right:o} {path}"


def demonstration_findings() -> Iterator[Finding]:
    """Whether somebody can sign in with a password that everybody knows."""
    if is_loaded():
        yield (
            "The demonstration network is loaded: everybody knows its passwords.",
            "Begin with an empty data directory.",
        )
    people = db.session.scalars(select(Person).where(Person.email.in_([email for email, _role in SIGN_INS])))
    for person in people:
        if matches(person.password_hash, PASSWORD):
            yield f"{person.email} has the password of the demonstration.", "Set another, or close the account."


def database_findings() -> Iterator[Finding]:
    """Whether SQLite is of a version that is safe with WAL, and the clocks agree."""
    is_sqlite = db.engine.dialect.name == "sqlite"
    if is_sqlite and sqlite.sqlite_version_info < FIRST_SAFE_SQLITE:
        yield (
            f"SQLite {sqlite.sqlite_version} may damage the database (WAL).",
            "Install the pysqlite3 wheel of the lock.",
        )
    newest = db.session.scalar(select(func.max(Event.at)))
    there = now() if is_sqlite else db.session.scalar(select(func.now()))
    if newest and newest > now() + MOST_APART:
        yield (
            "The clock goes wrong: things have happened that are still to come.",
            "Let this machine ask a time server.",
        )
    if there and abs(there - now()) > MOST_APART:
        yield "The clocks of this machine and of the database differ.", "Let both machines ask a time server."


def work_findings(data_dir: Path) -> Iterator[Finding]:
    """Whether the worker works, and somebody makes backups."""
    if not is_running(data_dir):
        yield "No worker runs: no mail is sent.", "Start forum serve, or forum worker."
    elif max((one.overdue for one in waiting_deliveries()), default=0) > OVERDUE_SECONDS:
        yield "A worker runs, but does not take up what waits.", "See its log, then restart it."
    age = backup_age(data_dir)
    if age is None:
        yield "No backup is known of.", "Run forum backup DIR every night (docs/deploy/passerelle-backup.timer)."
    elif age > OLDEST_BACKUP:
        yield f"The last backup is {age / 3600:.0f} hours old.", "See: systemctl status passerelle-backup.timer"
