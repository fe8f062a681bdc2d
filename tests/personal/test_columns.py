"""Nothing about people is kept without having been declared: what becomes of it, and for how long."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Column, String

from forum.core.db import Base
from forum.personal.columns import BY_NAME, SOURCES, TABLES

ROOT = Path(__file__).resolve().parents[2]
LISTED = (ROOT / "docs" / "personal-data.md").read_text(encoding="utf-8")
# Numbers of people without a foreign key, because their rows outlive everything.
NAMES_A_PERSON = ("actor_id", "person_id", "author_id", "_by_id", "contact_id", "owner_id")

pytestmark = pytest.mark.usefixtures("shared_app")


def could_be_personal(column: Column[Any]) -> bool:
    """Whether a column names a person or may hold words."""
    points_at_people = any(key.target_fullname == "people.id" for key in column.foreign_keys)
    return points_at_people or column.name.endswith(NAMES_A_PERSON) or isinstance(column.type, String | JSON)


def test_every_column_that_could_be_personal_is_declared() -> None:
    undeclared = []
    for name, rows in Base.metadata.tables.items():
        table = BY_NAME.get(name)
        known = ({column for column, _fate in table.fates()} | set(table.not_personal())) if table else set()
        undeclared += [
            f"{name}.{column.name}" for column in rows.c if could_be_personal(column) and column.name not in known
        ]
    assert undeclared == [], "say in forum/personal/columns.py what becomes of these when somebody leaves"


def test_every_table_is_declared_once_and_has_only_columns_that_exist() -> None:
    assert sorted(table.name for table in TABLES) == sorted(Base.metadata.tables)
    for table in TABLES:
        named = [column for column, _fate in table.fates()] + list(table.not_personal())
        assert len(named) == len(set(named)), table.name
        present = set(Base.metadata.tables[table.name].c.keys())
        assert set(named) | set(table.whose.split()) | set(table.hidden.split()) <= present, table.name


def test_what_is_rendered_is_made_of_a_text_that_is_cleaned() -> None:
    for table in TABLES:
        for column in table.columns("rendered"):
            assert SOURCES[column] in table.columns("scrubbed"), table.name


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_stands_in_the_list_of_personal_data(table: Any) -> None:
    fates: dict[str, list[str]] = {}
    for column, fate in table.fates():
        fates.setdefault(fate, []).append(f"`{column}`")
    told = "; ".join(f"{fate}: {', '.join(columns)}" for fate, columns in fates.items()) or "nothing"
    assert f"| `{table.name}` | {told} | {table.kept} |" in LISTED


@pytest.mark.parametrize(("days", "place"), re.findall(r"^\| [^|]+ \| (\d+) \| `([\w.]+)` \|$", LISTED, re.MULTILINE))
def test_what_goes_by_itself_goes_when_the_page_says(days: str, place: str) -> None:
    module, _dot, name = place.rpartition(".")
    assert getattr(import_module(module), name).days == int(days)
