"""The log: one line an event on stderr, with its values; tracebacks plain, without the values of variables."""

import logging
import sys
from typing import Any

import structlog
from structlog.typing import EventDict

HARMLESS = str.maketrans({number: f"\\x{number:02x}" for number in (*range(9), *range(11, 32), 127)})


def prepare_logs(level: int = logging.INFO) -> None:
    """Let every logger of this process write in our way, what is at least of this level."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            _one_event_a_line,
        ],
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _one_event_a_line(_logger: Any, _method: str, told: EventDict) -> str:
    """Write `time level event key=value`, control characters escaped so that no value can forge a line; then the traceback."""
    traceback = told.pop("exception", "")
    start = f"{told.pop('timestamp')} {told.pop('level')} {told.pop('event')}"
    line = (
        " ".join((start, *(f"{name}={value!r}" for name, value in told.items())))
        .replace("\n", "\\n")
        .replace("\t", " ")
    )
    return f"{line}\n{traceback}".rstrip().translate(HARMLESS)
