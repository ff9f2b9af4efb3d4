"""A process that ends with the one that started it, however that ends."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import threading
from collections.abc import Iterator

LIFELINE = "BANK_CHURN_LIFELINE"
_SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of Linux's prctl


@contextlib.contextmanager
def lifeline() -> Iterator[tuple[int, dict[str, str]]]:
    """Make a pipe that breaks when this process ends.

    Yields:
        The end that the new process inherits, and the variables that tell it.
    """
    reading, writing = os.pipe()
    try:
        yield reading, {LIFELINE: f"{reading}:{os.getpid()}"}
    finally:
        os.close(reading)
        os.close(writing)


def end_with_parent() -> None:
    """End this process at once when the one that started it ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)


def follow_lifeline() -> None:
    """End this process when the one that made its lifeline does, also where the system does not see to it."""
    descriptor, _, parent = os.environ.pop(LIFELINE, "").partition(":")
    if not descriptor:
        return  # started by hand
    end_with_parent()
    if os.getppid() != int(parent):
        os._exit(1)  # it ended before it could be asked for
    threading.Thread(target=wait_for_the_end, args=(int(descriptor),), daemon=True).start()


def wait_for_the_end(descriptor: int) -> None:
    """Wait until a lifeline breaks, and end this process.

    Args:
        descriptor: The reading end.
    """
    os.set_inheritable(descriptor, False)
    os.read(descriptor, 1)
    os._exit(1)
