"""A form sets what it asks for and nothing else: the names of all columns, sent along with each form, change nothing.

Every form is filled and sent twice, by a powerful person in a fresh world: as its page has it, and with a value for every
column of the database besides. What is stored afterwards must be the same.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import JSON, Column, Date, LargeBinary

from forum.core.db import UtcDateTime, db
from forum.core.limits import forget_counts
from forum.core.once import forget_answers
from tests import factories
from tests.conftest import fresh_app, sign_in
from tests.databases import ScratchDatabase
from tests.web import everything
from tests.web.everything import Body, Forms, World, crawl, make_world, routes, send

WISHES = {
    "role": "admin",
    "scope": "network",
    "status": "published",
    "state": "member",
    "visibility": "organisation",
    "kind": "question",
    "language": "fr",
    "country": "IT",
    "level": "5",
    "evidence": "5",
    "email": "planted@example.org",
}
FILLED = {
    "email": "somebody@example.org",
    "url": "https://example.org/",
    "website": "https://example.org/",
    "country": "BE",
    "language": "en",
    "revision": "1",
    "reason": "spam",
}
ASKED_ELSEWHERE = {  # fields of forms that look otherwise on the pages of this world
    "posts.describe_file": {"credit"},
    "posts.keep_new_draft": {"summary"},
    "posts.new_post": {"summary"},
    "freshness.report_outdated": {"note"},
    "review.flag_post": {"note"},
}
TAKES_ANYTHING = {"searches.list_searches"}  # a search is the address of a page of results, whatever is in it
CHANGING = re.compile(r"hash|token|secret|key$|nonce|message_id|_html$|cursor|^batch$")


def columns() -> list[Column[Any]]:
    """Every column of the database."""
    return [column for table in db.metadata.sorted_tables for column in table.columns]


def planted(endpoint: str, form: Body) -> Body:
    """A value for each column that the form has no field for."""
    if endpoint in TAKES_ANYTHING:
        return []
    asked = {name for name, _value in form} | ASKED_ELSEWHERE.get(endpoint, set())
    names = {column.name for column in columns()} - asked
    return [(name, WISHES.get(name, "on" if name.startswith(("is_", "has_")) else "1")) for name in sorted(names)]


def filled(form: Body) -> Body:
    """The form as somebody would send it: what was empty has a plausible word."""
    return [(name, value or FILLED.get(name, "Words of a form.")) for name, value in form]


def told(value: Any) -> Any:
    """A value without what no two runs have in common."""
    return re.sub(r"\d+", "#", value) if isinstance(value, str) and not value.isdigit() else value


def is_told(column: Column[Any]) -> bool:
    """Whether two runs have the same in it: no moment, no secret, nothing that is made of other columns."""
    return not CHANGING.search(column.name) and not isinstance(column.type, JSON | Date | UtcDateTime | LargeBinary)


def stored() -> dict[str, list[str]]:
    """What each column holds, in the order of its rows."""
    found = {}
    for table in db.metadata.sorted_tables:
        kept = [column for column in table.columns if is_told(column)]
        rows = db.session.execute(db.select(*kept).order_by(*table.primary_key)).all() if kept else []
        found |= {str(column): [repr(told(row[place])) for row in rows] for place, column in enumerate(kept)}
    db.session.rollback()
    return found


@pytest.fixture
def fresh(
    shared_app: Flask, database: ScratchDatabase, index_folder: Path
) -> Callable[[], AbstractContextManager[None]]:
    """A function that begins anew: the same database, and the same numbers for what is made in it."""

    def begin() -> AbstractContextManager[None]:
        factories._numbers = everything._numbers = count(1)
        return fresh_app(shared_app, database, index_folder)

    return begin


def sendings(
    app: Flask, forms: Forms, more: Callable[[str, Body], Body]
) -> Iterator[tuple[str, int, dict[str, list[str]]]]:
    """(route, status, what is stored afterwards) for every form, each in a world of its own."""
    for rule in routes(app, "POST"):
        forget_counts()
        forget_answers()
        world: World = make_world()
        browser: FlaskClient = sign_in(app, world.people["powerful"])
        form = filled(forms.of(rule))
        status = send(browser, world.path(rule), [*form, *more(rule.endpoint, form)]).status_code
        yield rule.rule, status, stored()


@pytest.mark.timeout(480)  # every form of the site, twice
def test_what_a_form_did_not_ask_for_changes_nothing(
    shared_app: Flask, fresh: Callable[[], AbstractContextManager[None]]
) -> None:
    with fresh():
        forms = crawl(shared_app, make_world(), partial(sign_in, shared_app))
    with fresh():
        plain = list(sendings(shared_app, forms, lambda _endpoint, _form: []))
    troubles, known = [], set()
    with fresh():
        for (route, status, before), (_route, other, after) in zip(
            plain, sendings(shared_app, forms, planted), strict=True
        ):
            changed = {name for name in before if before[name] != after[name]}
            if status != other or changed - known:
                troubles.append(f"{route}: {status} {other} {sorted(changed - known)}")
            known |= changed
    assert "\n".join(troubles) == ""
    assert sum(status in (200, 303) for _route, status, _stored in plain) > len(plain) / 3
