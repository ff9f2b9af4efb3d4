"""A process that ends with the one that started it, however that ends."""

from __future__ import annotations

import os
import threading
import time

PARENT = "BANK_CHURN_PARENT"
"""Variable in which a process that is started finds the id of the one that starts it."""

LOOKED_EVERY = 0.2


def end_with(parent: int) -> None:
    """End this process, with nothing cleaned up, as soon as its parent has ended.

    Looking for it works on every system and from every thread; asking Linux's kernel would end a process
    with the thread that started it.

    Args:
        parent: Process id of the parent.
    """
    threading.Thread(target=wait_for_the_end, args=(parent,), daemon=True).start()


def end_with_command() -> None:
    """End this process with the command that it is part of; one that was started by hand goes on."""
    parent = os.environ.pop(PARENT, "")
    if parent:
        end_with(int(parent))


def wait_for_the_end(parent: int) -> None:
    """Wait until the parent has ended, and end this process."""
    while os.getppid() == parent:
        time.sleep(LOOKED_EVERY)
    os._exit(1)
