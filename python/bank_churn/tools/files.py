"""Files of one's own: folders nobody else can change, one step from old to new, one command at a time."""

from __future__ import annotations

import fcntl
import glob
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from bank_churn.errors import BankChurnError

UNFINISHED = ".unfinished"
_held: set[int] = set()


def held_locks() -> tuple[int, ...]:
    """List the open locks, for a process to inherit: a lock lives as long as anything that holds it.

    Returns:
        File descriptors.
    """
    return tuple(_held)


@contextmanager
def own_files() -> Iterator[None]:
    """Make every file and folder that comes to be meanwhile its owner's alone, whatever the umask.

    Yields:
        Nothing; processes started meanwhile inherit it.
    """
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def checked_folder(folder: Path, *, mode: int) -> None:
    """Make a folder with a mode, whatever the umask, or check that nobody else can change an existing one.

    Args:
        folder: The folder; missing ones above it are made too.
        mode: Permissions of a new one.

    Raises:
        BankChurnError: If client data would not be safe there, or it cannot be made.
    """
    try:
        if not folder.is_symlink() and not folder.exists():
            for parent in reversed(folder.parents):
                parent.mkdir(mode=0o755, exist_ok=True)
            folder.mkdir(exist_ok=True)
            folder.chmod(mode)
        problem = problem_of_folder(folder.lstat())
    except OSError as error:
        raise BankChurnError(f"Cannot write to {folder}: {error.strerror or error}.") from error
    if problem:
        raise BankChurnError(
            f"{folder} {problem}: client data must not go there. Name another folder or put it right."
        )


def problem_of_folder(found: os.stat_result) -> str | None:
    """Say why a folder must not hold client data."""
    if stat.S_ISLNK(found.st_mode):
        return "is a symbolic link"
    if not stat.S_ISDIR(found.st_mode):
        return "is not a folder"
    if found.st_uid != os.geteuid():
        return "belongs to another user"
    if stat.S_IMODE(found.st_mode) & 0o022:
        return "can be changed by other users (chmod go-w)"
    return None


@contextmanager
def only_one(lock: Path, *, taken: str) -> Iterator[None]:
    """Hold a lock that ends with this process and what it started, however they end.

    Args:
        lock: The lock's file, which stays and says whose it is.
        taken: What to say when another command holds it; who and since when is added.

    Yields:
        Nothing; the lock is held meanwhile.

    Raises:
        BankChurnError: If another command holds the lock, or its file cannot be written.
    """
    try:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise BankChurnError(f"Cannot write to {lock.parent}: {error.strerror or error}.") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BankChurnError(f"{taken}{holder_of(descriptor)}") from error
        if os.fstat(descriptor).st_uid == os.geteuid():
            os.fchmod(descriptor, 0o600)
        os.ftruncate(descriptor, 0)
        now = datetime.now().astimezone().isoformat(sep=" ", timespec="seconds")
        os.pwrite(descriptor, f"process {os.getpid()} since {now}\n".encode(), 0)
        _held.add(descriptor)
        yield
    finally:
        _held.discard(descriptor)
        os.close(descriptor)


def remove_unheld(folders: Iterable[Path]) -> None:
    """Remove temporary folders that a killed command left: those whose lock nobody holds.

    Args:
        folders: Each with a file `.lock`; an empty one may be about to get it, and is left for a minute.
    """
    for folder in folders:
        with suppress(BankChurnError, OSError):
            if (folder / ".lock").exists():
                with only_one(folder / ".lock", taken=""):
                    shutil.rmtree(folder, ignore_errors=True)
            elif os.listdir(folder) or time.time() - folder.stat().st_mtime > 60:
                shutil.rmtree(folder, ignore_errors=True)


def holder_of(descriptor: int) -> str:
    """Say who holds a lock."""
    text = os.pread(descriptor, 200, 0).decode(errors="replace").strip()
    return f" It is held by {text}." if text.startswith("process ") else ""


@contextmanager
def own_folder(parent: Path, name: str) -> Iterator[Path]:
    """Make a folder for unfinished files, its owner's alone, and remove it afterwards.

    Those of the same name that a killed command left are removed first: a folder is locked while it is used.

    Args:
        parent: Where to make it.
        name: What it begins with.

    Yields:
        The folder.

    Raises:
        OSError: If it cannot be made.
    """
    with flocked(parent):  # between making a folder and locking it no other command may take it for left
        remove_left(parent, name)
        folder = Path(tempfile.mkdtemp(prefix=name, suffix=UNFINISHED, dir=parent))
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


@contextmanager
def flocked(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def remove_left(parent: Path, name: str) -> None:
    """Remove the folders of `own_folder` that a killed command left.

    Args:
        parent: Where they are.
        name: What they begin with.
    """
    for folder in parent.glob(f"{glob.escape(name)}????????{UNFINISHED}"):
        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY | os.O_NOFOLLOW)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(descriptor)


@contextmanager
def replacing(path: Path, *, mode: int = 0o644) -> Iterator[Path]:
    """Replace a file in one step; on failure the old one stays, and no part is left.

    Args:
        path: The file; its folder is created when missing.
        mode: Its permissions.

    Yields:
        Where to write it: in a folder of its own, which takes parts of it too.

    Raises:
        OSError: If the file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with own_folder(path.parent, part_of(path)) as folder:
        yield folder / path.name
        (folder / path.name).chmod(mode)
        os.replace(folder / path.name, path)


def part_of(path: Path) -> str:
    """Say what the folders begin with in which a file is written before it appears."""
    return f".{path.name}-"


def replace_text(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Replace a file of text in one step.

    Args:
        path: The file; its folder is created when missing.
        text: Its new content, written as UTF-8.
        mode: Its permissions.

    Raises:
        OSError: If the file cannot be written.
    """
    with replacing(path, mode=mode) as unfinished:
        unfinished.write_text(text, encoding="utf-8")


def sync(path: Path) -> None:
    """Make sure that a file, or the names in a folder, have reached the disk.

    Args:
        path: A file or folder.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
