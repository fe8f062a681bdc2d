"""The web server behind `forum serve`: granian's processes and HTTP, our gate and our settings.

Why these, with figures: docs/decisions/0003-web-server.md.
"""

import errno
import gc
import os
import resource
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from forum.core.errors import Misconfigured
from forum.core.processes import end_with
from forum.core.text import message as _
from forum.web.gate import Application, Gate, Limits, Tell, in_a_line

CONNECTIONS = 2000
BACKLOG = 1024
HEADER_SECONDS = 20
HEADER_BYTES = 64 * 1024
DRAIN_SECONDS = 10
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 10.0
LONG_LIFE = 5.0
SPARE_FILES = 256
OUR_LOG = {"loggers": {"_granian": {"propagate": True}}}


@dataclass(frozen=True, slots=True)
class Loader:
    """Makes the application inside each worker process, after the fork."""

    app_factory: Callable[[], Application]
    limits: Limits
    tell: Tell = in_a_line
    server: int = field(default_factory=os.getpid)

    def __call__(self) -> Gate:
        """The application behind its gate. Garbage collection never looks through what lives as long as the process."""
        gate = Gate(self.app_factory(), self.limits, self.tell)
        gc.freeze()
        end_with(self.server)
        return gate


class Persistent(MPServer):
    """Granian's server, which does not give up the site when a worker dies again within seconds.

    It pauses instead, longer each time while workers keep dying. Granian would end itself, and with it the other workers.
    """

    pause = 0.0
    died_at = 0.0

    def _respawn_workers(self, *args: Any, **kwargs: Any) -> None:
        since = time.monotonic() - self.died_at
        self.pause = 0.0 if since > LONG_LIFE else min(self.pause * 2 or FIRST_PAUSE, LONGEST_PAUSE)
        self.main_loop_interrupt.wait(self.pause)  # a signal to stop, or another death, cuts it short
        self.died_at = time.monotonic()
        if not self.interrupt_signal:
            super()._respawn_workers(*args, **kwargs)
        self.respawned_wrks.clear()


def serve_web(
    app_factory: Callable[[], Application],
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: int = 2,
    limits: Limits | None = None,
    tell: Tell = in_a_line,
) -> None:
    """Serve until SIGTERM or SIGINT, then finish the requests in hand (10 s at most) and return.

    A worker process that dies is started again. Misconfigured when the port is taken or not ours to take.
    """
    where = checked_address(host, port)
    server = Persistent(
        "forum",
        address=where,
        port=port,
        interface=Interfaces.ASGINL,
        workers=workers,
        http=HTTPModes.http1,
        websockets=False,
        backlog=BACKLOG,
        backpressure=affordable(CONNECTIONS),
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_SECONDS * 1000, max_buffer_size=HEADER_BYTES),
        log_level=LogLevels.warning,
        log_dictconfig=OUR_LOG,
        respawn_failed_workers=True,
        respawn_interval=0,
        workers_kill_timeout=DRAIN_SECONDS,
    )
    try:
        server.serve(target_loader=Loader(app_factory, limits or Limits(), tell), wrap_loader=False)
    except SystemExit:
        # Ctrl-C reaches the workers too, and granian then takes their leaving for a failure.
        if not server.interrupt_signal:
            raise


def checked_address(host: str, port: int) -> str:
    """The numeric address of this host, once we know that the port can be had.

    Granian would share it silently with whoever holds it (SO_REUSEPORT).
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _name, where = found[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(where)
            trial.listen()
    except OSError as reason:
        raise unusable(host, port, reason) from reason
    return str(where[0])


def unusable(host: str, port: int, reason: OSError) -> Misconfigured:
    """Why the port cannot be had, and what to do about it."""
    if reason.errno == errno.EADDRINUSE:
        sentence = _(
            "Port %(port)s is in use. Stop the other program or choose another with PORT=%(other)s.",
            port=port,
            other=port + 1 if port < 65535 else 8001,
        )
    elif reason.errno == errno.EACCES:
        sentence = _("Port %(port)s needs special rights. Choose one above 1023, such as PORT=8000.", port=port)
    else:
        sentence = _("%(host)s is not an address of this machine. Use HOST=127.0.0.1 or HOST=0.0.0.0.", host=host)
    return Misconfigured(sentence)


def affordable(connections: int) -> int:
    """So many connections a process, or fewer where the system allows fewer open files; raises our own limit first."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + SPARE_FILES
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return max(most - SPARE_FILES, SPARE_FILES)
