"""Writing a file that somebody may be reading, and keeping two commands from writing the same files."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bank_churn.errors import BankChurnError


@contextmanager
def only_one(lock: Path, *, taken: str) -> Iterator[None]:
    """Hold a lock that ends with this process, however it ends.

    Args:
        lock: The lock's file; its folder is created when missing. The file stays.
        taken: What to say when another command holds it.

    Yields:
        Nothing; the lock is held meanwhile.

    Raises:
        BankChurnError: If another command holds the lock, or its file cannot be written.
    """
    try:
        lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # client rows are nobody else's business
        file = lock.open("a")
    except OSError as error:
        raise BankChurnError(f"Cannot write to {lock.parent}: {error.strerror or error}.") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BankChurnError(taken) from error
        yield


def replace_text(path: Path, text: str) -> None:
    """Replace a file that everyone may read, in one step; on failure the old one stays and no part is left.

    Args:
        path: The file; its folder is created when missing.
        text: Its new content, written as UTF-8.

    Raises:
        OSError: If the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(unfinished, 0o644)
        os.replace(unfinished, path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
