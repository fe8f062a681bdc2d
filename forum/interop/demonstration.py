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
from forum.library.models import Post
from forum.library.operations.curating import feature_post
from forum.organisations.queries import actor_for

FILE = Path(__file__).with_name("demonstration.jsonl")
SOURCE = "demonstration"
PASSWORD = "bridge over calm water"  # noqa: S105  # nosec B105  # shown on the sign-in page of the demonstration, for anybody to use
SIGN_INS = (
    ("an.peeters@example.org", "editor of De Sluis, Ghent (Dutch)"),
    ("joris.verlinden@example.org", "member of De Sluis, Ghent (Dutch)"),
    ("giulia.ferrari@example.org", "editor of Il Filo, Bologna (Italian)"),
    ("katrin.vogel@example.org", "editor of Neuland Inklusion, Leipzig (German)"),
    ("helen.marsh@example.org", "moderator of the network (English)"),
    ("tomas.quinn@example.org", "administrator (English)"),
)
MODERATOR = "helen.marsh@example.org"
MOST_FEATURED = 3
ROLES = {MODERATOR: "moderator", "tomas.quinn@example.org": "admin"}


def is_loaded() -> bool:
    """Whether the demonstration network is in the database."""
    return db.session.scalar(select(Origin.id).where(Origin.source == SOURCE).limit(1)) is not None


def load_demonstration(
    on_start: Callable[[int], None] | None = None, on_progress: Callable[[int], None] | None = None
) -> Report:
    """Import the demonstration network, and let some of its people sign in. A second time changes nothing."""
    report = import_file(FILE, SOURCE, on_start=on_start, on_progress=on_progress)
    open_accounts()
    put_forward()
    return report


@operation
def open_accounts() -> None:
    """Give the people of `SIGN_INS` the password that is shown, unless they have one, and their roles."""
    shown: str | None = None
    for email, _role in SIGN_INS:
        person = db.session.scalar(select(Person).where(Person.email == email))
        if person is not None and person.password_hash is None:
            shown = shown or hashed(PASSWORD)
            person.password_hash = shown
            if email in ROLES:
                grant_role(SYSTEM, person.id, ROLES[email])


@operation
def put_forward() -> None:
    """Let the moderator feature the newest recommended posts, unless somebody featured any before."""
    moderator = db.session.scalar(select(Person).where(Person.email == MODERATOR))
    if moderator is None or db.session.scalar(select(Post.id).where(Post.featured_at.is_not(None)).limit(1)):
        return
    recommended = select(Post.id).where(Post.review == "recommended", Post.visibility == "public")
    newest = db.session.scalars(recommended.order_by(Post.published_at.desc()).limit(MOST_FEATURED)).all()
    for post_id in reversed(newest):
        feature_post(actor_for(moderator), post_id, featured=True)
