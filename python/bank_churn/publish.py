"""Copy the public marts of a green build to the files that BI tools open, and replace those in one step."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

from bank_churn.artifacts import PublicMart, check_green, public_marts, read_artifact
from bank_churn.errors import BankChurnError

# Old enough for the DuckDB drivers that BI tools carry today; a newer default would lock them out.
STORAGE_VERSION = "v1.4.0"


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


def publish(*, database: Path, target_path: Path, output: Path) -> list[Path]:
    """Publish a green build; until the last moment the previous files stay as they were.

    Args:
        database: The build database.
        target_path: dbt's target folder, with the manifest and the results of the build.
        output: Folder of the published files; created when missing.

    Returns:
        The published files.

    Raises:
        BankChurnError: If the build is not green or the database cannot be read.
    """
    manifest = read_artifact(target_path, "manifest.json")
    marts = public_marts(manifest)
    check_green(read_artifact(target_path, "run_results.json"), manifest)
    if not database.exists():
        raise BankChurnError(f"{database} does not exist: run `dbt build` (or `make build`) first.")
    if output.exists() and not output.is_dir():
        raise BankChurnError(f"{output} is a file; name a folder for the published databases.")
    output.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=".publishing-", dir=output))
    try:
        for file in PUBLISHED_FILES:
            write_file(
                database, staging / file.file_name, [mart for mart in marts if mart.audience == file.audience]
            )
            (staging / file.file_name).chmod(file.mode)
        for file in PUBLISHED_FILES:
            os.replace(staging / file.file_name, output / file.file_name)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return [output / file.file_name for file in PUBLISHED_FILES]


def write_file(database: Path, path: Path, marts: list[PublicMart]) -> None:
    """Write marts as tables, with their descriptions as comments, to a new database file.

    The latest version of a mart is a table without a version suffix; its suffixed name is a view of it, so
    that the rows are not stored twice. Older versions are tables.

    Args:
        database: The build database.
        path: The file to write; must not exist.
        marts: The marts to copy.

    Raises:
        BankChurnError: If DuckDB cannot read the build database or write the file.
    """
    try:
        with duckdb.connect() as connection:
            # Views in the build database carry its name, so it is attached under the name dbt knows it by.
            connection.execute(f'attach {literal(str(database))} as "{database.stem}" (read_only)')
            connection.execute(
                f"attach {literal(str(path))} as published (storage_version '{STORAGE_VERSION}')"
            )
            connection.execute("use published")
            for mart in marts:
                copy_mart(connection, database.stem, mart)
            connection.execute("use memory")
            connection.execute("detach published")
    except duckdb.Error as error:
        raise BankChurnError(f"Cannot publish {path.name}: {str(error).splitlines()[0]}") from error


def copy_mart(connection: duckdb.DuckDBPyConnection, source: str, mart: PublicMart) -> None:
    """Copy one mart into the attached database `published`, hiding the figures of suppressed groups.

    Args:
        connection: A connection with both databases attached, `published` in use.
        source: Name of the build database.
        mart: The mart to copy.
    """
    hidden = ", ".join(
        f"case when not is_suppressed then {column} end as {column}" for column in mart.suppressed_columns
    )
    replacement = f" replace ({hidden})" if hidden else ""
    table = mart.name if mart.is_latest else mart.relation
    connection.execute(f'create table "{table}" as select *{replacement} from "{source}"."{mart.relation}"')
    comment(connection, "table", table, mart)
    if mart.is_latest and mart.relation != mart.name:
        connection.execute(f'create view "{mart.relation}" as select * from "{mart.name}"')
        comment(connection, "view", mart.relation, mart)


def comment(connection: duckdb.DuckDBPyConnection, kind: str, name: str, mart: PublicMart) -> None:
    """Put a mart's descriptions on a relation and its columns.

    Args:
        connection: A connection with the relation's database in use.
        kind: `table` or `view`.
        name: The relation.
        mart: The mart whose descriptions to take.
    """
    connection.execute(f'comment on {kind} "{name}" is {literal(mart.description)}')
    for column, description in mart.columns.items():
        connection.execute(f'comment on column "{name}"."{column}" is {literal(description)}')


def literal(text: str) -> str:
    """Quote text as a SQL literal.

    Args:
        text: Any text.

    Returns:
        The text in single quotes.

    Examples:
        >>> literal("client's")
        "'client''s'"
    """
    return "'" + text.replace("'", "''") + "'"
