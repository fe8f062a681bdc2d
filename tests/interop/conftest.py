"""What tests of import and export ask for."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from forum.core.db import db
from forum.interop.importing import Report, import_file
from tests.databases import ScratchDatabase
from tests.interop.files import Found, write


@pytest.fixture
def empty_again(app: Flask, database: ScratchDatabase) -> Callable[[], None]:
    """A function that empties the site, as if it were another one."""

    def start_anew() -> None:
        db.session.remove()
        db.engine.dispose()
        database.restore()

    return start_anew


@pytest.fixture
def take(app: Flask, tmp_path: Path) -> Callable[..., Report]:
    """A function that imports these lines as one file."""

    def taken(*lines: Found | str | bytes, source: str = "test", **options: object) -> Report:
        return import_file(write(tmp_path / "lines.jsonl", *lines), source, **options)

    return taken
