"""A person's name and address in texts: where they stand, and the texts without them.

Mentions (`@[Name](person:7)`) and the address are replaced wherever they stand. A name is replaced in other texts too when it is of
two words at least and nobody else here has it: "An" or a namesake's name in somebody's text is not this person.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, Text, cast, func, or_, select
from sqlalchemy import Table as Rows

from forum.accounts.models import FORMER_MEMBER, Person
from forum.core.db import Base, db
from forum.core.markdown import Mention, mention_source, render
from forum.personal.columns import SOURCES, TABLES

Key = tuple[Any, ...]
OWN = ("name", "email")  # of a namesake's own account


@dataclass(frozen=True)
class Traces:
    """By what a person is known in texts; `name` is empty where it is too common to be looked for."""

    person_id: int
    name: str
    email: str

    @cached_property
    def mention(self) -> re.Pattern[str]:
        """A mention of this person, as it is written."""
        return re.compile(rf"@\[(?:\\.|[^\[\]\\\n]){{1,200}}\]\(person:{self.person_id}\)")

    @cached_property
    def words(self) -> re.Pattern[str] | None:
        """The name and the address, whole words only, in capitals or not."""
        wanted = [rf"(?<!\w){re.escape(one)}(?!\w)" for one in (self.email, self.name) if one]
        return re.compile("|".join(wanted), re.IGNORECASE) if wanted else None

    def needles(self, is_json: bool) -> list[str]:
        """What the database is asked for: a part of everything that is to be replaced."""
        found = [f"](person:{self.person_id})", *filter(None, (self.name, self.email))]
        return [json.dumps(one)[1:-1] for one in found] if is_json else found

    def cleaned(self, value: Any, is_address: bool = False) -> Any:
        """A text, or what JSON holds, without the traces."""
        if isinstance(value, str):
            return self._cleaned_text(value, is_address)
        if isinstance(value, list):
            return [self.cleaned(one) for one in value]
        if isinstance(value, dict):
            return {self.cleaned(name): self.cleaned(one) for name, one in value.items()}
        return value

    def _cleaned_text(self, text: str, is_address: bool) -> str:
        if is_address:
            return "" if text.casefold() == self.email.casefold() else text
        text = self.mention.sub(lambda _found: mention_source(Mention("person", self.person_id, FORMER_MEMBER)), text)
        return self.words.sub(self._instead, text) if self.words else text

    def _instead(self, found: re.Match[str]) -> str:
        is_name = self.name and found[0].casefold() == self.name.casefold()
        return FORMER_MEMBER if is_name else f"former-member-{self.person_id}"


def traces_of(person: Person) -> Traces:
    """By what a person is known; taken before the account forgets it."""
    return Traces(person.id, person.name if _is_telling(person) else "", person.email or "")


def _is_telling(person: Person) -> bool:
    """Whether a name is of several words, and of nobody else here."""
    others = select(func.count()).where(
        func.lower(Person.name) == func.lower(person.name), Person.id != person.id, Person.erased_at.is_(None)
    )
    return len(person.name.split()) > 1 and person.name != FORMER_MEMBER and not db.session.scalar(others)


def remove_traces(traces: Traces) -> set[int]:
    """Replace the traces in every text of the database; give the posts whose texts changed. Called inside an operation."""
    posts: set[int] = set()
    for table in TABLES:
        rows = Base.metadata.tables[table.name]
        for name in table.columns("dropped"):
            db.session.execute(rows.delete().where(_holds(rows.c[name], traces)))
        for name in (*table.columns("scrubbed"), *(name for name in table.columns("emptied") if name not in OWN)):
            for key, post_id in _clean_column(rows, rows.c[name], traces):
                _render(rows, table.columns("rendered"), name, key)
                posts.add(post_id)
    return posts - {0}


def _holds(column: Column[Any], traces: Traces) -> ColumnElement[bool]:
    """Whether a column may hold a trace; case is left open, what lies between is looked at afterwards."""
    is_json = isinstance(column.type, JSON)
    text = cast(column, Text) if is_json else column
    return or_(*(text.icontains(needle, autoescape=True) for needle in traces.needles(is_json)))


def _clean_column(rows: Rows, column: Column[Any], traces: Traces) -> Iterator[tuple[Key, int]]:
    """Clean one column; give the key of each row that changed, with its post (0: none)."""
    keys = list(rows.primary_key.columns)
    owner = rows.c.id if rows.name == "posts" else rows.c.get("post_id")
    found = db.session.execute(select(*keys, column, *([] if owner is None else [owner])).where(_holds(column, traces)))
    for row in found.all():
        key, value = tuple(row[: len(keys)]), row[len(keys)]
        new = _fitting(column, traces.cleaned(value, column.name.endswith("email")))
        if new != value:
            db.session.execute(rows.update().where(*_is(rows, key)).values({column.name: new}))
            yield key, 0 if owner is None else int(row[-1] or 0)


def _fitting(column: Column[Any], value: Any) -> Any:
    length = getattr(column.type, "length", None)
    return value[:length] if length and isinstance(value, str) else value


def _render(rows: Rows, rendered: list[str], name: str, key: Key) -> None:
    """Make anew what shows a text that changed."""
    for column in rendered:
        if SOURCES[column] == name:
            source = db.session.scalar(select(rows.c[name]).where(*_is(rows, key)))
            db.session.execute(
                rows.update().where(*_is(rows, key)).values({column: render(source).html if source else ""})
            )


def _is(rows: Rows, key: Key) -> list[ColumnElement[bool]]:
    return [column == value for column, value in zip(rows.primary_key.columns, key, strict=True)]
