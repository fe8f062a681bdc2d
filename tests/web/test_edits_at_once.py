"""Two windows: whoever saves what somebody else changed meanwhile is told so, loses nothing, and overwrites nothing. Every form."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from lxml.html import fromstring

from forum.core.db import db
from tests.web.everything import Body, crawl, everything_stored, make_world, routes, send

BrowserOf = Callable[[Any], FlaskClient]
WORDS = "What I wrote in my window."
BUTTONS = {"action", "add", "step"}  # without one, a form is sent as by its first
CHOSEN = {"broader": "finance", "stage": "running"}
BY_AUTHOR = {"comments.edit_comment"}


def typed(form: Body) -> Body:
    """The form with words in what was empty."""
    return [(name, value.strip() or CHOSEN.get(name, WORDS)) for name, value in form if name not in BUTTONS]


def somebody_was_faster() -> None:
    """Everything that has revisions has a newer one now."""
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            if column.name.endswith("revision"):
                db.session.execute(table.update().values({column: column + 1}))
    db.session.commit()


def rows() -> list[list[Any]]:
    """What is in everything that has revisions."""
    tables = [
        table for table in db.metadata.sorted_tables if any(one.name.endswith("revision") for one in table.columns)
    ]
    found = [list(db.session.execute(db.select(table).order_by(*table.primary_key))) for table in tables]
    db.session.rollback()
    return found


def gives_back(page: str) -> bool:
    """Whether the words are there to be copied or sent again."""
    read = fromstring(page)
    boxes = [box.text or "" for box in read.xpath("//textarea")]
    return any(WORDS in text for text in [*boxes, *read.xpath("//input/@value | //ul[@class='kept-words']/li/text()")])


def test_every_form_that_changes_something_tells_when_somebody_was_faster(app: Flask, browser_of: BrowserOf) -> None:
    forms = crawl(app, make_world(), browser_of)
    wrong, told = [], 0
    for rule in routes(app, "POST"):
        form = forms.by_endpoint.get(rule.endpoint, [])
        if not any(name == "revision" and value for name, value in form):
            continue
        world = make_world()
        browser = browser_of(world.people["editor" if rule.endpoint in BY_AUTHOR else "powerful"])
        body = typed(form)
        somebody_was_faster()
        before, counted = rows(), everything_stored()
        answer = send(browser, world.path(rule), body)
        kept = gives_back(answer.text) or (WORDS not in dict(body).values())
        if answer.status_code != 409 or not kept or rows() != before or everything_stored() != counted:
            wrong.append(f"{rule.rule}: {answer.status_code}, words {'kept' if kept else 'lost'}")
        told += 1
    assert "\n".join(wrong) == ""
    assert told >= 8
