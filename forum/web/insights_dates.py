"""Dates of policies as pages show them: what is past, what is coming, and in how long."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from babel.dates import format_timedelta
from flask_babel import gettext as _

from forum.core.actor import Actor
from forum.insights.queries import coming_dates
from forum.library.fields import Type
from forum.library.kinds import POLICY
from forum.web.cards import post_url
from forum.web.labels import field_label
from forum.web.languages import babel_locale

DATES = tuple(field.name for field in POLICY.fields if field.type is Type.DATE)
SOON = 5

When = Literal["past", "today", "coming"]


@dataclass(frozen=True, slots=True)
class Moment:
    """A day on a timeline. `distance` says in words how far it is: "2 years ago", "in 3 months"; the mark of today has none."""

    day: date
    label: str
    when: When
    distance: str = ""
    is_now: bool = False


@dataclass(frozen=True, slots=True)
class Coming:
    """A date that lies ahead, and the post it is from."""

    moment: Moment
    title: str
    language: str
    url: str


def timeline(days: Iterable[tuple[date, str, str]], today: date) -> list[Moment]:
    """The days of a policy as (day, field, label) in order, with today marked among them."""
    moments = [moment(day, name, label, today) for day, name, label in days]
    marked = [*moments, Moment(today, _("Today"), "today", is_now=True)]
    return sorted(marked, key=lambda one: (one.day, not one.is_now)) if moments else []


def moment(day: date, name: str, label: str, today: date) -> Moment:
    """One day seen from today."""
    if day > today and name == "in_force_on":
        label = _("In force from")
    when: When = "past" if day < today else "coming" if day > today else "today"
    return Moment(day, label, when, _("today") if when == "today" else distance(day - today))


def distance(difference: timedelta) -> str:
    """How far a day is from today in the reader's language: "in 3 months"."""
    return str(format_timedelta(difference, threshold=1, add_direction=True, locale=babel_locale()))


def what_is_coming(actor: Actor, today: date) -> list[Coming]:
    """The next dates of the policies that a reader may see."""
    found = coming_dates(actor, DATES, today, SOON)
    return [
        Coming(
            moment(one.day, one.name, field_label("policy", one.name), today),
            one.title,
            one.language,
            post_url(one.post_id, one.slug),
        )
        for one in found
    ]
