"""The demonstration network: invented organisations and people, loaded through the same import as any file."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import select

from forum.accounts.models import Person
from forum.accounts.passwords import hashed
from forum.accounts.roles import grant_role
from forum.core.actor import SYSTEM
from forum.core.db import db, operation
from forum.core.origins import Origin
from forum.interop.importing import Report, import_file

FILE = Path(__file__).with_name("demonstration.jsonl")
SOURCE = "demonstration"
PASSWORD = "bridge over calm water"  # noqa: S105  # shown on the sign-in page of the demonstration, for anybody to use
SIGN_INS = (
    ("an.peeters@example.org", "editor of De Sluis, Ghent (Dutch)", PASSWORD),
    ("joris.verlinden@example.org", "member of De Sluis, Ghent (Dutch)", PASSWORD),
    ("giulia.ferrari@example.org", "editor of Il Filo, Bologna (Italian)", PASSWORD),
    ("katrin.vogel@example.org", "editor of Neuland Inklusion, Leipzig (German)", PASSWORD),
    ("helen.marsh@example.org", "moderator of the network (English)", PASSWORD),
    ("tomas.quinn@example.org", "administrator (English)", PASSWORD),
)
ROLES = {"helen.marsh@example.org": "moderator", "tomas.quinn@example.org": "admin"}


def is_loaded() -> bool:
    """Whether the demonstration network is in the database."""
    return db.session.scalar(select(Origin.id).where(Origin.source == SOURCE).limit(1)) is not None


def load_demonstration(
    on_start: Callable[[int], None] | None = None, on_progress: Callable[[int], None] | None = None
) -> Report:
    """Import the demonstration network, and let some of its people sign in. A second time changes nothing."""
    report = import_file(FILE, SOURCE, on_start=on_start, on_progress=on_progress)
    open_accounts()
    return report


@operation
def open_accounts() -> None:
    """Give the people of `SIGN_INS` the password that is shown, unless they have one, and their roles."""
    password_hash = ""
    for email, _role, password in SIGN_INS:
        person = db.session.scalar(select(Person).where(Person.email == email))
        if person is not None and person.password_hash is None:
            password_hash = password_hash or hashed(password)
            person.password_hash = password_hash
            if email in ROLES:
                grant_role(SYSTEM, person.id, ROLES[email])
