"""What people say about themselves, where they are signed in, and how they leave."""

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import delete

from forum.accounts import events, sessions
from forum.accounts.factors.standing import forget_factors
from forum.accounts.models import FORMER_MEMBER, Person, Token
from forum.accounts.policy import require_other_admin, require_signed_in
from forum.accounts.queries import other_admins
from forum.accounts.signing_in import check_present_password
from forum.accounts.validation import language_problem, name_problem, profile_problems
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Missing
from forum.core.events import record
from forum.core.text import message as _
from forum.core.text import single_line


@operation
def change_profile(
    actor: Actor,
    *,
    name: str,
    language: str,
    job_title: str = "",
    about: str = "",
    reads: tuple[str, ...] = (),
    interests: tuple[str, ...] = (),
) -> None:
    """Change what a person says about themselves, the language of the pages, the languages they read and their themes.

    `interests` are keys of themes; a reader passes over those that the vocabulary no longer has.
    """
    person = db.session.get_one(Person, require_signed_in(actor))
    problems = profile_problems(job_title, about, reads, interests)
    problems.add("name", name_problem(name))
    problems.add("language", language_problem(language))
    problems.settle()
    person.name, person.language = single_line(name), language
    person.reads, person.interests = list(reads), list(interests)
    person.job_title, person.about = single_line(job_title), about.strip()
    record(actor, events.PROFILE_CHANGED, "person", person.id)


@operation
def end_session(actor: Actor, session_id: int) -> None:
    """Sign a person out on one device; `Missing` when the session is not theirs or ended already."""
    if not sessions.close_session_of(require_signed_in(actor), session_id):
        raise Missing(_("This device is signed out already."))
    record(actor, events.SIGNED_OUT, "person", require_signed_in(actor))


@operation
def sign_out_everywhere(actor: Actor) -> None:
    """End every session of a person, this one too."""
    person_id = require_signed_in(actor)
    sessions.close_sessions_of(person_id)
    record(actor, events.SIGNED_OUT, "person", person_id)


def close_account(actor: Actor, password: str, farewells: Iterable[Callable[[Actor], None]] = ()) -> None:
    """Close the actor's own account, knowing its password, if it has one; what it posted stays, without the name.

    `farewells` are operations of the rooms above, done first in the same transaction (memberships end so).
    Raises `Invalid` for a wrong password and `Conflict` for the last administrator.
    """
    person = db.session.get_one(Person, require_signed_in(actor))
    if person.password_hash is not None:  # else the page asks for another proof
        check_present_password(person, password)
    _close(actor, farewells)


@operation
def _close(actor: Actor, farewells: Iterable[Callable[[Actor], None]]) -> None:
    person = db.session.get_one(Person, require_signed_in(actor))
    require_other_admin(person, other_admins(person.id))
    for farewell in farewells:
        farewell(actor)
    erase_person(actor, person.id, now())


@operation
def erase_person(actor: Actor, person_id: int, erased_at: datetime) -> None:
    """Leave a "former member" where a person was. The rooms above have said farewell before."""
    person = db.session.get_one(Person, person_id)
    person.email = person.password_hash = None
    person.name, person.job_title, person.about = FORMER_MEMBER, "", ""
    person.reads, person.interests, person.hints_closed = [], [], []
    person.visited_at = person.previous_visit_at = None
    db.session.expire(person, ["roles"])  # a farewell may have ended them
    person.roles.clear()
    person.erased_at = erased_at
    sessions.close_sessions_of(person_id)
    forget_factors(person_id)
    db.session.execute(delete(Token).where(Token.person_id == person_id))
    record(actor, events.ERASED, "person", person_id)
