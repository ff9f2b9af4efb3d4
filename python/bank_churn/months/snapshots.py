"""The snapshots of each portfolio: its files by the dates that `snapshots` in `dbt_project.yml` finds."""

from __future__ import annotations

import glob
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from bank_churn.errors import BankChurnError
from bank_churn.intake.options import options_of
from bank_churn.intake.postgres import is_address
from bank_churn.intake.prepare import Found, extracts, holdings, read_file, stamp_of
from bank_churn.tools.dates import date_of_value, dates_in
from bank_churn.tools.sql import literal
from bank_churn.words.safe_text import shown

FORMS = "snapshots may be file_name, {column: report_date} or a day such as 2026-01-31"


@dataclass(frozen=True)
class Snapshot:
    """The state of a portfolio on one day.

    Attributes:
        portfolio: The portfolio.
        day: The day.
        files: The files that hold it, in alphabetical order; several are its parts.
        fingerprint: Changes when its rows do.
        column: The column that tells its rows from those of other days; empty where files are of one day.
        values: What stands in that column.
    """

    portfolio: str
    day: date
    files: tuple[str, ...]
    fingerprint: str
    column: str = ""
    values: tuple[str, ...] = ()


@dataclass
class Remembered:
    """What was found out of files, so that a file that nobody wrote to is not read again.

    Attributes:
        path: Where it is kept.
        facts: By file: its stamp, the digest of its bytes, and by column what it says of each day.
    """

    path: Path
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path) -> Remembered:
        """Read what was kept; what cannot be read is found out anew.

        Args:
            path: Where it is kept.

        Returns:
            The facts.
        """
        try:
            facts = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return cls(path)
        return cls(path, facts if isinstance(facts, dict) else {})

    def of_file(self, file: str) -> dict[str, Any]:
        """Give what is known of a file as it is now."""
        stamp = list(stamp_of(file))
        known = self.facts.get(file)
        if known is None or known.get("stamp") != stamp:
            known = {"stamp": stamp, "digest": digest_of(file)}
            self.facts[file] = known
        return known

    def keep(self, files: Iterable[str]) -> None:
        """Write what is known of some files; the others are forgotten."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        wanted = set(files)
        self.path.write_text(
            json.dumps({file: facts for file, facts in self.facts.items() if file in wanted}),
            encoding="utf-8",
        )
        self.path.chmod(0o600)


def digest_of(file: str) -> str:
    """Digest the bytes of a file."""
    with open(file, "rb") as source:
        return hashlib.file_digest(source, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()


def setting_of(settings: dict[str, Any], portfolio: str) -> tuple[str, str]:
    """Take what is said of the dates of a portfolio's extracts.

    Returns:
        "file_name", "column" or "day", and the column or the day; empty texts where nothing is said.
    """
    banks = settings.get("portfolios")
    said = ((banks.get(portfolio) or {}) if isinstance(banks, dict) else {}).get("snapshots")
    if said is None:
        return "", ""
    if said == "file_name":
        return "file_name", ""
    if isinstance(said, dict) and list(said) == ["column"] and isinstance(said["column"], str):
        return "column", said["column"].lower()
    if isinstance(said, str | date):
        try:
            return "day", str(date.fromisoformat(str(said)))
        except ValueError:
            pass
    raise BankChurnError(f"portfolios: {portfolio} says snapshots: {said}; {FORMS}.")


def has_snapshots(settings: dict[str, Any]) -> bool:
    """Tell whether extracts of any portfolio that is switched on have dates."""
    return any(setting_of(settings, str(name))[0] for name in settings.get("portfolios") or [])


def find_snapshots(*, settings: dict[str, Any], folder: Path, memory: Path) -> dict[str, list[Snapshot]]:
    """Date the files of every portfolio whose extracts have dates.

    Args:
        settings: The project's vars.
        folder: A private folder for plain copies of files that a column dates.
        memory: Where to remember what was found out of files.

    Returns:
        The snapshots of each such portfolio, oldest first.

    Raises:
        BankChurnError: If a file has no date, or more than one.
    """
    files = defaultdict(list)
    for portfolio, file in extracts(settings):
        files[portfolio].append(file)
    known = Remembered.of(memory)
    found = {}
    for portfolio, own in files.items():
        kind, said = setting_of(settings, portfolio)
        if kind:
            check_are_files("CLIENTS", portfolio, own)
        if kind == "file_name":
            found[portfolio] = by_name(portfolio, own, known)
        elif kind == "day":
            found[portfolio] = [snapshot_of(portfolio, date.fromisoformat(said), own, known)]
        elif kind == "column":
            found[portfolio] = by_column(portfolio, own, said, settings, folder, known)
    second = defaultdict(list)
    for portfolio, file in holdings(settings) if found else ():
        second[portfolio].append(file)
    for portfolio in found.keys() & second.keys():
        check_are_files("HOLDINGS", portfolio, second[portfolio])
        is_dated = setting_of(settings, portfolio)[0] != "day"
        found[portfolio] = with_holdings(found[portfolio], second[portfolio], known, is_dated=is_dated)
    if found:
        known.keep(file for portfolio in found for file in [*files[portfolio], *second[portfolio]])
    return found


def check_are_files(what: str, portfolio: str, files: list[str]) -> None:
    """Stop where a table is to be dated, without its address, which may hold a password."""
    if any(is_address(file) for file in files):
        raise BankChurnError(
            f"{portfolio.upper()}_{what} is a table in Postgres, and months are kept of files: save it"
            f" as a file each month, or take snapshots out of {portfolio} in dbt_project.yml."
        )


def with_holdings(
    snapshots: list[Snapshot], files: list[str], known: Remembered, *, is_dated: bool
) -> list[Snapshot]:
    """Let a month change when its second file does, the one that says who holds which product.

    Args:
        snapshots: The snapshots of a portfolio, oldest first.
        files: Its second files.
        known: What is remembered of files.
        is_dated: Whether each is of the day in its name; otherwise all are of the one day there is.

    Returns:
        The snapshots; an earlier month without such a file is as it was.
    """
    portfolio, days = snapshots[-1].portfolio, defaultdict(list)
    rule = f"snapshots ({portfolio}) needs a second file a month, named like holdings_2026-01-31.csv"
    for file in files:
        dates = dates_in(Path(file).name) if is_dated else [snapshots[-1].day]
        if len(dates) != 1:
            raise BankChurnError(f"{shown(file)} has no date or more than one in its name, but {rule}.")
        days[dates[0]].append(f"{Path(file).name} {known.of_file(file)['digest']}")
    if snapshots[-1].day not in days:
        raise BankChurnError(
            f"{portfolio.upper()}_HOLDINGS has no file of {snapshots[-1].day}, the latest month, but {rule}."
        )
    return [
        replace(one, fingerprint=digest_of_text("\n".join([one.fingerprint, *sorted(days[one.day])])))
        if one.day in days
        else one
        for one in snapshots
    ]


def digest_of_text(text: str) -> str:
    """Digest a text."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def snapshot_of(portfolio: str, day: date, files: list[str], known: Remembered) -> Snapshot:
    """Put the files of one day together."""
    digests = sorted(f"{Path(file).name} {known.of_file(file)['digest']}" for file in files)
    fingerprint = digest_of_text("\n".join(digests))
    return Snapshot(portfolio, day, tuple(sorted(files)), fingerprint)


def by_name(portfolio: str, files: list[str], known: Remembered) -> list[Snapshot]:
    """Date files by their names.

    Args:
        portfolio: Whose they are.
        files: The files.
        known: What is remembered of files.

    Returns:
        The snapshots, oldest first.

    Raises:
        BankChurnError: If a name holds no date or more than one.
    """
    days = defaultdict(list)
    for file in files:
        found = dates_in(Path(file).name)
        if len(found) > 1:
            told = ", ".join(str(day) for day in found)
            raise BankChurnError(
                f"{shown(file)}: its name holds {told}; under snapshots: file_name ({portfolio}) a name"
                " holds one date: rename it."
            )
        if not found:
            raise BankChurnError(
                f"{shown(file)} has no date in its name, which snapshots: file_name ({portfolio}) needs: name"
                " it like clients_2026-01-31.csv."
            )
        days[found[0]].append(file)
    return [snapshot_of(portfolio, day, days[day], known) for day in sorted(days)]


def by_column(
    portfolio: str, files: list[str], column: str, settings: dict[str, Any], folder: Path, known: Remembered
) -> list[Snapshot]:
    """Date rows by a column of theirs.

    Returns:
        The snapshots, oldest first; a file may hold several of them.
    """
    days: dict[date, dict[str, list[str]]] = defaultdict(dict)
    values: dict[date, set[str]] = defaultdict(set)
    for file in files:
        facts = known.of_file(file)
        of_column = facts.setdefault("columns", {})
        if column not in of_column:
            of_column[column] = days_in_file(portfolio, file, column, settings, folder)
        for text, digest in of_column[column].items():
            day = date_of_value(text)
            if day is None:
                raise BankChurnError(
                    f"{shown(file)}, column {column}: {shown(text) or 'an empty field'} is no date, but"
                    f" snapshots ({portfolio}) takes dates from there: put it right in the file."
                )
            days[day].setdefault(file, []).append(f"{text} {digest}")
            values[day].add(text)
    found = []
    for day in sorted(days):
        told = "\n".join(
            f"{Path(file).name} {part}" for file in sorted(days[day]) for part in sorted(days[day][file])
        )
        fingerprint = digest_of_text(told)
        found.append(
            Snapshot(
                portfolio, day, tuple(sorted(days[day])), fingerprint, column, tuple(sorted(values[day]))
            )
        )
    return found


def days_in_file(
    portfolio: str, file: str, column: str, settings: dict[str, Any], folder: Path
) -> dict[str, str]:
    """Read what stands in the column of dates of a file."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    one = read_file(portfolio, file, options_of(settings, portfolio), folder)
    names = {name.lower(): name for name in one.columns}
    if column not in names:
        raise BankChurnError(
            f'{shown(file)} has no column "{column}", which snapshots ({portfolio}) takes dates from; columns'
            f" found: {', '.join(one.columns)}."
        )
    quoted = '"' + names[column].replace('"', '""') + '"'
    try:
        with duckdb.connect() as connection:
            rows = connection.execute(
                f"select coalesce(cast({quoted} as varchar), ''), count(*), sum(cast(hash(rows) as hugeint))"
                f" from {reader_of(one)} as rows group by all"
            ).fetchall()
    except duckdb.Error as error:
        raise BankChurnError(f"{shown(file)} cannot be read: {str(error).splitlines()[0]}.") from error
    finally:
        if one.is_copy:
            Path(one.path).unlink(missing_ok=True)
    return {text: f"{count} {total}" for text, count, total in rows}


def reader_of(one: Found) -> str:
    """Write the table function of DuckDB that reads a file as text; broken lines are left to the cleaning."""
    path = literal(glob.escape(one.path))
    if one.kind == "parquet":
        return f"read_parquet({path}, hive_partitioning = false)"
    return (
        f"read_csv({path}, all_varchar = true, header = true, delim = '{one.separator}', quote = '\"',"
        " ignore_errors = true, null_padding = false)"
    )
