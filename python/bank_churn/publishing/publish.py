"""Copy the public marts of a green build to the files that BI tools open, and replace those in one step."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from bank_churn.errors import BankChurnError
from bank_churn.publishing.history import (
    PUBLISHED_FILES,
    PublishedFile,
    current_ids,
    history_folder,
    next_id,
    prune,
    publishing,
    put_in_place,
    staging_folder,
)
from bank_churn.publishing.outputs import (
    MANIFEST,
    DamagedError,
    languages_of,
    outputs_in,
    read_manifest,
    write_manifest,
)
from bank_churn.publishing.publication import (
    Publication,
    create,
    describe_publication,
    doc_blocks,
    publication_comments,
    write_publication,
)
from bank_churn.running.artifacts import PublicMart, check_audience, check_green, public_marts, read_artifact
from bank_churn.running.unit_tests import proven_before
from bank_churn.tools.files import sync
from bank_churn.tools.places import Places
from bank_churn.tools.progress import QueryBar
from bank_churn.tools.screen import screen
from bank_churn.tools.settings import KEPT_PUBLICATIONS, engine_settings, project_vars, whole_number
from bank_churn.tools.sql import as_dicts, attach, literal

if TYPE_CHECKING:
    import pandas as pd

    from bank_churn.privacy.protection import Protected

# Old enough for the DuckDB drivers that BI tools carry today; a newer default would lock them out.
STORAGE_VERSION = "v1.4.0"

# Writes further outputs of a publication into its folder, from the databases there and the facts about them.
Addition = Callable[[Path, dict[str, Any]], None]

# Schema of the narrow tables behind marts that are views.
STORED = "stored"

# A key of DuckDB is an index: a table of clients takes six times as long to write with one and becomes four
# times as large. What is for everyone always has its keys, client level up to this many rows.
KEYED_ROWS = 100_000

# Every small table and every key takes a block at least: with DuckDB's own size, which suits large tables, a
# file of aggregates would be six times as large.
BLOCK_SIZES = {"everyone": 16_384, "clients": 262_144}


def publish(places: Places, *, additions: Sequence[Addition] = ()) -> list[Path]:
    """Publish a green build; until the last moment the previous files stay as they were.

    Args:
        places: The build database, dbt's target folder with the manifest and the results of the build, and
            the folder of the published files, which is created when missing.
        additions: What else the publication consists of, such as workbooks.

    Returns:
        The published databases.

    Raises:
        BankChurnError: If the build is not green, the database cannot be read or the folder not written.
    """
    database, output = places.database, places.output
    manifest = read_artifact(places.target_path, "manifest.json")
    run_results = read_artifact(places.target_path, "run_results.json")
    marts = public_marts(manifest)
    check_audience(marts)
    check_green(run_results, manifest, proven=proven_before(run_results, places.target_path))
    kept = whole_number(project_vars(run_results), "kept_publications", KEPT_PUBLICATIONS)
    if not database.exists():
        raise BankChurnError(f"{database} does not exist: run `dbt build` (or `make build`) first.")
    with publishing(output):
        with staging_folder(output) as folder:
            staged = folder / "publication"
            staged.mkdir(mode=0o700)
            publication_id = next_id(output)
            facts = write_files(database, staged, marts, manifest, run_results, publication_id)
            facts["languages"] = languages_so_far(output)
            facts = json.loads(json.dumps(facts, default=str))  # as a later command reads them
            for add in additions:
                add(staged, facts)
            outputs = outputs_in(staged)
            for one in outputs:
                (staged / one.path).chmod(one.mode)
                sync(staged / one.path)
            write_manifest(staged / MANIFEST, facts, outputs)
            put_in_place(output, publication_id, staged=staged, is_shared=kept == 1)
        prune(output, kept=kept, current=publication_id)
    return [output / file.file_name for file in PUBLISHED_FILES]


def languages_so_far(output: Path) -> dict[str, list[str]]:
    """Say in which languages the publication in place has what not every command makes."""
    current = current_ids(output)[0]
    try:
        manifest = read_manifest(history_folder(output) / (current or "none"))
    except DamagedError:
        return {"workbooks": [], "docs": []}
    earlier = manifest.get("languages", {})
    patterns = {"workbooks": r"bank_churn(?:_clients)?_(ru|en)\.xlsx", "docs": r"docs_(ru|en)\.html"}
    return {
        kind: sorted(languages_of(manifest, pattern) | set(earlier.get(kind, [])))
        for kind, pattern in patterns.items()
    }


def write_files(
    database: Path,
    folder: Path,
    marts: list[PublicMart],
    manifest: dict[str, Any],
    run_results: dict[str, Any],
    publication_id: str,
) -> dict[str, Any]:
    """Write both databases of a publication."""
    # With pandas and the solver a second and a half to load: in vain where there is nothing to publish.
    from bank_churn.privacy.protection import protect

    try:
        with duckdb.connect(config=engine_settings()) as connection:
            # Views in the build database carry its name, so it is attached under the name dbt knows it by.
            attach(connection, database, database.stem)
            publication = describe_publication(
                connection=connection,
                source=database.stem,
                marts=marts,
                run_results=run_results,
                publication_id=publication_id,
            )
            protected = protect(connection, database.stem, marts, project_vars(run_results))
            screen.line(protected.account(), event="protection", **protected.counts())
            sizes = table_sizes(connection, database.stem)
            with QueryBar(connection, "Publishing", total=sum(size_of(mart, sizes) for mart in marts)) as bar:
                for file in PUBLISHED_FILES:
                    those = [mart for mart in marts if mart.audience == file.audience]
                    write_file(
                        connection,
                        database.stem,
                        folder,
                        file,
                        those,
                        sizes,
                        publication,
                        manifest,
                        protected,
                        bar,
                    )
            return {
                **asdict(publication),
                "sheets": [
                    {"mart": mart.name, "audience": mart.audience, **mart.sheet}
                    for mart in marts
                    if mart.sheet and mart.is_latest
                ],
                "labels": read_labels(connection, database.stem, manifest),
                "views": [published_name(mart) for mart in marts if is_shown_as_view(mart, sizes)],
            }
    except duckdb.Error as error:
        raise BankChurnError(f"Cannot publish {database}: {str(error).splitlines()[0]}") from error


def write_file(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    folder: Path,
    file: PublishedFile,
    marts: list[PublicMart],
    sizes: dict[str, int],
    publication: Publication,
    manifest: dict[str, Any],
    protected: Protected,
    bar: QueryBar,
) -> None:
    """Write the marts of one audience, with their descriptions as comments, to a new database file.

    The latest version of a mart is a table without a version suffix; its suffixed name is a view of it, so
    that the rows are not stored twice. Older versions are tables. A mart that is a view of narrow tables is
    one here too; those stand in a schema of their own.
    """
    path = folder / file.file_name
    written = f"storage_version '{STORAGE_VERSION}', block_size {BLOCK_SIZES[file.audience]}"
    attach(connection, path, "published", written)
    connection.execute("use published")
    blocks = doc_blocks(manifest)
    connection.begin()  # otherwise each of some hundred comments would wait for the disk
    written_tables: set[str] = set()
    for mart in sorted(marts, key=lambda mart: is_shown_as_view(mart, sizes)):  # views are of what is there
        with bar.part(size_of(mart, sizes)):
            if is_shown_as_view(mart, sizes):
                copy_stored_tables(connection, source, mart, written_tables)
                show_as_view(connection, source, mart)
            else:
                copy_mart(connection, source, mart, protected.tables.get(mart.relation))
            show_lists_as_rows(connection, mart, blocks)
    write_publication(connection, publication, audience=file.audience)
    write_reports(connection, protected, audience=file.audience)
    for table, (description, columns) in publication_comments(manifest, file.audience).items():
        comment(connection, "table", table, description, columns)
    connection.commit()
    connection.execute("checkpoint published")  # when detaching, DuckDB would not report a full disk
    connection.execute("use memory")
    connection.execute("detach published")
    path.chmod(file.mode)


def table_sizes(connection: duckdb.DuckDBPyConnection, source: str) -> dict[str, int]:
    """Say how large each table of the build database is.

    Returns:
        Values of each table; views have none of their own.
    """
    rows = connection.execute(
        "select table_name, estimated_size * column_count from duckdb_tables() where database_name = ?",
        [source],
    ).fetchall()
    return {name: int(size) for name, size in rows}


def size_of(mart: PublicMart, sizes: dict[str, int]) -> int:
    """Say how much there is to copy of a mart.

    Returns:
        Values of the relation and of what it is a view of; other views, which are small, count nothing.
    """
    return sum(sizes.get(name, 0) for name in (mart.relation, *(table.relation for table in mart.stored)))


def published_name(mart: PublicMart) -> str:
    """Name a mart as its readers know it.

    Returns:
        The name without a version for the latest one, with it for the others.
    """
    return mart.name if mart.is_latest else mart.relation


def is_shown_as_view(mart: PublicMart, sizes: dict[str, int]) -> bool:
    """Say whether a mart is published as a view of narrow tables.

    Returns:
        Whether it is one, and its SQL and the narrow tables are there; Spark's builds are copied without.
    """
    return bool(mart.stored and mart.query) and all(table.relation in sizes for table in mart.stored)


def copy_stored_tables(
    connection: duckdb.DuckDBPyConnection, source: str, mart: PublicMart, written: set[str]
) -> None:
    """Copy the narrow tables behind a mart, each once, into the schema for them.

    Args:
        connection: A connection with both databases attached, `published` in use.
        source: Name of the build database.
        mart: The mart.
        written: The tables that are there already; gains those of this mart.
    """
    connection.execute(f"create schema if not exists {STORED}")
    for table in mart.stored:
        if table.relation not in written:
            written.add(table.relation)
            name = f'{STORED}"."{table.relation}'
            connection.execute(f'create table "{name}" as from "{source}"."{table.relation}"')
            comment(connection, "table", name, table.description, table.columns)


def show_as_view(connection: duckdb.DuckDBPyConnection, source: str, mart: PublicMart) -> None:
    """Create a mart as the same view of narrow tables that it is in the build database."""
    stored = {table.relation for table in mart.stored}

    def here(found: re.Match[str]) -> str:
        return f'{STORED}."{found[1]}"' if found[1] in stored else f'"{found[1]}"'

    query = re.sub(rf'"{re.escape(source)}"\."main"\."(\w+)"', here, mart.query)
    view = published_name(mart)
    connection.execute(f'create view "{view}" as {query}')
    comment(connection, "view", view, mart.description, mart.columns)
    show_by_version(connection, mart)


def show_by_version(connection: duckdb.DuckDBPyConnection, mart: PublicMart) -> None:
    """Give the latest version of a mart a view under its name with the version."""
    if mart.is_latest and mart.relation != mart.name:
        connection.execute(f'create view "{mart.relation}" as select * from "{mart.name}"')
        comment(connection, "view", mart.relation, mart.description, mart.columns)


def read_labels(
    connection: duckdb.DuckDBPyConnection, source: str, manifest: dict[str, Any]
) -> dict[str, list[dict[str, Any]]]:
    """Read the seeds that put codes and column names into words.

    Returns:
        Rows of each of these seeds, by seed.
    """
    seeds = {
        node["name"]: node["alias"] for node in manifest["nodes"].values() if node["resource_type"] == "seed"
    }
    found = {}
    for name in ("labels", "column_labels"):
        if name in seeds:
            found[name] = as_dicts(connection.execute(f'select * from "{source}"."{seeds[name]}"'))
    return found


def write_reports(connection: duckdb.DuckDBPyConnection, protected: Protected, *, audience: str) -> None:
    """Write what was done to the figures for everyone into the database in use."""
    import pandas as pd

    for table, (columns, rows) in protected.reports(audience).items():
        create(connection, table, columns)
        insert_frame(connection, table, pd.DataFrame(rows, columns=list(columns), dtype=object), columns)


def insert_frame(
    connection: duckdb.DuckDBPyConnection, table: str, frame: pd.DataFrame, columns: dict[str, str]
) -> None:
    """Insert rows that Python holds."""
    if frame.empty:
        return
    casts = ", ".join(f'cast("{name}" as {type_})' for name, type_ in columns.items())
    connection.execute(
        f"set pandas_analyze_sample = {len(frame)}"
    )  # a column may begin with a thousand nulls
    connection.register("rows_of_python", frame)
    connection.execute(f'insert into "{table}" select {casts} from rows_of_python')
    connection.unregister("rows_of_python")


def copy_mart(
    connection: duckdb.DuckDBPyConnection, source: str, mart: PublicMart, protected: pd.DataFrame | None
) -> None:
    """Copy one mart into the attached database `published`.

    Args:
        connection: A connection with both databases attached, `published` in use.
        source: Name of the build database.
        mart: The mart to copy.
        protected: Its rows for everyone; None for a mart of client level.
    """
    table = published_name(mart)
    rows = f'select * from "{source}"."{mart.relation}"'
    types = {name: type_ for name, type_, *_ in connection.execute(f"describe {rows}").fetchall()}
    columns = [f'"{name}" {type_}' for name, type_ in types.items()]
    if mart.key and (mart.audience == "everyone" or row_count(connection, source, mart) <= KEYED_ROWS):
        columns.append(f"primary key ({', '.join(mart.key)})")
    connection.execute(f'create table "{table}" ({", ".join(columns)})')
    if protected is None:
        connection.execute(f'insert into "{table}" {rows}')
    else:
        insert_frame(connection, table, protected, types)
    comment(connection, "table", table, mart.description, mart.columns)
    show_by_version(connection, mart)


def show_lists_as_rows(
    connection: duckdb.DuckDBPyConnection, mart: PublicMart, blocks: dict[str, str]
) -> None:
    """Give each list of a copied mart a view with a row per item, for tools that know no lists.

    Args:
        connection: A connection with the published database in use.
        mart: The mart.
        blocks: Doc blocks of the build's language.
    """
    if not mart.is_latest:
        return
    lists = connection.execute(
        "select column_name from duckdb_columns() where database_name = 'published' and table_name = ?"
        " and ends_with(data_type, '[]') order by column_index",
        [mart.name],
    ).fetchall()
    for (column,) in lists:
        view, key = (
            f"{mart.name}__{column}",
            [name for name in mart.columns if name in {"portfolio", *mart.key}],
        )
        connection.execute(
            f'create view "{view}" as select {", ".join(key)}, generate_subscripts({column}, 1) as position,'
            f' unnest({column}) as {column} from "{mart.name}"'
        )
        about = blocks["published_list"].replace("COLUMN", column).replace("MART", mart.name)
        described = {name: mart.columns[name] for name in (*key, column)}
        comment(connection, "view", view, about, described | {"position": blocks["published_list__position"]})


def row_count(connection: duckdb.DuckDBPyConnection, source: str, mart: PublicMart) -> int:
    """Count the rows of a mart.

    Args:
        connection: A connection with the build database attached.
        source: Name of the build database.
        mart: The mart.

    Returns:
        How many there are.
    """
    found = connection.execute(f'select count(*) from "{source}"."{mart.relation}"').fetchone()
    return int(found[0]) if found else 0


def comment(
    connection: duckdb.DuckDBPyConnection, kind: str, name: str, description: str, columns: dict[str, str]
) -> None:
    """Put descriptions on a relation and its columns.

    Args:
        connection: A connection with the relation's database in use.
        kind: `table` or `view`.
        name: The relation.
        description: What it is.
        columns: What each column is, by column name.
    """
    connection.execute(f'comment on {kind} "{name}" is {literal(description)}')
    for column, text in columns.items():
        connection.execute(f'comment on column "{name}"."{column}" is {literal(text)}')
