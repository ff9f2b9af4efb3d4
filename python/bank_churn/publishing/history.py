"""Past publications, and how one of them is put in place so that a crash at any moment loses nothing.

A publication with all its outputs is complete in `history/<id>/` before anything in place is touched. What
is to be put in place is written to a journal first; the next command finishes what the journal says, or drops
it where the publication did not come to be.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from bank_churn.errors import BankChurnError
from bank_churn.publishing.outputs import (
    MANIFEST,
    OUTPUTS,
    DamagedError,
    Output,
    checked,
    damaged,
    files_below,
    order_of,
    outputs_in,
    outputs_of,
    problem_of,
    read_manifest,
    write_manifest,
)
from bank_churn.tools.files import checked_folder, only_one, sync
from bank_churn.tools.screen import number
from bank_churn.words.speech import said, sentence

JOURNAL = ".swap"
STAGING = ".publishing-"
REMOVING = ".removing-"
ID = re.compile(r"\d{6,}")


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
    checked_folder(output, mode=0o755)
    checked_folder(history_folder(output), mode=0o700)
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


def next_id(output: Path) -> str:
    """Number the next publication: by those before it, not by a clock that may be set back.

    Args:
        output: Folder of the published files; the lock must be held.

    Returns:
        The id, with zeros in front so that ids sort by age.
    """
    known = [*publications(output), *(found for found in current_ids(output) if found)]
    return f"{1 + max((int(found) for found in known if ID.fullmatch(found)), default=0):06d}"


def sealed(publication_id: str) -> str:
    """Write a journal so that a damaged one can be told."""
    return f"{publication_id} {hashlib.sha256(publication_id.encode()).hexdigest()}\n"


def write_journal(output: Path, publication_id: str) -> None:
    """Say which publication is about to be put in place."""
    journal = history_folder(output) / JOURNAL
    unfinished = journal.with_name(f"{JOURNAL}-unfinished")
    unfinished.write_text(sealed(publication_id), encoding="utf-8")
    sync(unfinished)
    os.replace(unfinished, journal)
    sync(journal.parent)


def read_journal(output: Path) -> str | None:
    """Ask the journal which publication was being put in place.

    Returns:
        Its id; empty when the journal is damaged; None without a journal.
    """
    try:
        text = (history_folder(output) / JOURNAL).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return ""
    publication_id = text.partition(" ")[0]
    return publication_id if text == sealed(publication_id) else ""


def put_in_place(
    output: Path, publication_id: str, *, staged: Path | None = None, is_shared: bool = False
) -> None:
    """Make a publication the current one.

    Every file that is not in place yet is copied and compared with the manifest first, so that a full disk or
    a damaged file is met before anything changes. From the moment the journal is written and the publication
    is in the history, a crash is finished by the next command.

    Args:
        output: Folder of the published files.
        publication_id: The publication.
        staged: Where a new publication was written, to become part of the history; None if it is already.
        is_shared: Let the history and the place for readers share the files instead of copying them; whatever
            wrote to a published file would change both.

    Raises:
        DamagedError: If a file of the publication is not what its manifest says; nothing was touched then.
    """
    kept = history_folder(output) / publication_id
    source = staged or kept
    outputs = outputs_of(read_manifest(source))
    with staging_folder(output) as folder:
        moved = []
        for one in outputs:
            problem = None if staged else problem_of(source / one.stored, one)
            if problem:
                raise damaged(publication_id, problem)
            if is_right(output / one.path, one, source / one.stored if is_shared else None):
                continue
            copied_to(folder / one.path, source / one.stored, one, is_shared=is_shared)
            moved.append(one)
        write_journal(output, publication_id)
        if staged:
            os.rename(staged, kept)
        sync(history_folder(output))
        for one in outputs:
            make_parent(output / one.path, one)
        for one in moved:
            os.replace(folder / one.path, output / one.path)
        for path in strangers(output, outputs):
            path.unlink(missing_ok=True)
        sync(output)
        (history_folder(output) / JOURNAL).unlink()


def is_right(path: Path, output: Output, shared: Path | None) -> bool:
    """Ask whether a file already is what is to be put there.

    Args:
        path: The file in place.
        output: What it must be.
        shared: The file of the history with which it must be one; None if a copy will do.
    """
    if path.is_symlink() or problem_of(path, output) or path.stat().st_mode & 0o777 != output.mode:
        return False
    return shared is None or path.samefile(shared)


def copied_to(path: Path, source: Path, output: Output, *, is_shared: bool) -> None:
    """Copy a file of the history, and make sure that the copy is whole."""
    path.parent.mkdir(exist_ok=True)
    (os.link if is_shared else shutil.copyfile)(source, path)
    path.chmod(output.mode)
    sync(path)
    problem = None if is_shared else problem_of(path, output)
    if problem:
        raise OSError(f"{problem} right after it was written")


def make_parent(path: Path, output: Output) -> None:
    """Make the folder of an output, as private as the output is."""
    if "/" in output.path:
        mode = 0o700 if output.audience == "clients" else 0o755
        if path.parent.is_symlink():
            raise OSError(f"{path.parent} is a symbolic link")
        path.parent.mkdir(mode=mode, exist_ok=True)
        path.parent.chmod(mode)


def strangers(output: Path, outputs: list[Output]) -> list[Path]:
    """Find outputs of another publication."""
    known = {one.path for one in outputs}
    candidates = [*output.glob("*.*"), *output.glob("parquet*/*")]
    return [
        path
        for path in candidates
        if OUTPUTS.fullmatch(path.relative_to(output).as_posix())
        and path.relative_to(output).as_posix() not in known
    ]


def add_outputs(output: Path, publication_id: str, made: Path) -> None:
    """Make files part of a publication that is in the history, and put it in place.

    Args:
        output: Folder of the published files; the lock must be held.
        publication_id: The publication.
        made: A staging folder with the files as they will stand for readers.
    """
    renew_outputs(output, publication_id, made, is_current=True)


def renew_outputs(output: Path, publication_id: str, made: Path, *, is_current: bool) -> None:
    """Make files part of a publication that is in the history; those that they replace are gone.

    Args:
        output: Folder of the published files; the lock must be held.
        publication_id: The publication.
        made: A staging folder with the files as they will stand for readers.
        is_current: Whether to put the publication in place.
    """
    kept = history_folder(output) / publication_id
    manifest = read_manifest(kept)
    old = outputs_of(manifest)
    revision = f"r{1 + max(map(revision_of, old))}"
    new = outputs_in(made, stored=revision)
    for one in new:
        (made / one.path).chmod(0o600)
        sync(made / one.path)
    replaced = {one.path for one in new}
    outputs = sorted(
        [*(one for one in old if one.path not in replaced), *new], key=lambda one: order_of(one.path)
    )
    if is_current:
        write_journal(output, publication_id)
    os.rename(made, kept / revision)
    sync(kept)
    write_manifest(kept / MANIFEST, manifest, outputs)
    sync(kept)
    sweep_publication(kept)
    if not is_current:
        return
    first = old[0]
    is_shared = (output / first.path).exists() and (output / first.path).samefile(kept / first.stored)
    put_in_place(output, publication_id, is_shared=is_shared)


@contextmanager
def adding(output: Path) -> Iterator[tuple[Path, Path]]:
    """Add to the publication in place, or replace there, what is made inside; nothing if that fails.

    Args:
        output: Folder of the published files.

    Yields:
        The publication's folder in the history, named by its id, whose copies of the databases nobody else
        holds open; and a folder to make the files in, as they will stand for readers.

    Raises:
        BankChurnError: If nothing is published, or another command is publishing.
    """
    with publishing(output), staging_folder(output) as folder:
        publication_id = current_publication(output)
        made = folder / "made"
        made.mkdir()
        yield history_folder(output) / publication_id, made
        add_outputs(output, publication_id, made)


def database_in(kept: Path, file: PublishedFile) -> Path:
    """Find a database of a kept publication to read from.

    Args:
        kept: The publication's folder.
        file: Which database.

    Returns:
        The database.

    Raises:
        BankChurnError: If it is damaged.
    """
    try:
        return checked(kept, file.file_name)
    except DamagedError as error:
        raise BankChurnError(f"{error} Run `make publish`.") from error


def revision_of(output: Output) -> int:
    """Say with which addition an output came to its publication.

    Returns:
        The number of its folder `r<number>`; 0 for what was there from the beginning.
    """
    match = re.match(r"r(\d+)/", output.stored)
    return int(match.group(1)) if match else 0


def sweep_publication(kept: Path) -> None:
    """Remove from a kept publication what its manifest does not name: a killed command left it."""
    try:
        known = {one.stored for one in outputs_of(read_manifest(kept))} | {MANIFEST}
    except DamagedError:
        return
    for path in files_below(kept):
        if path.as_posix() not in known:
            (kept / path).unlink()
    for folder in sorted((path for path in kept.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()


def recover(output: Path) -> None:
    """Put right what a killed command left: temporary files, half a swap, outputs of two publications.

    Args:
        output: Folder of the published files; the lock must be held.
    """
    history = history_folder(output)
    for stale in [*output.glob(f"{STAGING}*"), *history.glob(f"{REMOVING}*")]:
        shutil.rmtree(stale, ignore_errors=True)
    (history / f"{JOURNAL}-unfinished").unlink(missing_ok=True)
    kept = publications(output)
    for publication_id in kept:
        sweep_publication(history / publication_id)
    wanted = read_journal(output)
    if wanted is None and is_one_publication(output, kept):
        return
    ids = current_ids(output)
    if wanted is None and ("" in ids or not kept or not any(ids)):
        return  # somebody holds a file open for writing, or nothing was ever published
    known = sorted((found for found in ids if found and found in kept), reverse=True)
    for publication_id in [
        *([wanted] if wanted in kept else []),
        *known,
        *(kept[-1:] if wanted == "" else []),
    ]:
        try:
            put_in_place(output, publication_id)
            break
        except DamagedError as error:
            print(f"bank_churn: {sentence(str(error))}", file=sys.stderr)
    (history / JOURNAL).unlink(missing_ok=True)


def is_one_publication(output: Path, kept: list[str]) -> bool:
    """Ask, without reading whole files, whether all outputs in place are of one publication."""
    first, *others = current_ids(output)
    if not first or first not in kept or any(other != first for other in others):
        return False
    try:
        outputs = outputs_of(read_manifest(history_folder(output) / first))
    except DamagedError:
        return True  # `verify` says so; what is in place stays
    sizes_agree = all(
        (output / one.path).is_file() and (output / one.path).stat().st_size == one.size for one in outputs
    )
    return sizes_agree and not strangers(output, outputs)


def publications(output: Path) -> list[str]:
    """List the publications of the history.

    Args:
        output: Folder of the published files.

    Returns:
        Their ids, oldest first.
    """
    found = [path.name for path in history_folder(output).glob("[0-9]*") if ID.fullmatch(path.name)]
    return sorted(found, key=int)


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
    if not first and not any(others):
        raise BankChurnError(f"Nothing is published in {output}: run `make build` first.")
    if not first or any(other != first for other in others) or first not in publications(output):
        raise BankChurnError(f"{output} does not hold one whole publication: run `make publish`.")
    return first


def read_facts(output: Path, publication_id: str) -> dict[str, Any]:
    """Read what is known about a publication of the history.

    Args:
        output: Folder of the published files.
        publication_id: The publication.

    Returns:
        Its manifest.

    Raises:
        BankChurnError: If it is not there or damaged.
    """
    try:
        return read_manifest(history_folder(output) / publication_id)
    except DamagedError as error:
        raise BankChurnError(f"{error} Run `make publish`.") from error


def remove_publication(output: Path, name: str) -> None:
    """Remove a publication so that a kill leaves no part that looks like one."""
    doomed = history_folder(output) / f"{REMOVING}{name}"
    os.rename(history_folder(output) / name, doomed)
    shutil.rmtree(doomed, ignore_errors=True)


def prune(output: Path, *, kept: int, current: str) -> None:
    """Remove the oldest publications, and those of before there were manifests, which cannot be checked."""
    for publication_id in publications(output)[:-kept]:
        if publication_id != current:
            remove_publication(output, publication_id)
    for folder in history_folder(output).glob("[0-9]*-[0-9]*-[0-9]*"):
        remove_publication(output, folder.name)


def rollback(*, output: Path, to: str | None = None) -> str:
    """Put an earlier publication back in place, with all its outputs.

    Args:
        output: Folder of the published files.
        to: The publication; None for the one before the current one.

    Returns:
        Its id.

    Raises:
        BankChurnError: If there is no such publication, or a file of it is damaged: then nothing changes.
    """
    with publishing(output):
        kept = publications(output)
        if to is None:
            current = current_publication(output)
            earlier = [publication_id for publication_id in kept if int(publication_id) < int(current)]
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
        mark = "*" if publication_id == current else " "
        try:
            facts = read_manifest(history_folder(output) / publication_id)
        except DamagedError as error:
            lines.append(f"{mark} {publication_id}  {error}")
            continue
        files = ", ".join(f"{file['portfolio']}: {file['file_name']}" for file in facts["sources"])
        when = said("published {when} UTC", when=facts["published_at"][:19])
        lines.append(f"{mark} {publication_id}  {when}  {files}")
    return lines


def verify(output: Path) -> tuple[list[str], list[str]]:
    """Compare every file in place and every kept one with its manifest.

    Args:
        output: Folder of the published files.

    Returns:
        What is whole, a line for each publication; and what is wrong, a line for each file.

    Raises:
        BankChurnError: If another command is publishing.
    """
    if not history_folder(output).is_dir():
        raise BankChurnError(f"{output} does not hold a publication.")
    taken = f"Another command is publishing to {output}: wait for it to end, then run this one again."
    whole, wrong = [], []
    with only_one(output / ".lock", taken=taken):
        ids = current_ids(output)
        for publication_id in publications(output):
            kept = history_folder(output) / publication_id
            try:
                outputs = outputs_of(read_manifest(kept))
            except DamagedError as error:
                wrong.append(str(error))
                continue
            places = [(kept, [(one.stored, one) for one in outputs])]
            if publication_id in ids:
                places.append((output, [(one.path, one) for one in outputs]))
                wrong += [f"{path} is of another publication" for path in strangers(output, outputs)]
            for folder, files in places:
                problems = [problem_of(folder / path, one) for path, one in files]
                wrong += [problem for problem in problems if problem]
                where = "in place" if folder == output else "kept"
                if not any(problems):
                    size = sum(one.size for one in outputs) / 1e6
                    told = said("{count} files, {size} MB, whole", count=len(files), size=number(size, 1))
                    whole.append(f"{publication_id}  {said(where)}: {told}")
        if not any(ids) or ids[0] not in publications(output):
            wrong.append(f"{output} does not hold one whole publication")
        if len(set(ids)) > 1:
            wrong.append(f"the databases in {output} are of different publications")
    return whole, wrong
