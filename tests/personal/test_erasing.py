"""Whoever leaves leaves no trace: not in the database, the index, the files, the mails, nor in a new backup."""

import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import JSON, Boolean, Column, Date, Integer, String
from sqlalchemy import Table as Rows

from forum.accounts import passwords
from forum.accounts.models import FORMER_MEMBER, Person
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import Base, db, transaction
from forum.core.storage import Store
from forum.curation.collections_models import Collection
from forum.discussion.models import Comment
from forum.discussion.operations.writing import post_comment
from forum.interop.backups import make_backup
from forum.library.models import Post, PostCoauthor
from forum.organisations.queries import actor_for
from forum.personal.columns import TABLES
from forum.personal.erasing import forget_all_of
from forum.personal.files import forget_files
from tests import factories
from tests.conftest import Cast, SearchIndex
from tests.factories import LONG_AGO

GOOD = "lichte regen boven Gent"
NAME, EMAIL = "Zerlinda Quackenbush", "zq@markerplace.example"
PLANTED = f"{NAME}, {EMAIL}"
TRACES = (b"zerlind", b"quackenbus", b"markerplace")
BrowserOf = Callable[[Person | None], FlaskClient]


@pytest.fixture
def zerlinda(cast: Cast) -> Person:
    person = factories.make_person(NAME, email=EMAIL, password_hash=passwords.hashed(GOOD))
    factories.make_membership(person, cast.sluis)
    return person


def value_for(column: Column[Any], person: Person) -> Any:
    """Something that a column takes, so that a row of any table can be made."""
    for key in column.foreign_keys:
        rows = key.column.table
        return person.id if rows.name == "people" else db.session.scalar(db.select(key.column).limit(1))
    if isinstance(column.type, Integer):
        return person.id if column.name.endswith(("actor_id", "_by_id")) else 1
    kinds: dict[type, Any] = {String: "x", JSON: {}, Boolean: False, Date: date(2026, 1, 5)}
    return next((value for kind, value in kinds.items() if isinstance(column.type, kind)), now())


def make_row_of(rows: Rows, person: Person) -> None:
    """One row of a table that has none yet."""
    if db.session.scalar(db.select(db.func.count()).select_from(rows)):
        return
    needed = [one for one in rows.c if one.foreign_keys or one.primary_key or not one.nullable]
    wanted = [one for one in needed if one is not rows.autoincrement_column]
    above = {one.name for one in wanted if one.nullable and one.name in ("parent_id", "flag_id", "comment_id")}
    values = {one.name: value_for(one, person) for one in wanted if one.name not in above}
    db.session.execute(rows.insert().values(**values))


def plant(rows: Rows, name: str) -> None:
    """Put the name and the address into a column of every row, as far as there is room."""
    column = rows.c[name]
    text = EMAIL if name.endswith("email") else PLANTED[: getattr(column.type, "length", None)]
    value = {"a": [text, {"b": text}], text: 1} if isinstance(column.type, JSON) else text
    alone = rows.update() if rows.name != "people" else rows.update().where(rows.c.email == EMAIL)
    db.session.execute(alone.values({name: value}))


def plant_everywhere(person: Person) -> None:
    with transaction():
        for rows in Base.metadata.sorted_tables:
            make_row_of(rows, person)
        for table in TABLES:
            for fate in ("scrubbed", "rendered", "dropped", *(["emptied"] if table.name != "people" else [])):
                for name in table.columns(fate):
                    plant(Base.metadata.tables[table.name], name)


def everything_stored() -> list[str]:
    """Every row of every table, as words."""
    tables = Base.metadata.sorted_tables
    rows = [f"{one.name} {tuple(row)!r}" for one in tables for row in db.session.execute(db.select(one))]
    db.session.rollback()
    return rows


def rows_with_traces() -> list[str]:
    return [row for row in everything_stored() if traces_in(row.casefold().encode())]


def files_in(folder: Path) -> Iterator[bytes]:
    return (path.read_bytes().lower() for path in folder.rglob("*") if path.is_file())


def traces_in(content: bytes) -> list[bytes]:
    return [trace for trace in TRACES if trace in content]


def test_nothing_is_left_anywhere_of_the_name_and_address_of_somebody_who_left(
    app: Flask, cast: Cast, zerlinda: Person, browser_of: BrowserOf, search_index: SearchIndex, tmp_path: Path
) -> None:
    post = factories.make_post(zerlinda, cast.sluis)
    factories.make_comment(post, zerlinda)
    plant_everywhere(zerlinda)
    number = zerlinda.id
    search_index.build()
    assert len(rows_with_traces()) > 30
    assert any(traces_in(content) for content in files_in(tmp_path / "index"))

    answer = browser_of(zerlinda).post("/profile/close", data={"present_password": GOOD})
    assert answer.status_code == 303
    search_index.take_in()

    assert rows_with_traces() == []
    search_index.engine.close()
    assert [found for content in files_in(tmp_path / "index") if (found := traces_in(content))] == []
    backup = make_backup(app.config["SETTINGS"], tmp_path / "backups")
    assert [found for content in files_in(backup) if (found := traces_in(content))] == []
    assert f'{{"person": {number}, ' in (app.config["SETTINGS"].data_dir / "erased.jsonl").read_text()


def test_posts_comments_and_reports_stay_with_their_organisation(cast: Cast, zerlinda: Person) -> None:
    post = factories.make_post(zerlinda, cast.sluis, body=f"Ask {NAME} or write to {EMAIL}.")
    comment = factories.make_comment(post, zerlinda)
    report = factories.make_adoption(post, cast.sluis, zerlinda)
    forget_all_of(actor_of(zerlinda))
    assert post.body == f"Ask Former member or write to former-member-{zerlinda.id}."
    assert "Former member" in post.body_html
    assert post.organisation_id == report.organisation_id == cast.sluis.id
    assert db.session.get_one(Comment, comment.id).body == "Thank you, this helps us."


def test_a_mention_of_somebody_who_left_is_of_a_former_member(cast: Cast, zerlinda: Person) -> None:
    post = factories.make_post(cast.an, cast.sluis)
    comment = post_comment(cast.actor("bert"), post.id, f"Thanks @[{NAME}](person:{zerlinda.id})!")
    forget_all_of(actor_of(zerlinda))
    found = db.session.get_one(Comment, comment.id)
    assert found.body == f"Thanks @[{FORMER_MEMBER}](person:{zerlinda.id})!"
    assert f'href="/people/{zerlinda.id}"' in found.body_html


def test_a_name_of_one_word_and_the_name_of_a_namesake_stay_in_the_texts_of_others(
    cast: Cast, zerlinda: Person
) -> None:
    namesake = factories.make_person(NAME.upper())
    post = factories.make_post(cast.bert, cast.sluis, body=f"An idea of {NAME}.")
    forget_all_of(cast.actor("an"))
    forget_all_of(actor_of(zerlinda))
    assert db.session.get_one(Post, post.id).body == f"An idea of {NAME}."
    assert db.session.get_one(Person, namesake.id).name == NAME.upper()


def test_drafts_and_private_collections_go_and_what_others_work_on_stays(cast: Cast, zerlinda: Person) -> None:
    alone, shared = (factories.make_post(zerlinda, cast.sluis, status="draft").id for _ in range(2))
    factories.saved(PostCoauthor(post_id=shared, person_id=cast.bert.id))
    private, public = (factories.make_collection(zerlinda, audience=one).id for one in ("private", "public"))
    forget_all_of(actor_of(zerlinda))
    found = [db.session.get(kind, number) for kind, number in ((Post, alone), (Collection, private))]
    assert found == [None, None]
    assert db.session.get(Post, shared)
    assert db.session.get(Collection, public)


def test_files_that_nothing_speaks_of_go_after_a_day(app: Flask, tmp_path: Path) -> None:
    store = Store(tmp_path / "uploads")
    young, old = tmp_path / "young", tmp_path / "old"
    hashes = []
    for place in (young, old):
        place.write_bytes(place.name.encode())
        with place.open("rb") as stream:
            hashes.append(store.put(stream).sha256)
    os.utime(store.path(hashes[1]), (LONG_AGO.timestamp(), LONG_AGO.timestamp()))
    forget_files(store)
    assert list(store.all()) == hashes[:1]


def actor_of(person: Person) -> Actor:
    return actor_for(db.session.get_one(Person, person.id))
