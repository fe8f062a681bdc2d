"""The database: one declarative base, one session, and `@operation`, the only thing that commits.

SQLite runs through the `pysqlite3` wheel, because Python's own SQLite may lie in the range of the WAL-reset bug
(3.7.0 to 3.51.2); see docs/decisions/0002-sqlite.md.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import pysqlite3.dbapi2 as sqlite
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, MetaData, create_engine, event, inspect, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.orm import registry as mapper_registry
from sqlalchemy.types import TypeDecorator

from forum.core.errors import Conflict, Misconfigured
from forum.core.text import message as _

P = ParamSpec("P")
R = TypeVar("R")

SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=5000",
    "trusted_schema=OFF",
    "cache_size=-8192",
    "mmap_size=268435456",
    "analysis_limit=1000",  # rows of each index that `count_for_planner` looks at: milliseconds, and exact enough
)
POSTGRES_LIMITS = "-c lock_timeout=5s -c statement_timeout=60s"
FIRST_SAFE_SQLITE = (3, 51, 3)
SQLITE_CONNECTION_SECONDS = 1800  # only a new connection learns what was counted since
NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """A moment with its time zone, kept as UTC; SQLite itself forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without a zone, so that no local time slips in."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


class Base(DeclarativeBase):
    """What every table has in common: constraint names, and moments that know their zone."""

    registry = mapper_registry(
        metadata=MetaData(naming_convention=NAMES), type_annotation_map={datetime: UtcDateTime()}
    )


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

_writing: ContextVar[bool] = ContextVar("writing", default=False)
_afterwards: ContextVar[tuple[Callable[[], None], ...]] = ContextVar("afterwards", default=())


@contextmanager
def transaction() -> Iterator[None]:
    """One writing transaction around the block; a transaction inside another joins it.

    Raises `Conflict` when somebody else wrote the same thing first.
    """
    if _writing.get():
        yield
        return
    token = _writing.set(True)
    try:
        db.session.rollback()  # ends the reading transaction, so that what follows reads and writes one state
        _afterwards.set(())
        yield
        db.session.commit()
        for call in _afterwards.get():
            call()
    except IntegrityError as problem:
        db.session.rollback()
        raise Conflict(
            _("Somebody changed the same thing at the same moment. Look at it again and repeat.")
        ) from problem
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _writing.reset(token)


def after_commit(call: Callable[[], None]) -> None:
    """Call this once the transaction in hand is on disk: never, when it is not."""
    if _writing.get():
        _afterwards.set((*_afterwards.get(), call))


def operation(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function one operation: one transaction, one commit, all or nothing."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction():
            return function(*args, **kwargs)

    return run


@operation
def count_for_planner() -> None:
    """Let SQLite count how many rows share a value, else it reads all published posts to find three; PostgreSQL does so itself."""
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("ANALYZE"))


def engine_options(url: str) -> dict[str, Any]:
    """How SQLAlchemy is to open the database at this address."""
    if not url.startswith("sqlite"):
        return {
            "hide_parameters": True,
            "pool_pre_ping": True,
            "pool_size": 10,
            "max_overflow": 20,
            "pool_timeout": 5,
            "connect_args": {"connect_timeout": 5, "options": POSTGRES_LIMITS},
        }
    if sqlite.sqlite_version_info < FIRST_SAFE_SQLITE:
        raise Misconfigured(
            _(
                "SQLite %(version)s may damage databases in WAL mode. Install the pysqlite3 wheel.",
                version=sqlite.sqlite_version,
            )
        )
    return {
        "hide_parameters": True,
        "module": sqlite,
        "pool_recycle": SQLITE_CONNECTION_SECONDS,
        "connect_args": {"isolation_level": None, "check_same_thread": False},
    }


def sqlalchemy_url(url: str) -> str:
    """The address with the driver this project uses."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def prepare_engine(engine: Engine) -> None:
    """Set SQLite's pragmas on every connection and begin its transactions ourselves (writing ones IMMEDIATE)."""
    if engine.dialect.name != "sqlite":
        return
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)


def _set_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def is_reachable(url: str) -> str | None:
    """Why the database at this address cannot be used, or None when it can."""
    engine = create_engine(sqlalchemy_url(url), **engine_options(url))
    try:
        inspect(engine).get_table_names()
    except DBAPIError as problem:
        return str(problem.orig)
    finally:
        engine.dispose()
    return None
