"""What a failed write says about the machine: no room, somebody else holds the database, or the database is away."""

import errno
from enum import Enum

import pysqlite3.dbapi2 as sqlite
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS})
BASIC = 0xFF  # the last byte of SQLite's extended codes is the code itself


class Trouble(Enum):
    """FULL: nothing can be written. BUSY: not now, because of somebody else. AWAY: the database does not answer."""

    FULL = "full"
    BUSY = "busy"
    AWAY = "away"


BY_SQLITE_CODE = {
    sqlite.SQLITE_FULL: Trouble.FULL,
    sqlite.SQLITE_IOERR: Trouble.FULL,
    sqlite.SQLITE_READONLY: Trouble.FULL,
    sqlite.SQLITE_CANTOPEN: Trouble.FULL,
    sqlite.SQLITE_BUSY: Trouble.BUSY,
    sqlite.SQLITE_LOCKED: Trouble.BUSY,
}
BY_SQLSTATE = {  # PostgreSQL, appendix A: by the whole code, else by its class
    "53100": Trouble.FULL,
    "58": Trouble.FULL,
    "25006": Trouble.FULL,
    "53": Trouble.BUSY,
    "40": Trouble.BUSY,
    "55P03": Trouble.BUSY,
    "57014": Trouble.BUSY,
    "57": Trouble.AWAY,
    "08": Trouble.AWAY,
}


def trouble_of(problem: BaseException) -> Trouble | None:
    """Which trouble of the machine an error tells of; None for an error of ours."""
    if isinstance(problem, DBAPIError):
        return _of_database(problem)
    if isinstance(problem, NoConnection):
        return Trouble.BUSY
    return Trouble.FULL if isinstance(problem, OSError) and problem.errno in NO_ROOM else None


def _of_database(problem: DBAPIError) -> Trouble | None:
    code = getattr(problem.orig, "sqlite_errorcode", None)
    if code is not None:
        return BY_SQLITE_CODE.get(code & BASIC)
    state = getattr(problem.orig, "sqlstate", None)
    if state:
        return BY_SQLSTATE.get(state) or BY_SQLSTATE.get(state[:2])
    is_cut = problem.connection_invalidated or isinstance(problem, OperationalError)
    return Trouble.AWAY if is_cut else None
