"""Processes that help another one."""

import os
import signal
import threading
import time

PARENT_SECONDS = 1.0


def end_with(parent: int) -> None:
    """End this process in order once the one that started it is gone, killed too: it leaves nobody behind who holds a thing."""
    threading.Thread(target=end_after, args=(parent,), daemon=True).start()


def end_after(parent: int) -> None:
    """Wait until the process that started this one is gone; then end."""
    while os.getppid() == parent:
        time.sleep(PARENT_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
