"""What sources of the moderators' queue are made of: one SELECT each, of the same columns. See `queue`, and CONTRIBUTING."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, Text, cast, false, func, literal, null, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from forum.core.actor import Actor
from forum.core.db import UtcDateTime
from forum.curation.models import SUBJECT_LENGTH
from forum.library.models import Post, PostCountry
from forum.library.queries import about_concepts
from forum.organisations.models import Organisation
from forum.vocabulary.queries import vocabulary


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of thing that waits. Only where somebody waits for an answer do the clocks run (`is_timed`)."""

    kind: str
    rows: Callable[[Actor], Select[Any]]
    is_timed: bool = True


def entry(
    subject: Any,
    since: Any,
    *,
    post_id: Any = None,
    organisation_id: Any = None,
    person_id: Any = None,
    language: Any = "",
    country: Any = "",
    title: Any = "",
    text: Any = "",
    code: Any = "",
    number: Any = None,
    adoption_id: Any = None,
) -> Select[Any]:
    """A SELECT of what waits, to be completed with joins and conditions.

    `subject` names it within its kind (a number, or a short text); it waits `since` that moment. `person_id` is who asks or
    reports, `text` what they wrote. `title` is for what is about no post; `code` and `number` are for the kind's template.
    """
    return select(
        cast(subject, String(SUBJECT_LENGTH)).label("subject"),
        since.label("since"),
        *(
            (cast(null(), Integer) if value is None else value).label(name)
            for name, value in (
                ("post_id", post_id),
                ("organisation_id", organisation_id),
                ("person_id", person_id),
                ("number", number),
                ("adoption_id", adoption_id),
            )
        ),
        *(
            (cast(literal(value), Text) if isinstance(value, str) else func.coalesce(value, "")).label(name)
            for name, value in (
                ("language", language),
                ("country", country),
                ("title", title),
                ("text", text),
                ("code", code),
            )
        ),
    )


def about_post(subject: Any, since: Any, **more: Any) -> Select[Any]:
    """As `entry`, for what is about a `Post`, which the caller selects from or joins: its language, country and organisation."""
    places = select(PostCountry.country).where(PostCountry.post_id == Post.id).order_by(PostCountry.position)
    home = select(Organisation.country).where(Organisation.id == Post.organisation_id)
    country = func.coalesce(places.limit(1).scalar_subquery(), home.scalar_subquery(), "")
    about = {"post_id": Post.id, "organisation_id": Post.organisation_id, "language": Post.language, "country": country}
    return entry(subject, since, **(about | more))


class start_of(FunctionElement[datetime]):  # noqa: N801  # reads as the SQL function that it is
    """The moment at which the day in a date column begins, for `since`."""

    type = UtcDateTime()
    inherit_cache = True


@compiles(start_of)
def _start_in_sqlite(element: Any, compiler: Any, **more: Any) -> str:
    return f"({compiler.process(element.clauses, **more)} || ' 00:00:00.000000')"


@compiles(start_of, "postgresql")
def _start_in_postgresql(element: Any, compiler: Any, **more: Any) -> str:
    return f"(CAST({compiler.process(element.clauses, **more)} AS TIMESTAMP) AT TIME ZONE 'UTC')"


def scope_of(actor: Actor) -> tuple[list[int], list[str]]:
    """The themes (concept ids) and languages that a moderator was asked to look after."""
    known = vocabulary()
    languages = [scope.removeprefix("language:") for scope in actor.moderates if scope.startswith("language:")]
    keys = [scope.removeprefix("theme:") for scope in actor.moderates if scope.startswith("theme:")]
    return [entry.id for key in sorted(keys) if (entry := known.by_key(key))], sorted(languages)


def may_act_on(actor: Actor) -> list[ColumnElement[bool]]:
    """Conditions on `Post`: a moderator may mark it. Never one's own, nor one of one's own organisation, nor out of scope."""
    conditions: list[ColumnElement[bool]] = []
    if actor.person_id is not None:
        conditions.append(or_(Post.author_id.is_(None), Post.author_id != actor.person_id))
    if actor.organisation_ids:
        own = Post.organisation_id.in_(sorted(actor.organisation_ids))
        conditions.append(or_(Post.organisation_id.is_(None), ~own))
    if not actor.moderates_any():
        concepts, languages = scope_of(actor)
        about = about_concepts(concepts) if concepts else false()
        conditions.append(or_(Post.language.in_(languages) if languages else false(), about))
    return conditions
