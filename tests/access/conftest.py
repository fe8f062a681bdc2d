"""One site for all tests of a module: they only read."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.accounts.models import Person
from forum.core.clock import now
from forum.core.db import db, transaction
from tests.access.tables import ROLES, Site
from tests.access.world import make_site
from tests.conftest import fresh_app, indexed, make_cast, sign_in
from tests.databases import ScratchDatabase


@pytest.fixture(scope="module")
def site(
    shared_app: Flask, database: ScratchDatabase, index_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Something in every state, indexed."""
    with fresh_app(shared_app, database, index_folder):
        made = make_site(shared_app, make_cast())
        with indexed(tmp_path_factory.mktemp("access") / "index"):
            yield made


@pytest.fixture(scope="module")
def browsers(shared_app: Flask, site: Site) -> dict[str, FlaskClient]:
    """A browser of everybody; Sus was suspended after she signed in."""
    found = {role: sign_in(shared_app, site.people[role]) for role in ROLES}
    suspended = site.people["sus"]
    assert suspended is not None
    with transaction():
        db.session.get_one(Person, suspended.id).suspended_until = now().replace(year=now().year + 1)
    return found
