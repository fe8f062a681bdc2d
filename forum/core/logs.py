"""The log on stderr: an event a line, readable on a terminal, as JSON for machines; tracebacks plain, without values.

What the standard library's loggers say goes the same way. `discretion` takes out what a log may not hold.
"""

import json
import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import structlog
from structlog.typing import EventDict

from forum.core.discretion import make_discreet

HARMLESS = str.maketrans(
    {number: f"\\x{number:02x}" for number in (*range(9), *range(11, 32), *range(127, 160))}
    | {number: f"\\u{number:04x}" for number in (*range(0x2028, 0x202F), *range(0x2066, 0x206A))}
)

Renderer = Callable[[Any, str, EventDict], str]
_kept: dict[str, Renderer] = {}


def prepare_logs(level: int = logging.INFO, *, as_json: bool | None = None) -> None:
    """Let every logger of this process write in our way, what is at least of this level; None: in the form it has already."""
    if as_json is not None:
        _kept["renderer"] = in_json if as_json else one_event_a_line
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            make_discreet,
            _kept.get("renderer", one_event_a_line),
        ],
        logger_factory=lambda *_names: LossyLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [*(one for one in root.handlers if not isinstance(one, Bridge)), Bridge()]


def wants_json(log_format: str, is_public: bool) -> bool:
    """Whether the setting asks for JSON; `auto` does on a public site whose log is not read on a terminal."""
    return log_format == "json" or (log_format == "auto" and is_public and not sys.stderr.isatty())


class LossyLogger(structlog.PrintLogger):
    """Writes lines; where they go on a full disk, or to nobody, a line is lost and no request fails for it."""

    def msg(self, message: str) -> None:
        """Write one line, if that can be done."""
        with suppress(OSError):
            super().msg(message)

    log = debug = info = warn = warning = fatal = failure = err = error = critical = exception = msg


class Bridge(logging.Handler):
    """Hands what the standard library's loggers are told to our log."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        values: dict[str, Any] = {"exc_info": record.exc_info} if record.exc_info else {}
        structlog.get_logger().log(record.levelno, record.getMessage(), logger=record.name, **values)


def one_event_a_line(_logger: Any, _method: str, told: EventDict) -> str:
    """Write `time level event key=value`, control characters escaped so that no value can forge a line; then the traceback."""
    traceback = told.pop("exception", "")
    start = f"{told.pop('timestamp')} {told.pop('level')} {told.pop('event')}"
    line = (
        " ".join((start, *(f"{name}={value!r}" for name, value in told.items())))
        .replace("\n", "\\n")
        .replace("\t", " ")
    )
    return f"{line}\n{traceback}".rstrip().translate(HARMLESS)


def in_json(_logger: Any, _method: str, told: EventDict) -> str:
    """Write one line of JSON in ASCII, the traceback in it: whatever a value holds, it stays inside its quotes."""
    return json.dumps(told).replace("\x7f", "\\u007f")
