"""What a log never shows: secrets, mail addresses, what follows the question mark of an address, values of SQL."""

import re
from collections.abc import MutableMapping
from typing import Any

HIDDEN = "…"
SECRET_NAME = re.compile(
    r"password|passkey|secret|token|cookie|credential|authori[sz]ation|csrf|e?mail_?address|email|query|recovery", re.I
)
KEPT_WHOLE = frozenset({"request_id", "sha256", "timestamp", "level", "logger", "endpoint"})
VALUES_OF_SQL = re.compile(r"(\[parameters: |DETAIL: ).*")
WITH_AT = re.compile(r"[^\s@'\"<>(]+@[^\s@'\">),;]+")
QUERY = re.compile(r"\?[^\s?=&'\"<>]+=[^\s'\"<>]*")
BEARER = re.compile(r"\b(Bearer|Basic)\s+\S+", re.I)
LONG_AND_RANDOM = re.compile(r"(?<![\w-])(?=[A-Za-z_-]*\d)(?=[\d_-]*[A-Za-z])[A-Za-z0-9_-]{24,}")


def discreet(text: str) -> str:
    """The text without mail addresses, passwords in addresses, queries, bearer tokens, values of SQL and long random words."""
    text = VALUES_OF_SQL.sub(rf"\1{HIDDEN}", text)
    text = WITH_AT.sub(HIDDEN, text)
    text = QUERY.sub(f"?{HIDDEN}", text)
    text = BEARER.sub(rf"\1 {HIDDEN}", text)
    return LONG_AND_RANDOM.sub(HIDDEN, text)


def make_discreet(_logger: Any, _method: str, told: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Go over an entry of the log before it is written: a value whose name says that it is secret is not even looked at."""
    for name, value in told.items():
        if name in KEPT_WHOLE or isinstance(value, bool | int | float | None):
            continue
        told[name] = HIDDEN if SECRET_NAME.search(name) else discreet(str(value))
    return told
