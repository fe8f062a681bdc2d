"""What `forum doctor` looks at: each finding says what is wrong, and how to mend it."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from forum.accounts.sso.choosing import provider_from
from forum.core.db import is_reachable
from forum.core.errors import ForumError
from forum.core.events import backlog, troubled_deliveries
from forum.core.mail import PORTS, mailer_from
from forum.core.settings import Settings, prepare_data_dir
from forum.search.indexing import CONSUMER
from forum.search.service import check_index
from forum.worker import is_running

ENOUGH_SPACE = 500 * 1024 * 1024
MAIL_SECONDS = 5
Finding = tuple[str, str]


def settings_findings(settings: Settings) -> Iterator[Finding]:
    """What keeps the site from working at all."""
    try:
        prepare_data_dir(settings)
    except ForumError as problem:
        yield str(problem.sentence), "Make the directory writable for the user that runs Passerelle."
        return
    if shutil.disk_usage(settings.data_dir).free < ENOUGH_SPACE:
        yield "Less than 500 MB are free on the disk of the data directory.", "Make room, or move FORUM_DATA_DIR."
    reason = is_reachable(settings.database_url)
    if reason:
        yield f"The database cannot be used: {reason.strip()}", "Check FORUM_DATABASE_URL, and that the server runs."
    yield from mail_findings(settings)
    yield from sign_on_findings(settings)


def mail_findings(settings: Settings) -> Iterator[Finding]:
    """Whether mail can be sent: the setting can be read, and the server answers."""
    try:
        mailer_from(settings.mail_url)
    except ForumError as problem:
        yield str(problem.sentence), "Set FORUM_MAIL_URL, for example smtp://user:password@host:587?starttls=1"
        return
    parts = urlsplit(settings.mail_url)
    if parts.scheme in PORTS:
        place = (parts.hostname or "", parts.port or PORTS[parts.scheme])
        try:
            socket.create_connection(place, MAIL_SECONDS).close()
        except OSError as problem:
            yield f"The mail server {place[0]} does not answer at port {place[1]}: {problem}", "Check FORUM_MAIL_URL."


def sign_on_findings(settings: Settings) -> Iterator[Finding]:
    """Whether the provider of single sign-on can be used: its libraries are there, and it answers."""
    try:
        provider = provider_from(settings)
    except ForumError as problem:
        yield str(problem.sentence), "Install the extra, or unset FORUM_OIDC_ISSUER."
        return
    try:
        if provider:
            provider.metadata()
    except ForumError:
        yield f"The sign-on provider {settings.oidc_issuer} does not answer as one.", "Check FORUM_OIDC_ISSUER."


def site_findings(data_dir: Path) -> Iterator[Finding]:
    """What is wrong with the outbox, the worker and the search index."""
    for consumer, _attempts, number, error in troubled_deliveries():
        yield (
            f"{number} changes could not be taken in by {consumer}: {error[:300]}",
            "They are tried again. See the worker's log.",
        )
    waiting = backlog()
    if waiting and not is_running(data_dir):
        yield f"{waiting} changes wait for the worker, and none runs.", "Start forum serve, or forum worker."
    if not backlog(CONSUMER):  # else the index is on its way
        report = check_index()
        if not report.is_sound:
            yield str(report), "Run: forum check-index --repair"
