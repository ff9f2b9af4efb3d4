"""The command `bank_churn check`: what a build would say of an extract, without building anything."""

from __future__ import annotations

import itertools
import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from bank_churn.errors import BankChurnError
from bank_churn.intake import check_unchanged, portfolio_files, prepare, print_formats
from bank_churn.intake.judge import columns_wanted, judge
from bank_churn.intake.options import Options, options_of, vars_of
from bank_churn.intake.parquet import check_pages
from bank_churn.intake.postgres import is_address, table_of
from bank_churn.intake.prepare import columns_of
from bank_churn.running.dbt_command import WITHOUT_TESTS, intake_folder, run_dbt
from bank_churn.running.events import Watch
from bank_churn.tools.files import only_one, remove_unheld
from bank_churn.tools.places import Places
from bank_churn.tools.screen import screen
from bank_churn.words.language import Language
from bank_churn.words.numbers import format_number
from bank_churn.words.safe_text import shown
from bank_churn.words.texts import texts_of

CLEAN, FINDINGS, UNREADABLE = 0, 1, 2
EXAMPLES = 3
SHOWN_ROWS = 20
LONGEST_VALUE = 40
TARGET = Path("target/check")  # kept, so that dbt need not read the whole project at every check
SELECTION = ("--select", "+data_quality", "+rejected_clients", *WITHOUT_TESTS)
WORDS: dict[Language, dict[str, str]] = texts_of("check")  # type: ignore[assignment]


@dataclass(frozen=True)
class Checked:
    """A finished check.

    Attributes:
        text: The table to print.
        code: `CLEAN` or `FINDINGS`.
    """

    text: str
    code: int


def guess_portfolio(file: str, settings: dict[str, Any], portfolios: list[str]) -> str:
    """Tell whose extract a file is by its columns."""
    columns: dict[Options, tuple[str, ...]] = {}
    shares = {}
    for name in portfolios:
        options, wanted = options_of(settings, name), columns_wanted(name)
        if options not in columns:
            columns[options] = columns_of(name, file, options)
        names = {column.lower() for column in columns[options]}
        shares[name] = len(names & set(wanted)) / len(wanted)
    best = max(shares, key=lambda name: shares[name])
    if shares[best] < 0.5:
        found = shown(", ".join(next(iter(columns.values()))))
        told = f"Table {table_of(file).name}" if is_address(file) else file
        raise BankChurnError(
            f"{shown(told)} looks like no extract of {', '.join(portfolios)}; columns found: {found}."
            " Say whose it is (--portfolio), or add the bank: `bank_churn new-portfolio NAME --from FILE`."
        )
    return best


def read_with_dbt(database: Path, environment: dict[str, str], dbt_arguments: list[str]) -> None:
    """Let the project's own models judge the rows, so that check and build cannot disagree."""
    (TARGET / "run_results.json").unlink(missing_ok=True)
    watch, places = Watch(), Places(database, TARGET)
    arguments = ("build", *SELECTION, *dbt_arguments)
    is_read = run_dbt(*arguments, places=places, environment=environment, watch=watch)
    screen.wipe()
    if not is_read:
        raise BankChurnError(re.sub(r"^stg_\w+__clients: ", "", watch.told(places)))


def check(
    location: str,
    *,
    portfolio: str | None,
    language: Language,
    show_rows: bool,
    build_folder: Path,
    dbt_arguments: list[str],
) -> Checked:
    """Check an extract; nothing stays but dbt's notes about the project.

    Args:
        location: A path or a glob.
        portfolio: Whose extract it is; None = tell by its columns.
        language: Language of the table.
        show_rows: Whether to print whole rejected rows.
        build_folder: Where the temporary database may stand.
        dbt_arguments: Further arguments for dbt, such as `--vars`.

    Returns:
        The table and the exit code.

    Raises:
        BankChurnError: If the extract cannot be read.
    """
    settings = vars_of(dbt_arguments)
    portfolios = [str(name) for name in settings.get("portfolios") or []]
    files = portfolio_files(location)
    if not files:
        raise BankChurnError(f"No file at {shown(location)}.")
    if portfolio is not None and portfolio not in portfolios:
        raise BankChurnError(f"There is no portfolio {shown(portfolio)}; known: {', '.join(portfolios)}.")
    build_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    remove_unheld(build_folder.glob("check-*"))
    folder = place_of_its_own(build_folder)
    try:
        with only_one(folder / ".lock", taken=""):
            whose = portfolio or guess_portfolio(files[0], settings, portfolios)
            environment = {f"{name.upper()}_CLIENTS": "" for name in portfolios} | {
                f"{whose.upper()}_CLIENTS": location
            }
            os.environ.update(environment)
            options = options_of(settings, whose)
            headers = [columns_of(whose, file, options) for file in files]
            screen.line(columns_told(headers, whose, WORDS[language]))
            judge(settings)
            database = folder / "check.duckdb"
            found = prepare(settings=settings, folder=intake_folder(database))
            print_formats(found)
            spill = {"BANK_CHURN_TEMP_DIRECTORY": str(folder / "spill")}
            try:
                read_with_dbt(database, environment | spill, dbt_arguments)
            except BankChurnError:
                for one in found:
                    if one.kind == "parquet":
                        check_pages(one.file)
                raise
            finally:
                check_unchanged(one for one in found if not one.is_copy)
            with duckdb.connect(str(database), read_only=True) as connection:
                return report(connection, language=language, several=len(found) > 1, show_rows=show_rows)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def place_of_its_own(build_folder: Path) -> Path:
    """Make a folder that no other check has, named as the last one was: dbt parses anew for another path."""
    for number in itertools.count(1):
        folder = build_folder / f"check-{number}"
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            break
    return folder


def columns_told(headers: list[tuple[str, ...]], portfolio: str, words: dict[str, str]) -> str:
    """Say which columns were found, which are missing, and which are not read."""
    wanted = columns_wanted(portfolio)
    lines = [f"{words['portfolio']}: {portfolio}"]
    for header in headers:
        names = {name.lower(): shown(name) for name in header}
        missing = [name for name in wanted if name not in names]
        extra = [names[name] for name in names if name not in wanted]
        parts = [words["matched"].format(found=len(wanted) - len(missing), all=len(wanted))]
        parts += [words["missing"].format(names=", ".join(missing))] if missing else []
        parts += [words["extra"].format(names=", ".join(extra))] if extra else []
        lines.append(f"{words['columns']}: " + "; ".join(parts))
    return "\n".join(dict.fromkeys(lines))


def report(
    connection: duckdb.DuckDBPyConnection, *, language: Language, several: bool, show_rows: bool
) -> Checked:
    """Write the table.

    Args:
        connection: The filled database.
        language: Language of the table.
        several: Whether the extract is several files, to name them in examples.
        show_rows: Whether to print whole rejected rows.

    Returns:
        The table and the exit code.
    """
    words = WORDS[language]
    checks = connection.execute(
        f"""select kind, check_name, column_name, row_count, coalesce(share, 0), description_{language}
        from data_quality order by row_count desc, check_name"""
    ).fetchall()
    totals = {name: count for kind, name, _, count, _, _ in checks if kind == "total"}
    counted = {name: totals[f"{name}_rows"] for name in ("raw", "accepted", "rejected")}
    whole = {name: format_number(count, decimals=0, language=language) for name, count in counted.items()}
    lines = [f"{words['rows']}: " + words["counted"].format(**whole)]
    longest = max((len(row[5]) for row in checks if row[0] != "total" and row[3]), default=40)
    for kind in ("warning", "rejection", "observation"):
        rows = [row for row in checks if row[0] == kind and row[3]]
        lines += ["", words[kind]] if rows else []
        for _, name, column, count, share, description in rows:
            shown_examples = examples(connection, name, column, words, several) if kind == "rejection" else ""
            percent = format_number(100 * share, decimals=2, language=language) + words["percent"]
            figures = f"{format_number(count, decimals=0, language=language):>9} {percent:>8}"
            lines.append(f"  {description:<{longest}} {figures}  {shown_examples}".rstrip())
    cities = unknown_cities(connection)
    lines += ["", words["cities"]] if cities else []
    lines += [
        f"  {short(city):<{longest}} {format_number(count, decimals=0, language=language):>9}"
        for city, count in cities
    ]
    if show_rows:
        lines += ["", words["raw"].format(limit=SHOWN_ROWS), *whole_rows(connection, words)]
    is_doubted = any(row[0] == "warning" for row in checks)
    lines += one_outcome(connection, words)
    code = FINDINGS if counted["rejected"] or cities or is_doubted else CLEAN
    lines += ["", words["findings" if code else "clean"]]
    return Checked(text="\n".join(lines), code=code)


def one_outcome(connection: duckdb.DuckDBPyConnection, words: dict[str, str]) -> list[str]:
    """Say that a build would stop: one outcome of churn, and clients without any."""
    found = connection.execute(
        """select count(*) from clients having count(is_churned) between 1 and count(*) - 1
        and min(is_churned) = max(is_churned)"""
    ).fetchall()
    return ["", words["one_outcome"]] if found else []


def examples(
    connection: duckdb.DuckDBPyConnection,
    reason: str,
    column: str | None,
    words: dict[str, str],
    several: bool,
) -> str:
    """Give the first rows with a reason: where they stand and the offending value, nothing else."""
    value = column if column in staged(connection) else "null"
    if column and column in additional(connection):
        value = f"json_extract_string(additional_attributes, '$.{column}')"
    rows = connection.execute(
        f"""select source_file, source_row_number, {value}, repeats_row_number from rejected_clients
        where list_contains(reasons, ?) order by source_file, source_row_number limit {EXAMPLES}""",
        [reason],
    ).fetchall()
    told = []
    for file, number, text, repeated in rows:
        place = f"{shown(Path(file).name)}, " if several else ""
        tail = f": {short(text)}" if text is not None else ""
        tail = f", {words['repeats']} {repeated}" if repeated is not None else tail
        told.append(f"{place}{words['row']} {number}{tail}")
    return "; ".join(told)


def unknown_cities(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """List the spellings of cities that the seed does not know, of rows that would be clients."""
    return connection.execute(
        """select city, count(*) from clients
        where city is not null and not city_is_known
        group by city order by count(*) desc, city limit 20"""
    ).fetchall()


def staged(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """List the columns of `rejected_clients` that hold what a bank supplies, besides the client's id."""
    return _values(connection, "not is_additional")


def additional(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """List the attributes that banks supply beyond those."""
    return _values(connection, "is_additional")


def _values(connection: duckdb.DuckDBPyConnection, condition: str) -> list[str]:
    rows = connection.execute(
        f"select attribute from client_attributes where kind = 'value' and {condition} order by place"
    ).fetchall()
    return [str(name) for (name,) in rows]


def whole_rows(connection: duckdb.DuckDBPyConnection, words: dict[str, str]) -> list[str]:
    """Print rejected rows as they came."""
    columns = ", ".join(["client_id", *staged(connection)])
    rows = connection.execute(
        f"""select source_row_number, coalesce(raw_line, concat_ws(',', {columns}))
        from rejected_clients order by source_file, source_row_number limit {SHOWN_ROWS}"""
    ).fetchall()
    return [f"  {words['row']} {number}: {shown(text)}" for number, text in rows]


def short(text: str) -> str:
    """Cut a value to what fits a table."""
    return shown(text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…")
