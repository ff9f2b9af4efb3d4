"""Past publications, and how one of them is put in place so that a crash at any moment loses nothing.

A publication is complete in `history/<id>/` before either published file is touched. What is to be put in
place is written to a journal first; the next command finishes what the journal says, or drops it where the
publication did not come to be.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from bank_churn.errors import BankChurnError
from bank_churn.tools.files import only_one

FACTS = "publication.json"
JOURNAL = ".swap"
STAGING = ".publishing-"


@dataclass(frozen=True)
class PublishedFile:
    """One published file: its name, who may read it, and which marts it holds."""

    file_name: str
    audience: str
    mode: int


PUBLISHED_FILES = (
    PublishedFile(file_name="bank_churn.duckdb", audience="everyone", mode=0o644),
    PublishedFile(file_name="bank_churn_clients.duckdb", audience="clients", mode=0o600),
)


def history_folder(output: Path) -> Path:
    """Name the folder of past publications.

    Args:
        output: Folder of the published files.

    Returns:
        Its subfolder.
    """
    return output / "history"


@contextmanager
def publishing(output: Path) -> Iterator[None]:
    """Be the only one who changes the published files, after putting right what a killed command left.

    Args:
        output: Folder of the published files; created when missing.

    Yields:
        Nothing; the lock is held meanwhile.

    Raises:
        BankChurnError: If another command holds the lock, or the folder cannot be written.
    """
    if output.exists() and not output.is_dir():
        raise BankChurnError(f"{output} is a file; name a folder for the published databases.")
    try:
        history_folder(output).mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BankChurnError(f"Cannot write to {output}: {error.strerror or error}.") from error
    taken = f"Another command is publishing to {output}: wait for it to end, then run this one again."
    with only_one(output / ".lock", taken=taken):
        try:
            recover(output)
            yield
        except OSError as error:
            raise BankChurnError(
                f"Cannot write to {output}: {error.strerror or error}. The published files are complete; run"
                " the command again when this is put right."
            ) from error


@contextmanager
def staging_folder(output: Path) -> Iterator[Path]:
    """Make a folder for unfinished files, readable by its owner only, and remove it afterwards.

    Args:
        output: Folder of the published files; the staging folder is inside, on the same file system.

    Yields:
        The staging folder.
    """
    folder = Path(tempfile.mkdtemp(prefix=STAGING, dir=output))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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


def put_in_place(
    output: Path, publication_id: str, *, staged: Path | None = None, is_shared: bool = False
) -> None:
    """Make a publication the current one.

    Both files are copied first, so that a full disk is met before anything changes. From the moment the
    journal is written and the publication is in the history, a crash is finished by the next command.

    Args:
        output: Folder of the published files.
        publication_id: The publication.
        staged: Where a new publication was written, to become part of the history; None if it is already.
        is_shared: Let the history and the place for readers share the files instead of copying them; whatever
            wrote to a published file would change both.
    """
    copy = os.link if is_shared else shutil.copyfile
    history = history_folder(output)
    kept = history / publication_id
    with staging_folder(output) as folder:
        for file in PUBLISHED_FILES:
            copy((staged or kept) / file.file_name, folder / file.file_name)
            (folder / file.file_name).chmod(file.mode)
            sync(folder / file.file_name)
        (folder / JOURNAL).write_text(publication_id, encoding="utf-8")
        sync(folder / JOURNAL)
        os.replace(folder / JOURNAL, history / JOURNAL)
        if staged:
            os.rename(staged, kept)
        sync(history)
        for file in PUBLISHED_FILES:
            os.replace(folder / file.file_name, output / file.file_name)
        sync(output)
        (history / JOURNAL).unlink()


def recover(output: Path) -> None:
    """Put right what a killed command left: stale folders, half a swap, files of two publications.

    Args:
        output: Folder of the published files; the lock must be held.
    """
    for stale in output.glob(f"{STAGING}*"):
        shutil.rmtree(stale, ignore_errors=True)
    journal = history_folder(output) / JOURNAL
    kept = publications(output)
    for folder in history_folder(output).glob("[0-9]*"):
        if folder.name not in kept:  # a command was killed while it removed an old publication
            shutil.rmtree(folder, ignore_errors=True)
    if journal.exists():
        wanted = journal.read_text(encoding="utf-8")
        if wanted in kept:
            put_in_place(output, wanted)
        journal.unlink(missing_ok=True)
    ids = current_ids(output)
    known = [found for found in ids if found in kept]
    if len(set(ids)) > 1 and known and "" not in ids:
        put_in_place(output, max(known))


def publications(output: Path) -> list[str]:
    """List the complete publications of the history.

    Args:
        output: Folder of the published files.

    Returns:
        Their ids, oldest first.
    """
    names = [*(file.file_name for file in PUBLISHED_FILES), FACTS]
    folders = history_folder(output).glob("[0-9]*")
    return sorted(folder.name for folder in folders if all((folder / name).exists() for name in names))


def current_ids(output: Path) -> list[str | None]:
    """Ask both published files of which publication they are.

    Args:
        output: Folder of the published files.

    Returns:
        One id per file; None for a missing file or one without an id; empty when it cannot be opened.
    """
    return [publication_id_of(output / file.file_name) for file in PUBLISHED_FILES]


def publication_id_of(path: Path) -> str | None:
    """Ask a published file of which publication it is.

    Args:
        path: The file.

    Returns:
        The id; None for a missing file or one without an id; empty when it cannot be opened.
    """
    if not path.exists():
        return None
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            [(publication_id,)] = connection.execute("select publication_id from _publication").fetchall()
    except duckdb.CatalogException:
        return None
    except duckdb.Error:
        return ""
    return str(publication_id)


def current_publication(output: Path) -> str:
    """Say which publication is in place.

    Args:
        output: Folder of the published files.

    Returns:
        Its id.

    Raises:
        BankChurnError: If there is none, or the two files are of different ones.
    """
    first, *others = current_ids(output)
    if "" in (first, *others):
        raise BankChurnError(
            f"A published file in {output} cannot be opened: a program that reads it must open it read-only."
        )
    if not first or any(other != first for other in others):
        raise BankChurnError(f"{output} does not hold one whole publication: run `make publish`.")
    return first


def read_facts(output: Path, publication_id: str) -> dict[str, Any]:
    """Read what is known about a publication of the history.

    Args:
        output: Folder of the published files.
        publication_id: The publication.

    Returns:
        The parsed `publication.json`.

    Raises:
        BankChurnError: If it is not there or damaged.
    """
    path = history_folder(output) / publication_id / FACTS
    try:
        facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BankChurnError(f"{path} is missing or damaged: run `make publish`.") from error
    return facts


def prune(output: Path, *, kept: int, current: str) -> None:
    """Remove the oldest publications.

    Args:
        output: Folder of the published files.
        kept: How many to keep.
        current: The one in place, kept whatever its age.
    """
    for publication_id in publications(output)[:-kept]:
        if publication_id != current:
            shutil.rmtree(history_folder(output) / publication_id, ignore_errors=True)


def rollback(*, output: Path, to: str | None = None) -> str:
    """Put an earlier publication back in place.

    Args:
        output: Folder of the published files.
        to: The publication; None for the one before the current one.

    Returns:
        Its id.

    Raises:
        BankChurnError: If there is no such publication.
    """
    with publishing(output):
        kept = publications(output)
        if to is None:
            current = current_publication(output)
            earlier = [publication_id for publication_id in kept if publication_id < current]
            if not earlier:
                raise BankChurnError("There is no earlier publication to go back to.")
            to = earlier[-1]
        if to not in kept:
            raise BankChurnError(
                f"No publication {to} is kept: `bank_churn rollback --list` shows those that are."
            )
        put_in_place(output, to)
    return to


def list_publications(output: Path) -> list[str]:
    """Describe the publications of the history, one line each.

    Args:
        output: Folder of the published files.

    Returns:
        Lines, newest first; an asterisk marks the publication in place.
    """
    current = publication_id_of(output / PUBLISHED_FILES[0].file_name)
    lines = []
    for publication_id in reversed(publications(output)):
        facts = read_facts(output, publication_id)
        files = ", ".join(f"{file['portfolio']}: {file['file_name']}" for file in facts["sources"])
        mark = "*" if publication_id == current else " "
        lines.append(f"{mark} {publication_id}  published {facts['published_at'][:19]} UTC  {files}")
    return lines
