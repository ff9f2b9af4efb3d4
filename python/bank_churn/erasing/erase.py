"""Erasing one client: build database, kept publications with their exports, copies of extracts; a receipt."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from bank_churn.building.build import building, cannot_open, lock_of, sweep
from bank_churn.campaigns.plan import read_plans
from bank_churn.erasing.traces import KEYS, Traces, traces_in, without
from bank_churn.errors import BankChurnError
from bank_churn.exports.write import export_file
from bank_churn.publishing.history import (
    PUBLISHED_FILES,
    current_ids,
    current_publication,
    history_folder,
    publications,
    publishing,
    renew_outputs,
    staging_folder,
)
from bank_churn.publishing.outputs import languages_of, outputs_of, problem_of, read_manifest
from bank_churn.running.artifacts import read_artifact
from bank_churn.running.dbt_command import intake_folder
from bank_churn.tools.files import (
    UNFINISHED,
    checked_folder,
    only_one,
    part_of,
    remove_left,
    replace_text,
    sync,
)
from bank_churn.tools.places import Places
from bank_churn.tools.settings import campaigns_folder

RECEIPTS = Path("data/erasures")
TEXTS = {".csv", ".json", ".log", ".sql", ".txt", ".toml", ".md"}


@dataclass
class Receipt:
    """What was erased, for whoever has to prove it; nothing in it tells of whom.

    Attributes:
        id_sha256: Hash of `portfolio:client_id`.
        begun_at: When, in UTC.
        finished_at: When all of it was done.
        erased: Place and what was done there.
        extracts: Files of the bank that still hold the client, to be corrected by the bank.
    """

    id_sha256: str
    begun_at: str
    finished_at: str | None = None
    erased: dict[str, str] = field(default_factory=dict)
    extracts: list[str] = field(default_factory=list)

    def note(self, place: Path, done: str) -> None:
        """Enter what was done at a place."""
        self.erased[place.as_posix()] = done

    def save(self, path: Path) -> None:
        """Write the receipt in one step, for its owner alone."""
        replace_text(path, json.dumps(vars(self), ensure_ascii=False, indent=2) + "\n", mode=0o600)
        sync(path)


def erase(
    places: Places, *, portfolio: str, client_id: str, receipts: Path = RECEIPTS
) -> tuple[Path, Receipt]:
    """Erase one client from all that the project keeps; killed at any moment, it goes on when called again.

    Args:
        places: The build database, dbt's target folder, the folder of the published files.
        portfolio: Code of the portfolio.
        client_id: The bank's id of the client.
        receipts: Where to write the receipt.

    Returns:
        The receipt, and where it stands.

    Raises:
        BankChurnError: If the client is nowhere, a publication is damaged, or something cannot be written.
    """
    digest = hashlib.sha256(f"{portfolio}:{client_id}".encode()).hexdigest()
    checked_folder(receipts, mode=0o700)
    with building(places), ExitStack() as locks:
        for other in databases_beside(places.database):
            if other != places.database:
                taken = f"Another command is filling {other}: wait for it to end, then run this one again."
                locks.enter_context(only_one(lock_of(other), taken=taken))
                sweep(other)
        begun = receipts / f"{digest[:16]}.json{UNFINISHED}"
        receipt = opened(begun, digest)
        checked_folder(places.output, mode=0o755)
        with publishing(places.output):
            found = look(places, portfolio, client_id)
            if not any(one.rows for one in found.values()) and not receipt.extracts and not begun.exists():
                raise BankChurnError(f"No client {client_id} of {portfolio} is in what is kept.")
            receipt.extracts = sorted(
                {*receipt.extracts, *(name for one in found.values() for name in one.extracts)}
            )
            receipt.save(begun)
            for publication_id in publications(places.output):
                renew(places.output, publication_id, found, receipt)
            keys = {key for one in found.values() for key in one.keys}
            erase_files(places, receipt, portfolio, client_id, keys)
            for database in databases_beside(places.database):
                erase_database(database, places, found[database], receipt)
        receipt.finished_at = datetime.now(UTC).isoformat(timespec="seconds")
        receipt.save(begun)
        number = 1 + len(list(receipts.glob("[0-9]*.json")))
        finished = receipts / f"{number:06d}.json"
        os.replace(begun, finished)
        sync(receipts)
    return finished, receipt


def opened(path: Path, digest: str) -> Receipt:
    """Go on with the receipt of an erasure that was killed, or begin one.

    Args:
        path: Where an unfinished one stands.
        digest: Hash of the client's id.

    Returns:
        The receipt.
    """
    if path.exists():
        return Receipt(**json.loads(path.read_text(encoding="utf-8")))
    return Receipt(id_sha256=digest, begun_at=datetime.now(UTC).isoformat(timespec="seconds"))


def databases_beside(database: Path) -> list[Path]:
    """List the databases of builds."""
    return sorted({*database.parent.glob("*.duckdb"), *([database] if database.exists() else [])})


def look(places: Places, portfolio: str, client_id: str) -> dict[Path, Traces]:
    """Look for the client in every database.

    Args:
        places: Where they are.
        portfolio: Code of the portfolio.
        client_id: The bank's id.

    Returns:
        What there is, by database.

    Raises:
        BankChurnError: If a database cannot be read, or a publication is damaged or not kept.
    """
    kept = []
    if any(current_ids(places.output)):
        current_publication(places.output)  # what is in place is made anew from what is kept
    for publication_id in publications(places.output):
        folder = history_folder(places.output) / publication_id
        for output in outputs_of(read_manifest(folder)):
            problem = problem_of(folder / output.stored, output)
            if problem:  # written anew it would pass for whole
                raise BankChurnError(
                    f"Publication {publication_id} is damaged: {problem}. Remove {folder}, publish where it"
                    " was in place, and run this command again."
                )
            kept += [folder / output.stored] if output.path == PUBLISHED_FILES[1].file_name else []
    found = {}
    for path in [*databases_beside(places.database), *kept]:
        try:
            found[path] = traces_in(path, portfolio, client_id)
        except duckdb.Error as error:
            raise cannot_open(path, error) from error
    everything = Traces(portfolio, client_id)
    for one in found.values():
        everything.keys |= one.keys
        everything.amounts |= one.amounts
    for one in found.values():  # an older state may know of an amount that a newer one has no row for
        one.keys, one.amounts = everything.keys, everything.amounts
    return found


def renew(output: Path, publication_id: str, found: dict[Path, Traces], receipt: Receipt) -> None:
    """Write a kept publication's files about clients anew, without this one.

    Args:
        output: Folder of the published files; the lock must be held.
        publication_id: The publication.
        found: What there is of the client, by database.
        receipt: What was done is entered.
    """
    kept = history_folder(output) / publication_id
    manifest = read_manifest(kept)
    stored = {one["path"]: one["stored"] for one in manifest["outputs"]}
    file = PUBLISHED_FILES[1]
    database = kept / stored[file.file_name]
    traces = found[database]
    if not traces.rows:
        return
    with staging_folder(output) as folder:
        made = folder / "made"
        made.mkdir()
        without(database, made / file.file_name, traces)
        if any(path.startswith("parquet_clients/") for path in stored):
            languages = sorted(languages_of(manifest, r"bank_churn_clients_(ru|en)\.xlsx"))
            export_file(made / file.file_name, made, file, manifest, languages)  # type: ignore[arg-type]
        is_current = publication_id in current_ids(output)
        renew_outputs(output, publication_id, made, is_current=is_current)
    receipt.note(kept, "rewritten without the client: database, parquet files, workbooks")
    if is_current:
        receipt.note(output, "the same")


def erase_database(database: Path, places: Places, traces: Traces, receipt: Receipt) -> None:
    """Take a client out of a build database: only what dbt cannot make anew is kept, in a new file."""
    if not traces.rows:
        return
    new = database.with_suffix(UNFINISHED)
    is_kept = without(database, new, traces, tables=incremental_tables(places.target_path))
    database.with_name(f"{database.name}.wal").unlink(missing_ok=True)
    if is_kept:
        new.chmod(0o600)
        sync(new)
        os.replace(new, database)
        receipt.note(
            database, "rewritten: kept months without the client, all else goes until the next build"
        )
    else:
        new.unlink()  # first: beside no database nobody would look for it
        database.unlink()
        receipt.note(database, "removed: the next build makes it anew")
    sync(database.parent)


def incremental_tables(target_path: Path) -> set[str]:
    """List the tables that dbt adds to and cannot make anew from today's extracts."""
    try:
        manifest = read_artifact(target_path, "manifest.json")
    except BankChurnError:
        return set()
    return {
        node["alias"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["config"].get("materialized") == "incremental"
    }


def erase_files(places: Places, receipt: Receipt, portfolio: str, client_id: str, keys: set[str]) -> None:
    """Remove copies of extracts and what else may name the client beside the databases."""
    intake = intake_folder(places.database).parent
    if intake.exists():
        shutil.rmtree(intake)
        receipt.note(intake, "copies of extracts removed: the next build makes them anew")
    for path in campaign_files(portfolio):
        remove_left(path.parent, part_of(path))
        if lines_without(path, {client_id, *keys}):
            receipt.note(path, "lines of the client removed")
    for folder in (places.target_path, Path(os.environ.get("DBT_LOG_PATH", "logs"))):
        for path in files_of_text(folder):
            text = path.read_text(encoding="utf-8", errors="replace")
            if any(key in text for key in keys):
                path.unlink()
                receipt.note(path, "removed: it named the client")


def campaign_files(portfolio: str) -> list[Path]:
    """List the files about members of a portfolio's campaigns; another bank's client may have the same id."""
    folder = campaigns_folder()
    others = {
        folder / plan.asked.campaign for plan in read_plans(folder) if plan.asked.portfolio != portfolio
    }
    found = [
        path for path in folder.rglob("*") if path.suffix in (".csv", ".xlsx") and path.parent not in others
    ]
    return sorted(found, key=lambda path: (path.suffix != ".xlsx", path))


def files_of_text(folder: Path) -> Iterator[Path]:
    """List small files of text."""
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix in TEXTS and path.name != "manifest.json":
            yield path


def lines_without(path: Path, words: set[str]) -> bool:
    """Take a client out of a file of a campaign.

    Args:
        path: A csv file, or a workbook, which is removed: its csv file says the same.
        words: The client's id and keys.
    """
    if path.suffix == ".xlsx":
        twin = path.with_suffix(".csv")
        if twin.exists() and not table_lines(twin, words)[1]:
            return False
        path.unlink()
        return True
    lines, is_there = table_lines(path, words)
    if is_there:
        replace_text(path, "".join(lines), mode=path.stat().st_mode & 0o777)
    return is_there


def table_lines(path: Path, words: set[str]) -> tuple[list[str], bool]:
    """Read the lines of a csv file that are not a client's."""
    lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    if not lines:
        return lines, False
    separator = ";" if lines[0].count(";") > lines[0].count(",") else ","
    [header] = csv.reader(lines[:1], delimiter=separator)
    places = [number for number, name in enumerate(header) if name in ("client_id", *KEYS)]
    rest = [
        line for line in lines[1:] if not any(cell in words for cell in cells_of(line, separator, places))
    ]
    return [lines[0], *rest], len(rest) + 1 < len(lines)


def cells_of(line: str, separator: str, places: list[int]) -> list[Any]:
    """Take some cells of a line."""
    cells = next(csv.reader([line], delimiter=separator), [])
    return [cells[place] for place in places if place < len(cells)]
