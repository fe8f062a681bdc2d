"""A site of its own for every test of the command line."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import text

from forum.app import create_app
from forum.cli.main import forum
from forum.core import limits, once
from forum.core.db import db, transaction
from forum.core.events import consumers
from forum.core.logs import prepare_logs
from forum.search.service import current_engine, use_engine
from tests.databases import PostgresDatabase, ScratchDatabase


@dataclass
class Site:
    """A data directory on which commands run, in this process."""

    data_dir: Path
    environment: dict[str, str]
    apps: list[Flask] = field(default_factory=list)

    def run(self, *words: str | Path, typed: str = "", **environment: str) -> Result:
        """Run a command as `forum` does; nothing but a foreseen end may come of it."""
        try:
            result = CliRunner().invoke(
                forum, [str(word) for word in words], obj=self.make, input=typed, env=self.environment | environment
            )
        finally:
            self.close()
        assert isinstance(result.exception, SystemExit | None), result.exception
        return result

    def make(self) -> Flask:
        """An application, which `close` closes."""
        self.apps.append(create_app())
        return self.apps[-1]

    def close(self) -> None:
        """Let go of every connection to the database."""
        while self.apps:
            with self.apps.pop().app_context():
                db.session.remove()
                db.engine.dispose()

    def app(self) -> Flask:
        """The application on this data directory, for browsers without CSRF tokens."""
        with pytest.MonkeyPatch.context() as patched:
            for name, value in self.environment.items():
                patched.setenv(name, value)
            app = self.make()
        app.config.update(WTF_CSRF_ENABLED=False)
        return app

    def read(self, query: Any) -> list[Any]:
        """What a query finds in the site's database."""
        with self.app().app_context():
            found = list(db.session.scalars(query))
        self.close()
        return found

    def change(self, statement: str) -> None:
        """Change something in the site's database behind everybody's back."""
        with self.app().app_context(), transaction():
            db.session.execute(text(statement))
        self.close()


@pytest.fixture
def make_site(shared_app: Flask, database: ScratchDatabase, tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """A function that makes a site of nothing, by name; what this process knew before is put back."""
    sites: list[Site] = []
    before = dict(consumers.by_name), current_engine(), limits._file.path, once._file.path

    def made(name: str = "site") -> Site:
        environment = {"FORUM_DATA_DIR": str(tmp_path / name), "FORUM_REQUIRE_SECOND_FACTOR": "0"}
        environment |= dict.fromkeys(("FORUM_BASE_URL", "FORUM_SEARCH_URL", "FORUM_MAIL_URL", "FORUM_DATABASE_URL"), "")
        if isinstance(database, PostgresDatabase):
            database.command(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
            environment["FORUM_DATABASE_URL"] = f"{database.root}/{name}"
        sites.append(Site(tmp_path / name, environment))
        return sites[-1]

    yield made
    for site in sites:
        site.close()
    consumers.by_name = before[0]
    use_engine(before[1])
    limits._file.path = before[2]
    once._file.path = before[3]
    prepare_logs()


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    """A site of nothing: not even its data directory is there."""
    return make_site()
