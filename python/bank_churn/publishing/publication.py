"""The facts of one publication: when, from which files, tested how; written into every published file."""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import duckdb

from bank_churn.errors import BankChurnError
from bank_churn.running.artifacts import PublicMart
from bank_churn.tools.settings import MIN_GROUP_SIZE, project_vars, whole_number

FileState = Literal["as_built", "changed", "missing"]

PUBLICATION_COLUMNS = {
    "publication_id": "varchar",
    "published_at": "timestamp",
    "built_at": "timestamp",
    "dbt_invocation_id": "varchar",
    "project_version": "varchar",
    "passed_test_count": "bigint",
    "warned_test_count": "bigint",
    "min_group_size": "bigint",
}
SOURCE_COLUMNS = {
    "publication_id": "varchar",
    "portfolio": "varchar",
    "file_name": "varchar",
    "data_origin": "varchar",
    "row_count": "bigint",
    "byte_count": "bigint",
    "sha256": "varchar",
    "file_state": "varchar",
    "model_version": "varchar",
}


@dataclass(frozen=True)
class SourceFile:
    """One file of an extract.

    Attributes:
        portfolio: Code of the portfolio.
        file_name: Name without folders, so that no file tells how a machine is laid out.
        data_origin: `generated` or `extract`.
        row_count: Rows of the file: clients and rejected rows.
        byte_count: Size; None when the file is no longer the one that was read.
        sha256: Hash of the content; None when the file is no longer the one that was read.
        file_state: Whether the file is the one that was read, has changed since, or is gone.
        model_version: Version of the portfolio's churn model; None without a model.
    """

    portfolio: str
    file_name: str
    data_origin: str
    row_count: int
    byte_count: int | None
    sha256: str | None
    file_state: FileState
    model_version: str | None


@dataclass(frozen=True)
class Publication:
    """One publication; times are UTC without a zone, as DuckDB's `timestamp` has none."""

    publication_id: str
    published_at: datetime
    built_at: datetime
    dbt_invocation_id: str
    project_version: str
    passed_test_count: int
    warned_test_count: int
    min_group_size: int
    sources: tuple[SourceFile, ...]


def utc(text: str) -> datetime:
    """Read a time of dbt's as UTC without a zone."""
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)


def describe_publication(
    *,
    connection: duckdb.DuckDBPyConnection,
    source: str,
    marts: list[PublicMart],
    run_results: dict[str, Any],
    publication_id: str,
) -> Publication:
    """Gather the facts of a publication that is about to be written."""
    metadata = run_results["metadata"]
    built_at = utc(metadata.get("invocation_started_at") or metadata["generated_at"])
    now = datetime.now(UTC).replace(tzinfo=None)
    tests = [
        result["status"]
        for result in run_results["results"]
        if result["unique_id"].startswith(("test.", "unit_test."))
    ]
    project_folder = Path(run_results["args"].get("project_dir") or ".")
    return Publication(
        publication_id=publication_id,
        published_at=now,
        built_at=built_at,
        dbt_invocation_id=metadata["invocation_id"],
        project_version=importlib.metadata.version("bank-churn"),
        passed_test_count=tests.count("pass"),
        warned_test_count=tests.count("warn"),
        min_group_size=whole_number(project_vars(run_results), "min_group_size", MIN_GROUP_SIZE),
        sources=tuple(source_files(connection, source, marts, project_folder, built_at)),
    )


def source_files(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    marts: list[PublicMart],
    project_folder: Path,
    built_at: datetime,
) -> list[SourceFile]:
    """List the files that the build read.

    Every row of an extract is a client or a rejected row, and both marts say which file it came from.

    Args:
        connection: A connection with the build database attached.
        source: Name of the build database.
        marts: The public marts.
        project_folder: The folder to which relative paths refer.
        built_at: When the build started, in UTC.
    """
    row_level = [mart.relation for mart in marts if mart.is_latest and "source_file" in mart.columns]
    if not row_level:
        return []
    rows = " union all ".join(
        f'select portfolio, source_file, data_origin from "{source}"."{relation}"' for relation in row_level
    )
    files = connection.execute(
        f"select portfolio, source_file, min(data_origin), count(*) from ({rows}) group by all order by all"
    ).fetchall()
    versions = model_versions(connection, source, marts)
    found = []
    for portfolio, path, data_origin, row_count in files:
        byte_count, sha256, state = fingerprint(project_folder / path, built_at)
        found.append(
            SourceFile(
                portfolio=portfolio,
                file_name=re.split(r"[/\\]", path)[-1],
                data_origin=data_origin,
                row_count=row_count,
                byte_count=byte_count,
                sha256=sha256,
                file_state=state,
                model_version=versions.get(portfolio),
            )
        )
    return found


def fingerprint(path: Path, built_at: datetime) -> tuple[int | None, str | None, FileState]:
    """Hash a file, unless it was touched after the build started: then it may not be what was read.

    Args:
        path: The file.
        built_at: When the build started, in UTC.

    Returns:
        Size in bytes, sha256 in hexadecimal, and whether the file is the one that was read.
    """
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        status = path.stat()
    except OSError:
        return None, None, "missing"
    # A file moved over the old one keeps its time of modification, but not its time of change.
    touched = max(status.st_mtime, status.st_ctime)
    if touched > built_at.replace(tzinfo=UTC).timestamp():
        return None, None, "changed"
    return status.st_size, digest, "as_built"


def model_versions(
    connection: duckdb.DuckDBPyConnection, source: str, marts: list[PublicMart]
) -> dict[str, str]:
    """Read which version of the churn model scored each portfolio.

    Returns:
        Version by portfolio; empty as long as no public mart `churn_model_quality` names one.
    """
    for mart in marts:
        if mart.name == "churn_model_quality" and mart.is_latest and "model_version" in mart.columns:
            rows = connection.execute(
                f"""select portfolio, string_agg(distinct cast(model_version as varchar), ', ')
                from "{source}"."{mart.relation}" where model_version is not null group by portfolio"""
            ).fetchall()
            return dict(rows)
    return {}


def write_publication(
    connection: duckdb.DuckDBPyConnection, publication: Publication, *, audience: str
) -> None:
    """Write the tables `_publication` and `_publication_sources` into the database in use."""
    create(connection, "_publication", PUBLICATION_COLUMNS)
    create(connection, "_publication_sources", SOURCE_COLUMNS)
    insert(connection, "_publication", [getattr(publication, name) for name in PUBLICATION_COLUMNS])
    for file in publication.sources:
        facts = {**vars(file), "publication_id": publication.publication_id}
        if audience == "everyone" and file.row_count < publication.min_group_size:
            facts["row_count"] = None
        insert(connection, "_publication_sources", [facts[name] for name in SOURCE_COLUMNS])


def create(connection: duckdb.DuckDBPyConnection, table: str, columns: dict[str, str]) -> None:
    """Create an empty table.

    Args:
        connection: A connection with the published database in use.
        table: Name of the table.
        columns: Type by column.
    """
    connection.execute(
        f"create table {table} ({', '.join(f'{name} {type_}' for name, type_ in columns.items())})"
    )


def insert(connection: duckdb.DuckDBPyConnection, table: str, values: list[Any]) -> None:
    """Insert one row.

    Args:
        connection: A connection with the published database in use.
        table: Name of the table.
        values: One value per column.
    """
    connection.execute(f"insert into {table} values ({', '.join('?' * len(values))})", values)


def doc_blocks(manifest: dict[str, Any]) -> dict[str, str]:
    """Take the doc blocks of the build's language.

    Args:
        manifest: dbt's `manifest.json`.

    Returns:
        Text of each block, by name.

    Raises:
        BankChurnError: If the build is older than the blocks that a publication needs.
    """
    blocks: dict[str, str] = {
        block["name"]: block["block_contents"]
        for block in manifest["docs"].values()
        if block["package_name"] == "bank_churn"
    }
    if "published_list" not in blocks:
        raise BankChurnError("The last build was made by an older version of the project: run `make build`.")
    return blocks


def publication_comments(manifest: dict[str, Any], audience: str) -> dict[str, tuple[str, dict[str, str]]]:
    """Describe in the build's language the tables that are not marts.

    Returns:
        Description and descriptions of the columns, by table.
    """
    from bank_churn.privacy.protection import Protected

    blocks = doc_blocks(manifest)
    tables = {"_publication": PUBLICATION_COLUMNS, "_publication_sources": SOURCE_COLUMNS}
    found = {
        table: (blocks[table[1:]], {column: blocks[f"publication__{column}"] for column in columns})
        for table, columns in tables.items()
    }
    for table, (columns, _) in Protected().reports(audience).items():
        found[table] = (blocks[table[1:]], {column: blocks[f"protection__{column}"] for column in columns})
    return found
