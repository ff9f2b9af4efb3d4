"""The current publication for those who cannot open DuckDB: parquet files and Excel workbooks."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import duckdb
from xlsxwriter.exceptions import XlsxWriterException

from bank_churn.errors import BankChurnError
from bank_churn.exports.sheet_labels import Language
from bank_churn.exports.workbook import write_workbook
from bank_churn.publishing.history import (
    PUBLISHED_FILES,
    PublishedFile,
    current_publication,
    history_folder,
    publishing,
    read_facts,
    staging_folder,
)
from bank_churn.publishing.publish import literal
from bank_churn.tools.settings import engine_settings

PARQUET_FOLDERS = {"everyone": "parquet", "clients": "parquet_clients"}


def export(*, output: Path, language: Language) -> list[Path]:
    """Export the current publication; what it suppresses stays suppressed, as only published files are read.

    Args:
        output: Folder of the published files.
        language: Language of the workbooks.

    Returns:
        The parquet folders and the workbooks.

    Raises:
        BankChurnError: If nothing is published, or an export cannot be written.
    """
    made = []
    with publishing(output):
        publication_id = current_publication(output)
        facts = read_facts(output, publication_id)
        for file in PUBLISHED_FILES:
            # Of the two equal copies, that of the history: nobody else holds it open.
            database = history_folder(output) / publication_id / file.file_name
            with staging_folder(output) as folder:
                made += export_file(database, folder, output, file, facts, language)
        remove_stale_workbooks(output, made, publication_id)
    return made


def export_file(
    database: Path,
    folder: Path,
    output: Path,
    file: PublishedFile,
    facts: dict[str, Any],
    language: Language,
) -> list[Path]:
    """Export one published database.

    Args:
        database: The database.
        folder: Staging folder, private and on the file system of `output`.
        output: Folder of the published files.
        file: Which file it is, for whom, with which mode.
        facts: The publication's `publication.json`.
        language: Language of the workbook.

    Returns:
        The parquet folder, and the workbook if any mart has a sheet.

    Raises:
        BankChurnError: If the database cannot be read or a file not written.
    """
    workbook = folder / f"{Path(file.file_name).stem}_{language}.xlsx"
    sheets = [sheet for sheet in facts["sheets"] if sheet["audience"] == file.audience]
    parquet = folder / PARQUET_FOLDERS[file.audience]
    parquet.mkdir()
    try:
        with duckdb.connect(str(database), read_only=True, config=engine_settings()) as connection:
            write_parquet(connection, parquet, facts["publication_id"])
            if sheets:
                write_workbook(
                    path=workbook,
                    connection=connection,
                    sheets=sheets,
                    facts=facts,
                    audience=file.audience,
                    language=language,
                )
    except (duckdb.Error, XlsxWriterException) as error:
        raise BankChurnError(f"Cannot export {file.file_name}: {str(error).splitlines()[0]}") from error
    made = [move_folder(parquet, output / parquet.name, file_mode=file.mode)]
    if sheets:
        made.append(move_file(workbook, output / workbook.name, mode=file.mode))
    return made


def write_parquet(connection: duckdb.DuckDBPyConnection, folder: Path, publication_id: str) -> None:
    """Write every table as a parquet file that names its publication and describes itself.

    Args:
        connection: A published database.
        folder: An empty folder.
        publication_id: Goes to the metadata of each file, beside the descriptions of table and columns.
    """
    tables = connection.execute(
        "select table_name, comment from duckdb_tables() where not internal"
    ).fetchall()
    for table, description in tables:
        path = literal(str(folder / f"{table}.parquet"))
        metadata = {
            "publication_id": publication_id,
            "description": description or "",
            "columns": json.dumps(column_descriptions(connection, table), ensure_ascii=False),
        }
        written = ", ".join(f"{key}: {literal(text)}" for key, text in metadata.items())
        connection.execute(
            f'copy "{table}" to {path} (format parquet, compression zstd, kv_metadata {{{written}}})'
        )


def column_descriptions(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """Read the comments of a table's columns.

    Args:
        connection: A published database.
        table: The table.

    Returns:
        What each column is, by column name.
    """
    rows = connection.execute(
        "select column_name, comment from duckdb_columns() where table_name = ? and not internal"
        " order by column_index",
        [table],
    ).fetchall()
    return {name: text or "" for name, text in rows}


def move_file(staged: Path, path: Path, *, mode: int) -> Path:
    """Move a finished file over the one of the last export.

    Args:
        staged: The finished file.
        path: Its place.
        mode: Its permissions.

    Returns:
        Its place.
    """
    staged.chmod(mode)
    os.replace(staged, path)
    return path


def move_folder(staged: Path, folder: Path, *, file_mode: int) -> Path:
    """Move the finished files of a folder over those of the last export, and remove tables that are no more.

    Args:
        staged: Folder of finished files.
        folder: Its place.
        file_mode: Permissions of the files; a folder of private files is private too.

    Returns:
        Its place.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o755 if file_mode & 0o044 else 0o700)
    # The publication's own tables come last: where they are new, all the others are.
    finished = sorted(staged.iterdir(), key=lambda path: (path.name.startswith("_"), path.name))
    for path in finished:
        move_file(path, folder / path.name, mode=file_mode)
    for path in folder.glob("*.parquet"):
        if path.name not in {done.name for done in finished}:
            path.unlink()
    return folder


def remove_stale_workbooks(output: Path, made: list[Path], publication_id: str) -> None:
    """Remove workbooks of an earlier publication, such as those in the other language.

    Args:
        output: Folder of the published files.
        made: What this export wrote.
        publication_id: The current publication.
    """
    for path in output.glob("bank_churn*.xlsx"):
        if path not in made and not is_of_publication(path, publication_id):
            path.unlink()


def is_of_publication(workbook: Path, publication_id: str) -> bool:
    """Ask a workbook whether it was made from a publication.

    Args:
        workbook: A workbook.
        publication_id: The publication.

    Returns:
        Whether the workbook names this publication.
    """
    try:
        with zipfile.ZipFile(workbook) as parts:
            return publication_id.encode() in parts.read("docProps/custom.xml")
    except (KeyError, zipfile.BadZipFile):
        return False
