"""The current publication for those who cannot open DuckDB: parquet files and Excel workbooks."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
from xlsxwriter.exceptions import XlsxWriterException

from bank_churn.errors import BankChurnError
from bank_churn.exports.workbook import write_workbook
from bank_churn.publishing.history import (
    PUBLISHED_FILES,
    PublishedFile,
    adding,
    database_in,
    read_facts,
)
from bank_churn.publishing.outputs import PARQUET_FOLDERS
from bank_churn.publishing.publish import Addition
from bank_churn.tools.settings import engine_settings
from bank_churn.tools.sql import literal
from bank_churn.words.language import Language


def export(*, output: Path, language: Language) -> list[Path]:
    """Export the current publication; what it suppresses stays suppressed, as only published files are read.

    Args:
        output: Folder of the published files.
        language: Language of the workbooks; those that the publication has in another one stay.

    Returns:
        The parquet folders and the workbooks.

    Raises:
        BankChurnError: If nothing is published, or an export cannot be written.
    """
    with adding(output) as (kept, made):
        facts = read_facts(output, kept.name)
        found = []
        for file in PUBLISHED_FILES:
            found += export_file(database_in(kept, file), made, file, facts, [language])
    return [output / path.relative_to(made) for path in found]


def exporting(language: Language, made: list[Path]) -> Addition:
    """Make the exports part of a publication that is being written.

    Args:
        language: Language of the workbooks; those that the last publication had are made too.
        made: Gets the parquet folders and the workbooks.

    Returns:
        What writes them.
    """

    def add(folder: Path, facts: dict[str, Any]) -> None:
        languages = sorted({language, *facts["languages"]["workbooks"]})
        for file in PUBLISHED_FILES:
            made.extend(export_file(folder / file.file_name, folder, file, facts, languages))

    return add


def export_file(
    database: Path,
    folder: Path,
    file: PublishedFile,
    facts: dict[str, Any],
    languages: Iterable[Language],
) -> list[Path]:
    """Export one published database.

    Args:
        database: The database.
        folder: Where to write.
        file: Which file it is, for whom.
        facts: The publication's facts.
        languages: Languages of the workbooks.

    Returns:
        The parquet folder, and the workbooks if any mart has a sheet.

    Raises:
        BankChurnError: If the database cannot be read or a file not written.
    """
    sheets = [sheet for sheet in facts["sheets"] if sheet["audience"] == file.audience]
    parquet = folder / PARQUET_FOLDERS[file.audience]
    parquet.mkdir(mode=0o700)
    made = [parquet]
    try:
        with duckdb.connect(str(database), read_only=True, config=engine_settings()) as connection:
            write_parquet(connection, parquet, facts)
            for language in languages if sheets else ():
                made.append(folder / f"{Path(file.file_name).stem}_{language}.xlsx")
                write_workbook(
                    path=made[-1],
                    connection=connection,
                    sheets=sheets,
                    facts=facts,
                    audience=file.audience,
                    language=language,
                )
    except (duckdb.Error, XlsxWriterException) as error:
        raise BankChurnError(f"Cannot export {file.file_name}: {str(error).splitlines()[0]}") from error
    return made


def write_parquet(connection: duckdb.DuckDBPyConnection, folder: Path, facts: dict[str, Any]) -> None:
    """Write every mart as a parquet file that names its publication and describes itself.

    Args:
        connection: A published database.
        folder: An empty folder.
        facts: The publication's facts; its id goes to the metadata of each file, beside the descriptions of
            table and columns.
    """
    tables = connection.execute(
        "select table_name, comment from duckdb_tables() where not internal and schema_name = 'main'"
        " union all"
        " select view_name, comment from duckdb_views() where not internal and list_contains(?, view_name)",
        [facts.get("views", [])],
    ).fetchall()
    for table, description in tables:
        path = literal(str(folder / f"{table}.parquet"))
        metadata = {
            "publication_id": facts["publication_id"],
            "description": description or "",
            "columns": json.dumps(column_descriptions(connection, table), ensure_ascii=False),
        }
        written = ", ".join(f"{key}: {literal(text)}" for key, text in metadata.items())
        connection.execute(
            f'copy "{table}" to {path} (format parquet, compression zstd, kv_metadata {{{written}}})'
        )


def column_descriptions(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """Read the comments of a table's columns.

    Returns:
        What each column is, by column name.
    """
    rows = connection.execute(
        "select column_name, comment from duckdb_columns() where table_name = ? and not internal"
        " order by column_index",
        [table],
    ).fetchall()
    return {name: text or "" for name, text in rows}
